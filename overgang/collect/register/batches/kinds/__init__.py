"""How each kind of row meets the register: who it is about, what it is the same as, and what it brings."""

from collections.abc import Mapping

from overgang.collect.register.batches.kinds import cases, persons, spells
from overgang.collect.register.batches.kinds.kind import Kind

KINDS: Mapping[str, Kind] = {**persons.KINDS, **cases.KINDS, **spells.KINDS}
