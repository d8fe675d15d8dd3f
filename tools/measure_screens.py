"""How long the screens of a unit with 2 000 persons take in a country of 300 000: `python -m tools.measure_screens`.

The register is invented in a temporary folder, on SQLite or on a PostgreSQL server of its own. Each page is asked for
by Django's test client, then by 40 users at once from a live gunicorn on this machine, each of whom reads for ten
seconds or so before asking again. The limit is 150 ms for 95 of 100 answers. `--home FOLDER` keeps the register on
SQLite for the next run, and one on PostgreSQL is kept where a `DATABASE_URL` names its server; `--seconds 0` leaves the
users out. What the users saw stands in the last line as JSON; `make measure` puts it in its table.
"""

import argparse
import http.client
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 150
"""Milliseconds for 95 of 100 answers."""
UNIT = "K5001"
PERSONS, COUNTRY = 2_000, 300_000
USERS, READS = 40, (5.0, 15.0)
"""Users at once, and the seconds each reads before the next page."""
MEANS = (
    "{users} users at once, each of whom reads for ten seconds or so; a unit with {persons} persons in a country of "
    "{country}. Of {n} answers 95 in 100 are quicker, the median is {median:.0f} ms. Two processes of gunicorn, the "
    "database and the users share {cores} cores, load {load} at the end. The limit is for a country of 300 000 and a "
    "machine that does nothing else."
)
ROUNDS = 30
WARM = 10
TODAY = date.today()  # noqa: DTZ011
DAY = timedelta(days=1)
FIRST_NAMES = [
    "Amina",
    "Yusuf",
    "Olena",
    "Dmytro",
    "Selam",
    "Fatuma",
    "Ahmad",
    "Leyla",
    "Mykola",
    "Rahel",
    "Hassan",
    "Iryna",
    "Samir",
    "Zahra",
    "Abdi",
    "Natalia",
]
LAST_NAMES = [
    "Ali",
    "Kovalenko",
    "Tesfay",
    "Mohamed",
    "Haddad",
    "Shevchenko",
    "Osman",
    "Bereket",
    "Rahimi",
    "Bondarenko",
    "Warsame",
    "Saleh",
]
REASONS = ("CO_WORK_GT29", "CO_WORK_LT30", "CO_EDU_UPPER", "CO_EDU_HIGHER", "CO_OTHER", "IN_MOVED", "CO_NOT_JOBSEEKER")


