"""A real mail server that takes letters and keeps them, and can be told to behave like the servers there are."""

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

Answer = str | None


@dataclass
class Sink:
    """`taken`: what it has said yes to. `rcpt`, `data`: what it answers to an address, and to a text from one; None is
    yes. `kills`: the process to end in the middle of the next text, after it has come whole."""

    taken: list[EmailMessage] = field(default_factory=list)
    rcpt: Callable[[str], Answer] = lambda address: None  # noqa: ARG005
    data: Callable[[str], Answer] = lambda address: None  # noqa: ARG005

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802
        if answer := self.rcpt(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        if answer := self.data(envelope.rcpt_tos[0]):
            self.taken.pop()
            return answer
        return "250 Queued"

    @property
    def to(self) -> list[str]:
        """To whom it has taken letters, in the order they came."""
        return [str(letter["To"]) for letter in self.taken]


def started(sink: Sink, port: int = 0, **options: Any) -> Controller:
    """The server of a sink, on this machine; stop it with `stop()`."""
    controller = Controller(sink, hostname="127.0.0.1", port=port or free_port(), **options)
    controller.start()
    return controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
