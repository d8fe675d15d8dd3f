"""Identity numbers in the register: encrypted, found by a keyed hash, shown with most digits hidden."""

from overgang.access import bulk
from overgang.access.keys import KeyRing
from overgang.access.ring import ring
from overgang.base.identity import DNR, DUF, FNR, is_valid
from overgang.collect.register.models import Identifier, Person

SIGNS = str.maketrans("", "", " \u00a0-.")
LAST = 2
"""Last digits that are shown where the whole number is not asked for."""


def plain(number: str) -> str:
    """A number as it is stored: without spaces, dashes and points."""
    return number.translate(SIGNS)


def new_identifier(person: Person, kind: str, number: str, keys: KeyRing | None = None) -> Identifier:
    """A number for a person, not yet saved. `keys`: those in hand, where they are to be the same for many numbers."""
    number = plain(number)
    cipher, index = sealed(keys or ring(), person.key, kind, number)
    return bulk.new(Identifier, person=person, kind=kind, cipher=cipher, index=index, valid=is_valid(kind, number))


def sealed(ring: KeyRing, key: str, kind: str, number: str) -> tuple[bytes, str]:
    """A number as it is stored for the person with this key: encrypted, and the key it is looked up by."""
    number = plain(number)
    return ring.encrypted(number, key), ring.index_of(kind, number)


def number_of(identifier: Identifier) -> str:
    """The whole number. Whoever calls this logs it."""
    return ring().decrypted(identifier.cipher, identifier.person.key)


def partly(number: str) -> str:
    """ "•••••••••46": enough to tell two numbers of one person apart."""
    return "•" * (len(number) - LAST) + number[-LAST:]


def kind_of(number: str) -> str:
    """The kind of a number by its form: national, D number (first digit 4 more), DUF, or another."""
    number = plain(number)
    if not (number.isascii() and number.isdigit()):
        return "other"
    if len(number) == 12:
        return DUF
    if len(number) != 11:
        return "other"
    return DNR if number[0] in "4567" else FNR


def indices(number: str) -> list[str]:
    """The look-up keys a typed number may stand under: its kind is guessed from its length."""
    number = plain(number)
    kinds = {11: ("fnr", "dnr"), 12: ("duf",)}.get(len(number), ("other",))
    return [index for kind in kinds for index in ring().indices_of(kind, number)]
