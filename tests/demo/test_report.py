"""Every published figure is held against the register; a plain count agrees; what is wrong in the files is named."""

import re
import shutil
from collections import Counter
from dataclasses import fields, replace

import polars as pl
import pytest

from overgang.base.errors import BadInput
from overgang.collect.register import schema
from overgang.collect.register.schema import Register
from overgang.demo.counting import Counts, Tables
from overgang.demo.country import NOTE
from overgang.demo.published import read_published
from overgang.demo.report import lines, report, results
from overgang.demo.targets import FOLDER
from tests.demo import plain
from tests.demo.plain import outcomes, work_edu

pytestmark = pytest.mark.xdist_group("country 2007")


def counted(tables):
    return Counts(Tables(**{field.name: schema.fitted(field.name, tables[field.name]) for field in fields(Tables)}))


@pytest.fixture(scope="session")
def figures():
    return read_published()


@pytest.fixture(scope="session")
def found(figures, tables):
    return {result.figure.id: result for result in results(figures, counted(tables))}


@pytest.fixture(scope="session")
def register(tables):
    return Register(schema.whole(tables), synthetic=True, note=NOTE, key=b"")


def test_every_figure_is_listed_and_the_last_line_counts(register, found):
    *listed, last = report(register)
    ids = Counter(line[2:].split()[0] for line in listed if re.match(r"(  |! )20", line))
    assert ids == dict.fromkeys(found, 1)
    assert last == f"{sum(result.reproduced for result in found.values())} of 309 targets reproduced"


def test_every_figure_that_is_not_given_up_comes_out(figures, found):
    missed = {id for id, result in found.items() if not result.reproduced}
    assert missed == set(figures.given_up)
    assert len(found) - len(missed) == 294


def test_in_another_country_too(figures, other):
    missed = {result.figure.id for result in results(figures, counted(other)) if not result.reproduced}
    assert missed == set(figures.given_up)


def test_what_is_given_up_is_not_there_and_points_to_its_contradiction(figures, found):
    assert not [id for id in figures.given_up if found[id].reproduced]
    text = "\n".join(lines(figures, tuple(found.values())))
    for id, contradiction in figures.given_up.items():
        assert re.search(rf"^! {re.escape(id)} .*\n +not reproduced; {contradiction.id}: ", text, flags=re.MULTILINE)


def item(country, unit, number):
    return sum(row["value"] or 0 for row in country.returns if row["item"] == number and unit(row["unit"]))


def of(country, year, level, place, **person):
    rows = country.exits(year, level)[place]
    return [row for row in rows if all(row["person"][name] == value for name, value in person.items())]


def size(country, row):
    return item(country, lambda unit: unit == row["place"], "1")


def months(row):
    """To the nearest, of 365.25 / 12 days."""
    return round(((row["end"] - row["start"]).days + 1) * 48 / 1461)


PLAIN = {
    "2007.t2.ended.12": lambda c: len(of(c, 2007, plain.county, "12")),
    "2007.t2.worksh.19": lambda c: outcomes(of(c, 2007, plain.county, "19"))["work"],
    "2007.f2.part.03": lambda c: item(c, lambda unit: unit.startswith("B03"), "1"),
    "2007.q2.active": lambda c: item(c, bool, "2") - item(c, bool, "3"),
    "2007.f1.n": lambda c: item(c, bool, "2") + item(c, bool, "4"),
    "2007.f8.primary": lambda c: outcomes(of(c, 2007, plain.country, "F00"))["primary_school"],
    "2007.behaviour": lambda c: sum(row["end_reason"] == "PS_BEHAVIOUR" for row in of(c, 2007, plain.country, "F00")),
    "2007.size.edu.medium": lambda c: outcomes(
        row for row in of(c, 2007, plain.country, "F00") if 40 <= size(c, row) < 100
    )["education"],
    "2007.time.lt2": lambda c: sum(months(row) < 24 for row in of(c, 2007, plain.country, "F00")),
    "2007.time>2y.04": lambda c: sum(months(row) > 24 for row in of(c, 2007, plain.county, "04")),
    "2007.f17.social": lambda c: item(c, bool, "13a"),
    "2007.f17.no_transfer": lambda c: (
        sum(
            item(c, bool, number)
            for number in ["7a", "7b", "7c", "8a", "8b", "9a", "9b", "10a", "11a", "11b", "12a", "12b", "12c"]
        )
        - sum(item(c, bool, number) for number in ("13a", "13b", "13c"))
    ),
    "2007.part.Bergen": lambda c: item(c, lambda unit: unit == "K1201", "1"),
    "2016.edu.shielded": lambda c: outcomes(of(c, 2016, plain.shielded, "F00S"))["education"],
    "2016.sh.women": lambda c: work_edu(of(c, 2016, plain.country, "F00", sex="F")),
    "2017.sh.Somalia_men": lambda c: work_edu(of(c, 2017, plain.country, "F00", sex="M", origin="SO")),
    "2022.workedu.Tromsø": lambda c: work_edu(of(c, 2022, plain.municipality, "K5401")),
    "2022.part": lambda c: len({row["local_id"] for row in c.of_year(2022)}),
}


