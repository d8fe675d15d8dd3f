"""The register as municipalities record it: the truth under other identifiers, less what nobody entered.

`closed` is the register at the close of a year: what is missing or late is so, but errors are mended.
`faults.with_faults` puts in the errors municipalities really make: that is the register as they hold it. Every gap and
fault is labelled, apart from the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from overgang.base.identity import DUF, FNR
from overgang.base.law import regime, registered_from
from overgang.base.snapshot import Column, Text
from overgang.demo.chances import LEAVES
from overgang.demo.events import TRANSFERS
from overgang.demo.histories import NUMBERS, Tables, coded
from overgang.demo.identity import NAMES, duf_numbers, national_numbers
from overgang.demo.regimes import REGIMES, days_of
from overgang.demo.spells import Spells
from overgang.demo.streams import stream

READ = np.datetime64("2025-02-20", "D")
"""By this day everything that is entered late has been entered."""
NEEDED = {item: np.datetime64(registered_from(item), "D") for item in ("end_reason", "measures")}
"""From when on they are to be registered."""
DAY = np.timedelta64(1, "D")
PROVENANCE = ("municipality", "system", "automatic")
PROMPT, SLOW = (0, 45), (75, 240)
NEED_DAYS = 28
MOST_MONTHS = np.array([max(track.total for track in regime(name).tracks) for name in REGIMES])
"""Days from an exit to its entry, in time and late; the days somebody may be without a measure."""
LATE_REASONS, NO_MEASURES, LATE_MEASURES, NO_LEAVE, UNLINKED = 0.12, 0.03, 0.04, 0.12, 0.3
"""Parts of the reasons, participations, participations, leaves and moves with a sequel that have each gap."""

LABELS: Mapping[str, Column] = {
    "kind": Column(Text, "kind of gap or fault"),
    "rule": Column(
        Text, "the rule that must find it, of the register (DQ07) or of files; empty if none can", optional=True
    ),
    "table": Column(Text, "table of the register"),
    "local_id": Column(Text, "whose"),
    "row": Column(Text, "which row: a day, number or code; empty if it is missing", optional=True),
    "recorded": Column(Text, "what stands in the register, if anything", optional=True),
    "true": Column(Text, "what is true", optional=True),
}


@dataclass(frozen=True)
class Register:
    """A register's tables, and for each gap and fault a row of LABELS."""

    tables: Tables
    labels: pl.DataFrame


@dataclass(frozen=True)
class Keys:
    """Who is who in the register: the local identifier of each row of the spells, and the order of the rows by it."""

    local: pl.Series
    order: np.ndarray

    def of(self, rows: np.ndarray) -> pl.Series:
        return self.local.gather(rows)

    def ordered(self, of: np.ndarray) -> np.ndarray:
        """The order of events, given by row (ascending), that follows the order of the rows."""
        many = np.bincount(of, minlength=len(self.order))
        begin = (np.cumsum(many) - many)[self.order]
        many = many[self.order]
        return np.repeat(begin - (np.cumsum(many) - many), many) + np.arange(len(of))


def keys(rows: Spells) -> tuple[Keys, np.ndarray]:
    """Local identifiers, visibly invented, and which rows begin under a new one: a sequel that nobody linked."""
    rng = stream(rows.plan.seed, "local ids", rows.replicate)
    n = len(rows.plan.deal)
    person = rows.person.copy()
    sequels = np.flatnonzero(rows.person[:n] != np.arange(n))
    unlinked = sequels[rng.random(len(sequels)) < UNLINKED]
    person[unlinked] = unlinked
    number = rng.permutation(10 * len(rows))[: len(rows)][person]
    local = "SYN" + pl.Series(number).cast(pl.String).str.zfill(9)
    return Keys(local, np.lexsort((rows.start.astype(np.int64), number))), unlinked


