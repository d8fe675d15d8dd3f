"""The letters of a round: seen before they are laid, sent in the background, and what became of each."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access.frame import Link
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import language, texts
from overgang.base.text import number
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import mail
from overgang.collect.returns.letters import INVITATION, REMINDER
from overgang.collect.returns.models import Letter, Mailbox, Return
from overgang.collect.returns.screens.rounds.saying import crumbs
from overgang.collect.returns.screens.rounds.standing import round_of, today

LAID_BY_HAND = (INVITATION, REMINDER)


@policy("follow_up")
def letters(request: Any, year: int) -> HttpResponse:
    """How the letters of a round go; looked at again by itself while some are under way."""
    round_, t, now = round_of(year), texts(), timezone.now()
    mine = Letter.objects.filter(of__round=round_)
    mail.wake(now)
    groups = (
        mine.order_by()
        .values("kind", "wave")
        .annotate(
            n=Count("pk"),
            left=Count("pk", filter=Q(sent__isnull=False)),
            refused=Count("pk", filter=~Q(failed="")),
            still=Count("pk", filter=Q(sent=None, failed="")),
        )
        .order_by("kind", "wave")
    )
    unsure = mine.unsure().filter(begun__lt=now - mail.MIDDLE)
    stuck = mine.exclude(failed="") | unsure
    late = mine.waiting().exclude(delayed="")
    model = {
        "title": t("rounds.letters"),
        "crumbs": crumbs(year),
        "round": round_,
        "configured": mail.configured(),
        "closed": round_.closed is not None,
        "busy": mail.configured() and mine.waiting().filter(due__lte=now).exists(),
        "groups": [(_named(group), group) for group in groups],
        "stuck": [(one, place_name(one.of.unit)) for one in stuck.select_related("of").order_by("pk")],
        "late": [(one, place_name(one.of.unit)) for one in late.select_related("of").order_by("pk")[:50]],
        "without": without(year),
        "asked": Return.objects.filter(round=round_).count(),
    }
    return render(request, "returns/rounds/letters.html", model)


@policy("follow_up", methods=GET_AND_POST)
def laying(request: Any, year: int, kind: str) -> HttpResponse:
    """Shows who would get which text; a POST lays the letters ready and starts the sender."""
    if kind not in LAID_BY_HAND:
        raise Http404
    round_, t, lang, now = round_of(year), texts(), language(), timezone.now()
    if why := "no_server" if not mail.configured() else "closed_already" if round_.closed else "":
        messages.error(request, t(f"rounds.{why}"))
        return redirect("returns:letters", year)
    next_ = mail.next_wave(round_, kind)
    if request.method == "POST":
        wave = int(request.POST.get("wave", "")) if request.POST.get("wave", "").isdecimal() else 0
        if not 1 <= wave <= next_:
            raise Http404
        n, _ = mail.lay(request.actor, mail.to_get(round_, kind, wave), kind, wave, now=now)
        mail.wake(now)
        messages.success(request, t("rounds.laid_now", n=number(n, lang)))
        return redirect("returns:letters", year)
    asked = mail.to_get(round_, kind, next_)
    boxes = Mailbox.objects.in_bulk([of.unit for of in asked])
    get = [of for of in asked if of.unit in boxes]
    first = {boxes[of.unit].language: of for of in reversed(get)}
    model = {
        "title": t(f"rounds.lay_{kind}"),
        "crumbs": [*crumbs(year), Link(t("rounds.letters"), reverse("returns:letters", args=(year,)))],
        "wave": next_,
        "n": len(get),
        "late": today() > round_.closes,
        "says": t("rounds.lay_says", n=number(len(get), lang)),
        "button": t("rounds.lay", n=number(len(get), lang)),
        "without": [place_name(of.unit) for of in asked if of.unit not in boxes],
        "samples": [
            (texts(known)("frame.language"), known, boxes[of.unit].address, mail.words(of, kind, known))
            for known, of in sorted(first.items())
        ],
    }
    return render(request, "returns/rounds/laying.html", model)


@policy("follow_up", methods=POST)
def again(request: Any, year: int, letter: int) -> HttpResponse:
    """Sends a letter once more that was refused, or of which nobody knows."""
    found = get_object_or_404(Letter.objects.select_related("of"), pk=letter, of__round_id=year)
    now = timezone.now()
    if mail.again(request.actor, found, now=now):
        mail.wake(now)
        messages.success(request, texts()("rounds.again_now", unit=place_name(found.of.unit)))
    return redirect("returns:letters", year)


def without(year: int) -> list[str]:
    """The asked units that have no address."""
    units = Return.objects.filter(round_id=year).exclude(unit__in=Mailbox.objects.values("unit"))
    return [place_name(unit) for unit in units.order_by("unit").values_list("unit", flat=True)]


def _named(group: dict[str, Any]) -> str:
    t = texts()
    return t(f"rounds.kind_{group['kind']}", wave=group["wave"])
