"""Units that all send at once, each of them twice: none is lost, none is there twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.internal import DATABASE

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("database", [DATABASE])
def test_of_returns_that_are_sent_twice_at_once_none_is_lost_or_doubled(database):
    """A small one of `tools/measure_returns.py`, in a process of its own with its own server. Time is not judged."""
    command = [sys.executable, "-W", "ignore", "-m", "tools.measure_returns", "--units", "12", "--users", "12"]
    done = subprocess.run(
        [*command, "--hurry", "--database", database],
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert {name: said[name] for name in ("sent", "lost", "doubled", "faults")} == {
        "sent": 12,
        "lost": 0,
        "doubled": 0,
        "faults": [],
    }
