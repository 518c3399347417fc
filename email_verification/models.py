"""The proof that a mailbox is an account's own."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Account

LASTS = timedelta(hours=72)
MOST_ATTEMPTS = 10
MOST_CODES_A_DAY = 5


class EmailVerification(models.Model):
    """One code for one account and one address: valid for 72 hours, once, for at most 10 tries. A newer one voids it.

    The code is not stored: it is computed from the row and a key of the server, so a mail sent twice bears the same code.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="email_verifications")
    address = models.EmailField(max_length=254)
    issued_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=("account", "-issued_at"), name="email_verification_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(used_at__isnull=True, voided_at__isnull=True),
                name="email_verification_one_open",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=MOST_ATTEMPTS), name="email_verification_tries_are_limited"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def code(self) -> str:
        """As in the manual: the Unix time of issue, then 32 hexadecimal digits."""
        issued = int(self.issued_at.timestamp())
        said = f"{self.public_id}|{self.account_id}|{self.address}|{issued}"
        key = hashlib.sha256(f"email verification|{settings.SECRET_KEY}".encode()).digest()
        return f"{issued}.0-{hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:32]}"

    @property
    def expires_at(self) -> datetime:
        return self.issued_at.astimezone(UTC) + LASTS

    @property
    def is_expired(self) -> bool:
        return timezone.now() >= self.expires_at

    @property
    def may_be_entered(self) -> bool:
        return self.used_at is None and self.voided_at is None and not self.is_expired

    @property
    def attempts_left(self) -> int:
        return MOST_ATTEMPTS - self.attempts
