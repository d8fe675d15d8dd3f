"""The roles as data: labels, the level of places a role is held at, and what it may do."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Level = Literal["unit", "county", "country"]


@dataclass(frozen=True, slots=True)
class Role:
    """One role. `at`: the level it is held at; `may`: the permissions it gives there."""

    id: str
    at: Level
    may: frozenset[str]
    labels: Mapping[str, str]

    def label(self, lang: str) -> str:
        return self.labels.get(lang) or self.labels["nb"]


@cache
def roles() -> Mapping[str, Role]:
    """All roles by id, in the order of the file."""
    rows = tomllib.loads((Path(__file__).parent / "roles.toml").read_text(encoding="utf-8"))
    return {
        id: Role(id, row["at"], frozenset(row["may"]), {lang: row[lang] for lang in ("nb", "nn", "en")})
        for id, row in rows.items()
    }


@cache
def permissions() -> frozenset[str]:
    """Every permission some role gives."""
    return frozenset().union(*(role.may for role in roles().values()))
