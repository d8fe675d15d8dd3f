"""The 2007 edition from returns that were answered one by one: as published; and what a correction changes in it."""

from collections import defaultdict
from datetime import UTC, date, datetime

import polars as pl
import pytest

from overgang.access import keys
from overgang.access.actor import acting
from overgang.base.text import NBSP
from overgang.collect.export import FOLDER, freeze
from overgang.collect.register import reading
from overgang.collect.register.schema import Register
from overgang.collect.returns import keeping
from overgang.collect.returns.models import Comment, Question, Return
from overgang.demo.country import NOTE, synthetic_key
from overgang.demo.tour import SECRET
from overgang.publish.build import Order, build
from tests.published import rows

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("country 2007")]
NOW, TODAY, LAST_DAY = datetime(2008, 2, 1, 9, 0, tzinfo=UTC), date(2008, 2, 1), date(2024, 12, 31)
ANALYST = acting(1, "Analytiker", "analyst", "")
CANARY = "Kanarifugl i fritekst"


@pytest.fixture
def answered(made, db):  # noqa: ARG001
    """All 190 answer through the form: a draft, an explanation where a check wants one, a leader who sends."""
    typed = defaultdict(dict)
    for row in made.register["annual_return"].filter(year=2007).to_dicts():
        typed[row["unit"]][row["item"]] = "00" if row["answer"] == "dont_know" else str(row["value"])
    asked = made.register["invited"].filter(year=2007)["unit"].to_list()
    days = {"as_of": date(2007, 12, 31), "opens": date(2008, 1, 2), "closes": date(2008, 2, 28)}
    round_ = keeping.open_round(ANALYST, year=2007, **days, frame=dict.fromkeys(asked, CANARY), now=NOW)
    for of in Return.objects.filter(unit__in=list(typed)).select_related("round"):
        leader = acting(2, "Leder", "leader", of.unit)
        draft = keeping.save(leader, of, typed[of.unit], {}, seen=0, now=NOW)
        try:
            keeping.approve(leader, of, number=draft.number, seen=1, now=NOW, today=TODAY)
        except keeping.NotReady as refused:
            why = {keeping.place(one): CANARY for one in refused.unexplained}
            draft = keeping.save(leader, of, typed[of.unit], why, seen=1, now=NOW)
            keeping.approve(leader, of, number=draft.number, seen=2, now=NOW, today=TODAY)
    keeping.close(ANALYST, round_, now=NOW, today=date(2008, 3, 1))
    return round_


def edition(made, tmp_path):
    """Of the synthetic register, with the returns as the database has them."""
    stored = reading.read(keys.new_ring(), ("annual_return", "invited")).tables
    tables = {**made.register, **stored}
    register = Register(tables, synthetic=True, note=NOTE, key=synthetic_key(2007))
    snapshot = freeze(register, tmp_path / FOLDER, as_of=LAST_DAY, progress=lambda _: None)
    return snapshot, build(Order(snapshot.folder, secret=SECRET, year=2007), tmp_path / "editions")


def test_the_edition_is_as_published_and_follows_a_correction(made, answered, tmp_path):  # noqa: ARG001
    snapshot, first = edition(made, tmp_path)
    for row in rows(2007):
        if row["place"] != "F00":
            at = {"place": row["place"], "time": "2007"}
            assert first.table("participants").count(**at).value == int(row["participants"])
            assert first.table("exits").count(**at).value == int(row["exits"])
            assert first.table("exits").count(**at, outcome="work_edu").value == int(row["work_edu"])
            assert first.table("exits").share(**at, outcome="work_edu").value == int(row["percent"])
    country = {"place": "F00U", "time": "2007"}
    assert first.table("participants").count(**country).value == 6834
    assert first.notes["response"] == {"2007": {"answered": 190, "invited": 249}}
    assert first.notes["lacking"] == {}
    told = first.notes["returns"]["2007"]
    assert {name: total["low"] for name, total in told["sums"].items()} == {
        **{"participants": 6834, "stock": 4780, "on_leave": 443, "ended": 2234, "reasons": 2303}
    }
    said = {id: words["nb"].replace(NBSP, "") for id, words in told["notes"].items()}
    assert said["AR19"].startswith("Figuren har 7014 personer")
    assert "180 flere enn de 6834" in said["AR19"]
    assert "minst 69 flere enn de 2234" in said["AR20"]

    of = Return.objects.get(unit="K1103")
    before = keeping.given_in(of.current).answer("1").value
    with_remark(of)
    keeping.correct(ANALYST, of, {"1": str(before + 7)}, reason=CANARY, number=1, now=NOW)
    draft_of_another()
    corrected, second = edition(made, tmp_path)
    assert corrected.name != snapshot.name
    for place, published in (("F11", 453), ("F00U", 6834), ("F12", 588)):
        at = {"place": place, "time": "2007"}
        assert second.table("participants").count(**at).value == published + 7 * (place != "F12")
    assert second.table("exits").frame.equals(first.table("exits").frame)
    assert "173 flere enn de 6841" in second.notes["returns"]["2007"]["notes"]["AR19"]["nb"].replace(NBSP, "")

    counted = pl.read_parquet(corrected.path("annual_return"))
    assert counted.filter(value=777).is_empty()
    raw = [path.read_bytes() for path in corrected.folder.iterdir()]
    unpacked = [str(pl.read_parquet(path).to_dicts()) for path in corrected.folder.glob("*.parquet")]
    assert not [text for text in unpacked if CANARY in text]
    assert not [content for content in raw if CANARY.encode() in content]


def with_remark(of):
    """Free text everywhere it can be written: none of it may leave."""
    keeping.contact(ANALYST, of, channel="phone", whom=CANARY, note=CANARY, now=NOW)
    question = Question.objects.create(round=of.round, number=1, nb=CANARY, nn=CANARY, en=CANARY)
    Comment.objects.create(question=question, of=of, text=CANARY, at=NOW, released=CANARY)


def draft_of_another():
    """A return that was opened again: what is typed in it counts for nothing until it is sent."""
    of = Return.objects.get(unit="K1201")
    draft = keeping.reopen(ANALYST, of, until=date(2008, 3, 1), reason=CANARY, now=NOW)
    leader = acting(2, "Leder", "leader", "K1201")
    keeping.save(leader, of, {**draft.typed, "1": "777"}, {}, seen=0, now=NOW)
