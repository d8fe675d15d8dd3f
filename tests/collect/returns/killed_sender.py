"""Twelve letters, and a sender that is killed twice: while it asks for an address, and after the whole text of another
has arrived. Started again, it must send the rest, the first of the two, and nothing twice: `python -m ... sqlite`."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from tests.collect.returns.sink import Sink, kill, started

AT_ADDRESS, IN_TEXT = "post4@example.org", "post8@example.org"


def main(database: str) -> int:
    if database == "postgresql":
        from tests import postgres

        os.environ["DATABASE_URL"] = postgres.start()
    else:
        os.environ.pop("DATABASE_URL", None)
    sink = Sink()
    server = started(sink)
    with tempfile.TemporaryDirectory(prefix="overgang-post-") as home:
        os.environ |= {
            "OVERGANG_HOME": home,
            "DJANGO_SETTINGS_MODULE": "overgang.settings.internal",
            "OVERGANG_SMTP": f"smtp://127.0.0.1:{server.port}",
            "OVERGANG_MAIL_FROM": "svar@overgang.example",
            "OVERGANG_ADDRESS": "https://overgang.example",
        }
        _laid(Path(home))
        senders: list[subprocess.Popen[bytes]] = []

        def kill_once(at: str) -> None:
            if sum(sender.returncode is None for sender in senders) and at not in killed:
                killed.append(at)
                kill(senders[-1].pid)

        killed: list[str] = []
        sink.rcpt = lambda address: kill_once(address) if address == AT_ADDRESS else None
        sink.data = lambda address: kill_once(address) if address == IN_TEXT else None
        for _ in range(3):
            senders.append(subprocess.Popen([sys.executable, "-m", "overgang", "post"], stdout=subprocess.DEVNULL))
            senders[-1].wait(timeout=600)
        said = _told(sink, len(killed))
    server.stop()
    print(said)
    return 0


def _laid(home: Path) -> None:
    import django

    from overgang.access import keys

    keys.write(home, keys.new_ring())
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from overgang.access.actor import SYSTEM
    from overgang.base.places import gazetteer
    from overgang.collect.returns import keeping, mail
    from overgang.collect.returns.letters import INVITATION
    from overgang.collect.returns.models import Mailbox

    call_command("migrate", verbosity=0)
    now, units = timezone.now(), [place.id for place in gazetteer().units(2007)[:12]]
    round_ = keeping.open_round(
        SYSTEM,
        year=2007,
        as_of=date(2007, 12, 31),
        opens=now.date(),
        closes=now.date(),
        frame=dict.fromkeys(units, ""),
        now=now,
    )
    Mailbox.objects.bulk_create(Mailbox(unit, f"post{at}@example.org") for at, unit in enumerate(units))
    mail.lay(SYSTEM, mail.to_get(round_, INVITATION, 1), INVITATION, 1, now=now)


def _told(sink: Sink, kills: int) -> str:
    from overgang.collect.returns.models import Letter

    arrived = Counter(sink.to)
    sent = Letter.objects.exclude(sent=None).count()
    unsure = [letter.address for letter in Letter.objects.unsure()]
    assert unsure == [IN_TEXT], unsure
    return (
        f"{Letter.objects.count()} letters, {kills} kills: {sent} sent, {len(unsure)} unsure, {len(arrived)} arrived, "
        f"{sum(n > 1 for n in arrived.values())} twice"
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
