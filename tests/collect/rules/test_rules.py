"""Each rule with a case it must find and one nearby that it must not."""

from datetime import date

from overgang.collect.register.rules import Severity, no_shielded, reconciled, run, whole_unit
from overgang.collect.register.rules.lists import Entry
from overgang.collect.register.rules.rule import WHAT
from tests.collect.rules.build import (
    ELSEWHERE,
    TODAY,
    absence,
    appeal,
    case,
    certificate,
    decision,
    dossier,
    found,
    leave,
    measure,
    number,
    permit,
    plan,
    settled,
    told,
    whats,
)

PROGRAMME = {"start": "2015-02-01", "end": "2017-01-31", "end_reason": "CO_WORK_GT29"}


def test_dq01_a_valid_number() -> None:
    assert whats("DQ01", dossier(case(**PROGRAMME), identifiers=[])) == ["none"]
    assert whats("DQ01", dossier(case(**PROGRAMME), identifiers=[number(valid=False), number("duf", id=2)])) == [
        "wrong"
    ]
    assert whats("DQ01", dossier(case(**PROGRAMME), identifiers=[number("duf")])) == []


def test_dq02_the_same_person_under_another_number() -> None:
    assert found("DQ02", dossier(case(**PROGRAMME), identifiers=[number("duf")], alike=True))
    assert not found("DQ02", dossier(case(**PROGRAMME), identifiers=[number("duf"), number(id=2)], alike=True))
    assert not found("DQ02", dossier(case(**PROGRAMME), identifiers=[number("duf")]))


def test_dq03_two_run_at_a_time() -> None:
    one, other = case("2024-02-01", id=1), case("2024-08-01", id=2, unit=ELSEWHERE)
    assert whats("DQ03", dossier(one, other)) == ["elsewhere", "elsewhere"]
    assert whats("DQ03", dossier(one, case("2024-08-01", id=2))) == ["here", "here"]
    assert whats("DQ03", dossier(one, case("2024-08-01", "2025-01-31", id=2, unit=ELSEWHERE))) == []


def test_dq04_participations_overlap() -> None:
    one = case("2015-02-01", "2016-01-31", id=1)
    assert whats("DQ04", dossier(one, case("2016-01-31", id=2, unit=ELSEWHERE))) == ["elsewhere", "elsewhere_running"]
    assert whats("DQ04", dossier(one, case("2015-12-01", "2016-05-01", id=2))) == ["here", "here"]
    assert whats("DQ04", dossier(case("2015-12-01", id=3), case("2015-02-01", "2016-01-31", id=4))) == [
        "here_running",
        "here",
    ]
    assert whats("DQ04", dossier(one, case("2016-02-01", id=2, unit=ELSEWHERE))) == []


def test_dq05_days_that_cannot_be() -> None:
    assert whats("DQ05", dossier(case("2017-01-31", "2015-02-01"))) == ["reversed"]
    assert whats("DQ05", dossier(case("2026-11-28"))) == ["ahead"]
    assert whats("DQ05", dossier(case("2026-11-27", planned_end="2028-11-26"))) == []
    assert whats("DQ05", dossier(case("2020-01-01", leaves=[leave("care_leave", "2020-05-05", "2020-05-04")]))) == [
        "reversed"
    ]
    every_row = dossier(
        case(
            "2026-11-01",
            "2026-11-20",
            asked="2027-01-01",
            decisions=[decision("deduction", "2027-01-01")],
            plans=[plan("2027-01-01")],
            leaves=[leave("care_leave", "2026-11-02", "2026-11-03", decided=date(2027, 1, 1))],
            certificate=certificate("2027-01-01"),
            appeals=[appeal(1, "2027-01-01", "pending")],
        ),
        arrived="2027-01-01",
        permits=[permit("2027-01-01")],
        settlements=[settled("2027-01-01")],
    )
    assert whats("DQ05", every_row) == ["ahead"] * 9


