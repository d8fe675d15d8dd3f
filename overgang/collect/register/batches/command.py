"""`overgang import PATH... --as NAME`: files and folders of files from the command line, on behalf of a user."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from django.utils import timezone

from overgang.access.actor import Actor, acting
from overgang.access.models import Grant, User
from overgang.access.roles import roles
from overgang.access.texts import texts
from overgang.base.errors import BadInput
from overgang.collect.cells.limits import UPLOAD
from overgang.collect.files import template, templates
from overgang.collect.register.batches import batch as batches
from overgang.collect.register.batches import worker
from overgang.collect.register.batches.returned import returned
from overgang.collect.register.dossier import Dossier
from overgang.collect.register.models import Batch

SHOWN = 20
"""Faults that are told of a file; the report of the batch has them all."""
FORMATS = ("csv", "xlsx")
LANG = "en"

Found = tuple[Path, str]
"""A file and the kind of its rows."""


def user(name: str, unit: str | None, today: date) -> Actor:
    """The user in the role that may import, at the unit, or at the only one there is. Raises BadInput if none is."""
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise BadInput(f"There is no user {name!r} who may sign in: give a user name, as in the list of users.")
    held = Grant.objects.filter(user=found).valid_on(today).order_by("place", "role")
    able = {grant.place: grant.role for grant in held if "import" in roles()[grant.role].may}
    if not able:
        raise BadInput(f"{name} holds no role today that may import: give a user who does.")
    places = ", ".join(able)
    if unit is None and len(able) > 1:
        raise BadInput(f"{name} may import for {places}: say which with --unit.")
    place = unit or next(iter(able))
    if place not in able:
        raise BadInput(f"{name} may import for {places}, not for {place}: give one of those, or another user.")
    return acting(found.pk, str(found), able[place], place)


def found_in(paths: Sequence[Path], kind: str | None) -> list[Found]:
    """Every file, and those of every folder in the order their rows need: persons first, certificates last.

    Raises BadInput for a path that is not there, and a file that does not say what it holds.
    """
    if kind is not None:
        template(kind)
    found: list[Found] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix.lower().lstrip(".") in FORMATS)
            if not inside:
                raise BadInput(f"{path} holds no CSV or xlsx file: point to another folder.")
            kinds = [(one, kind or kind_of(one)) for one in inside]
            found += sorted(kinds, key=lambda file: list(templates()).index(file[1]))
        else:
            found.append((path, kind or kind_of(path)))
    return found


def kind_of(path: Path) -> str:
    """A file that is named after its kind says what it holds: "person.csv", "exit-2024.xlsx"."""
    found = path.stem.split("-")[0]
    if found not in templates():
        raise BadInput(f"{path.name} does not say what it holds: give --kind, one of {', '.join(templates())}.")
    return found


def import_files(
    found: Sequence[Found], actor: Actor, *, write: bool, rest: Path | None, say: Callable[[str], None] = print
) -> bool:
    """Imports files one after another and says what became of each; whether all were taken, or could be.

    Without `write` they are only checked, each as if what can be taken of those before it had been written. With it the
    first file that is not taken is the last: those after it build on it. `rest`: the rows that can be are written, the
    others put in this folder.
    """
    fine, written, earlier = True, False, dict[str, Dossier]()
    for path, kind in found:
        wish = "rest" if rest else "all"
        made = _written(path, kind, actor, wish, again=written) if write else _checked(path, kind, actor, earlier)
        for line in told(made):
            say(line)
        if rest and (content := returned(made, actor, LANG, "csv", now=timezone.now())):
            say(f"  The rows that were not taken: {_put(content, rest / f'{kind}-{made.pk}.csv')}")
        done = made.state == "done"
        fine = fine and (done or (not write and made.state == "checked" and not made.rejected))
        written = written or done
        if write and not fine:
            break
    return fine


def _checked(path: Path, kind: str, actor: Actor, earlier: dict[str, Dossier]) -> Batch:
    made = _submitted(path, kind, actor, "check")
    batches.check(made, now=timezone.now())
    return _run(made, earlier)


def _written(path: Path, kind: str, actor: Actor, wish: str, *, again: bool) -> Batch:
    """`again`: what was shown of the file before may be old because of one that was written now; it is asked anew."""
    made = _submitted(path, kind, actor, wish)
    _accepted(made, wish)
    _run(made)
    if again and made.message == "moved":
        _accepted(made, wish)
        _run(made)
    return made


def _submitted(path: Path, kind: str, actor: Actor, wish: str) -> Batch:
    try:
        if path.stat().st_size > UPLOAD:
            raise BadInput(f"{path} is larger than {UPLOAD // 1_000_000} MB: divide it.")
        content = path.read_bytes()
    except OSError as fault:
        raise BadInput(f"{path} cannot be read: {fault.strerror}.") from fault
    return batches.submit(actor, kind, path.name, content, now=timezone.now(), wish=wish)[0]


def _run(made: Batch, earlier: dict[str, Dossier] | None = None) -> Batch:
    worker.run(made.pk, earlier)
    made.refresh_from_db()
    return made


def _accepted(made: Batch, wish: str) -> None:
    batches.accept(made, "rest" if wish == "rest" else "all", now=timezone.now())


def _put(content: bytes, path: Path) -> Path:
    """Numbers stand in it: it is for the owner of the process only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return path


def told(batch: Batch) -> Iterator[str]:
    """What became of a file, in lines."""
    t = texts(LANG)
    said = [f"batch {batch.pk}", t(f"imports.state_{batches.state_of(batch)}").lower()]
    said += [f"{n} {t(f'imports.outcome_{name}').lower()}" for name, n in batches.counts(batch)]
    yield f"{batch.file}: {', '.join(said)}"
    if batch.message:
        yield f"  {t(f'imports.message_{batch.message}')}"
    for fault in batch.report.get("faults", ()):
        yield f"  {fault[LANG]}"
    for row in batch.lines.filter(outcome="refused").order_by("line")[:SHOWN]:
        for fault in row.faults:
            yield f"  {fault[LANG]}"
    if (more := batch.rejected - SHOWN) > 0:
        yield f"  and {more} rows more."
