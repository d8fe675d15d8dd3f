"""The server that takes our letters, from the environment: OVERGANG_SMTP, OVERGANG_MAIL_FROM, and OVERGANG_ADDRESS,
where the letters say the site is. None of them, no letters."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from overgang.base.errors import BadInput

KEYS = ("OVERGANG_SMTP", "OVERGANG_MAIL_FROM", "OVERGANG_ADDRESS")
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def mail(environ: Mapping[str, str]) -> dict[str, Any]:
    """What `collect.returns.mail` reads; empty where nothing is given.

    smtps://user:password@host is TLS from the first byte; smtp://user:password@host asks for it (STARTTLS) and sends
    nothing without, unless the server is on this machine. Raises BadInput for a part of it, or what cannot be read.
    """
    given = {key: environ.get(key, "") for key in KEYS}
    if not any(given.values()):
        return {}
    if missing := [key for key, value in given.items() if not value]:
        raise BadInput(f"Letters lack {', '.join(missing)}: set it, or none of {', '.join(KEYS)}.")
    parts = urlsplit(given["OVERGANG_SMTP"])
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadInput("OVERGANG_SMTP cannot be read: give smtps://user:password@host or smtp://user:password@host.")
    sender = given["OVERGANG_MAIL_FROM"]
    if "@" not in parseaddr(sender)[1] or any(sign < " " for sign in sender):
        raise BadInput("OVERGANG_MAIL_FROM is no address: give Name <name@example.org> or name@example.org.")
    return {
        "host": parts.hostname,
        "port": parts.port or PORTS[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "tls": "all" if parts.scheme == "smtps" else "none" if parts.hostname in LOOPBACK else "starttls",
        "sender": sender,
        "site": given["OVERGANG_ADDRESS"].rstrip("/"),
    }
