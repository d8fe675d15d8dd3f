"""Make .venv from the hashed lock, with nothing but the standard library: `make` calls this before anything else.

Runs on any Python 3.8 or newer, finds a Python 3.12 or newer, makes a virtual environment with it and installs
requirements/<set>.txt. Does nothing when the lock, the Python and this file are as they were the last time.

    python3 tools/bootstrap.py run     what `overgang` needs to run
    python3 tools/bootstrap.py dev     that, and what the checks and tests need
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
OLDEST = (3, 12)
NEWEST_TRIED = 14
WHAT_TO_DO = (
    "Overgang needs Python {}.{} or newer and found none. Install one (for example Debian's python3.13, "
    "or `pyenv install 3.13`), or name it: make PYTHON=/path/to/python3.13"
).format(*OLDEST)


def candidates():
    """Names and paths that may be a Python, best first."""
    yield sys.executable
    for minor in range(OLDEST[1], NEWEST_TRIED + 1):
        yield shutil.which("python3.%d" % minor)
    roots = [
        os.environ.get("PYENV_ROOT"),
        os.path.expanduser("~/.pyenv"),
        os.path.expanduser("~/.local/share/uv/python"),
    ]
    for root in filter(None, roots):
        for pattern in ("versions/3.*/bin/python3", "cpython-3.*/bin/python3"):
            yield from sorted(glob.glob(os.path.join(root, pattern)))


def version(python):
    """(3, 12) when `python` runs and can make environments, else None: a pyenv shim can exist and yet not run."""
    ask = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, timeout=20)
        return tuple(map(int, answer.stdout.split())) if answer.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def find_python():
    for python in filter(None, candidates()):
        found = version(python)
        if found and found >= OLDEST:
            return python
    sys.exit(WHAT_TO_DO)


def stamp(lock):
    digest = hashlib.sha256()
    for path in (lock, os.path.join(ROOT, "requirements", "installer.txt"), os.path.abspath(__file__)):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def main(wanted):
    lock = os.path.join(ROOT, "requirements", wanted + ".txt")
    marker = os.path.join(VENV, "overgang-%s.stamp" % wanted)
    inside = os.path.join(VENV, "bin", "python")
    now = stamp(lock)
    if version(inside) and read(marker) == now:
        return
    if not version(inside) or version(inside) < OLDEST:
        python = find_python()
        print("making .venv with %s" % python, flush=True)
        subprocess.run([python, "-m", "venv", "--clear", VENV], check=True)
    print("installing requirements/%s.txt" % wanted, flush=True)
    pip = [inside, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--require-hashes"]
    # uv is several times faster than pip; where it cannot be had, pip does the same from the same lock.
    with_uv = subprocess.run(
        [*pip, "-r", os.path.join(ROOT, "requirements", "installer.txt")], stderr=subprocess.DEVNULL
    )
    if with_uv.returncode == 0:
        install = [os.path.join(VENV, "bin", "uv"), "pip", "install", "--quiet", "--python", inside, "--require-hashes"]
    else:
        install = pip
    subprocess.run([*install, "-r", lock], check=True)
    link_package(inside)
    with open(marker, "w") as file:
        file.write(now)


def link_package(inside):
    """The checkout itself on the environment's path, and `overgang` beside it: needs no build back end."""
    site = subprocess.run(
        [inside, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with open(os.path.join(site, "overgang.pth"), "w") as file:
        file.write(ROOT + "\n")
    program = os.path.join(VENV, "bin", "overgang")
    with open(program, "w") as file:
        file.write(
            "#!%s\nfrom overgang.cli import main\n\nif __name__ == '__main__':\n    raise SystemExit(main())\n" % inside
        )
    os.chmod(program, 0o755)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "dev"):
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(
            "The set-up stopped: %s ended with %d. Its message stands above; mend it and run the same command again."
            % (" ".join(map(str, error.cmd[:4])), error.returncode)
        )
