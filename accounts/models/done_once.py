"""What was sent already, so that sending it again does nothing more."""

from django.db import models
from django.utils import timezone


class DoneOnce(models.Model):
    """One form, sent and done (accounts/once.py): written in the transaction that did it, and kept for a few days."""

    key = models.CharField(max_length=64, primary_key=True)
    # Where the first answer led.
    address = models.TextField()
    # The case that a mailed link opened to the browser which sent the form; empty for every other form.
    entered_case = models.UUIDField(null=True)
    done_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.address
