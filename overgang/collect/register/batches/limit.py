"""How many numbers of other units a user's files may come upon in a day: each such row tells that somebody is in the
register. When there are more, the file is refused as a whole, and so are files of persons for the rest of the day."""

import tomllib
from datetime import date
from pathlib import Path

from overgang.collect.files import Fault, Refused
from overgang.collect.register.batches.plan import Plan
from overgang.collect.register.models import Batch

OTHERS_A_DAY: int = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))["others_a_day"]
TELLING = frozenset({"not_as_registered", "number_of_another"})
"""The faults that tell it."""
KIND = "person"
"""The rows that have them: to all others a person of others is not there."""
COUNT = "others"
"""What a batch's report calls the number of such rows; it is there when the file was refused for them too."""


class TooMany(Refused):
    def __init__(self, others: int) -> None:
        super().__init__(Fault(0, "", "", "too_many_others", {"most": OTHERS_A_DAY}, KIND))
        self.others = others


def others_in(made: Plan) -> int:
    return sum(any(fault.rule in TELLING for fault in row.faults) for row in made.rows)


def hold(batch: Batch, made: Plan, today: date) -> None:
    """Raises TooMany when the plan would tell of more than is left of the day."""
    if batch.kind != KIND:
        return
    found = others_in(made)
    earlier = Batch.objects.filter(user=batch.user, created__date=today).exclude(pk=batch.pk)
    spent = sum(others or 0 for others in earlier.values_list(f"report__{COUNT}", flat=True))
    if spent + max(found, 1) > OTHERS_A_DAY:
        raise TooMany(found)
