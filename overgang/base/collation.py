"""Norwegian order of names, and names as people type them without the right keys."""

import unicodedata
from collections.abc import Mapping

_LAST_LETTERS: Mapping[str, str] = {"æ": "{a", "ä": "{a", "ø": "{b", "ö": "{b", "å": "{c", "ü": "y", "đ": "d", "ŧ": "t"}
_WITHOUT_KEYS: Mapping[str, str] = {"æ": "a", "ä": "a", "ø": "o", "ö": "o", "å": "a", "đ": "d", "ŧ": "t", "ŋ": "n"}


def collation_key(text: str) -> tuple[str, str]:
    """Sorts names as a Norwegian reader expects: a-z, æ, ø, å; aa as å; accents and case only break ties.

    >>> sorted(["Ås", "Aarborte", "Øyer", "Bø", "Ærlig", "Alta"], key=collation_key)
    ['Alta', 'Bø', 'Ærlig', 'Øyer', 'Aarborte', 'Ås']
    """
    letters = unicodedata.normalize("NFC", text).lower().replace("aa", "å")
    return "".join(_LAST_LETTERS.get(letter) or _plain(letter) for letter in letters), text


def folded(text: str) -> str:
    """A name as people type it without the right keys: Bærum, baerum and barum are all "barum"; Ålesund is "alesund".

    Both sides of a search are folded, so that it does not matter which spelling either has.
    """
    letters = unicodedata.normalize("NFC", text).lower()
    plain = "".join(_WITHOUT_KEYS.get(letter) or _plain(letter) for letter in letters)
    return plain.replace("aa", "a").replace("ae", "a").replace("oe", "o")


def _plain(letter: str) -> str:
    """A letter without its accents: é -> e, š -> s."""
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
