"""The other ways in, each as a function that tells what is not as it should be: a reference to somebody of others in
the path, query, body, headers or file of a request for one's own, and what lists and files hold.

A reference to a person of others is to be answered as one to a person that is not there, nothing of theirs stands in
the answer, and nothing is written of them. Whatever a page reads is found by listening to it (`filling`), so a new
field is tried without anybody's adding it.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from overgang.access import tokens
from overgang.access.models import Event, Grant
from overgang.collect.files import templates
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import worker
from overgang.collect.register.models import Batch, Case, Change, Handover, Participation
from overgang.collect.register.states import LABELS
from tests.access.filling import Filled, filled, heard
from tests.access.matrix import address_of, answered, leaked, same, send, written
from tests.access.ways import WAYS, Way, World
from tests.access.world import HOLDERS, IDS, NAMES, UNITS
from tests.internal import OTHER, OWN

BOUND = ("leader", "governor", "shielded_officer")
"""Roles that see a part only, the widest of each place. Who looks after users or logs of the country sees them all."""
KINDS = ("key", "id", "number", "name", "user")
TAKEN = {
    "register:intake": {"number": "number"},
    "register:number": {"number": "number"},
    "access:new_user": {"username": "user"},
}
"""Fields, and the reference in them that must be told from one that is free: two persons with one number would be one,
and two users of one name could not sign in. Whose it is, nobody can tell: all of others are answered alike."""
TAKEN_FILE = "person"
"""The kind of rows that bring persons, where the same holds."""
BY_CHANCE = re.compile(
    r"/inn/passord/[^<]*|\d{4}-\d\d-\d\dT[\d:]+Z|lagret=\d+\b|/personer/[0-9a-f]{16}/"
    r"|name=\"(?:once|version|seen)\" value=\"[^\"]*\""
)
HIDDEN = frozenset({"seen", "once", "more", "version", "step"})
"""What every form of the register carries beside its fields."""
MARK = "sent-by-the-probe"
"""By which a body is known from an address when it is heard what is read of it."""
FORGED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-User", "X-Original-URL", "X-Rewrite-URL", "Remote-User")
STEERING = ("If-Match", "If-None-Match", "Idempotency-Key", "X-HTTP-Method-Override", "Range", "Referer", "Origin")

Ask = Callable[[str, str, Any], Any]
Clients = Mapping[str, Client]


def own(role: str) -> str:
    return "six" if role == "shielded_officer" else "own"


def others(role: str) -> tuple[str, ...]:
    return ("other",) if role == "shielded_officer" else ("other", "six")


def roles_of(name: str) -> Iterator[str]:
    return (role for role in BOUND if role in WAYS[name].roles or WAYS[name].roles & {"*", "+"})


def reference(world: World, whose: str, kind: str) -> str:
    """One of the ways to name somebody, or a row of theirs."""
    user = HOLDERS.get(whose, "Harvast").lower()
    return {
        "key": world.keys[whose],
        "id": str(IDS[whose]),
        "number": world.made["number", whose],
        "name": NAMES[whose],
        "user": user,
    }[kind]


def in_path(world: World, clients: Clients, name: str) -> Iterator[str]:
    """One's own record, and a row of somebody else's under it: every parameter of an address by itself."""
    way = WAYS[name]
    for role in roles_of(name):
        mine = way.path(world, own(role))
        for parameter in mine if way.sees else ():
            for method in sorted(way.methods & {"GET", "POST"}):
                answers = {}
                for whose in (*others(role), "elsewhere", "missing"):
                    if whose == "elsewhere" and not _has(way, world, role, parameter):
                        continue
                    path = mine | {parameter: way.path(world, whose)[parameter]}
                    data = dict(way.body(world, own(role))) if method == "POST" else None
                    answer = send(clients[role], reverse(name, kwargs=path), method, data)
                    yield from _signs(answer, world, name, role, str(path), f"{role} {method} {parameter} of {whose}")
                    answers[whose] = _plain(answer, world, whose)
                yield from _unlike(answers, f"{role} {method} {parameter}")


def _has(way: Way, world: World, role: str, parameter: str) -> bool:
    """Whether one's own person has such a row in another unit."""
    try:
        there = way.path(world, "elsewhere")[parameter]
    except KeyError:
        return False
    return role != "shielded_officer" and there != way.path(world, "own")[parameter]


