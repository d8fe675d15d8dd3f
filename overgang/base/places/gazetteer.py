"""The gazetteer: which places there were in a year, what they belonged to, and what became of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from operator import eq

from overgang.base.collation import collation_key, folded
from overgang.base.errors import BadInput
from overgang.base.places.place import COUNTRY, OSLO, Change, Kind, Place

FIRST_YEAR, LAST_YEAR = 2004, 2026

Weights = tuple[tuple[str, float], ...]


class Gazetteer:
    """All places 2004-2026 and the dated links between them. Ask by id ("K0301") and year; see `gazetteer()`."""

    def __init__(self, places: Iterable[Place], changes: Iterable[Change], people: Mapping[str, int]) -> None:
        """`people`: the rough number of inhabitants of each municipality, by which a divided county is weighed."""
        self._places = {place.id: place for place in places}
        self._people = people
        self._successors: dict[str, list[Change]] = defaultdict(list)
        self._predecessors: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._successors[change.old].append(change)
            self._predecessors[change.new].append(change)

    def place(self, id: str) -> Place:
        """The place with this id. Raises BadInput, naming near misses, if there never was one."""
        if id in self._places:
            return self._places[id]
        near = get_close_matches(id.upper(), self._places, n=100, cutoff=0.6)
        near.sort(key=lambda other: (-sum(map(eq, id.upper(), other)), other))
        hint = f"did you mean {', '.join(near[:3])}?" if near else "an id looks like F00, F18, K0301 or B030101."
        raise BadInput(f"There is no place {id!r}: {hint}")

    def in_year(self, year: int, kind: Kind) -> tuple[Place, ...]:
        """The places of a kind that were valid in a year, by code. (All changes fall on 1 January.)"""
        return self._by_year[self._supported(year), kind]

    def units(self, year: int) -> tuple[Place, ...]:
        """The reporting units of a year: the municipalities except Oslo, and the districts of Oslo."""
        municipalities = (place for place in self.in_year(year, Kind.MUNICIPALITY) if place.id != OSLO)
        return (*municipalities, *self.in_year(year, Kind.CITY_DISTRICT))

    def parent(self, id: str, year: int) -> str | None:
        """The next larger place: district -> Oslo -> county -> F00 -> None. Raises BadInput if not valid that year."""
        return self._parent(self._valid(id, year))

    def children(self, id: str, year: int) -> tuple[str, ...]:
        """The next smaller places, by code: F00 -> counties -> municipalities; Oslo -> its districts."""
        return self._children[year].get(self._valid(id, year).id, ())

    def predecessors(self, id: str) -> tuple[Change, ...]:
        """The changes that made the place, or gave it something, in order of time."""
        return tuple(self._predecessors.get(self.place(id).id, ()))

    def successors(self, id: str) -> tuple[Change, ...]:
        """The changes that ended the place, or took something from it, in order of time."""
        return tuple(self._successors.get(self.place(id).id, ()))

    def carried(self, id: str, year: int) -> str:
        """The place that in `year` carries on this one: itself while it is valid, then its heir.

        The heir is exact through mergers and renumberings; where a place was divided it is the one that got most
        (the lowest code if several got as much). Raises BadInput for a year before the place existed.
        """
        place = self.place(id)
        if place.valid_in(self._supported(year)):
            return id
        if year < place.valid_from.year:
            raise BadInput(
                f"{place.name} ({id}) is from {place.valid_from.year} and carries on nothing in {year}: "
                "ask for its predecessors."
            )
        assert place.valid_to is not None
        heirs = self.to_borders(id, place.valid_to.year - 1, year)
        return min(heirs, key=lambda heir: (-heir[1], heir[0]))[0]

    def to_borders(self, id: str, year: int, target_year: int) -> Weights:
        """Recalculation of a place of `year` to the borders of a later year: (place, part of `id` it has), by code.

        >>> from overgang.base.places import gazetteer
        >>> gazetteer().to_borders("K0213", 2019, 2020)  # Ski became a part of Nordre Follo
        (('K3020', 1.0),)

        The parts sum to 1. Counties go by way of their municipalities, weighed by population. Boundary adjustments
        between municipalities are disregarded, as in the official grouping of municipalities over time. Raises
        BadInput when the place is not valid in `year` or the target year is earlier: what was merged is not undone.
        """
        place = self._valid(id, year)
        if self._supported(target_year) < year:
            raise BadInput(f"Figures of {year} cannot have the borders of {target_year}: choose {year} or later.")
        if place.kind is Kind.COUNTY:
            return self._county_to_borders(id, year, target_year)
        return self._followed(id, target_year)

    def exact(self, id: str, year: int, target_year: int) -> bool:
        """Whether the recalculation divides nothing: all of the place is in one place of the target year."""
        return len(self.to_borders(id, year, target_year)) == 1

    def search(self, text: str, year: int | None = None, limit: int = 20) -> tuple[Place, ...]:
        """The places, of a year or of all time, whose name in any language, or code, matches; best first.

        Names that begin as typed, then names with a word that does, then names that contain it; within each in
        Norwegian order, the larger place first, then the newest. Accents and case do not matter, and æ ø å may be
        written a, ae, o, oe, aa: "trondelag" finds Trøndelag, "karasjohka" finds Karasjok.
        """
        wanted = folded(text.strip())
        if not wanted:
            return ()
        found = []
        for place, names, order in self._index:
            rank = _rank(wanted, text.strip(), place, names)
            if rank is not None and (year is None or place.valid_in(year)):
                found.append((rank, *order, place))
        return tuple(entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])[:limit])

    @cached_property
    def _by_year(self) -> dict[tuple[int, Kind], tuple[Place, ...]]:
        places = sorted(self._places.values(), key=lambda place: place.code)
        return {
            (year, kind): tuple(place for place in places if place.kind is kind and place.valid_in(year))
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            for kind in Kind
        }

    @cached_property
    def _children(self) -> dict[int, dict[str, tuple[str, ...]]]:
        tree: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for (year, _), places in self._by_year.items():
            for place in places:
                if parent := self._parent(place):
                    tree[year][parent] = (*tree[year].get(parent, ()), place.id)
        return tree

    @cached_property
    def _index(self) -> list[tuple[Place, tuple[str, ...], tuple[tuple[str, str], int, int]]]:
        kinds = list(Kind)
        return [
            (
                place,
                tuple(folded(name) for name in (*place.names.values(), place.name.split(" (")[0])),
                (collation_key(place.name), kinds.index(place.kind), -place.valid_from.toordinal()),
            )
            for place in self._places.values()
        ]

    def _parent(self, place: Place) -> str | None:
        """A code begins with the code of the place it belongs to; a county's place in the country goes by its kind."""
        match place.kind:
            case Kind.COUNTRY:
                return None
            case Kind.COUNTY:
                return COUNTRY
            case Kind.MUNICIPALITY:
                return f"F{place.code[:2]}"
            case Kind.CITY_DISTRICT:
                return f"K{place.code[:4]}"

    def _county_to_borders(self, id: str, year: int, target_year: int) -> Weights:
        people: dict[str, float] = defaultdict(float)
        for municipality in self.children(id, year):
            for heir, part in self._followed(municipality, target_year):
                people[f"F{heir[1:3]}"] += self._people[municipality] * part
        if len(people) == 1:
            return tuple((county, 1.0) for county in people)
        total = sum(people.values())
        return tuple((county, people[county] / total) for county in sorted(people))

    def _followed(self, id: str, year: int) -> Weights:
        if self._places[id].valid_in(year):
            return ((id, 1.0),)
        parts: dict[str, float] = defaultdict(float)
        for change in self._latest_successors(id, year):
            for heir, part in self._followed(change.new, year):
                parts[heir] += part * change.weight
        return tuple(sorted(parts.items()))

    def _latest_successors(self, id: str, year: int) -> tuple[Change, ...]:
        """The changes that say most about `year`. A place merged in 2020 and taken out again in 2024 has two."""
        known = [change for change in self._successors[id] if change.day.year <= year and change.weight > 0]
        latest = max(change.day for change in known)
        return tuple(change for change in known if change.day == latest)

    def _valid(self, id: str, year: int) -> Place:
        place = self.place(id)
        if not place.valid_in(self._supported(year)):
            end = f" to {place.valid_to.year - 1}" if place.valid_to else ""
            raise BadInput(
                f"{place.name} ({id}) did not exist in {year}: it is valid from {place.valid_from.year}{end}."
            )
        return place

    def _supported(self, year: int) -> int:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInput(f"Places are known from {FIRST_YEAR} to {LAST_YEAR}, not in {year}: choose another year.")
        return year


def _rank(wanted: str, typed: str, place: Place, names: tuple[str, ...]) -> int | None:
    """How well a place matches, 0 best; None if it does not."""
    if any(name == wanted for name in names) or typed in (place.id, place.code):
        return 0
    if any(name.lower().startswith(typed.lower()) for name in place.names.values()):
        return 1
    if any(name.startswith(wanted) for name in names) or place.code.startswith(typed):
        return 2
    if any(f" {wanted}" in name.replace("-", " ") for name in names):
        return 3
    return 4 if any(wanted in name for name in names) else None
