"""How much a file may hold, and what reading it may cost."""

UPLOAD = 25_000_000
UNPACKED = 200_000_000
PARTS = 500
DIRECTORY = 1_000_000
"""Bytes of a workbook's table of contents: 500 parts with names of ordinary length have about 50 000."""
RATIO, RATIO_FROM = 300, 5_000_000
"""How many times a workbook may shrink when packed, if it unpacks to more than RATIO_FROM bytes. 20 000 equal rows
shrink about 100 times, a bomb about 1 000 times."""

ROWS = 20_000
COLUMNS = 60
FIELD = 2_000
TEXT = 25_000_000
"""Characters of all cells together: a packed workbook can repeat one long text in every cell."""
BLANK_ROWS = 100_000
PREAMBLE = 20
"""Rows before the header that may hold a title and the like."""

ELEMENTS = 4_000_000
"""XML elements of all sheets together: 20 000 rows of 60 cells of text each are 3.6 million."""
OTHER_ELEMENTS = 500_000
"""Those of a sheet that are neither rows nor cells nor their values: columns, rules of formatting, comments."""
DEPTH = 40
TOKEN = 1_000_000
"""Bytes of one tag or attribute. The parser looks at an unfinished one again and again, so it must end soon."""
SHEETS = 50
STRINGS = 1_300_000

MEMORY = 400_000_000
CPU_SECONDS = 7
WALL_SECONDS = 8.5
