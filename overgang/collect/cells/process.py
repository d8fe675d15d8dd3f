"""Starts the child process and takes its answer."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import overgang
from overgang.collect.cells import limits
from overgang.collect.cells.refusal import Refusal

ROOT = str(Path(overgang.__file__).parents[1])
CODE = f"import sys; sys.path.insert(0, {ROOT!r}); from overgang.collect.cells.child import main; main()"


def read_grid(path: Path, names: Iterable[str]) -> dict[str, Any]:
    """The cells of a file as `child` answers them. `names`: the template's column names as `plain_name` makes them.

    Raises Refusal for a file that cannot be read, or not within the limits of time and memory.
    """
    if path.stat().st_size > limits.UPLOAD:
        raise Refusal("too_big", megabytes=limits.UPLOAD // 1_000_000)
    command = [sys.executable, "-I", "-S", "-c", CODE, json.dumps(sorted(set(names)))]
    try:
        with path.open("rb") as file:
            done = subprocess.run(
                command, stdin=file, capture_output=True, timeout=limits.WALL_SECONDS, check=False, env={}, cwd="/"
            )
    except subprocess.TimeoutExpired as late:
        raise Refusal("too_heavy") from late
    if done.returncode:
        raise Refusal("too_heavy" if done.returncode < 0 or b"MemoryError" in done.stderr else "unreadable")
    answer: dict[str, Any] = json.loads(done.stdout.decode("utf-8", "surrogatepass"))
    if "refusal" in answer:
        raise Refusal(answer["refusal"], **answer["values"])
    return answer
