"""docs/questionnaires/, made from the data: `python -m overgang.collect.returns.manual docs/questionnaires`."""

import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from overgang.base.text import LANGUAGES
from overgang.collect.returns.checks import checks
from overgang.collect.returns.questionnaire import Item, Questionnaire, questionnaire, years

MADE = (
    "Made by `python -m overgang.collect.returns.manual docs/questionnaires` from the files in "
    "`overgang/collect/returns/questionnaires`; do not edit.\n"
)
BASES = {
    "participants": "all participants in the year",
    "stock": "those in the programme",
    "exits": "all who ended in the year",
    "completed": "those who completed",
    "none": "no persons",
}
KINDS = {"count": "whole number", "percent": "whole percent", "text": "free text"}
WHAT = {
    "text": "text",
    "label": "label",
    "help": "help",
    "base": "base",
    "kind": "kind of answer",
    "required": "must be answered",
    "reasons": "end reasons",
    "register": "count of the register",
    "group": "group",
}
"""The fields of an item that may change from one year to another, as the page of changes calls them."""


def pages() -> Mapping[str, str]:
    """All pages by file name."""
    asked = tuple(questionnaire(year) for year in years())
    return {f"{one.year}.md": page(one) for one in asked} | {"changes.md": changes(asked)}


def page(asked: Questionnaire) -> str:
    """The questionnaire of a year as it is asked, and what is done with the answers."""
    parts = [f"# {asked.title['nb']}\n\n{asked.title['en']}. {MADE}"]
    parts += [_instructions(asked), *(_group(asked, group.id) for group in asked.groups), _checks(asked)]
    return "\n".join(parts)


def changes(asked: tuple[Questionnaire, ...]) -> str:
    """What changed from each questionnaire to the next."""
    head = f"# What changed between the questionnaires\n\nAn item whose meaning is the same keeps its id. {MADE}"
    return "\n".join([head, *(_changed(old, new) for old, new in pairwise(asked))])


def _instructions(asked: Questionnaire) -> str:
    return "## Instructions\n\n" + "".join(f"- {one['nb']}\n  *{one['en']}*\n" for one in asked.instructions)


def _group(asked: Questionnaire, group: str) -> str:
    (label,) = (one.label for one in asked.groups if one.id == group)
    items = "\n".join(_item(item) for item in asked.items if item.group == group)
    return f"## {label['nb']} / {label['en']}\n\n{items}"


def _item(item: Item) -> str:
    about = [f"{KINDS[item.kind]} about {BASES[item.base]}" if item.kind != "text" else KINDS[item.kind]]
    about += [] if item.required else ["may be left out"]
    lines = [
        f"**{item.id}** {item.label['nb']} / {item.label['en']} ({', '.join(about)})\n",
        *(f"- {lang}: {item.text[lang]}{_help(item, lang)}" for lang in LANGUAGES),
        f"- in the register: {_register(item)}",
    ]
    return "\n".join(lines) + "\n"


def _help(item: Item, lang: str) -> str:
    return f" *{item.help[lang]}*" if item.help else ""


def _register(item: Item) -> str:
    if item.reasons:
        return "persons with the end reason " + ", ".join(f"`{reason}`" for reason in item.reasons)
    return f"the count `{item.register}`" if item.register else "nothing"


def _checks(asked: Questionnaire) -> str:
    rows = "".join(_check(id) for id in asked.checks)
    return (
        "## Checks\n\nA hard check stops a return; a soft one wants an explanation. Braces stand for numbers.\n\n"
        f"| check | level | looks at | what is said |\n| --- | --- | --- | --- |\n{rows}"
    )


def _check(id: str) -> str:
    check = checks()[id]
    looks_at = {"answer": "each answer", "return": "the return", "country": "the country's sums"}[check.scope]
    return f"| {id} | {'hard' if check.hard else 'soft'} | {looks_at} | {check.text['en']} |\n"


def _changed(old: Questionnaire, new: Questionnaire) -> str:
    before, after = ({item.id: item for item in asked.items} for asked in (old, new))
    parts = [
        f"## From {old.year} to {new.year}\n",
        _listed("Added", (_named(after[id]) for id in after if id not in before)),
        _listed("Removed", (_named(before[id]) for id in before if id not in after)),
        _listed("Changed", (line for id in after if id in before for line in _differences(before[id], after[id]))),
        _listed("Checks no longer run", (id for id in old.checks if id not in new.checks)),
        _listed("Checks run from now on", (id for id in new.checks if id not in old.checks)),
    ]
    return "\n".join(part for part in parts if part)


def _listed(title: str, lines: Iterator[str]) -> str:
    rows = "".join(f"- {line}\n" for line in lines)
    return f"### {title}\n\n{rows}" if rows else ""


def _named(item: Item) -> str:
    return f"**{item.id}** {item.label['en']} (about {BASES[item.base]})"


def _differences(old: Item, new: Item) -> Iterator[str]:
    """A line for each field that is not what it was; the text in the language it was asked in."""
    for field, called in WHAT.items():
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield f"**{new.id}** {new.label['en']}, {called}: {_shown(field, before)} → {_shown(field, after)}"


def _shown(field: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"«{value['nb']}»" if value else "nothing"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return BASES[str(value)] if field == "base" else KINDS[str(value)] if field == "kind" else f"`{value}`"


def write(folder: Path) -> None:
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
