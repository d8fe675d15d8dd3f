"""The internal site with as little of a form as the load test needs, where the real one is not there yet: the same
addresses and fields, straight to `keeping`. It goes when the form comes."""

# ruff: noqa: E402

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "overgang.settings.internal")
django.setup()

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone

from overgang.access.policies import GET_AND_POST, policy
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Return
from overgang.settings.internal_urls import urlpatterns
from overgang.settings.internal_wsgi import application

__all__ = ["application"]


@policy("answer", methods=GET_AND_POST)
def thin(request: Any, year: int, unit: str, page: str = "") -> HttpResponse:
    of = Return.objects.seen_by(request.actor).select_related("round", "current").get(round_id=year, unit=unit)
    now, sent = timezone.now(), request.POST
    if page == "utkast":
        raws = {name[2:]: raw for name, raw in sent.items() if name.startswith("q-")}
        keeping.save(request.actor, of, raws, {}, seen=int(sent["seen"]), now=now)
    elif page == "godkjenning":
        number, seen = int(sent["number"]), int(sent["seen"])
        version = keeping.approve(request.actor, of, number=number, seen=seen, now=now, today=timezone.localdate())
        return HttpResponseRedirect(f"/arsrapport/{year}/{unit}/kvittering/{version.number}/")
    else:
        keeping.opened(request.actor, of, now=now)
    return HttpResponse("ok")


thin.__module__ = "overgang.thin"
urlpatterns += [path(f"arsrapport/<int:year>/<slug:unit>/{end}", thin) for end in ("", "<slug:page>/")]
