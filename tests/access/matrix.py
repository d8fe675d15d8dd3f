"""One cell of the authorization matrix: a request by somebody about somebody, what it amounts to, what is right, and
whether anything of persons the visitor may not see stands in the answer."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client
from django.urls import reverse

from overgang.access.roles import roles
from tests.access.ways import EVERYBODY, SIGNED_IN, WAYS, Way, World, sees_person
from tests.access.world import HOLDERS, NAMES, UNITS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
VISITORS = ("anonymous", "ended", "disabled")
OPEN_TO_ALL_USERS = frozenset({"administrator", "auditor"})
"""Roles that look after users, or their log, in the whole country."""
LISTED = {"shielded_officer": frozenset({"six"})}
"""Who may stand in a list of this role; of others those of the own unit without a graded address."""


def expected(way: Way, visitor: str, method: str, whose: str) -> set[Any]:
    """The right answers, in plain words."""
    if way.roles != EVERYBODY and visitor in ("anonymous", "disabled"):
        return {"sign in"}
    if way.roles not in (EVERYBODY, SIGNED_IN):
        if visitor == "ended":
            return {"choose a role"}
        if visitor not in way.roles:
            return {403}
    if method not in way.methods:
        return {405}
    if way.sees and not way.sees(visitor, whose):
        return {404}
    return {"open", *way.also}


def answered(answer: Any) -> Any:
    """What an answer amounts to."""
    there = answer.headers.get("Location", "")
    if there == "/inn/" or there.startswith("/inn/?next"):
        return "sign in"
    if there == "/rolle":
        return "choose a role"
    return "open" if answer.status_code in (200, 302) else answer.status_code


def ask(client: Client, world: World, name: str, method: str, whose: str) -> Any:
    """The request of the table, whose traces are wiped out afterwards."""
    way = WAYS[name]
    data = dict(way.body(world, whose)) if method == "POST" else None
    return send(client, address_of(world, name, whose), method, data)


def address_of(world: World, name: str, whose: str) -> str:
    way = WAYS[name]
    address = reverse(name, kwargs=dict(way.path(world, whose)))
    query = way.query(world, whose)
    return f"{address}?{urlencode(query)}" if query else address


def send(client: Client, address: str, method: str, data: Any = None, *, look: Any = None, headers: Any = None) -> Any:
    """One request whose traces are wiped out afterwards; `look` may see what it has written before."""
    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    with transaction.atomic():
        answer = getattr(client, method.lower())(address, data, headers=headers)
        if getattr(answer, "streaming", False):
            answer.kept = b"".join(answer.streaming_content)
        if look:
            look()
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return answer


def written(answer: Any) -> str:
    """All that stands in an answer, what is packed in a workbook too."""
    body = answer.kept if hasattr(answer, "kept") else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return body.decode("utf-8", "replace") + answer.headers.get("Location", "")


def leaked(answer: Any, world: World, name: str, visitor: str, whose: str, asked: str = "") -> Iterator[str]:
    """Of whom something stands in an answer without right. `asked`: what the visitor wrote, and so knows."""
    text = written(answer).lower()
    for about in UNITS:
        if _may_stand(name, visitor, whose, about):
            continue
        signs = [NAMES[about].lower(), world.made["number", about]]
        if not name.startswith("access:"):
            signs.append(world.keys[about])  # which stands in the log, for those who read it
        yield from (f"{about}: {sign}" for sign in signs if sign in text and sign not in asked.lower())
    if NAMES["elsewhere"].lower() in text:
        yield "another unit's case"
    if visitor not in OPEN_TO_ALL_USERS:
        for about in ("other", "other7", "six"):
            if HOLDERS[about].lower() in text and HOLDERS[about].lower() not in asked.lower():
                yield f"user of {about}"


def _may_stand(name: str, visitor: str, whose: str, about: str) -> bool:
    way = WAYS[name]
    if way.sees and about == whose:
        return way.sees(visitor, about)
    return about in LISTED.get(visitor, {"own"}) and sees_person(visitor, about)


def cells(name: str, visitors: Iterable[str] = (), methods: Iterable[str] = METHODS) -> Iterator[tuple[str, str, str]]:
    """Visitor, method, whose; a method that nobody may use is asked for one record only."""
    way = WAYS[name]
    for visitor in visitors or (*roles(), *VISITORS):
        for method in methods:
            several = way.sees is not None and method in way.methods
            yield from ((visitor, method, whose) for whose in (way.whose if several else ("own",)))


def deviations(
    world: World, clients: Mapping[str, Client], name: str, among: Iterable[tuple[str, str, str]]
) -> Iterator[str]:
    """What is not as it should be in some cells of an address."""
    way = WAYS[name]
    for visitor, method, whose in among:
        answer = ask(clients[visitor], world, name, method, whose)
        found, right = answered(answer), expected(way, visitor, method, whose)
        to_sign_in = "open" in right and found == "sign in" and way.roles == EVERYBODY
        if found not in right and not to_sign_in:
            yield f"{visitor} {method} {whose}: {found}, expected {right}"
        asked = repr((way.path(world, whose), way.query(world, whose), way.body(world, whose)))
        for leak in leaked(answer, world, name, visitor, whose, asked):
            yield f"{visitor} {method} {whose}: tells of {leak}"


def unlike_missing(world: World, clients: Mapping[str, Client], name: str) -> Iterator[str]:
    """Where a record of others does not look like one that is not there."""
    way = WAYS[name]
    assert way.sees is not None
    for role in way.roles:
        unseen = [whose for whose in way.whose if not way.sees(role, whose)]
        for method in sorted(way.methods & {"GET", "POST"}):
            answers = {whose: ask(clients[role], world, name, method, whose) for whose in unseen}
            plain = {whose: same(answer) for whose, answer in answers.items()}
            yield from (f"{role} {method} {whose}" for whose in unseen if plain[whose] != plain["missing"])


def same(answer: Any) -> tuple[Any, ...]:
    """An answer without what differs at every request, or repeats its own address."""
    lines = (answer.kept if hasattr(answer, "kept") else answer.content).splitlines()
    kept = [line for line in lines if b"csrf" not in line and b'name="next"' not in line]
    return answer.status_code, tuple(sorted(set(answer.headers) - {"Date"})), b"\n".join(kept)
