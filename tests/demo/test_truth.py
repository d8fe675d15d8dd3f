"""The truth layer has no logical fault: days in their order, nothing twice at once, the law of its day."""

import itertools
from datetime import date

import polars as pl
import pytest

from overgang.base.codes import codelist
from overgang.base.law import regime
from overgang.base.places import gazetteer
from overgang.demo.country import AS_OF
from overgang.demo.histories import effects
from overgang.demo.histories import truth as true_tables
from overgang.demo.layers import EFFECTS, TRUTH
from overgang.demo.spells import spells
from tests.demo.conftest import OTHER, planned

WORLDS = {2007: 0, OTHER: 3}
"""Seeds, and the replicate of each that is looked at."""
WORK = {"CO_WORK_GT29": (30, 50), "PS_WORK_GT29": (30, 50), "CO_WORK_LT30": (1, 29), "PS_WORK_LT30": (1, 29)}
MOST_DAYS = {6: 184, 12: 366, 24: 731, 36: 1096, 48: 1461}
"""The most days that many months can have."""
UNTIL = pl.col("end").fill_null(AS_OF)


@pytest.fixture(
    scope="module", params=[pytest.param(seed, marks=pytest.mark.xdist_group(f"country {seed}")) for seed in WORLDS]
)
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def truth(seed):
    return true_tables(spells(planned(seed), WORLDS[seed]))


@pytest.fixture(scope="module")
def true_effects(seed):
    return effects(planned(seed))


@pytest.fixture(scope="module")
def rows(truth):
    """Participations with their persons."""
    return truth["participation"].join(truth["person"], on="person")


@pytest.fixture(scope="module")
def inside(truth):
    """An event table's rows with the days of their participation."""

    def joined(table):
        days = truth["participation"].select(
            "participation", begun="start", until=UNTIL, running=pl.col("end").is_null()
        )
        found = truth[table].join(days, on="participation", how="left")
        assert found["begun"].null_count() == 0
        return found

    return joined


def none(frame, *wrong):
    """No row of `frame` for which anything of `wrong` is true."""
    for fault in wrong:
        assert frame.filter(fault).is_empty(), (fault, frame.filter(fault).head(3))


def test_tables_are_as_documented(truth, true_effects):
    assert list(truth) == list(TRUTH)
    for name, columns in TRUTH.items():
        frame = truth[name]
        assert frame.schema == {column: kind.type for column, kind in columns.items()}
        for column, kind in columns.items():
            assert kind.optional or frame[column].null_count() == 0, (name, column)
    assert true_effects.columns == list(EFFECTS)


def test_persons_and_participations_are_there_once(truth):
    persons, rows = truth["person"]["person"], truth["participation"]
    assert persons.n_unique() == len(persons)
    assert rows["participation"].n_unique() == rows.height
    assert set(rows["person"]) == set(persons)


def test_one_thing_comes_after_the_other(rows):
    steps = ["arrived", "permit", "settled", "asked", "decided", "start", "end", "planned_end"]
    for earlier, later in itertools.pairwise(steps):
        none(rows, pl.col(earlier) > pl.col(later))
    none(
        rows, pl.col("start") > pl.col("planned_end"), pl.col("end") > AS_OF, pl.col("birth_date") >= pl.col("arrived")
    )
    none(rows, pl.col("start") > pl.col("settled").dt.offset_by("2y"))


def test_nobody_is_in_two_programmes_at_once(rows):
    earlier_end = UNTIL.shift(1).over("person", order_by="start")
    none(rows.with_columns(earlier=earlier_end), pl.col("earlier") >= pl.col("start"))


def test_who_goes_on_after_a_move_is_linked(rows):
    ordered = rows.with_columns(before=pl.col("participation").shift(1).over("person", order_by="start"))
    none(ordered, pl.col("before").is_null() != pl.col("previous").is_null(), pl.col("before") != pl.col("previous"))
    first = rows.select(
        previous="participation", left="end", old="unit", reason="end_reason", law="regime", way="track"
    )
    moved = rows.filter(pl.col("previous").is_not_null()).join(first, on="previous")
    assert moved.height == rows["previous"].drop_nulls().len() > 3000
    none(
        moved,
        pl.col("reason") != "IN_MOVED",
        pl.col("old") == pl.col("unit"),
        pl.col("start") - pl.col("left") > pl.duration(days=200),
        pl.col("settled") <= pl.col("left"),
        pl.col("law") != pl.col("regime"),
        pl.col("way") != pl.col("track"),
    )


