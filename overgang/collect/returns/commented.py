"""The only way into the comments of a round: questions, what units answer, and what a person decides about each text
before it may be published. Of two who act on the same at once, the second is told and nothing is overwritten.
"""

import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from overgang.access import log
from overgang.access.actor import Actor, units_of
from overgang.access.models import Event, Grant
from overgang.access.ring import ring
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES
from overgang.collect.register.record import writing
from overgang.collect.returns.annual_return import Beside
from overgang.collect.returns.beside import beside_of, when_sent
from overgang.collect.returns.comments import release as releasing
from overgang.collect.returns.comments.numbering import label, numbered
from overgang.collect.returns.comments.scan import Figure, Trace, clean, figures_of, scan
from overgang.collect.returns.keeping import given_in
from overgang.collect.returns.models import Comment, Commenter, CommentRound, Question, Return, Round
from overgang.collect.returns.questionnaire import Texts, questionnaire

SHORTEST = 3
"""Letters of a part of a name that is looked for alone."""


class Moved(Exception):
    """What is asked for no longer begins here: somebody has opened, sent, decided or published it meanwhile."""


class Stale(Exception):
    """Somebody saved after this page was opened."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a unit that its texts must not tell."""

    figures: tuple[Figure, ...]
    names: tuple[str, ...]

    def traces(self, text: str) -> tuple[Trace, ...]:
        """What in a text would tell; `text` is clean."""
        return scan(text, figures=self.figures, names=self.names)


def results_out(actor: Actor, round_: Round, *, now: datetime) -> None:
    """The results of the round are published: its comments may begin."""
    with writing():
        if Round.objects.filter(pk=round_.pk, released=None).update(released=now):
            _log(actor, f"round:{round_.year}", now, "released")


def begun(round_: Round) -> CommentRound:
    """The comments of a round as they stand, not yet stored where nobody has done anything."""
    return CommentRound.objects.filter(round=round_).first() or CommentRound(round=round_)


def ask(actor: Actor, round_: Round, questions: Sequence[Texts], *, seen: int, now: datetime) -> None:
    """The questions, in order, in place of those before. Raises Stale when somebody saved others meanwhile, Moved when
    they are asked already, BadInput for one without a text in every language."""
    for number, texts in enumerate(questions, 1):
        if not all(texts.get(lang, "").strip() for lang in LANGUAGES):
            raise BadInput(f"Question {number} lacks a text: write it in Bokmål, Nynorsk and English.")
    with _act(round_) as held:
        if held.opened:
            raise Moved
        if held.saved != seen:
            raise Stale
        Question.objects.filter(round=round_).delete()
        Question.objects.bulk_create(
            Question(round=round_, number=number, **{lang: texts[lang].strip() for lang in LANGUAGES})
            for number, texts in enumerate(questions, 1)
        )
        held.saved += 1
        held.save()
        _log(actor, _name(round_), now, "questions", [dict(texts) for texts in questions])


def open_(actor: Actor, round_: Round, units: Collection[str], *, closes: date, now: datetime, today: date) -> None:
    """Asks these units. Raises Moved when it is open, and BadInput before the results are out, without a question, or
    for a unit that did not report."""
    with _act(round_) as held:
        if held.opened:
            raise Moved
        if round_.released is None:
            raise BadInput("The results are not published yet: comments begin after that.")
        if not Question.objects.filter(round=round_).exists():
            raise BadInput("There is no question: write one first.")
        if closes < today:
            raise BadInput(f"{closes} is past: choose a later last day.")
        asked = {of.unit: of for of in reported(round_)}
        if not units or (others := sorted(set(units) - set(asked))):
            raise BadInput(f"Choose units that have reported{', not ' + ', '.join(others) if units else ''}.")
        Commenter.objects.bulk_create(Commenter(of=asked[unit]) for unit in sorted(set(units)))
        held.opened, held.closes = now, closes
        held.save()
        _log(actor, _name(round_), now, "opened", sorted(units))


def reported(round_: Round) -> Any:
    """The returns of the units that reported."""
    return Return.objects.filter(round=round_).exclude(current=None).order_by("unit")


def prolong(actor: Actor, round_: Round, *, closes: date, now: datetime) -> None:
    """Another last day, while it is open."""
    with _act(round_) as held:
        if held.opened is None or held.closed:
            raise Moved
        held.closes = closes
        held.save()
        _log(actor, _name(round_), now, "prolonged", closes)


def may_write(round_: CommentRound, today: date) -> bool:
    """Whether units can write: to the last day, and until it is closed."""
    return bool(round_.opened and not round_.closed and round_.closes and today <= round_.closes)


