"""The demo: the whole flow once, from a synthetic register to the pointer the site follows."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path

from overgang.base import edition, text
from overgang.base.cube import COUNTRY_OPEN
from overgang.base.edition import Edition
from overgang.base.errors import BadInput
from overgang.base.folders import built_beside
from overgang.base.places import Kind, gazetteer
from overgang.base.snapshot import Snapshot, read
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register import schema
from overgang.control import policy
from overgang.demo import country, loading
from overgang.publish import release
from overgang.publish.build import Order, build
from overgang.publish.provenance import code_version

SHOWN_YEAR = 2016

SECRET = b"of the demo, in which nobody is real"
"""So that the demo's edition is the same on every machine."""

Progress = Callable[[str], None]


def tour(
    home: Path,
    *,
    seed: int,
    as_of: date,
    now: datetime,
    workers: int,
    progress: Progress,
    shown: Callable[[], None] = lambda: None,
) -> Sequence[str]:
    """Generates, loads, freezes, builds and approves; prints the county table of 2016 and returns the accounts of the
    internal site. What is loaded already is used again, and so is what is already built by this very code from this
    very snapshot. `shown` is called as soon as the site has something to show.

    A fresh register is loaded in a process beside this one, which builds from the generator's own snapshot meanwhile
    and goes before it. Raises BadInput when the snapshot from the database is another, or the database holds a real
    register.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        may_be_there = loading.may_be_there(home)
        prepared = beside.submit(loading.prepare, home)
        made = country.generate(seed, progress)
        if may_be_there:
            prepared.result()
        if may_be_there and beside.submit(loading.is_loaded, schema.content(made.register)).result():
            progress("The register is loaded already")
            loaded = beside.submit(loading.bring_in, home, None, seed, as_of, now).result()
            _approved(home, read(home / FOLDER / loaded.snapshot), now, workers, progress)
            shown()
        else:
            country.write_layers(home, made, seed)
            own = freeze(country.register(made, seed), home / FOLDER, as_of=as_of, progress=progress)
            with built_beside(home) as scratch:
                progress("Loading the register, beside what follows")
                loading.hand_over(made.register, scratch)
                coming = beside.submit(loading.bring_in, home, scratch, seed, as_of, now)
                _approved(home, own, now, workers, progress)
                shown()
                prepared.result()
                loaded = coming.result()
            _same(own, loaded, progress)
    return loaded.accounts


def _approved(home: Path, snapshot: Snapshot, now: datetime, workers: int, progress: Progress) -> None:
    """The edition of a snapshot, built unless it is, and what the site shows from now on."""
    editions = home / "editions"
    found = already_built(editions, snapshot)
    if found is None:
        found = build(Order(snapshot.folder, secret=SECRET), editions, workers=workers, progress=progress)
    else:
        progress(f"{found.id} is built already")
    release.approve(editions, found.id, now=now, checked=True)
    print(county_table(found, SHOWN_YEAR), flush=True)


def _same(own: Snapshot, loaded: loading.Loaded, progress: Progress) -> None:
    progress(f"{loaded.rows} rows were loaded in {loaded.load:.1f} s, and frozen from there in {loaded.read:.1f} s")
    if loaded.snapshot != own.name:
        raise BadInput(
            f"The register gives {loaded.snapshot} from the database and {own.name} from the generator: they should be "
            "the same. Report this: the register in the database is not what the site shows."
        )


def already_built(editions: Path, snapshot: Snapshot) -> Edition | None:
    """A whole edition made by this code and policy from this snapshot, if there is one."""
    for folder in release.known(editions):
        try:
            found = edition.read(folder)
        except BadInput:
            continue
        made = (found.snapshot, found.code_version, found.policy["id"], found.state)
        if made == (snapshot.name, code_version(), policy().id, "final"):
            return found
    return None


def county_table(found: Edition, year: int) -> str:
    """The county table of a year as it is published, for the screen."""
    exits = found.table("exits")
    places = [(place.id, place.name) for place in gazetteer().in_year(year, Kind.COUNTY)]
    places.sort(key=lambda place: -(exits.share(place=place[0], time=str(year), outcome="work_edu").value or 0))
    lines = [f"Resultater for {year}", f"{'':24}{'avsluttet':>10}{'arbeid':>8}{'utdanning':>11}{'andel':>8}"]
    for id, name in [*places, (COUNTRY_OPEN, "Hele landet *")]:
        at = {"place": id, "time": str(year)}
        counts = [exits.count(**at, outcome=outcome) for outcome in ("total", "work", "education")]
        share = exits.share(**at, outcome="work_edu")
        ended, work, education = (text.cell(cell, "nb") for cell in counts)
        lines.append(f"{name:24}{ended:>10}{work:>8}{education:>11}{text.cell(share, 'nb', 'percent'):>8}")
    lines.append(
        "* uten personer med skjermet identitet. Syntetisk register, tallene er kalibrert mot publiserte tall."
    )
    return "\n".join(lines)
