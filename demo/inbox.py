"""Reading the demo's Maildir: what would be in people's mailboxes."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Mail:
    """One mail as its reader sees it."""

    key: str
    to: str
    sender: str
    subject: str
    sent_at: datetime
    text: str


def mails() -> list[Mail]:
    """Everything in the inbox, newest first."""
    files = [file for folder in ("new", "cur") for file in (Path(settings.ECO_INBOX) / folder).glob("*")]
    files.sort(key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    return [_read(file) for file in files]


def _read(file: Path) -> Mail:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 (what the default policy makes)
    body = message.get_body(preferencelist=("plain",))
    return Mail(
        key=sha256(file.name.encode()).hexdigest()[:16],
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        sent_at=_moment(str(message["Date"])),
        text=str(body.get_content()) if body else "",
    )


def _moment(date: str) -> datetime:
    """The time of a Date header. Django writes -0000, universal time from a place that it does not name (RFC 5322, 3.3)."""
    moment = parsedate_to_datetime(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
