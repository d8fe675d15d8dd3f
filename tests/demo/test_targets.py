"""A wrong target file is named with its row, and nothing is written."""

import shutil

import numpy as np
import pytest

from overgang.base.errors import BadInput
from overgang.demo.country import generate
from overgang.demo.rounding import Sum, apportioned, rounded
from overgang.demo.targets import FOLDER, read_targets
from tests.demo.conftest import silent

WRONG = [
    ("counties_2007.csv", "01,Østfold,252,103", "01,Østfold,252,x3", "counties_2007.csv, row 2: exits is 'x3'"),
    ("counties_2007.csv", "01,Østfold", "99,Østfold", "counties_2007.csv, row 2: '99' is no place of that year"),
    ("counties_2007.csv", "02,Akershus,522,163,74,26\n", "", "counties_2007.csv has no row for 02"),
    ("counties_2016.csv", "county,name", "county,navn", "counties_2016.csv, row 1"),
    ("counties_2016.csv", "02,Akershus,314,97,69", "02,Akershus,314,97,269", "Akershus has 314 exits but 366 in work"),
    ("counties_2016.csv", "02,Akershus,314", "02,Akershus,315", "sum to 4470, flow.csv has 4469"),
    ("counties_2016.csv", "04,Hedmark,121", "02,Hedmark,121", "02 is there twice"),
    ("flow.csv", "2005,2900", "2005,2901", "flow.csv, row 3 (2005): stock_1jan is 2901"),
    ("flow.csv", "2016,14021,9940", "2016,14021,9941", "flow.csv, row 14 (2016)"),
    ("programmes_2007.csv", "K1201", "K4601", "programmes_2007.csv, row 2: 'K4601'"),
    ("facts.csv", "2016,men,2583\n", "", "facts.csv has no row 2016,men"),
    ("facts.csv", "2016,men,2583", "2016,men,-1", "facts.csv, row 23: value is '-1'"),
    ("facts.csv", "2007,answered,190", "2007,answered,290", "answered of 2007 is 290, more than invited"),
    ("facts.csv", "2016,men_work_edu,1369", "2016,men_work_edu,2500", "men in work or education 2016 would be off by"),
    ("sizes_2007.csv", "large,100,999,11,2", "large,100,999,22,2", "cannot hold together"),
    ("times_2007.csv", "04,Hedmark", "99,Hedmark", "times_2007.csv, row 2: '99' is no place of that year"),
    ("times_2007.csv", "56,60", "56,many", "times_2007.csv, row 5: over_high is 'many'"),
    ("transfers_2007.csv", "20,Finnmark", "21,Finnmark", "transfers_2007.csv, row 3: '21' is no place of that year"),
    ("transfers_2007.csv", "county,name", "fylke,name", "transfers_2007.csv, row 1 has the columns"),
    ("facts.csv", "2007,two_years,1213", "2007,two_years,1313", "cannot hold together"),
    ("facts.csv", "2007,with_transfers,660", "2007,with_transfers,2400", "with transfers 2007 would be off by"),
    ("status_after.csv", "2016,F,employed,445", "2016,K,employed,445", "status_after.csv, row 8: sex is 'K'"),
    (
        "status_after.csv",
        "2016,F,in_education",
        "2016,F,at_school",
        "row 10: 'at_school' is no status",
    ),
    ("status_after.csv", "2016,M,unemployed,129\n", "", "status_after.csv: 2016 M has not every status once"),
    ("levels.csv", "2010,25", "2010,", "levels.csv, row 8: work is ''"),
    ("origins.csv", "2009,SO", "2009,S0", "origins.csv, row 19: 'S0' is not in countries.csv"),
    ("ages.csv", "2016,18-25,4330,2174", "2016,18-25,4330", "ages.csv, row 2 has 3 values for 4 columns"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "message"), WRONG, ids=[row[3][:40] for row in WRONG])
def test_wrong_target(tmp_path, file, right, wrong, message):
    folder = tmp_path / "targets"
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        generate(1, silent, folder)
    assert message in str(error.value)


def test_missing_target_file(tmp_path):
    with pytest.raises(BadInput, match=r"facts\.csv cannot be read"):
        read_targets(tmp_path)


def test_rounding_holds_the_sums_and_stays_near():
    expected = np.array([1.4, 2.3, 3.3, 0.2])
    sums = [Sum("first two", np.array([0, 1]), 4, 4), Sum("all", np.arange(4), 8, 8)]
    found = rounded(expected, sums)
    assert (found[:2].sum(), found.sum()) == (4, 8)
    assert np.abs(found - expected).max() < 1


def test_rounding_says_which_sums_clash():
    sums = [Sum("apples", np.array([0]), 1, 1), Sum("pears", np.array([0]), 3, 3)]
    with pytest.raises(BadInput, match="would be off by"):
        rounded(np.array([2.0]), sums)


def test_apportioned_keeps_total_and_bounds():
    parts = apportioned(10, np.array([5.0, 3.0, 1.0, 0.0]), np.array([0, 0, 2, 1]), np.array([3, 9, 9, 9]))
    assert parts.sum() == 10
    assert parts.tolist() == [3, 4, 2, 1]
    with pytest.raises(BadInput, match="cannot be divided"):
        apportioned(3, np.array([1.0]), 0, 2)