def rows(seconds: int, country: int = COUNTRY) -> list[tuple[str, str, str, str, str]]:
    """Lines for the table of `make measure`; a database that is not there has none."""
    found = []
    for database in ("sqlite", "postgresql"):
        command = [sys.executable, "-m", "tools.measure_screens", f"--database={database}"]
        command += [f"--seconds={seconds}", f"--country={country}"]
        alone = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=alone)
        if done.returncode:
            print(f"{database}: {(done.stderr or done.stdout).splitlines()[-1]}", file=sys.stderr)
            continue
        told = json.loads(done.stdout.splitlines()[-1])
        for page, took in told.pop("pages").items():
            means = MEANS.format(**told, **took, users=USERS, persons=PERSONS)
            ratio = f"{took['p95'] / LIMIT:.2f}"
            found.append((f"Page: {page}, {database}", f"{took['p95']:.0f} ms", f"limit {LIMIT} ms", ratio, means))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--home", type=Path)
    options.add_argument("--seconds", type=int, default=30, help="how long the users ask (default 30)")
    options.add_argument("--country", type=int, default=COUNTRY, help="persons in the country (default 300000)")
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    args = options.parse_args()
    if args.database == "postgresql":
        from tests import postgres

        os.environ["DATABASE_URL"] = postgres.start()
    with tempfile.TemporaryDirectory() as scratch:
        home = args.home or Path(scratch)
        (home / "synthetic").mkdir(parents=True, exist_ok=True)
        os.environ["OVERGANG_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
        from overgang.access import keys

        if not (home / keys.FILE).exists():
            keys.write(home, keys.new_ring())
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from overgang.collect.register.models import Person

        if not Person.objects.exists():
            invent(args.country)
        measure(home, args.seconds)


def invent(country: int) -> None:
    from django.core.management import call_command

    at = time.perf_counter()
    call_command("createcachetable", verbosity=0)
    _unit()
    _others(country - PERSONS)
    _users()
    print(f"{country} persons, {PERSONS} of them in the unit, invented in {time.perf_counter() - at:.0f} s")


def _unit() -> None:
    """The unit's persons with all that a person has, and what the rules find in it."""
    from overgang.collect.register.findings import refresh
    from overgang.collect.register.models import (
        Case,
        Decision,
        Identifier,
        Leave,
        Measure,
        Participation,
        Permit,
        Person,
        Plan,
        Settlement,
    )
    from overgang.collect.register.numbers import new_identifier

    rng = random.Random(7)
    persons = [_person(rng, Person) for _ in range(PERSONS)]
    Person.objects.bulk_create(persons, batch_size=500)
    Identifier.objects.bulk_create(
        [new_identifier(person, "duf", f"2020{at:08}") for at, person in enumerate(persons)], batch_size=500
    )
    cases, rows = [], defaultdict(list)
    for person in persons:
        start = TODAY - rng.randrange(30, 3000) * DAY
        law = "INTRO_2004" if start < date(2021, 1, 1) else "INTEGR_2021"
        case = Case(person=person, unit=UNIT, regime=law, trigger="offer", asked=start - 40 * DAY)
        end = start + rng.randrange(300, 900) * DAY
        ended = end < TODAY
        case.state = "completed" if ended else "in_programme"
        cases.append((case, start, end, ended))
        rows[Permit].append(Permit(person=person, basis="asylum", decided=start - 200 * DAY))
        rows[Settlement].append(Settlement(person=person, unit=UNIT, day=start - rng.randrange(30, 110) * DAY))
    Case.objects.bulk_create([case for case, *_ in cases], batch_size=500)
    for case, start, end, ended in cases:
        reason = (rng.choice(REASONS) if rng.random() < 0.94 else None) if ended else None
        entered = end + rng.randrange(75) * DAY if ended else None
        part = Participation(case=case, start=start, planned_end=end, entered=entered, end_reason=reason)
        part.end = end if ended else None
        rows[Participation].append(part)
        rows[Decision].append(Decision(case=case, kind="grant", decided=start - 10 * DAY, months=24))
        rows[Plan].append(Plan(case=case, day=start, elements=["norwegian", "social_studies"]))
    for model in (Permit, Settlement, Participation, Decision, Plan):
        model.objects.bulk_create(rows[model], batch_size=500)
    measures, leaves = [], []
    for part in rows[Participation]:
        last = part.end
        measures += [
            Measure(participation=part, kind=kind, start=part.start, end=last, hours=15)
            for kind in ("norwegian", "work_practice")
        ]
        if rng.random() < 0.2:
            away = (last or TODAY) - 40 * DAY
            leaves.append(Leave(participation=part, kind="welfare_leave", start=max(away, part.start), end=last))
    Measure.objects.bulk_create(measures, batch_size=500)
    Leave.objects.bulk_create(leaves, batch_size=500)
    refresh([person.pk for person in persons], TODAY)


def _person(rng: random.Random, model: Any) -> Any:
    born = date(1965, 1, 1) + rng.randrange(15000) * DAY
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    return model(
        name=name,
        birth_date=born,
        sex=rng.choice("MF"),
        origin=rng.choice(("SO", "SY", "UA", "ER")),
        education="primary",
    )


def _others(number: int) -> None:
    """Persons of all other units: a case, a programme and, for two of five, a finding each, written by SQL."""
    from django.db import connection

    from overgang.base.places import gazetteer
    from overgang.collect.register.models import Case, Finding, Participation, Person

    lite = connection.vendor == "sqlite"
    key = "printf('%%016x', id)" if lite else "lpad(to_hex(id), 16, '0')"
    begun = "date('now', '-' || r || ' days')" if lite else "(current_date - r)"
    later = f"date({begun}, '+600 days')" if lite else f"({begun} + 600)"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE place (at INTEGER PRIMARY KEY, id VARCHAR(8))")
        units = [place.id for place in gazetteer().units(2026) if place.id != UNIT]
        cursor.executemany("INSERT INTO place VALUES (%s, %s)", list(enumerate(units)))
        cursor.execute(
            "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            "SELECT i, i + 100000 AS id, (i %% 3000) * 7919 %% 3000 AS r FROM n",
            [number],
        )
        unit = f"(SELECT place.id FROM place WHERE at = n.i %% {len(units)})"
        _insert(cursor, Person, key=key, name="'Navn ' || r", birth_date="'1990-01-01'", sex="'F'", origin="'SY'")
        _insert(cursor, Case, person_id="id", unit=unit, regime="'INTEGR_2021'", trigger="'offer'", asked=begun)
        _insert(cursor, Participation, case_id="id", start=begun, planned_end=later,
                end=f"CASE WHEN r > 700 THEN {later} END",
                end_reason="CASE WHEN r > 800 THEN 'CO_OTHER' END")  # fmt: skip
        _insert(cursor, Finding, "WHERE i %% 5 < 2", case_id="id", unit=unit, rule="'DQ07'", severity="'E'",
                subject="'participation:' || id", found=begun, due=begun,
                values="""'{"end": "2026-01-05"}'""")  # fmt: skip
        cursor.execute("ANALYZE")


def _insert(cursor: Any, model: Any, where: str = "", **given: str) -> None:
    """Rows of a model from the table of numbers; what is not given has its default."""
    values = {field.column: "NULL" for field in model._meta.concrete_fields}
    for field in model._meta.concrete_fields:
        if not field.null and field.has_default():
            default = field.get_default()
            values[field.column] = {list: "'[]'", dict: "'{}'", bool: "TRUE" if default else "FALSE"}.get(
                type(default), repr(default)
            )
        elif not field.null and field.empty_strings_allowed:
            values[field.column] = "''"
    values |= {"id": "id", **given}
    columns = ", ".join(f'"{name}"' for name in values)
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {', '.join(values.values())} FROM n {where}", []
    )


