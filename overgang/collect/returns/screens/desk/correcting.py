"""Correcting answers for a unit: every item with what it says now, then old beside new, then saved with its reason."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import keeping
from overgang.collect.returns.annual_return import AnnualReturn, examined, read_return
from overgang.collect.returns.checks import Result
from overgang.collect.returns.screens.desk.desk import Desk, Line
from overgang.collect.returns.screens.desk.forms import LONGEST
from overgang.collect.returns.screens.desk.listing import crumbs, round_of
from overgang.collect.returns.screens.desk.unit import CONFLICT, changed
from overgang.collect.returns.screens.desk.words import answer_in_words
from overgang.collect.returns.states import WITH_DIRECTORATE

SEE, SAVE = "see", "save"


@dataclass(frozen=True, slots=True)
class Field:
    """An item of the form: what it says now, what was typed, and what is wrong with that."""

    id: str
    label: str
    help: str
    long: bool
    now: str
    typed: str
    errors: tuple[str, ...] = ()


@policy("follow_up", methods=GET_AND_POST)
def correct(request: Any, year: int, unit: str) -> HttpResponse:
    """The form; a POST shows what would be changed (`do=see`), saves it (`do=save`) or goes back to the form."""
    desk = Desk(round_of(year))
    line = desk.line(unit)
    if line is None:
        raise Http404
    correction = Correction(desk, line, request)
    if line.of.state not in WITH_DIRECTORATE or correction.moved:
        return correction.page("correct", moved=True, status=CONFLICT)
    do = request.POST.get("do")
    if do not in (SEE, SAVE) or correction.wrong:
        return correction.page("correct")
    if do == SEE:
        return correction.page("corrected")
    try:
        keeping.correct(
            request.actor,
            line.of,
            correction.other,
            reason=correction.reason,
            number=correction.number,
            now=timezone.now(),
        )
    except keeping.Moved:
        return Correction(Desk(desk.round), line, request).page("correct", moved=True, status=CONFLICT)
    told = urlencode({"gjort": "correct", "enhet": unit})
    return redirect(f"{reverse('returns:follow_up_unit', args=[year, unit])}?{told}")


class Correction:
    """What was typed in the form, held against the version that counts."""

    def __init__(self, desk: Desk, line: Line, request: Any) -> None:
        self.request, self.desk, self.line = request, desk, line
        self.sent = request.method == "POST"
        self.before: AnnualReturn = desk.given[line.of.unit]
        raws = {item.id: self.before.answer(item.id).raw for item in desk.asked.items}
        self.typed = {id: request.POST.get(f"i{id}", raw) if self.sent else raw for id, raw in raws.items()}
        self.reason = request.POST.get("reason", "").strip()
        assert line.of.current is not None
        current = line.of.current.number
        number = request.POST.get("number", "") if self.sent else str(current)
        self.number = int(number) if number.isdecimal() and len(number) < 6 else 0
        self.moved = self.number != current
        if self.moved:
            self._keep_only_what_was_typed(raws)
        self.after = read_return(desk.asked, line.of.unit, self.typed)
        self.other = {id: raw for id, raw in self.typed.items() if raw.strip() != raws[id].strip()}
        self.checked = request.POST.get("do") in (SEE, SAVE)

    def _keep_only_what_was_typed(self, raws: dict[str, str]) -> None:
        """Another version counts by now: what stood in the form and was not touched is as that one says."""
        version = self.line.of.versions.exclude(sent=None).filter(number=self.number).first()
        if version is not None:
            seen = keeping.given_in(version)
            untouched = {id for id, raw in self.typed.items() if raw.strip() == seen.answer(id).raw.strip()}
            self.typed |= {id: raws[id] for id in untouched}

    @property
    def wrong(self) -> bool:
        return any(field.errors for field in self.fields) or bool(self.general or self.reason_errors)

    @property
    def reason_errors(self) -> list[str]:
        t = texts()
        if not self.checked:
            return []
        if not self.reason:
            return [t("desk.reason_needed")]
        return [t("desk.reason_long")] if len(self.reason) > LONGEST else []

    @property
    def general(self) -> list[str]:
        """What is wrong with the whole of it: nothing changed."""
        same = not any(self.after.answer(id) != self.before.answer(id) for id in self.other) and not self.after.unread
        return [texts()("desk.nothing_changed")] if self.checked and same else []

    @property
    def fields(self) -> list[Field]:
        lang = language()
        errors = self._errors(lang) if self.checked else {}
        return [
            Field(
                id=item.id,
                label=f"{item.id} {item.label[lang]}",
                help=item.text[lang],
                long=item.kind == "text",
                now=answer_in_words(self.before.answer(item.id), lang),
                typed=self.typed[item.id],
                errors=tuple(errors.get(item.id, ())),
            )
            for item in self.desk.asked.items
        ]

    def _errors(self, lang: str) -> dict[str, list[str]]:
        """By item, a text that cannot be read, and a hard check that would fail and did not fail before."""
        found: dict[str, list[str]] = {id: [text.sentence(lang)] for id, text in self.after.unread.items()}
        beside = self.desk.beside_of(self.line.of.unit)
        fails = {
            keeping.place(one)
            for one in examined(self.desk.asked, self.before, beside)
            if one.check.hard and one.result is Result.FAILED
        }
        for one in examined(self.desk.asked, self.after, beside):
            if one.check.hard and one.result is Result.FAILED and keeping.place(one) not in fails:
                for id in one.items[:1]:
                    if id not in self.after.unread:
                        found.setdefault(id, []).append(one.sentence(lang))
        return found

    def page(self, name: str, *, moved: bool = False, status: int = 200) -> HttpResponse:
        t, lang, of = texts(), language(), self.line.of
        unit = reverse("returns:follow_up_unit", args=[of.round_id, of.unit])
        beside = self.desk.beside_of(of.unit)
        after = examined(self.desk.asked, self.after, beside) if name == "corrected" else ()
        model = {
            "title": t("desk.correct_heading"),
            "crumbs": [*crumbs(of.round_id), Link(place_name(of.unit), unit)],
            "unit": place_name(of.unit),
            "back": unit,
            "number": of.current.number if of.current else 0,
            "fields": self.fields,
            "hidden": [(f"i{id}", raw) for id, raw in self.typed.items()],
            "reason": self.reason,
            "reason_errors": self.reason_errors,
            "general": self.general,
            "form": {"errors": self.checked and self.wrong},
            "changed": changed(self.desk.asked, self.before, self.after, lang) if name == "corrected" else [],
            "remains": [one.sentence(lang) for one in after if one.result is Result.FAILED],
            "moved": moved,
            "closed": of.state not in WITH_DIRECTORATE,
        }
        return render(self.request, f"returns/desk/{name}.html", model, status=status)
