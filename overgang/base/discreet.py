"""Log lines without what a database tells of rows in its errors: PostgreSQL names values, and they may be persons'."""

import logging
import re

ERROR = re.compile(
    r"^([ |]*(?:psycopg(?:\.errors)?|django\.db\.utils)\.\w+: [^\n]*?)(?:: \"[^\n]*)?(?:\n.*?)?"
    r"(?=\n\s*\n[ |]*(?:The above exception|During handling)|\Z)",
    re.MULTILINE | re.DOTALL,
)


def without_values(text: str) -> str:
    """A traceback in which errors of the database keep their first line, without a value quoted at its end.

    >>> print(without_values('django.db.utils.IntegrityError: duplicate key "a"\\nDETAIL:  Key (name)=(Kari) exists.'))
    django.db.utils.IntegrityError: duplicate key "a"
    """
    return ERROR.sub(r"\1", text)


class Formatter(logging.Formatter):
    """Formats a record as usual, and leaves such values out."""

    def format(self, record: logging.LogRecord) -> str:
        return without_values(super().format(record))
