"""Every file gets the best answer there is, within time and memory, on seeds that nobody has looked at."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from overgang.base.text import LANGUAGES
from overgang.collect.cells import limits
from overgang.collect.cells.process import CODE
from overgang.collect.files import Fault, Refused, read, template
from tests.collect.files import hostile

SEEDS = [int(seed) for seed in os.environ.get("OVERGANG_SEEDS", "1").split(",")]


def answer(case: hostile.Case, path: Path) -> tuple[str, set[hostile.Place], set[str], int, list[Fault]]:
    path.write_bytes(case.data)
    try:
        sheet = read(path, template(case.kind), today=hostile.TODAY)
    except Refused as refused:
        return refused.faults[0].rule, set(), set(), 0, list(refused.faults)
    stopping = {(fault.line, fault.field, fault.rule) for fault in sheet.faults if fault.stops}
    told = {fault.rule for fault in sheet.faults if not fault.stops}
    return "", stopping, told, len(sheet.rows), list(sheet.faults)


def test_there_are_at_least_95_kinds() -> None:
    assert len(set(hostile.named())) == len(hostile.CASES) >= 95


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("at", range(len(hostile.CASES)), ids=hostile.named())
def test_the_best_answer(at: int, seed: int, tmp_path: Path) -> None:
    make = hostile.CASES[at]
    case = make(hostile.random.Random(f"{seed} {hostile.named()[at]}"))
    began = time.monotonic()
    refused, stopping, told, rows, faults = answer(case, tmp_path / "file")
    assert time.monotonic() - began < 10
    assert refused == case.refused
    if case.faults == hostile.ANY:
        assert stopping
        assert "shifted" in told
    else:
        assert (stopping, told, rows) == (set(case.faults), set(case.told), case.rows)
    for fault in faults:
        for lang in LANGUAGES:
            sentence = fault.sentence(lang)
            assert sentence.endswith(".")
            assert len(sentence) < 500
            assert not re.search(r"\{[a-z_]+[:}]", sentence)
            assert all(sign.isprintable() or sign == "\u00a0" for sign in sentence)


MOST = """
import resource, subprocess, sys
with open(sys.argv[1], "rb") as file:
    subprocess.run([sys.executable, "-I", "-S", "-c", sys.argv[2], "[]"], stdin=file, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
"""Started from a small process, since a child inherits the high water of its parent."""


@pytest.mark.parametrize(
    "data",
    [
        "Fnr;Start\n".encode("utf-16-le") + ("æ;ø\n" * 3_000_000).encode("utf-16-le"),
        ("å" * 1999 + "\n").encode() * 6_000,
        hostile.packed(hostile.parts([hostile.Sheet([[hostile.shared(0)] * 60] * 200)], strings=["å" * 2000])),
    ],
    ids=["utf-16", "long fields", "one text many times"],
)
def test_the_child_stays_within_its_memory(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    command = [sys.executable, "-S", "-c", MOST, str(tmp_path / "file"), CODE]
    most = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert most < limits.MEMORY
    print(f"{most / 1_000_000:.0f} MB")
