"""The counts and the order of the work list, held against a plain walk through the findings."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from overgang.access.actor import acting
from overgang.collect.register.models import Case, Finding
from overgang.collect.register.scope import CONFIDENTIAL
from overgang.collect.register.screens.work_list import Filters, tally
from tests.internal import OTHER, OWN

FILTERS = [Filters(), Filters(mine=True), Filters(late=True), Filters(rule="DQ07"), Filters(True, True, "DQ12")]


@pytest.fixture
def leader(make_user, make_person, today) -> Any:
    """The leader of a unit with findings early and late, of several rules: of persons, one of them with two cases and
    one with a confidential address, and of the unit; some are the leader's own, some answered, some another unit's."""
    user = make_user("leader", OWN)
    persons = [make_person(OWN, name=f"Blid {at}", grade=CONFIDENTIAL if at == 3 else 0) for at in range(6)]
    cases = [person.cases.get() for person in persons]
    cases.append(Case.objects.create(person=persons[0], unit=OWN, regime="INTEGR_2021"))
    cases += [make_person(OTHER).cases.get(), None]
    rng = random.Random(5)
    for at in range(300):
        case = rng.choice(cases)
        Finding.objects.create(
            unit=case.unit if case else OWN,
            case=case,
            rule=rng.choice(("DQ07", "DQ12", "DQ20")) if case else "DQ30",
            severity="E",
            subject=f"row:{at}",
            state=rng.choice((Finding.OPEN, Finding.OPEN, Finding.EXPLAINED)),
            found=today,
            due=today + timedelta(days=rng.randrange(-45, 45)),
            owner=rng.choice((user, None)),
        )
    return acting(user.pk, user.name, "leader", OWN)


@pytest.mark.parametrize("chosen", FILTERS, ids=str)
def test_the_sums_are_those_of_a_walk_through_the_findings(leader, today, chosen) -> None:
    rows = list(Finding.objects.filter(unit=OWN, state="open").select_related("case__person"))
    hidden = [row for row in rows if row.case and row.case.person.address_grade == CONFIDENTIAL]
    listed = [row for row in rows if row.case and row not in hidden]
    rules: dict[str, int] = defaultdict(int)
    days = defaultdict(list)
    for row in listed:
        rules[row.rule] += 1
        if (
            (row.owner_id == leader.user or not chosen.mine)
            and (row.due < today or not chosen.late)
            and chosen.rule in ("", row.rule)
        ):
            days[row.case.person.pk].append(row.due)
    assert len(hidden) > 5
    assert len(days) > 2
    told = tally(Finding.objects.seen_by(leader).open(), leader, chosen, today)
    assert (told.all, told.late, told.hidden) == (len(rows), sum(row.due < today for row in rows), len(hidden))
    assert told.rules == rules
    assert told.persons == sorted(days, key=lambda person: (min(days[person]), person))


def test_a_rule_that_only_hidden_persons_break_is_not_named(leader, today) -> None:
    Finding.objects.filter(case__person__address_grade=CONFIDENTIAL).update(rule="DQ16")
    told = tally(Finding.objects.seen_by(leader).open(), leader, Filters(), today)
    assert "DQ16" not in told.rules