def test_dq05_offer_then_grant_then_start() -> None:
    def of(asked, decided, **more):
        return found("DQ05", dossier(case("2015-02-01", asked=asked, decisions=[decision("grant", decided, **more)])))

    (late,), (early,) = of("2015-01-05", "2015-02-02"), of("2015-01-21", "2015-01-20")
    assert (late.values[WHAT], early.values[WHAT]) == ("after_start", "before_asked")
    assert late.severity is early.severity is Severity.WARNING
    assert not of("2015-01-05", "2015-02-01")
    assert not of("2015-01-05", "2015-02-02", override="urgent, confirmed in writing afterwards")


def test_dq06_a_reason_without_an_end() -> None:
    assert found("DQ06", dossier(case("2015-02-01", end_reason="CO_OTHER")))
    assert not found("DQ06", dossier(case(**PROGRAMME)))


def test_dq07_an_end_without_a_reason() -> None:
    (one,) = found("DQ07", dossier(case("2015-02-01", "2017-01-31")))
    assert told("DQ07", one)[0] == (
        "Programmet ble avsluttet 31. januar 2017, men årsak mangler. "
        "Velg avslutningsårsak; uten den teller avslutningen som ikke oppnådd."
    )
    ((_, rule, _, due),) = [row for row in run(dossier(case("2015-02-01", "2017-01-31")), TODAY) if row[1].id == "DQ07"]
    assert (due, rule.legal_when_late) == (date(2017, 3, 31), True)
    assert found("DQ07", dossier(case("2015-02-01", "2018-01-31", end_reason="SYS_NOT_REGISTERED")))
    assert not found("DQ07", dossier(case(**PROGRAMME)))


def test_dq07_reasons_are_registered_from_september_2007() -> None:
    assert found("DQ07", dossier(case("2005-09-01", "2007-09-01")))
    assert not found("DQ07", dossier(case("2005-09-01", "2007-08-31")))


def test_dq08_the_reason_fits_the_decisions() -> None:
    stopped = {**PROGRAMME, "end_reason": "PS_HEALTH"}
    grant, stop = decision("grant", "2015-01-20"), decision("stop_permanent", "2017-01-20", id=2)
    assert whats("DQ08", dossier(case(**stopped, decisions=[grant]))) == ["no_stop"]
    assert whats("DQ08", dossier(case(**PROGRAMME, decisions=[grant, stop]))) == ["stopped"]
    assert whats("DQ08", dossier(case(**stopped, decisions=[grant, stop]))) == []
    assert whats("DQ08", dossier(case(**stopped))) == [], "no decision is registered at all"
    overturned = case(**PROGRAMME, decisions=[grant, stop], appeals=[appeal(2, "2017-01-25", "annulled")])
    assert whats("DQ08", dossier(overturned)) == []


def test_dq09_residence_and_exit() -> None:
    moved = case("2025-02-01", "2026-03-31", end_reason="IN_MOVED")
    home = settled("2025-01-10")
    assert whats("DQ09", dossier(moved, settlements=[home])) == ["unchanged"]
    assert whats("DQ09", dossier(moved, settlements=[home, settled("2026-04-05", ELSEWHERE, id=2)])) == []
    running = case("2025-02-01")
    assert whats("DQ09", dossier(running, settlements=[home, settled("2026-09-20", ELSEWHERE, id=2)])) == ["running"]
    assert whats("DQ09", dossier(running, settlements=[home, settled("2026-10-20", ELSEWHERE, id=2)])) == []


def test_dq09_an_old_exit_of_which_no_later_residence_was_ever_kept() -> None:
    moved = case("2010-02-01", "2011-03-31", end_reason="IN_MOVED")
    assert not found("DQ09", dossier(moved, settlements=[settled("2010-01-10")]))


def test_dq09_a_new_number_of_the_same_municipality_is_no_move() -> None:
    running = case("2019-02-01", unit="K0213")
    renumbered = [settled("2019-01-10", "K0213"), settled("2020-01-01", "K3020", id=2)]
    assert not found("DQ09", dossier(running, settlements=renumbered))


