"""`overgang import FILE... --kind KIND --unit UNIT`: files from the command line, by the program itself."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.utils import timezone

from overgang.access.actor import is_place_of
from overgang.base.errors import BadInput
from overgang.collect.cells.limits import UPLOAD
from overgang.collect.files import template, templates
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import worker
from overgang.collect.register.models import Batch

SHOWN = 20
"""Faults that are told of a file; the report of the batch has them all."""


def import_files(
    paths: Sequence[Path], kind: str, unit: str, *, dry_run: bool, rest: bool, say: Callable[[str], None] = print
) -> bool:
    """Imports files of one kind for one unit, one after another, and says what became of each; whether all were taken.

    Raises BadInput for a kind, unit or file that is not there.
    """
    template(kind)
    if not is_place_of("unit", unit):
        raise BadInput(f"{unit} is no municipality or city district: give the unit the files are for, e.g. K5001.")
    taken = True
    for path in paths:
        made = _imported(path, kind, unit, dry_run=dry_run, rest=rest)
        for line in told(made):
            say(line)
        taken = taken and batches.state_of(made) in (("checked",) if dry_run else ("done",))
    return taken


def kind_of(path: Path) -> str:
    """A file that is named after its kind says what it holds: "person.csv", "exit-2024.xlsx"."""
    found = path.stem.split("-")[0]
    if found not in templates():
        raise BadInput(f"{path.name} does not say what it holds: give --kind, one of {', '.join(templates())}.")
    return found


def _imported(path: Path, kind: str, unit: str, *, dry_run: bool, rest: bool) -> Batch:
    try:
        if path.stat().st_size > UPLOAD:
            raise BadInput(f"{path} is larger than {UPLOAD // 1_000_000} MB: divide it.")
        content = path.read_bytes()
    except OSError as fault:
        raise BadInput(f"{path} cannot be read: {fault.strerror}.") from fault
    wish = "check" if dry_run else "rest" if rest else "all"
    made, _ = batches.submit(batches.program(unit), kind, path.name, content, now=timezone.now(), wish=wish)
    if made.state == "checked" and not dry_run:
        batches.accept(made, "rest" if rest else "all", now=timezone.now())
    worker.run(made.pk)
    made.refresh_from_db()
    return made


def told(batch: Batch, lang: str = "en") -> Iterator[str]:
    """What became of a file, in lines."""
    count = batch.report.get("count", {})
    numbers = ", ".join(f"{n} {name}" for name, n in count.items())
    yield f"{batch.file}: {batches.state_of(batch)}{f' ({numbers})' if numbers else ''}, batch {batch.pk}"
    for fault in batch.report.get("faults", ()):
        yield f"  {fault[lang]}"
    refused = batch.lines.filter(outcome="refused").order_by("line")
    for row in refused[:SHOWN]:
        for fault in row.faults:
            yield f"  {fault[lang]}"
    if (more := batch.rejected - SHOWN) > 0:
        yield f"  and {more} rows more."
