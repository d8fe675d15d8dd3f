"""Text that goes to a spreadsheet, made harmless: a cell that begins like a formula is read as one."""

import re

FORMULA = re.compile(r"'*[\s\x00-\x1f\x7f]*[=+\-@|%＝＋－＠]|'*[\t\r\n]")


def neutral(text: str) -> str:
    """Text that no spreadsheet computes: an apostrophe before what begins like a formula, and before apostrophes that
    would then be one.

    >>> neutral("=1+1"), neutral("'=1"), neutral("O'Hara"), neutral("37,5")
    ("'=1+1", "''=1", "O'Hara", '37,5')
    """
    return "'" + text if FORMULA.match(text) else text