def test_dq10_death() -> None:
    dead = case("2025-02-01", "2026-03-31", end_reason="IN_DEATH")
    assert whats("DQ10", dossier(dead)) == ["no_death"]
    assert whats("DQ10", dossier(dead, died="2026-03-31")) == []
    assert whats("DQ10", dossier(dead, died="2026-05-05")) == ["before"]
    assert whats("DQ10", dossier(case("2025-02-01"), died="2026-03-31")) == ["running"]
    assert whats("DQ10", dossier(case(**PROGRAMME), died="2017-01-31")) == ["other_reason"]
    assert whats("DQ10", dossier(case(**PROGRAMME), died="2017-02-01")) == []
    late = case("2025-02-01", "2026-03-31", end_reason="IN_DEATH", decisions=[decision("deduction", "2026-04-02")])
    assert whats("DQ10", dossier(late, died="2026-03-31")) == ["after"]
    old = case("2010-02-01", "2011-03-31", end_reason="IN_DEATH")
    assert whats("DQ10", dossier(old)) == [], "old registers held no day of death"


def test_dq11_disappeared_but_active_elsewhere() -> None:
    gone = case("2024-02-01", "2025-01-31", end_reason="IN_UNKNOWN")
    (one,) = found("DQ11", dossier(gone, case("2025-03-01", id=2, unit=ELSEWHERE)))
    assert ELSEWHERE not in str(one)
    assert "2025-03-01" not in str(one)
    assert not found("DQ11", dossier(gone, case("2025-05-01", id=2, unit=ELSEWHERE)))


def test_dq12_started_within_three_months() -> None:
    offered = {"asked": "2015-01-15", "trigger": "offer"}
    claimed = {"asked": "2015-01-15", "trigger": "claim"}
    assert whats("DQ12", dossier(case("2015-04-16", **claimed))) == ["claim"]
    assert whats("DQ12", dossier(case("2015-04-15", **claimed))) == []
    assert whats("DQ12", dossier(case("2015-04-16", **offered))) == ["offer"]
    assert whats("DQ12", dossier(case("2015-04-10", **offered), settlements=[settled("2015-01-09")])) == ["settled"]
    assert whats("DQ12", dossier(case("2015-04-16", **claimed, category="may_be_offered"))) == []
    lawful = decision("grant", "2015-03-01", override="delayed at the person's wish, § 3")
    assert whats("DQ12", dossier(case("2015-04-16", **claimed, decisions=[lawful]))) == []
    assert whats("DQ12", dossier(case("2015-04-16"))) == [], "neither offer nor settlement is known"


def test_dq12_has_not_started_at_all() -> None:
    waiting = {"asked": "2026-08-20", "state": "granted", "regime": "INTEGR_2026"}
    assert whats("DQ12", dossier(case(**waiting, trigger="claim"))) == ["claim_waiting"]
    assert whats("DQ12", dossier(case(**waiting, trigger="offer"))) == ["offer_waiting"]
    assert whats("DQ12", dossier(case(**waiting), settlements=[settled("2026-08-20")])) == ["settled_waiting"]
    assert whats("DQ12", dossier(case(**{**waiting, "asked": "2026-09-20"}))) == []
    assert whats("DQ12", dossier(case(**waiting, decisions=[decision("rejection", "2026-09-09")]))) == []


def test_dq13_entered_within_two_months() -> None:
    assert found("DQ13", dossier(case(**PROGRAMME, entered="2017-04-01")))
    assert not found("DQ13", dossier(case(**PROGRAMME, entered="2017-03-31")))
    assert not found("DQ13", dossier(case(**PROGRAMME)))


def test_dq14_decided_within_two_years() -> None:
    home = [settled("2013-01-10")]
    late, timely = decision("grant", "2015-01-11"), decision("grant", "2015-01-10")
    assert found("DQ14", dossier(case(**PROGRAMME, decisions=[late]), settlements=home))
    assert not found("DQ14", dossier(case(**PROGRAMME, decisions=[timely]), settlements=home))
    assert not found("DQ14", dossier(case(**PROGRAMME, decisions=[late], category="may_be_offered"), settlements=home))


