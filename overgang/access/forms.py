"""How forms look and what their fields understand. `{{ form }}` writes a whole form with its error summary,
`{{ form.name.as_field_group }}` one field with label, help and error."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

from overgang.access.texts import texts, word
from overgang.base.days import NoDay, day_text, parse_day


class Renderer(TemplatesSetting):
    """Forms of all apps, allauth's too, through our two templates."""

    form_template_name = "access/forms/form.html"
    field_template_name = "access/forms/field.html"

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        """Forms are written without the page's context, and need its texts."""
        return super().render(template_name, {**context, "t": texts()}, request)


class DayField(forms.Field):
    """A day written as 03.05.2024 (also 3.5.2024 and 2024-05-03), as a `date`."""

    widget = forms.TextInput
    LONGEST = 20

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", word("forms.day_help"))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002
        return {"inputmode": "numeric", "autocomplete": "off", "size": "12", "maxlength": str(self.LONGEST)}

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_day(text[: self.LONGEST + 1])
        except NoDay as fault:
            raise ValidationError(word(f"forms.day_{fault.wrong.value}"), code=fault.wrong.value) from None

    def prepare_value(self, value: Any) -> Any:
        return day_text(value) if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True
