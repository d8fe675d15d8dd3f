"""Releasing a comment: every trace is answered by a person, and what must go is gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from overgang.base.errors import BadInput
from overgang.collect.returns.comments.scan import Figure, Trace, clean, scan


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


def release(
    text: str,
    choices: Sequence[Choice],
    *,
    label: str,
    by: str,
    figures: Collection[Figure] = (),
    names: Collection[str] = (),
) -> Released:
    """The text with the choices carried out. Raises BadInput while a trace is open, and for a text that would tell yet.

    The result is searched again: what was put in must not tell either.
    """
    cleaned = clean(text)
    traces = scan(cleaned, figures=figures, names=names)
    chosen = {choice.trace: choice for choice in choices}
    for trace in traces:
        _check(trace, chosen)
    done = cleaned
    for trace in reversed(traces):
        if (instead := chosen[trace].instead) is not None:
            done = done[: trace.start] + instead + done[trace.end :]
    done = clean(done)
    kept = {trace.text for trace in traces if chosen[trace].instead is None}
    for trace in scan(done, figures=figures, names=names):
        if trace.must_go or trace.text not in kept:
            raise BadInput(f"The changed text has «{trace.text}» in it, which would tell whose it is: change it again.")
    return Released(label, done, by, tuple(chosen[trace] for trace in traces))


def _check(trace: Trace, chosen: dict[Trace, Choice]) -> None:
    where = f"«{trace.text}» (from character {trace.start + 1})"
    if trace not in chosen:
        raise BadInput(f"{where} is not answered: replace it, or say why it may stay.")
    if chosen[trace].instead is None:
        if trace.must_go:
            raise BadInput(f"{where} tells whose the text is and cannot stay: replace it.")
        if not chosen[trace].reason.strip():
            raise BadInput(f"{where} is to stay without a reason: say why it may.")
