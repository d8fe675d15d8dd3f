"""The second table of the authorization matrix: for each address who may use it, said in roles and not in permissions,
by which methods, and how its parameters are filled. An address without an entry fails the matrix.

For an address about a record, `path`, `query` and `body` name it by way of the `World`: the matrix asks for one's own,
somebody else's, shielded ones, and one that is not there, and expects the last three to look the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

EVERYBODY, SIGNED_IN = frozenset({"*"}), frozenset({"+"})
ADVISERS = frozenset({"adviser", "leader"})
OFFICERS = ADVISERS | {"shielded_officer"}
SEEING = OFFICERS | {"language_adviser"}
MANAGERS = frozenset({"leader", "administrator"})
READERS = frozenset({"leader", "auditor"})
SUPERVISORS = frozenset({"governor", "analyst"})
READ, SEND, BOTH = frozenset({"GET", "HEAD"}), frozenset({"POST"}), frozenset({"GET", "HEAD", "POST"})

WHOSE = ("own", "other", "own7", "other7", "six", "missing")
"""Whose record is asked for: of the own unit, of another one, the same with confidential address (grade 7), one with
strictly confidential address (grade 6), and one that is not there."""

PLACES = ("own", "other", "missing")
"""Enough for rows that belong to a place and to no person."""


@dataclass(frozen=True)
class World:
    """What there is in the test's register. `keys` and `cases`: a person's key and case by `WHOSE`; `made`: further
    rows, by name and whose, e.g. `world.made["finding", "own"]`."""

    keys: Mapping[str, str]
    cases: Mapping[str, int]
    made: Mapping[tuple[str, str], Any]


Fill = Callable[[World, str], Mapping[str, Any]]


def nothing(world: World, whose: str) -> Mapping[str, Any]:  # noqa: ARG001
    return {}


def fixed(**values: Any) -> Fill:
    return lambda world, whose: values  # noqa: ARG005


def key_of(name: str) -> Fill:
    """The key of the person under this name."""
    return lambda world, whose: {name: world.keys[whose]}


def case_of(name: str) -> Fill:
    """The case of the person under this name."""
    return lambda world, whose: {name: world.cases[whose]}


def row_of(name: str, what: str) -> Fill:
    """A row that was made for the matrix: `row_of("pk", "grant")`."""
    return lambda world, whose: {name: world.made[what, whose]}


def both(*fills: Fill) -> Fill:
    """Several parameters."""
    return lambda world, whose: {name: value for fill in fills for name, value in fill(world, whose).items()}


def number_of_nobody(world: World, whose: str) -> Mapping[str, Any]:  # noqa: ARG001
    """For a new person."""
    return {"number": world.made["number", "missing"]}


def sees_person(role: str, whose: str) -> bool:
    """Which persons a role sees, in plain words: officers those of grade 6, the others those of their unit."""
    if role == "shielded_officer":
        return whose == "six"
    return role in SEEING and whose in ("own", "own7")


def of_own_place(role: str, whose: str) -> bool:
    """For rows that belong to a place: leaders have those of their own, the country's roles have all that are there."""
    return whose in ("own", "own7") if role == "leader" else whose != "missing"


def in_own_unit(role: str, whose: str) -> bool:  # noqa: ARG001
    """For rows of a unit that only its own advisers and leaders have."""
    return whose == "own"


@dataclass(frozen=True)
class Way:
    """An address: who may use it, and how it is asked. `sees`: for an address about a record, which role sees whose;
    None where there is no record. `also`: further statuses that are right when the way is open."""

    roles: frozenset[str]
    methods: frozenset[str] = READ
    path: Fill = nothing
    query: Fill = nothing
    body: Fill = nothing
    sees: Callable[[str, str], bool] | None = None
    whose: tuple[str, ...] = WHOSE
    also: frozenset[int] = field(default_factory=frozenset)


NO_PAGE = frozenset({404})
UNKNOWN = frozenset({400, 403})

