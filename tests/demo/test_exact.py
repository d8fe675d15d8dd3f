"""Functions that are the same on every processor, and the proof that the country is."""

import os
import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from overgang.demo import exact
from overgang.demo.country import generate, write_layer, write_layers
from overgang.demo.streams import stream
from tests.demo.conftest import OTHER, silent

PLAIN_LIBRARY = "glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-FMA4,-AVX512F,-AVX512VL,-AVX512DQ,-AVX512BW,-AVX512CD"
GENERATE = """
import sys
from pathlib import Path
from tests.demo.test_exact import write_all
write_all(Path(sys.argv[1]), int(sys.argv[2]))
"""


def test_exponential_and_logarithm():
    x = np.linspace(-300, 300, 100_001)
    np.testing.assert_allclose(exact.exp(x), np.exp(x), rtol=1e-14)
    np.testing.assert_allclose(exact.log(np.exp(x)), x, rtol=1e-14, atol=1e-14)
    assert exact.exp(np.array([0.0, -1e9, 1e9])).tolist() == [1.0, exact.exp(-700).item(), exact.exp(700).item()]
    assert exact.log(np.array([1.0, 0.0])).tolist() == [0.0, exact.log(exact.SMALLEST).item()]
    assert exact.power(np.array([2.0, 9.0]), 0.5) == pytest.approx([2**0.5, 3.0], rel=1e-14)


def test_straight_lines_between_known_points():
    found = exact.between(
        np.array([2006, 2009, 2010]), np.array([1.0, 4.0, 0.0]), np.array([2004, 2006, 2008, 2010, 2020])
    )
    assert found.tolist() == [1.0, 1.0, 3.0, 0.0, 0.0]


def test_draws_have_their_distributions():
    normal = np.sort(exact.normal(stream(1, "normal"), 200_000))
    assert abs(normal.mean()) < 0.01
    assert normal.std() == pytest.approx(1, abs=0.01)
    assert np.mean(np.abs(normal) > 1.959964) == pytest.approx(0.05, abs=0.003)
    assert np.mean(normal < -2.575829) == pytest.approx(0.005, abs=0.001)
    assert exact.exponential(stream(1, "exponential"), 200_000).mean() == pytest.approx(1, abs=0.01)


def write_all(home, seed):
    """Every layer as files."""
    made = generate(seed, silent)
    write_layers(home, made, seed)
    write_layer(home / "register", made.register)


def files(home):
    return {path: sha256(path.read_bytes()).hexdigest() for path in sorted(home.rglob("*.parquet"))}


def test_every_processor_makes_the_same_bytes(tmp_path):
    """Once with what this processor can do, once with the instructions of all of its kind."""
    able = [feature for feature in __cpu_dispatch__ if __cpu_features__[feature]]
    plain = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(able), "GLIBC_TUNABLES": PLAIN_LIBRARY}
    command = [sys.executable, "-c", GENERATE, str(tmp_path / "plain"), str(OTHER)]
    with subprocess.Popen(command, env=plain) as other:
        write_all(tmp_path / "able", OTHER)
    assert other.returncode == 0
    able_files = {path.relative_to(tmp_path / "able"): digest for path, digest in files(tmp_path / "able").items()}
    plain_files = {path.relative_to(tmp_path / "plain"): digest for path, digest in files(tmp_path / "plain").items()}
    assert len(able_files) > 15
    assert plain_files == able_files
