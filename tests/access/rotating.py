"""A register of numbers for a process to be killed over: `python -m tests.access.rotating begin`, and `read`, which
says whether every number opens and is found."""

import os
import sys
from pathlib import Path

PERSONS = 5000
"""Some transactions of `sealing.CHUNK` rows."""


def main() -> None:
    home = Path(os.environ["OVERGANG_HOME"])
    from overgang.access import keys

    if sys.argv[1] == "begin":
        keys.write(home, keys.new_ring())
    import django

    django.setup()
    if sys.argv[1] == "begin":
        begin()
    else:
        read()


def begin(persons: int = PERSONS) -> None:
    from datetime import date

    from django.core.management import call_command
    from django.db import transaction

    from overgang.access import bulk
    from overgang.collect.register.models import Person
    from overgang.collect.register.numbers import new_identifier

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    made = [Person(name=f"{n}", birth_date=date(1990, 1, 1), sex="F", origin="SO") for n in range(persons)]
    with transaction.atomic():
        bulk.insert(made)
        bulk.insert([new_identifier(person, "other", f"X{person.name}") for person in made])


def read() -> None:
    from overgang.collect.register.models import Identifier
    from overgang.collect.register.numbers import indices, number_of

    rows = list(Identifier.objects.select_related("person"))
    opened = all(number_of(row) == f"X{row.person.name}" for row in rows)
    found = all(row.index in indices(f"X{row.person.name}") for row in rows)
    print("whole" if opened and found and len({row.index for row in rows}) == PERSONS else "broken")


if __name__ == "__main__":
    main()