def test_dq15_age() -> None:
    assert whats("DQ15", dossier(case(**PROGRAMME), birth_date="1997-02-02")) == ["begun"], "17 years"
    assert whats("DQ15", dossier(case(**PROGRAMME), birth_date="1997-02-01")) == []
    assert whats("DQ15", dossier(case(**PROGRAMME), birth_date="1959-02-01")) == ["begun"], "56 years"
    assert whats("DQ15", dossier(case(**PROGRAMME), birth_date="1959-02-02")) == []
    assert whats("DQ15", dossier(case(**PROGRAMME, category="may_be_offered"), birth_date="1959-02-01")) == []


def test_dq15_under_the_integration_act_the_age_at_the_permit_counts() -> None:
    file = case("2022-06-01", regime="INTEGR_2021")
    assert whats("DQ15", dossier(file, birth_date="1966-05-05", permits=[permit("2022-05-06")])) == ["permit"]
    assert whats("DQ15", dossier(file, birth_date="1966-05-05", permits=[permit("2022-05-04")])) == []
    assert whats("DQ15", dossier(file, birth_date="1966-05-05")) == [], "56 at the start, and the permit is not known"


def test_dq16_longer_than_the_law_allows() -> None:
    assert whats("DQ16", dossier(case("2015-02-01", "2018-02-01"))) == ["ended"]
    assert whats("DQ16", dossier(case("2015-02-01", "2018-01-31"))) == []
    away = [leave("long_sickness", "2016-02-01", "2016-02-10")]
    assert whats("DQ16", dossier(case("2015-02-01", "2018-02-10", leaves=away))) == []
    assert whats("DQ16", dossier(case("2015-02-01", "2018-02-11", leaves=away))) == ["ended"]
    assert whats("DQ16", dossier(case("2022-02-01"))) == ["running"]
    lawful = decision("extension", "2021-01-05", months=24, override="temporary act of 2020, § 4")
    assert whats("DQ16", dossier(case("2017-02-01", "2021-06-01", decisions=[lawful]))) == []


def test_dq16_used_time_is_carried_over() -> None:
    first = case("2015-02-01", "2016-01-31", end_reason="IN_MOVED")
    second = {"start": "2016-03-01", "id": 2, "unit": ELSEWHERE, "previous_id": 1}
    assert whats("DQ16", dossier(first, case(end="2018-03-02", **second))) == ["ended"]
    assert whats("DQ16", dossier(first, case(end="2018-03-01", **second))) == [], "36 months, and 29 days between"


def test_dq16_the_clock_stands_while_a_leave_has_no_end() -> None:
    away = [leave("care_leave", "2023-10-01")]
    assert not found("DQ16", dossier(case("2021-01-01", leaves=away)))


def test_dq17_at_least_three_months() -> None:
    short = {"start": "2022-02-01", "regime": "INTEGR_2021"}
    assert found("DQ17", dossier(case(**short, planned_end="2022-04-29")))
    assert not found("DQ17", dossier(case(**short, planned_end="2022-04-30")))
    assert not found("DQ17", dossier(case("2020-02-01", planned_end="2020-04-29"))), "the Introduction Act has no least"


def test_dq18_extension() -> None:
    grant = decision("grant", "2026-01-10", track="work")
    longer = decision("extension", "2026-10-10", id=2, months=6)
    new = {"start": "2026-02-01", "regime": "INTEGR_2026"}
    assert whats("DQ18", dossier(case(**new, decisions=[grant, longer]))) == ["none"]
    school = decision("grant", "2026-01-10", track="complete_upper_secondary")
    assert whats("DQ18", dossier(case(**new, decisions=[school, longer]))) == []
    thirteen = decision("extension", "2016-10-10", months=13)
    assert whats("DQ18", dossier(case(**PROGRAMME, decisions=[thirteen]))) == ["beyond"]
    lawful = decision("extension", "2016-10-10", months=13, override="temporary act of 2020")
    assert whats("DQ18", dossier(case(**PROGRAMME, decisions=[lawful]))) == []