SIGN_IN = {
    "account_login": Way(EVERYBODY, BOTH),
    "account_logout": Way(EVERYBODY, BOTH),
    "account_inactive": Way(EVERYBODY, BOTH, also=frozenset({405})),
    "account_reauthenticate": Way(SIGNED_IN, BOTH),
    "account_change_password": Way(SIGNED_IN, BOTH),
    "mfa_authenticate": Way(EVERYBODY, BOTH),
    "mfa_login_webauthn": Way(EVERYBODY, BOTH),
    "mfa_index": Way(SIGNED_IN, BOTH, also=frozenset({405})),
    "mfa_reauthenticate": Way(SIGNED_IN, BOTH),
    "mfa_reauthenticate_webauthn": Way(SIGNED_IN, BOTH),
    "mfa_activate_totp": Way(SIGNED_IN, BOTH),
    "mfa_deactivate_totp": Way(SIGNED_IN, BOTH, also=NO_PAGE),
    "mfa_view_recovery_codes": Way(SIGNED_IN, BOTH, also=frozenset({404, 405})),
    "mfa_generate_recovery_codes": Way(SIGNED_IN, BOTH),
    "mfa_download_recovery_codes": Way(SIGNED_IN, BOTH, also=frozenset({404, 405})),
    "mfa_list_webauthn": Way(SIGNED_IN, BOTH, also=frozenset({405})),
    "mfa_add_webauthn": Way(SIGNED_IN, BOTH),
    "mfa_remove_webauthn": Way(SIGNED_IN, BOTH, fixed(pk=1), also=NO_PAGE),
    "mfa_edit_webauthn": Way(SIGNED_IN, BOTH, fixed(pk=1), also=NO_PAGE),
    "openid_connect_login": Way(EVERYBODY, BOTH, fixed(provider_id="none"), also=NO_PAGE),
    "openid_connect_callback": Way(EVERYBODY, BOTH, fixed(provider_id="none"), also=NO_PAGE),
    "socialaccount_login_cancelled": Way(EVERYBODY, BOTH, also=frozenset({405})),
    "socialaccount_login_error": Way(EVERYBODY, BOTH, also=frozenset({401, 405})),
}

ROLES = frozenset(
    {"adviser", "language_adviser", "leader", "governor", "analyst", "shielded_officer", "auditor", "administrator"}
)

ACCESS = {
    "access:home": Way(ROLES),
    "access:role": Way(SIGNED_IN, BOTH, body=row_of("grant", "grant"), also=NO_PAGE),
    "access:language": Way(EVERYBODY, SEND, body=fixed(lang="nb")),
    "access:second_factor": Way(SIGNED_IN),
    "access:first_password": Way(EVERYBODY, BOTH, fixed(user="MQ", token="x-y"), also=NO_PAGE),
    "access:users": Way(MANAGERS),
    "access:new_user": Way(MANAGERS, BOTH, also=UNKNOWN),
    "access:user": Way(MANAGERS, path=row_of("pk", "user"), sees=of_own_place, whose=PLACES),
    "access:give_role": Way(MANAGERS, SEND, row_of("pk", "user"), sees=of_own_place, whose=PLACES, also=UNKNOWN),
    "access:new_link": Way(MANAGERS, SEND, row_of("pk", "user"), sees=of_own_place, whose=PLACES),
    "access:shut_user": Way(MANAGERS, SEND, row_of("pk", "user"), sees=of_own_place, whose=PLACES),
    "access:end_role": Way(MANAGERS, SEND, row_of("grant", "grant"), sees=of_own_place, whose=PLACES),
    "access:review_role": Way(MANAGERS, SEND, row_of("grant", "grant"), sees=of_own_place, whose=PLACES),
    "access:tokens": Way(MANAGERS, BOTH, also=UNKNOWN),
    "access:end_token": Way(MANAGERS, SEND, row_of("pk", "token"), sees=of_own_place, whose=PLACES),
    "access:events": Way(READERS, query=key_of("person")),
    "access:events_file": Way(READERS, query=key_of("person")),
    "access:find_person": Way(READERS, SEND, body=row_of("number", "number"), sees=of_own_place),
    "access:chain": Way(READERS, BOTH),
    "access:seen": Way(READERS, path=key_of("person"), sees=of_own_place),
}

LATER = frozenset({409})
"""The case is not where this can be done; somebody who may not see it gets 404 all the same."""


def of_own_unit(role: str, whose: str) -> bool:
    """A move is answered by the unit it is offered to."""
    return role in ADVISERS and whose == "own"


KEY, CASE = key_of("key"), case_of("case")
OF_PERSON = ("background", "number", "permit", "settlement", "new_case")
OF_CASE = (
    *("ask", "grant", "begin", "come_back", "resume", "end", "correct_exit", "certificate", "measure", "copy"),
    *("absence", "plan", "leave", "extend", "stop", "reject", "decline", "give_up", "appeal", "law", "facts", "days"),
)
MOVES = ("hand_over", "withdraw")
ROWS = ("measure", "leave", "absence", "decision", "plan", "permit", "settlement", "appeal")

