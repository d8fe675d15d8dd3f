"""The only way into the stored returns. Each act is one transaction, is logged, and starts from a state it may start
from: sent twice, by two people or by a double click, it is done once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.log import Entry
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.register.record import writing
from overgang.collect.returns import mail
from overgang.collect.returns.annual_return import ALONE, AnnualReturn, Beside, examined, may_be_sent, read_return
from overgang.collect.returns.answer import BLANK, Kind
from overgang.collect.returns.answer import Answer as Given
from overgang.collect.returns.beside import beside_of, besides_when_sent, kept
from overgang.collect.returns.checks import Finding, Result
from overgang.collect.returns.classification import WRONG, reporting
from overgang.collect.returns.models import Answer, Return, Round, Step, Version
from overgang.collect.returns.questionnaire import Questionnaire, questionnaire
from overgang.collect.returns.reading import counted
from overgang.collect.returns.states import (
    ACCEPTED,
    AWAITING,
    CONTACTED,
    DONE,
    DRAFT,
    FLAGGED,
    INVITED,
    NO_RESPONSE,
    OPENED,
    REMARKED,
    SENT,
    WITH_DIRECTORATE,
    WITH_UNIT,
    may_follow,
)

CONTACT, CORRECTED, REOPENED, IMPORTED, REPLACED = "contact", "corrected", "reopened", "imported", "replaced"
"""What a step can be beside a state."""


class Moved(Exception):
    """The return is no longer where this act begins; `of` is it as it is now."""

    def __init__(self, of: Return) -> None:
        super().__init__(f"the return of {of.unit} for {of.round_id} is {of.state}")
        self.of = of


class Stale(Exception):
    """Somebody saved the draft after this page was opened; `draft` is it as it is stored."""

    def __init__(self, draft: Version) -> None:
        super().__init__(f"draft {draft.number} was saved {draft.saved} times")
        self.draft = draft


class Late(Exception):
    """The round is closed for this unit."""


@dataclass
class NotReady(Exception):
    """What must be mended or explained before the return can be sent. `unexplained`: soft checks without a text."""

    failed: Sequence[Finding]
    unexplained: Sequence[Finding]


def open_round(
    actor: Actor,
    *,
    year: int,
    as_of: date,
    opens: date,
    closes: date,
    frame: Mapping[str, str],
    now: datetime,
    left_out: Mapping[str, str] | None = None,
) -> Round:
    """A round with its frame: why each unit is asked, and why others are not. Raises BadInput when the year has one,
    or nobody is in it."""
    questionnaire(year)
    if closes < opens:
        raise BadInput(f"The round would close on {closes}, before it opens on {opens}: choose a later last day.")
    if not frame:
        raise BadInput("No unit is in the frame: choose at least one.")
    with writing():
        dates = {"as_of": as_of, "opens": opens, "closes": closes}
        made, new = Round.objects.get_or_create(year=year, defaults=dates | {"left_out": dict(left_out or {})})
        if not new:
            raise BadInput(f"There is a round for {year} already: change its frame or its last day instead.")
        _ask(actor, made, frame, now)
    return made


def ask(actor: Actor, round_: Round, frame: Mapping[str, str], *, now: datetime) -> int:
    """Adds units to the frame of a round; those that are in it stay as they are. Gives how many were added."""
    with writing():
        return _ask(actor, round_, frame, now)


def leave_out(actor: Actor, of: Return, *, reason: str, now: datetime) -> None:
    """Takes a unit out of the frame. Raises BadInput without a reason, Moved when something was typed already."""
    if not reason.strip():
        raise BadInput("A unit is left out for a reason: write it, it stays with the round.")
    with writing():
        round_ = Round.objects.select_for_update().get(pk=of.round_id)
        with _act(of) as held:
            if held.state not in (INVITED, OPENED) or held.versions.exists():
                raise Moved(held)
            round_.left_out = round_.left_out | {held.unit: reason.strip()}
            round_.save(update_fields=["left_out"])
            held.delete()
            log.note(actor, Event.DELETED, f"return:{round_.year}:{held.unit}", reason, now=now)


def reschedule(actor: Actor, round_: Round, *, closes: date, now: datetime) -> None:
    """Another last day for all of a round. Raises BadInput for a day before it opens, or when it is closed."""
    with writing():
        held = Round.objects.select_for_update().get(pk=round_.pk)
        if held.closed:
            raise BadInput("The round is closed: open the returns of single units again instead.")
        if closes < held.opens:
            raise BadInput(f"The round would close on {closes}, before it opens on {held.opens}: choose a later day.")
        held.closes = closes
        held.save(update_fields=["closes"])
        log.note(actor, Event.CHANGED, f"round:{held.year}", closes, now=now)


def opened(actor: Actor, of: Return, *, now: datetime) -> None:
    """Somebody of the unit has the form before them."""
    if of.state == INVITED:
        with _act(of) as held:
            if held.state == INVITED:
                _move(actor, held, OPENED, now)


def save(
    actor: Actor, of: Return, typed: Mapping[str, str], explained: Mapping[str, str], *, seen: int, now: datetime
) -> Version:
    """Keeps what was typed, readable or not. `seen`: how often the draft had been saved when the page was opened.

    Raises Moved when the unit no longer has the return or a leader has it to approve, Stale when somebody else has
    saved it since, and BadInput for an item that is not asked.
    """
    asked = questionnaire(of.round_id)
    for id in typed:
        asked.item(id)
    with _act(of) as held:
        if held.state not in WITH_UNIT or (held.state == AWAITING and not actor.may("approve")):
            raise Moved(held)
        draft = draft_of(held) or Version(of=held, number=_next(held), author_id=actor.user)
        if draft.typed == typed and draft.explained == explained:
            return draft
        if draft.saved != seen:
            raise Stale(draft)
        draft.typed, draft.explained = dict(typed), dict(explained)
        draft.saved += 1
        draft.saved_at = now
        draft.author_id = actor.user
        draft.save()
        if held.state not in (DRAFT, AWAITING):
            _move(actor, held, DRAFT, now, draft)
    return draft


def hand_in(actor: Actor, of: Return, *, seen: int, now: datetime, today: date) -> Version:
    """From an adviser to the leader. Raises as `approve` does."""
    with _act(of) as held:
        draft = _ready(held, (DRAFT,), seen, today, beside_of(held))
        _move(actor, held, AWAITING, now, draft)
    return draft


def take_back(actor: Actor, of: Return, *, now: datetime, note: str = "") -> None:
    """Back to a draft: an adviser wants it again, or a leader does not approve (`note` says why)."""
    with _act(of) as held:
        if held.state != AWAITING:
            raise Moved(held)
        _move(actor, held, DRAFT, now, note=note)


def approve(actor: Actor, of: Return, *, number: int, seen: int, now: datetime, today: date) -> Version:
    """A leader sends version `number`: it counts from now on. Sent again, it is given back as it is.

    Raises Moved, Stale, Late, or NotReady with everything that must be mended or explained first; nothing is sent then.
    """
    with _act(of) as held:
        if held.current and held.current.number == number and held.state not in WITH_UNIT:
            return held.current
        beside = beside_of(held)
        draft = _ready(held, (DRAFT, AWAITING), seen, today, beside)
        draft.approver_id = actor.user
        _send(actor, held, draft, given_in(draft), beside, now)
    return draft


def correct(actor: Actor, of: Return, typed: Mapping[str, str], *, reason: str, number: int, now: datetime) -> Version:
    """A new version by whoever follows up: `typed` in place of those answers of version `number`, with the reason.

    Raises Moved when another version counts by now or it is accepted, BadInput without a reason, with nothing changed
    or with a text that is no answer, and NotReady when it would fail a hard check that it passed before.
    """
    if not reason.strip():
        raise BadInput("A correction needs its reason: who told it, and what was wrong.")
    with _act(of) as held:
        if held.current is None or held.state not in WITH_DIRECTORATE or held.current.number != number:
            raise Moved(held)
        before, beside = given_in(held.current), beside_of(held)
        raws = {item.id: before.answer(item.id).raw for item in _asked(held).items} | dict(typed)
        given = read_return(_asked(held), held.unit, raws)
        if unread := [text.sentence("en") for text in given.unread.values()]:
            raise BadInput(" ".join(unread))
        if all(given.answer(id) == before.answer(id) for id in typed):
            raise BadInput("Nothing is changed: write the right number in place of the wrong one.")
        failed = {place(finding) for finding in _hard(before, beside)}
        if new := [finding for finding in _hard(given, beside) if place(finding) not in failed]:
            raise NotReady(new, [])
        version = Version(of=held, number=_next(held), author_id=actor.user, reason=reason[:1000])
        version.explained = held.current.explained
        _send(actor, held, version, given, beside, now, CORRECTED)
    return version


def take_in(actor: Actor, of: Return, given: AnnualReturn, *, reason: str, now: datetime) -> Version:
    """A return that was answered elsewhere (a survey tool) as a new version; where it says what is known already,
    nothing is done. What the unit had typed so far is kept in the history.

    Raises Moved when the return is accepted by now, and BadInput for an answer that cannot be read.
    """
    if given.unread:
        raise BadInput(" ".join(text.sentence("en") for text in given.unread.values()))
    with _act(of) as held:
        if held.current and same_answers(given_in(held.current), given):
            return held.current
        if held.state in DONE:
            raise Moved(held)
        draft = draft_of(held)
        version = draft or Version(of=held, number=_next(held))
        if draft and draft.typed:
            typed = "; ".join(f"{id}={raw}" for id, raw in draft.typed.items())
            _step(actor, held, REPLACED, now, draft, note=typed)
        version.author_id, version.reason = actor.user, reason[:1000]
        _send(actor, held, version, given, beside_of(held), now, IMPORTED)
    return version


def contact(actor: Actor, of: Return, *, channel: str, whom: str = "", note: str, now: datetime) -> None:
    """Notes that the unit was spoken with, by phone, mail or otherwise, and with which role or office."""
    with _act(of) as held:
        if held.state in (SENT, FLAGGED):
            held.state = CONTACTED
            held.save(update_fields=["state"])
        _step(actor, held, CONTACT, now, channel=channel, whom=whom, note=note)


def accept(actor: Actor, of: Return, *, number: int, now: datetime, remark: str = "") -> None:
    """Accepts version `number`, with what remains to be said of it. Raises Moved when another counts by now."""
    with _act(of) as held:
        after = REMARKED if remark.strip() else ACCEPTED
        if held.current is None or held.current.number != number:
            raise Moved(held)
        if held.state != after:
            _move(actor, held, after, now, held.current, remark.strip())


def accept_all(actor: Actor, round_: Round, seen: Mapping[str, int], *, now: datetime) -> int:
    """Accepts the versions that were `seen`, by unit, where nothing is to be followed up; gives how many. Those that
    moved on since stay as they are."""
    with writing():
        rows = Return.objects.select_for_update(of=("self",)).filter(round=round_, unit__in=seen, state=SENT)
        found = [of for of in rows.prefetch_related("current").order_by("unit") if _number(of) == seen[of.unit]]
        Return.objects.filter(pk__in=[of.pk for of in found]).update(state=ACCEPTED)
        steps = [Step(of=of, at=now, by_id=actor.user, what=ACCEPTED, version=of.current) for of in found]
        Step.objects.bulk_create(steps)
        log.write(actor, [_entry(step) for step in steps], now=now)
    return len(found)


def take_back_acceptance(actor: Actor, of: Return, *, number: int, now: datetime) -> None:
    """The acceptance was a slip: the return stands where it stood before. Raises Moved when anything happened since, or
    somebody else accepted it."""
    with _act(of) as held:
        last = held.steps.order_by("pk").last()
        if last is None or last.what not in DONE or last.by_id != actor.user or _number(held) != number:
            raise Moved(held)
        before = held.steps.filter(what__in=(SENT, FLAGGED, CONTACT, CORRECTED, IMPORTED)).order_by("pk").last()
        stood = {CONTACT: CONTACTED, FLAGGED: FLAGGED}.get(before.what if before else "")
        assert held.current is not None
        _move(actor, held, stood or _standing(given_in(held.current), beside_of(held)), now, held.current)


def take_up(actor: Actor, of: Return, *, reason: str, now: datetime) -> None:
    """An accepted return is to be followed up after all. Raises BadInput without a reason."""
    if not reason.strip():
        raise BadInput("A return is taken up again for a reason: write it, the next one who opens it sees it.")
    with _act(of) as held:
        if held.state != FLAGGED:
            _move(actor, held, FLAGGED, now, held.current, reason)


def reopen(actor: Actor, of: Return, *, until: date, reason: str, now: datetime) -> Version:
    """The unit gets its return again, as it was sent, and may send until a day. The version sent counts until then.

    Raises BadInput without a reason, Moved when the unit has it already.
    """
    if not reason.strip():
        raise BadInput("A return is opened again for a reason: write it, the unit sees it.")
    with _act(of) as held:
        if held.state in WITH_UNIT:
            raise Moved(held)
        held.until = until
        held.save(update_fields=["until"])
        draft = draft_of(held) or Version(of=held, number=_next(held), author_id=actor.user, reason=reason[:1000])
        if held.current and not draft.typed:
            draft.typed = {id: answer.raw for id, answer in given_in(held.current).answers.items()}
            draft.explained = held.current.explained
        draft.save()
        _step(actor, held, REOPENED, now, draft, note=reason)
        _move(actor, held, DRAFT, now, draft)
        mail.tell_reopened(actor, held, reason, now=now)
    return draft


def prolong(actor: Actor, of: Return, *, until: date, reason: str, now: datetime) -> None:
    """A unit that has not sent yet may do so until a later day."""
    with _act(of) as held:
        if held.state not in WITH_UNIT:
            raise Moved(held)
        held.until = until
        held.save(update_fields=["until"])
        _step(actor, held, REOPENED, now, note=reason)


def close(actor: Actor, round_: Round, *, now: datetime, today: date) -> int:
    """Closes a round: who has not sent, and has no later day of its own, did not respond; of who got theirs back and
    did not send again, what was sent counts. Gives how many did not respond."""
    count = 0
    with writing():
        Round.objects.filter(pk=round_.pk, closed=None).update(closed=now)
        for of in Return.objects.filter(round=round_, state__in=WITH_UNIT).select_related("current").order_by("pk"):
            if of.until is not None and of.until >= today:
                continue
            if of.current:
                _move(actor, of, _standing(given_in(of.current), beside_of(of)), now, of.current)
            else:
                _move(actor, of, NO_RESPONSE, now)
                count += 1
        log.note(actor, Event.CHANGED, f"round:{round_.year}", now=now)
    return count


def may_send(of: Return, today: date) -> bool:
    """Whether the unit can still send: to the last day of the round, or of its own."""
    return today <= max(of.round.closes, of.until or of.round.closes)


def draft_of(of: Return) -> Version | None:
    return Version.objects.filter(of=of, sent=None).first()


def given_in(version: Version) -> AnnualReturn:
    """What a version says: of one that was sent its answers, of a draft what can be read of it."""
    asked = questionnaire(version.of.round_id)
    if version.sent is None:
        return read_return(asked, version.of.unit, version.typed)
    known = {item.id for item in asked.items}
    raws = {row.item: row.raw for row in version.answers.all() if row.item in known}
    return read_return(asked, version.of.unit, raws)


def same_answers(one: AnnualReturn, other: AnnualReturn) -> bool:
    """Whether two returns of a unit say the same, however it was typed."""
    items = questionnaire(one.year).items
    return all(same_answer(item.kind, one.answer(item.id), other.answer(item.id)) for item in items)


def same_answer(kind: Kind, one: Given, other: Given) -> bool:
    return one.state == other.state and (one.raw == other.raw if kind == "text" else one.value == other.value)


def examine_all(actor: Actor, round_: Round, *, now: datetime) -> int:
    """Returns that came in with a whole register, and so were never looked at, stand where sending would have put them.
    Gives how many are to be followed up."""
    with writing():
        held = Return.objects.select_for_update(of=("self",)).filter(round=round_, state=SENT, steps=None)
        given, beside = counted(round_.year), besides_when_sent(round_.year)
        wrong = [of for of in held.order_by("pk") if _standing(given[of.unit], beside.get(of.unit, ALONE)) == FLAGGED]
        Return.objects.filter(pk__in=[of.pk for of in wrong]).update(state=FLAGGED)
        steps = [Step(of=of, at=now, by_id=actor.user, what=FLAGGED, version_id=of.current_id) for of in wrong]
        Step.objects.bulk_create(steps)
        log.note(actor, Event.CHANGED, f"round:{round_.year}", now=now)
    return len(wrong)


def place(finding: Finding) -> str:
    """What an explanation is kept under: the check and the items it is about."""
    return f"{finding.check.id}:{','.join(finding.items)}"


def _asked(of: Return) -> Questionnaire:
    return questionnaire(of.round_id)


def _hard(given: AnnualReturn, beside: Beside) -> list[Finding]:
    """The hard checks that fail."""
    found = examined(questionnaire(given.year), given, beside)
    return [finding for finding in found if finding.check.hard and finding.result is Result.FAILED]


def _ready(of: Return, states: Sequence[str], seen: int, today: date, beside: Beside) -> Version:
    """The draft, if it may be sent now."""
    draft = draft_of(of)
    if of.state not in states or draft is None:
        raise Moved(of)
    if draft.saved != seen:
        raise Stale(draft)
    if not may_send(of, today):
        raise Late
    found = examined(_asked(of), given_in(draft), beside)
    failed = [finding for finding in found if finding.result is Result.FAILED]
    unexplained = [one for one in failed if not one.check.hard and not str(draft.explained.get(place(one), "")).strip()]
    if not may_be_sent(found) or unexplained:
        raise NotReady([one for one in failed if one.check.hard], unexplained)
    return draft


def _send(
    actor: Actor, of: Return, version: Version, given: AnnualReturn, beside: Beside, now: datetime, what: str = ""
) -> None:
    """The version counts from now on, with its answers as rows."""
    version.sent = now
    version.typed = {}
    version.register = kept(beside)
    version.save()
    answers = {item.id: given.answers.get(item.id, BLANK) for item in _asked(of).items}
    Answer.objects.bulk_create(
        Answer(version=version, item=id, raw=answer.raw, answer=answer.state.value, value=answer.value)
        for id, answer in answers.items()
    )
    of.current = version
    of.state = _standing(given, beside)
    of.save(update_fields=["current", "state"])
    _step(actor, of, what or of.state, now, version, note=version.reason)


def _standing(given: AnnualReturn, beside: Beside) -> str:
    """Where a return stands that was sent: to be followed up when a check fails or its reasons do not fit."""
    asked = questionnaire(given.year)
    failed = any(one.result is Result.FAILED for one in examined(asked, given, beside))
    return FLAGGED if failed or reporting(asked, given.answers).kind in WRONG else SENT


def _ask(actor: Actor, round_: Round, frame: Mapping[str, str], now: datetime) -> int:
    there = set(Return.objects.filter(round=round_).values_list("unit", flat=True))
    if back := frame.keys() & round_.left_out.keys():
        round_.left_out = {unit: why for unit, why in round_.left_out.items() if unit not in back}
        round_.save(update_fields=["left_out"])
    new = [
        Return(round=round_, unit=unit, why=why[:200], added=timezone.localdate(now))
        for unit, why in sorted(frame.items())
        if unit not in there
    ]
    Return.objects.bulk_create(new)
    log.note(actor, Event.CHANGED if there else Event.CREATED, f"round:{round_.year}", now=now)
    return len(new)


def _number(of: Return) -> int:
    """The version that counts; 0 where none does."""
    return of.current.number if of.current else 0


def _next(of: Return) -> int:
    return (of.versions.aggregate(last=Max("number"))["last"] or 0) + 1


@contextmanager
def _act(of: Return) -> Iterator[Return]:
    """The return as it is stored, held so that another act waits. Round and version are read once it is held: joined to
    it, PostgreSQL would give them as they were before the waiting."""
    with writing():
        yield Return.objects.select_for_update().get(pk=of.pk)


def _move(actor: Actor, of: Return, after: str, now: datetime, version: Version | None = None, note: str = "") -> None:
    if not may_follow(of.state, after):
        raise Moved(of)
    of.state = after
    of.save(update_fields=["state"])
    _step(actor, of, after, now, version, note=note)


def _step(
    actor: Actor,
    of: Return,
    what: str,
    now: datetime,
    version: Version | None = None,
    *,
    channel: str = "",
    whom: str = "",
    note: str = "",
) -> None:
    step = Step(of=of, at=now, by_id=actor.user, what=what, version=version, channel=channel, whom=whom, note=note)
    step.save()
    log.write(actor, [_entry(step)], now=now)


def _entry(step: Step) -> Entry:
    content = log.digest(step.what, step.note, step.version.number if step.version else 0)
    return Entry(Event.CHANGED, object=f"return:{step.of.round_id}:{step.of.unit}", content=content)