def test_dq18_a_track_that_is_not_verified_may_only_warn() -> None:
    grant = decision("grant", "2022-07-10", track="default")
    longer = decision("extension", "2022-12-10", id=2, months=9)
    file = case("2022-08-01", regime="COLLECTIVE_PROTECTION_2022", decisions=[grant, longer])
    (one,) = found("DQ18", dossier(file))
    assert one.severity is Severity.WARNING


def test_dq19_what_belongs_to_the_law() -> None:
    assert whats("DQ19", dossier(case(**PROGRAMME, plans=[plan("2015-02-01", end_goal="work")]))) == ["not_intro"]
    assert whats("DQ19", dossier(case(**PROGRAMME, plans=[plan("2015-02-01")]))) == []
    new = case("2026-02-01", regime="INTEGR_2026")
    assert whats("DQ19", dossier(new)) == ["flag"]
    assert whats("DQ19", dossier(new, upper_secondary=False)) == []
    assert whats("DQ19", dossier(case("2022-02-01", regime="INTEGR_2021"))) == [], "taken over from an older register"
    collective = case("2026-02-01", regime="COLLECTIVE_PROTECTION_2022")
    assert whats("DQ19", dossier(collective, education="higher")) == ["not_collective"]
    assert whats("DQ19", dossier(collective)) == []


def test_dq20_what_the_integration_act_asks_for() -> None:
    file = case("2022-02-01", regime="INTEGR_2021", plans=[plan("2022-02-01", end_goal="work")])
    (one,) = found("DQ20", dossier(file))
    assert one.values["fields"] == "norwegian_goal,contract,competence_mapped,career_guided"
    whole = plan("2022-02-01", end_goal="work", norwegian_goal="B1", contract="2022-02-01")
    known = {"competence_mapped": date(2022, 1, 5), "career_guided": date(2022, 1, 6)}
    assert not found("DQ20", dossier(case("2022-02-01", regime="INTEGR_2021", plans=[whole]), **known))
    assert not found("DQ20", dossier(case("2022-02-01", regime="INTEGR_2021"))), "no plan was ever registered"
    assert found("DQ20", dossier(case("2026-02-01", regime="INTEGR_2026")))
    assert not found("DQ20", dossier(case("2026-02-01", regime="COLLECTIVE_PROTECTION_2022")))


def test_dq21_four_weeks_without_a_measure() -> None:
    late = [measure("norwegian", "2015-03-02", "2017-01-31", 18)]
    assert whats("DQ21", dossier(case(**PROGRAMME, measures=late))) == ["idle"]
    timely = [measure("norwegian", "2015-03-01", "2017-01-31", 18)]
    assert whats("DQ21", dossier(case(**PROGRAMME, measures=timely))) == []
    assert whats("DQ21", dossier(case(**PROGRAMME, asked="2015-01-05"))) == ["idle"]
    assert whats("DQ21", dossier(case(**PROGRAMME))) == [], "nothing but the participation is known"
    away = [leave("care_leave", "2015-02-01", "2015-03-01")]
    assert whats("DQ21", dossier(case(**PROGRAMME, measures=late, leaves=away))) == []


def test_dq21_hours_a_week() -> None:
    few = [measure("norwegian", "2026-02-01", None, 18), measure("work_practice", "2026-02-01", None, 11, id=2)]
    assert whats("DQ21", dossier(case("2026-02-01", regime="INTEGR_2026", measures=few))) == ["hours"]
    enough = [few[0], measure("work_practice", "2026-02-01", None, 12, id=2)]
    assert whats("DQ21", dossier(case("2026-02-01", regime="INTEGR_2026", measures=enough))) == []
    unknown = [few[0], measure("work_practice", "2026-02-01", None, None, id=2)]
    assert whats("DQ21", dossier(case("2026-02-01", regime="INTEGR_2026", measures=unknown))) == []