def in_query(world: World, clients: Clients, name: str) -> Iterator[str]:
    for role in roles_of(name):
        address, names = address_of(world, name, own(role)), set[str]()
        with heard(names):
            send(clients[role], address, "GET")

        def ask(field: str, value: str, look: Any, address: str = address, role: str = role) -> Any:
            return send(clients[role], address, "GET", {field: value}, look=look)

        kinds = ("id", "key") if WAYS[name].sees else KINDS
        yield from _tried(world, name, role, dict.fromkeys(sorted(names), kinds), ask)


def in_body(world: World, clients: Clients, name: str, only: Iterable[str] = ()) -> Iterator[str]:
    """`only`: some fields, where all would take too long."""
    for role in roles_of(name):
        made, names = saving(world, clients[role], name, role)

        def ask(field: str, value: str, look: Any, role: str = role, body: dict[str, Any] = made.body) -> Any:
            return send(clients[role], address_of(world, name, own(role)), "POST", body | {field: value}, look=look)

        fields = set(only) or names | set(made.body)
        tried = {field: ("id",) if field in HIDDEN else KINDS for field in sorted(fields - made.typed)}
        yield from _tried(world, name, role, tried, ask)


def in_headers(world: World, clients: Clients, name: str) -> Iterator[str]:
    """Headers by which a careless server could be led elsewhere: none of them changes an answer."""
    for role in roles_of(name):
        way, address = WAYS[name], address_of(world, name, own(role))
        for method in sorted(way.methods & {"GET", "POST"}):
            data = dict(way.body(world, own(role))) if method == "POST" else None
            plain = _plain(send(clients[role], address, method, data), world, "missing")
            if "GET" in method:
                there = address_of(world, name, "other") if way.sees else "/logg/"
                forged = dict.fromkeys(FORGED, there) | dict.fromkeys(STEERING, world.keys["other"])
            else:
                forged = dict.fromkeys(FORGED, HOLDERS["other"].lower()) | {"X-HTTP-Method-Override": "GET"}
            answer = send(clients[role], address, method, data, headers=forged)
            yield from _signs(answer, world, name, role, str(forged), f"{role} {method} with headers")
            if _plain(answer, world, "missing") != plain:
                yield f"{role} {method}: headers change the answer"


def in_lists(world: World, clients: Clients) -> Iterator[str]:
    """What a unit takes out, and what a search by name or birthday lists: the own, and nobody graded."""
    for role in ("adviser", "leader"):
        form = send(clients[role], reverse("register:export"), "GET").context["form"]
        for wanted, _ in form.fields["list"].choices:
            for kind, _ in form.fields["format"].choices:
                body = {"list": wanted, "format": kind, "year": str(form.initial["year"]), "numbers": "on"}
                answer = send(clients[role], reverse("register:export"), "POST", body | {"purpose": "til møtet"})
                yield from _listed(answer, world, "register:export", role, f"{role} {wanted} {kind}")
    for role in ("leader", "language_adviser"):
        for asked in ("02.01.1990", "Lund", *(NAMES[whose] for whose in ("own7", "other", "six"))):
            answer = send(clients[role], reverse("register:search"), "POST", {"q": asked})
            told = f"{role} search {asked}"
            yield from _signs(answer, world, "register:search", role, asked, told)
            if asked in NAMES.values() and "/personer/" in written(answer).replace("/personer/ny/", ""):
                yield f"{told}: leads to a person"


def _listed(answer: Any, world: World, name: str, role: str, told: str) -> Iterator[str]:
    if "attachment" not in answer.headers.get("Content-Disposition", ""):
        yield f"{told}: no file"
    elif NAMES["own"] not in written(answer) and "exits" not in told and "deadlines" not in told:
        yield f"{told}: the own person is not in it"
    yield from _signs(answer, world, name, role, "", told)


def in_files(world: World, clients: Clients, kinds: Iterable[str] = ()) -> Iterator[str]:
    """A row about somebody of others in a file of each kind: what it would do, what it did, its page and what is sent
    back, and the answer to the other system."""
    for kind in kinds or templates():
        now = timezone.now()  # which the page shows, to the minute
        found = {whose: _file(world, clients, kind, whose, now) for whose in ("other", "other7", "six", "missing")}
        for whose, (said, leaks) in found.items():
            yield from (f"{kind} about {whose}: {leak}" for leak in leaks)
            like = found["other" if kind == TAKEN_FILE and whose != "missing" else "missing"][0]
            if said != like:
                apart = _first_apart(said, like)
                yield f"{kind} about {whose}: told apart {apart}"


