"""What the templates of the register need."""

from django import template

register = template.Library()


@register.filter
def svg(number: float) -> str:
    """A number as SVG has it, with a point in every language."""
    return f"{number:g}"