REGISTER: dict[str, Way] = {
    "register:work_list": Way(OFFICERS),
    "register:search": Way(SEEING, BOTH, body=row_of("q", "number")),
    "register:intake": Way(OFFICERS, BOTH, body=number_of_nobody),
    "register:person": Way(SEEING, path=KEY, sees=sees_person),
    "register:numbers": Way(SEEING, SEND, KEY, body=fixed(purpose="check"), sees=sees_person),
    "register:finding": Way(
        OFFICERS, BOTH, row_of("finding", "finding"), body=fixed(do="explain", explanation="x"), sees=sees_person
    ),
    "register:take": Way(OFFICERS, SEND, KEY, sees=sees_person),
    "register:undo": Way(OFFICERS, SEND, both(KEY, fixed(event=1)), sees=sees_person),
    "register:answer": Way(
        ADVISERS, BOTH, row_of("handover", "handover"), body=fixed(do="accept"), sees=of_own_unit, whose=PLACES
    ),
    **{f"register:{act}": Way(OFFICERS, BOTH, KEY, sees=sees_person, also=LATER) for act in OF_PERSON},
    **{f"register:{act}": Way(OFFICERS, BOTH, both(KEY, CASE), sees=sees_person, also=LATER) for act in OF_CASE},
    **{f"register:{act}": Way(ADVISERS, BOTH, both(KEY, CASE), sees=sees_person, also=LATER) for act in MOVES},
    **{
        f"register:{act}": Way(OFFICERS, BOTH, both(KEY, row_of("row", row)), sees=sees_person, also=LATER)
        for row in ROWS
        for act in (f"delete_{row}", "outcome" if row == "appeal" else f"edit_{row}")
    },
    "register:unit": Way(ADVISERS),
    "register:ended": Way(ADVISERS),
    "register:export": Way(ADVISERS, BOTH),
    "register:deadlines": Way(frozenset({"leader"})),
    "register:supervision": Way(SUPERVISORS),
    "register:supervision_file": Way(SUPERVISORS),
}
"""The screens of the register. Whoever adds an address adds its entry here."""

KEY = frozenset({400, 401, 404, 429})
"""The interface for other systems asks for a key and not for a role."""

IMPORTS = {
    "imports:batches": Way(ADVISERS, BOTH, also=UNKNOWN),
    "imports:batch": Way(ADVISERS, path=row_of("pk", "batch"), sees=in_own_unit, whose=PLACES),
    "imports:accept": Way(
        ADVISERS, SEND, row_of("pk", "batch"), body=fixed(choice="all"), sees=in_own_unit, whose=PLACES
    ),
    "imports:again": Way(ADVISERS, SEND, row_of("pk", "batch"), sees=in_own_unit, whose=PLACES),
    "imports:undo": Way(ADVISERS, SEND, row_of("pk", "batch"), sees=in_own_unit, whose=PLACES),
    "imports:rejected": Way(ADVISERS, path=both(row_of("pk", "batch"), fixed(format="csv")), also=NO_PAGE),
    "imports:kind": Way(ADVISERS, path=fixed(kind="person")),
    "imports:kind_file": Way(ADVISERS, path=fixed(kind="person", format="csv")),
    "imports:description": Way(EVERYBODY),
    "imports:api_send": Way(EVERYBODY, SEND, fixed(kind="person"), also=KEY),
    "imports:api_see": Way(EVERYBODY, path=row_of("pk", "batch"), also=KEY),
}

ANALYSTS = frozenset({"analyst"})


def that_is_there(role: str, whose: str) -> bool:
    """Whoever follows up has the returns of all units."""
    return role in ANALYSTS and whose != "missing"


OF_YEAR, OF_UNIT = fixed(year=2024), both(fixed(year=2024), row_of("unit", "asked"))

DESK = {
    "returns:follow_up": Way(ANALYSTS),
    "returns:desk": Way(ANALYSTS, path=OF_YEAR),
    "returns:desk_file": Way(ANALYSTS, path=OF_YEAR),
    "returns:accept_fitting": Way(ANALYSTS, BOTH, OF_YEAR),
    "returns:follow_up_unit": Way(
        ANALYSTS, BOTH, OF_UNIT, body=fixed(do="accept", number=1), sees=that_is_there, whose=PLACES, also=LATER
    ),
    "returns:correct": Way(ANALYSTS, BOTH, OF_UNIT, sees=that_is_there, whose=PLACES, also=LATER),
}

RETURN = both(row_of("unit", "return"), fixed(year=2020))
VERSION = both(RETURN, fixed(number=1))

