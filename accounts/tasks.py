"""What must be swept away regularly. Nothing is unsafe when it has not run."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts import initial_passwords, kept_input, once, throttle
from accounts.models import IdReminder, PasswordReset
from accounts.sessions import forget_ended_sessions


@shared_task
def tidy() -> None:
    """Destroys the keys of past days and deletes old sessions, counters, requests for mails, notes of forms, and kept input."""
    initial_passwords.forget_past_days(timezone.localdate())
    forget_ended_sessions()
    throttle.forget_old()
    once.forget_old()
    kept_input.forget_old()
    for requests in (PasswordReset, IdReminder):
        requests.objects.filter(requested_at__lt=timezone.now() - timedelta(days=7)).delete()
