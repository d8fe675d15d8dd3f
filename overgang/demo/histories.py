"""The truth of a replicate as tables: whole histories of persons, each event in its place."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from overgang.demo.cases import cases
from overgang.demo.chances import luck
from overgang.demo.dates import new_year, year_of
from overgang.demo.events import TRANSFERS, absences, hours_at_work, measures, stops, transfers
from overgang.demo.later import DEATH, later
from overgang.demo.layers import CATEGORIES, EFFECTS, STOP_KINDS, TRIGGERS, TRUTH, UNITS
from overgang.demo.people import EDUCATION
from overgang.demo.plan import Plan
from overgang.demo.regimes import COLLECTIVE, REGIMES, TRACKS, days_of
from overgang.demo.settlement import FIRST_YEAR, LAST_YEAR
from overgang.demo.spells import Spells
from overgang.demo.streams import stream

NUMBERS = 1_000_000
"""Persons and participations of replicate r are numbered from r times this on."""
AGES = (18, 55)

Tables = Mapping[str, pl.DataFrame]


def truth(rows: Spells) -> Tables:
    """All tables of the truth layer, in the order of participations, with the columns of `layers.TRUTH`."""
    birth = _births(rows)
    case = cases(rows)
    first = np.flatnonzero(rows.person[: len(rows.plan.deal)] == np.arange(len(rows.plan.deal)))
    earliest = _first_rows(rows)
    who, deal = rows.plan.who, rows.plan.deal
    numbers = (np.arange(len(rows)) + rows.replicate * NUMBERS).astype(np.int32)
    died = np.flatnonzero(rows.reason == DEATH)
    death = np.full(len(rows), np.datetime64("NaT", "D"))
    death[rows.person[died]] = rows.until[died]
    track = rows.law.track[rows.person]
    leave = rows.leave.days(len(rows))
    day = np.timedelta64(1, "D")
    received = transfers(rows)
    hours = hours_at_work(rows)
    tables: dict[str, dict[str, object]] = {
        "person": {
            "person": numbers[first],
            "sex": coded(who.man[first], ("F", "M")),
            "birth_date": birth[first],
            "origin": coded(who.origin[first], who.origins),
            "education": coded(who.education[first], EDUCATION),
            "shielded": deal.shielded[first],
            "arrived": case.arrived[earliest[first]],
            "permit": case.permit[earliest[first]],
            "died": death[first],
        },
        "participation": {
            "participation": numbers,
            "person": numbers[rows.person],
            "previous": pl.Series(numbers[rows.before]).set(pl.Series(rows.before < 0), None),
            "unit": coded(np.searchsorted(UNITS, np.array(rows.plan.places.ids))[rows.unit], UNITS),
            "regime": coded(rows.law.regime[rows.person], REGIMES),
            "track": coded(track, [id for _, id in TRACKS]),
            "category": coded(_category(rows, birth), CATEGORIES),
            "settled": case.settled,
            "trigger": coded(case.claimed, TRIGGERS),
            "asked": case.asked,
            "decided": case.decided,
            "start": rows.start,
            "months": rows.granted,
            "planned_end": rows.start + (days_of(rows.granted) - rows.used + leave - 1) * day,
            "end": rows.end,
            "end_reason": coded(rows.reason, _labels("participation", "end_reason")),
            "used_days": rows.used + rows.net,
            "hours": pl.Series(hours).set(pl.Series(hours == 0), None),
            **{name: received[:, i] for i, name in enumerate(TRANSFERS)},
        },
        **_events(rows, numbers),
    }
    return {name: fitted(columns, TRUTH[name]) for name, columns in tables.items()}


def _events(rows: Spells, numbers: np.ndarray) -> dict[str, dict[str, object]]:
    done, away, stop, after = measures(rows), absences(rows), stops(rows), later(rows)
    leave = rows.leave
    return {
        "measure": {
            "participation": numbers[done.of],
            "kind": coded(done.kind, _labels("measure", "kind")),
            "start": done.first,
            "end": done.last,
            "hours": done.hours,
        },
        "leave": {
            "participation": numbers[leave.of],
            "kind": coded(leave.kind, _labels("leave", "kind")),
            "decided": leave.decided,
            "start": leave.first,
            "end": leave.last,
        },
        "absence": {
            "participation": numbers[away.of],
            "quarter": away.quarter,
            "authorised": away.authorised,
            "unauthorised": away.unauthorised,
        },
        "stop": {
            "participation": numbers[stop.of],
            "kind": coded(stop.permanent, STOP_KINDS),
            "decided": stop.decided,
            "start": stop.first,
            "end": stop.last,
        },
        "status": {
            "participation": numbers[after.of],
            "after": after.after,
            "status": coded(after.status, _labels("status", "status")),
        },
    }


def effects(plan: Plan) -> pl.DataFrame:
    """The true effects of every unit and year; those of a merged unit are the mean of its parts, by participants."""
    places, found = plan.places, []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        units, of = np.unique(places.unit_in(year), return_inverse=True)
        weights = places.weights_in(year)
        whole = np.bincount(of, weights)
        parts = (places.effects, places.labour, luck(places, plan.seed, year))
        means = [np.bincount(of, weights * part) / whole for part in parts]
        names = np.array(places.ids)[units]
        found.append(
            pl.DataFrame(dict(zip(EFFECTS, (np.full(len(units), year), names, *means), strict=True))).sort("unit")
        )
    return fitted(dict(zip(EFFECTS, pl.concat(found).get_columns(), strict=True)), EFFECTS)


def coded(index: np.ndarray, labels: Sequence[str]) -> pl.Series:
    """The labels at `index`; nothing where it is negative."""
    kind = pl.Enum(list(dict.fromkeys(labels)))
    known = pl.Series(np.maximum(index, 0).astype(np.uint32))
    found = pl.Series(labels, dtype=kind).gather(known)
    return found if (index >= 0).all() else found.set(pl.Series(index < 0), None)


def fitted(columns: Mapping[str, object], schema: Mapping[str, object]) -> pl.DataFrame:
    """The columns as the schema has them, in its order and types."""
    frame = pl.DataFrame({name: columns[name] for name in schema}, nan_to_null=False)
    return frame.select(pl.col(name).cast(kind.type) for name, kind in schema.items())  # type: ignore[attr-defined]


def _labels(table: str, column: str) -> Sequence[str]:
    kind = TRUTH[table][column].type
    assert isinstance(kind, pl.Enum)
    return kind.categories.to_list()


def _births(rows: Spells) -> np.ndarray:
    """A date in the year that gives the age, for each dealt participation; only those of persons are used."""
    rng = stream(rows.plan.seed, "births", rows.replicate)
    deal, who = rows.plan.deal, rows.plan.who
    return new_year(deal.start - who.age) + rng.integers(0, 365, len(deal)).astype("timedelta64[D]")


def _first_rows(rows: Spells) -> np.ndarray:
    """For each dealt participation the row its person's history begins with."""
    first = np.arange(len(rows.plan.deal))
    n = len(rows.plan.deal)
    first[rows.of[n:]] = np.arange(n, len(rows))
    return first


def _category(rows: Spells, birth: np.ndarray) -> np.ndarray:
    age = year_of(rows.start) - year_of(birth[rows.person])
    outside = (age < AGES[0]) | (age > AGES[1])
    right = rows.law.regime[rows.person] == REGIMES.index(COLLECTIVE)
    return np.where(outside, 2, np.where(right, 1, 0))
