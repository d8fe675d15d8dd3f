"""The screens of users and roles, for leaders (own unit) and administrators."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access import log, management, sessions
from overgang.access.actor import Actor
from overgang.access.forms import DayField
from overgang.access.frame import Link
from overgang.access.management import Refused
from overgang.access.models import LANGUAGES, Event, Grant, User
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.signin import subject, subjects
from overgang.access.texts import language, texts, word
from overgang.access.visit import password_link

PAGE = 50


@policy("users")
def users(request: Any) -> HttpResponse:
    """All users this actor looks after, those with a role to review first where that is asked for."""
    actor, today = request.actor, timezone.localdate()
    overdue = request.GET.get("vis") == "forfalt"
    wanted = request.GET.get("q", "")[:80].strip()
    found = management.managed_users(actor).order_by("name", "pk")
    if wanted:
        found = found.filter(name__icontains=wanted) | found.filter(username__icontains=wanted)
    held = management.managed_grants(actor).valid_on(today)
    late = [grant.pk for grant in held if management.review_due(grant) < today and grant.user_id != actor.user]
    if overdue:
        found = found.filter(grants__in=late).distinct()
    page = Paginator(found, PAGE).get_page(request.GET.get("side"))
    of_user: dict[int, list[Grant]] = {user.pk: [] for user in page}
    for grant in held.filter(user__in=of_user).order_by("role", "place"):
        of_user[grant.user_id].append(grant)
    model = {
        "title": texts()("users.heading"),
        "page": page,
        "rows": [(user, [shown(grant, today) for grant in of_user[user.pk]]) for user in page],
        "late": len(late),
        "overdue": overdue,
        "wanted": wanted,
        "may_add": True,
    }
    return render(request, "access/users.html", model)


@policy("users")
def user(request: Any, pk: int) -> HttpResponse:
    """One user, with the roles that this actor looks after."""
    return _user_page(request, _managed(request.actor, pk), RoleForm(request.actor))


@policy("users", methods=POST)
def give_role(request: Any, pk: int) -> HttpResponse:
    """Gives a role."""
    found, form = _managed(request.actor, pk), RoleForm(request.actor, request.POST)
    if form.is_valid() and form.give(found):
        messages.success(request, texts()("users.given"))
        return redirect("access:user", pk)
    return _user_page(request, found, form, status=400)


@policy("users", methods=POST)
def end_role(request: Any, grant: int) -> HttpResponse:
    """Ends a role now."""
    return _changed(request, grant, management.end, "users.ended")


@policy("users", methods=POST)
def review_role(request: Any, grant: int) -> HttpResponse:
    """Notes that a role is still needed."""
    return _changed(request, grant, management.review, "users.reviewed")


@policy("users", methods=GET_AND_POST)
def new_user(request: Any) -> HttpResponse:
    """Makes a user with a first role, and shows the link to set a password, once."""
    form = UserForm(request.actor, request.POST if request.method == "POST" else None)
    title = texts()("users.new_heading")
    if request.method == "POST" and form.is_valid():
        made = form.make()
        if made:
            return _link_page(request, made)
    status = 400 if form.errors else 200
    crumbs = [Link(texts()("users.heading"), reverse("access:users"))]
    return render(request, "access/new_user.html", {"form": form, "title": title, "crumbs": crumbs}, status=status)


@policy("users", methods=POST)
def new_link(request: Any, pk: int) -> HttpResponse:
    """A new link to set a password, for who has forgotten it; the old password ends."""
    found = _managed(request.actor, pk)
    if found.pk == request.actor.user or not _whole(request.actor, found):
        return _refused(request, found, "oneself" if found.pk == request.actor.user else "elsewhere")
    with transaction.atomic():
        found.set_unusable_password()
        found.save(update_fields=["password"])
        sessions.end_all(found)
        entry = log.Entry(Event.CHANGED, object=f"user:{found.pk}:link")
        log.write(request.actor, [entry], now=timezone.now())
    return _link_page(request, found)


@policy("users", methods=POST)
def shut_user(request: Any, pk: int) -> HttpResponse:
    """Shuts a user out everywhere, or in again."""
    found = _managed(request.actor, pk)
    if not _whole(request.actor, found):
        return _refused(request, found, "elsewhere")
    try:
        management.shut(request.actor, found, active=not found.is_active, now=timezone.now())
    except Refused as why:
        return _refused(request, found, why.reason)
    return redirect("access:user", pk)


class RoleForm(forms.Form):
    """A role, where it is held, and from when to when."""

    role = forms.ChoiceField(label=word("users.role"))
    place = forms.CharField(label=word("users.place"), help_text=word("users.place_help"), required=False, max_length=8)
    since = DayField(label=word("users.since"))
    until = DayField(label=word("users.until"), required=False, help_text=word("users.until_help"))

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        self.actor = actor
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.id, role.label(language())) for role in management.givable(actor)
        ]
        if not management.looks_after_all(actor):
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", ValidationError(word("users.refused_order")))
        if since and since < timezone.localdate() - timedelta(days=31):
            self.add_error("since", ValidationError(word("users.refused_past")))
        return found

    def give(self, to: User) -> bool:
        """Whether the role was given; else the form says why not."""
        found = self.cleaned_data
        place = found.get("place", "").strip().upper()
        try:
            management.give(self.actor, to, found["role"], place, found["since"], found["until"], now=timezone.now())
        except Refused as why:
            self.add_error("place" if why.reason == "place" else None, word(f"users.refused_{why.reason}"))
            return False
        return True


class UserForm(RoleForm):
    """A new user with the first role."""

    name = forms.CharField(label=word("users.name"), max_length=200)
    username = forms.RegexField(
        r"^[a-z0-9._@-]{3,60}\Z", label=word("signin.username"), help_text=word("users.username_help")
    )
    language = forms.ChoiceField(label=word("frame.languages"), choices=LANGUAGES)
    subject = forms.CharField(label=word("users.subject"), help_text=word("users.subject_help"), required=False)
    field_order = ("name", "username", "language", "subject", "role", "place", "since", "until")

    def clean_username(self) -> str:
        found = str(self.cleaned_data["username"]).lower()
        if User.objects.filter(username__iexact=found).exists():
            raise ValidationError(word("users.refused_taken"))
        return found

    def clean_subject(self) -> str | None:
        claim = self.cleaned_data["subject"].strip()
        if User.objects.filter(subject__in=subjects(claim)).exists():
            raise ValidationError(word("users.refused_taken"))
        return subject(claim)

    def make(self) -> User | None:
        """The user with the role, both or neither."""
        found = self.cleaned_data
        with transaction.atomic():
            made = User(
                username=found["username"], name=found["name"], language=found["language"], subject=found["subject"]
            )
            made.set_unusable_password()
            made.save()
            log.write(self.actor, [log.Entry(Event.CREATED, object=f"user:{made.pk}")], now=timezone.now())
            if self.give(made):
                return made
            transaction.set_rollback(True)
        return None


def shown(grant: Grant, today: date) -> dict[str, Any]:
    """A role as the pages write it."""
    due = management.review_due(grant)
    valid = grant.since <= today and (grant.until is None or grant.until >= today)
    return {
        "pk": grant.pk,
        "label": grant.label(language()),
        "since": grant.since,
        "until": grant.until,
        "valid": valid,
        "over": grant.until is not None and grant.until < today,
        "due": due,
        "late": valid and due < today,
    }


def _managed(actor: Actor, pk: int) -> User:
    """A user of others is no user."""
    return get_object_or_404(management.managed_users(actor), pk=pk)


def _whole(actor: Actor, found: User) -> bool:
    """Whether the user is this actor's alone: who has roles elsewhere too is shut or let in by an administrator."""
    if management.looks_after_all(actor):
        return True
    today = timezone.localdate()
    theirs = Grant.objects.filter(user=found).valid_on(today)
    return not theirs.exclude(place__in=management.managed_places(actor)).exists()