def save(actor: Actor, of: Return, texts: Mapping[int, str], *, seen: int, now: datetime, today: date) -> Commenter:
    """Keeps what a unit writes, by the number of the question. `seen`: how often it had been saved when the page was
    opened. Raises Moved when nothing can be written any more, and Stale."""
    with _act(of.round) as held:
        commenter = Commenter.objects.select_for_update(of=("self",)).get(of=of)
        if commenter.sent or not may_write(held, today):
            raise Moved
        stored = {comment.question.number: comment for comment in _comments(of)}
        texts = {number: text.replace("\r\n", "\n") for number, text in texts.items()}
        changed = {number: text for number, text in texts.items() if text != _text(stored.get(number))}
        if not changed:
            return commenter
        if commenter.saved != seen:
            raise Stale
        for question in Question.objects.filter(round=of.round, number__in=changed):
            comment = stored.get(question.number) or Comment(question=question, of=of)
            comment.text, comment.by_id, comment.at = changed[question.number], actor.user, now
            comment.save()
        commenter.saved += 1
        commenter.save()
        _log(actor, _name(of.round, of.unit), now, "saved", sorted(changed.items()))
    return commenter


def send(actor: Actor, of: Return, *, seen: int, now: datetime, today: date) -> Commenter:
    """A leader sends what is saved; sent twice it is sent once. Raises Moved, Stale, and BadInput without any text."""
    with _act(of.round) as held:
        commenter = Commenter.objects.select_for_update(of=("self",)).get(of=of)
        if commenter.sent:
            return commenter
        if not may_write(held, today):
            raise Moved
        if commenter.saved != seen:
            raise Stale
        if not any(clean(comment.text) for comment in _comments(of)):
            raise BadInput("Nothing is written: answer at least one question.")
        commenter.sent, commenter.sent_by_id = now, actor.user
        commenter.save()
        _log(actor, _name(of.round, of.unit), now, "sent")
    return commenter


def take_back(actor: Actor, of: Return, *, now: datetime, today: date) -> None:
    """The unit wants to change what it sent, while others still write."""
    with _act(of.round) as held:
        commenter = Commenter.objects.select_for_update(of=("self",)).get(of=of)
        if not commenter.sent or not may_write(held, today):
            raise Moved
        commenter.sent = commenter.sent_by = None
        commenter.save()
        _log(actor, _name(of.round, of.unit), now, "taken back")


def close(actor: Actor, round_: Round, *, now: datetime) -> int:
    """All are in: each unit that sent gets its number. What was not sent is nobody's. Gives how many have one."""
    with _act(round_) as held:
        if held.opened is None or held.closed:
            raise Moved
        sent = {one.of.unit: one for one in commenters(round_).exclude(sent=None)}
        for unit, number in numbered(_secret(round_), sent).items():
            sent[unit].number = number
            sent[unit].save(update_fields=["number"])
        held.closed = now
        held.save()
        _log(actor, _name(round_), now, "closed", sorted(sent))
    return len(sent)


def commenters(round_: Round) -> Any:
    """The units that are asked."""
    return Commenter.objects.filter(of__round=round_).select_related("of").order_by("of__unit")


def in_round(round_: Round) -> Any:
    """The texts somebody must decide about, by number and question: of units that sent, where there is a text."""
    found = Comment.objects.filter(question__round=round_).exclude(of__commenter__number=None).exclude(text="")
    return found.select_related("question", "of__commenter", "of__round", "of__current", "decided_by").order_by(
        "of__commenter__number", "question__number"
    )


def working(comment: Comment) -> str:
    """The text that is decided about: as it was written, or as an analyst has written it anew."""
    return clean(comment.rewritten or comment.text)


def mark(comment: Comment) -> str:
    """What tells whether a comment is still as a page showed it."""
    return log.digest(comment.rewritten, comment.released, comment.withheld)[:16]


def known_of(of: Return) -> Known:
    """The names of those who have or had a role at the unit, and the numbers of this year and the last that are
    published or in the register."""
    held = Grant.objects.exclude(place="").values_list("place", flat=True).distinct()
    places = [place for place in held if of.unit in units_of(place)]
    full = Grant.objects.filter(place__in=places).values_list("user__name", flat=True).distinct()
    names = {part for name in full for part in (name, *name.split()) if len(part) >= SHORTEST}
    figures: list[Figure] = []
    if of.current:
        asked, given, beside = questionnaire(of.round_id), given_in(of.current), beside_of(of)
        figures += figures_of(asked, given, Beside({**beside.register, **when_sent(of.current).register}))
        figures += [
            Figure(asked.item(id).label, number.low)
            for id, number in beside.last.items()
            if number.known and id in asked.counts
        ]
    return Known(tuple(figures), tuple(sorted(names)))


def rewrite(actor: Actor, comment: Comment, text: str, *, seen: str, now: datetime) -> None:
    """A text an analyst has written anew, where replacing words is not enough; what the unit wrote stays beside it."""
    with _deciding(comment, seen) as held:
        held.rewritten = "" if text == clean(held.text) else text
        held.save()
        _log(actor, _of(held), now, "rewritten", text)


