"""A round of returns whose results are out, on top of the register's invented site: `python -m
tests.browser.comments_site` makes it in OVERGANG_HOME."""

from datetime import date, timedelta

from tests.browser.register_site import OTHER, OWN, PASSWORD, build

YEAR = 2025


def more() -> None:
    """An analyst, and returns of two units for a year that are sent and published."""
    from django.utils import timezone

    from overgang.access.actor import SYSTEM, acting
    from overgang.access.models import Grant, User
    from overgang.collect.returns import commented, keeping
    from overgang.collect.returns.annual_return import read_return
    from overgang.collect.returns.models import Return
    from overgang.collect.returns.questionnaire import questionnaire

    now, today = timezone.now(), timezone.localdate()
    for name, (role, place) in {"maria": ("analyst", ""), "siri": ("leader", OTHER)}.items():
        user = User(username=name, name=name.title())
        user.set_password(PASSWORD)
        user.save()
        Grant.objects.create(user=user, role=role, place=place, since=today - timedelta(days=30))
    dates = {"as_of": date(YEAR, 12, 31), "opens": today, "closes": today + timedelta(days=30)}
    frame = {OWN: "", OTHER: "", "K1103": "", "K5501": "", "K0301": ""}
    round_ = keeping.open_round(SYSTEM, year=YEAR, **dates, frame=frame, now=now)
    asked = questionnaire(YEAR)
    typed = {item.id: "0" for item in asked.items if item.kind == "count"} | {"1": "121", "2": "121"}
    for unit in (OWN, OTHER):
        of = Return.objects.get(unit=unit)
        keeping.take_in(SYSTEM, of, read_return(asked, unit, typed), reason="Oppdiktet", now=now)
    commented.results_out(acting(1, "Maria", "analyst", ""), round_, now=now)


if __name__ == "__main__":
    build()
    more()
