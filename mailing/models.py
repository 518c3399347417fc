"""The outbox: mail that is owed, written in the same transaction as the reason for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxMail(models.Model):
    """One mail that is owed. Names the kind of mail and ids only: text, codes and addresses are made when it is sent."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("送信待ち")
        SENT = "sent", _("送信済")
        FAILED = "failed", _("送信不能")
        NOT_NEEDED = "not_needed", _("送信不要")

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=60)
    ids = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="mailing_sent_has_its_time",
            )
        ]
        indexes = [models.Index(fields=("not_before", "id"), condition=Q(status="waiting"), name="mailing_due")]

    def __str__(self) -> str:
        return self.key

    @property
    def message_id(self) -> str:
        """The same on every retry, so that a mail sent twice shows as one."""
        host = settings.ECO_ORIGIN.split("://")[1].split(":")[0]
        return f"<{self.pk}.{self.kind}@{host}>"
