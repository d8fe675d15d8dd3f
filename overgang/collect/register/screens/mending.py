"""Which form mends what a rule found."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from overgang.access.texts import texts
from overgang.collect.register.models import Finding
from overgang.collect.register.screens.acts import BY_ID
from overgang.collect.register.states import ENDED

BY_RULE: Mapping[str, tuple[str, ...]] = {
    "DQ01": ("number",),
    "DQ02": ("number",),
    "DQ03": ("end", "days"),
    "DQ04": ("end", "days"),
    "DQ05": ("background",),
    "DQ06": ("correct_exit",),
    "DQ07": ("correct_exit",),
    "DQ08": ("correct_exit", "end"),
    "DQ09": ("correct_exit", "end"),
    "DQ10": ("correct_exit", "end"),
    "DQ11": ("correct_exit",),
    "DQ12": ("begin", "grant", "ask", "days"),
    "DQ14": ("facts",),
    "DQ15": ("facts",),
    "DQ16": ("end", "extend"),
    "DQ17": ("days",),
    "DQ18": ("end",),
    "DQ19": ("background",),
    "DQ20": ("plan",),
    "DQ21": ("measure",),
    "DQ22": ("measure",),
    "DQ25": ("come_back", "end"),
    "DQ26": ("correct_exit",),
    "DQ27": ("correct_exit",),
    "DQ28": ("facts",),
    "DQ29": ("correct_exit",),
    "DQ31": ("certificate",),
    "DQ32": ("law",),
    "DQ33": ("plan",),
}
"""The acts that may mend it, the likeliest first. DQ13 (entered too late) can only be explained."""
BY_ROW: Mapping[str, str] = {
    "measure": "edit_measure",
    "leave": "edit_leave",
    "absence": "edit_absence",
    "decision": "edit_decision",
    "plan": "edit_plan",
    "permit": "edit_permit",
    "settlement": "edit_settlement",
    "appeal": "outcome",
    "participation": "days",
    "case": "facts",
    "person": "background",
}
"""The form of the row a finding is about."""
ROW_FIRST = frozenset({"DQ05", "DQ18", "DQ23", "DQ24", "DQ28"})
"""Rules that find a single row at fault."""
BACKGROUND = frozenset({"competence_mapped", "career_guided"})


@dataclass(frozen=True, slots=True)
class Way:
    """A link to a form."""

    text: str
    href: str


def way_to_mend(finding: Finding) -> Way | None:
    """The form that mends a finding; None where nothing but an explanation can."""
    case = finding.case
    if case is None:
        return None
    model, id = _subject(finding.subject)
    if finding.rule in ROW_FIRST and model in BY_ROW and (act := BY_ID[BY_ROW[model]]).level == "row" and id:
        return Way(texts()(f"act.{act.id}"), reverse(f"register:{act.id}", args=[case.person.key, id]))
    wanted = list(BY_RULE.get(finding.rule, ()))
    if finding.rule in ROW_FIRST and model in BY_ROW and BY_ID[BY_ROW[model]].level != "row":
        wanted.insert(0, BY_ROW[model])
    if finding.rule == "DQ20" and set(str(finding.values.get("fields", "")).split(",")) <= BACKGROUND:
        wanted.insert(0, "background")
    if model == "plan" and id and finding.rule == "DQ19":
        return Way(texts()("act.edit_plan"), reverse("register:edit_plan", args=[case.person.key, id]))
    return next((_way(act, case) for act in wanted if _fits(act, case.state)), None)


def _fits(act: str, state: str) -> bool:
    """By the stored state: leave and stops are days within "in the programme"."""
    kind = BY_ID[act]
    if state in ENDED and act in ("end",):
        return False
    return not kind.states or state in kind.states or (act == "come_back" and state == "in_programme")


def _way(act: str, case: object) -> Way:
    args = [case.person.key] if BY_ID[act].level == "person" else [case.person.key, case.pk]  # type: ignore[attr-defined]
    return Way(texts()(f"act.{act}"), reverse(f"register:{act}", args=args))


def _subject(subject: str) -> tuple[str, int | None]:
    """ "measure:4.start" -> ("measure", 4)."""
    model, _, rest = subject.partition(":")
    id = rest.partition(".")[0]
    return model, int(id) if id.isdecimal() else None
