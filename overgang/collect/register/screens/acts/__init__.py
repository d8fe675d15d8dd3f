"""Everything one can do with a person, as one table: what is offered comes in this order."""

from collections.abc import Iterator, Mapping

from overgang.collect.register.screens.acts import asking, correcting, ending, moving, personal, planning, running
from overgang.collect.register.screens.acts.act import About, Act

__all__ = ["ACTS", "About", "Act", "offered"]

ACTS: tuple[type[Act], ...] = (
    asking.Ask,
    asking.Grant,
    asking.Begin,
    running.ComeBack,
    running.Resume,
    ending.End,
    ending.CorrectExit,
    ending.Prove,
    running.AddMeasure,
    running.CopyMeasures,
    running.AddAbsence,
    planning.NewPlan,
    running.TakeLeave,
    running.Extend,
    running.Stop,
    asking.Reject,
    asking.Decline,
    asking.GiveUp,
    moving.HandOver,
    moving.Withdraw,
    personal.Complain,
    asking.NewCase,
    personal.Background,
    personal.AddNumber,
    personal.AddPermit,
    personal.Settle,
    asking.Law,
    asking.Facts,
    running.Days,
    planning.EditPlan,
    correcting.EditMeasure,
    correcting.EditLeave,
    correcting.EditAbsence,
    correcting.EditDecision,
    correcting.EditPermit,
    correcting.EditSettlement,
    correcting.Outcome,
    *correcting.DELETES,
)
BY_ID: Mapping[str, type[Act]] = {act.id: act for act in ACTS}


def offered(about: About) -> Iterator[type[Act]]:
    """What can be done now: of a case, or, without one, of the person."""
    level = "person" if about.file is None else "case"
    return (act for act in ACTS if act.offered and act.level == level and act.open(about))
