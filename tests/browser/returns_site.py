"""Two open rounds of annual returns, for the browser: `python -m tests.browser.returns_site` makes them in
OVERGANG_HOME, with users of the unit and a register of fourteen invented persons who took part in 2025."""

import os
from datetime import date, timedelta

UNIT, ELSEWHERE, THIRD = "K1103", "K1106", "K1101"
"""Stavanger, Haugesund and Eigersund: the same codes in 2007 and now."""
PASSWORD = "tolv tegn og mer"
USERS = {
    "kari": ("adviser", UNIT),
    "liv": ("leader", UNIT),
    "ola": ("adviser", ELSEWHERE),
    "nina": ("leader", ELSEWHERE),
    "eva": ("leader", THIRD),
}
EXITS = (
    ("2025-03-14", "CO_WORK_GT29"),
    ("2025-05-30", "CO_WORK_LT30"),
    ("2025-06-20", "CO_EDU_UPPER"),
    ("2025-06-20", "CO_EDU_UPPER"),
    ("2025-09-01", "IN_MOVED"),
    ("2025-11-12", None),
)
RUNNING = 8


def build() -> None:
    """Tables, keys, users, rounds and what the register holds."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
    import django

    django.setup()
    from django.utils import timezone

    from overgang.access import installation
    from overgang.access.actor import acting
    from overgang.access.models import Grant, User
    from overgang.collect.register.models import Case, Leave, Participation, Person
    from overgang.collect.returns import keeping

    now, today = timezone.now(), timezone.localdate()
    list(installation.prepare("admin", "http://127.0.0.1", now=now))
    for name, (role, place) in USERS.items():
        user = User(username=name, name=name.title())
        user.set_password(PASSWORD)
        user.save()
        Grant.objects.create(user=user, role=role, place=place, since=today - timedelta(days=30))
    spells = [(date.fromisoformat(end), reason) for end, reason in EXITS] + [(None, None)] * RUNNING
    for at, (end, reason) in enumerate(spells):
        person = Person.objects.create(birth_date=date(1985, 1, 1 + at), sex="F", origin="SO")
        case = Case.objects.create(person=person, unit=UNIT, regime="INTEGR_2021", state="in_programme")
        start = date(2024, 2, 1) + timedelta(days=20 * at)
        known = {"social_assistance": "no", "national_insurance": "no", "other_support": "no"} if reason else {}
        last = Participation.objects.create(case=case, start=start, end=end, end_reason=reason, **known)
    Leave.objects.create(participation=last, kind="care_leave", start=date(2025, 12, 1))
    analyst = acting(None, "Analytiker", "analyst", "")
    for year in (2007, 2025):
        days = {"as_of": date(year, 12, 31), "opens": today, "closes": today + timedelta(days=30)}
        keeping.open_round(analyst, year=year, **days, frame=dict.fromkeys((UNIT, ELSEWHERE, THIRD), ""), now=now)


if __name__ == "__main__":
    build()
