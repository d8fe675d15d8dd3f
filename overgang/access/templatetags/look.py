"""What templates need to dress the widgets of a form."""

from typing import Any

from django import forms, template

register = template.Library()

CLASSES = (
    (forms.CheckboxInput, "ds-input"),
    (forms.RadioSelect, "ds-input"),
    (forms.CheckboxSelectMultiple, "ds-input"),
    (forms.HiddenInput, ""),
    (forms.Widget, "ds-input"),
)


@register.filter
def dressed(field: Any) -> str:
    """The widget of a bound field with Designsystemet's class, and what it must say to a screen reader."""
    widget = field.field.widget
    name = next(name for kind, name in CLASSES if isinstance(widget, kind))
    attrs = {"class": f"{widget.attrs.get('class', '')} {name}".strip()} if name else {}
    return str(field.as_widget(attrs=attrs))


@register.filter
def kind(field: Any) -> str:
    """How a field is laid out: "choice" (a single box before its label), "choices" (a group with a legend), "line"."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "choice"
    return "choices" if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)) else "line"
