"""The secrets of second factors, which stand encrypted in the rows of allauth."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from overgang.access.keys import KeyRing, key_of
from overgang.access.rotation import Store

ABOUT = "second factor"
ONE, SEVERAL = ("secret", "seed"), "migrated_codes"
"""Where allauth puts what it has encrypted: the secret of an app, the seed of reserve codes, and codes one by one."""


def store() -> Store:
    return Store("second factors", _under, _renew)


def _sealed(data: dict[str, Any]) -> Iterator[str]:
    yield from (data[name] for name in ONE if name in data)
    yield from data.get(SEVERAL) or ()


def _under() -> Counter[str]:
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("data", flat=True)
    return Counter(key_of(b64decode(text)) for data in rows for text in _sealed(data))


def _renew(ring: KeyRing, done: Callable[[int], None]) -> None:
    def anew(text: str) -> str:
        return b64encode(ring.encrypted(ring.decrypted(b64decode(text), ABOUT), ABOUT)).decode()

    ids = list(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", flat=True))
    for id in ids:
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=id).first()
            if row is None or all(key_of(b64decode(text)) == ring.current for text in _sealed(row.data)):
                continue
            row.data |= {name: anew(row.data[name]) for name in ONE if name in row.data}
            if row.data.get(SEVERAL):
                row.data[SEVERAL] = [anew(text) for text in row.data[SEVERAL]]
            row.save(update_fields=["data"])
    done(len(ids))
