"""The page about files says what the templates say."""

from pathlib import Path

from overgang.collect.files import manual

PAGE = Path(__file__).parents[3] / "docs" / "import.md"


def test_the_page_is_made_from_the_templates() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual.page(), (
        "run: python -m overgang.collect.files.manual > docs/import.md"
    )
