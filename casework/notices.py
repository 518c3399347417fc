"""Mails that there is a message to read."""

from datetime import timedelta

from casework.models import CaseMessage
from mailing.services import put_in_outbox


def announce(message: CaseMessage) -> None:
    """Owes the other side a mail: one an hour for all that it has not read yet, however much is written."""
    unread = message.case.messages.filter(read_at__isnull=True, clerk__isnull=not message.is_from_chamber)
    first = unread.earliest("pk")
    hours = (message.sent_at - first.sent_at) // timedelta(hours=1)
    reader = "company" if message.is_from_chamber else "chamber"
    key = f"{first.pk}:{hours}"
    put_in_outbox(f"casework.message_to_{reader}", key=key, chamber=message.case.chamber, message=message.pk)