def test_dq22_work_directed_hours_from_2026() -> None:
    grant = [decision("grant", "2026-01-10", track="work")]

    def with_practice(hours, **person):
        practice = [measure("work_practice", "2026-02-01", None, hours)]
        return dossier(case("2026-02-01", regime="INTEGR_2026", decisions=grant, measures=practice), **person)

    assert found("DQ22", with_practice(14))
    other = with_practice(15)
    other.cases[0].measures[0].directed_to = "education"
    assert found("DQ22", other), "what is said of the measure goes before its kind"
    assert not found("DQ22", with_practice(15))
    assert not found("DQ22", with_practice(14), date(2026, 8, 20)), "less than four weeks after the sixth month"
    assert found("DQ22", with_practice(14, upper_secondary=True), date(2026, 6, 20)), "after the third month"
    school = [decision("grant", "2026-01-10", track="part_of_upper_secondary")]
    practice = [measure("work_practice", "2026-02-01", None, 5)]
    assert not found("DQ22", dossier(case("2026-02-01", regime="INTEGR_2026", decisions=school, measures=practice)))


def test_dq23_within_the_participation() -> None:
    def of(**rows):
        return whats("DQ23", dossier(case(**PROGRAMME, **rows)))

    assert of(measures=[measure("norwegian", "2015-02-01", "2017-02-01")]) == ["outside"]
    assert of(measures=[measure("norwegian", "2015-02-01", "2017-01-31")]) == []
    assert of(measures=[measure("norwegian", "2015-02-01")]) == ["still"]
    assert of(leaves=[leave("care_leave", "2015-01-31", "2015-02-10")]) == ["outside"]
    assert of(absences=[absence("2017-02-01", "2017-03-31")]) == ["outside"]
    assert of(absences=[absence("2017-01-01", "2017-03-31")]) == [], "a quarter with a day in the programme"
    two = [leave("care_leave", "2015-03-01", "2015-03-31"), leave("long_sickness", "2015-03-31", "2015-04-30", id=2)]
    assert of(leaves=two) == ["leaves"]
    running = case("2026-02-01", regime="INTEGR_2026", measures=[measure("norwegian", "2026-01-31")])
    assert whats("DQ23", dossier(running)) == ["before"]


def test_dq24_leave_within_its_limit() -> None:
    def of(*leaves):
        return whats("DQ24", dossier(case(**PROGRAMME, leaves=list(leaves))))

    assert of(leave("welfare_leave", "2015-06-01", "2015-06-15")) == ["days"], "eleven working days"
    assert of(leave("welfare_leave", "2015-06-01", "2015-06-14")) == []
    assert of(
        leave("welfare_leave", "2015-06-01", "2015-06-12"), leave("welfare_leave", "2015-09-01", "2015-09-01", id=2)
    ) == ["days"], "ten and one in a year"
    assert of(leave("welfare_leave", "2015-12-24", "2016-01-07")) == [], "over New Year, with holidays"
    assert of(leave("care_leave", "2015-06-01", "2016-04-01")) == ["months"]
    assert of(leave("care_leave", "2015-06-01", "2016-03-31")) == []
    assert of(leave("care_leave", "2015-06-01", "2016-04-01", override="premature birth")) == []
    assert of(leave("welfare_leave", "2015-12-01")) == ["days_running"]


def test_dq25_back_from_leave() -> None:
    away = [leave("care_leave", "2026-03-01", "2026-09-26")]
    before = [measure("norwegian", "2026-02-01", "2026-02-28", 30)]
    again = [*before, measure("norwegian", "2026-09-27", None, 30, id=2)]
    here = {"start": "2026-02-01", "regime": "INTEGR_2026", "leaves": away}
    assert found("DQ25", dossier(case(**here, measures=before)))
    assert not found("DQ25", dossier(case(**here, measures=again)))
    assert not found("DQ25", dossier(case(**here, measures=before)), date(2026, 11, 26)), "two months are not over"
    assert found("DQ25", dossier(case(**here)))
    assert not found("DQ25", dossier(case(**{**here, "start": "2025-02-01"}))), "no measures to tell a return by"


