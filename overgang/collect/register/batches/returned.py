"""The rows of a batch that were not taken, as they were sent, each with the reason: to be mended and sent again."""

from datetime import datetime

from overgang.access import log
from overgang.access.actor import Actor
from overgang.access.models import Event
from overgang.base.errors import BadInput
from overgang.collect.files import Fault
from overgang.collect.files import write as writing
from overgang.collect.register.batches.plan import Outcome, rejected
from overgang.collect.register.batches.work import read
from overgang.collect.register.models import Batch, BatchRow


def returned(batch: Batch, actor: Actor, lang: str, format: writing.Format, *, now: datetime) -> bytes | None:
    """The file, and that it was taken out in the log; None where all rows were taken or the file is no longer kept."""
    lines = list(batch.lines.filter(outcome=Outcome.REFUSED).order_by("line"))
    if not lines:
        return None
    try:
        sheet = rejected(read(batch, lambda: now), [(line.line, _faults(line, batch.kind)) for line in lines])
    except BadInput:
        return None
    entry = log.Entry(Event.EXPORTED, object=f"batch:{batch.pk}")
    people = [log.Entry(Event.EXPORTED, person=line.person, object=entry.object) for line in lines if line.person]
    log.write(actor, [entry, *people], now=now)
    return writing.rejected(sheet, lang, format)


def _faults(line: BatchRow, kind: str) -> list[Fault]:
    return [_Told(line.line, fault["field"], "", fault["rule"], fault, kind) for fault in line.faults if fault["stops"]]


class _Told(Fault):
    """A fault whose sentences were kept."""

    def sentence(self, lang: str) -> str:
        return str(self.values[lang])
