"""The published figures the synthetic country reproduces, read from `targets/` and checked against one another."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.places import Gazetteer, Kind, gazetteer

FOLDER = Path(__file__).with_name("targets")


@dataclass(frozen=True)
class County2007:
    """Figure 2 and table 2 of the 2007 report."""

    county: str
    name: str
    participants: int
    exits: int
    work: int
    education: int


@dataclass(frozen=True)
class County2016:
    """The county table of 2016."""

    county: str
    name: str
    exits: int
    work: int
    education: int


@dataclass(frozen=True)
class Flow:
    """Starts, ends and stocks of one year."""

    year: int
    stock_1jan: int
    started: int
    participants: int
    ended: int
    stock_31dec: int
    anchored_by: str


@dataclass(frozen=True)
class Programme2007:
    """A unit whose number of participants in 2007 was printed."""

    place: str
    name: str
    participants: int


@dataclass(frozen=True)
class Size2007:
    """A size class of the programmes of 2007."""

    size: str
    least: int
    most: int
    programmes: int
    oslo: int
    participants_low: int
    participants_high: int
    exits: int
    work_percent: int
    education_percent: int
    measures_percent: int


@dataclass(frozen=True)
class Time2007:
    """What was said of the time in programme of those who ended in a county in 2007: bounds of two classes."""

    county: str
    name: str
    under_low: int
    under_high: int
    over_low: int
    over_high: int


@dataclass(frozen=True)
class Transfer2007:
    """How many of those who ended in a county in 2007 received transfers."""

    county: str
    name: str
    low: int
    high: int


@dataclass(frozen=True)
class StatusAfter:
    """Persons of one sex who ended in a year, by where they were in the first November after: one status or several."""

    ended: int
    sex: str
    statuses: str
    persons: int


@dataclass(frozen=True)
class Outcome2007:
    """How many persons a rounded national share of 2007 allows."""

    outcome: str
    low: int
    high: int


@dataclass(frozen=True)
class Municipality2022:
    """One of the five municipalities named in 2022."""

    place: str
    name: str
    exits: int
    work_edu: int


@dataclass(frozen=True)
class Level:
    """Percent of a year's exits in each outcome: published where there is a figure, else chosen."""

    year: int
    work: float
    education: float
    primary_school: float
    measures: float
    no_activity: float
    health: float
    moved: float
    other: float
    not_registered: float

    def shares(self, outcomes: tuple[str, ...]) -> tuple[float, ...]:
        return tuple(getattr(self, outcome) / 100 for outcome in outcomes)


@dataclass(frozen=True)
class Origin:
    """Participants of one year from one country of birth; TOTAL is everybody. The sexes are not always known."""

    year: int
    origin: str
    participants: int
    men: int | None
    women: int | None


@dataclass(frozen=True)
class Country:
    """A country of birth, and what percentage of its people came with no school or with upper secondary: chosen."""

    origin: str
    no_school: int
    upper_secondary: int


@dataclass(frozen=True)
class Age:
    """Participants of one year in one age group."""

    year: int
    age: str
    men: int
    women: int


@dataclass(frozen=True)
class Population:
    """Inhabitants of 18-55 years in 2015 within the borders of 2024."""

    place: str
    adults: int


@dataclass(frozen=True)
class Fact:
    """A single published number."""

    year: int
    fact: str
    value: int


class Facts(dict[tuple[int, str], int]):
    """The single numbers; to ask for one that is not there is a fault of the file."""

    def __missing__(self, key: tuple[int, str]) -> int:
        raise BadInput(f"facts.csv has no row {key[0]},{key[1]}: put it back.")


@dataclass(frozen=True)
class Targets:
    """All target tables. `facts[2016, "men"]` is a single number."""

    counties_2007: tuple[County2007, ...]
    counties_2016: tuple[County2016, ...]
    flow: tuple[Flow, ...]
    programmes_2007: tuple[Programme2007, ...]
    sizes_2007: tuple[Size2007, ...]
    times_2007: tuple[Time2007, ...]
    transfers_2007: tuple[Transfer2007, ...]
    status_after: tuple[StatusAfter, ...]
    outcomes_2007: tuple[Outcome2007, ...]
    municipalities_2022: tuple[Municipality2022, ...]
    levels: tuple[Level, ...]
    origins: tuple[Origin, ...]
    countries: tuple[Country, ...]
    ages: tuple[Age, ...]
    population: tuple[Population, ...]
    facts: Facts


