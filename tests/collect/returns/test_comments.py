"""The comments round: what would tell whose a text is, is found; released is what tells no more."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overgang.base.errors import BadInput
from overgang.base.places import Kind, gazetteer
from overgang.base.text import LANGUAGES
from overgang.collect.returns.annual_return import Beside, read_return
from overgang.collect.returns.comments.numbering import label, numbered
from overgang.collect.returns.comments.release import Choice, release
from overgang.collect.returns.comments.scan import Figure, Sign, clean, figures_of, scan, signs
from overgang.collect.returns.interval import exactly
from overgang.collect.returns.questionnaire import questionnaire
from overgang.demo.identity import NAMES

ASKED = questionnaire(2007)
FIGURES = figures_of(ASKED, read_return(ASKED, "K1601", {"1": "121", "4": "40", "8a": "2", "7a": "0"}))
PLACES = sorted(
    {
        name
        for kind in (Kind.COUNTY, Kind.MUNICIPALITY, Kind.CITY_DISTRICT)
        for year in (2007, 2019, 2025)
        for place in gazetteer().in_year(year, kind)
        for name in (place.name.split(" (")[0], *place.names.values())
    }
)


def found(text: str) -> list[tuple[str, str]]:
    traces = scan(clean(text), figures=FIGURES, names=NAMES)
    return sorted({(sign.kind, sign.text) for trace in traces for sign in trace.signs})


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Vi bosatte flere i fjor enn før.", []),
        ("Samarbeidet med NAV er godt. Introduksjonsprogrammet er viktig.", []),
        ("Vi i Trondheim har god erfaring.", [("place", "Trondheim")]),
        ("Trondheims voksne elever lærer fort.", [("place", "Trondheims")]),
        ("Her på Os' eldste gård.", [("place", "Os'")]),
        ("TRONDHEIM har mange.", [("place", "TRONDHEIM")]),
        ("vi i trondheim har mange.", [("maybe_place", "trondheim")]),
        ("Vi i Nord\u2013Fron og Sør Fron.", [("place", "Nord\u2013Fron"), ("place", "Sør Fron")]),
        ("Stor takk til Trond\u200bheim.", [("place", "Trondheim")]),
        ("I Tromso og Tromsoe.", [("place", "Tromso"), ("place", "Tromsoe")]),
        ("Vi i Guovdageaidnu.", [("place", "Guovdageaidnu")]),
        ("Osloskolen tok imot.", [("institution", "Osloskolen"), ("place", "Osloskolen")]),
        ("Det er lang tid å vente, og solen skinte over land.", []),
        ("Takk til Rask Rev for hjelpen.", [("name", "Rask Rev")]),
        ("takk til rask revs mor.", [("name", "rask revs")]),
        ("Deltakeren heter Kari Nordmann.", [("maybe_name", "Kari Nordmann")]),
        ("Kari Nordmann sluttet.", [("maybe_name", "Kari Nordmann")]),
        ("Han begynte hos Tine.", [("maybe_name", "Tine")]),
        ("Elevene på Solbakken skole trives.", [("institution", "Solbakken skole")]),
        ("Grunnskolen er viktig. Voksenopplæringen også.", []),
        ("Vi fikk hjelp av NAV Falkenborg.", [("institution", "NAV Falkenborg")]),
        ("Bare 2 av 121 sluttet.", [("count", "121"), ("count", "2 av 121")]),
        ("To av de 121 deltakerne sluttet.", [("count", "121"), ("count", "To av de 121")]),
        ("Av 121 deltakere gikk 40 ut.", [("count", "121"), ("count", "40")]),
        ("To deltakere fikk jobb, 3 av 10 ikke.", []),
        ("Det var 40 % som gikk ut, 40 prosent, og 1,40 meter.", []),
        ("I vår bydel er det trangt.", [("own_unit", "bydel"), ("own_unit", "vår bydel")]),
        ("Æ trur dæ går bra.", [("dialect", "dæ"), ("dialect", "Æ")]),
        ("Vi veit ikkje kvifor.", [("nynorsk", "ikkje"), ("nynorsk", "kvifor")]),
        ("Vi i Tr\u043endheim.", [("maybe_name", "Tr\u043endheim"), ("script", "Tr\u043endheim")]),
        ("Vi i Čáhcesuolu og Café Ü.", [("maybe_name", "Café"), ("maybe_name", "Čáhcesuolu")]),
        ("2 ut av 121 sluttet.", [("count", "121"), ("count", "2 ut av 121")]),
        ("Ring 73 90 12 34.", [("contact", "73 90 12 34")]),
        ("Skriv til post@kommunen.example.", [("contact", "post@kommunen.example")]),
    ],
)
def test_what_would_tell_whose_a_text_is(text: str, signs: list[tuple[str, str]]) -> None:
    assert found(text) == sorted(signs)


def test_a_trace_has_its_position_and_says_why_in_three_languages() -> None:
    text = "I fjor sluttet 2 av 121."
    (trace,) = scan(text, figures=FIGURES)
    assert text[trace.start : trace.end] == trace.text == "2 av 121"
    assert {sign.sentence("nb") for sign in trace.signs} == {
        "«2 av 121» er det samme som et tall om enheten: Deltakere i året, 121.",
        "«121» er det samme som et tall om enheten: Deltakere i året, 121.",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", signs())
def test_every_kind_of_sign_says_why(kind: str, lang: str) -> None:
    said = Sign(kind, 0, 1, "x12y", {lang: "noe"}).sentence(lang)
    assert "x12y" in said
    assert "{" not in said


def test_the_register_s_number_is_a_figure_too_where_it_differs() -> None:
    found = figures_of(ASKED, read_return(ASKED, "K1601", {"1": "121"}), Beside({"1": exactly(123)}))
    assert [figure.number for figure in found] == [121, 123]


def choices_for(text: str, lang: str = "nb") -> list[Choice]:
    return [Choice(trace, trace.instead(lang)) for trace in scan(clean(text), figures=FIGURES, names=NAMES)]


def released(text: str, choices: list[Choice]) -> str:
    return release(text, choices, label="Kommune 3", by="maria", figures=FIGURES, names=NAMES).text


def test_a_comment_is_released_when_everything_is_answered() -> None:
    text = "Rask Rev fra NAV Trondheim sier at 2 av 121 sluttet."
    assert released(text, choices_for(text)) == "[navn] fra [institusjon] sier at [antall] sluttet."


def test_nothing_is_released_while_a_trace_is_open() -> None:
    with pytest.raises(BadInput, match=r"«Trondheim» \(from character 6\) is not answered"):
        released("Vi i Trondheim.", [])


def test_a_place_cannot_stay_whatever_the_reason() -> None:
    (trace,) = scan("Vi i Trondheim.")
    with pytest.raises(BadInput, match="cannot stay"):
        released("Vi i Trondheim.", [Choice(trace, None, "everybody knows")])


def test_what_may_stay_needs_a_reason() -> None:
    (trace,) = scan("Han begynte hos Tine.")
    with pytest.raises(BadInput, match="without a reason"):
        released("Han begynte hos Tine.", [Choice(trace)])
    assert released("Han begynte hos Tine.", [Choice(trace, None, "a firm in all counties")]) == "Han begynte hos Tine."


def test_what_is_put_in_must_not_tell_either() -> None:
    (trace,) = scan("Vi i Trondheim.")
    with pytest.raises(BadInput, match="«Bergen»"):
        released("Vi i Trondheim.", [Choice(trace, "Bergen")])


def test_two_halves_do_not_become_a_name() -> None:
    text = "Nord 121 Fron."
    number, fron = scan(text, figures=FIGURES)
    with pytest.raises(BadInput, match="«Nord  Fron»"):
        released(text, [Choice(number, ""), Choice(fron, None, "somebody's first name")])


def test_a_choice_for_another_version_of_the_text_does_not_count() -> None:
    old = choices_for("Vi i Trondheim.")
    with pytest.raises(BadInput, match="not answered"):
        released("Vi her i Trondheim.", old)


FORMS = st.sampled_from(["{}", "{}s", "{}'", "{}-skolen", "({})", "«{}»", "{} kommune"])
CASES = st.sampled_from([str, str.upper])
LITTLE = st.sampled_from(["vi", "har", "mange", "deltakere", "i", "fra", "og", "takk.", "så", "lang tid:", "1.", "\n"])
NAMED = st.builds(lambda name, form, case: (name, case(form.format(name))), st.sampled_from(PLACES), FORMS, CASES)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(LITTLE, NAMED), min_size=1, max_size=12))
def test_no_place_name_survives_in_a_released_text(parts: list[str | tuple[str, str]]) -> None:
    text = " ".join(part if isinstance(part, str) else part[1] for part in parts)
    done = released(text, choices_for(text))
    for part in parts:
        if not isinstance(part, str):
            assert not re.search(rf"(?<!\w){re.escape(part[0])}(?!\w)", done, re.IGNORECASE), (text, done)


@pytest.mark.parametrize("name", PLACES)
def test_every_place_is_found_by_its_name(name: str) -> None:
    assert any(sign.kind == "place" for trace in scan(clean(f"Vi i {name} har mange.")) for sign in trace.signs)


@given(st.text(max_size=200))
def test_any_text_can_be_searched_and_cleaned_twice(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    traces = scan(clean(text), figures=FIGURES, names=NAMES)
    assert all(before.end <= after.start for before, after in pairwise(traces))
    assert all(clean(text)[trace.start : trace.end] == trace.text for trace in traces)


UNITS = ["K0101", "K0301", "K1103", "K1601", "K5001", "K4601"]


def test_numbers_are_the_same_for_a_secret_and_others_for_another() -> None:
    one, two = numbered(b"a" * 32, UNITS), numbered(b"b" * 32, UNITS)
    assert one == numbered(b"a" * 32, UNITS[::-1])
    assert sorted(one.values()) == [1, 2, 3, 4, 5, 6]
    assert one != two


def test_every_unit_may_get_every_number() -> None:
    seen = {(unit, n) for i in range(200) for unit, n in numbered(i.to_bytes(32, "big"), UNITS).items()}
    assert len(seen) == len(UNITS) ** 2


def test_a_secret_that_could_be_tried_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        numbered(b"short", UNITS)


@pytest.mark.parametrize(("lang", "said"), [("nb", "Kommune 3"), ("nn", "Kommune 3"), ("en", "Municipality 3")])
def test_a_number_has_its_name(lang: str, said: str) -> None:
    assert label(3, lang) == said


def test_a_figure_is_a_value() -> None:
    assert Figure({"nb": "a"}, 1) == Figure({"nb": "a"}, 1)
