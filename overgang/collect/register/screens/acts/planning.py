"""The plan: goal, goal for Norwegian, contract, and the elements the law demands."""

from typing import Any

from django import forms

from overgang.collect.register.models import Plan
from overgang.collect.register.record import Edit, Work
from overgang.collect.register.screens.acts.act import Act
from overgang.collect.register.screens.acts.running import BEGUN
from overgang.collect.register.screens.fields import LEVELS, Day, choice, code, said
from overgang.collect.register.states import BEFORE

ELEMENTS = ("norwegian", "social_studies", "life_mastery", "work_or_education", "parental_guidance")
OLD_LAW = "INTRO_2004"
NOT_IN_OLD = ("end_goal", "norwegian_goal", "contract")
"""Must not be registered for those under the Introduction Act (spec 5.2)."""


class PlanForm(Act):
    """The fields of a version of the plan; what the law of the case does not know is not asked."""

    day = Day()
    end_goal = code("end_goal", required=False)
    norwegian_goal = choice(lambda: [(level, level) for level in LEVELS], required=False)
    contract = Day(required=False)
    elements = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    def prepare(self) -> None:
        content = self.about.law.content
        self.fields["elements"].choices = said("element", [each for each in ELEMENTS if each in content])()
        if self.about.case.case.regime == OLD_LAW:
            for name in NOT_IN_OLD:
                del self.fields[name]
        else:
            self.fields["end_goal"] = code("end_goal", required=False, on=self.about.today)
            self.order_fields(["day", *NOT_IN_OLD, "elements"])


class NewPlan(PlanForm):
    """A new version begins with the values of the last."""

    id, slug = "plan", "plan"
    states = BEFORE | BEGUN

    def stored(self) -> dict[str, Any]:
        plans = self.about.case.plans
        names = (*NOT_IN_OLD, "elements")
        last = {name: getattr(plans[-1], name) for name in names} if plans else {"elements": self.about.law.content}
        return {**last, "day": self.about.today}

    def work(self) -> Work:
        return Work([Plan(case=self.about.case.case, **self.cleaned_data)])


class EditPlan(PlanForm):
    id, slug, level, row, offered = "edit_plan", "rett-plan", "row", "plan", False

    def stored(self) -> dict[str, Any]:
        return {name: getattr(self.about.row, name) for name in self.fields}

    def work(self) -> Work:
        """What the law of the case does not know is emptied, if it was there."""
        absent = {name: None if name == "contract" else "" for name in NOT_IN_OLD if name not in self.fields}
        return Work(change=[Edit(self.about.row, {**self.cleaned_data, **absent})])
