"""The synthetic country as a whole: generated from a seed, written as a register."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from pathlib import Path

import numpy as np
import polars as pl

from overgang.base.places import gazetteer
from overgang.collect.register import store
from overgang.demo.dates import Dates, dates, new_year
from overgang.demo.dealing import Participations, dealt
from overgang.demo.flow import flow_matrix
from overgang.demo.moves import Splits, persons, splits
from overgang.demo.outcomes import outcomes
from overgang.demo.people import EDUCATION, People, people
from overgang.demo.programmes import Programmes, programmes
from overgang.demo.reasons import reasons, regimes
from overgang.demo.settlement import FIRST_YEAR, LAST_YEAR, Settlement, settlement
from overgang.demo.streams import stream
from overgang.demo.targets import FOLDER, read_targets

NOTE = (
    "Synthetic: invented people, calibrated to published figures of the introduction programme. "
    "Not for inference about Norway."
)
AS_OF = date(LAST_YEAR, 12, 31)
"""The day the synthetic register stands at."""
ADJECTIVES = "Rask Blid Stille Munter Lun Klok Rolig Varm Klar Snar Trygg Ivrig Lett Frisk Mild Kvikk".split()  # noqa: SIM905
NOUNS = "Rev Elv Fjell Bok Sky Stol Hare Vott Sag Lampe Kopp Sti Bro Fugl Stein Bris Dal Eple Tre Hatt".split()  # noqa: SIM905


def generate(seed: int, progress: Callable[[str], None], folder: Path = FOLDER) -> Mapping[str, pl.DataFrame]:
    """The tables of the register (see `collect.register.schema`) and the annual return of 2007.

    The same seed gives the same rows; another gives other people with the same published counts. Raises BadInput
    when the target files in `folder` are wrong or cannot hold together.
    """
    targets = read_targets(folder)
    progress("Places and programmes")
    flow, places = flow_matrix(targets), settlement(gazetteer(), targets, seed)
    asked = programmes(targets, places, seed)
    progress("Participations")
    deal = dealt(targets, flow, places, asked, seed)
    who = people(targets, flow, places, deal, seed)
    progress("Outcomes")
    ended = outcomes(targets, places, asked, deal, who, seed)
    reason = reasons(targets, places, asked, deal, who, ended, seed)
    progress("Days and moves")
    days = dates(deal, who, LAST_YEAR, seed)
    cut = splits(deal, days, places, asked, seed)
    person = persons(deal, days, who, ended, places, cut, seed)
    progress("Tables")
    local = _local_ids(len(deal), seed)
    return {
        "person": _person_table(deal, who, person, local, seed),
        "participation": _participation_table(
            places, deal, days, cut, local[person], reason, regimes(days.start, who, seed)[person]
        ),
        "annual_return": _return_table(places, asked),
    }


def write_register(home: Path, seed: int, progress: Callable[[str], None], folder: Path = FOLDER) -> None:
    """Generates a country and writes it as the register in `home`; nothing is written if anything is wrong."""
    tables = generate(seed, progress, folder)
    progress("Writing the register")
    store.write(home, tables, synthetic=True, note=NOTE, key=synthetic_key(seed))


def synthetic_key(seed: int) -> bytes:
    """The key of the pseudonyms, so that a seed has one snapshot; a real register draws its own."""
    return blake2b(f"synthetic pseudonyms {seed}".encode(), digest_size=32).digest()


def _local_ids(number: int, seed: int) -> np.ndarray:
    """Visibly invented: no identity number has letters. Shuffled, so that the order tells nothing."""
    order = stream(seed, "local ids").permutation(10 * number)[:number]
    return np.char.add("SYN", np.char.zfill(order.astype(str), 9))


def _person_table(deal: Participations, who: People, person: np.ndarray, local: np.ndarray, seed: int) -> pl.DataFrame:
    rng = stream(seed, "persons")
    first = np.flatnonzero(person == np.arange(len(person)))
    birth = new_year((deal.start - who.age)[first]) + rng.integers(0, 365, len(first)).astype("timedelta64[D]")
    names = [f"{a} {b}" for a in ADJECTIVES for b in NOUNS]
    return pl.DataFrame(
        {
            "local_id": local[first],
            "name": _coded(rng.integers(0, len(names), len(first)), names),
            "birth_date": birth,
            "sex": _coded(who.man[first].astype(int), ["F", "M"]),
            "origin": _coded(who.origin[first], who.origins),
            "education": _coded(who.education[first], EDUCATION),
            "shielded": deal.shielded[first],
        }
    ).sort("local_id")


def _participation_table(
    places: Settlement,
    deal: Participations,
    days: Dates,
    cut: Splits,
    local: np.ndarray,
    reason: np.ndarray,
    regime: np.ndarray,
) -> pl.DataFrame:
    """A row a participation; those cut in two have two: the first ended with a move."""
    n, first = len(deal), cut.which
    row = np.concatenate([np.arange(n), first])
    start, end = np.concatenate([days.start, days.start[first]]), np.concatenate([days.end, cut.left])
    start[first] = cut.came
    atom = np.concatenate([deal.atom, cut.atom])
    year = start.astype("datetime64[Y]").astype(int) + 1970
    why = np.concatenate([reason, np.full(len(first), "IN_MOVED")])
    table = pl.DataFrame(
        {
            "local_id": local[row],
            "unit": _coded(places.unit[atom, year - FIRST_YEAR], places.ids),
            "regime": regime[row],
            "start": start,
            "end": end,
            "end_reason": why,
        }
    )
    registered = pl.col("end_reason") != ""
    return table.with_columns(
        end_reason=pl.when(registered).then("end_reason"),
        provenance=pl.when(registered)
        .then(pl.lit("municipality"))
        .when(pl.col("end").is_not_null())
        .then(pl.lit("automatic")),
    ).sort("local_id", "start")


def _return_table(places: Settlement, asked: Programmes) -> pl.DataFrame:
    """Items 1-4 of the return of 2007 from the units that answered."""
    units = [places.ids[unit] for unit in asked.unit[asked.answered].tolist()]
    values = asked.reported[asked.answered]
    return pl.DataFrame(
        {
            "year": np.full(values.size, 2007),
            "unit": np.repeat(units, values.shape[1]),
            "item": np.tile([str(item + 1) for item in range(values.shape[1])], len(units)),
            "value": values.ravel(),
            "answer": np.where(values.ravel() == 0, "zero", "value"),
        }
    ).sort("year", "unit", "item")


def _coded(index: np.ndarray, labels: Sequence[str]) -> pl.Series:
    return pl.Series(list(labels), dtype=pl.String).gather(index)
