"""Imports for other systems: send a file with a key, ask what became of it. Described in `openapi.json`.

The answer to a file comes at once and says where to ask; the file is read by a worker. Without `dry_run` it is written
when every row can be, or, with `accept=rest`, those that can.
"""

from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from overgang.access import tokens
from overgang.access.policies import GET, POST, public
from overgang.base.text import LANGUAGES
from overgang.collect.cells.limits import UPLOAD
from overgang.collect.files import templates
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import worker
from overgang.collect.register.models import Batch

PAGE = 500
"""Rows with something to tell in one answer."""
ACCEPTED = {"no": "nb"} | {lang: lang for lang in LANGUAGES}

SAYS: dict[str, dict[str, str]] = {
    "key": {
        "nb": "Nøkkelen mangler, er avsluttet eller gir ikke adgang til å sende filer.",
        "nn": "Nøkkelen manglar, er avslutta eller gir ikkje tilgang til å sende filer.",
        "en": "The key is missing, has ended or does not allow files to be sent.",
    },
    "too_many": {
        "nb": "For mange forespørsler: vent et minutt.",
        "nn": "For mange førespurnader: vent eit minutt.",
        "en": "Too many requests: wait a minute.",
    },
    "not_there": {
        "nb": "Det er ingenting her.",
        "nn": "Det er ingenting her.",
        "en": "There is nothing here.",
    },
    "no_file": {
        "nb": "Forespørselen har ingen fil: send den som innhold eller som feltet file.",
        "nn": "Førespurnaden har inga fil: send henne som innhald eller som feltet file.",
        "en": "The request has no file: send it as the body or as the field file.",
    },
    "too_large": {
        "nb": "Filen er større enn 25 MB: del den.",
        "nn": "Fila er større enn 25 MB: del henne.",
        "en": "The file is larger than 25 MB: divide it.",
    },
}


def by_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever sends a key that may import. Guesses are counted by address, requests by key."""

    @wraps(view)
    def answer(request: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if tokens.too_many(f"key {text}" if text else "no key", tokens.PER_MINUTE, now):
            return refused(request, 429, "too_many")
        request.actor = tokens.actor_by(text, now=now) if scheme.lower() == "bearer" and text else None
        if request.actor is None or not request.actor.may("import"):
            if tokens.too_many(f"guess {request.META.get('REMOTE_ADDR', '')}", tokens.GUESSES, now):
                return refused(request, 429, "too_many")
            return refused(request, 401, "key")
        return view(request, **kwargs)

    return answer


@public(methods=POST)
@csrf_exempt
@by_key
def send(request: Any, kind: str) -> HttpResponse:
    """Takes a file of one kind of rows; 202 where it is new, 200 where it was sent before."""
    if kind not in templates():
        return refused(request, 404, "not_there")
    if int(request.META.get("CONTENT_LENGTH") or 0) > UPLOAD + 100_000:
        return refused(request, 413, "too_large")
    if request.content_type == "multipart/form-data":
        file = request.FILES.get("file")
        name, content = (file.name, file.read()) if file else ("", b"")
    else:
        name, content = f"{kind}.csv", request.read(UPLOAD + 1)
    if getattr(request, "too_large", False) or len(content) > UPLOAD:
        return refused(request, 413, "too_large")
    if not content:
        return refused(request, 400, "no_file")
    dry_run = request.GET.get("dry_run") in ("1", "true")
    wish = "check" if dry_run else "rest" if request.GET.get("accept") == "rest" else "all"
    now = timezone.now()
    made, new = batches.submit(request.actor, kind, name, content, now=now, wish=wish, unattended=True)
    if not new and not dry_run and made.state == "checked":
        batches.accept(made, "rest" if wish == "rest" else "all", now=now)
    worker.wake()
    return JsonResponse(_said(made, request), status=202 if new else 200, json_dumps_params={"ensure_ascii": False})


@public(methods=GET)
@csrf_exempt
@by_key
def see(request: Any, pk: int) -> HttpResponse:
    """How far a batch has come, and what is wrong with its rows, from the line `after` on."""
    found = Batch.objects.seen_by(request.actor).filter(pk=pk).first()
    if found is None:
        return refused(request, 404, "not_there")
    if batches.state_of(found) == "waiting":
        worker.wake()
    return JsonResponse(_said(found, request), json_dumps_params={"ensure_ascii": False})


@public
def description(request: Any) -> HttpResponse:  # noqa: ARG001
    """The interface as OpenAPI."""
    return HttpResponse(described(), content_type="application/json")


@cache
def described() -> bytes:
    return (Path(__file__).parent / "openapi.json").read_bytes()


def refused(request: Any, status: int, what: str) -> HttpResponse:
    said = {"error": what, "sentence": SAYS[what][language_of(request)]}
    response = JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response["Retry-After"] = "60"
    return response


def language_of(request: Any) -> str:
    """The first language the sender asks for that we have."""
    for one in request.headers.get("Accept-Language", "").split(","):
        code = one.split(";")[0].strip().lower().partition("-")[0]
        if code in ACCEPTED:
            return ACCEPTED[code]
    return "nb"


def _said(found: Batch, request: Any) -> dict[str, Any]:
    """A batch as it is answered. Rows are numbered as the file's program shows them."""
    lang = language_of(request)
    try:
        after = int(request.GET.get("after", "0"))
    except ValueError:
        after = 0
    lines = list(found.lines.filter(line__gt=after).exclude(faults=[]).order_by("line")[: PAGE + 1])
    return {
        "batch": found.pk,
        "key": found.key,
        "kind": found.kind,
        "state": batches.state_of(found),
        "message": found.message,
        "rows": found.rows,
        "done": found.done,
        "accepted": found.accepted,
        "rejected": found.rejected,
        "counts": found.report.get("count", {}),
        "findings": found.report.get("findings", 0),
        "faults": [_fault(0, fault, lang) for fault in found.report.get("faults", ())]
        + [_fault(line.line, fault, lang) for line in lines[:PAGE] for fault in line.faults],
        "next": lines[PAGE - 1].line if len(lines) > PAGE else None,
    }


def _fault(line: int, fault: dict[str, Any], lang: str) -> dict[str, Any]:
    said = {name: fault[name] for name in ("rule", "field", "stops")}
    return {"row": line, **said, "sentence": fault[lang]}
