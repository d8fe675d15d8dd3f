"""What must hold before the internal site starts: `manage check` and the tests ask the same."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from overgang.access.policies import addresses


@register
def every_address_declares_a_policy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Deny by default would refuse it anyway; this says so before anybody meets it."""
    return [
        Error(
            f"The address {found.pattern!r} ({found.name or 'without a name'}) has no policy.",
            hint="Put @policy(...), @signed_in or @public on its view: see overgang.access.policies.",
            id="access.E001",
        )
        for found in addresses()
        if found.policy is None or not found.name
    ]


@register
def second_factor_is_optional_in_a_demo_only(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    if settings.SECOND_FACTOR or settings.SYNTHETIC:
        return []
    return [Error("Without a second factor nobody may see persons that are not invented.", id="access.E002")]