@pytest.mark.parametrize("id", PLAIN)
def test_a_plain_count_agrees(country, found, id):
    assert found[id].number == PLAIN[id](country)


def test_a_plain_count_of_transfers_and_of_what_measures_are_directed_to_agrees(country, found, tables):
    ended = {(row["local_id"], row["start"]) for row in of(country, 2007, plain.county, "04")}
    received = [
        row
        for row in tables["case"].to_dicts()
        if (row["local_id"], row["start"]) in ended
        and (row["social_assistance"] or row["national_insurance"] or row["other_support"])
    ]
    assert found["2007.transfer.04"].number == len(received)
    year = [
        row["kind"]
        for row in tables["measure"].to_dicts()
        if row["start"].year <= 2017 and (row["end"] is None or row["end"].year >= 2017)
    ]
    schools = ("primary_school_subjects", "upper_secondary_subjects", "education_approval")
    assert found["2017.measures.education"].number == sum(kind in schools for kind in year)
    assert found["2017.measures.education"].base == len(year)


def test_a_reason_that_is_changed_is_a_figure_missed(figures, found, tables):
    dead = (pl.col("end").dt.year() == 2007) & (pl.col("end_reason") == "IN_DEATH")
    alive = pl.when(dead).then(pl.lit("PS_HEALTH")).otherwise("end_reason")
    changed = {**tables, "participation": tables["participation"].with_columns(end_reason=alive)}
    missed = [result for result in results(figures, counted(changed)) if not result.reproduced]
    assert found["2007.dead"].reproduced
    assert [result.number for result in missed if result.figure.id == "2007.dead"] == [0]


WRONG = [
    ("2007.t2.ended.20,results-report-2007", "2007.t2.ended.20,report", "row 2: document is 'report'"),
    ("truth_register,F20,Finnmark,ended,,all", "truth,F20,Finnmark,ended,,all", "row 2: layer is 'truth'"),
    (
        "truth_register,F20,Finnmark,ended,,all",
        "truth_register,F21,Finnmark,ended,,all",
        "row 2: There is no place 'F21'",
    ),
    (
        "truth_register,F20,Finnmark,ended,,all",
        "truth_register,F46,Vestland,ended,,all",
        "row 2: 'F46' is no place of 2007",
    ),
    ("Finnmark,ended,,all", "Finnmark,finished,,all", "row 2: population is 'finished'"),
    ("Finnmark,ended,,work|edu", "Finnmark,ended,,work or edu", "row 3: category is 'work or edu', no group of ended"),
    ("Norge,ended,men,work|edu", "Norge,ended,boys,work|edu", ": among is 'boys', no group of ended"),
    ("count,25,exact", "count,,exact", "row 2: value is empty"),
    ("count,25,exact", "count,25,about", "row 2: precision is 'about'"),
    ("count,25,exact", "count,x,exact", "row 2: value is 'x'"),
    (
        "count,25,exact,25,25",
        "count,26,exact,25,25",
        "row 2: low and high are 25 and 25, but the value 26 allows 26 to 26",
    ),
    ("share,64,0dp,16,16", "share,64,0dp,15,16", "row 4: low and high are 15 and 16, but the value 64 allows 16 to 16"),
    ("approx:3", "approx:few", "precision is 'approx:few'; write it as approx:3"),
    ("id,document,ref", "id,ref", "row 1 has the columns"),
    ("2007.t2.workedu.20,", "2007.t2.ended.20,", "row 3: 2007.t2.ended.20 is there twice"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), WRONG, ids=[row[2][:40] for row in WRONG])
def test_a_wrong_row_is_named(tmp_path, register, right, wrong, message):
    folder = tmp_path / "targets"
    shutil.copytree(FOLDER, folder)
    text = (folder / "published.csv").read_text(encoding="utf-8")
    assert right in text
    (folder / "published.csv").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadInput) as error:
        report(register, folder)
    assert "published.csv" in str(error.value)
    assert message in str(error.value)


def test_a_contradiction_of_nothing_is_named(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "targets")
    path = tmp_path / "targets" / "contradictions.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("2007.t2.worksh.05", "2007.t2.worksh.99"), encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"contradictions\.csv, row 3: '2007\.t2\.worksh\.99' is no figure"):
        read_published(tmp_path / "targets")


def test_a_register_without_the_return_is_refused(figures, tables):
    without = {**tables, "annual_return": tables["annual_return"].filter(pl.col("year") != 2007)}
    with pytest.raises(BadInput, match="has no annual return of 2007"):
        results(figures, counted(without))


def test_a_real_register_is_refused(register):
    with pytest.raises(BadInput, match="is no synthetic register"):
        report(replace(register, synthetic=False))
