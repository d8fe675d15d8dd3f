"""Releasing a comment: every trace is answered by a person, and what must go is gone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from overgang.base.errors import BadInput
from overgang.collect.returns.comments.scan import Figure, Trace, clean, scan

OPEN, MUST_GO, NO_REASON, STILL = "open", "must_go", "no_reason", "still"
SENTENCES = {
    OPEN: "«{text}» (from character {at}) is not answered: replace it, or say why it may stay.",
    MUST_GO: "«{text}» (from character {at}) tells whose the text is and cannot stay: replace it.",
    NO_REASON: "«{text}» (from character {at}) is to stay without a reason: say why it may.",
    STILL: "The changed text has «{text}» in it, which would tell whose it is: change it again.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decided about a trace: what stands in its place, or, with `instead` None, why it may stay."""

    trace: Trace
    instead: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """A text that may be published, who released it, and everything that was decided about it."""

    label: str
    text: str
    by: str
    choices: tuple[Choice, ...]


class Unfit(BadInput):
    """A text that cannot be released: `faults` names each trace and what is wrong with it."""

    def __init__(self, faults: Sequence[tuple[Trace, str]]) -> None:
        super().__init__(" ".join(SENTENCES[why].format(text=one.text, at=one.start + 1) for one, why in faults))
        self.faults = tuple(faults)


def release(
    text: str,
    choices: Sequence[Choice],
    *,
    label: str,
    by: str,
    figures: Collection[Figure] = (),
    names: Collection[str] = (),
) -> Released:
    """The text with the choices carried out. Raises Unfit while a trace is open, and for a text that would tell yet.

    The result is searched again: what was put in must not tell either.
    """
    cleaned = clean(text)
    traces = scan(cleaned, figures=figures, names=names)
    chosen = {choice.trace: choice for choice in choices}
    if faults := [(trace, why) for trace in traces for why in _wrong(trace, chosen.get(trace))]:
        raise Unfit(faults)
    done = cleaned
    for trace in reversed(traces):
        if (instead := chosen[trace].instead) is not None:
            done = done[: trace.start] + instead + done[trace.end :]
    done = clean(done)
    kept = {trace.text for trace in traces if chosen[trace].instead is None}
    left = scan(done, figures=figures, names=names)
    if told := [(trace, STILL) for trace in left if trace.must_go or trace.text not in kept]:
        raise Unfit(told)
    return Released(label, done, by, tuple(chosen[trace] for trace in traces))


def _wrong(trace: Trace, choice: Choice | None) -> Iterator[str]:
    if choice is None:
        yield OPEN
    elif choice.instead is None:
        if trace.must_go:
            yield MUST_GO
        elif not choice.reason.strip():
            yield NO_REASON
