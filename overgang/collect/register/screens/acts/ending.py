"""The end of a programme, and its correction: one page, the reasons in their groups, and what each means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from overgang.access.texts import texts
from overgang.base.codes import EndReason, end_reason, end_reasons, outcome_of
from overgang.base.cube import percent as whole_percent
from overgang.base.text import percent, short_day
from overgang.collect.register import steps
from overgang.collect.register.models import Certificate
from overgang.collect.register.preliminary import INDICATOR, Preliminary, preliminary
from overgang.collect.register.record import Edit, Work
from overgang.collect.register.screens.acts.act import Act
from overgang.collect.register.screens.acts.running import RUNNING
from overgang.collect.register.screens.fields import Day, Hours, code, said
from overgang.collect.register.states import ENDED
from overgang.compute.indicators import version_for
from overgang.compute.indicators.variants import WORK_EDU, variant

GROUPS = ("completed", "permanent_stop", "interrupted")
WORK = "_WORK_"
AFTER_MOVE = ("work", "education", "programme", "other", "unknown")
TRANSFERS = ("social_assistance", "national_insurance", "other_support")


@dataclass(frozen=True, slots=True)
class Reason:
    """An end reason as the page shows it. `counts`: attained, not, or outside the result."""

    code: str
    label: str
    counts: str
    says: str
    checked: bool


class Ending(Act):
    """What ending and correcting have in common."""

    template = "register/ending.html"
    end = Day()
    end_reason = forms.ChoiceField(widget=forms.RadioSelect)
    decided = Day(required=False)
    hours = Hours(required=False)
    after_move = forms.ChoiceField(required=False)
    social_assistance = code("support", radio=True)
    national_insurance = code("support", radio=True)
    other_support = code("support", radio=True)
    certificate = Day(required=False)

    def prepare(self) -> None:
        lang = self.about.seen.lang
        known = [(reason.code, reason.label(lang)) for reason in self._reasons()]
        self.fields["end_reason"].choices = known
        moved = said("after_move", AFTER_MOVE)
        self.fields["after_move"].choices = [("", texts()("register.choose")), *moved()]

    def clean(self) -> dict[str, Any]:
        values, participation = super().clean(), self.about.case.participation
        if participation and values.get("end") and values["end"] < participation.start:
            self.add_error("end", texts()("register.before_first", day=short_day(participation.start)))
        if WORK not in values.get("end_reason", ""):
            values["hours"] = None
        if values.get("end_reason") != "IN_MOVED":
            values["after_move"] = ""
        return values

    def groups(self) -> Iterator[tuple[str, str, list[Reason]]]:
        """The reasons in their groups, each with its heading."""
        for group in GROUPS:
            reasons = [self._reason(reason) for reason in self._reasons() if reason.group == group]
            yield group, texts()(f"end_group.{group}"), reasons

    def transfers(self) -> list[Any]:
        """The three questions about support, each a line."""
        return [self[name] for name in TRANSFERS]

    def outlook(self) -> dict[str, str] | None:
        """The result of the unit this year as it is, and as it would be with this exit."""
        if self.about.seen.actor.sees_shielded or self.about.state in ENDED:
            return None
        now = preliminary(self.about.seen.actor.units, self.about.today.year, self.about.today)
        lang = self.about.seen.lang
        return {
            "now": "–" if now.share is None else percent(now.share, lang),
            "with": _would_be(now, 1, lang),
            "without": _would_be(now, 0, lang),
            "year": str(now.year),
        }

    def _reasons(self) -> list[EndReason]:
        return [reason for reason in end_reasons() if reason.group in GROUPS]

    def _reason(self, reason: EndReason) -> Reason:
        counts = counted(reason.code, self.about.today)
        says = texts()(f"counts.{counts}")
        chosen = str(self["end_reason"].value() or "")
        return Reason(reason.code, reason.label(self.about.seen.lang), counts, says, reason.code == chosen)

    def _exit_values(self) -> dict[str, Any]:
        names = ("end", "end_reason", "hours", "after_move", *TRANSFERS)
        return {name: self.cleaned_data[name] for name in names}


class End(Ending):
    id, slug, then = "end", "avslutt", "correct_exit"
    states = RUNNING

    def stored(self) -> dict[str, Any]:
        last = self.about.case.participation
        planned = last.planned_end if last else None
        end = planned if planned and planned <= self.about.today else self.about.today
        return {"end": end, **dict.fromkeys(TRANSFERS, "unknown")}

    def work(self) -> Work:
        values = self._exit_values()
        reason = values.pop("end_reason")
        stop = end_reason(reason).group == "permanent_stop"
        decided = (self.cleaned_data["decided"] or values["end"]) if stop else None
        wants = None if reason in ("IN_DEATH", "IN_UNKNOWN") else self.cleaned_data["certificate"]
        exit = steps.Exit(reason=reason, entered=self.about.today, decided=decided, certificate=wants, **values)
        return steps.end(self.about.case, exit)


class CorrectExit(Ending):
    """What was said at the end, said anew; an exit the register made itself is confirmed by it."""

    id, slug = "correct_exit", "rett-avslutning"
    states = ENDED
    first_in = frozenset()

    def prepare(self) -> None:
        super().prepare()
        if self._stopped():
            del self.fields["decided"]

    def stored(self) -> dict[str, Any]:
        participation, certificate = self.about.case.participation, self.about.case.certificate
        names = ("end", "end_reason", "hours", "after_move", *TRANSFERS)
        values = {name: getattr(participation, name) for name in names}
        return {**values, "certificate": certificate.issued if certificate else None}

    @classmethod
    def open(cls, about: Any) -> bool:
        return super().open(about) and about.case.participation is not None

    def work(self) -> Work:
        values, was = self._exit_values(), self.about.case.participation
        new = {} if was and was.end_reason and was.confirmed else {"entered": self.about.today}
        work = steps.correct_exit(self.about.case, {**values, **new})
        stop = end_reason(values["end_reason"]).group == "permanent_stop"
        if stop and not self._stopped():
            decided = self.cleaned_data.get("decided") or values["end"]
            case, since = self.about.case.case, values["end"]
            work += steps.stop_for_good(case, decided=decided, since=since, reason=values["end_reason"])
        return work + _certificate(self)

    def _stopped(self) -> bool:
        return any(row.kind == "stop_permanent" for row in self.about.case.decisions)


def _certificate(form: Act) -> Work:
    issued, stored = form.cleaned_data["certificate"], form.about.case.certificate
    if stored is None:
        return Work([Certificate(participation=form.about.case.participation, issued=issued)]) if issued else Work()
    return Work(change=[Edit(stored, {"issued": issued})]) if issued else Work(delete=[stored])


class Prove(Act):
    """The certificate alone."""

    id, slug = "certificate", "deltakerbevis"
    states = ENDED
    issued = Day()

    @classmethod
    def open(cls, about: Any) -> bool:
        return super().open(about) and about.case.participation is not None and about.case.certificate is None

    def stored(self) -> dict[str, Any]:
        return {"issued": self.about.today}

    def work(self) -> Work:
        return Work([Certificate(participation=self.about.case.participation, **self.cleaned_data)])


def counted(reason: str | None, day: date) -> str:
    """What an end reason means for the result of a year: "attained", "not" or "outside"."""
    version = version_for(INDICATOR, day.year)
    outcome = outcome_of(reason or None, version.id)
    if outcome in WORK_EDU:
        return str(outcome)
    base = variant(version.base_in(day.year))
    return "not" if base.counts(reason or "SYS_NOT_REGISTERED") else "outside"


def _would_be(now: Preliminary, attained: int, lang: str) -> str:
    return percent(whole_percent(now.attained + attained, now.ended + 1), lang)
