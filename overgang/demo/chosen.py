"""The numbers the generator is given, written as published figures are, so that one check serves both."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from overgang.base.places import COUNTRY
from overgang.demo.groups import SHIELDED
from overgang.demo.published import EXACT, NEAR, WHOLE, Published
from overgang.demo.targets import Targets

TRUTH, RETURN = "truth_register", "survey_return"
OUTCOMES: Mapping[str, str] = {
    "work": "work", "education": "edu", "primary_school": "primary", "measures": "measure", "health": "health",
    "no_activity": "none", "moved": "moved", "death": "dead", "behaviour": "behaviour", "unknown": "unknown",
}  # fmt: skip
"""Outcome in outcomes_2007.csv -> its group."""

FACTS: Mapping[tuple[int, str], tuple[str, str, str, str, str]] = {
    (2007, "invited"): (RETURN, COUNTRY, "programmes", "", "sent"),
    (2007, "answered"): (RETURN, COUNTRY, "programmes", "", "answered"),
    (2007, "item_2"): (RETURN, COUNTRY, "active_end", "", "q2"),
    (2007, "item_3"): (RETURN, COUNTRY, "leave_end", "", "q3"),
    (2007, "item_4"): (RETURN, COUNTRY, "ended_q4", "", "q4"),
    (2007, "wage_subsidies"): (TRUTH, COUNTRY, "ended", "", "work.subsidy"),
    (2007, "under_two_years"): (TRUTH, COUNTRY, "ended", "", "time<2y"),
    (2007, "two_years"): (TRUTH, COUNTRY, "ended", "", "time=2y"),
    (2007, "over_two_years"): (TRUTH, COUNTRY, "ended", "", "time>2y"),
    (2007, "with_transfers"): (TRUTH, COUNTRY, "ended", "", "transfer"),
    (2016, "shielded_exits"): (TRUTH, SHIELDED, "ended", "", "all"),
    (2016, "shielded_work"): (TRUTH, SHIELDED, "ended", "", "work"),
    (2016, "shielded_education"): (TRUTH, SHIELDED, "ended", "", "edu"),
    (2016, "men"): (TRUTH, COUNTRY, "ended", "", "men"),
    (2016, "men_work_edu"): (TRUTH, COUNTRY, "ended", "men", "work|edu"),
    (2017, "men"): (TRUTH, COUNTRY, "ended", "", "men"),
    (2017, "men_work_edu"): (TRUTH, COUNTRY, "ended", "men", "work|edu"),
    (2017, "women_work_edu"): (TRUTH, COUNTRY, "ended", "women", "work|edu"),
    (2017, "work"): (TRUTH, COUNTRY, "ended", "", "work"),
    (2017, "primary_school"): (TRUTH, COUNTRY, "ended", "", "primary"),
    (2022, "ukraine"): (TRUTH, COUNTRY, "started", "", "Ukraine"),
}
"""Fact -> its layer, place, population, wider group and group. What is not here is no number of a group."""


def chosen(targets: Targets) -> Iterator[Published]:
    """Each number with the column it stands in as its id, and file and row as its place."""
    yield from _counties(targets)
    yield from _sizes(targets)
    yield from _spans(targets)
    for row, place in enumerate(targets.municipalities_2022, start=2):
        where = f"municipalities_2022.csv, row {row}"
        for column, category, n in (("exits", "all", place.exits), ("work_edu", "work|edu", place.work_edu)):
            yield _count(f"{where}: {column}", 2022, place.place, place.name, category, n)
    for row, (key, value) in enumerate(targets.facts.items(), start=2):
        if key in FACTS:
            layer, place_, population, among, category = FACTS[key]
            figure = _count(f"facts.csv, row {row}: {key[1]}", key[0], place_, "Norge", category, value)
            yield replace(figure, layer=layer, population=population, among=among)


def _counties(targets: Targets) -> Iterator[Published]:
    for row, county in enumerate(targets.counties_2007, start=2):
        where, place = f"counties_2007.csv, row {row}", f"F{county.county}"
        participants = _count(f"{where}: participants", 2007, place, county.name, "q1", county.participants)
        yield replace(participants, layer=RETURN, population="participants")
        for column, category in (("exits", "all"), ("work", "work"), ("education", "edu")):
            yield _count(f"{where}: {column}", 2007, place, county.name, category, getattr(county, column))
    for row, later in enumerate(targets.counties_2016, start=2):
        for column, category in (("exits", "all"), ("work", "work"), ("education", "edu")):
            where = f"counties_2016.csv, row {row}: {column}"
            yield _count(where, 2016, f"F{later.county}", later.name, category, getattr(later, column))
    for row, unit in enumerate(targets.programmes_2007, start=2):
        where = f"programmes_2007.csv, row {row}: participants"
        figure = _count(where, 2007, unit.place, unit.name, "q1", unit.participants)
        yield replace(figure, layer=RETURN, population="participants")


def _sizes(targets: Targets) -> Iterator[Published]:
    for row, size in enumerate(targets.sizes_2007, start=2):
        where, group = f"sizes_2007.csv, row {row}", f"size={size.size}"
        for column, place, name in (("programmes", COUNTRY, "Norge"), ("oslo", "K0301", "Oslo")):
            figure = _count(f"{where}: {column}", 2007, place, name, group, getattr(size, column))
            yield replace(figure, layer=RETURN, population="programmes")
        yield _count(f"{where}: exits", 2007, COUNTRY, "Norge", group, size.exits)
        for column, category in (("work", "work"), ("education", "edu"), ("measures", "measure")):
            figure = _count(f"{where}: {column}_percent", 2007, COUNTRY, "Norge", category, 0)
            value = float(getattr(size, f"{column}_percent"))
            yield replace(figure, kind="share", among=group, precision=WHOLE, value=value, low=None, high=None)


def _spans(targets: Targets) -> Iterator[Published]:
    """Numbers that are given as the least and the most."""
    spans = [
        (
            f"outcomes_2007.csv, row {row}: low to high",
            COUNTRY,
            "Norge",
            OUTCOMES[outcome.outcome],
            outcome.low,
            outcome.high,
        )
        for row, outcome in enumerate(targets.outcomes_2007, start=2)
    ]
    for row, time in enumerate(targets.times_2007, start=2):
        where, place = f"times_2007.csv, row {row}", f"F{time.county}"
        spans.append((f"{where}: under", place, time.name, "time<2y", time.under_low, time.under_high))
        spans.append((f"{where}: over", place, time.name, "time>2y", time.over_low, time.over_high))
    for row, got in enumerate(targets.transfers_2007, start=2):
        where = f"transfers_2007.csv, row {row}: low to high"
        spans.append((where, f"F{got.county}", got.name, "transfer", got.low, got.high))
    for where, place, name, category, low, high in spans:
        figure = _count(where, 2007, place, name, category, low)
        yield replace(figure, precision=NEAR, low=low, high=high)


def _count(where: str, year: int, place: str, name: str, category: str, n: int) -> Published:
    row, _, _ = where.partition(":")
    return Published(
        id=where, document="", ref=row, year=year, layer=TRUTH, place=place, name=name, population="ended", among="",
        category=category, kind="count", value=n, precision=EXACT, low=n, high=n, base=None, priority=3, status="",
        note="",
    )  # fmt: skip
