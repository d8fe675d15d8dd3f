"""A PostgreSQL server for a test run: its own data, on a Unix socket only, gone when the run ends.

Debian's server programs are enough (`apt install postgresql`). The server refuses to run as root, so as root it is run
as the user `postgres`.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
USER = "postgres"
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses='' -c max_connections=60"
"""Nothing of a test run needs to survive a power cut."""


class NoServer(RuntimeError):
    """There is no PostgreSQL here, or it does not start."""


def start() -> str:
    """Starts a server and gives its DATABASE_URL."""
    if not PROGRAMS:
        raise NoServer("There is no PostgreSQL in /usr/lib/postgresql: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="overgang-pg-", dir="/tmp"))
    if os.getuid() == 0:
        found = pwd.getpwnam(USER)
        os.chown(folder, found.pw_uid, found.pw_gid)
    atexit.register(_stop, folder)
    _run(folder, "initdb", "-D", f"{folder}/data", "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    _run(folder, "pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o", f"{QUICK} -k {folder}", "start")
    _run(folder, "createdb", "-h", str(folder), "-U", USER, "overgang")
    return f"postgresql://{USER}@/overgang?host={folder}"


def _stop(folder: Path) -> None:
    if (folder / "data" / "postmaster.pid").exists():
        _run(folder, "pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, program: str, *args: str) -> None:
    as_user = {"user": USER} if os.getuid() == 0 else {}
    done = subprocess.run(
        [PROGRAMS[-1] / program, *args], cwd=folder, capture_output=True, text=True, timeout=60, check=False, **as_user
    )
    if done.returncode:
        raise NoServer(f"{program} failed: {done.stderr or done.stdout}")
