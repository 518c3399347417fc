"""Mails that were given up."""

from itertools import count

from django.utils import timezone

from chambers.models import Chamber
from mailing.models import OutboxMail

_numbers = count(1)


def refused_mail(chamber: Chamber, **fields: object) -> OutboxMail:
    """One that no mailbox took; what it speaks of does not exist."""
    usual: dict[str, object] = {
        "key": f"refused{next(_numbers)}",
        "kind": "accounts.password_changed",
        "ids": {"account": 0},
        "given_up_at": timezone.now(),
        "refused_address": "taro@example.jp",
        "refused_subject": "お知らせ",
        "last_error": "SMTPRecipientsRefused 550",
    }
    return OutboxMail.objects.create(chamber=chamber, status=OutboxMail.Status.FAILED, **usual | fields)