def test_dq26_hours_of_work() -> None:
    new = {"start": "2025-02-01", "end": "2026-01-31"}
    assert whats("DQ26", dossier(case(**new, end_reason="CO_WORK_GT29"))) == ["missing"]
    assert whats("DQ26", dossier(case(**PROGRAMME))) == [], "hours were not kept then"
    assert whats("DQ26", dossier(case(**new, end_reason="CO_WORK_GT29", hours=29))) == ["disagree"]
    assert whats("DQ26", dossier(case(**new, end_reason="CO_WORK_GT29", hours=29.5))) == []
    assert whats("DQ26", dossier(case(**new, end_reason="PS_WORK_LT30", hours=29.5))) == []
    assert whats("DQ26", dossier(case(**new, end_reason="PS_WORK_LT30", hours=30))) == ["disagree"]


def test_dq27_no_activity_and_a_running_measure() -> None:
    idle = {**PROGRAMME, "end_reason": "CO_NOT_JOBSEEKER"}
    assert found("DQ27", dossier(case(**idle, measures=[measure("work_practice", "2016-12-01", "2017-03-01")])))
    assert not found("DQ27", dossier(case(**idle, measures=[measure("work_practice", "2016-12-01", "2017-01-31")])))


def test_dq28_rejections() -> None:
    assert whats("DQ28", dossier(case(decisions=[decision("rejection", "2015-01-20")]))) == ["no_reason"]
    explained = decision("rejection", "2015-01-20", reason="age")
    assert whats("DQ28", dossier(case(decisions=[explained]))) == []
    grant = decision("grant", "2015-02-20", id=2)
    assert whats("DQ28", dossier(case(decisions=[explained, grant]))) == ["both"]
    won = [appeal(1, "2015-01-30", "changed")]
    assert whats("DQ28", dossier(case(decisions=[explained, grant], appeals=won))) == []


def test_dq29_an_exit_the_system_made() -> None:
    assert whats("DQ29", dossier(case(**PROGRAMME, provenance="automatic", confirmed=False))) == ["automatic"]
    assert whats("DQ29", dossier(case(**PROGRAMME, provenance="system", confirmed=False))) == ["system"]
    assert whats("DQ29", dossier(case(**PROGRAMME, provenance="automatic", confirmed=True))) == []


def test_dq30_the_local_case_system_and_the_register() -> None:
    start, end = date(2016, 1, 4), date(2017, 6, 30)

    def of(there, here):
        rows = list(reconciled(there, here))
        for one in rows:
            told("DQ30", one)
        return [one.values[WHAT] for one in rows]

    assert of([Entry("a", start)], []) == ["only_there"]
    assert of([], [Entry("a", start)]) == ["only_here"]
    assert of([Entry("a", start, end)], [Entry("a", start)]) == ["ended_there"]
    assert of([Entry("a", start)], [Entry("a", start, end)]) == ["ended_here"]
    assert of([Entry("a", start, end)], [Entry("a", start, date(2017, 6, 1))]) == ["ends"]
    assert of([Entry("a", start, end, "CO_OTHER")], [Entry("a", start, end)]) == ["reason_there"]
    assert of([Entry("a", start, end)], [Entry("a", start, end, "CO_OTHER")]) == ["reason_here"]
    assert of([Entry("a", start, end, "CO_OTHER")], [Entry("a", start, end, "IN_MOVED")]) == ["reasons"]
    assert of([Entry("a", start, measures=3)], [Entry("a", start, measures=2)]) == ["numbers"]
    assert of([Entry("a", start, end, "CO_OTHER", 3)], [Entry("a", start, end, "CO_OTHER", 3)]) == []


def test_dq31_a_certificate_within_a_month() -> None:
    new = {"start": "2025-02-01", "end": "2026-10-26"}
    assert whats("DQ31", dossier(case(**new, end_reason="CO_OTHER"))) == ["missing"]
    assert whats("DQ31", dossier(case(**new, end_reason="CO_OTHER")), date(2026, 11, 26)) == []
    assert whats("DQ31", dossier(case(**new, end_reason="CO_OTHER", certificate=certificate("2026-11-27")))) == ["late"]
    assert whats("DQ31", dossier(case(**new, end_reason="CO_OTHER", certificate=certificate("2026-11-26")))) == []
    assert whats("DQ31", dossier(case(**new, end_reason="PS_HEALTH"))) == []
    assert whats("DQ31", dossier(case(**PROGRAMME))) == [], "certificates were not registered then"


