"""The key ring of this process."""

from functools import cache

from django.conf import settings

from overgang.access import keys
from overgang.access.keys import KeyRing


@cache
def ring() -> KeyRing:
    """The key ring this process began with. Raises BadInput when there is none."""
    return keys.read(settings.KEYS)
