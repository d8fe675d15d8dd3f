"""The file of what was told elsewhere: what each line means, and what is said of a line that cannot be used."""

from pathlib import Path

import polars as pl
import pytest

from overgang.base.cube import TOTAL
from overgang.base.errors import BadInput
from overgang.control import Statement
from overgang.control.statements import Key
from overgang.publish.told import read_told

CELLS = pl.DataFrame(
    [(place, "2019", 10) for place in ("F00", "K0213", "K0217", "K5011", "K5012")],
    schema=["place", "time", "count"],
    orient="row",
)
TABLES = [("exits", "exits", ("place", "time"), CELLS)]


def read(folder: Path, text: str) -> tuple[Statement, ...]:
    path = folder / "told.csv"
    path.write_text(text, encoding="utf-8")
    return read_told(path, TABLES)


def key(place: str, outcome: str = TOTAL, sex: str = TOTAL) -> Key:
    return ("exits", place, "2019", sex, TOTAL, TOTAL, TOTAL, outcome)


@pytest.mark.parametrize(
    ("says", "low", "high"),
    [
        ("12", 12, 12),
        ("1 to 4", 1, 4),
        ("1-4", 1, 4),
        ("1–4", 1, 4),
        ("1 til 4", 1, 4),
        ("at least 30", 30, None),
        (">=30", 30, None),
        ("minst 30", 30, None),
        ("At most 4", None, 4),
        ("høyst 4", None, 4),
    ],
)
def test_a_number_a_range_and_a_limit_in_words_or_signs(tmp_path: Path, says: str, low: int, high: int) -> None:
    (told,) = read(tmp_path, f"place,time,says\nK0213,2019,{says}\n")
    assert (told.weights, told.low, told.high) == (((key("K0213"), 1),), low, high)
    assert told.says == f"{says}: exits K0213 2019 (told.csv, line 2)"


def test_a_percentage_of_all_who_ended_of_another_base_and_of_everybody(tmp_path: Path) -> None:
    """46.3 % to work or education: 2000 x part is at least 925 x base and less than 927 x base, and the base is 1 or
    more; of those who did not move the base is less by these; 53 % of those who ended were men."""
    head = "place;time;sex;outcome;says;of;source\n"
    least, less, some = read(tmp_path, f"{head}K0213;2019;;work_edu;46,3 %;;press\n")
    assert dict(least.weights) == {key("K0213", "work_edu"): 2000 // 25, key("K0213"): -925 // 25}
    assert (least.low, least.high) == (0, None)
    assert dict(less.weights) == {key("K0213", "work_edu"): 2000, key("K0213"): -927}
    assert (less.low, less.high) == (None, -1)
    assert (dict(some.weights), some.low) == ({key("K0213"): 1}, 1)
    assert least.says == "46,3 %: exits K0213 2019 work_edu (press)"
    stayed = read(tmp_path, f"{head}K0213;2019;;work_edu;50 %;D2;\n")[2]
    assert dict(stayed.weights) == {key("K0213"): 1, key("K0213", "moved"): -1}
    men = read(tmp_path, f"{head}K0213;2019;M;;53 %;sex;\n")[0]
    assert {one for one, _ in men.weights} == {key("K0213", sex="M"), key("K0213")}


def test_places_together_and_places_of_other_borders(tmp_path: Path) -> None:
    """Ski and Oppegård became Nordre Follo in 2020."""
    together, later = read(tmp_path, "place,time,says,borders\nK0213+K0217,2019,20,\nK3020,2019,20,2020\n")
    assert together.weights == later.weights == ((key("K0213"), 1), (key("K0217"), 1))
    percent = read(tmp_path, "place,time,outcome,says,borders\nK3020,2019,work_edu,50 %,2020\n")
    assert {one for one, _ in percent[0].weights} == {
        key(place, outcome) for place in ("K0213", "K0217") for outcome in (TOTAL, "work_edu")
    }


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("K0213,2019,,about ten,,,", "line 2: says 'about ten': write 12, 1 to 4, at least 30, at most 4, 46 %"),
        ("K0213,2019,,4-1,,,", "line 2: 4 to 1 is no range"),
        ("K0213,2019,,460 %,,,", "line 2: 460 % is more than all"),
        ("K0213,2019,,46 %,,,", "line 2: it is a share of itself: say in outcome"),
        ("K0213,2019,work_edu,46 %,D9,,", "line 2: of is 'D9': write one of D0, D1, D2, D3, D4, D5, sex"),
        ("K0213,2019,work,46 %,D5,,", "line 2: a share of D5 is told of the outcome work_edu only"),
        ("K0213,2019,work,46 %,,,down", "line 2: halves is 'down': write up or either"),
        ("K0213,2019,work,46,D0,,", "line 2: of is for percentages, and '46' is none"),
        ("K3020,2019,,46,,later,", "line 2: borders is 'later': with borders, both are a year"),
        ("K0301,2019,,46,,2020,", "line 2: the edition has no place of 2019 that K0301 of 2020 was made of or became"),
        ("K5055,2019,work,46 %,,2020,", "line 2: K5055 of 2020 and K5012 of 2019 are not the same people"),
        (",2019,,46,,,", "line 2: place is empty: fill it in"),
        ("K0213,2019,46", "line 2: it has not as many fields as the first line"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_with_what_to_do(tmp_path: Path, line: str, wrong: str) -> None:
    with pytest.raises(BadInput) as raised:
        read(tmp_path, f"place,time,outcome,says,of,borders,halves\n{line}\n")
    assert wrong in str(raised.value)


def test_all_wrong_lines_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"(?s)line 2: says 'many'.*line 4: says 'few'"):
        read(tmp_path, "place,time,says\nK0213,2019,many\nK0213,2019,5\nK0213,2019,few\n")


def test_a_file_that_is_none_and_columns_that_are_not_known(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read as UTF-8 text"):
        read_told(tmp_path / "nothing.csv", TABLES)
    with pytest.raises(BadInput, match=r"has the columns place, year, says: it needs place, time, says, and may have"):
        read(tmp_path, "place,year,says\n")
    with pytest.raises(BadInput, match="has the columns none"):
        read(tmp_path, "")
