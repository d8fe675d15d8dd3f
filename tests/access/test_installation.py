"""The commands of the internal site, as an operator types them, on a home of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

from overgang.access import keys


def overgang(home: Path, *args: str) -> tuple[int, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("OVERGANG", "DATABASE"))}
    done = subprocess.run(
        [sys.executable, "-m", "overgang", *args],
        env=environ | {"OVERGANG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_internal_site_from_nothing_to_a_checked_log(tmp_path: Path) -> None:
    status, said = overgang(tmp_path, "serve", "--internal")
    assert (status, keys.FILE in said, "overgang setup" in said) == (2, True, True)

    status, said = overgang(tmp_path, "setup", "--administrator", "kari", "--address", "https://register.example.no/")
    assert status == 0
    assert re.search(r"https://register\.example\.no/inn/passord/\w+/\S+", said)
    assert (tmp_path / keys.FILE).stat().st_mode & 0o077 == 0

    status, said = overgang(tmp_path, "setup", "--administrator", "ola")
    assert (status, "ola" in said, "/inn/passord/" in said) == (0, False, False), "there is an administrator"

    head = re.findall(r"[0-9a-f]{64}", overgang(tmp_path, "seal")[1])[0]
    assert overgang(tmp_path, "log", "--check", "--head", head)[0] == 0
    assert overgang(tmp_path, "log", "--check", "--head", "0" * 63 + "1")[0] == 2

    ring = tmp_path / keys.FILE
    ring.rename(tmp_path / "elsewhere")
    for command in (("setup",), ("serve", "--internal")):
        status, said = overgang(tmp_path, *command)
        assert (status, "restore it" in said, ring.exists()) == (2, True, False), "no new keys over old data"
