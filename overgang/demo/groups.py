"""The words of the published figures: which rows of a table each group is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from overgang.base.codes.end_reasons import end_reasons

Group = Mapping[str, frozenset[str]]
"""Column -> the values that belong; a row belongs when it does in every column, so the empty group is everybody."""

SHIELDED = "F00S"
EVERYBODY: Group = {}
VERSION = "2022"


def _is(**columns: str | tuple[str, ...]) -> Group:
    return {name: frozenset((values,) if isinstance(values, str) else values) for name, values in columns.items()}


def _reasons(*outcomes: str) -> Group:
    """The end reasons that count in one of the outcomes."""
    return {"reason": frozenset(row.code for row in end_reasons() if row.outcome[VERSION] in outcomes)}


COMPLETE: Mapping[str, frozenset[str]] = {
    "reason": frozenset(row.code for row in end_reasons()),
    "sex": frozenset({"M", "F"}),
    "education": frozenset({"none", "primary", "upper_secondary", "higher", "unknown"}),
    "size": frozenset({"single", "small", "medium", "large"}),
    "reply": frozenset({"single", "small", "medium", "large", "no size", "silent"}),
    "time": frozenset({"shorter", "two years", "longer"}),
    "transfer": frozenset({"social", "insurance", "other", "none"}),
    "status": frozenset({"active", "leave", "ended"}),
}
"""Columns with these values and no other."""


def both(one: Group, other: Group) -> Group:
    """The group of those who belong to both."""
    return {**one, **other, **{column: one[column] & other[column] for column in one.keys() & other.keys()}}


@dataclass(frozen=True)
class Population:
    """A table to count in, and what its groups are called in the published figures."""

    table: str
    words: Mapping[str, Group]


ENDED: Mapping[str, Group] = {
    "": EVERYBODY,
    "all": EVERYBODY,
    "work": _reasons("work"),
    "edu": _reasons("education"),
    "work|edu": _reasons("work", "education"),
    "work.subsidy": _is(reason="CO_JS_WAGE_SUBSIDY"),
    "primary": _reasons("primary_school"),
    "measure": _reasons("measures"),
    "health": _reasons("health"),
    "none": _reasons("no_activity"),
    "moved": _reasons("moved"),
    "dead": _is(reason="IN_DEATH"),
    "behaviour": _is(reason="PS_BEHAVIOUR"),
    "unknown": _is(reason="IN_UNKNOWN"),
    "dead|behaviour|unknown": _is(reason=("IN_DEATH", "PS_BEHAVIOUR", "IN_UNKNOWN")),
    "time<2y": _is(time="shorter"),
    "time=2y": _is(time="two years"),
    "time>2y": _is(time="longer"),
    "social": _is(transfer="social"),
    "insurance": _is(transfer="insurance"),
    "other_support": _is(transfer="other"),
    "transfer": _is(transfer=("social", "insurance", "other")),
    "no_transfer": _is(transfer="none"),
    "size=small": _is(size=("single", "small")),
    "size=medium": _is(size="medium"),
    "size=large": _is(size="large"),
    "men": _is(sex="M"),
    "women": _is(sex="F"),
    "men higher education": _is(sex="M", education="higher"),
    "women illiterate": _is(sex="F", education="none"),
    "Somalia": _is(origin="SO"),
    "Somalia men": _is(origin="SO", sex="M"),
    "Somalia women": _is(origin="SO", sex="F"),
}
"""Those who ended. A group within which a share is counted has its words here too."""

STATUS: Mapping[str, Group] = {
    "": EVERYBODY,
    "all": EVERYBODY,
    "q2": _is(status=("active", "leave")),
    "active": _is(status="active"),
    "leave": _is(status="leave"),
    "q3": _is(status="leave"),
    "ended": _is(status="ended"),
    "q4": _is(status="ended"),
}
"""Those the units reported at the end of the year: in the programme, on leave or ended."""

PROGRAMMES: Mapping[str, Group] = {
    "": EVERYBODY,
    "sent": EVERYBODY,
    "answered": {"reply": COMPLETE["reply"] - {"silent"}},
    "size=1": _is(reply="single"),
    "size=small": _is(reply="small"),
    "size=medium": _is(reply="medium"),
    "size=large": _is(reply="large"),
}
"""The units that were asked, by what the return says of their size."""

PARTICIPANTS: Mapping[str, Group] = {
    "": EVERYBODY,
    "all": EVERYBODY,
    "q1": EVERYBODY,
    "size=small": ENDED["size=small"],
    "size=medium": ENDED["size=medium"],
    "size=large": ENDED["size=large"],
}

STARTED: Mapping[str, Group] = {"": EVERYBODY, "all": EVERYBODY, "Ukraine": _is(origin="UA")}

TAKEN: Mapping[str, Group] = {"": EVERYBODY, "labour": _is(aim="work"), "education": _is(aim="education")}
"""What the programmes are made of, by what it is directed to."""

POPULATIONS: Mapping[str, Population] = {
    "ended": Population("ended", ENDED),
    "participants": Population("participants", PARTICIPANTS),
    "programmes": Population("programmes", PROGRAMMES),
    "active_end": Population("status", {**STATUS, "": STATUS["q2"]}),
    "leave_end": Population("status", {**STATUS, "": STATUS["q3"]}),
    "ended_q4": Population("status", {**STATUS, "": STATUS["q4"]}),
    "q2+q4": Population("status", STATUS),
    "started": Population("started", STARTED),
    "measures": Population("measures", TAKEN),
    "municipalities": Population("municipalities", {}),
}
"""The populations by their names in published.csv."""
