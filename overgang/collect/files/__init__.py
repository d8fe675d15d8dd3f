"""Files that municipalities send: read into typed rows with a fault for everything that cannot be taken, and written.

No database and no clock: `read(path, template(kind), today=...)` gives a `Sheet` or raises `Refused`; what the rows may
hold is data (`templates.toml`), and so is every sentence (`faults.toml`). `write` makes empty templates, files of
rejected rows and exports, which no spreadsheet takes for formulas.
"""

from overgang.collect.files.fault import Fault, Refused
from overgang.collect.files.reading import read
from overgang.collect.files.sheet import Rejected, Row, Sheet, Understood
from overgang.collect.files.templates import Field, Template, template, templates
from overgang.collect.files.values import Identifier

__all__ = [
    "Fault",
    "Field",
    "Identifier",
    "Refused",
    "Rejected",
    "Row",
    "Sheet",
    "Template",
    "Understood",
    "read",
    "template",
    "templates",
]
