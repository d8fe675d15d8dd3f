"""How many answered the annual return, and of how many: told for the years whose results rest on it."""

import polars as pl

from overgang.base.snapshot import TABLES
from overgang.publish.build import _response
from tests.compute.invented import answer, participation, snapshot


def asked(source, *units):
    schema = {name: column.type for name, column in TABLES["invited"].items()}
    rows = [{"year": year, "unit": unit} for year, unit in units]
    pl.DataFrame(rows, schema=schema).write_parquet(source.path("invited"))


def test_answered_and_invited(tmp_path):
    answers = [answer("K1103", 4), answer("K1103", 1, item="4"), answer("K0213", 2), answer("K1103", 3, year=2008)]
    source = snapshot(tmp_path / "s", [participation(1, "K1103", "2007-02-01")], returns=answers)
    asked(source, (2007, "K1103"), (2007, "K0213"), (2007, "B030101"), (2008, "K1103"))
    assert _response(source) == {"2007": {"answered": 2, "invited": 3}}
    asked(source)
    assert _response(source) == {"2007": {"answered": 2}}
