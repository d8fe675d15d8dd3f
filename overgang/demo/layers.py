"""The truth layer's tables: what each column holds. The register's own tables are in `collect.register.schema`."""

from collections.abc import Mapping

import polars as pl

from overgang.base.codes import codelist, end_reasons
from overgang.base.places import gazetteer
from overgang.base.snapshot import Column, Day, Flag
from overgang.demo.events import MEASURES
from overgang.demo.later import STATUS
from overgang.demo.leaves import KINDS as LEAVE_KINDS
from overgang.demo.regimes import REGIMES, TRACKS

Id, Small, Real = pl.Int32(), pl.Int8(), pl.Float64()
CATEGORIES = ("right_and_duty", "right", "may_be_offered")
TRIGGERS = ("offer", "claim")
STOP_KINDS = ("temporary", "permanent")
UNITS = tuple(sorted({place.id for year in range(2004, 2025) for place in gazetteer().units(year)}))


def one_of(*codes: str) -> pl.DataType:
    return pl.Enum(codes)


TRUTH: Mapping[str, Mapping[str, Column]] = {
    "person": {
        "person": Column(Id, "number of the person; replicate r has those from r million on"),
        "sex": Column(one_of("F", "M"), "code of sex"),
        "birth_date": Column(Day, "date of birth"),
        "origin": Column(one_of(*codelist("origin").leaves), "country of birth, ISO 3166 alpha-2"),
        "education": Column(one_of(*codelist("education").leaves), "education at arrival"),
        "shielded": Column(Flag, "identity or address is protected"),
        "arrived": Column(Day, "first day in the country"),
        "permit": Column(Day, "day of the permit that gives the right"),
        "died": Column(Day, "day of death", optional=True),
    },
    "participation": {
        "participation": Column(Id, "number of the participation; numbered as persons are"),
        "person": Column(Id, "whose"),
        "previous": Column(Id, "the participation it goes on from after a move", optional=True),
        "unit": Column(one_of(*UNITS), "municipality or city district at the start, also for the shielded"),
        "regime": Column(one_of(*REGIMES), "legal regime"),
        "track": Column(one_of(*dict.fromkeys(track for _, track in TRACKS)), "track of the regime"),
        "category": Column(one_of(*CATEGORIES), "right and duty, right, or may be offered"),
        "settled": Column(Day, "day of settlement in the unit"),
        "trigger": Column(one_of(*TRIGGERS), "what began the case"),
        "asked": Column(Day, "day of the offer or claim"),
        "decided": Column(Day, "day of the decision"),
        "start": Column(Day, "first day"),
        "months": Column(Small, "length granted, in months, leave not included"),
        "planned_end": Column(Day, "last day by the decisions: months granted, time used before and leave"),
        "end": Column(Day, "last day; empty while it runs", optional=True),
        "end_reason": Column(
            one_of(*(reason.code for reason in end_reasons())), "end reason; empty if nobody knows it", optional=True
        ),
        "used_days": Column(Id, "days in programme without leave, those before a move included"),
        "hours": Column(Small, "hours a week of those who ended with work", optional=True),
        "social_assistance": Column(Flag, "received at the end"),
        "national_insurance": Column(Flag, "received at the end"),
        "other_support": Column(Flag, "received at the end"),
    },
    "measure": {
        "participation": Column(Id, "in which participation"),
        "kind": Column(one_of(*MEASURES), "kind of measure"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day; empty while it runs", optional=True),
        "hours": Column(Small, "hours a week"),
    },
    "leave": {
        "participation": Column(Id, "in which participation"),
        "kind": Column(one_of(*LEAVE_KINDS), "kind of leave"),
        "decided": Column(Day, "day of the decision"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day"),
    },
    "absence": {
        "participation": Column(Id, "in which participation"),
        "quarter": Column(Day, "first day of the quarter"),
        "authorised": Column(pl.Int16(), "hours of authorised absence"),
        "unauthorised": Column(pl.Int16(), "hours of unauthorised absence"),
    },
    "stop": {
        "participation": Column(Id, "which participation"),
        "kind": Column(one_of(*STOP_KINDS), "for a time or for good"),
        "decided": Column(Day, "day of the decision"),
        "start": Column(Day, "first day"),
        "end": Column(Day, "last day; empty if for good", optional=True),
    },
    "status": {
        "participation": Column(Id, "the person's last participation"),
        "after": Column(Small, "years after the year of the exit, 1 to 5: November of that year"),
        "status": Column(one_of(*STATUS), "working, in education, or neither"),
    },
}
"""The truth: persons and events, without a gap or a fault."""

EFFECTS: Mapping[str, Column] = {
    "year": Column(pl.Int16(), "year of the exits"),
    "unit": Column(pl.String(), "municipality or city district of that year"),
    "true_effect": Column(Real, "what the unit itself adds to the log odds of work and of education"),
    "labour_effect": Column(Real, "what its labour market adds"),
    "luck": Column(Real, "what the year adds, and no other year"),
}
"""What comparison methods should find: kept apart from the truth's persons and events."""
