"""Two rounds of invented returns and an analyst: `python -m tests.browser.desk_site` makes them in OVERGANG_HOME."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.browser.register_site import PASSWORD

UNITS = ("K1103", "K1601", "K1201", "K0602", "K0219", "K0104", "K0403", "K0501", "K0701", "K0806", "K0906", "K1001")
OF_2008: Mapping[str, Mapping[str, str]] = {
    "K1103": {"10a": "9", "explained": "To personer fikk to jobber hver, og er talt to ganger."},
    "K1201": {"12c": "1"},
    "K0219": {"4": "00"},
    "K0104": {"9b": "00", "12c": "1"},
    "K0403": {"1": "45"},
    "K0806": {"10a": "5"},
}
"""What each unit answers otherwise than a return in which everything fits."""


def whole(number: int) -> dict[str, str]:
    """Answers that fit one another."""
    from overgang.collect.returns.questionnaire import questionnaire

    ended = {"4": "14", "7b": "1", "9a": "3", "10a": "7", "12c": "3", "13a": "4"}
    return {item.id: "0" for item in questionnaire(2008).items} | {"1": f"{number + 14}", "2": f"{number}", **ended}


def build() -> None:
    """Tables, keys, users and the returns."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
    import django

    django.setup()
    from django.utils import timezone

    from overgang.access import installation
    from overgang.access.actor import acting
    from overgang.access.models import Grant, User

    list(installation.prepare("admin", "http://127.0.0.1", now=timezone.now()))
    since = timezone.localdate() - timedelta(days=30)
    people: dict[str, Any] = {}
    for name, role, place in (("ane", "analyst", ""), ("liv", "leader", UNITS[0])):
        people[name] = User(username=name, name=name.title())
        people[name].set_password(PASSWORD)
        people[name].save()
        Grant.objects.create(user=people[name], role=role, place=place, since=since)
    analyst = acting(people["ane"].pk, "Ane", "analyst", "")
    for year in (2007, 2008):
        _round(year, analyst, people["liv"].pk)


def _round(year: int, analyst: Any, leader: int) -> None:
    from overgang.access.actor import acting
    from overgang.collect.returns import keeping
    from overgang.collect.returns.models import Return

    now = datetime(year + 1, 2, 1, 9, 0, tzinfo=UTC)
    days = {"as_of": date(year, 12, 31), "opens": date(year + 1, 1, 2), "closes": date(year + 1, 2, 28)}
    keeping.open_round(analyst, year=year, **days, frame=dict.fromkeys((*UNITS, "K1902"), ""), now=now)
    for at, unit in enumerate(UNITS):
        of = Return.objects.get(unit=unit, round=year)
        other = dict(OF_2008.get(unit, {})) if year == 2008 else {}
        why = other.pop("explained", "Tallene er slik de står i fagsystemet.")
        who = acting(leader, "Liv", "leader", unit)
        draft = keeping.save(who, of, whole(20 + at) | other, {}, seen=0, now=now)
        sent = {"now": now, "today": now.date()}
        try:
            keeping.approve(who, of, number=draft.number, seen=draft.saved, **sent)
        except keeping.NotReady as refused:
            explained = {keeping.place(one): why for one in refused.unexplained}
            draft = keeping.save(who, of, whole(20 + at) | other, explained, seen=draft.saved, now=now)
            keeping.approve(who, of, number=draft.number, seen=draft.saved, **sent)


if __name__ == "__main__":
    build()
