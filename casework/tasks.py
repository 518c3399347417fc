"""What the clock does about cases."""

from celery import shared_task

from casework.services import forget_old_drafts


@shared_task
def tidy() -> None:
    """Forgets the drafts that nobody has sent for 60 days, and those that were discarded."""
    forget_old_drafts()
