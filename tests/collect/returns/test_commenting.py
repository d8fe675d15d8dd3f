"""The comments of a round: from questions to what is published, who sees what, and two people at once."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from overgang.access.actor import acting
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.returns import commented, keeping
from overgang.collect.returns.comments.release import Choice, Unfit
from overgang.collect.returns.models import Comment, Commenter, Question, Return, Round
from overgang.collect.returns.questionnaire import questionnaire

pytestmark = pytest.mark.django_db
NOW = datetime(2008, 2, 1, 9, 0, tzinfo=UTC)
TODAY = date(2008, 2, 1)
OURS, THEIRS, SILENT = "K5001", "K1103", "K4601"
ADVISER, LEADER = acting(1, "Rådgiver", "adviser", OURS), acting(2, "Leder", "leader", OURS)
ANALYST, OTHER = acting(3, "Analytiker", "analyst", ""), acting(4, "En annen", "analyst", "")
ANSWERS = {item.id: "0" for item in questionnaire(2025).items if item.kind == "count"}
QUESTIONS = [{"nb": "Hva virker?", "nn": "Kva verkar?", "en": "What works?"}] * 2
TELLING = "Vi i Trondheim sendte 121 deltakere til Kari Nordmann."


@pytest.fixture
def round_(db) -> Round:  # noqa: ARG001
    frame = dict.fromkeys((OURS, THEIRS, SILENT), "")
    day = timezone.localdate()
    dates = {"as_of": date(2025, 12, 31), "opens": day, "closes": day + timedelta(days=30)}
    made = keeping.open_round(ANALYST, year=2025, **dates, frame=frame, now=NOW)
    for unit in (OURS, THEIRS):
        of = Return.objects.get(unit=unit)
        typed = ANSWERS | {"1": "121", "2": "121"}
        draft = keeping.save(ADVISER, of, typed, {}, seen=0, now=NOW)
        found = keeping.examined(questionnaire(2025), keeping.given_in(draft), keeping.beside_of(of))
        draft.explained = {keeping.place(one): "Slik er det." for one in found}
        draft.save()
        keeping.approve(LEADER, of, number=1, seen=1, now=NOW, today=day)
    commented.results_out(ANALYST, made, now=NOW)
    made.refresh_from_db()
    return made


def opened(round_: Round, units=(OURS, THEIRS)) -> None:
    commented.ask(ANALYST, round_, QUESTIONS, seen=commented.begun(round_).saved, now=NOW)
    last = timezone.localdate() + timedelta(days=10)
    commented.open_(ANALYST, round_, units, closes=last, now=NOW, today=TODAY)


def of(round_: Round, unit: str = OURS) -> Return:
    return Return.objects.get(round=round_, unit=unit)


def written(round_: Round, unit: str = OURS, texts=None, seen: int = 0) -> Commenter:
    texts = {1: TELLING, 2: ""} if texts is None else texts
    return commented.save(ADVISER, of(round_, unit), texts, seen=seen, now=NOW, today=TODAY)


def closed(round_: Round) -> Comment:
    opened(round_)
    for unit, text in ((OURS, TELLING), (THEIRS, "Vi bosatte flere i fjor enn før.")):
        written(round_, unit, {1: text})
        commented.send(LEADER, of(round_, unit), seen=1, now=NOW, today=TODAY)
    commented.close(ANALYST, round_, now=NOW)
    return commented.in_round(round_).get(of__unit=OURS)


def choices(comment: Comment) -> list[Choice]:
    traces = commented.known_of(comment.of).traces(commented.working(comment))
    return [Choice(trace, trace.instead("nb")) for trace in traces]


def released(comment: Comment, chosen=None) -> None:
    commented.release(ANALYST, comment, chosen or choices(comment), seen=commented.mark(comment), now=NOW)


def test_from_questions_to_what_is_published(round_):
    comment = closed(round_)
    released(comment)
    other = commented.in_round(round_).get(of__unit=THEIRS)
    commented.withhold(ANALYST, other, "Handler om en enkelt person", seen=commented.mark(other), now=NOW)
    commented.publish(ANALYST, round_, now=NOW)
    number = Commenter.objects.get(of__unit=OURS).number
    assert commented.as_published(round_) == {
        "year": 2025,
        "questions": [
            {
                "number": 1,
                "text": QUESTIONS[0],
                "answers": [{"unit": number, "text": "Vi i [sted] sendte [antall] deltakere til [navn]."}],
            },
            {"number": 2, "text": QUESTIONS[1], "answers": []},
        ],
    }
    told = json.dumps(commented.as_published(round_))
    assert not any(word in told for word in ("Trondheim", OURS, "5001", "121", "Nordmann"))


def test_comments_begin_after_the_results_and_only_of_units_that_reported(round_):
    Round.objects.filter(pk=round_.pk).update(released=None)
    early = Round.objects.get()
    commented.ask(ANALYST, early, QUESTIONS, seen=0, now=NOW)
    opening = {"closes": TODAY, "now": NOW, "today": TODAY}
    with pytest.raises(BadInput, match="not published"):
        commented.open_(ANALYST, early, [OURS], **opening)
    commented.results_out(ANALYST, early, now=NOW)
    early.refresh_from_db()
    for units in ([], [SILENT], [OURS, "K9999"]):
        with pytest.raises(BadInput, match="Choose units"):
            commented.open_(ANALYST, early, units, **opening)
    with pytest.raises(BadInput, match="past"):
        commented.open_(ANALYST, early, [OURS], **opening | {"closes": date(2007, 1, 1)})
    commented.open_(ANALYST, early, [OURS], **opening)
    assert [*Commenter.objects.values_list("of__unit", flat=True)] == [OURS]


def test_questions_are_whole_and_fixed_once_they_are_asked(round_):
    with pytest.raises(BadInput, match="Question 2"):
        commented.ask(ANALYST, round_, [QUESTIONS[0], {"nb": "Bare bokmål", "nn": "", "en": " "}], seen=0, now=NOW)
    opened(round_)
    with pytest.raises(commented.Moved):
        commented.ask(ANALYST, round_, QUESTIONS[:1], seen=1, now=NOW)
    assert Question.objects.count() == 2


def test_of_two_who_write_questions_the_second_is_told(round_):
    commented.ask(ANALYST, round_, QUESTIONS, seen=0, now=NOW)
    with pytest.raises(commented.Stale):
        commented.ask(OTHER, round_, QUESTIONS[:1], seen=0, now=NOW)
    assert Question.objects.count() == 2


def test_of_two_who_write_an_answer_the_second_is_told_and_nothing_is_lost(round_):
    opened(round_)
    written(round_, texts={1: "Den ene"})
    with pytest.raises(commented.Stale):
        written(round_, texts={1: "Den andre"})
    assert Comment.objects.get().text == "Den ene"
    assert written(round_, texts={1: "Den ene"}).saved == 1, "the same text again changes nothing"
    assert written(round_, texts={1: "Begge"}, seen=1).saved == 2


def test_what_is_sent_is_sent_once_and_can_be_taken_back_until_it_is_closed(round_):
    opened(round_)
    with pytest.raises(BadInput, match="at least one"):
        commented.send(LEADER, of(round_), seen=0, now=NOW, today=TODAY)
    written(round_)
    for _ in range(2):
        commented.send(LEADER, of(round_), seen=1, now=NOW, today=TODAY)
    assert Event.objects.filter(object=f"comments:2025:{OURS}").count() == 2
    with pytest.raises(commented.Moved):
        written(round_, texts={1: "Etterpå"}, seen=1)
    commented.take_back(LEADER, of(round_), now=NOW, today=TODAY)
    written(round_, texts={1: "Rettet"}, seen=1)
    commented.close(ANALYST, round_, now=NOW)
    with pytest.raises(commented.Moved):
        written(round_, texts={1: "For sent"}, seen=2)
    assert not commented.in_round(round_).exists(), "what was not sent is nobody's"


def test_after_the_last_day_nobody_writes_until_it_is_moved(round_):
    opened(round_)
    late = commented.begun(round_).closes + timedelta(days=1)
    with pytest.raises(commented.Moved):
        commented.save(ADVISER, of(round_), {1: "x"}, seen=0, now=NOW, today=late)
    commented.prolong(ANALYST, round_, closes=late, now=NOW)
    assert commented.save(ADVISER, of(round_), {1: "x"}, seen=0, now=NOW, today=late).saved == 1


def test_numbers_are_made_once_and_by_the_round(round_):
    closed(round_)
    numbers = dict(Commenter.objects.values_list("of__unit", "number"))
    assert sorted(numbers.values()) == [1, 2]
    with pytest.raises(commented.Moved):
        commented.close(ANALYST, round_, now=NOW)


def test_the_units_own_people_and_its_numbers_are_searched_for(round_, make_user):
    make_user("leader", OURS, name="borghild")
    make_user("adviser", THEIRS, name="torleif")
    opened(round_)
    found = commented.known_of(of(round_))
    told = [trace.text for trace in found.traces("Borghild ringte Torleif. Vi har 121 deltakere, de har 122.")]
    assert told == ["Borghild", "Torleif", "121"]
    signs = {trace.text: {sign.kind for sign in trace.signs} for trace in found.traces("Borghild ringte Torleif.")}
    assert signs == {"Borghild": {"name"}, "Torleif": {"maybe_name"}}
    assert not found.traces("Et borghild-kurs")


def test_a_text_is_released_only_with_every_trace_answered(round_):
    comment = closed(round_)
    with pytest.raises(Unfit) as wrong:
        commented.release(ANALYST, comment, [], seen=commented.mark(comment), now=NOW)
    assert [(trace.text, why) for trace, why in wrong.value.faults] == [
        ("Trondheim", "open"),
        ("121", "open"),
        ("Kari Nordmann", "open"),
    ]
    place, number, name = (one.trace for one in choices(comment))
    kept = [Choice(place, None, "kjent"), Choice(number, None, ""), Choice(name, None, "en kjent forfatter")]
    with pytest.raises(Unfit) as wrong:
        released(comment, kept)
    assert [why for _, why in wrong.value.faults] == ["must_go", "no_reason"]
    released(comment, [Choice(place, "byen"), Choice(number, None, "står i avisen"), kept[2]])
    comment.refresh_from_db()
    assert comment.released == "Vi i byen sendte 121 deltakere til Kari Nordmann."
    assert (comment.decided, comment.decided_by_id) == (NOW, ANALYST.user)
    assert [(one["text"], one["instead"], one["reason"]) for one in comment.choices] == [
        ("Trondheim", "byen", ""),
        ("121", None, "står i avisen"),
        ("Kari Nordmann", None, "en kjent forfatter"),
    ]


def test_of_two_who_decide_the_second_is_told(round_):
    comment = closed(round_)
    seen = commented.mark(comment)
    released(comment)
    with pytest.raises(commented.Moved):
        commented.withhold(OTHER, comment, "Nei", seen=seen, now=NOW)
    comment.refresh_from_db()
    assert comment.released
    assert not comment.withheld


def test_a_decision_is_undone_before_publication_and_not_after(round_):
    comment = closed(round_)
    released(comment)
    comment.refresh_from_db()
    commented.undo(OTHER, comment, seen=commented.mark(comment), now=NOW)
    comment.refresh_from_db()
    assert (comment.released, comment.decided, comment.choices) == ("", None, [])
    with pytest.raises(BadInput, match="2 texts"):
        commented.publish(ANALYST, round_, now=NOW)
    for one in commented.in_round(round_):
        commented.withhold(ANALYST, one, "Nei", seen=commented.mark(one), now=NOW)
    commented.publish(ANALYST, round_, now=NOW)
    for one in commented.in_round(round_):
        with pytest.raises(commented.Moved):
            commented.undo(ANALYST, one, seen=commented.mark(one), now=NOW)


def test_a_text_written_anew_is_searched_and_the_units_own_stays(round_):
    comment = closed(round_)
    commented.rewrite(ANALYST, comment, "Vi i Trondheim gjorde det.", seen=commented.mark(comment), now=NOW)
    comment.refresh_from_db()
    assert [one.trace.text for one in choices(comment)] == ["Trondheim"]
    released(comment)
    comment.refresh_from_db()
    assert (comment.text, comment.released) == (TELLING, "Vi i [sted] gjorde det.")


# The pages


@pytest.fixture
def people(make_user, enter):
    places = {"adviser": OURS, "leader": OURS, "analyst": ""}
    return {role: enter(make_user(role, place, name=role)) for role, place in places.items()}


WRITE = {"year": 2025, "unit": OURS}


def test_an_adviser_types_and_a_leader_sends(round_, people):
    opened(round_)
    here = reverse("returns:write_comments", kwargs=WRITE)
    assert "Trondheim" in people["adviser"].get(reverse("returns:comments")).content.decode()
    typed = {"seen": 0, "q1": TELLING, "q2": "", "do": "save"}
    page = people["adviser"].post(here, typed, follow=True)
    assert page.redirect_chain[-1][0].endswith("?lagret=save")
    html = page.content.decode()
    assert "«Trondheim» er et stedsnavn (Trondheim)." in html
    assert "«121» er det samme som et tall om enheten" in html
    assert people["adviser"].post(here, {**typed, "seen": 1, "do": "send"}).status_code == 403
    assert people["leader"].post(here, {**typed, "seen": 1, "do": "send"}).status_code == 302
    sender = Commenter.objects.get(of__unit=OURS)
    assert str(sender.sent_by) == "Leader"
    assert "Sendt inn" in people["adviser"].get(here).content.decode()


def test_who_saved_from_an_older_page_sees_both_texts(round_, people):
    opened(round_)
    here = reverse("returns:write_comments", kwargs=WRITE)
    people["leader"].post(here, {"seen": 0, "q1": "Lederens tekst", "do": "save"})
    page = people["adviser"].post(here, {"seen": 0, "q1": "Rådgiverens tekst", "do": "save"})
    html = page.content.decode()
    assert page.status_code == 409
    assert "Lederens tekst" in html
    assert "Rådgiverens tekst" in html
    assert 'name="seen" value="1"' in html
    assert people["adviser"].post(here, {"seen": 1, "q1": "Begges", "do": "save"}).status_code == 302


def test_a_text_that_is_too_long_is_not_lost(round_, people):
    opened(round_)
    page = people["adviser"].post(
        reverse("returns:write_comments", kwargs=WRITE), {"seen": 0, "q1": "x" * 4001, "do": "save"}
    )
    assert page.status_code == 400
    assert "x" * 4001 in page.content.decode()


def test_nobody_but_the_unit_reads_a_text_before_it_is_closed(round_, people, make_user, enter):
    opened(round_)
    written(round_, texts={1: "Hemmelig ennå"})
    here = reverse("returns:write_comments", kwargs=WRITE)
    assert enter(make_user("adviser", THEIRS)).get(here).status_code == 404
    assert people["analyst"].get(here).status_code == 403
    page = people["analyst"].get(reverse("returns:comment_round", args=[2025]))
    assert "Hemmelig" not in page.content.decode()
    assert people["analyst"].get(reverse("returns:comment", args=[2025, 1, 1])).status_code == 404


def test_an_analyst_answers_every_trace_on_the_page_and_releases(round_, people):
    comment = closed(round_)
    number = Commenter.objects.get(of__unit=OURS).number
    here = reverse("returns:comment", args=[2025, number, 1])
    html = people["analyst"].get(here).content.decode()
    assert html.count('<mark class="trace">') == 3
    assert OURS not in html
    seen = commented.mark(comment)
    page = people["analyst"].post(here, {"seen": seen, "do": "release", "do_0": "keep", "reason_0": "kjent"})
    html = page.content.decode()
    assert page.status_code == 400
    assert "«Trondheim» røper hvem teksten er fra og kan ikke stå: bytt det ut." in html
    assert html.count("velg om det skal byttes ut eller kan stå") == 4, "beside each place and at the top"
    answers = {"do_0": "replace", "instead_0": "Bergen", "do_1": "replace", "instead_1": "mange", "do_2": "keep"}
    page = people["analyst"].post(here, {"seen": seen, "do": "release", **answers, "reason_2": "oppdiktet"})
    assert "Den endrede teksten har «Bergen» i seg" in page.content.decode()
    answers |= {"instead_0": "byen", "reason_2": "oppdiktet"}
    page = people["analyst"].post(here, {"seen": seen, "do": "release", **answers})
    assert page.status_code == 302
    html = people["analyst"].get(here).content.decode()
    assert "Vi i byen sendte mange deltakere til Kari Nordmann." in html
    assert "Frigitt av Analyst" in html
    again = people["analyst"].post(here, {"seen": seen, "do": "withhold", "withheld": "Nei"}, follow=True)
    assert "Noen andre har bestemt noe om teksten" in again.content.decode()


@pytest.mark.parametrize(("lang", "said"), [("nb", "Kommune"), ("nn", "Kommune"), ("en", "Municipality")])
def test_what_is_released_is_shown_and_taken_out_in_each_language(round_, people, lang, said):
    comment = closed(round_)
    released(comment)
    number = Commenter.objects.get(of__unit=OURS).number
    html = people["analyst"].get(reverse("returns:comments_preview", args=[2025]), {"sprak": lang}).content.decode()
    assert f"<dt>{said} {number}</dt>" in html
    assert QUESTIONS[0][lang] in html
    csv = people["analyst"].get(reverse("returns:comments_file", args=[2025, "csv"]), {"sprak": lang})
    assert csv.content.decode("utf-8-sig").splitlines()[1] == (
        f'"1";"{QUESTIONS[0][lang]}";"{said} {number}";"Vi i [sted] sendte [antall] deltakere til [navn]."'
    )
    page = people["analyst"].get(reverse("returns:comments_file", args=[2025, "html"]), {"sprak": lang})
    assert f'<html lang="{lang}">' in page.content.decode()
    assert people["analyst"].get(reverse("returns:comments_file", args=[2025, "json"])).status_code == 404


def test_a_formula_in_a_comment_is_no_formula_in_the_file(round_, people):
    opened(round_)
    written(round_, texts={1: "=SUM(A1)"})
    commented.send(LEADER, of(round_), seen=1, now=NOW, today=TODAY)
    commented.close(ANALYST, round_, now=NOW)
    comment = commented.in_round(round_).get()
    commented.release(
        ANALYST,
        comment,
        [Choice(one.trace, None, "en formel") for one in choices(comment)],
        seen=commented.mark(comment),
        now=NOW,
    )
    csv = people["analyst"].get(reverse("returns:comments_file", args=[2025, "csv"])).content.decode("utf-8-sig")
    assert '''"'=SUM(A1)"''' in csv


def test_the_analysts_pages_lead_from_questions_to_publication(round_, people):
    analyst = people["analyst"]
    html = analyst.get(reverse("returns:questions", args=[2025])).content.decode()
    assert "Dette er forslag" in html
    posted = {"seen": 0, "nb_1": "Hva virker?", "nn_1": "Kva verkar?"}
    page = analyst.post(reverse("returns:questions", args=[2025]), posted)
    assert "Spørsmålet mangler på dette språket." in page.content.decode()
    assert analyst.post(reverse("returns:questions", args=[2025]), posted | {"en_1": "What?"}).status_code == 302
    conflict = analyst.post(reverse("returns:questions", args=[2025]), posted | {"en_1": "Which?"})
    assert conflict.status_code == 409
    day = timezone.localdate() + timedelta(days=5)
    here = reverse("returns:open_comments", args=[2025])
    assert analyst.post(here, {"closes": f"{day:%d.%m.%Y}", "who": "some"}).status_code == 400
    analyst.post(here, {"closes": f"{day:%d.%m.%Y}", "who": "some", "units": [OURS]})
    assert Commenter.objects.get().of.unit == OURS
    again = analyst.post(here, {"closes": f"{day:%d.%m.%Y}", "who": "all"}, follow=True)
    assert "Noen har gjort dette allerede" in again.content.decode()
    late = day + timedelta(days=5)
    analyst.post(reverse("returns:prolong_comments", args=[2025]), {"closes": f"{late:%d.%m.%Y}"})
    assert commented.begun(round_).closes == late
    written(round_, texts={1: "Vi gjorde det vi kunne."})
    commented.send(LEADER, of(round_), seen=1, now=NOW, today=TODAY)
    analyst.post(reverse("returns:close_comments", args=[2025]))
    html = analyst.get(reverse("returns:comment_round", args=[2025])).content.decode()
    assert re.search(r"Kommune 1.*ikke avgjort", html, re.DOTALL)
    analyst.post(reverse("returns:publish_comments", args=[2025]))
    assert commented.begun(round_).published is None
    comment = commented.in_round(round_).get()
    released(comment)
    analyst.post(reverse("returns:publish_comments", args=[2025]))
    told = json.loads(analyst.get(reverse("returns:comments_file", args=[2025, "json"])).content)
    assert told["questions"][0]["answers"] == [{"unit": 1, "text": "Vi gjorde det vi kunne."}]
