"""Stored returns: who may do what from which state, nothing sent twice, nothing overwritten, every version kept."""

from datetime import UTC, date, datetime

import pytest

from overgang.access.actor import acting
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Answer, Return, Step, Version
from overgang.collect.returns.questionnaire import questionnaire
from overgang.collect.returns.states import STATES, TRANSITIONS, may_follow

pytestmark = pytest.mark.django_db
NOW = datetime(2008, 2, 1, 9, 0, tzinfo=UTC)
TODAY, AFTER = date(2008, 2, 1), date(2008, 3, 1)
ADVISER, LEADER = acting(1, "Rådgiver", "adviser", "K1103"), acting(2, "Leder", "leader", "K1103")
ANALYST = acting(3, "Analytiker", "analyst", "")
WHOLE = {item.id: "0" for item in questionnaire(2007).items} | {"1": "12", "2": "8", "4": "4", "10a": "3", "9a": "1"}
FITS = WHOLE
LACKS_A_REASON = WHOLE | {"9a": "00"}


@pytest.fixture
def of(db) -> Return:  # noqa: ARG001
    frame = {"K1103": "bosatte 12 i 2005-2007", "K5001": ""}
    dates = {"as_of": date(2007, 12, 31), "opens": date(2008, 1, 2), "closes": date(2008, 2, 15)}
    keeping.open_round(ANALYST, year=2007, **dates, frame=frame, now=NOW)
    return Return.objects.get(unit="K1103")


def saved(of: Return, typed=FITS, explained=None, seen: int = 0) -> Version:
    return keeping.save(ADVISER, of, typed, explained or {}, seen=seen, now=NOW)


def sent(of: Return, typed=FITS, explained=None) -> Version:
    draft = saved(of, typed, explained)
    version = keeping.approve(LEADER, of, number=draft.number, seen=draft.saved, now=NOW, today=TODAY)
    of.refresh_from_db()
    return version


def test_only_the_own_units_are_seen_but_for_whoever_follows_up(of):  # noqa: ARG001
    rows = Return.objects.seen_by
    seen = {actor.role.id: set(rows(actor).values_list("unit", flat=True)) for actor in ACTORS}
    assert seen == {"adviser": {"K1103"}, "leader": {"K1103"}, "analyst": BOTH, "auditor": set()}


BOTH = {"K1103", "K5001"}
ACTORS = (ADVISER, LEADER, ANALYST, acting(4, "Revisor", "auditor", ""))


def test_a_return_goes_from_invitation_to_acceptance_and_each_step_is_kept(of):
    keeping.opened(ADVISER, of, now=NOW)
    draft = saved(of)
    keeping.hand_in(ADVISER, of, seen=1, now=NOW, today=TODAY)
    keeping.approve(LEADER, of, number=1, seen=draft.saved, now=NOW, today=TODAY)
    keeping.accept(ANALYST, of, number=1, now=NOW)
    of.refresh_from_db()
    assert (of.state, of.current.number, of.current.approver_id) == ("accepted", 1, 2)
    assert [*Step.objects.order_by("pk").values_list("what", flat=True)] == [
        *("opened", "draft", "awaiting_approval", "sent", "accepted")
    ]
    assert Event.objects.filter(object="return:2007:K1103").count() == 5


def test_the_raw_text_the_state_and_the_number_are_all_stored(of):
    sent(of, LACKS_A_REASON, {"AR07:4,7a,7b,7c,8a,8b,9a,9b,10a,11a,11b,12a,12b,12c": ""})
    rows = {row.item: (row.raw, row.answer, row.value) for row in Answer.objects.all()}
    assert rows["9a"] == ("00", "dont_know", None)
    assert rows["9b"] == ("0", "zero", 0)
    assert rows["1"] == ("12", "value", 12)


def test_what_cannot_be_read_is_kept_as_it_was_typed_but_not_sent(of):
    draft = saved(of, FITS | {"4": "fire"})
    assert draft.typed["4"] == "fire"
    with pytest.raises(keeping.NotReady) as refused:
        keeping.approve(LEADER, of, number=1, seen=1, now=NOW, today=TODAY)
    assert [(one.check.id, one.items) for one in refused.value.failed] == [("AR01", ("4",))]
    assert not Answer.objects.exists()


def test_a_soft_check_wants_its_explanation_and_then_leads_to_follow_up(of):
    too_many = FITS | {"10a": "5"}
    draft = saved(of, too_many)
    with pytest.raises(keeping.NotReady) as refused:
        keeping.approve(LEADER, of, number=1, seen=draft.saved, now=NOW, today=TODAY)
    assert not refused.value.failed
    explained = {keeping.place(one): "To har fått to jobber." for one in refused.value.unexplained}
    draft = saved(of, too_many, explained, seen=1)
    keeping.approve(LEADER, of, number=1, seen=draft.saved, now=NOW, today=TODAY)
    of.refresh_from_db()
    assert of.state == "flagged"
    assert of.current.explained == explained


