"""Forms: what a day may look like, and how a form tells what is wrong."""

import re
from datetime import date

import pytest
from django import forms
from django.utils import translation

from overgang.access.forms import DayField
from overgang.access.texts import folders, word
from overgang.base import texts as base
from overgang.base.days import NoDay, Wrong, day_text, parse_day


@pytest.mark.parametrize("text", ["3.5.2024", "03.05.2024", " 3. 5. 2024 ", "2024-05-03", "3/5/2024", "3-5-2024"])
def test_a_day_is_written_in_many_ways(text: str) -> None:
    assert parse_day(text) == date(2024, 5, 3)
    assert day_text(parse_day(text)) == "03.05.2024"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("03.05.24", Wrong.YEAR),
        ("3.5.224", Wrong.YEAR),
        ("31.02.2024", Wrong.DAY),
        ("2024-13-01", Wrong.DAY),
        ("00.00.0000", Wrong.DAY),
        ("mai", Wrong.FORM),
        ("05.2024", Wrong.FORM),
        ("03.05.2024 kl 10", Wrong.FORM),
        ("٠٣.٠٥.٢٠٢٤x", Wrong.FORM),
    ],
)
def test_what_is_no_day_says_why(text: str, wrong: Wrong) -> None:
    with pytest.raises(NoDay) as found:
        parse_day(text)
    assert found.value.wrong is wrong


class Event(forms.Form):
    day = DayField(label=word("role.until"))
    other = DayField(label="Annet", required=False)
    kind = forms.ChoiceField(label="Slag", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sikker", required=False)


def test_a_form_tells_what_is_wrong_beside_the_field_and_at_the_top() -> None:
    form = Event({"day": "03.05.24", "other": "", "kind": "a"})
    assert not form.is_valid()
    html = str(form)
    assert '<a class="ds-link" href="#id_day">til og med: Skriv årstallet med fire sifre' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_day_helptext id_day_error"' in html
    assert 'value="03.05.24"' in html
    assert html.count("må fylles ut") == 2


def test_a_form_speaks_the_language_of_its_reader() -> None:
    form = Event({"day": "03.05.24", "kind": "a"})
    with translation.override("nn"):
        assert "Skriv årstalet" in str(form)
        assert "må fyllast ut" in str(form)
    with translation.override("en"):
        assert "Write the year" in str(form)


def test_a_day_becomes_a_date_and_is_written_back() -> None:
    assert Event({"day": "2024-05-03", "kind": "a"}).is_valid()
    assert 'value="03.05.2024"' in str(Event(initial={"day": date(2024, 5, 3)}))


def test_every_internal_text_has_three_languages_with_the_same_places() -> None:
    for section, rows in base.catalogue(*folders()).items():
        for key, entry in rows.items():
            assert set(entry) == {"nb", "nn", "en"}, f"{section}.{key}"
            places = {lang: sorted(re.findall(r"{(\w+)}", text)) for lang, text in entry.items()}
            assert places["nb"] == places["nn"] == places["en"], f"{section}.{key}"
