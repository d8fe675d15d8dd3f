"""The desk of a round: the lists of returns to follow up, what they add up to, and how far one has come."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from overgang.access import log
from overgang.access.frame import Link
from overgang.access.models import Event
from overgang.access.policies import GET_AND_POST, policy
from overgang.access.texts import language, texts
from overgang.base.collation import collation_key
from overgang.base.cube import percent
from overgang.base.text import decimal, number
from overgang.base.text import percent as in_percent
from overgang.collect.files.write import listed
from overgang.collect.register.record import writing
from overgang.collect.register.screens.acts.moving import place_name
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Return, Round
from overgang.collect.returns.screens.desk.desk import FITTING, LISTS, QUEUE, WRONG_CLASSES, Desk, Line
from overgang.collect.returns.screens.desk.words import gap_in_words, sum_in_words
from overgang.collect.returns.states import SENT, STATES, label

PAGE = 25
OPEN, DONE = "open", "done"


@policy("follow_up")
def front(request: Any) -> HttpResponse:
    """The desk of the latest round in which somebody has answered."""
    latest = _rounds().last()
    if latest is None:
        return render(request, "returns/desk/empty.html", {"title": texts()("desk.heading")})
    return redirect("returns:desk", latest.year)


@policy("follow_up")
def desk(request: Any, year: int) -> HttpResponse:
    """The sums, the progress, and one of the lists, filtered."""
    found, t, lang = Desk(round_of(year)), texts(), language()
    chosen = Filters.of(request.GET)
    lines = [line for line in found.lines if chosen.keeps(line)]
    page = Paginator(lines, PAGE).get_page(chosen.page)
    model = {
        "title": t("desk.heading_of", year=year),
        "year": year,
        "years": [Link(str(one.year), reverse("returns:desk", args=[one.year]), one.year == year) for one in _rounds()],
        "figures": _figures(found),
        "notes": [note.sentence(lang) for note in found.notes().values() if note.sentence(lang)],
        "classes": _classes(found),
        "done": number(sum(line.done for line in found.lines), lang),
        "all": number(len(found.lines), lang),
        "done_share": percent(sum(line.done for line in found.lines), len(found.lines)) if found.lines else 0,
        "lists": [
            Link(
                f"{t(f'desk.list_{name}')} ({number(found.units_of[name], lang)})",
                f"?{chosen.with_list(name)}#liste",
                name == chosen.list,
            )
            for name in LISTS
        ],
        "list_lead": t(f"desk.lead_{chosen.list}"),
        "counties": _counties(found),
        "kinds": [(kind.value, t(f"desk_class.{kind.value}")) for kind in WRONG_CLASSES],
        "states": [(OPEN, t("desk.open")), (DONE, t("desk.handled")), *_states(found, lang)],
        "chosen": chosen,
        "page": page,
        "rows": [_row(line, lang) for line in page],
        "fitting": sum(line.list == FITTING and line.of.state == SENT for line in found.lines),
    }
    return render(request, "returns/desk/desk.html", model)


@policy("follow_up")
def file(request: Any, year: int) -> HttpResponse:
    """All lists as a CSV file."""
    found, t, lang = Desk(round_of(year)), texts(), language()
    columns = ("list", "rank", "code", "unit", "county", "class", "gap", "weight", "checks", "state")
    table = [[t(f"desk.column_{name}") for name in columns]]
    for line in found.lines:
        row = _row(line, lang)
        listed_in = t(f"desk.list_{line.list}")
        checks = " ".join(row["checks"])
        cells = (listed_in, str(line.rank), line.of.unit, row["unit"], row["county"], row["class"])
        table.append([*cells, row["gap"], row["weight"], checks, row["state"]])
    with writing():
        entry = log.Entry(Event.EXPORTED, object=f"oppfolging.csv:{len(found.lines)}", purpose=str(year))
        log.write(request.actor, [entry], now=timezone.now())
    response = HttpResponse(listed(t("desk.heading"), table, "csv"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="oppfolging-{year}-per-{timezone.localdate()}.csv"'
    return response


@policy("follow_up", methods=GET_AND_POST)
def accept_fitting(request: Any, year: int) -> HttpResponse:
    """Accepts all returns in which no check fails: first they are shown, then one answer accepts them."""
    found, t, lang = Desk(round_of(year)), texts(), language()
    lines = [line for line in found.lines if line.list == FITTING and line.of.state == SENT]
    if request.method == "POST":
        asked = dict(_seen(one) for one in request.POST.getlist("of"))
        fitting = {line.of.unit for line in lines}
        seen = {unit: version for unit, version in asked.items() if unit in fitting}
        n = keeping.accept_all(request.actor, found.round, seen, now=timezone.now())
        return redirect(f"{reverse('returns:desk', args=[year])}?{urlencode({'godtatt': n, 'av': len(asked)})}")
    model = {
        "title": t("desk.accept_fitting"),
        "year": year,
        "lead": t("desk.accept_fitting_lead", units=number(len(lines), lang)),
        "rows": [
            (line.of.unit, place_name(line.of.unit), line.of.current.number, _participants(found, line, lang))
            for line in lines
            if line.of.current
        ],
        "crumbs": crumbs(year),
    }
    return render(request, "returns/desk/accept_fitting.html", model)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    list: str = QUEUE
    county: str = ""
    kind: str = ""
    state: str = OPEN
    page: str = "1"

    @classmethod
    def of(cls, asked: Any) -> "Filters":
        wanted = asked.get("liste", QUEUE)
        return cls(
            wanted if wanted in LISTS else QUEUE,
            asked.get("fylke", ""),
            asked.get("klasse", ""),
            asked.get("tilstand", OPEN),
            asked.get("side", "1"),
        )

    @property
    def any(self) -> bool:
        return bool(self.county or self.kind) or self.state != OPEN

    def with_list(self, name: str) -> str:
        """The address of another list, narrowed to the same county and state."""
        return urlencode({"liste": name, "fylke": self.county, "tilstand": self.state})

    def keeps(self, line: Line) -> bool:
        """Whether a line passes."""
        state = {OPEN: line.waiting, DONE: line.done, "": True}.get(self.state, line.of.state == self.state)
        return (
            state
            and line.list == self.list
            and self.county in ("", line.entry.county)
            and self.kind in ("", line.entry.reporting.kind.value)
        )


def round_of(year: int) -> Round:
    found = Round.objects.filter(pk=year).first()
    if found is None:
        raise Http404
    return found


def crumbs(year: int) -> list[Link]:
    return [Link(texts()("desk.heading_of", year=year), reverse("returns:desk", args=[year]))]


def _rounds() -> Any:
    sent = Return.objects.filter(round=OuterRef("pk"), current__isnull=False)
    return Round.objects.filter(Exists(sent)).order_by("year")


def _figures(found: Desk) -> list[tuple[str, str, str]]:
    """Label, number and note: how many answered, and what they answered."""
    t, lang = texts(), language()
    answered, invited = len(found.lines), found.invited
    share = in_percent(percent(answered, invited), lang) if invited else ""
    of = t("desk.answered_of", answered=number(answered, lang), invited=number(invited, lang))
    told = [(t("desk.answered"), of, share)]
    for name, items in (
        ("participants", ("1",)),
        ("stock", ("2",)),
        ("on_leave", ("3",)),
        ("ended", ("4",)),
        ("reasons", found.asked.reason_items),
    ):
        total = found.sum(*items)
        told.append((t(f"desk.sum_{name}"), *sum_in_words(total, lang)))
    return told


def _classes(found: Desk) -> list[dict[str, Any]]:
    """Units and persons of each class that is wrong, over- and under-reporting apart."""
    t, lang = texts(), language()
    persons = {
        "over_reporting": found.gross.over_persons,
        "under_reporting": found.gross.under_persons,
        "explained_by_unknown": found.gross.explained_persons,
    }
    return [
        {
            "label": t(f"desk_class.{kind.value}"),
            "help": t(f"desk_class.{kind.value}_help"),
            "href": f"?{urlencode({'liste': QUEUE, 'klasse': kind.value, 'tilstand': ''})}#liste",
            "units": number(found.units_of[kind.value], lang),
            "persons": number(persons[kind.value], lang) if kind.value in persons else "–",
        }
        for kind in WRONG_CLASSES
    ]


def _counties(found: Desk) -> list[tuple[str, str]]:
    known = {line.entry.county for line in found.lines}
    return sorted(((id, place_name(id)) for id in known), key=lambda one: collation_key(one[1]))


def _states(found: Desk, lang: str) -> list[tuple[str, str]]:
    known = {line.of.state for line in found.lines}
    return [(state, label(state, lang).capitalize()) for state in STATES if state in known]


def _row(line: Line, lang: str) -> dict[str, Any]:
    entry = line.entry
    return {
        "rank": line.rank,
        "id": entry.unit,
        "unit": place_name(entry.unit),
        "county": place_name(entry.county),
        "class": texts()(f"desk_class.{entry.reporting.kind.value}"),
        "gap": gap_in_words(entry.reporting.gap, lang),
        "weight": f"{decimal(float(100 * entry.weight), 1, lang)} %",
        "checks": tuple(dict.fromkeys(finding.check.id for finding in entry.failed)),
        "state": label(line.of.state, lang),
        "done": line.done,
    }


def _participants(found: Desk, line: Line, lang: str) -> str:
    known = found.given[line.of.unit].known("1")
    return number(known.low, lang) if known.known else "–"


def _seen(one: str) -> tuple[str, int]:
    unit, _, version = one.partition(":")
    return unit, int(version) if version.isdecimal() and len(version) < 6 else 0
