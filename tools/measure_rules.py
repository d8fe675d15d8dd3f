"""How long the quality rules take: `python -m tools.measure_rules 20000`, on SQLite in a temporary folder.

Prints, for so many invented persons: the rules alone in memory, findings made anew, and once more with nothing changed.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from datetime import date

TODAY = date(2026, 11, 27)


class Since(tuple):
    """Seconds by the clock and of processor time; the difference of two is told as both."""

    def __sub__(self, other: "Since") -> "Since":
        return Since(mine - theirs for mine, theirs in zip(self, other, strict=True))

    def __format__(self, spec: str) -> str:
        return f"{self[0]:{spec}} s ({self[1]:{spec}} s of processor time)"


def _now() -> Since:
    return Since((time.perf_counter(), time.process_time()))


def main(persons: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["OVERGANG_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "overgang.settings.internal"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measure(persons)


def _measure(persons: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from overgang.collect.register.dossier import dossiers
    from overgang.collect.register.findings import nightly, refresh
    from overgang.collect.register.models import Person
    from overgang.collect.register.rules import run
    from tests.collect.rules.invented import invent

    at = _now()
    invent(persons)
    print(f"{persons} persons invented in {_now() - at:.2f}")
    some = list(Person.objects.order_by("pk").values_list("pk", flat=True)[:20000])
    at = _now()
    files = list(dossiers(some))
    print(f"{len(some)} dossiers read in {_now() - at:.2f}")
    at = _now()
    found = Counter(rule.id for dossier in files for _, rule, _, _ in run(dossier, TODAY))
    print(f"35 rules on {len(some)} dossiers in {_now() - at:.2f}: {dict(sorted(found.items()))}")
    del files
    for name in ("first", "again"):
        at = _now()
        with CaptureQueriesContext(connection) as queries:
            counts = refresh(some, TODAY)
        print(f"refresh, {name}: {_now() - at:.2f}, {len(queries)} queries, {dict(counts)}")
    for name in ("first", "again"):
        at = _now()
        print(f"nightly, {name}: {dict(nightly(TODAY))} in {_now() - at:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20000)
