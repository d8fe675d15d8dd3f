"""A real browser against a real server: Debian's chromium, gunicorn, and the invented edition."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.serve.invented import build

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that shows the invented edition."""
    home = tmp_path_factory.mktemp("home")
    (home / "editions").mkdir()
    build(home / "editions")
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    server = subprocess.Popen(
        [*command, "--threads", "4", "--log-level", "warning", "overgang.serve.wsgi"],
        env={**os.environ, "OVERGANG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "overgang.settings.public"},
        cwd=Path(__file__).parents[2],
    )
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextmanager
def internal_site(home: Path, made_by: str, **settings: str) -> Iterator[str]:
    """The address of an internal site over what a module of ours makes in `home`. Settings may name {address}."""
    (home / "synthetic").mkdir()
    root, port = Path(__file__).parents[2], _free_port()
    address = f"http://127.0.0.1:{port}"
    known = {"OVERGANG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "overgang.settings.internal"}
    env = {**os.environ, **known, **{key: value.format(address=address) for key, value in settings.items()}}
    subprocess.run([sys.executable, "-m", made_by], env=env, cwd=root, check=True)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    server = subprocess.Popen(
        [*command, "--threads", "4", "--log-level", "warning", "overgang.settings.internal_wsgi"], env=env, cwd=root
    )
    try:
        _wait(f"{address}/inn/", seconds=180)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed: apt install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK)
    yield context
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    yield context
    context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
