"""The screen of keys for other systems, for leaders (own unit) and administrators."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from overgang.access import management, tokens
from overgang.access.actor import Actor
from overgang.access.forms import DayField
from overgang.access.models import Grant, Token
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.roles import roles
from overgang.access.texts import language, texts, word

PAGE = 50


@policy("users", methods=GET_AND_POST)
def tokens_page(request: Any) -> HttpResponse:
    """The keys of the unit, and a form for a new one, whose text is shown once."""
    form, text = TokenForm(request.actor, request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        _, text = tokens.make(request.actor, found["grant"], found["name"], found["expires"], now=timezone.now())
        form = TokenForm(request.actor)
    today = timezone.localdate()
    known = Paginator(tokens.managed(management.managed_grants(request.actor)), PAGE).get_page(request.GET.get("side"))
    model = {
        "title": texts()("tokens.heading"),
        "page": known,
        "rows": [(one, one.grant.label(language()), _over(one, today)) for one in known],
        "form": form,
        "text": text,
    }
    return render(request, "access/tokens.html", model, status=400 if form.errors else 200)


@policy("users", methods=POST)
def end_token(request: Any, pk: int) -> HttpResponse:
    """Ends a key. One of others is none."""
    found = get_object_or_404(tokens.managed(management.managed_grants(request.actor)), pk=pk)
    tokens.end(request.actor, found, now=timezone.now())
    return redirect("access:tokens")


class GrantField(forms.ModelChoiceField):
    """A role somebody holds: "Kari Nordmann: Programrådgiver, Trondheim"."""

    def label_from_instance(self, grant: Any) -> str:
        return f"{grant.user}: {grant.label(language())}"


class TokenForm(forms.Form):
    """Whose role the other system acts in, what it is, and how long."""

    grant = GrantField(Grant.objects.none(), label=word("tokens.grant"), help_text=word("tokens.grant_help"))
    name = forms.CharField(label=word("tokens.name"), help_text=word("tokens.name_help"), max_length=80)
    expires = DayField(label=word("tokens.expires"), help_text=word("tokens.expires_help"))

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        may = [id for id, role in roles().items() if "import" in role.may]
        held = management.managed_grants(actor).valid_on(timezone.localdate()).filter(role__in=may)
        self.fields["grant"].queryset = held.select_related("user").order_by("user__name")  # type: ignore[attr-defined]

    def clean_expires(self) -> date:
        found: date = self.cleaned_data["expires"]
        today = timezone.localdate()
        if not today < found <= today + tokens.LONGEST:
            raise ValidationError(word("tokens.refused_expires"))
        return found


def _over(token: Token, today: date) -> bool:
    return token.ended is not None or token.expires < today
