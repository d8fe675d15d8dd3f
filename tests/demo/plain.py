"""Counting by plain loops over the rows of a register: nothing of the generator, nothing of `compute`."""

from collections import defaultdict

from overgang.base.places import gazetteer

OUTCOME = {
    "PS_WORK_GT29": "work",
    "PS_WORK_LT30": "work",
    "CO_WORK_GT29": "work",
    "CO_WORK_LT30": "work",
    "CO_JS_WAGE_SUBSIDY": "work",
    "PS_EDU_UPPER": "education",
    "PS_EDU_HIGHER": "education",
    "CO_EDU_UPPER": "education",
    "CO_EDU_HIGHER": "education",
    "CO_PRIMARY_SCHOOL": "primary_school",
    "CO_JS_NAV_MEASURE": "measures",
    "CO_JS_OTHER_MEASURE": "measures",
    "CO_NOT_JOBSEEKER": "no_activity",
    "PS_HEALTH": "health",
    "IN_MOVED": "moved",
    "IN_DEATH": "other",
    "IN_UNKNOWN": "other",
    "PS_BEHAVIOUR": "other",
    None: "not_registered",
}


class Country:
    """The rows of the tables, as dicts."""

    def __init__(self, tables):
        self.persons = {row["local_id"]: row for row in tables["person"].to_dicts()}
        self.participations = tables["participation"].to_dicts()
        self.returns = tables["annual_return"].filter(year=2007).to_dicts()
        self.answered = {row["unit"] for row in self.returns}
        self._of_year = {}

    def of_year(self, year):
        """Participations that were running at some time of a year, each with its place of that year; 2007: answered."""
        if year not in self._of_year:
            self._of_year[year] = self._in_year(year)
        return self._of_year[year]

    def _in_year(self, year):
        found = []
        for row in self.participations:
            if row["start"].year <= year and (row["end"] is None or row["end"].year >= year):
                hidden = self.persons[row["local_id"]]["shielded"]
                unit = gazetteer().carried(row["unit"], year)
                if year == 2007 and (hidden or unit not in self.answered):
                    continue
                found.append({**row, "place": None if hidden else unit, "person": self.persons[row["local_id"]]})
        return found

    def exits(self, year, level):
        """Place -> the rows that are somebody's last of the year there and ended. `level`: row -> place or None."""
        last = {}
        for row in self.of_year(year):
            place = level(row)
            if place is None:
                continue
            key = place, row["local_id"]
            if key not in last or (row["start"], row["end"] or row["start"]) > (last[key]["start"], last[key]["end"]):
                last[key] = row
        ended = defaultdict(list)
        for (place, _), row in last.items():
            if row["end"] is not None and row["end"].year == year:
                ended[place].append(row)
        return ended


def country(_row):
    return "F00"


def shielded(row):
    return "F00S" if row["person"]["shielded"] else None


def county(row):
    return row["place"] and row["place"][1:3]


def municipality(row):
    return row["place"] and ("K0301" if row["place"].startswith("B") else row["place"])


def outcomes(rows):
    counts = defaultdict(int)
    for row in rows:
        counts[OUTCOME[row["end_reason"]]] += 1
    return counts


def work_edu(rows):
    counts = outcomes(rows)
    return counts["work"] + counts["education"]


def percent(part, whole):
    return (200 * part + whole) // (2 * whole)
