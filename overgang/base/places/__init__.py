"""Places in time: the country, counties, municipalities and Oslo's districts, 2004-2026, and what became of them.

A place has one id a code (F00, F18, K0301, B030101) and the time it was valid; mergers, splits and renumberings are
dated links between places. Results are stored under the places of their own year; `recalculated` gives them by the
borders of a later one.
"""

from overgang.base.places.gazetteer import FIRST_YEAR, LAST_YEAR, Gazetteer
from overgang.base.places.place import COUNTRY, OSLO, Change, Kind, Place
from overgang.base.places.reader import gazetteer
from overgang.base.places.recalculation import Certainty, Recalculated, recalculated

__all__ = [
    "COUNTRY",
    "FIRST_YEAR",
    "LAST_YEAR",
    "OSLO",
    "Certainty",
    "Change",
    "Gazetteer",
    "Kind",
    "Place",
    "Recalculated",
    "gazetteer",
    "recalculated",
]