def closed(rows: Spells, truth: Tables) -> Register:
    """The register at the close: everything that was entered by then, without the errors that stop a figure."""
    rng = stream(rows.plan.seed, "gaps", rows.replicate)
    key, unlinked = keys(rows)
    labels: list[pl.DataFrame] = []
    tables: dict[str, pl.DataFrame] = {
        "person": _person(rows, truth, key, unlinked),
        "identity": _identity(rows, truth, key, unlinked),
        "participation": _participation(rows, truth, key),
        "case": _case(rng, rows, truth, key, labels),
        "measure": _measure(rng, rows, truth, key, labels),
        "leave": _leave(rng, rows, truth, key, labels),
        "absence": _of_participations(rows, truth["absence"], key),
        "stop": _of_participations(rows, truth["stop"], key),
    }
    labels.append(_unlinked_labels(rows, key, unlinked))
    return Register(tables, pl.concat(labels))


def label(
    kind: str,
    rule: str | None,
    table: str,
    local: pl.Series,
    row: pl.Series | None = None,
    recorded: pl.Series | None = None,
    true: pl.Series | None = None,
) -> pl.DataFrame:
    """Rows of LABELS, one for each of `local`."""
    height = len(local)
    columns = {
        "kind": pl.repeat(kind, height, dtype=pl.String, eager=True),
        "rule": pl.repeat(rule, height, dtype=pl.String, eager=True),
        "table": pl.repeat(table, height, dtype=pl.String, eager=True),
        "local_id": local.cast(pl.String),
        "row": row,
        "recorded": recorded,
        "true": true,
    }
    empty = pl.repeat(None, height, dtype=pl.String, eager=True)
    return pl.DataFrame({name: empty if column is None else column.cast(pl.String) for name, column in columns.items()})


def _person(rows: Spells, truth: Tables, key: Keys, unlinked: np.ndarray) -> pl.DataFrame:
    """A row a person; those who begin anew under another identifier have one more."""
    known = truth["person"]
    at = _at(rows, known["person"])
    again = pl.Series(np.searchsorted(at, rows.person[unlinked]))
    frame = pl.concat([known, known[again]]).with_columns(
        local_id=key.of(np.concatenate([at, unlinked])), name=_names(rows, at, again)
    )
    return frame.select("local_id", "name", "birth_date", "sex", "origin", "education", "shielded").sort("local_id")


def _names(rows: Spells, at: np.ndarray, again: pl.Series) -> pl.Series:
    rng = stream(rows.plan.seed, "names", rows.replicate)
    names = coded(rng.integers(0, len(NAMES), len(at)), NAMES)
    return pl.concat([names, names.gather(again)])


def _identity(rows: Spells, truth: Tables, key: Keys, unlinked: np.ndarray) -> pl.DataFrame:
    """A national number and a DUF number each; who begins anew unlinked has the first under one identifier, the second
    under the other."""
    rng = stream(rows.plan.seed, "numbers", rows.replicate)
    known = truth["person"]
    at = _at(rows, known["person"])
    man = (known["sex"] == "M").to_numpy()
    national = national_numbers(rng, known["birth_date"].to_numpy(), man)
    duf = duf_numbers(rng, known["arrived"].to_numpy())
    holder = np.full(len(rows), -1)
    holder[at] = at
    holder[rows.person[unlinked]] = unlinked
    return pl.DataFrame(
        {
            "local_id": pl.concat([key.of(at), key.of(holder[at])]),
            "kind": coded(np.repeat([0, 1], len(at)), (FNR, DUF)),
            "number": pl.concat([national, duf]),
        }
    ).sort("local_id", "kind")


def _participation(rows: Spells, truth: Tables, key: Keys) -> pl.DataFrame:
    """The reasons nobody registered are empty; such an end is one the system made."""
    missing = pl.Series(_unregistered(rows))
    provenance = np.where(rows.running, -1, np.where(_unregistered(rows), 2, 0))
    frame = truth["participation"].select(
        "unit", "regime", "start", "end", end_reason=pl.when(~missing).then("end_reason")
    )
    return frame.with_columns(local_id=key.local, provenance=coded(provenance, PROVENANCE))[key.order]


def _unregistered(rows: Spells) -> np.ndarray:
    return rows.leaf == LEAVES.index("not_registered")