def test_places_exist_at_their_dates(rows):
    for year, units in rows.group_by(pl.col("start").dt.year()).agg(pl.col("unit").unique()).iter_rows():
        assert set(units) <= {place.id for place in gazetteer().units(year)}


def test_ages(rows):
    age = pl.col("start").dt.year() - pl.col("birth_date").dt.year()
    begins = pl.col("previous").is_null()
    none(
        rows,
        age < 17,
        begins & (age > 58),
        age > 63,
        (pl.col("category") == "may_be_offered") == age.is_between(18, 55),
    )


def test_the_law_of_the_day(rows):
    name, start, permit = pl.col("regime"), pl.col("start"), pl.col("permit")
    none(
        rows,
        (name == "INTRO_2004") & ((permit >= date(2021, 1, 1)) | (pl.col("arrived") >= date(2021, 1, 1))),
        (name == "INTEGR_2021") & (permit < date(2021, 1, 1)),
        (name == "COLLECTIVE_PROTECTION_2022") & ((permit < date(2022, 3, 11)) | (start < date(2022, 6, 15))),
        (name == "COLLECTIVE_PROTECTION_2022") & (pl.col("origin") != "UA"),
        (name == "COLLECTIVE_PROTECTION_2022") & (pl.col("category") == "right_and_duty"),
    )
    able = pl.col("education").is_in(["upper_secondary", "higher"])
    none(rows, (pl.col("track") == "has_upper_secondary") != (able & (name == "INTEGR_2021")))


def test_nobody_stays_longer_than_granted(rows):
    for code in rows["regime"].unique():
        for track in regime(code).tracks:
            here = rows.filter(pl.col("regime") == code, pl.col("track") == track.id)
            assert set(here["months"]) <= {track.max, track.total}
            none(here, pl.col("used_days") > pl.col("months").replace_strict(MOST_DAYS, return_dtype=pl.Int64))


def test_reasons_hours_and_transfers(rows):
    running = pl.col("end").is_null()
    received = pl.any_horizontal("social_assistance", "national_insurance", "other_support")
    none(rows, running != pl.col("end_reason").is_null(), running & received)
    for code, (least, most) in WORK.items():
        at_work = pl.col("end_reason") == code
        none(rows, at_work & ~pl.col("hours").is_between(least, most).fill_null(value=False))
    none(rows, ~pl.col("end_reason").cast(pl.String).is_in(list(WORK)) & pl.col("hours").is_not_null())


def test_the_dead(rows, truth):
    died = pl.col("end_reason") == "IN_DEATH"
    none(rows, died & (pl.col("died") != pl.col("end")), died & pl.col("died").is_null())
    none(rows, (pl.col("start") > pl.col("died")), pl.col("died") < UNTIL)
    dead = rows.filter(died).select("participation")
    assert truth["status"].join(dead, on="participation", how="semi").is_empty()


def test_measures_fill_the_programme(inside, truth):
    rows = inside("measure")
    end = pl.col("end").fill_null(pl.col("until"))
    none(rows, pl.col("start") < pl.col("begun"), end > pl.col("until"), pl.col("start") > end)
    none(rows, pl.col("end").is_null() & ~pl.col("running"), ~pl.col("hours").is_between(1, 37))
    norwegian = rows.filter(pl.col("kind") == "norwegian")
    assert norwegian.height == truth["participation"].height
    none(norwegian, pl.col("start") != pl.col("begun"), end != pl.col("until"))
    beside = rows.filter(~pl.col("kind").is_in(["norwegian", "life_mastery"])).sort("participation", "start")
    beside = beside.join(norwegian.select("participation", taught="hours"), on="participation")
    none(beside, ~(pl.col("hours") + pl.col("taught")).is_between(30, 37))
    gap = pl.col("start") - pl.col("end").shift(1).over("participation")
    none(beside.with_columns(gap=gap), pl.col("gap") != pl.duration(days=1))


def test_leave_lies_inside_and_never_twice(inside):
    rows = inside("leave").sort("participation", "start")
    none(rows, pl.col("start") < pl.col("begun"), pl.col("end") > pl.col("until"), pl.col("start") > pl.col("end"))
    none(rows, pl.col("decided") > pl.col("start"), pl.col("decided") < pl.col("begun"))
    none(rows, pl.col("start") <= pl.col("end").shift(1).over("participation"))
    limits = (
        pl.col("kind")
        .cast(pl.String)
        .replace_strict({"welfare_leave": 14, "long_sickness": 366, "care_leave": 305}, return_dtype=pl.Int64)
    )
    none(rows, (pl.col("end") - pl.col("start")).dt.total_days() + 1 > limits)


