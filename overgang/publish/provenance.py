"""Which code made an edition: the version, and a mark of the very files that decide its content."""

import hashlib
from functools import cache
from pathlib import Path

import overgang

STAGES = ("base", "compute", "control", "publish")


@cache
def code_version() -> str:
    """`0.1.0+3f9c01a2b7de`: the version, and a hash of every source and data file of the stages that make editions."""
    package = Path(overgang.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for stage in STAGES for p in (package / stage).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return f"{overgang.__version__}+{digest.hexdigest()[:12]}"
