"""Disclosure control: true counts in, what may be shown out.

No published number points at a person, and none can be worked out from all that is published together. `protect` hides
(primary, then secondary over every table and level at once); `audit` attacks the result as a reader with all tables
would, by exact bounds. A policy may name another method: rounding, or cell keys (`methods.py`). Only this package makes
a `ProtectedCube`, and an edition takes nothing else.
"""

from overgang.control.audit import Audit, Finding, check
from overgang.control.certificate import Certificate
from overgang.control.earlier import Earlier, Told
from overgang.control.methods import audit, check_alone, protect
from overgang.control.overlaps import known_links
from overgang.control.policy import Policy, policy
from overgang.control.protect import Protection
from overgang.control.protected import ProtectedCube
from overgang.control.statements import Statement
from overgang.control.system import tables

__all__ = [
    "Audit",
    "Certificate",
    "Earlier",
    "Finding",
    "Policy",
    "ProtectedCube",
    "Protection",
    "Statement",
    "Told",
    "audit",
    "check",
    "check_alone",
    "known_links",
    "policy",
    "protect",
    "tables",
]
