"""Code lists and end reasons."""

from datetime import date
from itertools import pairwise

import pytest

from overgang.base.codes import age_group, codelist, end_reason, end_reasons, outcome_of
from overgang.base.cube import COUNTRY, COUNTRY_OPEN, SHIELDED
from overgang.base.errors import BadInput
from overgang.base.text import LANGUAGES

LISTS = (
    "sex", "age", "education", "origin", "outcome", "end_reason", "counts", "regime", "country", "decision",
    "rejection_reason", "permit_basis", "category", "trigger", "end_goal", "appeal_outcome", "support", "absence_cause",
    "directed_to", "marital_status",
)  # fmt: skip


class TestLists:
    @pytest.mark.parametrize(
        ("name", "codes"),
        [
            ("sex", ("total", "M", "F")),
            ("age", ("total", "18-35", "18-25", "26-35", "36+", "36-45", "46-55", "56+")),
            ("education", ("total", "none", "primary", "upper_secondary", "higher", "unknown")),
            ("counts", ("exits", "participants")),
            ("regime", ("INTRO_2004", "INTEGR_2021", "INTEGR_2026", "COLLECTIVE_PROTECTION_2022")),
            ("country", (COUNTRY, COUNTRY_OPEN, SHIELDED)),
        ],
    )
    def test_the_codes_in_display_order(self, name: str, codes: tuple[str, ...]) -> None:
        assert codelist(name).codes == tuple(codelist(name)) == codes

    @pytest.mark.parametrize("name", LISTS)
    def test_every_code_has_a_label_in_every_language_and_a_source(self, name: str) -> None:
        codes = codelist(name)
        assert codes.source
        assert len(set(codes)) == len(codes) > 0
        for lang in LANGUAGES:
            labels = [codes.label(code, lang) for code in codes]
            assert all(label == label.strip() != "" for label in labels)
            if name != "end_reason":  # work is a reason both of a stop and of a completion
                assert len(set(labels)) == len(labels)

    @pytest.mark.parametrize("name", LISTS)
    def test_parts_are_codes_and_no_code_is_part_of_two(self, name: str) -> None:
        codes = codelist(name)
        parts = [part for whole in codes.parts.values() for part in whole]
        assert set(codes.parts) | set(parts) <= set(codes)
        assert len(parts) == len(set(parts))
        if codes.parts:
            assert set(codes) - set(parts) == {codes.codes[0]}

    def test_what_is_not_in_a_list_is_refused_with_the_nearest(self) -> None:
        assert codelist("education").check("primary") == "primary"
        assert "m" not in codelist("sex")
        with pytest.raises(BadInput, match=r"'upper_secondry' is not in the code list education.*upper_secondary"):
            codelist("education").check("upper_secondry")
        with pytest.raises(BadInput, match="no code list 'gender'"):
            codelist("gender")
        with pytest.raises(BadInput, match="no labels in 'se'"):
            codelist("sex").label("M", "se")

    @pytest.mark.parametrize(
        ("name", "code", "limits"),
        [
            ("decision", "grant", (None, None)),
            ("regime", "INTRO_2004", (date(2003, 9, 1), None)),
            ("end_goal", "work", (date(2021, 1, 1), None)),
            ("end_goal", "vocational_certificate", (date(2026, 1, 1), None)),
            ("rejection_reason", "no_need", (None, date(2021, 1, 1))),
            ("end_reason", "PS_OTHER", (date(2007, 9, 1), None)),
        ],
    )
    def test_a_code_may_be_valid_for_a_shorter_time_than_its_list(
        self, name: str, code: str, limits: tuple[date | None, date | None]
    ) -> None:
        assert codelist(name).validity(code) == limits

    def test_nynorsk_is_nynorsk(self) -> None:
        assert codelist("outcome").label("no_transition", "nn") == "Ikkje arbeid eller utdanning"
        assert codelist("origin").label("NO", "nn") == "Noreg"


class TestOrigin:
    @pytest.mark.parametrize(
        ("code", "nb", "en"),
        [
            ("NA", "Namibia", "Namibia"),
            ("SY", "Syria", "Syria"),
            ("UA", "Ukraina", "Ukraine"),
            ("ER", "Eritrea", "Eritrea"),
            ("CD", "Kongo", "Congo - Kinshasa"),
            ("XK", "Kosovo", "Kosovo"),
            ("NO", "Norge", "Norway"),
        ],
    )
    def test_countries(self, code: str, nb: str, en: str) -> None:
        assert (codelist("origin").label(code, "nb"), codelist("origin").label(code, "en")) == (nb, en)

    def test_norwegian_order_with_aland_and_osterrike_last(self) -> None:
        labels = [codelist("origin").label(code, "nb") for code in codelist("origin")]
        assert labels[:3] == ["Alle land", "Afghanistan", "Albania"]
        assert labels[-2:] == ["Østerrike", "Åland"]

    def test_all_countries_of_iso_3166_and_kosovo(self) -> None:
        countries = codelist("origin").parts["total"]
        assert len(countries) == 249 + 1
        assert all(len(code) == 2 and code.isupper() for code in countries)


class TestOutcome:
    def test_the_tree(self) -> None:
        assert dict(codelist("outcome").parts) == {
            "total": ("work_edu", "no_transition"),
            "work_edu": ("work", "education"),
            "no_transition": (
                "primary_school", "measures", "no_activity", "health", "moved", "other", "not_registered",
            ),
        }  # fmt: skip

    def test_nine_leaves_in_display_order(self) -> None:
        leaves = codelist("outcome").leaves
        assert leaves[:3] == ("work", "education", "primary_school")
        assert len(leaves) == 9


