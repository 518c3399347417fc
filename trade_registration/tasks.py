"""What the clock does about registrations."""

from celery import shared_task

from trade_registration.services import remind_of_renewals


@shared_task
def remind() -> None:
    """Safe to run any number of times: each mail is owed once."""
    remind_of_renewals()