def test_dq32_the_regime_fits_permit_and_days() -> None:
    old, new = permit("2020-11-01"), permit("2021-02-01")
    late = {"start": "2021-06-01", "end": "2022-06-01"}
    assert whats("DQ32", dossier(case(**late), permits=[new], arrived="2020-01-01")) == ["permit"]
    assert whats("DQ32", dossier(case(**late), permits=[old], arrived="2020-01-01")) == []
    assert whats("DQ32", dossier(case(**late, regime="INTEGR_2021"), permits=[old], arrived="2021-01-02")) == []
    assert whats("DQ32", dossier(case(**late), permits=[old], arrived="2021-01-02")) == ["permit"]
    assert whats("DQ32", dossier(case(**late), permits=[old])) == [], "the arrival is not known"
    assert whats("DQ32", dossier(case(**late), permits=[])) == []
    assert whats("DQ32", dossier(case("2019-06-01", regime="INTEGR_2021"))) == ["too_early"]
    renewed = [old, permit("2021-05-01", id=2)]
    assert whats("DQ32", dossier(case(**late), permits=renewed, arrived="2020-01-01")) == []


def test_dq33_mandatory_elements() -> None:
    def of(regime, start, *elements):
        return found("DQ33", dossier(case(start, regime=regime, plans=[plan(start, elements=list(elements))])))

    (one,) = of("INTEGR_2026", "2026-02-01", "norwegian", "work_or_education")
    assert one.values["fields"] == "social_studies,life_mastery"
    assert not of("INTEGR_2026", "2026-02-01", "norwegian", "social_studies", "life_mastery", "work_or_education")
    assert not of("COLLECTIVE_PROTECTION_2022", "2022-09-01", "norwegian", "life_mastery", "work_or_education")
    assert not of("INTRO_2004", "2015-02-01"), "an old plan of which no element was kept"


def test_dq34_nobody_shielded_beside_a_place() -> None:
    (one,) = no_shielded([("row:1", 0, "K1103"), ("row:2", 7, "K1103"), ("row:3", 6, None)])
    assert one.subject == "row:2"
    assert told("DQ34", one)


def test_dq35_the_unit_as_a_whole() -> None:
    assert [one.values[WHAT] for one in whole_unit(2025, 12, 0, 0)] == ["no_exits"]
    (one,) = whole_unit(2025, 60, 20, 2)
    assert told("DQ35", one)[0] == (
        "I 2025 mangler 2 av 20\N{NO-BREAK SPACE}avslutninger årsak, mer enn 5 prosent. Velg avslutningsårsak på dem."
    )
    assert not list(whole_unit(2025, 60, 20, 1))
    assert not list(whole_unit(2025, 0, 0, 0))
    for one in whole_unit(2025, 12, 0, 0):
        told("DQ35", one)


def test_what_other_units_have_is_never_told() -> None:
    there = case("2024-08-01", id=2, unit=ELSEWHERE)
    rows = [
        *run(dossier(case("2024-02-01"), there), TODAY),
        *run(dossier(case("2024-02-01", "2024-12-31", end_reason="IN_UNKNOWN"), there), TODAY),
    ]
    mine = [
        (rule.id, str(one)) for file, rule, one, _ in rows if file.case.pk == 1 and rule.id in ("DQ03", "DQ04", "DQ11")
    ]
    assert {id for id, _ in mine} == {"DQ03", "DQ04", "DQ11"}
    assert not [text for _, text in mine if ELSEWHERE in text or "2024-08-01" in text or ":2" in text]


def test_a_bare_old_participation_has_no_findings_but_about_itself() -> None:
    """What older registers did not hold is not missing."""
    for regime, start, end in (("INTRO_2004", "2005-02-01", "2007-01-31"), ("INTEGR_2021", "2022-02-01", "2024-01-31")):
        who = dossier(case(start, end, regime=regime, end_reason="CO_WORK_GT29"))
        assert [rule.id for _, rule, _, _ in run(who, TODAY)] == []