def read_targets(folder: Path = FOLDER) -> Targets:
    """Reads and checks the target files. Raises BadInput naming file, row and what is wrong."""
    facts = _table(folder, Fact)
    targets = Targets(
        counties_2007=_table(folder, County2007),
        counties_2016=_table(folder, County2016),
        flow=_table(folder, Flow),
        programmes_2007=_table(folder, Programme2007),
        sizes_2007=_table(folder, Size2007),
        times_2007=_table(folder, Time2007),
        transfers_2007=_table(folder, Transfer2007),
        status_after=_table(folder, StatusAfter),
        outcomes_2007=_table(folder, Outcome2007),
        municipalities_2022=_table(folder, Municipality2022),
        levels=_table(folder, Level),
        origins=_table(folder, Origin),
        countries=_table(folder, Country),
        ages=_table(folder, Age),
        population=_table(folder, Population),
        facts=Facts({(row.year, row.fact): row.value for row in facts}),
    )
    _check_places(targets, gazetteer())
    _check_counties(targets)
    _check_flow(targets)
    _check_people(targets)
    _check_origins(targets)
    _check_status(targets)
    return targets


FILES: Mapping[type, tuple[str, int]] = {
    County2007: ("counties_2007.csv", 1),
    County2016: ("counties_2016.csv", 1),
    Flow: ("flow.csv", 1),
    Programme2007: ("programmes_2007.csv", 1),
    Size2007: ("sizes_2007.csv", 1),
    Time2007: ("times_2007.csv", 1),
    Transfer2007: ("transfers_2007.csv", 1),
    StatusAfter: ("status_after.csv", 3),
    Outcome2007: ("outcomes_2007.csv", 1),
    Municipality2022: ("municipalities_2022.csv", 1),
    Level: ("levels.csv", 1),
    Origin: ("origins.csv", 2),
    Country: ("countries.csv", 1),
    Age: ("ages.csv", 2),
    Population: ("population.csv", 1),
    Fact: ("facts.csv", 2),
}
"""Row type -> its file and how many leading columns make a row unique."""


def _table[Row](folder: Path, kind: type[Row]) -> tuple[Row, ...]:
    return read_rows(folder, kind, *FILES[kind])


def read_rows[Row](folder: Path, kind: type[Row], name: str, keys: int) -> tuple[Row, ...]:
    """The rows of a target file, checked against the fields of `kind`; the first `keys` columns make a row unique."""
    path = folder / name
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read ({error}): put the target file back.") from None
    columns = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    if not lines or lines[0] != list(columns):
        raise BadInput(f"{name}, row 1 has the columns {lines[:1]}: it needs {','.join(columns)}.")
    rows, seen = [], set()
    for number, cells in enumerate(lines[1:], start=2):
        rows.append(_row(kind, columns, cells, f"{name}, row {number}"))
        if (key := tuple(cells[:keys])) in seen:
            raise BadInput(f"{name}, row {number}: {' '.join(key)} is there twice; remove one.")
        seen.add(key)
    if not rows:
        raise BadInput(f"{name} has no rows: put the target file back.")
    return tuple(rows)


def _row[Row](kind: type[Row], columns: Mapping[str, Any], cells: list[str], where: str) -> Row:
    if len(cells) != len(columns):
        raise BadInput(f"{where} has {len(cells)} values for {len(columns)} columns: correct the row.")
    values = {}
    for (column, type_), text in zip(columns.items(), cells, strict=True):
        try:
            values[column] = _value(type_, text)
        except ValueError:
            raise BadInput(f"{where}: {column} is {text!r}, it should be a number of 0 or more; correct it.") from None
    return kind(**values)


def _value(type_: Any, text: str) -> Any:
    if type_ is str:
        return text
    if type_ in (int | None, float | None) and not text:
        return None
    read: Callable[[str], float] = float if type_ in (float, float | None) else int
    if (number := read(text)) < 0:
        raise ValueError
    return number


def _check_places(targets: Targets, places: Gazetteer) -> None:
    """Every place is one of its year, and no county or unit that needs a row lacks it."""
    counties = {year: {place.code for place in places.in_year(year, Kind.COUNTY)} for year in (2007, 2016)}
    units = {year: {place.id for place in places.units(year)} for year in (2007, 2022, 2024)}
    _check_codes("counties_2007.csv", [row.county for row in targets.counties_2007], counties[2007], complete=True)
    _check_codes("counties_2016.csv", [row.county for row in targets.counties_2016], counties[2016], complete=True)
    _check_codes("times_2007.csv", [row.county for row in targets.times_2007], counties[2007])
    _check_codes("transfers_2007.csv", [row.county for row in targets.transfers_2007], counties[2007])
    _check_codes("programmes_2007.csv", [row.place for row in targets.programmes_2007], units[2007])
    _check_codes("municipalities_2022.csv", [row.place for row in targets.municipalities_2022], units[2022])
    _check_codes("population.csv", [row.place for row in targets.population], units[2024], complete=True)


