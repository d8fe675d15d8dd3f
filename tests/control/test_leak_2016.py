"""The results page of 2016 printed the counties and the country, and so gave away 36 persons with shielded identity."""

import polars as pl
import pytest

from overgang.base.cube import Cube, Tabulation, Tree
from overgang.control import Audit, audit, policy, protect
from tests.published import rows

POLICY = policy()
TREE = Tree("outcome", {"total": ("work_edu", "no_transition"), "work_edu": ("work", "education")})
DIMENSIONS = ("place", "time", "outcome")


@pytest.fixture(scope="module")
def page() -> Tabulation:
    """The page's numbers as true counts: the counties, the country with and without the shielded, the shielded."""
    counts = {row["place"]: tuple(int(row[name]) for name in ("exits", "work", "education")) for row in rows(2016)}
    counties = [place for place in counts if place != "F00"]
    counts["F00U"] = tuple(sum(counts[place][i] for place in counties) for i in range(3))
    counts["F00S"] = tuple(counts["F00"][i] - counts["F00U"][i] for i in range(3))
    cells = [
        (place, "2016", outcome, count)
        for place, (exits, work, education) in counts.items()
        for outcome, count in {
            "total": exits,
            "work": work,
            "education": education,
            "work_edu": work + education,
            "no_transition": exits - work - education,
        }.items()
    ]
    links = [("exits", "country", "F00U", "2016", place, "2016") for place in counties]
    links += [("exits", "shielded", "F00", "2016", place, "2016") for place in ("F00U", "F00S")]
    names = ["counts", "family", "whole_place", "whole_time", "place", "time"]
    frame = pl.DataFrame(cells, schema=[*DIMENSIONS, "count"], orient="row").sort(DIMENSIONS)
    return Tabulation(
        (Cube("exits", "exits", DIMENSIONS, frame),),
        (TREE,),
        pl.DataFrame(links, schema=names, orient="row").sort(names),
    )


def attacked(cells: pl.DataFrame, page: Tabulation) -> Audit:
    zero = pl.lit(0, dtype=pl.Int64)
    links = page.links.with_columns(zero.alias("overlap_low"), zero.alias("overlap_high"))
    return audit([("exits", "exits", DIMENSIONS, cells)], page.trees, links, POLICY)


def test_the_published_page_gave_away_the_shielded_group(page: Tabulation) -> None:
    own = (pl.col("place") == "F00S") | (pl.col("place") == "F00U")
    as_printed = page.cubes[0].cells.with_columns(
        count=pl.when(own & (pl.col("outcome") != "total")).then(None).otherwise("count")
    )
    findings = {finding.cell: finding for finding in attacked(as_printed, page).findings}
    work, education = findings["exits F00S 2016 work"], findings["exits F00S 2016 education"]
    assert (work.least, work.most, education.least, education.most) == (12, 12, 9, 9)
    assert "exits F00 2016 work 1087" in work.how
    assert "exits F14 2016 work 27" in work.how or "more" in work.how


def test_the_policy_closes_it_and_every_county_stays_as_published(page: Tabulation) -> None:
    shown = protect(page, POLICY).cubes[0].cells
    assert attacked(shown, page).safe
    value = {tuple(row[:3]): row[3] for row in shown.select(*DIMENSIONS, "count").iter_rows()}
    for row in rows(2016):
        if row["place"] != "F00":
            printed = tuple(value[row["place"], "2016", outcome] for outcome in ("total", "work", "education"))
            assert printed == (int(row["exits"]), int(row["work"]), int(row["education"]))
    assert value["F00S", "2016", "total"] == 36
    assert value["F00", "2016", "total"] == 4469
    assert (value["F00U", "2016", "work"], value["F00U", "2016", "education"]) == (1075, 952)
    hidden = {key[0] for key, count in value.items() if count is None}
    assert hidden == {"F00", "F00S"}
