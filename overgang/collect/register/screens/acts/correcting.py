"""Rows that are there, corrected or deleted: the same few lines for each kind."""

from typing import Any

from overgang.collect.register.record import Edit, Work
from overgang.collect.register.screens.acts.act import Act
from overgang.collect.register.screens.acts.running import within
from overgang.collect.register.screens.fields import Day, Hours, Line, code, whole


class Correct(Act):
    """New values for one row."""

    level, offered = "row", False

    def stored(self) -> dict[str, Any]:
        return {name: getattr(self.about.row, name) for name in self.fields}

    def work(self) -> Work:
        return Work(change=[Edit(self.about.row, self.cleaned_data)])


class EditMeasure(Correct):
    id, slug, row = "edit_measure", "rett-tiltak", "measure"
    spans = (("start", "end"),)
    kind = code("measure")
    directed_to = code("directed_to", required=False)
    start = Day()
    end = Day(required=False)
    hours = Hours(required=False)
    provider = Line(required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        within(self, "start", "end")
        return values


class EditLeave(Correct):
    id, slug, row = "edit_leave", "rett-permisjon", "leave"
    spans = (("start", "end"),)
    kind = code("leave")
    decided = Day(required=False)
    start = Day()
    end = Day(required=False)
    override = Line(required=False)


class EditAbsence(Correct):
    id, slug, row = "edit_absence", "rett-fravaer", "absence"
    spans = (("start", "end"),)
    start = Day()
    end = Day()
    authorised = whole(most=2000)
    unauthorised = whole(most=2000)
    cause = code("absence_cause", required=False)


class EditDecision(Correct):
    """The kind of a decision is not changed: it is deleted, and another made."""

    id, slug, row = "edit_decision", "rett-vedtak", "decision"
    spans = (("since", "until"),)
    decided = Day()
    reason = code("rejection_reason", required=False)
    months = whole(most=120, required=False)
    since = Day(required=False)
    until = Day(required=False)
    override = Line(required=False)

    def prepare(self) -> None:
        """Each kind has its own fields."""
        has = {
            "grant": {"months"},
            "extension": {"months", "override"},
            "rejection": {"reason"},
            "leave": {"since", "until"},
            "stop_temporary": {"since", "until"},
        }.get(self.about.row.kind, set())
        for name in set(self.fields) - {"decided"} - has:
            del self.fields[name]


class EditPermit(Correct):
    id, slug, row = "edit_permit", "rett-tillatelse", "permit"
    spans = (("decided", "until"),)
    basis = code("permit_basis")
    decided = Day()
    until = Day(required=False)


class EditSettlement(Correct):
    id, slug, row = "edit_settlement", "rett-bosetting", "settlement"
    day = Day()
    moved_in = Day(required=False)


class Outcome(Correct):
    """What the county governor decided."""

    id, slug, row = "outcome", "klagesvar", "appeal"
    spans = (("lodged", "decided"),)
    lodged = Day()
    outcome = code("appeal_outcome", required=False)
    decided = Day(required=False)


class Delete(Act):
    """A row that should never have been there. What hangs on it, such as the appeals of a decision, goes with it."""

    level, offered = "row", False
    template = "register/delete.html"

    def work(self) -> Work:
        row = self.about.row
        appeals = (
            [appeal for appeal in self.about.file.appeals if appeal.decision_id == row.pk] if self._decides() else []
        )
        return Work(delete=[*appeals, row])

    def _decides(self) -> bool:
        return self.about.file is not None and self.row == "decision"


def deletes(name: str, slug: str) -> type[Delete]:
    """The act that deletes a row of one kind."""
    return type(f"Delete{name.title()}", (Delete,), {"id": f"delete_{name}", "slug": slug, "row": name})


DELETES = tuple(
    deletes(name, f"slett-{slug}")
    for name, slug in (
        ("measure", "tiltak"),
        ("leave", "permisjon"),
        ("absence", "fravaer"),
        ("decision", "vedtak"),
        ("plan", "plan"),
        ("permit", "tillatelse"),
        ("settlement", "bosetting"),
        ("appeal", "klage"),
    )
)
