"""Owing a mail, and delivering what is owed."""

import logging
import smtplib
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from mailing.letters import write
from mailing.models import OutboxMail

log = logging.getLogger(__name__)

# Each of the six steps of an SMTP dialogue may take the whole time-out: after this, a mail's sender is surely dead.
LEASE = timedelta(seconds=6 * (settings.EMAIL_TIMEOUT or 10))
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)


def put_in_outbox(kind: str, *, key: str, **ids: Any) -> None:
    """Owes a mail, in the caller's transaction. The same key twice is one mail."""
    OutboxMail.objects.bulk_create([OutboxMail(kind=kind, key=f"{kind}:{key}", ids=ids)], ignore_conflicts=True)


def deliver_due(*, seconds: float = 50.0) -> int:
    """Sends what is due over one connection until nothing is left or the seconds are over. Returns how many were sent.

    Any number of these may run at once. A server that cannot be reached ends the run; the next one tries again.
    """
    connection = get_connection()
    ends = time.monotonic() + seconds
    sent = 0
    try:
        while time.monotonic() < ends and (mail := _claim()):
            try:
                sent += _deliver(mail, connection)
            except OSError as error:
                log.warning("mail server unreachable: %s", type(error).__name__)
                _retry(mail, error)
                break
    finally:
        connection.close()
    return sent


def oldest_due_age() -> float:
    """Seconds that the oldest due mail has been waiting; 0 when none is due."""
    now = timezone.now()
    oldest = OutboxMail.objects.filter(status=OutboxMail.Status.WAITING, not_before__lte=now).order_by("not_before")
    first = oldest.values_list("not_before", flat=True).first()
    return (now - first).total_seconds() if first else 0.0


@transaction.atomic
def _claim() -> OutboxMail | None:
    now = timezone.now()
    mail = OutboxMail.objects.due(now).select_for_update(skip_locked=True).first()
    if mail:
        mail.lease_until = now + LEASE
        mail.attempts += 1
        mail.save(update_fields=("lease_until", "attempts"))
    return mail


def _deliver(mail: OutboxMail, connection: BaseEmailBackend) -> int:
    """Sends one claimed mail and notes the result. Raises when the server cannot be reached."""
    try:
        message = write(mail)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # one mail that cannot be written must not hold up the others
        log.exception("mail %s cannot be written", mail.pk)
        _finish(mail, OutboxMail.Status.FAILED, error)
        return 0
    if message is None:
        _finish(mail, OutboxMail.Status.NOT_NEEDED)
        return 0
    message.connection = connection
    try:
        message.send()
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
        raise
    except smtplib.SMTPException as error:
        connection.close()
        if _is_final(error):
            _finish(mail, OutboxMail.Status.FAILED, error)
        else:
            _retry(mail, error)
        return 0
    _finish(mail, OutboxMail.Status.SENT)
    return 1


def _is_final(error: smtplib.SMTPException) -> bool:
    """Whether the server said that it will never take this mail (5xx)."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException():
            return error.smtp_code >= 500
    return False


def _finish(mail: OutboxMail, status: OutboxMail.Status, error: Exception | None = None) -> None:
    OutboxMail.objects.filter(pk=mail.pk, status=OutboxMail.Status.WAITING).update(
        status=status,
        sent_at=timezone.now() if status == OutboxMail.Status.SENT else None,
        lease_until=None,
        last_error=_describe(error),
    )


def _retry(mail: OutboxMail, error: Exception) -> None:
    now = timezone.now()
    if now - mail.created_at > GIVE_UP_AFTER:
        _finish(mail, OutboxMail.Status.FAILED, error)
        return
    wait = min(timedelta(seconds=5 * 2 ** min(mail.attempts, 12)), LONGEST_WAIT)
    OutboxMail.objects.filter(pk=mail.pk).update(not_before=now + wait, lease_until=None, last_error=_describe(error))


def _describe(error: Exception | None) -> str:
    """The kind of error and the server's code, never its text: that may repeat addresses."""
    if error is None:
        return ""
    return " ".join([type(error).__name__, str(getattr(error, "smtp_code", ""))]).strip()
