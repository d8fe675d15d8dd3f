"""A case as bars and marks on a line of time."""

from datetime import date

from overgang.collect.register.dossier import CaseFile
from overgang.collect.register.models import Case, Decision, Leave, Measure, Participation
from overgang.collect.register.timeline import Timeline, timeline

TODAY = date(2024, 7, 1)
WORDS = {"programme": "Program", "planned": "Planlagt", "stop": "Stans"}


def drawn(file: CaseFile) -> Timeline | None:
    return timeline(file, today=TODAY, lang="nb", words=WORDS)


def test_a_case_without_a_day_has_no_line() -> None:
    assert drawn(CaseFile(Case())) is None


def test_lanes_stand_in_order_and_bars_are_long_as_their_days() -> None:
    participation = Participation(start=date(2024, 1, 1), planned_end=date(2024, 12, 31))
    file = CaseFile(
        Case(trigger="offer", asked=date(2023, 12, 1)),
        decisions=[Decision(kind="grant", decided=date(2023, 12, 15))],
        participation=participation,
        measures=[
            Measure(kind="norwegian", start=date(2024, 1, 1)),
            Measure(kind="work_practice", start=date(2024, 3, 1), end=date(2024, 3, 31)),
            Measure(kind="work_practice", start=date(2024, 5, 1), end=date(2024, 5, 31)),
        ],
        leaves=[Leave(kind="care_leave", start=date(2024, 6, 1), end=date(2024, 6, 30))],
    )
    found = drawn(file)
    assert found is not None
    assert [(lane.kind, len(lane.bars)) for lane in found.lanes] == [
        ("programme", 1), ("planned", 1), ("measure", 1), ("measure", 2), ("leave", 1),
        ("decision", 1), ("decision", 1),
    ]  # fmt: skip
    programme, planned, norwegian, practice, *_ = (lane.bars for lane in found.lanes)
    assert programme[0].open
    assert not planned[0].open
    assert (programme[0].x, programme[0].width) == (norwegian[0].x, norwegian[0].width)
    assert practice[0].width == practice[1].width == round(practice[0].width, 2)
    days = (date(2024, 12, 31) - date(2023, 12, 1)).days + 40
    assert abs(practice[0].width - 100 * 31 / days) < 0.02
    assert practice[0].says == "01.03.2024–31.03.2024"
    assert programme[0].says == "01.01.2024–"
    assert [tick.year for tick in found.ticks] == [2024, 2025]
    assert found.today is not None
    assert all(0 <= bar.x <= bar.x + bar.width <= 100.01 for lane in found.lanes for bar in lane.bars)


def test_a_single_day_can_be_seen() -> None:
    found = drawn(CaseFile(Case(trigger="claim", asked=date(2010, 1, 1)), participation=Participation(start=TODAY)))
    assert found is not None
    assert min(bar.width for lane in found.lanes for bar in lane.bars) >= 0.5
