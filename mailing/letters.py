"""The kinds of mail. An app declares its own in a module ``mails``; a kind turns ids into a letter when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from chambers.models import Chamber
from foundation.mailboxes import is_one_mailbox
from mailing.models import OutboxMail


@dataclass(frozen=True)
class Letter:
    """A letter ready to be written: a fixed subject, a template below ``templates/mail/`` and what it speaks of.

    ``place`` is the address of the page it leads to; the template says it, and where the portal is.
    """

    to: str
    subject: str
    template: str
    place: str
    context: dict[str, Any] = field(default_factory=dict)
    chamber: Chamber | None = None  # where the outbox row could not know it


def companys_page(name: str, *args: object) -> str:
    """The address of a page for companies."""
    return settings.ECO_COMPANY_ORIGIN + reverse(name, args=args)


def clerks_page(name: str, *args: object) -> str:
    """The address of a page for clerks: mail is written where their site is served."""
    return settings.ECO_ORIGIN + reverse(name, args=args)


class NotOneMailbox(ValueError):
    """The address would be read as another one on its way: what is shown to people and who gets the mail would differ."""


Writer = Callable[..., Letter | None]
_writers: dict[str, Writer] = {}


def letter(kind: str) -> Callable[[Writer], Writer]:
    """Declares the function that writes a kind of mail; it returns None where there is no longer a reason to send it."""

    def declare(writer: Writer) -> Writer:
        if kind in _writers:
            raise RuntimeError(f"Two writers for the mail {kind}")
        _writers[kind] = writer
        return writer

    return declare


def is_declared(kind: str) -> bool:
    """Whether somebody writes this kind of mail."""
    return kind in _writers


def write(mail: OutboxMail) -> Letter | None:
    """The letter for an outbox row; None where there is no longer a reason to send it. Raises what its writer raises."""
    return _writers[mail.kind](**mail.ids)


def message_with(said: Letter, mail: OutboxMail) -> EmailMessage:
    """The message, the same on every call. Raises NotOneMailbox, and what the template raises."""
    if not is_one_mailbox(said.to):
        raise NotOneMailbox
    site = urlsplit(said.place)
    context = {**said.context, "place": said.place, "portal": f"{site.scheme}://{site.netloc}/"}
    body = render_to_string(f"mail/{said.template}.txt", context)
    return EmailMessage(said.subject, body, to=[said.to], headers={"Message-ID": mail.message_id})
