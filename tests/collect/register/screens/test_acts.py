"""Each form with right and wrong input: what is stored, and what the adviser is told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from overgang.collect.register.models import (
    Absence,
    Appeal,
    Case,
    Certificate,
    Decision,
    Leave,
    Measure,
    Participation,
    Permit,
    Person,
    Plan,
    Settlement,
)
from overgang.collect.register.screens.acts import ACTS
from tests.collect.register.screens.conftest import address, hidden, said

NO_SUPPORT = {"social_assistance": "no", "national_insurance": "no", "other_support": "unknown"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_a_new_case_to_the_first_day(adviser, fill, make_person, today) -> None:
    person = make_person()
    Case.objects.update(regime="INTEGR_2021")
    assert fill(adviser, address(person, "tilbud"), trigger="offer", asked=said(today)).status_code == 302
    assert Case.objects.get().state == "offered"
    fill(adviser, address(person, "innvilg"), decided=said(today), track="over25_work_or_school", months="")
    assert Decision.objects.get().months == 24
    fill(adviser, address(person, "start"), start="01.03.2025", planned_end="")
    started = Participation.objects.get()
    assert (started.start, started.planned_end) == (date(2025, 3, 1), date(2027, 2, 28))
    assert Case.objects.get().state == "in_programme"


def test_a_rejection_needs_its_reason(adviser, fill, make_person, today) -> None:
    person = make_person()
    Case.objects.update(state="claimed")
    answer = fill(adviser, address(person, "avslag"), decided=said(today), reason="")
    assert answer.status_code == 200
    assert 'id="reason_error"' in text(answer)
    assert Case.objects.get().state == "claimed"
    fill(adviser, address(person, "avslag"), decided=said(today), reason="two_years")
    assert (Case.objects.get().state, Decision.objects.get().reason) == ("rejected", "two_years")


def test_declined(adviser, fill, make_person) -> None:
    person = make_person()
    Case.objects.update(state="offered")
    fill(adviser, address(person, "takket-nei"))
    assert Case.objects.get().state == "declined"


def test_granted_and_never_begun(adviser, fill, make_person, today) -> None:
    person = make_person()
    Case.objects.update(state="granted")
    fill(adviser, address(person, "ikke-startet"), decided=said(today), reason="IN_MOVED")
    assert (Case.objects.get().state, Decision.objects.get().reason) == ("interrupted", "IN_MOVED")


def test_the_end_of_a_programme(adviser, fill, running, today) -> None:
    answer = fill(
        adviser,
        address(running, "avslutt"),
        end=said(today),
        end_reason="CO_WORK_GT29",
        hours="37,5",
        certificate=said(today),
        **NO_SUPPORT,
    )
    assert answer.status_code == 302
    ended = Participation.objects.get()
    assert (ended.end, ended.end_reason, ended.hours) == (today, "CO_WORK_GT29", Decimal("37.5"))
    assert (ended.social_assistance, ended.provenance, ended.entered) == ("no", "municipality", today)
    assert Certificate.objects.get().issued == today
    page = text(adviser.get(answer["Location"]))
    assert "Programmet er avsluttet." in page
    assert "Angre" in page


def test_the_page_of_the_end_says_what_each_reason_counts_as(adviser, running) -> None:
    page = text(adviser.get(address(running, "avslutt")))
    assert page.count("teller som arbeid") >= 4
    assert "teller som utdanning" in page
    assert "Resultatet deres i" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"end": "01.01.20"}, "end"),
        ({"end": "01.01.1999"}, "end"),
        ({"end": ""}, "end"),
        ({"end_reason": ""}, "end_reason"),
        ({"end_reason": "NO_SUCH"}, "end_reason"),
        ({"hours": "many"}, "hours"),
        ({"hours": "99"}, "hours"),
        ({"certificate": "32.01.2025"}, "certificate"),
    ],
)
def test_what_is_wrong_at_the_end_is_said_and_nothing_is_stored(adviser, fill, running, today, wrong, field) -> None:
    values = {"end": said(today), "end_reason": "CO_WORK_GT29", "hours": "30", "certificate": "", **NO_SUPPORT, **wrong}
    answer = fill(adviser, address(running, "avslutt"), **values)
    assert answer.status_code == 200
    assert f'href="#{field}"' in text(answer) or f'id="{field}_error"' in text(answer)
    assert Participation.objects.get().end is None


def test_a_stop_for_good_has_its_decision(adviser, fill, running, today) -> None:
    decided = today - timedelta(days=5)
    values = {"end": said(today), "end_reason": "PS_HEALTH", "decided": said(decided), "certificate": "", **NO_SUPPORT}
    fill(adviser, address(running, "avslutt"), **values)
    assert Decision.objects.get(kind="stop_permanent").decided == decided
    assert Case.objects.get().state == "permanent_stop"


def test_an_exit_is_corrected(adviser, fill, running, today) -> None:
    values = {"end": said(today), "end_reason": "CO_OTHER", "certificate": "", **NO_SUPPORT}
    fill(adviser, address(running, "avslutt"), **values)
    fill(adviser, address(running, "rett-avslutning"), **{**values, "end_reason": "IN_MOVED", "after_move": "work"})
    ended = Participation.objects.get()
    assert (ended.end_reason, ended.after_move, Case.objects.get().state) == ("IN_MOVED", "work", "interrupted")
    fill(adviser, address(running, "rett-avslutning"), **{**values, "end_reason": "PS_OTHER", "decided": said(today)})
    assert Decision.objects.filter(kind="stop_permanent").count() == 1
    fill(adviser, address(running, "deltakerbevis"), issued=said(today))
    assert Certificate.objects.get().issued == today


def test_an_extension_moves_the_planned_end(adviser, fill, running, today) -> None:
    before = Participation.objects.get().planned_end
    fill(adviser, address(running, "forleng"), decided=said(today), months="6", planned_end="", override="")
    after = Participation.objects.get().planned_end
    assert before is not None
    assert after is not None
    assert 180 < (after - before).days < 186


def test_beyond_the_limit_it_is_saved_and_told(adviser, fill, running, today) -> None:
    answer = fill(adviser, address(running, "forleng"), decided=said(today), months="30", planned_end="", override="")
    assert answer.status_code == 302
    assert "funn=" in answer["Location"]
    assert "ting å se på" in text(adviser.get(answer["Location"]))
    assert Decision.objects.filter(kind="extension", months=30).exists()


def test_leave_and_back_earlier(adviser, fill, running, today) -> None:
    planned = Participation.objects.get().planned_end
    first, last = today - timedelta(days=5), today + timedelta(days=4)
    values = {"kind": "welfare_leave", "decided": said(first), "start": said(first), "end": said(last), "override": ""}
    fill(adviser, address(running, "permisjon"), **values)
    assert Participation.objects.get().planned_end == planned + timedelta(days=10)
    fill(adviser, address(running, "tilbake"), last=said(today - timedelta(days=1)))
    assert Leave.objects.get().end == today - timedelta(days=1)
    assert Participation.objects.get().planned_end == planned + timedelta(days=5)


def test_leave_that_ends_before_it_begins(adviser, fill, running, today) -> None:
    values = {"kind": "welfare_leave", "decided": said(today), "start": said(today), "override": ""}
    answer = fill(adviser, address(running, "permisjon"), **values, end=said(today - timedelta(days=1)))
    assert "før den første" in text(answer)
    assert not Leave.objects.exists()


def test_stopped_for_a_time_and_resumed(adviser, fill, running, today) -> None:
    since = today - timedelta(days=9)
    fill(adviser, address(running, "stans"), decided=said(since), since=said(since), until="")
    assert "Midlertidig stanset" in text(adviser.get(f"/personer/{running.key}/"))
    fill(adviser, address(running, "gjenoppta"), last=said(today - timedelta(days=1)))
    assert Decision.objects.get(kind="stop_temporary").until == today - timedelta(days=1)


def test_measures_added_corrected_copied_deleted(adviser, fill, running, today) -> None:
    start = today - timedelta(days=60)
    values = {"kind": "norwegian", "start": said(start), "end": "", "hours": "20", "provider": "Voksenopplæringa"}
    values["directed_to"] = "work"
    fill(adviser, address(running, "tiltak"), **values)
    measure = Measure.objects.get()
    fill(adviser, address(running, "rett-tiltak", row=measure), **{**values, "hours": "22,5"})
    assert Measure.objects.get().hours == Decimal("22.5")
    begin = today + timedelta(days=1)
    fill(adviser, address(running, "kopier-tiltak"), measures=[str(measure.pk)], start=said(begin), end="")
    assert sorted(Measure.objects.values_list("start", "end")) == [(start, today), (begin, None)]
    assert [copy.directed_to for copy in Measure.objects.all()] == ["work", "work"]
    assert "Rettet mot" in text(adviser.get(f"/personer/{running.key}/"))
    fill(adviser, address(running, "slett-tiltak", row=measure))
    assert list(Measure.objects.values_list("start", flat=True)) == [begin]


def test_a_measure_before_the_programme(adviser, fill, running) -> None:
    answer = fill(adviser, address(running, "tiltak"), kind="norwegian", start="01.01.2001", end="", hours="")
    assert "Programmet begynte" in text(answer)


def test_save_and_add_another(adviser, fill, running, today) -> None:
    values = {"kind": "norwegian", "start": said(today), "end": "", "hours": "", "provider": "", "more": "1"}
    answer = fill(adviser, address(running, "tiltak"), **values)
    assert answer["Location"].startswith(address(running, "tiltak"))
    assert "Tiltaket er lagret." in text(adviser.get(answer["Location"]))


def test_absence(adviser, fill, running, today) -> None:
    start, end = today - timedelta(days=20), today - timedelta(days=10)
    values = {"start": said(start), "end": said(end), "authorised": "7", "unauthorised": "", "cause": "own_sickness"}
    fill(adviser, address(running, "fravaer"), **values)
    absence = Absence.objects.get()
    assert (absence.authorised, absence.unauthorised) == (7, 0)
    fill(adviser, address(running, "rett-fravaer", row=absence), **{**values, "unauthorised": "3"})
    assert Absence.objects.get().unauthorised == 3
    fill(adviser, address(running, "slett-fravaer", row=absence))
    assert not Absence.objects.exists()


def test_a_plan_and_its_next_version(adviser, fill, running, today) -> None:
    values = {"end_goal": "work", "norwegian_goal": "B1", "contract": said(today), "elements": ["norwegian"]}
    fill(adviser, address(running, "plan"), day=said(today), **values)
    page = text(adviser.get(address(running, "plan")))
    assert '<option value="B1" selected>' in page
    plan = Plan.objects.get()
    fill(adviser, address(running, "rett-plan", row=plan), day=said(today), **{**values, "norwegian_goal": "B2"})
    assert Plan.objects.get().norwegian_goal == "B2"


def test_under_the_old_law_no_goal_is_asked_and_what_is_there_goes(adviser, fill, running, today) -> None:
    Case.objects.update(regime="INTRO_2004")
    plan = Plan.objects.create(case=Case.objects.get(), day=today, end_goal="work", contract=today)
    assert 'name="end_goal"' not in text(adviser.get(address(running, "plan")))
    fill(adviser, address(running, "rett-plan", row=plan), day=said(today), elements=["norwegian"])
    plan.refresh_from_db()
    assert (plan.end_goal, plan.contract) == ("", None)


def test_a_complaint_and_its_outcome(adviser, fill, running, today) -> None:
    decision = Decision.objects.get()
    fill(adviser, address(running, "klage"), decision=str(decision.pk), lodged=said(today))
    appeal = Appeal.objects.get()
    fill(adviser, address(running, "klagesvar", row=appeal), lodged=said(today), outcome="upheld", decided=said(today))
    assert Appeal.objects.get().outcome == "upheld"
    fill(adviser, address(running, "slett-vedtak", row=decision))
    assert not Appeal.objects.exists()


def test_the_background(adviser, fill, running) -> None:
    values = {
        "name": "Mona  Ali",
        "birth_date": "02.01.1990",
        "sex": "F",
        "origin": "SO",
        "education": "primary",
        "upper_secondary": "no",
        "competence_mapped": "01.02.2025",
    }
    fill(adviser, address(running, "opplysninger", case=False), **values)
    person = Person.objects.get()
    assert (person.name, person.upper_secondary, person.competence_mapped) == ("Mona Ali", False, date(2025, 2, 1))
    answer = fill(adviser, address(running, "opplysninger", case=False), **{**values, "birth_date": "02.01.2090"})
    assert "i framtiden" in text(answer)


def test_permit_and_settlement(adviser, fill, running) -> None:
    fill(adviser, address(running, "tillatelse", case=False), basis="asylum", decided="01.02.2024", until="")
    permit = Permit.objects.get()
    values = {"basis": "asylum", "decided": "01.02.2024", "until": "01.01.2024"}
    assert "før den første" in text(fill(adviser, address(running, "rett-tillatelse", row=permit), **values))
    fill(adviser, address(running, "bosetting", case=False), day="05.02.2024", agreed="no", moved_in="")
    settlement = Settlement.objects.get()
    assert (settlement.unit, settlement.agreed) == ("K5001", False)
    fill(adviser, address(running, "rett-bosetting", row=settlement), day="06.02.2024", moved_in="")
    assert Settlement.objects.get().day == date(2024, 2, 6)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("01010012345", "Kontrollsifrene stemmer ikke"),
        ("0101001234", "10 siffer"),
        ("x" * 30, "høyst 24 tegn"),
    ],
)
def test_a_wrong_number_is_told_at_once(adviser, fill, running, typed, told) -> None:
    assert told in text(fill(adviser, address(running, "nummer", case=False), number=typed))


def test_another_persons_number_is_not_taken(adviser, fill, running, make_person) -> None:
    number = "201234567861"
    fill(adviser, address(running, "nummer", case=False), number=number)
    other = make_person(name="Ola Dunk")
    answer = fill(adviser, address(other, "nummer", case=False), number=number)
    assert "registrert på en annen person" in text(answer)


def test_the_regime_is_changed_with_its_reason(adviser, fill, running) -> None:
    from overgang.access.models import Event

    answer = fill(adviser, address(running, "lovregime"), regime="INTRO_2004", why="")
    assert answer.status_code == 200
    fill(adviser, address(running, "lovregime"), regime="INTRO_2004", why="Tillatelse fra 2019")
    assert Case.objects.get().regime == "INTRO_2004"
    assert "Tillatelse fra 2019" in Event.objects.latest("id").purpose


def test_category_and_days_are_corrected(adviser, fill, running) -> None:
    fill(adviser, address(running, "sak"), category="may_be_offered", trigger="claim", asked="01.02.2025")
    assert Case.objects.get().category == "may_be_offered"
    fill(adviser, address(running, "dager"), start="03.02.2025", planned_end="")
    assert Participation.objects.get().start == date(2025, 2, 3)


def test_a_new_case_when_the_last_is_closed(adviser, fill, running, today) -> None:
    fill(adviser, address(running, "avslutt"), end=said(today), end_reason="CO_OTHER", certificate="", **NO_SUPPORT)
    fill(adviser, address(running, "ny-sak", case=False), regime="INTEGR_2021", category="right")
    assert sorted(Case.objects.values_list("state", flat=True)) == ["candidate", "completed"]


def test_every_form_shows_in_every_language(adviser, running, today) -> None:
    """That is open from where the case is; the others say so."""
    case = running.cases.get()
    own = {"participation": case.participation}
    rows = {
        "measure": Measure.objects.create(kind="norwegian", start=today, **own),
        "leave": Leave.objects.create(kind="care_leave", start=today - timedelta(days=50), end=today, **own),
        "absence": Absence.objects.create(start=today, end=today, **own),
        "decision": Decision.objects.get(),
        "plan": Plan.objects.create(case=case, day=today),
        "permit": Permit.objects.create(person=running, basis="asylum", decided=today),
        "settlement": Settlement.objects.create(person=running, unit="K5001", day=today),
        "appeal": Appeal.objects.create(decision=Decision.objects.get(), lodged=today),
    }
    for lang in ("nb", "nn", "en"):
        adviser.post("/sprak", {"lang": lang})
        for act in ACTS:
            where = address(running, act.slug, row=rows.get(act.row), case=act.level == "case")
            answer = adviser.get(where)
            assert answer.status_code in (200, 409), (act.id, lang, answer.status_code)
            if answer.status_code == 200 and act.level != "row":
                assert set(hidden(answer)) == {"seen", "once"}, act.id
