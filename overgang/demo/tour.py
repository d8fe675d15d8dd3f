"""The demo: the whole flow once, from a synthetic register to the pointer the site follows."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from overgang.base import edition, text
from overgang.base.cube import COUNTRY_OPEN
from overgang.base.edition import Edition
from overgang.base.errors import BadInput
from overgang.base.places import Kind, gazetteer
from overgang.base.snapshot import Snapshot
from overgang.collect.export import export_snapshot
from overgang.control import policy
from overgang.demo.country import write_register
from overgang.publish import release
from overgang.publish.build import Order, build
from overgang.publish.provenance import code_version

SHOWN_YEAR = 2016

Progress = Callable[[str], None]


def tour(home: Path, *, seed: int, as_of: date, now: datetime, workers: int, progress: Progress) -> Edition:
    """Generates, freezes, builds and approves; prints the county table of 2016. What is already built by this very code
    from this very snapshot is used again."""
    write_register(home, seed, progress)
    snapshot = export_snapshot(home, as_of=as_of, progress=progress)
    editions = home / "editions"
    found = already_built(editions, snapshot)
    if found is None:
        found = build(Order(snapshot.folder), editions, workers=workers, progress=progress)
    else:
        progress(f"{found.id} is built already")
    release.approve(editions, found.id, now=now, checked=True)
    print(county_table(found, SHOWN_YEAR))
    return found


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