def _users() -> None:
    from allauth.mfa.models import Authenticator

    from overgang.access.models import Grant, User

    users = User.objects.bulk_create([User(username=f"leder{at}", name=f"Leder {at}") for at in range(USERS)])
    Authenticator.objects.bulk_create([Authenticator(user=user, type="totp", data={"secret": ""}) for user in users])
    Grant.objects.bulk_create([Grant(user=user, role="leader", place=UNIT, since=TODAY - DAY) for user in users])


def pages() -> dict[str, list[str]]:
    """The addresses of each page that is measured."""
    from overgang.collect.register.models import Person

    keys = Person.objects.filter(cases__unit=UNIT).order_by("pk").values_list("key", flat=True)
    return {
        "work list": ["/arbeidsliste/"],
        "person": [f"/personer/{key}/" for key in keys],
        "overview": ["/enhet/"],
    }


def measure(home: Path, seconds: int) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from overgang.access.models import User
    from overgang.settings import internal_wsgi  # noqa: F401 - what a worker has read before its first page

    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="leder0"))
    rng = random.Random(1)
    for name, addresses in pages().items():
        took, worked = [], []
        for _ in range(ROUNDS):
            address = rng.choice(addresses)
            at, used = time.perf_counter(), time.process_time()
            answer = client.get(address)
            took.append(1000 * (time.perf_counter() - at))
            worked.append(1000 * (time.process_time() - used))
            assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))
        with CaptureQueriesContext(connection) as queries:
            client.get(addresses[0])
        work = f"{statistics.median(worked):.0f} ms of processor time, {len(queries)} queries"
        print(f"{name:<10} alone: {_said(took)}, {work}, {len(answer.content) / 1000:.0f} kB")
    if seconds:
        _with_users(home, seconds)


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _said(took: list[float]) -> str:
    return f"median {statistics.median(took):.0f} ms, p95 {_p95(took):.0f} ms"


