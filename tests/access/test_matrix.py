"""The authorization matrix: every address of the resolver x every role and every visitor without one x whose record x
every method. What is expected comes from the table in `ways`, which knows nothing of the policies on the views."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access import log
from overgang.access.actor import acting
from overgang.access.models import Event, Grant, Token
from overgang.access.policies import addresses
from overgang.access.roles import roles
from overgang.base.identity import check_digits
from overgang.collect.register import numbers
from overgang.collect.register.batches import worker
from overgang.collect.register.models import (
    Absence,
    Appeal,
    Batch,
    Case,
    Decision,
    Finding,
    Handover,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)
from overgang.collect.returns.models import (
    Answer,
    Comment,
    Commenter,
    CommentRound,
    Question,
    Return,
    Round,
    SurveyFile,
    Version,
)
from overgang.collect.returns.questionnaire import questionnaire
from tests.access.ways import EVERYBODY, ROLES, SIGNED_IN, WAYS, Way, World
from tests.internal import OTHER, OWN

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
VISITORS = ("anonymous", "ended", "disabled")
AT = {"unit": OWN, "county": "F50", "country": ""}


def test_every_address_has_an_entry_and_no_entry_is_left_over() -> None:
    assert {found.name for found in addresses()} == set(WAYS)


def test_every_role_is_in_the_table() -> None:
    assert set(roles()) == ROLES


@pytest.fixture
def world(make_user, make_person, settings, monkeypatch) -> World:
    """A person of each kind with a case, a number and an event, and a user with a role at each place."""
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(worker, "wake", lambda: None)
    now = timezone.now()
    units = {"own": OWN, "other": OTHER, "own7": OWN, "other7": OTHER, "six": None}
    keys, cases, made = {"missing": "0" * 16}, {"missing": 987654321}, {}
    for number, (whose, unit) in enumerate(units.items()):
        grade = {"own7": 7, "other7": 7, "six": 6}.get(whose, 0)
        person = make_person(unit, grade=grade)
        typed = f"0101900{number + 10:02}"
        digits = check_digits([int(sign) for sign in typed])
        typed += "".join(map(str, digits)) if digits else "00"
        numbers.new_identifier(person, "fnr", typed).save()
        keys[whose], cases[whose] = person.key, Case.objects.get(person=person).pk
        made["number", whose] = typed
        who = acting(1, "", "leader" if unit else "shielded_officer", unit or "")
        log.write(who, [log.Entry(Event.SAW, person=person.key)], now=now)
        holder = make_user("adviser" if unit else "analyst", unit or "")
        made |= {(name, whose): row.pk for name, row in rows_of(person, unit).items()}
        made["user", whose], made["grant", whose] = holder.pk, Grant.objects.get(user=holder).pk
    for whose in ("own", "other"):
        user, grant = made["user", whose], made["grant", whose]
        batch = Batch.objects.create(
            unit=units[whose], user_id=user, kind="person", key=whose, created=now, moved=now, state="done"
        )
        token = Token.objects.create(hash=whose, grant_id=grant, created=now, expires=timezone.localdate())
        made["batch", whose], made["token", whose] = batch.pk, token.pk
        made["asked", whose] = units[whose]
    keep_returns()
    made |= asked_in_a_round(now)
    made |= made_of_comments()
    made |= {("commenter", "missing"): "K9999", ("comment", "missing"): 99}
    made |= {("batch", "missing"): 987654321, ("token", "missing"): 987654321}
    made |= {("user", "missing"): 987654321, ("grant", "missing"): 987654321, ("number", "missing"): "01019099999"}
    made["asked", "missing"] = "K9999"
    made |= {(name, "missing"): 987654321 for name, _ in list(made) if (name, "missing") not in made}
    return World(keys, cases, made)


def keep_returns() -> None:
    """Both units have sent their returns for 2024."""
    day, sent = date(2025, 1, 2), datetime(2025, 2, 1, tzinfo=UTC)
    last = date(2025, 2, 28)
    asked = Round.objects.create(year=2024, as_of=date(2024, 12, 31), opens=day, closes=last)
    for unit in (OWN, OTHER):
        of = Return.objects.create(round=asked, unit=unit, added=day, state="sent")
        of.current = Version.objects.create(of=of, sent=sent)
        of.save()
        items = questionnaire(2024).items
        Answer.objects.bulk_create(
            Answer(version=of.current, item=item.id, raw="0", answer="zero", value=0) for item in items
        )


def made_of_comments() -> dict[tuple[str, str], Any]:
    """Comments of a year that are being written and of one that are being decided, by both units; and survey files."""
    found: dict[tuple[str, str], Any] = {}
    now, day = timezone.now(), timezone.localdate()
    for year in (2011, 2012):
        asked = Round.objects.create(year=year, as_of=day, opens=day, closes=day, released=now)
        closed = now if year == 2012 else None
        CommentRound.objects.create(round=asked, opened=now, closes=day, closed=closed)
        question = Question.objects.create(round=asked, number=1, nb="Hva?", nn="Kva?", en="What?")
        for number, (whose, unit) in enumerate((("own", OWN), ("other", OTHER)), 1):
            of = Return.objects.create(round=asked, unit=unit, added=day)
            Commenter.objects.create(of=of, sent=closed, number=number if closed else None)
            Comment.objects.create(question=question, of=of, text="Vi gjorde det.", at=now)
            file = SurveyFile.objects.create(round=asked, key=whose, file="a.csv", at=now, taken=now, grid=[[1, ["a"]]])
            found |= {("commenter", whose): unit, ("comment", whose): number, ("survey", whose): file.pk}
    return found


def rows_of(person: Person, unit: str | None) -> dict[str, Any]:
    """A row of every kind, and a finding; and somebody from elsewhere who is handed over to the unit."""
    day, case = date(2024, 3, 1), Case.objects.get(person=person)
    own = {"participation": Participation.objects.create(case=case, start=day)}
    decision = Decision.objects.create(case=case, kind="grant", decided=day)
    found = {
        "measure": Measure.objects.create(kind="norwegian", start=day, **own),
        "leave": Leave.objects.create(kind="care_leave", start=day, **own),
        "absence": Absence.objects.create(start=day, end=day, **own),
        "decision": decision,
        "plan": Plan.objects.create(case=case, day=day),
        "permit": Permit.objects.create(person=person, basis="asylum", decided=day),
        "settlement": Settlement.objects.create(person=person, unit=unit, day=day),
        "appeal": Appeal.objects.create(decision=decision, lodged=day),
        "finding": Finding.objects.create(
            case=case, unit=unit, rule="DQ01", severity="E", found=day, due=day, values={"what": "none"}
        ),
    }
    if unit:
        moved = Person.objects.create(name="Bo Li", birth_date=day, sex="M", origin="SY")
        there = Case.objects.create(person=moved, unit=OTHER if unit == OWN else OWN, regime="INTRO_2004")
        found["handover"] = Handover.objects.create(case=there, to_unit=unit, offered=day)
    return found


def asked_in_a_round(now: datetime) -> dict[tuple[str, str], Any]:
    """A return of each unit: a version of it was sent, and it is open again."""
    days = {"as_of": date(2020, 12, 31), "opens": date(2021, 1, 2), "closes": timezone.localdate()}
    round_ = Round.objects.create(year=2020, **days)
    for unit in (OWN, OTHER):
        of = Return.objects.create(round=round_, unit=unit, added=date(2021, 1, 2), state="draft")
        Version.objects.create(of=of, number=1, sent=now)
        Version.objects.create(of=of, number=2, typed={"1": "12"})
    return {("return", "own"): OWN, ("return", "other"): OTHER, ("return", "missing"): "K0000"}


@pytest.fixture
def clients(make_user, enter) -> dict[str, Client]:
    """A signed-in client a role, and those without one."""
    found = {role: enter(make_user(role, AT[known.at], name=role)) for role, known in roles().items()}
    found["anonymous"] = Client(raise_request_exception=False, headers={"host": "localhost"})
    found["ended"] = enter(make_user("leader", OWN, name="ended", until=timezone.localdate() - timedelta(days=1)))
    found["disabled"] = enter(make_user("leader", OWN, name="disabled"))
    get_user_model().objects.filter(username="disabled").update(is_active=False)
    return found


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
    """One request whose traces are wiped out afterwards."""
    way = WAYS[name]
    address = reverse(name, kwargs=dict(way.path(world, whose)))
    if query := way.query(world, whose):
        address += f"?{urlencode(query)}"
    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    data = dict(way.body(world, whose)) if method == "POST" else None
    with transaction.atomic():
        answer = getattr(client, method.lower())(address, data)
        if getattr(answer, "streaming", False):
            answer.kept = b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return answer


def cells(name: str) -> Iterator[tuple[str, str, str]]:
    """Visitor, method, whose; a method that nobody may use is asked for one record only."""
    way = WAYS[name]
    for visitor in (*roles(), *VISITORS):
        for method in METHODS:
            several = way.sees is not None and method in way.methods
            yield from ((visitor, method, whose) for whose in (way.whose if several else ("own",)))


@pytest.mark.parametrize("name", sorted(WAYS))
def test_the_matrix(world: World, clients: dict[str, Client], name: str) -> None:
    wrong = []
    for visitor, method, whose in cells(name):
        found = answered(ask(clients[visitor], world, name, method, whose))
        right = expected(WAYS[name], visitor, method, whose)
        to_sign_in = "open" in right and found == "sign in" and WAYS[name].roles == EVERYBODY
        if found not in right and not to_sign_in:
            wrong.append(f"{visitor} {method} {whose}: {found}, expected {right}")
    assert wrong == []


@pytest.mark.parametrize("name", sorted(name for name, way in WAYS.items() if way.sees))
def test_a_record_of_others_looks_like_one_that_is_not_there(
    world: World, clients: dict[str, Client], name: str
) -> None:
    way = WAYS[name]
    for role in way.roles:
        unseen = [whose for whose in way.whose if not way.sees(role, whose)]  # type: ignore[misc]
        for method in way.methods & {"GET", "POST"}:
            answers = [ask(clients[role], world, name, method, whose) for whose in unseen]
            bodies = {_bare(answer.content) for answer in answers}
            assert {answer.status_code for answer in answers} == {404}
            assert len(bodies) == 1
            assert len({tuple(sorted(set(answer.headers) - {"Date"})) for answer in answers}) == 1


def _bare(html: bytes) -> bytes:
    """A page without what differs at every request, or repeats its own address."""
    lines = html.splitlines()
    return b"\n".join(line for line in lines if b"csrf" not in line and b'name="next"' not in line)


def test_the_matrix_is_large_enough() -> None:
    assert sum(1 for name in WAYS for _ in cells(name)) > 3000