ANSWERING = {
    "returns:returns": Way(ADVISERS),
    "returns:answer": Way(ADVISERS, BOTH, RETURN, body=fixed(seen=0), sees=in_own_unit, whose=PLACES),
    "returns:draft": Way(ADVISERS, SEND, RETURN, body=fixed(seen=0), sees=in_own_unit, whose=PLACES),
    "returns:approve": Way(frozenset({"leader"}), BOTH, RETURN, sees=in_own_unit, whose=PLACES),
    "returns:receipt": Way(ADVISERS, path=VERSION, sees=in_own_unit, whose=PLACES),
    "returns:receipt_file": Way(ADVISERS, path=VERSION, sees=in_own_unit, whose=PLACES),
}
"""The unit's own pages of the annual return."""

BEING_WRITTEN, BEING_DECIDED = fixed(year=2011), fixed(year=2012)

COMMENTS = {
    "returns:comments": Way(ADVISERS | ANALYSTS),
    "returns:comment_round": Way(ANALYSTS, path=BEING_WRITTEN),
    "returns:results_out": Way(ANALYSTS, SEND, BEING_WRITTEN),
    "returns:questions": Way(ANALYSTS, BOTH, BEING_WRITTEN),
    "returns:open_comments": Way(ANALYSTS, SEND, BEING_WRITTEN),
    "returns:prolong_comments": Way(ANALYSTS, SEND, BEING_WRITTEN, body=fixed(closes="01.01.2100")),
    "returns:close_comments": Way(ANALYSTS, SEND, BEING_WRITTEN),
    "returns:publish_comments": Way(ANALYSTS, SEND, BEING_DECIDED),
    "returns:write_comments": Way(
        ADVISERS,
        BOTH,
        both(BEING_WRITTEN, row_of("unit", "commenter")),
        body=fixed(do="save", seen=0, q1="x"),
        sees=in_own_unit,
        whose=PLACES,
    ),
    "returns:comment": Way(
        ANALYSTS,
        BOTH,
        both(BEING_DECIDED, fixed(question=1), row_of("number", "comment")),
        body=fixed(do="undo"),
        sees=that_is_there,
        whose=PLACES,
    ),
    "returns:comments_preview": Way(ANALYSTS, path=BEING_DECIDED),
    "returns:comments_file": Way(ANALYSTS, path=both(BEING_DECIDED, fixed(format="csv"))),
}
SURVEYS = {
    "returns:surveys": Way(ANALYSTS, BOTH, also=UNKNOWN),
    "returns:survey": Way(ANALYSTS, path=row_of("pk", "survey"), sees=that_is_there, whose=PLACES),
    "returns:survey_columns": Way(ANALYSTS, BOTH, row_of("pk", "survey"), sees=that_is_there, whose=PLACES),
    "returns:survey_take": Way(
        ANALYSTS, SEND, row_of("pk", "survey"), body=fixed(choice="all"), sees=that_is_there, whose=PLACES
    ),
    "returns:survey_rest": Way(ANALYSTS, path=row_of("pk", "survey"), sees=that_is_there, whose=PLACES),
}

ROUNDS = {
    "returns:rounds": Way(SUPERVISORS),
    "returns:new_round": Way(ANALYSTS, BOTH, also=UNKNOWN),
    "returns:round": Way(ANALYSTS, path=OF_YEAR),
    "returns:round_file": Way(ANALYSTS, path=OF_YEAR),
    "returns:responses": Way(SUPERVISORS, path=OF_YEAR),
    "returns:frame": Way(ANALYSTS, BOTH, OF_YEAR),
    "returns:closing_day": Way(ANALYSTS, BOTH, OF_YEAR, also=UNKNOWN),
    "returns:close_round": Way(ANALYSTS, BOTH, OF_YEAR),
    "returns:deadline": Way(ANALYSTS, BOTH, OF_UNIT, sees=that_is_there, whose=PLACES, also=UNKNOWN),
    "returns:letters": Way(ANALYSTS, path=OF_YEAR),
    "returns:lay": Way(ANALYSTS, BOTH, fixed(year=2024, kind="invitation")),
    "returns:letter_again": Way(ANALYSTS, SEND, fixed(year=2024, letter=1), also=NO_PAGE),
    "returns:addresses": Way(ANALYSTS, BOTH, also=UNKNOWN),
    "returns:address": Way(ANALYSTS, BOTH, fixed(unit="K5001"), also=UNKNOWN),
}

WAYS: Mapping[str, Way] = SIGN_IN | ACCESS | REGISTER | IMPORTS | DESK | COMMENTS | SURVEYS | ROUNDS | ANSWERING