class TestAge:
    @pytest.mark.parametrize(
        ("age", "group"),
        [
            (16, "18-25"), (17, "18-25"), (18, "18-25"), (25, "18-25"), (26, "26-35"), (35, "26-35"), (36, "36-45"),
            (45, "36-45"), (46, "46-55"), (55, "46-55"), (56, "56+"), (99, "56+"),
        ],
    )  # fmt: skip
    def test_age_groups(self, age: int, group: str) -> None:
        assert age_group(age) == group

    def test_the_groups_meet(self) -> None:
        bounds = [group.split("-") for group in codelist("age").leaves[:-1]]
        assert all(int(upper) + 1 == int(lower) for (_, upper), (lower, _) in pairwise(bounds))

    @pytest.mark.parametrize("age", range(18, 80))
    def test_each_group_lies_in_the_broad_group_of_its_ages(self, age: int) -> None:
        broad = "18-35" if age <= 35 else "36+"
        assert codelist("age").parts["total"] == ("18-35", "36+")
        assert age_group(age) in codelist("age").parts[broad]


class TestEndReasons:
    # the printed code list of 2007 with the categories of the annual return
    PRINTED = (
        ("PS_WORK_GT29", "permanent_stop", "work"),
        ("PS_WORK_LT30", "permanent_stop", "work"),
        ("PS_EDU_UPPER", "permanent_stop", "education"),
        ("PS_EDU_HIGHER", "permanent_stop", "education"),
        ("PS_BEHAVIOUR", "permanent_stop", "other"),
        ("PS_HEALTH", "permanent_stop", "health"),
        ("PS_OTHER", "permanent_stop", "other"),
        ("CO_WORK_GT29", "completed", "work"),
        ("CO_WORK_LT30", "completed", "work"),
        ("CO_EDU_UPPER", "completed", "education"),
        ("CO_EDU_HIGHER", "completed", "education"),
        ("CO_JS_WAGE_SUBSIDY", "completed", "work"),
        ("CO_JS_NAV_MEASURE", "completed", "measures"),
        ("CO_JS_OTHER_MEASURE", "completed", "measures"),
        ("CO_NOT_JOBSEEKER", "completed", "no_activity"),
        ("CO_OTHER", "completed", "other"),
        ("IN_DEATH", "interrupted", "other"),
        ("IN_MOVED", "interrupted", "moved"),
        ("IN_UNKNOWN", "interrupted", "other"),
    )
    EXTENSIONS = (
        ("CO_PRIMARY_SCHOOL", "completed", "primary_school"),
        ("SYS_NOT_REGISTERED", "system", "not_registered"),
    )

    @pytest.mark.parametrize(("code", "group", "outcome"), PRINTED + EXTENSIONS)
    def test_what_each_reason_counts_as(self, code: str, group: str, outcome: str) -> None:
        reason = end_reason(code)
        assert (reason.group, reason.outcome["2007"]) == (group, outcome)

    def test_the_nineteen_printed_in_order_and_two_more(self) -> None:
        printed = {code for code, _, _ in self.PRINTED}
        codes = [reason.code for reason in end_reasons()]
        assert [code for code in codes if code in printed] == [code for code, _, _ in self.PRINTED]
        assert set(codes) - printed == {code for code, _, _ in self.EXTENSIONS}
        assert tuple(codes) == codelist("end_reason").codes

    def test_every_version_says_a_leaf(self) -> None:
        for reason in end_reasons():
            assert tuple(reason.outcome) == ("2007", "2016", "2017", "2022")
            assert set(reason.outcome.values()) <= set(codelist("outcome").leaves)

    @pytest.mark.parametrize("version", ["2007", "2016", "2017", "2022"])
    def test_no_reason_is_not_registered_and_school_is_not_education(self, version: str) -> None:
        assert outcome_of(None, version) == "not_registered"
        assert outcome_of("CO_PRIMARY_SCHOOL", version) == "primary_school"

    def test_wage_subsidy_after_2007_says_that_it_is_not_verified(self) -> None:
        assert end_reason("CO_JS_WAGE_SUBSIDY").unverified == {"2016", "2017", "2022"}
        assert end_reason("CO_WORK_GT29").unverified == frozenset()

    def test_health_behaviour_and_death_are_sensitive(self) -> None:
        assert {r.code for r in end_reasons() if r.sensitive} == {"PS_HEALTH", "PS_BEHAVIOUR", "IN_DEATH"}

    def test_validity(self) -> None:
        assert end_reason("IN_MOVED").valid_from == date(2007, 9, 1)
        assert end_reason("SYS_NOT_REGISTERED").valid_from == date(2018, 1, 1)
        assert all(reason.valid_to is None for reason in end_reasons())

    def test_labels(self) -> None:
        assert end_reason("IN_MOVED").label("nn") == "Flytta"
        assert end_reason("IN_MOVED").labels == {"nb": "Flyttet", "nn": "Flytta", "en": "Moved"}

    def test_errors(self) -> None:
        with pytest.raises(BadInput, match=r"CO_WORK_GT30.*CO_WORK_GT29"):
            outcome_of("CO_WORK_GT30", "2007")
        with pytest.raises(BadInput, match="no version '2008'"):
            outcome_of("IN_MOVED", "2008")
