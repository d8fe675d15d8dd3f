"""The 35 quality rules of the register: one function each, over what the register holds of a person.

`run` asks all of them about a dossier; nothing here knows the database, the clock or Django. `RULES` is the registry,
`sentence` tells a finding to an adviser, limits.toml holds the limits that are ours. The manual of the rules,
docs/quality-rules.md, is written from here (`manual`).
"""

from overgang.collect.register.rules import (
    dates,
    deadlines,
    decisions,
    exits,
    identity,
    leave,
    lengths,
    lists,
    measures,
    moves,
    plan,
    regime,
)
from overgang.collect.register.rules.lists import Entry, no_shielded, reconciled, whole_unit
from overgang.collect.register.rules.rule import RULES, Found, Rule, Severity, run
from overgang.collect.register.rules.sentences import sentence, title

__all__ = [
    "RULES",
    "Entry",
    "Found",
    "Rule",
    "Severity",
    "no_shielded",
    "reconciled",
    "run",
    "sentence",
    "title",
    "whole_unit",
]
_ = (dates, deadlines, decisions, exits, identity, leave, lengths, lists, measures, moves, plan, regime)
