"""Owing a mail, and delivering what is owed."""

import logging
import smtplib
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.utils import timezone

from chambers.models import Chamber
from mailing.letters import Letter, message_with, write
from mailing.models import OutboxMail

log = logging.getLogger(__name__)

# Each of the six steps of an SMTP dialogue may take the whole time-out: after this, a mail's sender is surely dead.
LEASE = timedelta(seconds=6 * (settings.EMAIL_TIMEOUT or 10))
HANDFUL = 8
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)


def put_in_outbox(kind: str, *, key: str, chamber: Chamber | None, **ids: Any) -> None:
    """Owes a mail, in the caller's transaction. The same key twice is one mail.

    ``chamber``: whose managers see it when it cannot be sent; None for a mail that belongs to no chamber.
    """
    mail = OutboxMail(kind=kind, key=f"{kind}:{key}", chamber=chamber, ids=ids)
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)


def deliver_due(*, seconds: float = 50.0) -> int:
    """Sends what is due over one connection until nothing is left or the seconds are over. Returns how many were sent.

    Any number of these may run at once. A server that cannot be reached ends the run; the next one tries again.
    """
    connection = get_connection()
    ends = time.monotonic() + seconds
    sent = 0
    hand = Hand()
    try:
        while time.monotonic() < ends and (mail := hand.next()):
            try:
                sent += _deliver(mail, connection)
            except OSError as error:
                log.warning("mail server unreachable: %s", _describe(error))
                _retry(mail, error)
                break
    finally:
        hand.give_back()
        connection.close()
    return sent


def oldest_due_age() -> float:
    """Seconds that the oldest due mail has been waiting; 0 when none is due."""
    now = timezone.now()
    oldest = OutboxMail.objects.filter(status=OutboxMail.Status.WAITING, not_before__lte=now).order_by("not_before")
    first = oldest.values_list("not_before", flat=True).first()
    return (now - first).total_seconds() if first else 0.0


# In SQL, as are _GIVE_BACK and _FINISH below: composing them for every mail cost more than sending it.
_CLAIM = """
UPDATE mailing_outboxmail SET lease_until = %(lease_until)s, attempts = attempts + 1 WHERE id = ANY(ARRAY(
  SELECT id FROM mailing_outboxmail
  WHERE status = 'waiting' AND not_before <= %(now)s AND (lease_until IS NULL OR lease_until <= %(now)s)
  ORDER BY not_before, id LIMIT %(handful)s FOR NO KEY UPDATE SKIP LOCKED
)) RETURNING *
"""
_GIVE_BACK = """
UPDATE mailing_outboxmail SET lease_until = NULL, attempts = attempts - 1
WHERE id = ANY(%(ids)s) AND status = 'waiting' AND lease_until = %(lease_until)s
"""


class Hand:
    """The few mails that one sender has claimed. Whoever claims at the same moment gets others.

    The lease of a handful is twice that of a mail: one half to begin with the last of them, the other to send it.
    """

    def __init__(self) -> None:
        self._mails: list[OutboxMail] = []
        self._lease_until = timezone.now()

    def next(self) -> OutboxMail | None:
        """The next mail to send now; None when nothing is due."""
        if self._mails and timezone.now() > self._lease_until - LEASE:
            self.give_back()
        if not self._mails:
            self._claim()
        return self._mails.pop(0) if self._mails else None

    def give_back(self) -> None:
        """Others may send what was not begun."""
        if self._mails:
            with database.cursor() as cursor:
                cursor.execute(_GIVE_BACK, {"ids": [mail.pk for mail in self._mails], "lease_until": self._lease_until})
            self._mails = []

    def _claim(self) -> None:
        now = timezone.now()
        self._lease_until = now + 2 * LEASE
        wanted = {"now": now, "lease_until": self._lease_until, "handful": HANDFUL}
        claimed = OutboxMail.objects.raw(_CLAIM, wanted)
        self._mails = sorted(claimed, key=lambda mail: (mail.not_before, mail.pk))


