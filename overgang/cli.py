"""The command line: the flow, one subcommand a stage."""

import argparse
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn

from overgang import __version__
from overgang.base.errors import BadInput

if TYPE_CHECKING:
    from overgang.collect.register.schema import Register

ROOT = Path(__file__).resolve().parent.parent
LAST_DAY = date(2025, 3, 1)
"""The synthetic register is read some weeks after its last full year, when late end reasons are in."""

SEED = 20240101
PUBLIC, INTERNAL = "public", "internal"
PUBLIC_PORT, INTERNAL_PORT = 8000, 8001

ABOUT = """\
Overgang: a national programme register and its results.

The flow:   demo | setup -> import -> snapshot -> build -> check -> approve -> serve
Data lives in OVERGANG_HOME (default: var/ beside the program): the register's database (or where DATABASE_URL says),
keys.json, snapshots/, editions/.
"""


METHODS = """\
Show what each way of protecting an edition would publish, hide and cost. Nothing is written.

  suppress      small counts are hidden, and what would give them away; what is shown is true
  round3        counts of 1 and 2 become 0 or 3; everything is shown, and adds up
  cell_key      every count is moved a little by a key of its own; everything is shown, and does not add up
  two outcomes, no breakdown, pooled years
                designs: suppress, with less published of small places

Columns: cells shown, hidden, changed; sums of shown cells that do not close; leaks, cells that a reader of all tables
can narrow too far; kept, what the true numbers shown are worth by the prices of the policy; then for municipalities and
districts, by how many ended there in the year, how many of their shares in work or education are published, and their
error in percentage points, on average and at the 95th percentile.

Choose one: an edition that shows by one method what another hides by a second one gives both away.
"""


IMPORT = """\
Read files of rows into the register, on behalf of a user.

Files are CSV or xlsx by the templates (docs/import.md). What a file holds is --kind or stands in its name: person.csv,
exit-2024.xlsx. Of a folder all files are read, in the order their rows need: persons, settlements, ... certificates.

Without --write or --accept-rest the files are only checked, each as if those before it were written: what every row
would do is told, and the same file may then be written. Whoever sends a file again does no harm: what is there stays
as it is.
"""


CHECK = """\
Attack an edition and test its consistency; says what is wrong.

With --told FILE also what a reader could put beside it: a CSV file, a statement a line. Columns, in any order:

  place, time   a place's id and a year or period, as in the edition; K0213+K0217 is two places together
  says          12 | 1 to 4 | at least 30 | at most 4 | 46 % | 46.3 %
  counts        exits (if empty) or participants
  sex, age, education, origin, outcome
                codes of the edition, total if empty; outcome may also be died, disappeared, completed or
                completed_work_edu, which no table shows
  of            what a percentage is of: D0 (if empty) all who ended, D1 to D5 the other bases, or a dimension (sex)
  borders       the year whose borders the place has, where that is not the year itself
  halves        up (if empty): 12.5 was rounded to 13; either: one cannot know
  source        where it stands, for the report

Only place, time and says are needed. What was told and does not agree with the edition is named as well.
"""


KEYS = """\
List, change and retire the keys that numbers are encrypted with and found by.

A change: rotate, copy the ring apart from the database, retire the older key when the copies of the database that need
it are gone. The site goes on answering meanwhile. docs/keys.md says more.
"""