def _changed(request: Any, pk: int, change: Any, said: str) -> HttpResponse:
    grant = get_object_or_404(management.managed_grants(request.actor).select_related("user"), pk=pk)
    try:
        change(request.actor, grant, now=timezone.now())
    except Refused as why:
        return _refused(request, grant.user, why.reason)
    messages.success(request, texts()(said))
    return redirect("access:user", grant.user_id)


def _refused(request: Any, found: User, reason: str) -> HttpResponse:
    messages.error(request, texts()(f"users.refused_{reason}"))
    return _user_page(request, found, RoleForm(request.actor), status=403)


def _link_page(request: HttpRequest, made: User) -> HttpResponse:
    address = reverse("access:first_password", args=password_link(made))
    model = {
        "title": texts()("users.link_heading"),
        "made": made,
        "address": request.build_absolute_uri(address),
        "crumbs": [Link(texts()("users.heading"), reverse("access:users"))],
    }
    return render(request, "access/link.html", model)


def _user_page(request: Any, found: User, form: forms.Form, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    grants = management.managed_grants(request.actor).filter(user=found).order_by("-since", "role")
    model = {
        "title": found.name or found.username,
        "found": found,
        "grants": [shown(grant, today) for grant in grants],
        "oneself": found.pk == request.actor.user,
        "form": form,
        "crumbs": [Link(texts()("users.heading"), reverse("access:users"))],
    }
    return render(request, "access/user.html", model, status=status)
