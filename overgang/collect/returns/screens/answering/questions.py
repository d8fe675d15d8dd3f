"""What stands at each question of the form: its text, what was typed, what the register says, what the checks say."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from overgang.access.texts import texts
from overgang.base.text import plural, short_day
from overgang.collect.returns.annual_return import AnnualReturn, examined, read_return
from overgang.collect.returns.answer import State, sentences
from overgang.collect.returns.checks import Finding, Result, in_words
from overgang.collect.returns.interval import Interval
from overgang.collect.returns.keeping import place
from overgang.collect.returns.questionnaire import Item
from overgang.collect.returns.screens.answering.found import About

NAMED = 4
"""Questions that are named where a check waits for many; the others are counted."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A check that fails, at its question. `explanation`: what was typed; None where there is nothing to explain."""

    place: str
    sentence: str
    hard: bool
    explanation: str | None = None

    @property
    def id(self) -> str:
        return "why-" + re.sub(r"[^0-9a-z]+", "-", self.place.lower())

    @property
    def open(self) -> bool:
        return self.explanation is not None and not self.explanation.strip()


@dataclass(frozen=True, slots=True)
class Question:
    """`register` and `last`: sentences about the same number elsewhere; `number`: the register's, where it is known,
    and `same` whether the answer is that. `fault`: why the text is no answer. `waits`: what cannot be checked yet."""

    item: Item
    label: str
    text: str
    help: str
    base: str
    raw: str
    state: State | None
    register: str
    last: str
    number: str
    same: bool
    fault: str
    remarks: tuple[Remark, ...]
    waits: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def invalid(self) -> bool:
        return bool(self.fault) or any(remark.hard for remark in self.remarks)

    @property
    def use(self) -> bool:
        """Whether the register's number can be put in the place of what was typed."""
        return bool(self.number) and not self.same

    @property
    def dont_know(self) -> bool:
        return self.state is State.DONT_KNOW

    @property
    def missing(self) -> bool:
        return self.item.required and self.state is State.BLANK


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole form, group by group."""

    groups: Sequence[tuple[str, Sequence[Question]]]

    @property
    def questions(self) -> list[Question]:
        return [question for _, questions in self.groups for question in questions]

    @property
    def remains(self) -> list[str]:
        """What is still to be done, counted."""
        found = self.questions
        counts = {
            "to_mend": sum(question.invalid and not question.missing for question in found),
            "to_explain": sum(remark.open for question in found for remark in question.remarks),
            "unanswered": sum(question.missing for question in found),
        }
        t = texts()
        return [
            f"{n} {plural(n, t(f'answering.{what}_one'), t(f'answering.{what}_many'))}"
            for what, n in counts.items()
            if n
        ]

    @property
    def to_do(self) -> list[tuple[str, str]]:
        """A link and a sentence for each thing that stands in the way of sending."""
        t, rows = texts(), []
        for question in self.questions:
            if question.fault:
                rows.append((f"q-{question.id}", f"{question.id} {question.label}: {question.fault}"))
            for remark in question.remarks:
                if remark.hard:
                    rows.append((f"q-{question.id}", f"{question.id} {question.label}: {remark.sentence}"))
                elif remark.open:
                    says = t("answering.explanation_missing", says=remark.sentence)
                    rows.append((remark.id, f"{question.id} {question.label}: {says}"))
        return rows


def prefilled(about: About) -> dict[str, str]:
    """What the register knows exactly, as somebody would type it."""
    return {id: str(known.low) for id, known in about.beside.register.items() if known.known}


def sheet(about: About, raws: Mapping[str, str], explained: Mapping[str, str], *, strict: bool = False) -> Sheet:
    """The form with what was typed in it. `strict`: it is also said where an answer is missing."""
    asked, lang = about.asked, about.lang
    given = read_return(asked, about.of.unit, {item.id: raws.get(item.id, "") for item in asked.items})
    found = examined(asked, given, about.beside)
    remarks, waits = _remarks(about, given, found, explained), _waits(about, given, found)
    questions: dict[str, list[Question]] = {group.id: [] for group in asked.groups}
    for item in asked.items:
        fault = _fault(given, item, lang, strict=strict)
        known = about.beside.register.get(item.id)
        raw = raws.get(item.id, "")
        same = known is not None and known.known and given.known(item.id) == known
        questions[item.group].append(
            Question(
                item=item,
                label=item.label[lang],
                text=item.text[lang],
                help=item.help.get(lang, ""),
                base=texts(lang)(f"return_base.{item.base}"),
                raw=raw,
                state=given.answer(item.id).state if item.id not in given.unread else None,
                register=_register(about, known),
                last=_last(about, item),
                number=str(known.low) if known is not None and known.known else "",
                same=same,
                fault=fault,
                remarks=tuple(remarks[item.id]),
                waits=tuple(waits[item.id]),
            )
        )
    labels = {group.id: group.label[lang] for group in asked.groups}
    return Sheet([(labels[id], rows) for id, rows in questions.items()])


def home(about: About, finding: Finding) -> str:
    """The question a finding stands at: the last it is about, where all of it has been answered."""
    order = [item.id for item in about.asked.items]
    return max(finding.items, key=order.index)


def _remarks(
    about: About, given: AnnualReturn, found: Sequence[Finding], explained: Mapping[str, str]
) -> Mapping[str, list[Remark]]:
    """What fails; where a hard check fails, a soft one about the same answers only adds what may have happened.

    Of what has no answer yet only its absence is said.
    """
    rows: dict[str, list[Remark]] = defaultdict(list)
    answered = {item.id for item in about.asked.items if given.answer(item.id).state is not State.BLANK}
    failed = [
        one
        for one in found
        if one.result is Result.FAILED and one.check.scope == "return" and answered.intersection(one.items)
    ]
    stopped = {frozenset(one.items) for one in failed if one.check.hard}
    for one in failed:
        hint = one.check.hard or frozenset(one.items) in stopped
        explanation = None if hint else str(explained.get(place(one), ""))
        rows[home(about, one)].append(Remark(place(one), one.sentence(about.lang), one.check.hard, explanation))
    return rows


def _waits(about: About, given: AnnualReturn, found: Sequence[Finding]) -> Mapping[str, list[str]]:
    """Which answers the checks at a question wait for, once it is answered itself."""
    missing: dict[str, set[str]] = defaultdict(set)
    unknown: dict[str, set[str]] = defaultdict(set)
    for one in found:
        at = home(about, one) if one.items else ""
        if one.result is not Result.UNKNOWN or len(one.items) < 2 or given.answer(at).state is State.BLANK:
            continue
        for id in one.items:
            if given.answer(id).state is State.DONT_KNOW:
                unknown[at].add(id)
            elif id in given.unread or given.answer(id).state is State.BLANK:
                missing[at].add(id)
    t, rows = texts(), defaultdict(list)
    for key, groups in (("waits_missing", missing), ("waits_unknown", unknown)):
        for at, ids in groups.items():
            rows[at].append(
                t(f"answering.{key}", items=_listed([item.id for item in about.asked.items if item.id in ids]))
            )
    return rows


def _listed(ids: Sequence[str]) -> str:
    """ "4", "2 og 4", "4, 7a, 7b, 7c og 3 til"."""
    t = texts()
    named, rest = ids[:NAMED], len(ids) - NAMED
    last = t("answering.more", n=rest) if rest > 0 else named.pop()
    return f"{', '.join(named)} {t('answering.and')} {last}" if named else last


def _fault(given: AnnualReturn, item: Item, lang: str, *, strict: bool) -> str:
    if item.id in given.unread:
        return given.unread[item.id].sentence(lang)
    if strict and item.required and given.answer(item.id).state is State.BLANK:
        return sentences()["blank"][lang]
    return ""


def _register(about: About, known: Interval | None) -> str:
    if known is None:
        return ""
    day = short_day(about.of.round.as_of)
    return texts()("answering.register", day=day, number=in_words(known, about.lang))


def _last(about: About, item: Item) -> str:
    known = about.beside.last.get(item.id)
    if known is None or item.kind == "text":
        return ""
    return texts()("answering.last", number=in_words(known, about.lang))
