"""Where units get their letters: addresses from a list, or typed one by one."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.base.text import LANGUAGES
from overgang.collect.register.record import writing
from overgang.collect.returns.frame import named
from overgang.collect.returns.models import Mailbox

LINES = 2000
"""Lines that are read of a list; there are some hundred units."""
LANGUAGE_NAMES = {"": "nb", "bokmål": "nb", "nynorsk": "nn", "engelsk": "en"} | {lang: lang for lang in LANGUAGES}
HEADINGS = ("enhet", "eining", "kommune", "unit")


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that was not taken: its number, why (`mailboxes.fault_...`), and what stood there."""

    line: int
    why: str
    found: str


def read_list(text: str, year: int) -> tuple[dict[str, Mailbox], list[Fault]]:
    """A list with a line a unit: code or name, address, and, if not Bokmål, the language (nn); semicolon, comma or tab
    between. A line that cannot be taken is a fault, and so is a unit that stands twice with different addresses."""
    lines = text.splitlines()
    known = named(year)
    found: dict[str, Mailbox] = {}
    faults = [Fault(LINES + 1, "too_long", str(len(lines)))] if len(lines) > LINES else []
    for number, line in enumerate(lines[:LINES], 1):
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=_delimiter(line)), [])]
        if not any(cells) or (number == 1 and cells[0].casefold() in HEADINGS):
            continue
        unit, address, lang = (*cells, "", "")[:3]
        box, why = _read(known, unit, address, lang)
        if box and box.unit in found and found[box.unit].address != box.address:
            why = "twice"
        if box is None or why:
            faults.append(Fault(number, why, {"unit": unit, "language": lang}.get(why, address)[:100]))
        else:
            found[box.unit] = box
    return found, faults


def address_fault(address: str) -> str:
    """Why a text is no address; empty where it is one. Letters outside ASCII are refused: few servers take them."""
    try:
        validate_email(address)
    except ValidationError:
        return "address"
    return "" if address.isascii() and len(address) <= 254 else "address"


def keep(actor: Actor, boxes: Iterable[Mailbox], *, now: datetime) -> int:
    """Stores addresses in place of those there were; an empty one takes the unit's away. Gives how many are new or
    changed."""
    wanted = {box.unit: box for box in boxes}
    with writing():
        there = Mailbox.objects.in_bulk(list(wanted))
        new = [box for unit, box in wanted.items() if _says(box) != _says(there.get(unit)) and box.address]
        gone = [unit for unit, box in wanted.items() if not box.address and unit in there]
        Mailbox.objects.filter(unit__in=gone).delete()
        Mailbox.objects.bulk_create(
            new, update_conflicts=True, unique_fields=["unit"], update_fields=["address", "language"]
        )
        if new or gone:
            told = [(box.unit, box.address, box.language) for box in new]
            log.note(actor, Event.CHANGED, f"mailboxes:{len(new) + len(gone)}", told, now=now)
    return len(new) + len(gone)


def _says(box: Mailbox | None) -> tuple[str, str]:
    return (box.address, box.language) if box else ("", "")


def _read(known: Mapping[str, str], unit: str, address: str, lang: str) -> tuple[Mailbox | None, str]:
    id = known.get(unit.casefold())
    if id is None:
        return None, "unit"
    if lang.casefold() not in LANGUAGE_NAMES:
        return None, "language"
    why = address_fault(address)
    return (None, why) if why else (Mailbox(id, address, LANGUAGE_NAMES[lang.casefold()]), "")


def _delimiter(line: str) -> str:
    return next((sign for sign in (";", "\t") if sign in line), ",")
