"""What each way of protecting an edition comes to, on an invented country."""

from collections.abc import Iterator
from itertools import count as ticks

import polars as pl
import pytest

from overgang.control import policy, protect
from overgang.control.chooser import Trial, best, compare, ways
from tests.control import invented

POLICY = policy()
SECRET = b"sixteen bytes or more"


@pytest.fixture(scope="module")
def trials() -> dict[str, Trial]:
    tabulation = invented.tabulate(invented.country(1, counties=2))
    clock: Iterator[int] = ticks()
    tried = compare(tabulation, ways(POLICY), secret=SECRET, clock=lambda: float(next(clock)))
    return {trial.name: trial for trial in tried}


def test_every_way_is_tried_and_timed(trials: dict[str, Trial]) -> None:
    assert list(trials) == ["suppress", "round3", "cell_key", "two outcomes", "no breakdown", "pooled years"]
    assert {trial.seconds for trial in trials.values()} == {1.0}
    assert {trial.shown + trial.hidden for trial in trials.values()} == {trials["suppress"].cells}


def test_hiding_changes_nothing_and_rounding_closes_every_sum(trials: dict[str, Trial]) -> None:
    for name in ("suppress", "two outcomes", "no breakdown", "pooled years"):
        assert (trials[name].changed, trials[name].open_sums, trials[name].findings) == (0, 0, 0)
        assert all(error.mean in (None, 0) for error in trials[name].errors)
    assert trials["round3"].open_sums == trials["round3"].findings == 0
    assert trials["cell_key"].open_sums > 0
    assert trials["round3"].changed > 0
    assert trials["round3"].hidden < trials["suppress"].hidden


def test_moved_counts_show_every_share_with_an_error(trials: dict[str, Trial]) -> None:
    for name in ("round3", "cell_key"):
        few, _, many, _ = trials[name].errors
        assert few.published == few.places > 0
        assert few.mean is not None
        assert many.mean is not None
        assert few.mean > many.mean >= 0
        assert few.p95 is not None
        assert few.p95 >= few.mean


def test_the_best_prints_true_numbers_only(trials: dict[str, Trial]) -> None:
    found = best(list(trials.values()))
    assert found is not None
    assert found.method == "suppress"
    assert found.kept == max(trial.kept for trial in trials.values() if trial.method == "suppress")
    assert best([trials["round3"]]) is None


def test_what_a_design_withholds_is_not_shown() -> None:
    tabulation = invented.tabulate(invented.country(1, counties=2))
    chosen = {way.name: way.policy for way in ways(POLICY)}
    small_place = pl.col("place").str.starts_with("K") & pl.col("count").is_not_null()
    two = protect(tabulation, chosen["two outcomes"]).cube("exits").cells
    assert two.filter(small_place & pl.col("outcome").is_in(["work", "education"])).is_empty()
    assert not two.filter(small_place).is_empty()
    flat = protect(tabulation, chosen["no breakdown"]).cube("exits_by_sex").cells
    assert flat.filter(small_place & (pl.col("sex") != "total")).is_empty()
    pooled = protect(tabulation, chosen["pooled years"])
    totals = pooled.cube("exits").cells.filter(small_place & (pl.col("outcome") == "total"))
    assert totals.filter(pl.col("count") < 15).is_empty()
    assert not pooled.cube("exits_three_years").cells.filter(small_place & (pl.col("count") < 15)).is_empty()
