"""Sums with "don't know" in them are published as lower bounds, and that they are bounds gives nothing away."""

from pathlib import Path

import pytest

from overgang.base.cube import AT_LEAST, TOTAL
from overgang.base.edition import Edition
from overgang.base.snapshot import Snapshot
from overgang.base.text import LANGUAGES
from overgang.compute.tabulate import tabulate
from overgang.control import audit, known_links, protect, tables
from overgang.control import policy as policies
from overgang.control.statements import number
from overgang.demo.tour import SECRET
from overgang.publish.build import Order, build, since
from tests.compute.invented import answer, participation, snapshot

REPORTED = {"K1103": 40, "K1101": 30, "K1102": 3, "K1119": 12, "K1601": 60, "K1624": 4, "K0213": 25, "B030101": 33}
UNKNOWN = ("K1106", "K1121", "B030102")
SUMS = {"participants": 207, "stock": 150, "on_leave": 20, "ended": 60, "reasons": 61}


def summary(**sums: int) -> dict[str, object]:
    told = {name: {"low": n, "high": n, "missing": 0} for name, n in (SUMS | sums).items()}
    return {"2007": {"units": 11, "sums": told, "gross": {}, "notes": {"AR19": dict.fromkeys(LANGUAGES, "Merk.")}}}


@pytest.fixture
def source(tmp_path: Path) -> Snapshot:
    """A small country in 2007: some units know how many took part, three do not."""
    rows = [answer(unit, n) for unit, n in REPORTED.items()]
    rows += [answer(unit, None, "dont_know") for unit in UNKNOWN]
    spells = [
        participation(id, unit, "2006-03-01", "2007-10-01", "CO_WORK_GT29")
        for id, unit in enumerate(unit for unit, n in REPORTED.items() for _ in range(n // 2))
    ]
    return snapshot(tmp_path / "s", spells, returns=rows)


@pytest.fixture
def built(source: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edition:
    monkeypatch.setattr("overgang.publish.build.snapshot.read", lambda _: source)
    object.__setattr__(source, "returns", summary())
    return build(Order(source.folder, secret=SECRET, year=2007), tmp_path / "editions")


def test_a_sum_that_lacks_units_is_marked_and_says_how_many(built: Edition) -> None:
    at = {place: built.table("participants").count(place=place, time="2007") for place in ("F11", "F16", "F03", "F00U")}
    assert {place: (cell.value, AT_LEAST in cell.marks) for place, cell in at.items() if cell.shown} == {
        "F11": (85, True),
        "F16": (64, False),
        "F03": (33, True),
        "F00U": (207, True),
    }
    assert built.notes["lacking"]["2007"] == {"F00": 3, "F00U": 3, "F03": 1, "F11": 2, "K0301": 1}


def test_a_unit_that_does_not_know_has_no_number_and_above_all_no_zero(built: Edition) -> None:
    for unit in UNKNOWN:
        assert built.table("participants").count(place=unit, time="2007").state == ".."


def test_the_exits_are_no_bound(built: Edition) -> None:
    assert not built.table("exits").frame["marks"].str.contains(AT_LEAST).any()


def test_that_a_sum_is_a_bound_narrows_no_hidden_cell(source: Snapshot, built: Edition) -> None:
    """A bound is told of numbers that are shown anyway, and the attack finds no more with all of them beside it."""
    policy = policies("default")
    tabulation = since(2005, tabulate(source, through=2007))
    cubes = protect(tabulation, policy).cubes
    table = built.table("participants")
    hidden = [place for place in table.codes["place"] if table.count(place=place, time="2007").state == ":"]
    assert "K1102" in hidden
    told = []
    for place, units in built.notes["lacking"]["2007"].items():
        cell = table.count(place=place, time="2007")
        assert cell.shown
        at = ("participants", place, "2007", *[TOTAL] * 5)
        told += number({at: 1}, cell.value, None, f"at least {cell.value}, {units} missing")
    assert len(told) == 5
    found = audit(tables(cubes), tabulation.trees, known_links(tabulation, policy), policy, statements=tuple(told))
    assert found.findings == ()


def test_the_country_s_sums_and_their_notes_come_from_the_snapshot(built: Edition) -> None:
    assert built.notes["returns"]["2007"]["sums"]["ended"]["low"] == 60
    assert built.notes["returns"]["2007"]["notes"]["AR19"]["nb"] == "Merk."


@pytest.mark.parametrize("sums", [{"on_leave": 4}, {"stock": 24, "on_leave": 20}, {"ended": 0}])
def test_small_sums_are_not_told(
    source: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sums: dict[str, int]
) -> None:
    monkeypatch.setattr("overgang.publish.build.snapshot.read", lambda _: source)
    object.__setattr__(source, "returns", summary(**sums))
    assert build(Order(source.folder, secret=SECRET, year=2007), tmp_path / "editions").notes["returns"] == {}
