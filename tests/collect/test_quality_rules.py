"""The registry of the rules, their sentences and their manual: nothing here needs a database."""

import re
from pathlib import Path

import pytest

from overgang.base.codes import codelist
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES
from overgang.collect.register.rules import RULES, sentence, title
from overgang.collect.register.rules.manual import manual
from overgang.collect.register.rules.sentences import _read, placeholders, texts

DOCUMENT = Path(__file__).parents[2] / "docs" / "quality-rules.md"
IDS = [f"DQ{number:02}" for number in range(1, 36)]
ALL = [(id, what) for id, by_what in texts().items() for what in by_what]
SEVERITY = {
    "E": "DQ01 DQ02 DQ03 DQ04 DQ05 DQ06 DQ07 DQ08 DQ10 DQ18 DQ19 DQ23 DQ28 DQ32 DQ34",
    "L": "DQ12 DQ13",
    "W": "DQ09 DQ11 DQ14 DQ15 DQ16 DQ17 DQ20 DQ21 DQ22 DQ24 DQ25 DQ26 DQ27 DQ29 DQ30 DQ31 DQ33 DQ35",
}
FORMS = {"day", "number", "plain", "words"}


def test_the_rules_of_the_specification_and_their_severities() -> None:
    assert sorted(RULES) == IDS
    for severity, ids in SEVERITY.items():
        assert [id for id in IDS if RULES[id].severity == severity] == ids.split()
    assert all(rule.fields and rule.source for rule in RULES.values())


def test_every_rule_has_a_title_and_sentences() -> None:
    assert sorted(texts()) == IDS
    for id in IDS:
        assert "title" in texts()[id]
        assert len(texts()[id]) > 1


@pytest.mark.parametrize(("id", "what"), ALL)
def test_every_text_is_there_in_each_language_with_the_same_values(id: str, what: str) -> None:
    by_language = texts()[id][what]
    assert tuple(by_language) == LANGUAGES
    assert len({placeholders(text) for text in by_language.values()}) == 1
    for text in by_language.values():
        assert text == text.strip()
        assert text.endswith(".") == (what != "title")
        assert "  " not in text


@pytest.mark.parametrize(("id", "what"), ALL)
def test_every_value_has_a_form_that_there_is(id: str, what: str) -> None:
    units = set(_read()["units"])
    for text in texts()[id][what].values():
        for _, form in placeholders(text):
            assert form in FORMS | units or codelist(form)


def test_no_sentence_has_room_for_a_place() -> None:
    names = {name for id, what in ALL for text in texts()[id][what].values() for name, _ in placeholders(text)}
    assert not names & {"unit", "place", "municipality", "county", "name", "number"}


def test_numbers_days_and_lists_are_written_as_in_norwegian() -> None:
    values = {"what": "offer", "since": "2015-01-15", "last": "2015-04-15", "months": 3, "start": "2015-05-01"}
    assert sentence("DQ12", values, "nb") == (
        "Programmet ble tilbudt 15. januar 2015 og skulle ha startet innen 3\N{NO-BREAK SPACE}måneder, 15. april 2015. "
        "Det startet 1. mai 2015. Kontroller dagene, eller forklar forsinkelsen."
    )
    assert "sluttmål, norskmål og karriereveiledning." in sentence(
        "DQ20", {"start": "2022-02-01", "fields": "end_goal,norwegian_goal,career_guided"}, "nb"
    )
    hours = {"what": "hours", "hours": "29.5", "least": 30}
    assert "29,5\N{NO-BREAK SPACE}timar i veka, mindre enn 30\N{NO-BREAK SPACE}timar" in sentence("DQ21", hours, "nn")
    assert "1\N{NO-BREAK SPACE}measure in the local" in sentence(
        "DQ30", {"what": "numbers", "start": "2022-02-01", "there": 1, "here": 2}, "en"
    )
    assert sentence("DQ06", {"reason": "CO_OTHER"}, "nb").startswith("Avslutningsårsak er «Annet», men siste dag")


def test_errors() -> None:
    with pytest.raises(BadInput, match="no rule 'DQ36'"):
        title("DQ36", "nb")
    with pytest.raises(BadInput, match="no sentences in 'sv'"):
        sentence("DQ07", {"end": "2017-01-31"}, "sv")
    with pytest.raises(BadInput, match="DQ03 has no sentence 'text': it has title, here"):
        sentence("DQ03", {"start": "2017-01-31"}, "nb")


def test_the_manual_is_as_the_rules_are() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == manual(), "python -m overgang.collect.register.rules.manual > docs/…"
    assert re.findall(r"^\| (DQ\d\d) \|", manual(), flags=re.MULTILINE) == IDS
