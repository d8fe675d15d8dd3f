"""The line over the years."""

from overgang.base.cube import SUPPRESSED, Cell
from overgang.serve.trend import trend

YEARS = (2015, 2016, 2017, 2018, 2020, 2021)


def drawn(**shares: Cell):
    cells = {year: shares.get(f"y{year}", Cell(50)) for year in YEARS}
    return trend(said="", name="", years=YEARS, shares=cells)


def test_the_line_stops_at_breaks_and_where_a_year_is_missing() -> None:
    picture = drawn(y2017=Cell(60, marks="|"))
    assert [line.count(",") for line in picture.lines] == [2, 2, 2]
    assert len(picture.breaks) == 1


def test_a_hidden_year_is_a_hatched_field_and_no_point() -> None:
    picture = drawn(y2016=SUPPRESSED)
    assert len(picture.hidden) == 1
    assert len(picture.points) == len(YEARS) - 1
    assert all("25.00," not in line for line in picture.lines)


def test_fewer_than_two_numbers_make_no_picture() -> None:
    assert trend(said="", name="", years=(2016,), shares={2016: Cell(50)}) is None


def test_the_scale_leaves_room_for_the_last_number() -> None:
    assert drawn().grid[-1][1] == "75"
    assert drawn(y2016=Cell(100)).grid[-1][1] == "100"
    assert drawn(y2016=Cell(0)).points[1].y > drawn().points[1].y
