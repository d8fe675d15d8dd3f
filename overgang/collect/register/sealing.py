"""What the register holds encrypted, for whoever changes the keys: numbers, their changes, and files."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, models

from overgang.access.keys import KeyRing, key_of
from overgang.access.rotation import Index, Store
from overgang.collect.register.batches import storage
from overgang.collect.register.models import Change, Identifier
from overgang.collect.register.record import writing

CHUNK = 2000
"""Rows a transaction: others wait for a fraction of a second at most."""

Done = Callable[[int], None]
Row = tuple[Any, ...]


def stores() -> tuple[Store | Index, ...]:
    return (
        Store("numbers", _numbers_under, _renew_numbers),
        Store("changes of numbers", _changes_under, _renew_changes),
        Store("files", storage.under, storage.renew),
        Index("numbers", _behind, _renew_index),
    )


def _numbers_under() -> Counter[str]:
    return Counter(key_of(cipher) for cipher in Identifier.objects.values_list("cipher", flat=True).iterator())


def _renew_numbers(ring: KeyRing, done: Done) -> None:
    def anew(row: Row) -> Row | None:
        id, cipher, key = row
        if key_of(cipher) == ring.current:
            return None
        return ring.encrypted(ring.decrypted(cipher, key), key), id, bytes(cipher)

    wanted = Identifier.objects.values_list("pk", "cipher", "person__key")
    _in_parts(wanted, anew, "UPDATE register_identifier SET cipher = %s WHERE id = %s AND cipher = %s", done)


def _changes() -> Any:
    """Those that tell of a number's coming or going, for an undo to bring it back."""
    return Change.objects.filter(model="identifier").values_list("pk", "fields", "person__key")


def _changes_under() -> Counter[str]:
    return Counter(key_of(bytes.fromhex(one)) for _, fields, _ in _changes().iterator() for one in _ciphers(fields))


def _ciphers(fields: dict[str, Sequence[Any]]) -> list[str]:
    return [one for one in fields.get("cipher", ()) if one]


def _renew_changes(ring: KeyRing, done: Done) -> None:
    """The event's hash stays that of what was written then."""
    save = Change._meta.get_field("fields")

    def anew(row: Row) -> Row | None:
        id, fields, key = row
        if all(key_of(bytes.fromhex(one)) == ring.current for one in _ciphers(fields)):
            return None
        both = [one and ring.encrypted(ring.decrypted(bytes.fromhex(one), key), key).hex() for one in fields["cipher"]]
        return save.get_db_prep_save({**fields, "cipher": both}, connection), id

    _in_parts(_changes(), anew, "UPDATE register_change SET fields = %s WHERE event_id = %s", done)


def _index(ring: KeyRing, row: Row) -> str:
    _, cipher, key, kind, _ = row
    return ring.index_of(kind, ring.decrypted(cipher, key))


def _indexed() -> Any:
    return Identifier.objects.values_list("pk", "cipher", "person__key", "kind", "index")


def _behind(ring: KeyRing) -> int:
    return sum(_index(ring, row) != row[-1] for row in _indexed().iterator())


def _renew_index(ring: KeyRing, done: Done) -> None:
    def anew(row: Row) -> Row | None:
        new = _index(ring, row)
        return None if new == row[-1] else (new, row[0])

    _in_parts(_indexed(), anew, 'UPDATE register_identifier SET "index" = %s WHERE id = %s', done)


def _in_parts(rows: models.QuerySet[Any], anew: Callable[[Row], Row | None], statement: str, done: Done) -> None:
    """Goes through the rows in the order of their ids, each part in a transaction of its own. A row that has changed or
    gone since it was read is left as it is."""
    seen = 0
    part = _part(rows, 0)
    while part:
        changed = [made for row in part if (made := anew(row))]
        if changed:
            with writing(), connection.cursor() as cursor:
                cursor.executemany(statement, changed)
        seen += len(part)
        done(seen)
        part = _part(rows, part[-1][0])


def _part(rows: models.QuerySet[Any], after: int) -> list[Row]:
    return list(rows.filter(pk__gt=after).order_by("pk")[:CHUNK])