def _first_apart(one: list[str], other: list[str]) -> list[str]:
    """Where two lists of answers differ first."""
    answers = next(pair for pair in zip(one, other, strict=True) if pair[0] != pair[1])
    at = next((n for n, signs in enumerate(zip(*answers, strict=False)) if len(set(signs)) > 1), 0)
    return [answer[max(at - 60, 0) : at + 60] for answer in answers]


def _file(world: World, clients: Clients, kind: str, whose: str, now: datetime) -> tuple[list[Any], list[str]]:
    """Everything the sender sees of the file, and what is wrong of itself."""
    wrong: list[str] = []
    trail: list[str] = []
    said: list[Any] = []
    grant = Grant.objects.get(user__username="adviser")
    with transaction.atomic():
        actor = grant.actor()
        look = _follow(world, [whose] if whose in UNITS else [], trail)
        _, key = tokens.make(actor, grant, "x", timezone.localdate() + timedelta(days=1), now=now)
        batch, _ = batches.submit(actor, kind, "f.csv", _row_about(world, kind, whose), now=now)
        worker.run(batch.pk)
        said += _seen(world, clients, batch.pk, key, whose, wrong)
        batches.accept(batch, "rest", now=now)
        worker.run(batch.pk)
        said += _seen(world, clients, batch.pk, key, whose, wrong)
        look()
        transaction.set_rollback(True)
    return said, wrong + [f"writes about {one}" for one in trail]


def _row_about(world: World, kind: str, whose: str) -> bytes:
    fields = [field for field in templates()[kind].fields if field.required or field.name in ("unit", "start")]
    values = {field.name: field.example["nb"] for field in fields}
    values |= {"number": world.made["number", whose]} | ({"unit": "5001"} if "unit" in values else {})
    if kind == "person":
        values |= {"name": "Ny Person", "birth_date": "01.01.1990"}
    return "\n".join((";".join(values), ";".join(values.values()))).encode()


def _seen(world: World, clients: Clients, batch: int, key: str, whose: str, wrong: list[str]) -> list[Any]:
    pages = [reverse("imports:batch", args=[batch]), reverse("imports:rejected", args=[batch, "csv"])]
    answers = [clients["adviser"].get(page) for page in pages]
    by_key = {"authorization": f"Bearer {key}"}
    answers.append(clients["anonymous"].get(reverse("imports:api_see", args=[batch]), headers=by_key))
    digits = world.made["number", whose]
    for answer in answers:
        wrong += [f"tells of {sign}" for sign in leaked(answer, world, "imports:batch", "adviser", "own", digits)]
    plain = [
        re.sub(rf"{digits}|…{digits[-2:]}|/{batch}\b|: {batch}\b", "¤", str(_plain(one, world, whose)))
        for one in answers
    ]
    return [re.sub(r'"key": "[0-9a-f]+"|-\d+\.csv', "", one) for one in plain]


def by_key(world: World, clients: Clients) -> Iterator[str]:
    """Another system's key opens what its role may, of its own unit, as long as it holds."""
    api, now = clients["anonymous"], timezone.now()
    tomorrow = timezone.localdate() + timedelta(days=1)

    def key_of(role: str) -> tuple[Any, dict[str, str]]:
        grant = Grant.objects.get(user__username=role)
        token, text = tokens.make(grant.actor(), grant, role, tomorrow, now=now)
        return token, {"authorization": f"Bearer {text}"}

    def see(whose: str, headers: dict[str, str]) -> Any:
        return send(api, reverse("imports:api_see", args=[world.made["batch", whose]]), "GET", headers=headers)

    token, own_key = key_of("adviser")
    if see("own", own_key).status_code != 200:
        yield "the own batch is not there"
    if _plain(see("other", own_key), world, "other") != _plain(see("missing", own_key), world, "missing"):
        yield "a batch of others is told apart"
    for role in ("governor", "analyst", "shielded_officer", "language_adviser"):
        if see("own", key_of(role)[1]).status_code != 401:
            yield f"a key of {role} opens imports"
    forged = own_key | {"X-Unit": OTHER, "X-Forwarded-User": HOLDERS["other"].lower(), "Idempotency-Key": "other"}
    units: list[str] = []
    new = Batch.objects.exclude(key__in=("own", "other")).values_list("unit", flat=True)
    file, to = {"file": io.BytesIO(b"number;name")}, reverse("imports:api_send", args=["person"])
    sent = send(api, to, "POST", file, headers=forged, look=lambda: units.extend(new))
    if (sent.status_code, units) != (202, [OWN]):
        yield f"a file is taken for {units}: {sent.status_code}"
    tokens.end(token.grant.actor(), token, now=now)
    if see("own", own_key).status_code != 401:
        yield "a key that has ended opens imports"


