"""The published figures held against a register: what comes out, what does not and why."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from overgang.base.errors import BadInput
from overgang.collect.register.schema import Register
from overgang.demo.counting import Counts, Tables
from overgang.demo.groups import POPULATIONS, both
from overgang.demo.published import ABOVE, BELOW, DOCUMENTS, NEAR, WHOLE, Figures, Published, read_published
from overgang.demo.statements import STATEMENTS
from overgang.demo.targets import FOLDER


@dataclass(frozen=True)
class Result:
    """A published figure, what the register has for it, and whether that is the same.

    `number` of `base` are the rows counted; a statement has neither.
    """

    figure: Published
    found: str
    reproduced: bool
    number: int | None = None
    base: int | None = None


COUNTED = tuple(field.name for field in fields(Tables))
"""The tables of the register that figures are counted in."""


def report(register: Register, folder: Path = FOLDER) -> Iterator[str]:
    """The report on a register. Raises BadInput when it is not synthetic or a target file is wrong."""
    figures = read_published(folder)
    if not register.synthetic:
        raise BadInput("This is no synthetic register: point OVERGANG_HOME or DATABASE_URL to one that is.")
    counts = Counts(Tables(**{name: register.tables[name] for name in COUNTED}))
    return lines(figures, results(figures, counts))


def results(figures: Figures, counts: Counts) -> tuple[Result, ...]:
    """Every published figure counted in the register."""
    return tuple(_result(figure, counts) for figure in figures.all)


def lines(figures: Figures, found: tuple[Result, ...]) -> Iterator[str]:
    """The report: a line a figure, grouped by document; the last line says how many are reproduced."""
    for document, title in DOCUMENTS.items():
        rows = [result for result in found if result.figure.document == document]
        if rows:
            yield f"{title}: {sum(result.reproduced for result in rows)} of {len(rows)}"
            for result in rows:
                yield from _lines_of(figures, result)
            yield ""
    yield f"{sum(result.reproduced for result in found)} of {len(found)} targets reproduced"


def _lines_of(figures: Figures, result: Result) -> Iterator[str]:
    figure = result.figure
    what = " ".join(word for word in (figure.name, figure.population, figure.among, figure.category) if word)
    sign = "  " if result.reproduced else "! "
    yield f"{sign}{figure.id:32} {what:56} {_published(figure):>9}  {result.found}"
    if not result.reproduced:
        reason = figures.given_up.get(figure.id)
        why = f"{reason.id}: {reason.where}: {reason.what}" if reason else "no contradiction forbids it"
        yield f"      not reproduced; {why}"


def _published(figure: Published) -> str:
    if figure.value is None:
        return "true"
    sign = {ABOVE: "> ", BELOW: "< ", NEAR: "~ "}.get(figure.precision.partition(":")[0], "")
    return f"{sign}{figure.value:g}{' %' if figure.kind == 'share' else ''}"


def _result(figure: Published, counts: Counts) -> Result:
    if figure.category in STATEMENTS:
        seen = STATEMENTS[figure.category](counts, figure.year)
        same = seen.true if figure.value is None else _same(figure, seen.number or 0)
        return Result(figure, seen.says, same)
    words = POPULATIONS[figure.population].words
    table, among = POPULATIONS[figure.population].table, words[figure.among]
    part = both(among, words[figure.category])
    number = counts.number(figure.layer, table, figure.year, figure.place, part)
    if figure.kind == "count":
        return Result(figure, str(number), _same(figure, number) and _allowed(figure, number), number)
    base = counts.number(figure.layer, table, figure.year, figure.place, among)
    if not base:
        return Result(figure, "nobody", reproduced=False)
    share = 100 * number / base
    same = _same(figure, share) and (base != figure.base or _allowed(figure, number))
    return Result(figure, f"{share:.1f} % ({number} of {base})", same, number, base)


def _allowed(figure: Published, number: int) -> bool:
    """Whether the number of persons is one that the published figure allows."""
    return (figure.low is None or figure.low <= number) and (figure.high is None or number <= figure.high)


def _same(figure: Published, number: float) -> bool:
    """Whether a number is the published one, as exactly as that was given."""
    assert figure.value is not None
    low, high = figure.bounds
    if figure.precision == WHOLE:
        return low <= number < high
    if figure.precision in (ABOVE, BELOW):
        return low < number < high
    return low <= number <= high or figure.precision == NEAR