def test_absence_is_by_quarter(inside):
    rows = inside("absence")
    none(rows, pl.col("quarter") > pl.col("until"), pl.col("quarter").dt.offset_by("3mo") <= pl.col("begun"))
    none(rows, ~pl.col("quarter").dt.month().is_in([1, 4, 7, 10]), pl.col("quarter").dt.day() != 1)
    none(rows, pl.col("authorised") + pl.col("unauthorised") <= 0, pl.col("unauthorised") < 0)
    assert rows.select("participation", "quarter").is_unique().all()


def test_stops(inside, truth):
    rows = inside("stop")
    none(rows, pl.col("decided") > pl.col("start"), pl.col("decided") < pl.col("begun"))
    none(rows, (pl.col("kind") == "temporary") & ((pl.col("end") > pl.col("until")) | pl.col("end").is_null()))
    good = rows.filter(pl.col("kind") == "permanent")
    none(good, pl.col("start") != pl.col("until") + pl.duration(days=1), pl.col("end").is_not_null())
    stopped = truth["participation"].filter(pl.col("end_reason").cast(pl.String).str.starts_with("PS_"))
    assert set(stopped["participation"]) == set(good["participation"])


def test_status_is_of_the_last_exit_and_known_by_now(truth, rows):
    status = truth["status"].join(rows, on="participation")
    assert status.height == truth["status"].height
    last = pl.col("start") == pl.col("start").max().over("person")
    ended = rows.filter(last, pl.col("end").is_not_null(), pl.col("end_reason") != "IN_DEATH")
    assert set(status["participation"]) == set(ended.filter(pl.col("end").dt.year() < AS_OF.year)["participation"])
    november = pl.col("end").dt.year() + pl.col("after")
    none(status, november > AS_OF.year, ~pl.col("after").is_between(1, 5))
    expected = pl.min_horizontal(pl.lit(5), AS_OF.year - pl.col("end").dt.year())
    many = status.group_by("participation", "end").len()
    none(many, pl.col("len") != expected)
    assert set(status["status"].unique()) == set(codelist("later_status").leaves)


AT_WORK_OR_STUDYING = ("employed", "employed_in_education", "in_education")


@pytest.mark.parametrize(
    ("year", "sex", "published"), [(2016, "M", (1932, 2706)), (2016, "F", (1048, 2084)), (2022, "F", (1088, 1844))]
)
def test_status_after_a_year_is_as_statistics_norway_has_it(truth, rows, year, sex, published):
    first = truth["status"].filter(after=1).join(rows, on="participation")
    here = first.filter(pl.col("end").dt.year() == year, pl.col("sex") == sex)
    share = here["status"].is_in(AT_WORK_OR_STUDYING).mean()
    assert share == pytest.approx(published[0] / published[1], abs=0.001)


def test_effects_are_of_every_unit_and_year_and_apart(true_effects, truth, made):
    for year in (2004, 2016, 2024):
        found = set(true_effects.filter(year=year)["unit"])
        assert found == {place.id for place in gazetteer().units(year)}
    spread = true_effects.filter(year=2016).select(pl.all().exclude("year", "unit").std()).row(0, named=True)
    assert 0.3 < spread["true_effect"] < 0.5
    assert 0.1 < spread["labour_effect"] < 0.3
    assert 0.15 < spread["luck"] < 0.25
    for table in (*truth.values(), *made.register.values()):
        assert not {"true_effect", "labour_effect", "luck"} & set(table.columns)


def test_units_with_a_good_effect_do_better(truth, true_effects):
    """What comparison methods are to find is there to be found."""
    rows = truth["participation"].filter(pl.col("end").dt.year().is_between(2008, 2015))
    success = pl.col("end_reason").cast(pl.String).str.contains("WORK|EDU|SUBSIDY")
    shares = rows.group_by(unit=pl.col("unit").cast(pl.String)).agg(n=pl.len(), share=success.mean())
    known = shares.filter(pl.col("n") >= 100).join(true_effects.filter(year=2012), on="unit")
    assert known.select(pl.corr("share", pl.col("true_effect") + pl.col("labour_effect"))).item() > 0.7