def release(actor: Actor, comment: Comment, choices: Sequence[releasing.Choice], *, seen: str, now: datetime) -> None:
    """Releases a text with every trace answered. Raises Moved, and Unfit with nothing changed."""
    with _deciding(comment, seen) as held:
        known = known_of(held.of)
        done = releasing.release(
            working(held),
            choices,
            label=label(held.of.commenter.number, "nb"),
            by=actor.name,
            figures=known.figures,
            names=known.names,
        )
        if not done.text:
            raise BadInput("Nothing is left of the text: withhold it instead.")
        held.released, held.withheld = done.text, ""
        held.choices = [_told(choice) for choice in done.choices]
        _decided(actor, held, now, "released")


def withhold(actor: Actor, comment: Comment, reason: str, *, seen: str, now: datetime) -> None:
    """A text that is not published, and why. Raises Moved, and BadInput without a reason."""
    if not reason.strip():
        raise BadInput("A text is withheld for a reason: write it.")
    with _deciding(comment, seen) as held:
        held.released, held.withheld, held.choices = "", reason.strip()[:500], []
        _decided(actor, held, now, "withheld")


def undo(actor: Actor, comment: Comment, *, seen: str, now: datetime) -> None:
    """Takes back what was decided about a text, while nothing is published."""
    with _deciding(comment, seen, decided=True) as held:
        held.released = held.withheld = ""
        held.choices, held.decided, held.decided_by = [], None, None
        held.save()
        _log(actor, _of(held), now, "undone")


def publish(actor: Actor, round_: Round, *, now: datetime) -> None:
    """Nothing changes any more: what is released may go into an edition. Raises BadInput while a text is open."""
    with _act(round_) as held:
        if held.closed is None or held.published:
            raise Moved
        if left := in_round(round_).filter(decided=None).count():
            raise BadInput(f"{left} texts are not decided yet: release or withhold each.")
        held.published = now
        held.save()
        _log(actor, _name(round_), now, "published", as_published(round_))


def as_published(round_: Round) -> dict[str, Any]:
    """The questions with what is released of the answers, by number, and nothing else: what an edition takes."""
    released: dict[int, list[dict[str, Any]]] = {}
    for comment in in_round(round_).exclude(released=""):
        told = {"unit": comment.of.commenter.number, "text": comment.released}
        released.setdefault(comment.question.number, []).append(told)
    return {
        "year": round_.year,
        "questions": [
            {
                "number": question.number,
                "text": {lang: getattr(question, lang) for lang in LANGUAGES},
                "answers": released.get(question.number, []),
            }
            for question in Question.objects.filter(round=round_).order_by("number")
        ],
    }


def _comments(of: Return) -> Any:
    return Comment.objects.filter(of=of).select_related("question").order_by("question__number")


def _text(comment: Comment | None) -> str:
    return comment.text if comment else ""


def _told(choice: releasing.Choice) -> dict[str, Any]:
    trace = choice.trace
    told = {"start": trace.start, "end": trace.end, "text": trace.text, "signs": [sign.kind for sign in trace.signs]}
    return told | {name: value for name, value in asdict(choice).items() if name != "trace"}


def _secret(round_: Round) -> bytes:
    """Of the round, from the key ring: without it nobody learns a unit from its number."""
    return hmac.digest(ring().pseudonym, f"comments of {round_.year}".encode(), "sha256")


@contextmanager
def _act(round_: Round) -> Iterator[CommentRound]:
    """The comments of a round as they are stored, held so that another act waits."""
    with writing():
        CommentRound.objects.get_or_create(round_id=round_.pk)
        yield CommentRound.objects.select_for_update().get(round_id=round_.pk)


@contextmanager
def _deciding(comment: Comment, seen: str, *, decided: bool = False) -> Iterator[Comment]:
    """A text about which something may be decided: closed, not published, and as the page showed it."""
    with _act(comment.question.round) as round_:
        held = in_round(comment.question.round).get(pk=comment.pk)
        if not round_.closed or round_.published or bool(held.decided) != decided or mark(held) != seen:
            raise Moved
        yield held


def _decided(actor: Actor, comment: Comment, now: datetime, what: str) -> None:
    comment.decided, comment.decided_by_id = now, actor.user
    comment.save()
    _log(actor, _of(comment), now, what, [comment.released, comment.withheld, comment.choices])


def _name(round_: Round, unit: str = "") -> str:
    return ":".join(filter(None, ("comments", str(round_.year), unit)))


def _of(comment: Comment) -> str:
    return f"{_name(comment.question.round)}:{comment.of.commenter.number}.{comment.question.number}"


def _log(actor: Actor, what: str, now: datetime, *content: object) -> None:
    log.note(actor, Event.CHANGED, what, *content, now=now)
