"""Text that goes to a spreadsheet, made harmless: a cell that begins like a formula is read as one."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def neutral(value: object) -> str:
    """The value as text that no spreadsheet computes: "=1+1" becomes "'=1+1". Control characters are left out."""
    text = "".join(sign for sign in str(value) if sign >= " " and sign != "\x7f")
    begins = str(value)[:1] in FORMULA or text.lstrip()[:1] in FORMULA
    return f"'{text}" if begins else text
