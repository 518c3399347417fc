"""The outbox: mail that is owed, written in the same transaction as the reason for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chambers.models import Chamber


class OutboxMailQuerySet(models.QuerySet["OutboxMail"]):
    """Lists of mails."""

    def refused(self) -> "OutboxMailQuerySet":
        """Those that were given up and wait for somebody to look, the latest owed first."""
        return self.filter(status=OutboxMail.Status.FAILED).order_by("-pk")


class OutboxMail(models.Model):
    """One mail that is owed. Names the kind of mail and ids only: text, codes and addresses are made when it is sent.

    Only what was given up says to whom it went: until somebody sends it again or sets it aside.
    """

    class Refusal(models.TextChoices):
        """Why a mail was given up, in the words of those who must do something about it."""

        ADDRESS = "address", _("あて先のアドレスが存在しないか、使えません。")
        SERVER = "server", _("あて先のメールサーバーが受け取りを断りました。")
        TOO_LONG = "too_long", _("3日間、送信を繰り返しましたが、受け取られませんでした。")
        FAULT = "fault", _("システムの不具合で、メールを作成できませんでした。システムの管理者にお知らせください。")

    class Status(models.TextChoices):
        WAITING = "waiting", _("送信待ち")
        SENT = "sent", _("送信済")
        FAILED = "failed", _("送信不能")
        NOT_NEEDED = "not_needed", _("送信不要")

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=60)
    ids = models.JSONField(default=dict)
    # Whose managers hear when it cannot be sent; none for a mail that belongs to no chamber.
    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, null=True, related_name="mails", db_index=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    tried_since = models.DateTimeField(default=timezone.now)  # given up three days after this
    given_up_at = models.DateTimeField(null=True)
    refused_address = models.CharField(max_length=254, blank=True)
    refused_subject = models.CharField(max_length=200, blank=True)

    objects = OutboxMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="mailing_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(status="failed", given_up_at__isnull=False)
                | (~Q(status="failed") & Q(given_up_at__isnull=True, refused_address="", refused_subject="")),
                name="mailing_refused_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=("not_before", "id"), condition=Q(status="waiting"), name="mailing_due"),
            models.Index(fields=("chamber", "-id"), condition=Q(status="failed"), name="mailing_refused"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def refusal(self) -> Refusal:
        """Told by the error, such as ``SMTPRecipientsRefused 550`` (RFC 5321: 550, 551, 553 speak of the mailbox)."""
        name, _blank, code = self.last_error.partition(" ")
        if name in ("NotOneMailbox", "ValueError"):
            return self.Refusal.ADDRESS
        if name == "SMTPRecipientsRefused" and code in ("550", "551", "553"):
            return self.Refusal.ADDRESS
        if name.startswith("SMTP"):
            return self.Refusal.SERVER if code.startswith("5") else self.Refusal.TOO_LONG
        return self.Refusal.FAULT

    @property
    def message_id(self) -> str:
        """The same on every retry, so that a mail sent twice shows as one."""
        host = settings.ECO_ORIGIN.split("://")[1].split(":")[0]
        return f"<{self.pk}.{self.kind}@{host}>"
