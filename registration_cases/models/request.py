"""The links by mail through which somebody without an ID comes in."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import models
from django.utils import timezone

from chambers.models import Chamber, DatedText

LINK_LASTS = timedelta(hours=24)


class RegistrationRequest(models.Model):
    """Somebody's wish for a link by mail: to begin a registration (``rules`` are the versions read and accepted), or to go on
    with one. Whether there is something to go on with is looked up when the mail is sent, so that the page does the same work
    for everybody. The link is good for 24 hours and opens once."""

    recorded_as = "casework.RegistrationRequest"

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(max_length=254)
    is_resumption = models.BooleanField()
    rules = models.ManyToManyField(DatedText, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + LINK_LASTS

    @property
    def is_open(self) -> bool:
        return self.used_at is None and timezone.now() < self.expires_at
