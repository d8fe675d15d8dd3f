"""The life of a return: its states, and which follows which on what condition (spec 7.6)."""

from collections.abc import Mapping
from dataclasses import dataclass

INVITED, OPENED, DRAFT, AWAITING = "invited", "opened", "draft", "awaiting_approval"
SENT, FLAGGED, CONTACTED = "sent", "flagged", "contacted"
ACCEPTED, REMARKED, NO_RESPONSE = "accepted", "accepted_with_remark", "no_response"

STATES: Mapping[str, Mapping[str, str]] = {
    INVITED: {"nb": "invitert", "nn": "invitert", "en": "invited"},
    OPENED: {"nb": "åpnet", "nn": "opna", "en": "opened"},
    DRAFT: {"nb": "påbegynt", "nn": "påbyrja", "en": "begun"},
    AWAITING: {"nb": "til godkjenning", "nn": "til godkjenning", "en": "awaiting approval"},
    SENT: {"nb": "sendt inn", "nn": "sendt inn", "en": "sent"},
    FLAGGED: {"nb": "til oppfølging", "nn": "til oppfølging", "en": "to be followed up"},
    CONTACTED: {"nb": "kommunen er kontaktet", "nn": "kommunen er kontakta", "en": "unit contacted"},
    ACCEPTED: {"nb": "godtatt", "nn": "godteken", "en": "accepted"},
    REMARKED: {"nb": "godtatt med merknad", "nn": "godteken med merknad", "en": "accepted with a remark"},
    NO_RESPONSE: {"nb": "ikke svart", "nn": "ikkje svart", "en": "no response"},
}

WITH_UNIT = frozenset({INVITED, OPENED, DRAFT, AWAITING})
"""The unit has it, and may type."""
WITH_DIRECTORATE = frozenset({SENT, FLAGGED, CONTACTED})
"""Sent, and not yet accepted."""
DONE = frozenset({ACCEPTED, REMARKED})


@dataclass(frozen=True, slots=True)
class Transition:
    """One state may follow another, on a condition (in words, for the manual)."""

    before: str
    after: str
    condition: str


TRANSITIONS: tuple[Transition, ...] = (
    Transition(INVITED, OPENED, "somebody of the unit opens the form"),
    *(Transition(state, DRAFT, "something is saved") for state in (INVITED, OPENED)),
    Transition(DRAFT, AWAITING, "an adviser hands it to the leader; no hard check fails"),
    Transition(AWAITING, DRAFT, "it is taken back, or the leader gives it back"),
    *(
        Transition(before, after, f"a leader approves; {found}")
        for before in (DRAFT, AWAITING)
        for after, found in ((SENT, "no check fails"), (FLAGGED, "something is to be followed up"))
    ),
    *(Transition(state, CONTACTED, "a contact is noted") for state in (SENT, FLAGGED)),
    *(
        Transition(before, after, f"a correction with its reason; {found}")
        for before in (SENT, FLAGGED, CONTACTED)
        for after, found in ((SENT, "no check fails"), (FLAGGED, "something is to be followed up"))
        if before != after
    ),
    *(Transition(state, ACCEPTED, "a person accepts it") for state in (SENT, FLAGGED, CONTACTED)),
    *(Transition(state, REMARKED, "a person accepts it and says what remains") for state in (SENT, FLAGGED, CONTACTED)),
    *(Transition(state, FLAGGED, "a person takes it up again, with a reason") for state in (SENT, ACCEPTED, REMARKED)),
    *(
        Transition(before, after, "whoever accepted it takes that back at once")
        for before in (ACCEPTED, REMARKED)
        for after in (SENT, CONTACTED)
    ),
    *(Transition(state, NO_RESPONSE, "the round is closed") for state in (INVITED, OPENED, DRAFT, AWAITING)),
    *(
        Transition(state, DRAFT, "opened again by a decision, with a reason and a last day")
        for state in (SENT, FLAGGED, CONTACTED, ACCEPTED, REMARKED, NO_RESPONSE)
    ),
)


def may_follow(before: str, after: str) -> bool:
    """Whether there is such a transition."""
    return any((one.before, one.after) == (before, after) for one in TRANSITIONS)


def label(state: str, lang: str) -> str:
    return STATES[state][lang]
