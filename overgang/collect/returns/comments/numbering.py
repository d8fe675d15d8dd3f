"""The names under which comments are published, "Kommune 1..n": nobody learns a unit from its number."""

import hmac
from collections.abc import Collection, Mapping

LABELS = {"nb": "Kommune {n}", "nn": "Kommune {n}", "en": "Municipality {n}"}
LEAST = 16
"""Bytes of a secret: fewer could be tried."""


def numbered(secret: bytes, units: Collection[str]) -> Mapping[str, int]:
    """A number for each unit that comments, in an order that only the round's secret gives: the same every time,
    another in the next round, and neither by code nor by size.

    Made once all comments of a round are in: another unit would shift the others. Raises ValueError for a short secret.
    """
    if len(secret) < LEAST:
        raise ValueError(f"a secret has at least {LEAST} bytes, not {len(secret)}")
    order = sorted(set(units), key=lambda unit: hmac.digest(secret, unit.encode(), "sha256"))
    return {unit: number for number, unit in enumerate(order, 1)}


def label(number: int, lang: str) -> str:
    return LABELS[lang].format(n=number)