def _with_users(home: Path, seconds: int) -> None:
    from django.test import Client

    from overgang.access.models import User
    from overgang.collect.register.models import Person

    cookies = []
    for user in User.objects.filter(username__startswith="leder"):
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        cookies.append(client.cookies["sessionid"].value)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "overgang.settings.internal_wsgi:application"]
    command += [f"--bind=127.0.0.1:{port}", "--workers=2", "--worker-class=gthread", "--threads=4", "--log-level=error"]
    server = subprocess.Popen(command, env={**os.environ, "OVERGANG_HOME": str(home)})
    took: dict[str, list[float]] = defaultdict(list)
    failed: list[str] = []
    try:
        _until_it_answers(port)
        asked = pages()
        _warmed(port, cookies[0], asked)
        until = time.monotonic() + seconds
        users = [
            threading.Thread(target=_use, args=(port, cookie, asked, until, at, took, failed))
            for at, cookie in enumerate(cookies)
        ]
        for user in users:
            user.start()
        for user in users:
            user.join(seconds + 60)
    finally:
        server.terminate()
        server.wait(20)
    for name, times in took.items():
        print(f"{name:<10} {USERS} users: {_said(times)} (limit {LIMIT} ms), {len(times)} answers")
    every = [each for times in took.values() for each in times]
    print(
        f"all        {USERS} users: {_said(every)}, {len(every) / seconds:.1f} answers a second, {len(failed)} failed"
    )
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"load of the machine: {load} on {os.cpu_count()} cores")
    for fault in failed[:5]:
        print(fault)
    if failed:
        raise SystemExit(1)
    told = {
        name: {"n": len(times), "median": statistics.median(times), "p95": _p95(times)} for name, times in took.items()
    }
    print(json.dumps({"pages": told, "country": Person.objects.count(), "cores": os.cpu_count(), "load": load}))


def _warmed(port: int, cookie: str, asked: dict[str, list[str]]) -> None:
    """Each worker reads places, texts and templates at its first page: done before the users come."""
    for addresses in asked.values():
        for address in addresses[:WARM] * (WARM if len(addresses) == 1 else 1):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", address, headers={"Cookie": f"sessionid={cookie}", "Host": "localhost"})
            connection.getresponse().read()
            connection.close()


def _use(
    port: int,
    cookie: str,
    asked: dict[str, list[str]],
    until: float,
    seed: int,
    took: dict[str, list[float]],
    failed: list[str],
) -> None:
    """One user: a page, some seconds of reading, the next."""
    rng = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    time.sleep(rng.uniform(0, READS[1]))
    while time.monotonic() < until:
        name = rng.choice(list(asked))
        address = rng.choice(asked[name])
        at = time.perf_counter()
        try:
            connection.request("GET", address, headers={"Cookie": f"sessionid={cookie}", "Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
        except OSError as fault:
            failed.append(f"{address}: {fault!r}")
            continue
        finally:
            connection.close()  # as a browser's that was idle for longer than the server waits
        took[name].append(1000 * (time.perf_counter() - at))
        if answer.status != 200:
            failed.append(f"{address}: {answer.status}")
        time.sleep(rng.uniform(*READS))


def _until_it_answers(port: int) -> None:
    for _ in range(120):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/inn/")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError("gunicorn does not answer")


if __name__ == "__main__":
    main()
