"""Decisions that need a reason, and those that cannot stand beside one another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overgang.base.law import registered_from
from overgang.collect.register.rules.facts import decided
from overgang.collect.register.rules.rule import WHAT, Found, Severity, Stage, mark, rule

if TYPE_CHECKING:
    from overgang.collect.register.dossier import CaseFile, Dossier

REJECTIONS_FROM = registered_from("rejection")


@rule(
    "DQ28",
    Severity.ERROR,
    ("decision", "reason"),
    source="FOR-2005-04-20-342 § 6",
    stage=Stage.CASE,
    needs="a rejection from 20 April 2005 on that no appeal has overturned",
)
def rejection_explained(dossier: Dossier, file: CaseFile, today: date) -> Iterator[Found]:
    if not file.decisions:
        return
    rejections = decided(file, "rejection")
    if not rejections:
        return
    for rejection in rejections:
        if not rejection.reason and rejection.decided >= REJECTIONS_FROM:
            values = {WHAT: "no_reason", "decided": rejection.decided.isoformat()}
            yield Found(mark(rejection, file.decisions), values)
    grants = [grant for grant in decided(file, "grant") if grant.until is None or grant.until >= today]
    standing = [rejection for rejection in rejections if rejection.until is None or rejection.until >= today]
    if grants and standing:
        values = {"granted": grants[0].decided.isoformat(), "rejected": standing[0].decided.isoformat()}
        yield Found(mark(file.case), {WHAT: "both", **values})
