"""What every kind of row needs to know of the file it stands in."""

from dataclasses import dataclass
from datetime import date

from overgang.access.actor import Actor
from overgang.collect.register.batches.draft import Draft
from overgang.collect.register.batches.standing import Standing


@dataclass
class Context:
    """What every kind of row needs to know."""

    actor: Actor
    unit: str
    today: date
    standing: Standing
    draft: Draft
    unattended: bool = False
    """Nobody looks at the rows before they are written: exits are to be confirmed afterwards."""