def _check_codes(file: str, codes: list[str], known: set[str], *, complete: bool = False) -> None:
    for number, code in enumerate(codes, start=2):
        if code not in known:
            raise BadInput(f"{file}, row {number}: {code!r} is no place of that year; correct the code.")
    if complete and (missing := sorted(known - set(codes))):
        raise BadInput(f"{file} has no row for {', '.join(missing[:5])}: add what is missing.")


def _check_counties(targets: Targets) -> None:
    tables: dict[str, tuple[County2007 | County2016, ...]] = {
        "counties_2007.csv": targets.counties_2007,
        "counties_2016.csv": targets.counties_2016,
    }
    for table, rows in tables.items():
        for number, row in enumerate(rows, start=2):
            if row.work + row.education > row.exits:
                raise BadInput(
                    f"{table}, row {number}: {row.name} has {row.exits} exits but {row.work + row.education} in work "
                    "or education; correct the row."
                )
    ended = {row.year: row.ended for row in targets.flow}
    for year, exits in (
        (2007, sum(row.exits for row in targets.counties_2007)),
        (2016, sum(row.exits for row in targets.counties_2016) + targets.facts[2016, "shielded_exits"]),
    ):
        if exits > ended[year] or (year == 2016 and exits != ended[year]):
            raise BadInput(
                f"counties_{year}.csv: the exits of the counties sum to {exits}, flow.csv has {ended[year]} ended in "
                f"{year}; correct one of them."
            )


def _check_flow(targets: Targets) -> None:
    stock = 0
    for number, row in enumerate(targets.flow, start=2):
        where = f"flow.csv, row {number} ({row.year})"
        if row.stock_1jan != stock:
            raise BadInput(f"{where}: stock_1jan is {row.stock_1jan}, the year before ended with {stock}; correct it.")
        if row.stock_1jan + row.started != row.participants:
            raise BadInput(f"{where}: stock_1jan and started do not sum to participants; correct the row.")
        if row.participants - row.ended != row.stock_31dec:
            raise BadInput(f"{where}: participants less ended is not stock_31dec; correct the row.")
        stock = row.stock_31dec


def _check_people(targets: Targets) -> None:
    """No more men than people, no more answers than questions."""
    facts, ended = targets.facts, {row.year: row.ended for row in targets.flow}
    for (year, small), (large, most) in {
        (2007, "answered"): ("invited", facts[2007, "invited"]),
        (2007, "item_3"): ("item_2", facts[2007, "item_2"]),
        (2016, "men"): ("all who ended", ended[2016]),
        (2017, "men"): ("all who ended", ended[2017]),
        (2016, "men_work_edu"): ("men", facts[2016, "men"]),
        (2017, "men_work_edu"): ("men", facts[2017, "men"]),
    }.items():
        if facts[year, small] > most:
            raise BadInput(
                f"facts.csv: {small} of {year} is {facts[year, small]}, more than {large} ({most}); correct one."
            )


def _check_origins(targets: Targets) -> None:
    known = {"TOTAL", *(row.origin for row in targets.countries)}
    for number, row in enumerate(targets.origins, start=2):
        if row.origin not in known:
            raise BadInput(f"origins.csv, row {number}: {row.origin!r} is not in countries.csv; add it there.")


def _check_status(targets: Targets) -> None:
    """Every status is counted once for each year and sex."""
    known = sorted(codelist("later_status").leaves)
    found: dict[tuple[int, str], list[str]] = {}
    for number, row in enumerate(targets.status_after, start=2):
        where = f"status_after.csv, row {number}"
        if row.sex not in ("M", "F"):
            raise BadInput(f"{where}: sex is {row.sex!r}, it should be M or F; correct it.")
        if wrong := [status for status in row.statuses.split() if status not in known]:
            raise BadInput(f"{where}: {wrong[0]!r} is no status; use {', '.join(known)}.")
        found.setdefault((row.ended, row.sex), []).extend(row.statuses.split())
    for (ended, sex), statuses in found.items():
        if sorted(statuses) != known:
            raise BadInput(f"status_after.csv: {ended} {sex} has not every status once; add or remove what is wrong.")
