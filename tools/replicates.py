"""Runs `overgang demo register` and sees what it takes: time, processor, memory, rows and bytes."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

BLOCK = 1 << 20
BETWEEN = 0.5
"""Seconds between two looks at the memory; a look stops the process for some milliseconds."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds by the clock, and of the processor in all processes; most memory at once; what it wrote."""

    seconds: float
    processor: float
    memory: int
    rows: int
    persons: int
    size: int


def run(to: Path, *, replicates: int, workers: int) -> Run:
    """The whole command, from the start of the program to the last byte; as installed, with its modules compiled."""
    command = [sys.executable, "-m", "overgang", "demo", "register", "--to", str(to)]
    command += ["--replicates", str(replicates), "--workers", str(workers)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, begun, most = _processor(), time.perf_counter(), 0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    while process.poll() is None:
        most = max(most, sum(map(_memory, _family(process.pid))))
        time.sleep(BETWEEN)
    took = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    files = list(to.rglob("*.parquet"))
    rows = {path: pl.scan_parquet(path).select(pl.len()).collect().item() for path in files}
    persons = sum(number for path, number in rows.items() if path.parent.name == "person")
    size = sum(path.stat().st_size for path in files)
    return Run(took, _processor() - before, most, sum(rows.values()), persons, size)


def disk_only(to: Path, size: int) -> float:
    """Seconds to write as many bytes to the same disk and nothing else, in one file, without waiting for the disk."""
    block = os.urandom(BLOCK)
    begun = time.perf_counter()
    with to.open("wb", buffering=0) as file:
        for _ in range(-(-size // BLOCK)):
            file.write(block)
    took = time.perf_counter() - begun
    to.unlink()
    return took


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(pid: int) -> Iterator[int]:
    """A process and all that came from it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return
    for child in children.split():
        yield from _family(int(child))


def _memory(pid: int) -> int:
    """Bytes of a process, what it shares with others divided among them; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
