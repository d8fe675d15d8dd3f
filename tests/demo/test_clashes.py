"""Figures that cannot hold together are found, with how much they are off by, on sets whose clash is known by hand."""

import csv
import re
import shutil
from dataclasses import asdict, fields
from math import ceil, floor

import pytest

from overgang.cli import main
from overgang.demo.chosen import chosen
from overgang.demo.clashes import clashes, explanation, forced, sentence, whole_numbers
from overgang.demo.groups import POPULATIONS
from overgang.demo.published import Contradiction, Published, read_published
from overgang.demo.targets import FOLDER, read_targets
from tests.demo.plain import percent


def count(id, value, category="all", **other):
    return made(id, category, value, kind="count", precision="exact", low=value, high=value, **other)


def share(id, value, category, base=None, **other):
    low, high = (ceil((value - 0.5) * base / 100), ceil((value + 0.5) * base / 100) - 1) if base else (None, None)
    return made(id, category, value, kind="share", precision="0dp", low=low, high=high, base=base, **other)


def made(id, category, value, **other):
    given = {
        "document": "results-page-2016", "ref": "", "year": 2010, "layer": "truth_register", "place": "F00",
        "name": "Norge", "population": "ended", "among": "", "base": None, "priority": 2, "status": "ok", "note": "",
    }  # fmt: skip
    return Published(id=id, category=category, value=value, **{**given, **other})


def found(figures):
    return [({figure.id for figure in clash.members}, pytest.approx(clash.by)) for clash in clashes(figures)]


def test_nothing_clashes():
    assert clashes([count("all", 10), count("work", 6, "work"), count("education", 4, "edu")]) == ()


def test_parts_that_are_more_than_the_whole():
    figures = [count("all", 10), count("work", 6, "work"), count("education", 5, "edu"), count("dead", 0, "dead")]
    assert found(figures) == [({"all", "work", "education"}, 1)]


def test_a_percentage_of_no_whole_number():
    assert found([count("all", 4), share("work", 33, "work", 4)]) == [({"work"}, 1)]


def test_counties_that_are_more_than_the_country():
    counties = [count("a", 60, place="F20", name="Finnmark"), count("b", 50, place="F19", name="Troms")]
    assert found([count("country", 100), *counties]) == [({"country", "a", "b"}, 10)]


def test_counties_that_are_fewer_than_the_country_clash_when_all_are_there():
    codes = [f"{n:02}" for n in (*range(1, 13), *range(14, 21))]
    counties = [count(code, 5, place=f"F{code}", name=code) for code in codes]
    assert found([count("country", 100), *counties]) == [({"country", *codes}, 5)]
    assert found([count("country", 100), *counties[1:]]) == []


SIZES = [
    count("all", 100),
    share("national", 39, "work", 100),
    share("small", 40, "work", among="size=small"),
    share("medium", 40, "work", among="size=medium"),
    share("large", 20, "work", among="size=large"),
]


def test_shares_by_size_and_the_national_one_leave_little_for_the_large():
    assert found(SIZES) == []
    (group,) = [group for group in forced(SIZES) if group.group == "2010 ended size=large"]
    assert (group.low, group.high, group.total) == (ceil(2.5), floor(7.5), 100)


def test_shares_by_size_clash_with_the_national_one_when_too_many_are_large():
    ((members, by),) = found([*SIZES, count("many", 31, "size=large")])
    assert members == {"all", "national", "small", "medium", "large", "many"}
    assert by == 39 - 0.405 * 69 - 0.205 * 31


def test_the_same_thing_counted_in_two_layers_does_not_clash():
    assert found([count("register", 2303), count("return", 2234, population="ended", layer="survey_return")]) == []


def test_a_clash_in_whole_persons_only():
    figures = [count("all", 1), share("men", 50, "work", among="men"), share("women", 50, "work", among="women")]
    assert found(figures) == []
    assert whole_numbers(figures) > 0.4
    assert whole_numbers(figures[:2]) == 0


@pytest.fixture(scope="module")
def figures():
    return read_published()


@pytest.fixture(scope="module")
def real(figures):
    return clashes(figures.all)


ODD = {"01", "02", "03", "04", "06", "07", "10", "12", "14", "16", "18"}
"""Counties of table 2 in which the shares in work and in education do not add up to the printed count."""


def test_the_clashes_of_the_documents_are_found(real):
    small = {frozenset(figure.id for figure in clash.members): clash.by for clash in real if len(clash.members) < 4}
    wanted = [{f"2007.t2.{what}.{code}" for what in ("workedu", "worksh", "edush")} for code in ODD]
    alone = ["2007.t2.worksh.05", "2007.t2.worksh.17", "2007.t2.edush.17", "2007.transfer.20"]
    assert small == dict.fromkeys(map(frozenset, [*wanted, *([id] for id in alone)]), pytest.approx(1))
    (wide,) = [clash for clash in real if len(clash.members) > 3]
    assert wide.members[0].id == "2007.f3.work"
    assert wide.by == pytest.approx(10)
    assert len({figure.place for figure in wide.members}) == 20


