from datetime import date
from pathlib import Path

import pytest

PERSON = """local_id;name;birth_date;sex;origin;education;shielded
A-1;Åse Østby;24.10.1980;F;SO;none;nei
A-2;Per Ås;1990-01-02;M;UA;higher;nei
A-3;Hemmelig Person;03.04.1985;M;SY;unknown;ja
"""
PARTICIPATION = """local_id;unit;regime;start;end;end_reason;provenance
A-1;K1103;INTRO_2004;01.02.2015;31.01.2017;CO_WORK_GT29;municipality
A-1;B030103;INTRO_2004;01.03.2017;;;
A-2;K4601;COLLECTIVE_PROTECTION_2022;2022-09-01;2023-05-31;;automatic
A-3;;INTRO_2004;2016-01-10;2017-06-30;IN_MOVED;municipality
"""
ANNUAL_RETURN = """year;unit;item;value;answer
2007;K1103;1;193;value
2007;K1103;3;0;zero
2007;K1103;7a;;dont_know
"""
AS_OF = date(2024, 12, 31)


@pytest.fixture
def files(tmp_path):
    """A folder with a small register that may be imported."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in (("person", PERSON), ("participation", PARTICIPATION), ("annual_return", ANNUAL_RETURN)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


def silent(_stage):
    pass
