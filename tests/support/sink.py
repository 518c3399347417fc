"""A mail server that keeps what it is given, and refuses what it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, TypeVar

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """A mail server. ``answer`` is what it says to every mail; ``refusals`` what it says to an address, as 550 or 451."""

    port: int
    answer: str = "250 OK"
    refusals: dict[str, str] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.answer.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
        return self.answer


Kind = TypeVar("Kind", bound=Sink)


@contextmanager
def serving(handler: Kind, settings: Any, **options: Any) -> Iterator[Kind]:
    """The portal's mail goes to this server until the block ends. ``options`` are the server's (aiosmtpd)."""
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, **options)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", handler.port
    yield handler
    controller.stop()