def test_no_split_of_the_counties_of_table_2_has_more_of_its_percentages(figures):
    known = {figure.id: figure for figure in figures.all}
    most = 0
    for code in [figure.id[-2:] for figure in figures.all if figure.id.startswith("2007.t2.workedu.")]:
        exits, both = (known[f"2007.t2.{what}.{code}"].low for what in ("ended", "workedu"))
        work, education = (known[f"2007.t2.{what}.{code}"].value for what in ("worksh", "edush"))
        most += max((percent(n, exits) == work) + (percent(both - n, exits) == education) for n in range(both + 1))
    given_up = [id for id in figures.given_up if id.startswith("2007.t2.")]
    assert most == 2 * 19 - len(given_up) == 24


def test_each_is_known_by_its_contradiction(figures, real):
    known = [re.findall(r"Known as (X\d\d)", sentence(figures, clash)) for clash in real]
    assert sorted(id for ids in known for id in ids) == ["X01"] * 11 + ["X02", "X03", "X03", "X04", "X08"]


def test_what_is_not_given_up_holds_together_in_whole_persons(figures):
    used = [figure for figure in figures.all if figure.id not in figures.given_up]
    assert len(used) == 294
    assert clashes(used) == ()
    assert whole_numbers(used) == 0
    left = {group.group: (group.low, group.high) for group in forced(used)}
    assert left["2007 ended size=large"] == (583, 882)
    assert left["2016 ended men"] == (2452, 2714)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "targets")


def write(folder, figures, contradictions=()):
    for name, kind, rows in (
        ("published.csv", Published, figures),
        ("contradictions.csv", Contradiction, contradictions),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [field.name for field in fields(kind)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(row) for row in rows)


def check(folder):
    return main(["demo", "targets", "--check", "--targets", str(folder)])


PARTS = [count("all", 10), count("work", 6, "work"), count("education", 5, "edu")]
OTHER = Contradiction("Y1", "", "another", "", "", "other.*", "")


def test_a_clash_that_is_not_given_up_ends_with_its_rows(folder, capsys):
    write(folder, PARTS, [OTHER])
    assert check(folder) == 2
    said = capsys.readouterr()
    assert said.out.count("Not in contradictions.csv.") == 2
    assert "cannot hold together, off by 1 at least (published.csv, rows 2, 3, 4)" in said.err


def test_a_clash_that_is_given_up_is_told_and_no_more(folder, capsys):
    write(folder, PARTS, [OTHER, Contradiction("Y2", "", "too many", "", "", "all work education", "education")])
    assert check(folder) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "3 figures as published: 1 clash"
    assert said[1].endswith("Known as Y2.")
    assert re.fullmatch(r"The 2 that contradictions.csv does not give up, with the \d+ .* given: no clash", said[2])


def test_a_clash_in_whole_persons_only_is_told_too(folder, capsys):
    write(
        folder, [count("all", 1), share("m", 50, "work", among="men"), share("w", 50, "work", among="women")], [OTHER]
    )
    assert check(folder) == 2
    assert "in whole persons" in capsys.readouterr().err


GIVEN = [
    (
        "facts.csv",
        "2016,men_work_edu,1369",
        "2016,men_work_edu,1500",
        r"facts\.csv, rows? [\d, ]*; published\.csv, row",
    ),
    ("counties_2016.csv", "314,97,69", "314,98,69", r"counties_2016\.csv, row 3; published\.csv, row \d+\)"),
    (
        "sizes_2007.csv",
        "large,100,999,11,2",
        "large,100,999,22,2",
        r"published\.csv, row \d+; sizes_2007\.csv, row 4\)",
    ),
    (
        "outcomes_2007.csv",
        "measures,496,518",
        "measures,596,618",
        r"outcomes_2007\.csv, row 5; published\.csv, row \d+\)",
    ),
    ("times_2007.csv", "Troms,2,4,56,60", "Troms,2,4,56,60\n16,Sør-Trøndelag,140,145,20,25", r"times_2007\.csv, row 6"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "rows"), GIVEN, ids=[row[0] for row in GIVEN])
def test_a_number_the_generator_is_given_is_named_with_the_figure_it_clashes_with(
    folder, file, right, wrong, rows, figures
):
    text = (folder / file).read_text(encoding="utf-8")
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    used = [figure for figure in figures.all if figure.id not in figures.given_up]
    found = clashes([*used, *chosen(read_targets(folder))])
    assert found
    assert re.search(rows, sentence(figures, found[0]))


def test_every_group_of_a_chosen_number_is_one_we_can_count():
    for figure in chosen(read_targets()):
        words = POPULATIONS[figure.population].words
        assert figure.category in words
        assert figure.among in words


def test_the_numbers_the_generator_is_given_clash_with_nothing(figures):
    last = [line for line in explanation(figures, read_targets()) if line.startswith("The 294")]
    assert [line.rpartition(": ")[2] for line in last] == ["no clash"]