def _deliver(mail: OutboxMail, connection: BaseEmailBackend) -> int:
    """Sends one claimed mail and notes the result. Raises when the server cannot be reached."""
    said = None
    try:
        said = write(mail)
        message = message_with(said, mail) if said else None
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # one mail that cannot be written must not hold up the others
        log.exception("mail %s cannot be written", mail.pk)
        _give_up(mail, said, error)
        return 0
    if said is None or message is None:
        _finish(mail, OutboxMail.Status.NOT_NEEDED)
        return 0
    try:
        _send(message, connection)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused):  # it would take no other mail either
        raise
    except smtplib.SMTPException as error:
        connection.close()
        if _is_final(error) or timezone.now() - mail.tried_since > GIVE_UP_AFTER:
            _give_up(mail, said, error)
        else:
            _retry(mail, error)
        return 0
    except ValueError as error:  # an address or a header that no mail can bear
        connection.close()
        _give_up(mail, said, error)
        return 0
    _finish(mail, OutboxMail.Status.SENT)
    return 1


def _send(message: EmailMessage, connection: BaseEmailBackend) -> None:
    """Over the connection that is kept between mails. Where the server has closed it meanwhile, over a new one: servers end
    a connection after so many mails or seconds, and that is no failure of this mail. Raises ServerFault, or what smtplib raises."""
    message.connection = connection
    is_new = _connect(connection)
    began = time.monotonic()
    try:
        message.send()
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused) as error:
        # Who waited for the server may not begin again: the lease is measured for one dialogue.
        if is_new or getattr(error, "smtp_code", 421) != 421 or time.monotonic() - began > 1:
            raise
        connection.close()
        _connect(connection)
        message.send()


class ServerFault(OSError):
    """The server cannot be reached, is not the one it should be or does not know our password: no fault of a mail."""


def _connect(connection: BaseEmailBackend) -> bool:
    """Opens a connection where there is none; returns whether it is a new one. Raises ServerFault."""
    try:
        return bool(connection.open())
    except OSError as error:
        raise ServerFault from error


def _is_final(error: smtplib.SMTPException) -> bool:
    """Whether the server said that it will never take this mail (5xx)."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException():
            return error.smtp_code >= 500
    return False


_FINISH = """
UPDATE mailing_outboxmail SET status = %s, sent_at = %s, lease_until = NULL, last_error = ''
WHERE id = %s AND status = 'waiting'
"""


def _finish(mail: OutboxMail, status: OutboxMail.Status) -> None:
    sent_at = timezone.now() if status == OutboxMail.Status.SENT else None
    with database.cursor() as cursor:
        cursor.execute(_FINISH, [status, sent_at, mail.pk])


def _give_up(mail: OutboxMail, said: Letter | None, error: Exception) -> None:
    """Ends it for good: the chamber's managers are shown to whom it went and may send it again, whoever waits is told."""
    log.error("mail %s (%s) is given up: %s", mail.pk, mail.kind, _describe(error))
    chamber = said.chamber if said else None
    OutboxMail.objects.filter(pk=mail.pk, status=OutboxMail.Status.WAITING).update(
        status=OutboxMail.Status.FAILED,
        given_up_at=timezone.now(),
        lease_until=None,
        last_error=_describe(error),
        chamber=mail.chamber_id or (chamber and chamber.pk),
        refused_address=said.to[:254] if said else "",
        refused_subject=said.subject if said else "",
    )


def _retry(mail: OutboxMail, error: Exception) -> None:
    now = timezone.now()
    wait = min(timedelta(seconds=5 * 2 ** min(mail.attempts, 12)), LONGEST_WAIT)
    OutboxMail.objects.filter(pk=mail.pk).update(not_before=now + wait, lease_until=None, last_error=_describe(error))


def _describe(error: BaseException) -> str:
    """The kind of error and the server's code, never its text: that may repeat addresses."""
    error = error.__cause__ or error if isinstance(error, ServerFault) else error
    return " ".join([type(error).__name__, str(_code(error) or "")]).strip()


def _code(error: BaseException) -> int | None:
    """The server's code, for a refused recipient that of the refusal."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _text in error.recipients.values())
    return getattr(error, "smtp_code", None)
