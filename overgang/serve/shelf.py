"""The editions that may be shown: the one the pointer names, and those it follows.

An edition is read whole once per process. Each request looks only at the pointer's time stamp, so a new edition is
served from the moment it is pointed to, and nothing has to be restarted.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from overgang.base import edition as editions
from overgang.base.edition import Edition
from overgang.base.errors import BadInput

log = logging.getLogger(__name__)


class NothingPublished(Exception):
    """There is no edition to show. The message says why, for the log and the person who runs the site."""


@dataclass(frozen=True)
class Shelf:
    """One edition and its predecessors, newest first, as the pointer stood at `stamp`."""

    folder: Path
    stamp: tuple[int, int]
    editions: tuple[Edition, ...]

    def shown(self, now: datetime) -> Edition:
        """The newest edition that is not held back until later."""
        for edition in self.editions:
            if edition.embargo is None or _moment(edition.embargo) <= now:
                return edition
        raise NothingPublished(f"{self.editions[0].id} is held back until {self.editions[0].embargo}.")


_shelf: Shelf | None = None


def current() -> Edition:
    """The edition to show now. Raises NothingPublished."""
    return _read().shown(datetime.now(UTC))


def published(edition: str) -> Edition | None:
    """A published edition by its id: the current one or one it follows; None for any other."""
    shelf = _read()
    now = datetime.now(UTC)
    shown = shelf.editions.index(shelf.shown(now))
    return next((found for found in shelf.editions[shown:] if found.id == edition), None)


def forget() -> None:
    """Reads everything anew at the next request."""
    global _shelf
    _shelf = None


def _read() -> Shelf:
    global _shelf
    folder = Path(settings.EDITIONS)
    stamp = _stamp(folder)
    kept = _shelf
    if kept is not None and (kept.folder, kept.stamp) == (folder, stamp):
        return kept
    try:
        _shelf = Shelf(folder, stamp, _chain(folder))
    except BadInput as error:
        if kept is None or kept.folder != folder:
            raise NothingPublished(str(error)) from error
        log.error("The site keeps showing %s: %s", kept.editions[0].id, error)
        _shelf = Shelf(folder, stamp, kept.editions)
    return _shelf


def _moment(iso: str) -> datetime:
    moment = datetime.fromisoformat(iso)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(folder: Path) -> tuple[int, int]:
    try:
        found = (folder / editions.POINTER).stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


def _chain(folder: Path) -> tuple[Edition, ...]:
    """The current edition and those it follows, as far as their folders are here and whole."""
    chain = [editions.read(editions.current(folder))]
    while (earlier := chain[-1].predecessor) and (folder / earlier).is_dir():
        try:
            chain.append(editions.read(folder / earlier))
        except BadInput as error:
            log.error("The earlier edition %s is not served: %s", earlier, error)
            break
    return tuple(chain)