def test_sent_twice_it_is_sent_once(of):
    version = sent(of)
    again = keeping.approve(LEADER, of, number=version.number, seen=1, now=NOW, today=TODAY)
    assert again.pk == version.pk
    assert Version.objects.count() == 1
    assert Answer.objects.count() == len(questionnaire(2007).items)


def test_an_older_page_does_not_overwrite_a_newer_one(of):
    saved(of, FITS | {"1": "13"})
    with pytest.raises(keeping.Stale) as refused:
        saved(of, FITS | {"1": "14"}, seen=0)
    assert refused.value.draft.typed["1"] == "13"
    assert keeping.draft_of(of).typed["1"] == "13"


def test_nobody_types_in_a_return_that_is_sent(of):
    sent(of)
    with pytest.raises(keeping.Moved):
        saved(of, FITS | {"1": "13"}, seen=1)


def test_after_the_last_day_nothing_is_sent_unless_it_was_prolonged(of):
    draft = saved(of)
    late = {"number": 1, "seen": draft.saved, "now": NOW, "today": AFTER}
    with pytest.raises(keeping.Late):
        keeping.approve(LEADER, of, **late)
    keeping.prolong(ANALYST, of, until=AFTER, reason="Sykdom i kommunen", now=NOW)
    assert keeping.approve(LEADER, of, **late).sent == NOW


def test_a_day_is_a_day_in_norway_also_between_midnight_there_and_in_utc(of):
    keeping.ask(ANALYST, of.round, {"K4601": "Er med"}, now=datetime(2008, 2, 1, 23, 30, tzinfo=UTC))
    assert Return.objects.get(unit="K4601").added == date(2008, 2, 2)


def test_closing_leaves_who_has_sent_and_names_who_did_not(of):
    sent(of)
    count = keeping.close(ANALYST, of.round, now=NOW, today=AFTER)
    assert count == 1
    assert dict(Return.objects.values_list("unit", "state")) == {"K1103": "sent", "K5001": "no_response"}


def test_a_correction_is_a_new_version_with_its_reason(of):
    sent(of)
    version = keeping.correct(ANALYST, of, {"10a": "2", "11a": "1"}, reason="Rettet på telefon", number=1, now=NOW)
    of.refresh_from_db()
    assert of.current == version
    assert (version.number, version.reason) == (2, "Rettet på telefon")
    assert {row.item: row.raw for row in version.answers.all()} == FITS | {"10a": "2", "11a": "1"}
    first = Version.objects.get(number=1)
    assert {row.item: row.raw for row in first.answers.all()} == FITS


@pytest.mark.parametrize(
    ("typed", "reason", "error"),
    [
        ({"10a": "2"}, " ", BadInput),
        ({"10a": "3"}, "Uendret", BadInput),
        ({"10a": "tre"}, "Rettet", BadInput),
        ({"4": "13"}, "Rettet", keeping.NotReady),
    ],
)
def test_a_correction_that_would_be_wrong_changes_nothing(of, typed, reason, error):
    sent(of)
    with pytest.raises(error):
        keeping.correct(ANALYST, of, typed, reason=reason, number=1, now=NOW)
    assert Version.objects.count() == 1


def test_of_two_corrections_of_one_version_the_second_is_told(of):
    sent(of)
    keeping.correct(ANALYST, of, {"10a": "2"}, reason="Rettet", number=1, now=NOW)
    with pytest.raises(keeping.Moved):
        keeping.correct(ANALYST, of, {"10a": "1"}, reason="Rettet", number=1, now=NOW)


def test_a_return_opened_again_starts_as_it_was_sent_and_the_sent_one_counts_until_then(of):
    sent(of)
    draft = keeping.reopen(ANALYST, of, until=AFTER, reason="Feil i spørsmål 4", now=NOW)
    of.refresh_from_db()
    assert (of.state, of.current.number, draft.number) == ("draft", 1, 2)
    assert draft.typed == FITS
    changed = keeping.save(ADVISER, of, FITS | {"1": "13", "2": "9"}, {}, seen=0, now=NOW)
    keeping.approve(LEADER, of, number=2, seen=changed.saved, now=NOW, today=AFTER)
    of.refresh_from_db()
    assert of.current.number == 2


def test_the_states_followed_are_those_of_the_table():
    named = {state for one in TRANSITIONS for state in (one.before, one.after)}
    assert named == set(STATES)
    assert not may_follow("accepted", "invited")
