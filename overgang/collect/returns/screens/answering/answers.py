"""Answers in words, group by group."""

from overgang.access.texts import texts
from overgang.base.text import number, percent
from overgang.collect.returns.annual_return import AnnualReturn
from overgang.collect.returns.answer import Answer, State
from overgang.collect.returns.questionnaire import Item
from overgang.collect.returns.screens.answering.found import About


def said(item: Item, answer: Answer, lang: str) -> str:
    """A number, "vet ikke", "ikke besvart", or the text."""
    t = texts(lang)
    if answer.state is State.BLANK:
        return t("return_receipt.blank")
    if answer.state is State.DONT_KNOW:
        return t("return_receipt.dont_know")
    if answer.value is None:
        return answer.raw
    return percent(answer.value, lang) if item.kind == "percent" else number(answer.value, lang)


def groups(about: About, given: AnnualReturn) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The label of each group with its items: id, label, answer; of a draft also what is no answer."""
    lang = about.lang
    return [
        (
            group.label[lang],
            [
                (item.id, item.label[lang], _shown(given, item, lang))
                for item in about.asked.items
                if item.group == group.id
            ],
        )
        for group in about.asked.groups
    ]


def _shown(given: AnnualReturn, item: Item, lang: str) -> str:
    unread = given.unread.get(item.id)
    return f"«{unread.raw}»" if unread else said(item, given.answer(item.id), lang)
