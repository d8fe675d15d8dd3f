"""New keys for old: everything encrypted is encrypted anew, while the site goes on answering.

The new key is in the ring before it is used, and the old one stays until nothing needs it, so whatever a row was
encrypted with it opens. Rows are renewed in small transactions of their own: ended at any moment, by whatever, it goes
on where it was. What is renewed, the apps know (`sealed` of an app's configuration).
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps

from overgang.access import keys, log
from overgang.access.actor import SYSTEM
from overgang.access.keys import KeyRing
from overgang.access.models import Event, User
from overgang.base.errors import BadInput

Progress = Callable[[str], None]
INDEX = "index"
"""What the key for look-up is called where the others have numbers."""


@dataclass(frozen=True)
class Store:
    """Somewhere encrypted texts lie. `under`: how many under each key; `renew` encrypts those of other keys with the
    current one, telling now and then how many are done."""

    name: str
    under: Callable[[], Counter[str]]
    renew: Callable[[KeyRing, Callable[[int], None]], None]


@dataclass(frozen=True)
class Index:
    """Something that is found by the hash of a number. `behind`: how many do not stand under the current key."""

    name: str
    behind: Callable[[KeyRing], int]
    renew: Callable[[KeyRing, Callable[[int], None]], None]


def rotate(home: Path, progress: Progress, *, now: datetime) -> KeyRing:
    """Makes a new key, or goes on with the one an earlier run made, until nothing stands under another."""
    ring = keys.read(home)
    if not any(_behind(ring).values()):
        ring = keys.with_new_key(ring)
        keys.write(home, ring)
        log.write(SYSTEM, [log.Entry(Event.CHANGED, object=f"keys:{ring.current}")], now=now)
        progress(f"Key {ring.current} is made: copy {home / keys.FILE} now, apart from copies of the database.")
    while any(_behind(ring).values()):  # a save that had begun before may have ended after
        for store in _all(Store):
            store.renew(ring, lambda done, store=store: progress(f"{store.name}: {done} under key {ring.current}"))
    return ring


def rotate_index(home: Path, progress: Progress, *, now: datetime) -> KeyRing:
    """The same for the key that numbers are found by."""
    ring = keys.read(home)
    if ring.older_index is None:
        ring = keys.with_new_index(ring)
        keys.write(home, ring)
        log.write(SYSTEM, [log.Entry(Event.CHANGED, object=f"keys:{INDEX}")], now=now)
        progress(f"A key for look-up is made: copy {home / keys.FILE} now, apart from copies of the database.")
    while any(index.behind(ring) for index in _all(Index)):
        for index in _all(Index):
            index.renew(ring, lambda done, index=index: progress(f"{index.name}: {done} under the new key"))
    return ring


def retire(home: Path, id: str, *, now: datetime) -> None:
    """Takes a key out of the ring. Raises BadInput where something still needs it."""
    ring = keys.read(home)
    if id == INDEX:
        _index_is_free(ring)
        ring = keys.without_older_index(ring)
    else:
        _is_free(ring, id)
        ring = keys.without_key(ring, id)
    keys.write(home, ring)
    log.write(SYSTEM, [log.Entry(Event.DELETED, object=f"keys:{id}")], now=now)


def listed(home: Path) -> Iterator[str]:
    """Each key with what stands under it, in lines."""
    ring = keys.read(home)
    found = {store.name: store.under() for store in _all(Store)}
    for id in sorted(ring.ciphers, key=int):
        counts = ", ".join(f"{under[id]} {name}" for name, under in found.items())
        yield f"{id}{' (current)' if id == ring.current else ''}: {counts}"
    if lost := sorted({id for under in found.values() for id in under} - ring.ciphers.keys()):
        yield f"not in the ring, and needed: {', '.join(lost)}"
    if ring.older_index is None:
        yield f"{INDEX}: one key"
        return
    behind = ", ".join(f"{index.behind(ring)} {index.name}" for index in _all(Index))
    yield f"{INDEX}: two keys; under the older one {behind}, and {_waiting()} users who sign in at a provider"


def _behind(ring: KeyRing) -> dict[str, int]:
    return {store.name: sum(n for id, n in store.under().items() if id != ring.current) for store in _all(Store)}


def _is_free(ring: KeyRing, id: str) -> None:
    if id not in ring.ciphers:
        raise BadInput(f"There is no key {id!r} in the ring: see overgang keys list.")
    if id == ring.current:
        raise BadInput(f"Key {id} is the one in use. Next: overgang keys rotate")
    used = {store.name: n for store in _all(Store) if (n := store.under()[id])}
    if used:
        said = ", ".join(f"{n} {name}" for name, n in used.items())
        raise BadInput(f"Key {id} is needed by {said}. Next: overgang keys rotate")


def _index_is_free(ring: KeyRing) -> None:
    if ring.older_index is None:
        raise BadInput("There is one key for look-up, and it is in use. Next: overgang keys rotate --index")
    used = {index.name: n for index in _all(Index) if (n := index.behind(ring))}
    if used:
        said = ", ".join(f"{n} {name}" for name, n in used.items())
        raise BadInput(f"The older key for look-up is needed by {said}. Next: overgang keys rotate --index")
    if n := _waiting():
        raise BadInput(
            f"{n} users who sign in at a provider have not done so since the key was changed: wait, or shut them out. "
            "What the provider calls them is not kept, so they stand under the new key when they come."
        )


def _waiting() -> int:
    """Users whose name at a provider may stand under the older key: those who have not signed in since."""
    begun = Event.objects.filter(action=Event.CHANGED, object=f"keys:{INDEX}").order_by("-id").first()
    linked = User.objects.exclude(subject=None).filter(is_active=True)
    return linked.exclude(last_login__gt=begun.at).count() if begun else linked.count()


def _all[Kind: (Store, Index)](kind: type[Kind]) -> Iterator[Kind]:
    for app in apps.get_app_configs():
        for found in getattr(app, "sealed", tuple)():
            if isinstance(found, kind):
                yield found
