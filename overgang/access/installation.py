"""What an internal site needs before it starts: tables, a key ring, somebody who can let others in.

`prepare` makes what is missing and never replaces what is there; `missing` says what is.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from overgang.access import keys, log
from overgang.access.actor import SYSTEM
from overgang.access.models import Event, Grant, User
from overgang.access.visit import password_link
from overgang.base.errors import BadInput

ADMINISTRATOR = "administrator"


def prepare(name: str, address: str, *, now: datetime) -> Iterator[str]:
    """Makes tables, keys and the first administrator, telling each. Raises BadInput where keys are lost: new ones
    would open nothing."""
    lost = not (settings.KEYS / keys.FILE).exists()
    if lost and _has_tables() and User.objects.exists():
        keys.read(settings.KEYS)
    if unapplied():
        call_command("migrate", verbosity=0)
        yield "The tables of the register are made."
    call_command("createcachetable", verbosity=0)
    if lost:
        keys.write(settings.KEYS, keys.new_ring())
        yield f"The key ring is made: {settings.KEYS / keys.FILE}. Keep a copy of it apart from copies of the database."
    held = Grant.objects.filter(role=ADMINISTRATOR, user__is_active=True).valid_on(timezone.localdate(now))
    if not held.exists():
        user, token = password_link(_administrator(name, now))
        yield f"{name} is the first administrator. Set the password within three days, once, at"
        yield f"  {address}{reverse('access:first_password', args=(user, token))}"


def missing() -> str:
    """Why the site cannot start, in a sentence; empty when it can."""
    try:
        keys.read(settings.KEYS)
    except BadInput as fault:
        return str(fault)
    try:
        todo = unapplied()
    except OperationalError as fault:
        return f"The database does not answer ({fault}): start it, or mend DATABASE_URL."
    return f"The database lacks {todo} changes to its tables. Next: overgang setup" if todo else ""


def unapplied() -> int:
    """How many migrations wait."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _has_tables() -> bool:
    return User._meta.db_table in connection.introspection.table_names()


def _administrator(name: str, now: datetime) -> User:
    """A user with that name, made where there is none, as administrator from today."""
    today: date = timezone.localdate(now)
    with transaction.atomic():
        user, made = User.objects.get_or_create(username=name, defaults={"name": name})
        if made:
            user.set_unusable_password()
            user.save()
        Grant.objects.create(user=user, role=ADMINISTRATOR, since=today, reviewed=today)
        log.write(SYSTEM, [log.Entry(Event.CREATED, object=f"grant:{ADMINISTRATOR}:{user.pk}")], now=now)
    return user
