"""The pages about the questionnaires say what the questionnaires say."""

from pathlib import Path

import pytest

from overgang.collect.returns import manual
from overgang.collect.returns.questionnaire import questionnaire, years

FOLDER = Path(__file__).parents[3] / "docs" / "questionnaires"


def test_there_is_a_page_a_year_and_one_of_changes() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(manual.pages())


@pytest.mark.parametrize("name", manual.pages())
def test_the_pages_are_made_from_the_questionnaires(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == manual.pages()[name], (
        "run: python -m overgang.collect.returns.manual docs/questionnaires"
    )


@pytest.mark.parametrize("year", years())
def test_every_item_and_check_of_a_year_is_on_its_page(year: int) -> None:
    asked, page = questionnaire(year), manual.page(questionnaire(year))
    assert all(f"**{item.id}** " in page for item in asked.items)
    assert all(f"| {check} |" in page for check in asked.checks)
