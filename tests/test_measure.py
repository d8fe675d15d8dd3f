"""The peer of `make measure` counts what we count, and the table it prints is one."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from overgang.compute import tabulate
from tests.compute.invented import answer, participation, person, registers, snapshot
from tools.measure import (
    PEER_TABLES,
    Row,
    agreement,
    compared,
    country_totals,
    figure,
    in_turn,
    our_counts,
    pandas_tables,
    peer_counts,
    peer_designs,
    table,
)

MOVED_AND_SHIELDED = {
    "persons": [person(1), person(2, sex="M"), person(3, shielded=True), person(4)],
    "participations": [
        participation(1, "K0213", "2016-03-01", "2017-04-30", "IN_MOVED"),
        participation(1, "K0220", "2017-05-01", "2017-11-30", "CO_WORK_GT29"),
        participation(2, "B030101", "2006-01-10", "2007-02-20", "CO_EDU_UPPER"),
        participation(3, None, "2016-01-10", "2017-02-20", "PS_HEALTH"),
        participation(4, "K0213", "2006-03-01", "2007-06-30", "CO_WORK_GT29"),
    ],
    "returns": [answer("B030101", 1)],
}


def test_the_pandas_peer_counts_the_country_as_we_do(tmp_path: Path) -> None:
    found = snapshot(tmp_path / "snapshot", **MOVED_AND_SHIELDED)
    totals = country_totals(peer_counts(pandas_tables(found)))
    assert totals == country_totals(our_counts(tabulate(found)))
    assert totals["exits", "F00", "2017"] == 2
    assert totals["exits", "F00U", "2017"] == 1
    assert totals["exits", "F00", "2007"] == 1  # K0213 did not answer for that year
    assert {name for name, _, _ in totals} == set(PEER_TABLES)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(registers())
def test_every_cell_of_the_peer_is_ours(register: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = snapshot(Path(folder) / "snapshot", **register)
        assert "equal to ours" in agreement(tabulate(found, peer_designs()), pandas_tables(found))


def test_the_columns_of_the_table_align() -> None:
    rows = [Row("short", "1 s", "a peer 10 s", "0.10", ""), Row("a longer one", "1234 s (1-2)", "-", "-", "")]
    lines = table(rows).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [line.index("1") for line in lines[2:]] == [lines[2].index("1 s"), lines[3].index("1234")]
    assert lines[2].index("1 s") + len("1 s") == lines[3].index("(1-2)") + len("(1-2)")
    assert all(line.endswith(end) for line, end in zip(lines, ("ours / it", "-", "0.10", "-"), strict=True))


def test_a_row_shows_the_ratio_of_the_medians() -> None:
    row = compared("what", [4.0, 2.0, 3.0], [2.0, 1.5, 9.0], "s", "peer", "")
    assert (row.ours, row.peer, row.ratio) == ("3.00 s (2.00-4.00)", "peer 2.00 s (1.50-9.00)", "1.50")
    assert figure([1234.6], "/s") == "1235 /s"


def test_tasks_run_in_turn() -> None:
    order: list[str] = []
    took = in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2)
    assert order == ["a", "b", "a", "b"]
    assert {name: len(times) for name, times in took.items()} == {"a": 2, "b": 2}
