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
FURTHER = {
    "invited": "year;unit\n2007;K1103\n2007;B030101\n",
    "identity": """local_id;kind;number
A-1;fnr;07868432491
A-1;duf;200205705502
A-2;duf;200900595509
A-3;fnr;08818620781
""",
    "case": """local_id;start;trigger;asked;decided;entered;social_assistance;national_insurance;other_support
A-1;01.02.2015;offer;10.01.2015;20.01.2015;15.02.2017;ja;nei;nei
A-1;01.03.2017;claim;10.01.2017;20.01.2017;;nei;nei;nei
A-2;2022-09-01;offer;2022-08-01;2022-08-02;;nei;nei;nei
A-3;2016-01-10;offer;2016-01-02;2016-01-03;2017-07-15;nei;nei;nei
""",
    "measure": """local_id;kind;start;end;hours
A-1;norwegian;01.02.2015;31.01.2017;15
A-1;norwegian;01.03.2017;;15
A-2;work_practice;2022-09-01;2023-05-31;30
A-3;norwegian;2016-01-10;2017-06-30;18
""",
    "leave": """local_id;kind;decided;start;end
A-1;care_leave;01.05.2015;01.06.2015;31.08.2015
A-1;long_sickness;01.09.2015;15.09.2015;30.09.2015
""",
    "absence": """local_id;quarter;authorised;unauthorised
A-1;01.01.2015;4;0
A-3;2017-04-01;2;6
""",
    "stop": """local_id;kind;decided;start;end
A-3;temporary;2016-05-01;2016-05-02;2016-05-30
""",
}
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
def whole(files):
    """A register with all its tables that may be imported, with one finding: A-2 ended without a reason."""
    for name, text in FURTHER.items():
        (files / f"{name}.csv").write_text(text, encoding="utf-8")
    return files


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home"


def silent(_stage):
    pass