def _tried(world: World, name: str, role: str, fields: Mapping[str, Iterable[str]], ask: Ask) -> Iterator[str]:
    """Each field names somebody of others, in each way there is to name somebody."""
    for field, kinds in fields.items():
        for kind in kinds:
            answers = {}
            for whose in (*others(role), "missing"):
                trail: list[str] = []
                value, told = reference(world, whose, kind), f"{role} {field}={kind} of {whose}"
                answer = ask(field, value, _follow(world, others(role), trail))
                yield from _signs(answer, world, name, role, value, told)
                yield from (f"{told}: writes about {one}" for one in trail)
                answers[whose] = _plain(answer, world, whose)
            if TAKEN.get(name, {}).get(field) == kind:
                del answers["missing"]
            yield from _unlike(answers, f"{role} {field}={kind}")


def _signs(answer: Any, world: World, name: str, role: str, asked: str, told: str) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"{told}: {answer.status_code}"
    yield from (f"{told}: tells of {sign}" for sign in leaked(answer, world, name, role, own(role), asked))


def _plain(answer: Any, world: World, whose: str) -> tuple[Any, ...]:
    """An answer without what differs by chance, and with the reference itself left out wherever it is repeated; and
    those to nobody, which may stand in what is sent beside it."""
    status, headers, body = same(answer)
    packed = body.startswith(b"PK")
    said = written(answer) if packed else body.decode("utf-8", "replace") + answer.headers.get("Location", "")
    said = BY_CHANCE.sub("", said)
    known = (re.escape(reference(world, one, kind)) for one in {whose, "missing"} for kind in KINDS)
    return status, headers, re.sub("|".join(known), "¤", said, flags=re.IGNORECASE)


def _unlike(answers: Mapping[str, tuple[Any, ...]], told: str) -> Iterator[str]:
    if len(set(answers.values())) > 1:
        lines = zip(*(answer[2].splitlines() for answer in answers.values()), strict=False)
        apart = next((line for line in lines if len(set(line)) > 1), "")
        yield f"{told}: told apart, {[answer[0] for answer in answers.values()]} {apart}"


def _follow(world: World, whose: Iterable[str], trail: list[str]) -> Callable[[], None]:
    """Notes whose rows and which of their rows the events and changes from now on are about."""
    since = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    keys, ids = {world.keys[one]: one for one in whose}, {str(IDS[one]): one for one in whose}

    def look() -> None:
        for event in Event.objects.filter(pk__gt=since):
            named = {keys.get(event.person), *(ids.get(part) for part in re.split(r"\D+", event.object))}
            trail.extend(f"{one} ({event.action} {event.object})" for one in named if one)
        changes = Change.objects.filter(event_id__gt=since, person_id__in=list(ids))
        trail.extend(ids[str(person)] for person in changes.values_list("person_id", flat=True))

    return look


def saving(world: World, client: Client, name: str, role: str) -> tuple[Filled, set[str]]:
    """What saves the page's form, and the names it reads of the body. A case is led to where that can be done; a form
    may come in steps. The forms in an answer to what has no page of its own are those of other addresses."""
    way, names = WAYS[name], set[str]()
    address, shown = address_of(world, name, own(role)), "GET" in way.methods
    if shown:
        _lead(world.cases[own(role)], lambda: answered(send(client, address, "GET")) == 409)
    made = filled(send(client, address, "GET")) if shown else Filled()
    made.body |= way.body(world, own(role))
    for _ in range(3):
        with heard(names, beside=MARK):
            answer = send(client, address, "POST", made.body | {MARK: "1"})
        more = filled(answer) if shown else Filled()
        if answer.status_code != 200 or set(more.body) <= set(made.body):
            break
        made = Filled(made.body | more.body, made.typed | more.typed)
    return made, names


def _lead(case: int, closed: Callable[[], bool]) -> None:
    """Leads a case to where a form of it is open: as it is, in one of its states, before its programme, or offered to
    another unit."""
    found, begun = Case.objects.filter(pk=case), Participation.objects.filter(case=case)
    states = [partial(found.update, state=state) for state in LABELS]
    offer = partial(Handover.objects.create, case_id=case, to_unit=OTHER, offered=timezone.localdate())
    for step in (bool, *states, begun.delete, *states, offer):
        step()
        if not closed():
            return
    raise AssertionError("The form is open in no state of the case: nothing of it would be tried.")
