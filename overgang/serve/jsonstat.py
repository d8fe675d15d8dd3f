"""A table as JSON-stat 2.0, in the names and habits of PxWebApi 2.

A hidden or missing cell has the value null and a status that says why. Combinations a table does not hold (a place has
rows only for years in which it had participants) have the status `..`.
"""

from math import prod
from typing import Any

from overgang.base.cube import State
from overgang.base.edition import Edition
from overgang.serve import dimensions, notes
from overgang.serve.dimensions import Dimension
from overgang.serve.selection import Selection
from overgang.serve.texts import Texts

LIMIT = 800_000
"""Values in one answer: the limit of PxWebApi."""

CONTENTS = {"count": "Antall", "share": "Andel"}


class TooLarge(Exception):
    """The answer would hold more values than LIMIT."""

    def __init__(self, values: int) -> None:
        super().__init__(values)
        self.values = values


def size(selection: Selection) -> int:
    """The number of values: every combination of codes, and each content."""
    return prod(len(codes) for codes in selection.codes.values()) * len(_contents(selection))


def dataset(selection: Selection, edition: Edition, t: Texts) -> dict[str, Any]:
    """The dataset, ready for json.dumps. Raises TooLarge."""
    if (values := size(selection)) > LIMIT:
        raise TooLarge(values)
    value, status = _cells(selection)
    table = selection.table
    return {
        "version": "2.0",
        "class": "dataset",
        "label": table.title.get(t.lang, table.title["nb"]),
        "source": t("data.source_line", title=edition.title.get(t.lang, edition.title["nb"])),
        "updated": f"{edition.snapshot_as_of[:10]}T00:00:00Z",
        "note": _notes(edition, t),
        "role": {"time": ["Tid"], "geo": ["Region"], "metric": ["ContentsCode"]},
        "id": [*(dimension.jsonstat for dimension in selection.codes), "ContentsCode"],
        "size": [*(len(codes) for codes in selection.codes.values()), len(_contents(selection))],
        "dimension": {
            **{dimension.jsonstat: _dimension(dimension, codes, t) for dimension, codes in selection.codes.items()},
            "ContentsCode": _contents_dimension(selection, t),
        },
        "value": value,
        "status": status,
        "extension": {
            "edition": edition.id,
            "table": table.id,
            "counts": table.counts,
            "synthetic": edition.synthetic,
            **_lacking(edition, table.counts),
        },
    }


def _lacking(edition: Edition, counts: str) -> dict[str, Any]:
    """By year and place, how many units have no number in a count marked `≥`: of participants in years of a survey."""
    found = edition.notes.get("lacking", {})
    return {"lacking": found} if found and counts == "participants" else {}


def _cells(selection: Selection) -> tuple[list[int | None], dict[str, str]]:
    """All values in row-major order, and the status of those that have one by their position."""
    contents = _contents(selection)
    places = [{code: index for index, code in enumerate(codes)} for codes in selection.codes.values()]
    total = size(selection)
    value: list[int | None] = [None] * total
    status = dict.fromkeys(map(str, range(total)), State.MISSING.value)
    frame = selection.frame()
    numbers = [(frame[name].to_list(), frame[f"{name}_state"].to_list()) for name in contents]
    marks = frame["marks"].to_list()
    for row, key in enumerate(frame.select(dimension.column for dimension in selection.codes).iter_rows()):
        at = 0
        for code, index in zip(key, places, strict=True):
            at = at * len(index) + index[code]
        for offset, (shown, states) in enumerate(numbers):
            flat = at * len(contents) + offset
            value[flat] = shown[row]
            if said := states[row] or marks[row]:
                status[str(flat)] = said
            else:
                del status[str(flat)]
    return value, status


def _contents(selection: Selection) -> tuple[str, ...]:
    return ("count", "share") if selection.table.has_share else ("count",)


def _dimension(dimension: Dimension, codes: tuple[str, ...], t: Texts) -> dict[str, Any]:
    return {
        "label": dimensions.title(dimension, codes, t),
        "category": {
            "index": {code: index for index, code in enumerate(codes)},
            "label": {code: dimensions.label(dimension, code, t) for code in codes},
        },
        "extension": {"show": "code_value" if dimension.role == "geo" else "value"},
    }


def _contents_dimension(selection: Selection, t: Texts) -> dict[str, Any]:
    contents = _contents(selection)
    units = {
        "Antall": {"base": t["contents"]["persons"], "decimals": 0},
        "Andel": {"base": t["contents"]["percent"], "decimals": 0},
    }
    counts = t["contents"][selection.table.counts]
    labels = {"Antall": counts, "Andel": t["contents"]["share"]}
    return {
        "label": t["dimension"]["contents"],
        "category": {
            "index": {CONTENTS[name]: index for index, name in enumerate(contents)},
            "label": {CONTENTS[name]: labels[CONTENTS[name]] for name in contents},
            "unit": {CONTENTS[name]: units[CONTENTS[name]] for name in contents},
        },
    }


def _notes(edition: Edition, t: Texts) -> list[str]:
    broken = notes.breaks(edition, t, edition.years)
    return [
        *([t["site"]["synthetic"]] if edition.synthetic else []),
        t["data"]["signs_note"],
        *(t("data.break_note", year=entry.year, reason=entry.reason) for entry in broken),
    ]