def _case(rng: np.random.Generator, rows: Spells, truth: Tables, key: Keys, labels: list[pl.DataFrame]) -> pl.DataFrame:
    """What began each participation, and when its end reason was entered: mostly in time."""
    missing = _unregistered(rows)
    slow = (rng.random(len(rows)) < LATE_REASONS) & ~missing & (rows.until >= NEEDED["end_reason"])
    days = np.where(slow, rng.integers(*SLOW, len(rows)), rng.integers(*PROMPT, len(rows)))
    entered = np.minimum(rows.until + days * DAY, READ)
    slow &= (entered - rows.until) > SLOW[0] * DAY
    entered = np.where(rows.running | missing, np.datetime64("NaT", "D"), entered)
    late, never = np.flatnonzero(slow & ~rows.running), np.flatnonzero(missing)
    reason = truth["participation"]["end_reason"]
    start = truth["participation"]["start"]
    labels.append(label("late_reason", "DQ13", "case", key.of(late), start.gather(late), pl.Series(entered[late])))
    needed = never[rows.until[never] >= NEEDED["end_reason"]]
    labels.append(
        label(
            "missing_reason",
            "DQ07",
            "participation",
            key.of(needed),
            start.gather(needed),
            true=reason.gather(needed),
        )
    )
    frame = truth["participation"].select("start", "trigger", "asked", "decided", *TRANSFERS)
    return frame.with_columns(local_id=key.local, entered=pl.Series(entered))[key.order]


def _measure(
    rng: np.random.Generator, rows: Spells, truth: Tables, key: Keys, labels: list[pl.DataFrame]
) -> pl.DataFrame:
    """Some participations have none registered, some none for their first weeks."""
    true = truth["measure"]
    of = _at(rows, true["participation"])
    long = rows.length > 2 * NEED_DAYS
    luck = rng.random(len(rows))
    none = long & (luck < NO_MEASURES)
    late = long & ~none & (luck < NO_MEASURES + LATE_MEASURES)
    waited = np.minimum(rng.integers(NEED_DAYS + 7, 90, len(rows)), rows.length - 1)
    first = rows.start + waited * DAY
    begun = np.where(late[of], np.maximum(true["start"].to_numpy(), first[of]), true["start"].to_numpy())
    gone = none[of] | (late[of] & (true["end"].to_numpy() < begun))
    start = truth["participation"]["start"]
    needed = rows.running | (rows.until >= NEEDED["measures"])
    for kind, which in (("missing_measures", none), ("late_measure", late)):
        for shows, rule in ((True, "DQ21"), (False, None)):
            at = np.flatnonzero(which & (needed == shows))
            labels.append(label(kind, rule, "participation", key.of(at), start.gather(at)))
    return _of_participations(rows, true.with_columns(start=pl.Series(begun)), key, ~gone)


def _leave(
    rng: np.random.Generator, rows: Spells, truth: Tables, key: Keys, labels: list[pl.DataFrame]
) -> pl.DataFrame:
    """Some leave was never entered. It shows where the programme is then longer than the law allows."""
    true = truth["leave"]
    of = _at(rows, true["participation"])
    gone = rng.random(len(of)) < NO_LEAVE
    days = (true["end"] - true["start"]).dt.total_days().to_numpy() + 1
    left = np.bincount(of[~gone], days[~gone], minlength=len(rows))
    shown = ~rows.running & (rows.length - 1 - left > days_of(MOST_MONTHS[rows.law.regime[rows.person]]))
    for shows, rule in ((True, "DQ16"), (False, None)):
        at = np.flatnonzero(gone & (shown[of] == shows))
        labels.append(label("missing_leave", rule, "leave", key.of(of[at]), None, None, true["start"].gather(at)))
    return _of_participations(rows, true, key, ~gone)


def _unlinked_labels(rows: Spells, key: Keys, unlinked: np.ndarray) -> pl.DataFrame:
    true = key.of(rows.person[unlinked])
    return label("unlinked_numbers", "DQ02", "person", key.of(unlinked), None, key.of(unlinked), true)


def _at(rows: Spells, numbers: pl.Series) -> np.ndarray:
    """Rows of the spells for numbers of the truth."""
    return numbers.to_numpy().astype(np.int64) - rows.replicate * NUMBERS


def _of_participations(rows: Spells, true: pl.DataFrame, key: Keys, kept: np.ndarray | None = None) -> pl.DataFrame:
    """The rows of an event table under local identifiers, in their order."""
    frame = true if kept is None else true.filter(pl.Series(kept))
    of = _at(rows, frame["participation"])
    return frame.drop("participation").with_columns(local_id=key.of(of))[key.ordered(of)]
