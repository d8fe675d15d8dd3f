"""Approving: the pointer `current` is set to an edition that passed every check, at one moment for all products."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from overgang.base import edition
from overgang.base.edition import POINTER, Edition
from overgang.base.errors import BadInput
from overgang.control import check_alone
from overgang.publish.checks import faults

SHOWN = 5


def check(
    folder: Path,
    *,
    told: Path | None = None,
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Edition:
    """Reads an edition and runs every check, with what was `told` elsewhere. Raises BadInput naming the first faults
    found."""
    found = edition.read(folder)
    wrong = faults(found, told=told, workers=workers, progress=progress)
    if wrong:
        listed = "\n".join(f"  {fault.rule}: {fault.says}" for fault in wrong[:SHOWN])
        more = f"\n  and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        beside, again = (f" beside {told}", f"with --told {told}") if told else ("", "anew")
        raise BadInput(
            f"{found.id} may not be published{beside}, {len(wrong)} faults were found; build it {again}:\n"
            f"{listed}{more}"
        )
    return found


def approve(
    editions: Path,
    name: str,
    *,
    now: datetime,
    workers: int = 1,
    checked: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Edition:
    """Points the site to an edition, after checking it unless it was `checked` in this same run.

    Raises BadInput when it is unknown, faulty or still under embargo at `now`, when its counts are moved, and when
    the site shows one that is protected by another method.
    """
    folder = find(editions, name)
    found = edition.read(folder) if checked else check(folder, workers=workers, progress=progress)
    if found.embargo and now < datetime.fromisoformat(found.embargo):
        raise BadInput(f"{found.id} is under embargo until {found.embargo}: approve it then.")
    shown = _shown(editions)
    if shown:
        check_alone(found.policy, shown.policy, shown.id)
    _check_true_counts(found)
    beside = editions / f".{POINTER}.new"
    beside.write_text(found.id + "\n", encoding="utf-8")
    beside.replace(editions / POINTER)
    return found


def _check_true_counts(found: Edition) -> None:
    """The pages say that small counts are not shown; they have no words for counts that were moved."""
    method = found.policy.get("method", "suppress")
    if method != "suppress":
        raise BadInput(
            f"The counts of {found.id} are moved ({method}), and the pages do not say so: hand out its files, with the "
            "method beside them, or build an edition that hides."
        )


def _shown(editions: Path) -> Edition | None:
    """The edition the site shows, if it shows one that can be read."""
    try:
        return edition.read(edition.current(editions))
    except BadInput:
        return None


def find(editions: Path, name: str) -> Path:
    """An edition's folder by its id or the beginning of it. Raises BadInput when none or several fit."""
    fitting = [path for path in known(editions) if path.name.startswith(name)]
    exact = [path for path in fitting if path.name == name]
    if len(exact or fitting) != 1:
        names = ", ".join(path.name for path in (fitting or known(editions))) or "none yet"
        raise BadInput(
            f"{name!r} names {'no' if not fitting else 'more than one'} edition in {editions}: there are {names}."
        )
    return (exact or fitting)[0]


def known(editions: Path) -> list[Path]:
    """All editions in a folder, oldest reference year first."""
    return sorted(path for path in editions.glob("edition-*") if path.is_dir())
