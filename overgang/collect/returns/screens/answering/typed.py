"""What a form that was sent holds: the text of each question, and of each explanation, as they were typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from overgang.collect.returns.annual_return import examined, read_return
from overgang.collect.returns.keeping import place
from overgang.collect.returns.screens.answering.found import About
from overgang.collect.returns.screens.answering.questions import prefilled

QUESTION, EXPLANATION = "q-", "why:"
"""Before the id of a question, and before the place of a finding, in the names of fields."""
LONGEST = 9


@dataclass(frozen=True, slots=True)
class Typed:
    """`raws` by item, `explained` by place. `seen`: how often the draft had been saved when the page was opened."""

    raws: Mapping[str, str]
    explained: Mapping[str, str]
    seen: int


def stored(about: About) -> Typed:
    """What the form shows when it is opened: the draft, or what the register knows."""
    draft = about.draft
    if draft is None or not draft.typed:
        return Typed(prefilled(about), {}, draft.saved if draft else 0)
    return Typed(draft.typed, draft.explained, draft.saved)


def typed(about: About, sent: Mapping[str, str]) -> Typed:
    """What was sent, over what is stored: a field that was not on the page is left as it is."""
    before = stored(about)
    known = {item.id: before.raws.get(item.id, "") for item in about.asked.items}
    raws = {id: _text(sent[f"{QUESTION}{id}"]) if f"{QUESTION}{id}" in sent else raw for id, raw in known.items()}
    do, _, item = sent.get("do", "").partition(":")
    if do == "dont_know" and item in raws:
        raws[item] = "00"
    if do == "use" and item in raws:
        raws[item] = prefilled(about).get(item, raws[item])
    given = read_return(about.asked, about.of.unit, raws)
    places = {place(finding) for finding in examined(about.asked, given, about.beside)}
    explained = {at: _text(sent[f"{EXPLANATION}{at}"]) for at in sorted(places) if f"{EXPLANATION}{at}" in sent}
    return Typed(raws, {**before.explained, **explained}, _seen(sent))


def _seen(sent: Mapping[str, str]) -> int:
    said = sent.get("seen", "")
    return int(said) if said.isdecimal() and len(said) <= LONGEST else -1


def _text(value: str) -> str:
    """As it was typed, but for the one sign that no database keeps. Browsers send a line's end as two signs."""
    return value.replace("\x00", "\ufffd").replace("\r\n", "\n")
