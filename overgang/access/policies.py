"""What each page demands of its visitor, declared on the view: a view that declares nothing is refused.

    @policy("register")            who acts in a role that may `register`
    @policy("users", "log")        in a role that may one of them
    @policy(methods=GET_AND_POST)  in any role
    @signed_in                     who is signed in, in a role or not yet
    @public                        everybody: sign-in, errors, static pages

The views of others (allauth) have theirs in `THIRD_PARTY`. `refusal` is the one place where it is decided.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from overgang.access.actor import Actor
from overgang.access.roles import permissions

GET = frozenset({"GET", "HEAD"})
POST = frozenset({"POST"})
GET_AND_POST = GET | POST


class Who(Enum):
    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    ACTING = "acting"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may ask, in a role that gives one of `may` (any role when it is empty), by which methods."""

    who: Who
    may: frozenset[str] = frozenset()
    methods: frozenset[str] = GET

    def gives(self, actor: Actor) -> bool:
        """Whether the actor's role is enough."""
        return not self.may or bool(self.may & actor.role.may)


class Refusal(Enum):
    """Why a request goes no further."""

    UNDECLARED = "undeclared"
    SIGN_IN = "sign in"
    CHOOSE_ROLE = "choose a role"
    PERMISSION = "permission"
    METHOD = "method"


View = Callable[..., Any]


def policy(*may: str, methods: frozenset[str] = GET) -> Callable[[View], View]:
    """Only for actors whose role gives one of these permissions. A permission that no role gives is a mistake."""
    if unknown := set(may) - permissions():
        raise ValueError(f"no role gives {', '.join(sorted(unknown))}: see roles.toml")
    return _declared(Policy(Who.ACTING, frozenset(may), methods))


def signed_in(view: View | None = None, *, methods: frozenset[str] = GET) -> Any:
    """For everybody who is signed in, whatever the role, and before one is chosen."""
    mark = _declared(Policy(Who.SIGNED_IN, methods=methods))
    return mark(view) if view else mark


def public(view: View | None = None, *, methods: frozenset[str] = GET) -> Any:
    """For everybody, signed in or not."""
    mark = _declared(Policy(Who.EVERYBODY, methods=methods))
    return mark(view) if view else mark


def _declared(found: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = found  # type: ignore[attr-defined]
        return view

    return mark


_PUBLIC = Policy(Who.EVERYBODY, methods=GET_AND_POST)
_SIGNED_IN = Policy(Who.SIGNED_IN, methods=GET_AND_POST)

THIRD_PARTY: Mapping[str, Policy] = {
    "account_login": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_reauthenticate": _SIGNED_IN,
    "account_change_password": _SIGNED_IN,
    "mfa_authenticate": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    "mfa_index": _SIGNED_IN,
    "mfa_reauthenticate": _SIGNED_IN,
    "mfa_reauthenticate_webauthn": _SIGNED_IN,
    "mfa_activate_totp": _SIGNED_IN,
    "mfa_deactivate_totp": _SIGNED_IN,
    "mfa_view_recovery_codes": _SIGNED_IN,
    "mfa_generate_recovery_codes": _SIGNED_IN,
    "mfa_download_recovery_codes": _SIGNED_IN,
    "mfa_list_webauthn": _SIGNED_IN,
    "mfa_add_webauthn": _SIGNED_IN,
    "mfa_remove_webauthn": _SIGNED_IN,
    "mfa_edit_webauthn": _SIGNED_IN,
    "openid_connect_login": _PUBLIC,
    "openid_connect_callback": _PUBLIC,
    "socialaccount_login_cancelled": _PUBLIC,
    "socialaccount_login_error": _PUBLIC,
}
"""Views that are not ours, by the name of their address."""


def policy_of(view: View, name: str) -> Policy | None:
    """What a view declares; for one that is not ours, what the table says."""
    if view.__module__.startswith("overgang."):
        return getattr(view, "policy", None)
    return THIRD_PARTY.get(name)


def refusal(found: Policy | None, method: str, actor: Actor | None, signed_in: bool) -> Refusal | None:
    """Why this request is refused; None where it may go on."""
    if found is None:
        return Refusal.UNDECLARED
    if found.who is not Who.EVERYBODY and not signed_in:
        return Refusal.SIGN_IN
    if found.who is Who.ACTING:
        if actor is None:
            return Refusal.CHOOSE_ROLE
        if not found.gives(actor):
            return Refusal.PERMISSION
    return None if method in found.methods else Refusal.METHOD


@dataclass(frozen=True, slots=True)
class Address:
    """One address of the site: its name (with namespace), its pattern and the view that answers."""

    name: str
    pattern: str
    view: View

    @property
    def policy(self) -> Policy | None:
        return policy_of(self.view, self.name)


def addresses() -> Iterator[Address]:
    """Every address the site answers, from the resolver."""
    yield from _under(get_resolver(), "", "")


def _under(resolver: URLResolver, prefix: str, space: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield Address(f"{space}{entry.name or ''}", f"{prefix}{entry.pattern}", entry.callback)
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _under(entry, f"{prefix}{entry.pattern}", inner)
