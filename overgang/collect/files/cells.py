"""A cell as a workbook stores it: plain text is `str`, everything else says what it is."""

from typing import Any


class Number(str):
    """A number as it is stored, with a point: "37.5"."""


class Day(str):
    """A day the workbook shows as a date: "2018-10-24", with a T behind it if it has a time of day."""


class Flag(str):
    """A boolean: "1" or "0"."""


class ErrorValue(str):
    """An error such as #REF!."""


class Formula(str):
    """A formula; the text is the value that stood beside it, which may be old."""


KINDS: dict[str, type[str]] = {"n": Number, "d": Day, "b": Flag, "e": ErrorValue, "f": Formula}


def cell(answered: Any) -> str:
    """A cell from the child's answer: text, or a pair of kind and text."""
    return answered if isinstance(answered, str) else KINDS[answered[0]](answered[1])


def as_text(cell: str) -> str:
    """What somebody would type to get the cell again: a day as 24.10.2018, a number with a comma, else as it stands."""
    match cell:
        case Day() if not cell.endswith("T"):
            year, month, day = cell.split("-")
            return f"{day}.{month}.{year}"
        case Number():
            return cell.replace(".", ",")
        case Flag():
            return "Ja" if cell == "1" else "Nei"
    return str(cell)
