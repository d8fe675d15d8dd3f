"""Code lists: every code that a table, a form or a file may hold, with labels in nb, nn and en, validity and source.

The lists are data (`data/`), read once. A dimension's codes are in display order, the total first.
"""

from overgang.base.codes.end_reasons import NOT_REGISTERED, EndReason, end_reason, end_reasons, outcome_of
from overgang.base.codes.lists import CodeList, age_group, codelist

__all__ = [
    "NOT_REGISTERED",
    "CodeList",
    "EndReason",
    "age_group",
    "codelist",
    "end_reason",
    "end_reasons",
    "outcome_of",
]
