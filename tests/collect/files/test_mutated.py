"""Bytes that something has happened to: an answer always, and never another exception than Refusal."""

import json
import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overgang.base.text import LANGUAGES
from overgang.collect.cells.child import grid
from overgang.collect.cells.refusal import Refusal
from overgang.collect.files import Refused, read, template
from tests.collect.files import hostile

EXAMPLES = int(os.environ.get("OVERGANG_MUTATIONS", "150"))
NAMES = frozenset(template("exit").columns)
SMALL = [case for case in hostile.cases(7) if len(case.data) < 50_000]


def mutated(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed, cut out, doubled or put elsewhere."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        if not found:
            break
        at, length = rng.randrange(len(found)), rng.choice((1, 1, 4, 50, 2000))
        match rng.randrange(5):
            case 0:
                found[at] = rng.randrange(256)
            case 1:
                del found[at : at + length]
            case 2:
                found[at:at] = found[at : at + length]
            case 3:
                found[at : at + length] = rng.randbytes(length)
            case 4:
                found[at:at] = rng.choice(
                    (b'"', b";", b"\x00", b"\r", b"<", b"&", b"PK\x05\x06", "å".encode(), b"\xff\xfe")
                )
    return bytes(found)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from(range(len(SMALL))))
def test_the_child_answers_whatever_it_is_given(seed: int, at: int) -> None:
    data = mutated(random.Random(seed), SMALL[at].data)
    try:
        answer = grid(data, NAMES)
    except Refusal as refusal:
        json.dumps(refusal.values)
        return
    assert len(answer["rows"]) <= 20_020
    json.dumps(answer)


@settings(max_examples=EXAMPLES // 10, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from(range(len(SMALL))))
def test_the_whole_way_answers_as_well(tmp_path_factory: pytest.TempPathFactory, seed: int, at: int) -> None:
    path = tmp_path_factory.mktemp("x") / "file"
    path.write_bytes(mutated(random.Random(seed), SMALL[at].data))
    try:
        sheet = read(path, template(SMALL[at].kind), today=hostile.TODAY)
    except Refused as refused:
        faults = list(refused.faults)
    else:
        faults = list(sheet.faults)
        lines = [row.line for row in (*sheet.rows, *sheet.rejected)]
        assert len(lines) == len(set(lines))
    assert all(fault.sentence(lang) for fault in faults for lang in LANGUAGES)
