"""Celery's way to the outbox."""

from celery import shared_task

from mailing.refusals import forget_needless
from mailing.services import deliver_due


@shared_task
def deliver_mail() -> None:
    """Takes no arguments: there is nothing in Redis to forge or to lose."""
    deliver_due()


@shared_task
def tidy() -> None:
    """Refused mails that nobody needs any more leave the managers' list."""
    forget_needless()
