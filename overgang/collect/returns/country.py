"""The country's sums held against one another (AR19, AR20), and the notes to the figures that follow from them.

In 2007 figure 1 showed 7014 persons where 6834 took part, and reasons were given for 2303 where 2234 ended. The printed
report explained both by hand; here each sum that does not fit its other says so itself, with its numbers.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from overgang.base import text
from overgang.collect.files.fault import Count
from overgang.collect.returns.annual_return import AnnualReturn
from overgang.collect.returns.checks import Finding, Result, findings, in_words
from overgang.collect.returns.classification import ENDED, Gross, gross, reporting
from overgang.collect.returns.interval import Interval
from overgang.collect.returns.questionnaire import Questionnaire
from overgang.collect.returns.totals import Total, sum_of, totals

ABOUT_REASONS = "AR20"
MORE, FEWER, UNKNOWN = "more", "fewer", "unknown"


@dataclass(frozen=True, slots=True)
class Note:
    """What is said under a figure about two sums that should be one. `missing`: units without a number in either."""

    finding: Finding
    units: int
    missing: int
    gross: Gross

    @property
    def kind(self) -> str:
        """Whether the left sum surely is more than the right, or fewer, or neither is sure."""
        if self.finding.left.surely_above(self.finding.right):
            return MORE
        return FEWER if self.finding.right.surely_above(self.finding.left) else UNKNOWN

    @property
    def gap(self) -> Interval:
        """How many more or fewer."""
        left, right = self.finding.left, self.finding.right
        return right.over(left) if self.kind == FEWER else left.over(right)

    def sentence(self, lang: str) -> str:
        """The note; empty where the sums fit."""
        if self.finding.result is Result.PASSED:
            return ""
        words = _words()[self.finding.check.id]
        values = {
            "left": in_words(self.finding.left, lang),
            "right": in_words(self.finding.right, lang),
            "gap": in_words(self.gap, lang),
        }
        said = [words[self.kind][lang].format(**values)]
        if self.finding.check.id == ABOUT_REASONS:
            said += self._apart(lang)
        if self.missing:
            open_ = {"missing": text.number(self.missing, lang), "units": text.number(self.units, lang)}
            said.append(_words()["missing"]["units"][lang].format(**open_))
        return " ".join(part[0].upper() + part[1:] for part in said)

    def _apart(self, lang: str) -> Iterator[str]:
        """Units with too many and too few, each kind that there is."""
        for kind, words in _words()["gross"].items():
            units = Count.told(getattr(self.gross, kind), lang)
            if units:
                persons = Count.told(getattr(self.gross, f"{kind}_persons"), lang)
                yield words[lang].format(persons=persons, units=units)


def notes(asked: Questionnaire, returns: Iterable[AnnualReturn]) -> Mapping[str, Note]:
    """By check, what is to be said of the country's sums."""
    given = tuple(returns)
    known = {item: found.number for item, found in totals(asked, given).items()}
    apart = gross(reporting(asked, one.answers) for one in given)
    found = {}
    for finding in findings(asked, known, scope="country"):
        parts = sum_of(tuple(dict.fromkeys(finding.items)), given)
        found[finding.check.id] = Note(finding, parts.units, parts.missing, apart)
    return found


SUMS: Mapping[str, tuple[str, ...]] = {"participants": ("1",), "stock": ("2",), "on_leave": ("3",), "ended": (ENDED,)}


def summary(asked: Questionnaire, returns: Iterable[AnnualReturn]) -> Mapping[str, Any]:
    """What leaves with a snapshot: the country's sums, over- and under-reporting apart, and the notes with their words.
    Plain data; nothing of a single unit, and no free text."""
    given = tuple(returns)
    found = notes(asked, given)
    sums = {**SUMS, "reasons": asked.reason_items}
    return {
        "units": len(given),
        "sums": {name: _plain(sum_of(items, given)) for name, items in sums.items()},
        "gross": asdict(gross(reporting(asked, one.answers) for one in given)),
        "notes": {id: {lang: note.sentence(lang) for lang in text.LANGUAGES} for id, note in found.items()},
    }


def _plain(total: Total) -> Mapping[str, int | None]:
    return {"low": total.number.low, "high": total.number.high, "missing": total.missing}


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((Path(__file__).parent / "notes.toml").read_text(encoding="utf-8"))
