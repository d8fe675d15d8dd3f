"""What else is known about a unit's return: last year's, and what the register holds on the same day."""

from collections.abc import Mapping

from django.db.models import F

from overgang.collect.returns.annual_return import Beside
from overgang.collect.returns.answer import Answer as Given
from overgang.collect.returns.answer import State
from overgang.collect.returns.interval import Interval, interval_of
from overgang.collect.returns.models import Answer, Return


def beside_of(of: Return) -> Beside:
    """What a return is held against."""
    return Beside(last=last_year(of))


def last_year(of: Return) -> Mapping[str, Interval]:
    """The numbers of the version that counts of the year before, by item; nothing where the unit did not answer."""
    before = Answer.objects.filter(
        version__of__unit=of.unit, version__of__round_id=of.round_id - 1, version__of__current_id=F("version")
    )
    return {row.item: interval_of(Given(row.raw, State(row.answer), row.value)) for row in before}
