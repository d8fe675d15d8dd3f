"""The pages of imports: send a file, see what it would do, say yes, get the rejected rows, take it back."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from overgang.access import log
from overgang.access.frame import Link
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, POST, policy
from overgang.access.texts import language, texts, word
from overgang.base.codes import codelist
from overgang.base.text import short_day
from overgang.collect.files import Field, template, templates
from overgang.collect.files import write as writing
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import storage, worker
from overgang.collect.register.batches.plan import Outcome
from overgang.collect.register.batches.returned import returned
from overgang.collect.register.models import Batch, BatchRow
from overgang.collect.register.rules import sentence, title
from overgang.collect.upload import FileForm

PAGE = SHOWN = 50
BUSY = ("waiting", *batches.WORKING.values())
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class SendForm(FileForm):
    """A file and what it holds."""

    words = "imports"
    kind = forms.ChoiceField(label=word("imports.kind"), help_text=word("imports.kind_help"))
    field_order = ("kind", "file")

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        lang = language()
        self.fields["kind"].choices = [(one.kind, one.label[lang]) for one in templates().values()]  # type: ignore[attr-defined]


@policy("import", methods=GET_AND_POST)
def sending(request: Any) -> HttpResponse:
    """A form for a file, and the files sent before, the last first."""
    form = SendForm(request)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        made, new = batches.submit(request.actor, form.cleaned_data["kind"], file.name, file.read(), now=timezone.now())
        if not new:
            messages.info(request, texts()("imports.known"))
        worker.wake()
        return redirect("imports:batch", made.pk)
    page = Paginator(_own(request).select_related("user").order_by("-created", "-pk"), PAGE).get_page(
        request.GET.get("side")
    )
    lang = language()
    model = {
        "title": texts()("imports.heading"),
        "form": form,
        "page": page,
        "rows": [(one, template(one.kind).label[lang], _state(one)) for one in page],
        "templates": [(one.kind, one.label[lang], one.help[lang]) for one in templates().values()],
    }
    return render(request, "register/batches/sending.html", model, status=400 if form.errors else 200)


@policy("import")
def batch(request: Any, pk: int) -> HttpResponse:
    """One batch as it stands: waiting, what it would do, or what it did. Looking at persons is logged."""
    found = get_object_or_404(_own(request), pk=pk)
    state = batches.state_of(found)
    if state == "waiting":
        worker.wake()
    wanted = request.GET.get("vis", "")
    lines = found.lines.order_by("line")
    if wanted in set(Outcome):
        lines = lines.filter(outcome=wanted)
    elif wanted == "findings":
        lines = lines.exclude(findings=[])
    page = Paginator(lines, PAGE).get_page(request.GET.get("side"))
    disagree = found.report.get("disagree", ())
    seen = dict.fromkeys([*(line.person for line in page if line.person), *(key for key, _, _ in disagree[:SHOWN])])
    log.write(
        request.actor,
        [log.Entry(Event.SAW, person=person, object=f"batch:{found.pk}") for person in seen],
        now=timezone.now(),
    )
    t, lang = texts(), language()
    model = {
        "title": found.file,
        "crumbs": [Link(t("imports.heading"), reverse("imports:batches"))],
        "batch": found,
        "kind": template(found.kind).label[lang],
        "state": state,
        "state_text": _state(found),
        "lead": t(f"imports.lead_{state}"),
        "message": t(f"imports.message_{found.message}") if found.message else "",
        "busy": state in BUSY,
        "counts": [(name, t(f"imports.outcome_{name}"), n) for name, n in batches.counts(found)],
        "findings": found.report.get("findings", 0),
        "faults": [fault[lang] for fault in found.report.get("faults", ())],
        "disagree": [(key, sentence("DQ30", values, lang)) for key, _, values in disagree[:SHOWN]],
        "disagree_more": max(len(disagree) - SHOWN, 0),
        "later": found.report.get("later", ()) if found.message == "later" else (),
        "wanted": wanted,
        "page": page,
        "lines": [_line(line, found.kind, lang) for line in page],
        "kept": storage.kept(found),
    }
    return render(request, "register/batches/batch.html", model)


@policy("import", methods=POST)
def accept(request: Any, pk: int) -> HttpResponse:
    """The user has seen what it would do, and says yes to all of it or to what can be taken."""
    found = get_object_or_404(_own(request), pk=pk)
    choice = request.POST.get("choice")
    if choice not in ("all", "rest"):
        raise Http404
    batches.accept(found, choice, now=timezone.now())
    worker.wake()
    return redirect("imports:batch", pk)


@policy("import", methods=POST)
def again(request: Any, pk: int) -> HttpResponse:
    """Starts a batch that stopped once more."""
    batches.again(get_object_or_404(_own(request), pk=pk), now=timezone.now())
    worker.wake()
    return redirect("imports:batch", pk)


@policy("import", methods=POST)
def undo(request: Any, pk: int) -> HttpResponse:
    """Takes the whole batch back."""
    batches.undo(get_object_or_404(_own(request), pk=pk), now=timezone.now())
    worker.wake()
    return redirect("imports:batch", pk)


@policy("import")
def rejected_file(request: Any, pk: int, format: str) -> HttpResponse:
    """The rows that were not taken, as they were sent, each with the reason, to be mended and sent again."""
    found = get_object_or_404(_own(request), pk=pk)
    content = returned(found, request.actor, language(), format, now=timezone.now())  # type: ignore[arg-type]
    if content is None:
        raise Http404
    return _file(content, f"{found.kind}-{found.pk}", format)


@policy("import")
def kind(request: Any, kind: str) -> HttpResponse:
    """The columns of a template, and the template as a file."""
    found, lang = _template(kind), language()
    model = {
        "title": found.label[lang],
        "crumbs": [Link(texts()("imports.heading"), reverse("imports:batches"))],
        "kind": kind,
        "help": found.help[lang],
        "fields": [
            {
                "label": field.label[lang],
                "help": field.help[lang],
                "required": field.required,
                "example": field.example[lang],
                "options": writing.options(field, lang),
            }
            for field in found.fields
        ],
    }
    return render(request, "register/batches/kind.html", model)


@policy("import")
def kind_file(request: Any, kind: str, format: str) -> HttpResponse:  # noqa: ARG001
    """An empty template."""
    return _file(writing.empty_template(_template(kind), language(), format), kind, format)  # type: ignore[arg-type]


def _own(request: Any) -> Any:
    return Batch.objects.seen_by(request.actor)


def _template(kind: str) -> Any:
    if kind not in templates():
        raise Http404
    return template(kind)


def _state(found: Batch) -> str:
    return texts()(f"imports.state_{batches.state_of(found)}")


def _file(content: bytes, name: str, format: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    return response


def _line(line: BatchRow, kind: str, lang: str) -> dict[str, Any]:
    """A row as the report shows it."""
    return {
        "line": line.line,
        "number": line.number,
        "outcome": line.outcome,
        "outcome_text": texts()(f"imports.outcome_{line.outcome}"),
        "told": list(_told(line, kind, lang)),
        "faults": [(fault[lang], fault["stops"]) for fault in line.faults],
        "findings": [(rule, title(rule, lang), sentence(rule, values, lang)) for rule, _, values in line.findings],
    }


def _told(line: BatchRow, kind: str, lang: str) -> Iterator[tuple[str, str, str]]:
    fields = template(kind).by_name
    for name, before, after in line.told:
        field = fields.get(name)
        label = field.label[lang] if field else name
        yield label, _value(field, before, lang), _value(field, after, lang)


def _value(field: Field | None, value: Any, lang: str) -> str:
    """A value as a person reads it: a day, a label, yes or no."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return writing.YES_NO[value][lang]
    if field is not None and field.list and value in codelist(field.list):
        return codelist(field.list).label(value, lang)
    if field is not None and field.type == "date":
        from datetime import date

        return short_day(date.fromisoformat(cast(str, value)))
    return str(value)