def home() -> Path:
    """Where data lives: OVERGANG_HOME, or var/ in the checkout."""
    return Path(os.environ.get("OVERGANG_HOME") or ROOT / "var")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="overgang", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"overgang {__version__}")
    commands = top.add_subparsers(title="commands, in the order of the flow", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None], help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help[:1].upper() + help[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    demo = command("demo", run_demo, "build a synthetic country, publish its results and serve them")
    demo.add_argument(
        "--seed", type=int, default=SEED, help="another seed gives another country with the same published figures"
    )
    demo.add_argument("--no-serve", action="store_true", help="stop when everything is built")
    _add_port(demo)
    parts = demo.add_subparsers(title="or only", metavar="PART")
    targets = parts.add_parser(
        "targets",
        help="hold every published figure against the register, as it was counted",
        description="Hold every published figure against the synthetic register; say what cannot come out, and why.",
    )
    targets.set_defaults(run=run_targets)
    targets.add_argument("--check", action="store_true", help="only say which figures cannot hold together, and why")
    targets.add_argument("--targets", type=Path, metavar="FOLDER", help="other target files than those of the program")
    _add_register(parts)

    load = command("import", run_import, "read files of rows, or folders of them, into the register for a user")
    load.add_argument("path", type=Path, nargs="+", help="a file, or a folder of files")
    load.description = IMPORT
    load.formatter_class = argparse.RawDescriptionHelpFormatter
    load.add_argument("--as", dest="user", metavar="NAME", required=True, help="user name; a role that may import")
    load.add_argument("--unit", metavar="UNIT", help="which of the user's units, if there are several: K5001")
    load.add_argument("--kind", help="what the files hold: person, settlement, permit, decision, participation, ...")
    load.add_argument("--write", action="store_true", help="write every file of which all rows can be taken")
    load.add_argument(
        "--accept-rest", type=Path, metavar="FOLDER", help="write the rows that can be, and put the others in FOLDER"
    )

    freeze = command("snapshot", run_snapshot, "freeze the register, without names or identity numbers")
    freeze.add_argument(
        "--as-of",
        type=_day,
        default=None,
        metavar="YYYY-MM-DD",
        help="read the register as of this day (default: today)",
    )

    make = command("build", run_build, "compute, protect and freeze an edition from a snapshot")
    make.add_argument("snapshot", nargs="?", help="a snapshot's name or folder (default: the newest)")
    make.add_argument("--year", type=int, help="results through this year (default: all the snapshot holds)")
    make.add_argument("--state", choices=("preliminary", "final"), default="final")
    make.add_argument(
        "--embargo", metavar="TIME", type=_moment, help="not to be approved before, e.g. 2026-12-01T08:00+01:00"
    )
    make.add_argument("--after", metavar="EDITION", help="the edition this one replaces")
    make.add_argument("--policy", default="default", help="disclosure policy by name")
    make.add_argument(
        "--comments",
        action="append",
        type=Path,
        metavar="FILE",
        default=[],
        help="the released comments of a year's units, a comments.json from the internal site; once for each year",
    )
    _add_told(make)

    methods = command(
        "methods", run_methods, "show what each way of protecting an edition would publish, hide and cost"
    )
    methods.formatter_class = argparse.RawDescriptionHelpFormatter
    methods.description = METHODS
    methods.add_argument("snapshot", nargs="?", help="a snapshot's name or folder (default: the newest)")
    methods.add_argument("--year", type=int, help="results through this year (default: all the snapshot holds)")
    methods.add_argument("--years", type=int, default=3, help="so many years; all of them takes minutes (default 3)")
    methods.add_argument("--policy", default="default", help="disclosure policy by name")
    methods.add_argument("--only", nargs="+", metavar="WAY", help="only these ways, e.g. suppress round3")
    methods.add_argument("--json", action="store_true", help="the same as JSON, and nothing else")

    check = command("check", run_check, "attack an edition and test its consistency; says what is wrong")
    check.add_argument("edition", nargs="?", help="an edition's id, or the beginning of it (default: the current one)")
    check.formatter_class = argparse.RawDescriptionHelpFormatter
    check.description = CHECK
    _add_told(check)

    approve = command("approve", run_approve, "check an edition and let the site show it")
    approve.add_argument("edition", help="an edition's id, or the beginning of it")

    command("edition", run_edition, "list the editions that are built, and which is current")

    serve = command("serve", run_serve, "show the current edition on this machine, or the internal site")
    serve.add_argument("--internal", action="store_true", help="the register, behind sign-in (port 8001)")
    _add_port(serve, "8000, internal 8001")

    setup = command("setup", run_setup, "make the tables, the keys and the first administrator of the internal site")
    setup.add_argument("--administrator", metavar="NAME", default="admin", help="user name (default admin)")
    setup.add_argument("--address", default="http://127.0.0.1:8001", help="where the site will be (for the link)")

    held = command("keys", run_keys, "list, change and retire the keys that numbers are encrypted with and found by")
    held.formatter_class = argparse.RawDescriptionHelpFormatter
    held.description = KEYS
    known = held.add_subparsers(title="one of", metavar="PART", required=True)
    about = "show each key and what stands under it"
    known.add_parser("list", help=about, description=about).set_defaults(run=run_keys)
    about = "make a new key, or go on where an earlier run ended, until everything stands under it"
    change = known.add_parser("rotate", help=about, description=about)
    change.set_defaults(run=run_keys_rotate)
    change.add_argument("--index", action="store_true", help="the key that numbers are found by")
    about = "take a key out of the ring that nothing needs any more"
    drop = known.add_parser("retire", help=about, description=about)
    drop.set_defaults(run=run_keys_retire)
    drop.add_argument("key", help="its number, or `index` for the older key that numbers were found by")

    command("night", run_night, "run every quality rule, remove old files and sessions, and seal the log: once a night")

    command("post", run_post, "send the letters about annual returns that are due: every five minutes or so")

    command("seal", run_seal, "seal the log of what was seen and changed, and print its head, to be kept elsewhere")

    log = command("log", run_log, "show the end of the log, or check that nothing in it was changed")
    log.add_argument("--check", action="store_true", help="check the whole chain")
    log.add_argument("--head", metavar="HASH", default="", help="a head that was kept elsewhere: must be in the chain")
    log.add_argument("--lines", type=int, default=20, metavar="N", help="so many events (default 20)")
    return top


def _add_told(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--told",
        type=Path,
        metavar="FILE",
        help="a CSV file of numbers told elsewhere, which a reader may put beside the edition (overgang check --help)",
    )


def _add_port(sub: argparse.ArgumentParser, default: str = "8000") -> None:
    sub.add_argument("--port", type=int, default=None, help=f"default {default}")
    sub.add_argument("--workers", type=int, default=2, help="processes that answer (default 2)")


def _add_register(parts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "write replicates of the synthetic register as Parquet, a folder a table"
    register = parts.add_parser("register", help=about, description=about[:1].upper() + about[1:] + ".")
    register.set_defaults(run=run_demo_register)
    register.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the tables are put")
    register.add_argument("--seed", type=int, default=SEED, help="of the country")
    register.add_argument("--replicates", type=int, default=1, metavar="N", help="how many (default 1)")
    register.add_argument("--first", type=int, default=0, metavar="R", help="number of the first (default 0)")
    register.add_argument(
        "--layers",
        nargs="+",
        choices=("truth", "register"),
        default=("truth",),
        help="truth (default), and register: as municipalities recorded it, with labelled faults and annual returns",
    )
    register.add_argument("--workers", type=int, default=workers(), help="processes (default: a core each)")


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no date: write it as 2025-03-01") from None


def _moment(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no time: write it as 2026-12-01T08:00+01:00") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{value!r} names no time zone: write it as 2026-12-01T08:00+01:00")
    return value


def progress() -> Callable[[str], None]:
    """Prints each step with the seconds since the first."""
    begun = time.monotonic()

    def step(says: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {says}", flush=True)

    return step


def workers() -> int:
    """Processes for the heavy parts: every core this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def run_demo(args: argparse.Namespace) -> None:
    from overgang.demo.tour import tour

    now, port = datetime.now(UTC), args.port or PUBLIC_PORT
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as until_the_end:
        servers = []

        def serve(site: str, at: int) -> None:
            if not args.no_serve:
                servers.append(until_the_end.enter_context(_running(site, at, args.workers)))
                print(f"\nServing the {site} site on http://127.0.0.1:{at}/ (end with Ctrl+C)", flush=True)

        shown = partial(serve, PUBLIC, port)
        said = progress()
        accounts = tour(home(), seed=args.seed, as_of=LAST_DAY, now=now, workers=workers(), progress=said, shown=shown)
        serve(INTERNAL, port + 1)
        print("\n".join(["", *accounts]), flush=True)
        if servers:
            _night_of_the_demo(now)
        while servers and all(server.poll() is None for server in servers):
            time.sleep(0.5)


def run_demo_register(args: argparse.Namespace) -> None:
    from overgang.demo.replicates import write_replicates

    write_replicates(
        args.to,
        seed=args.seed,
        first=args.first,
        number=args.replicates,
        layers=args.layers,
        workers=max(args.workers, 1),
        progress=progress(),
    )


def run_targets(args: argparse.Namespace) -> None:
    from overgang.demo.clashes import explanation
    from overgang.demo.published import read_published
    from overgang.demo.report import COUNTED, report
    from overgang.demo.targets import FOLDER, read_targets

    folder = args.targets or FOLDER
    if args.check:
        found = explanation(read_published(folder), read_targets(folder))
    else:
        found = report(_register(COUNTED), folder)
    for line in found:
        print(line, flush=True)


def run_import(args: argparse.Namespace) -> None:
    _installed()
    from django.utils import timezone

    from overgang.collect.register.batches import command

    actor = command.user(args.user, args.unit, timezone.localdate())
    found = command.found_in(args.path, args.kind)
    write = args.write or args.accept_rest is not None
    if not command.import_files(found, actor, write=write, rest=args.accept_rest):
        raise BadInput("Not every row can be taken: mend what is told above and send the file again.")
    print("Written. Next: overgang snapshot" if write else "Nothing was written. Next: the same with --write")


def run_snapshot(args: argparse.Namespace) -> None:
    from overgang.collect.export import FOLDER, freeze
    from overgang.collect.register.schema import IN_SNAPSHOT

    as_of = args.as_of or datetime.now(UTC).date()
    found = freeze(_register(IN_SNAPSHOT), home() / FOLDER, as_of=as_of, progress=progress())
    print(
        f"{found.name}: {', '.join(f'{n} {name}' for name, n in found.rows.items())}. Next: overgang build {found.name}"
    )


def _register(tables: Sequence[str]) -> "Register":
    """These tables of the register, from its database."""
    _installed()
    from django.conf import settings

    from overgang.access import keys
    from overgang.collect.register import reading

    return reading.read(keys.read(settings.KEYS), tables)


def run_build(args: argparse.Namespace) -> None:
    from overgang.publish import release
    from overgang.publish.build import Order, build

    editions = home() / "editions"
    order = Order(
        snapshot=_snapshot(args.snapshot),
        year=args.year,
        state=args.state,
        embargo=args.embargo,
        predecessor=release.find(editions, args.after) if args.after else None,
        policy=args.policy,
        told=args.told,
        comments=tuple(args.comments),
    )
    found = build(order, editions, workers=workers(), progress=progress())
    print(f"{found.id} is built in {found.folder}. Next: overgang approve {found.id}")


def _snapshot(name: str | None) -> Path:
    snapshots = home() / "snapshots"
    if name:
        return Path(name) if Path(name).is_dir() else snapshots / name
    found = sorted(snapshots.glob("snapshot-*"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise BadInput(f"There is no snapshot in {snapshots}: run `overgang snapshot`, or `overgang demo`.")
    return found[-1]


def run_methods(args: argparse.Namespace) -> None:
    from overgang.publish import methods

    quiet = args.json
    found = methods.compare_ways(
        methods.Question(_snapshot(args.snapshot), args.year, args.years, args.policy, tuple(args.only or ())),
        clock=time.monotonic,
        workers=workers(),
        progress=(lambda _: None) if quiet else progress(),
    )
    print(methods.as_json(found) if quiet else methods.as_table(found))


def run_check(args: argparse.Namespace) -> None:
    from overgang.base import edition
    from overgang.publish import release

    editions = home() / "editions"
    folder = release.find(editions, args.edition) if args.edition else edition.current(editions)
    found = release.check(folder, told=args.told, workers=workers(), progress=progress())
    print(f"{found.id}: every check passed, and the attack found nothing.")


def run_approve(args: argparse.Namespace) -> None:
    from overgang.publish import release

    found = release.approve(
        home() / "editions", args.edition, now=datetime.now(UTC), workers=workers(), progress=progress()
    )
    print(f"{found.id} is what the site shows now.")


def run_edition(args: argparse.Namespace) -> None:  # noqa: ARG001
    from overgang.base import edition
    from overgang.publish import release

    editions = home() / "editions"
    found = release.known(editions)
    if not found:
        print("No edition is built yet. Next: overgang demo, or overgang build")
        return
    try:
        current = edition.current(editions)
    except BadInput:
        current = None
    for folder in found:
        print(f"{'* ' if folder == current else '  '}{folder.name}")


def run_night(args: argparse.Namespace) -> None:  # noqa: ARG001
    _installed()
    from django.utils import timezone

    from overgang.collect.register.night import run

    found = run(timezone.now(), timezone.localdate(), progress())
    for what, counts in (("persons", found.persons), ("units", found.units)):
        print(f"Findings about {what}: {', '.join(f'{n} {state}' for state, n in counts.items())}")
    print(f"{found.forgotten} old files of imports removed")
    print(f"{found.sealed} events sealed{f'; the chain ends in {found.head}' if found.head else ''}")


def run_post(args: argparse.Namespace) -> None:  # noqa: ARG001
    _installed()
    from django.utils import timezone

    from overgang.collect.returns.mail import post

    found = post(timezone.now)
    print(f"{found.sent} letters sent, {found.delayed} to be tried again, {found.failed} refused")
    if found.fault:
        raise BadInput(f"The mail server does not take letters now ({found.fault}): those that wait are tried again.")


def run_serve(args: argparse.Namespace) -> None:
    if args.internal:
        _installed()
        _serve(INTERNAL, args.port or INTERNAL_PORT, args.workers)
    from overgang.base import edition

    edition.current(home() / "editions")
    _serve(PUBLIC, args.port or PUBLIC_PORT, args.workers)


def _serve(site: str, port: int, workers: int) -> NoReturn:
    """This process becomes the server."""
    print(f"Serving on http://127.0.0.1:{port}/ (end with Ctrl+C)", flush=True)
    command, environment = _server(site, port, workers)
    os.execve(sys.executable, command, environment)


@contextmanager
def _running(site: str, port: int, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """A site, served by a process beside this one until the end."""
    command, environment = _server(site, port, workers)
    server = subprocess.Popen(command, env=environment)
    try:
        yield server
    finally:
        server.terminate()


def _night_of_the_demo(now: datetime) -> None:
    """The quality rules run over the demo's register while its sites are up, if they have not."""
    from multiprocessing import get_context

    from overgang.demo.loading import first_night

    get_context("spawn").Process(target=first_night, args=(home(), now), daemon=True).start()


def _server(site: str, port: int, workers: int) -> tuple[list[str], dict[str, str]]:
    """The command that serves a site, and its environment."""
    wsgi = {PUBLIC: "overgang.serve.wsgi", INTERNAL: "overgang.settings.internal_wsgi"}[site]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        f"{wsgi}:application",
        f"--bind=127.0.0.1:{port}",
        f"--workers={workers}",
        "--worker-class=gthread",
        "--threads=4",
        "--log-level=warning",
    ]
    settings = {"OVERGANG_HOME": str(home()), "DJANGO_SETTINGS_MODULE": f"overgang.settings.{site}"}
    return command, {**os.environ, **settings}


def _django() -> None:
    """The internal site's Django, for a command that needs its database."""
    os.environ["OVERGANG_HOME"] = str(home())
    os.environ["DJANGO_SETTINGS_MODULE"] = f"overgang.settings.{INTERNAL}"
    import django

    django.setup()
    sys.excepthook = _logged


def _logged(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """An error nobody foresaw goes where the site's errors go, and so without values of rows."""
    logging.getLogger(__name__).critical("the command stopped", exc_info=(kind, error, traceback))


def _installed() -> None:
    """The same, with every table and the keys. Raises BadInput, saying what to do, where something is missing."""
    _django()
    from overgang.access import installation

    if missing := installation.missing():
        raise BadInput(missing)


def run_setup(args: argparse.Namespace) -> None:
    _django()
    from overgang.access import installation

    for line in installation.prepare(args.administrator, args.address.rstrip("/"), now=datetime.now(UTC)):
        print(line, flush=True)
    print("Next: overgang serve --internal")


def run_seal(args: argparse.Namespace) -> None:  # noqa: ARG001
    _django()
    from overgang.access import log

    made = log.seal(now=datetime.now(UTC))
    print(f"{made.events} events are sealed." if made else "Nothing new to seal.")
    print(f"The head, to be kept elsewhere: {log.head()}")


def run_keys(args: argparse.Namespace) -> None:  # noqa: ARG001
    _installed()
    from django.conf import settings

    from overgang.access import rotation

    for line in rotation.listed(settings.KEYS):
        print(line)


def run_keys_rotate(args: argparse.Namespace) -> None:
    _installed()
    from django.conf import settings

    from overgang.access import rotation

    change = rotation.rotate_index if args.index else rotation.rotate
    ring = change(settings.KEYS, progress(), now=datetime.now(UTC))
    done = "the new key for look-up" if args.index else f"key {ring.current}"
    print(f"Everything stands under {done}. Next: overgang keys list")


def run_keys_retire(args: argparse.Namespace) -> None:
    _installed()
    from django.conf import settings

    from overgang.access import rotation

    rotation.retire(settings.KEYS, args.key, now=datetime.now(UTC))
    print(f"Key {args.key} is out of the ring. Copies of the database made before its change need a copy of it still.")


def run_log(args: argparse.Namespace) -> None:
    _django()
    from overgang.access import log

    if args.check or args.head:
        if broken := log.broken(args.head):
            raise BadInput(broken)
        print(f"The chain holds: {log.sealed()} events under {log.head()}")
        return
    for line in log.lines(args.lines):
        print(line)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. 0 when it did what was asked; 2, with one clear sentence, when it could not."""
    args = parser().parse_args(argv)
    try:
        args.run(args)
    except BadInput as fault:
        print(f"overgang: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0
