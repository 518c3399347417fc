"""What else opens the door, for a while or once, and how often it was tried."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.models.account import Account


class PasswordReset(models.Model):
    """A request for a one-time link. Whether the mailbox fits the ID is looked up when the mail is sent and when the link is
    used, so that the page does the same work for everybody. A name that nothing has is left empty: it may be a password."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    chamber_code = models.CharField(max_length=20)
    login_id = models.CharField(max_length=40)
    email = models.CharField(max_length=254)
    requested_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    LASTS = timedelta(minutes=30)

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_open(self) -> bool:
        return self.used_at is None and timezone.now() < self.requested_at + self.LASTS

    def account(self) -> Account | None:
        """The usable account with this chamber code, ID and proven mailbox."""
        with_mailbox = Account.objects.get_queryset().with_mailbox(self.email)
        found = with_mailbox.filter(chamber__code=self.chamber_code, login_id=self.login_id)
        account = found.select_related("chamber", "registration", "parent").first()
        return account if account and account.is_usable and account.may_enter_here else None


class IdReminder(models.Model):
    """A request for the IDs that belong to a mailbox. Whose they are is looked up when the mail is sent. The code of no chamber
    is left empty."""

    chamber_code = models.CharField(max_length=20)
    email = models.CharField(max_length=254)
    requested_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)

    def accounts(self) -> list[Account]:
        """The usable accounts of the chamber with this proven mailbox."""
        found = Account.objects.get_queryset().with_mailbox(self.email).filter(chamber__code=self.chamber_code)
        joined = found.select_related("chamber", "registration", "parent").order_by("registration", "kind", "pk")
        return [account for account in joined if account.is_usable and account.may_enter_here]


class Attempts(models.Model):
    """How often something guarded was tried under a key in the window that ends at ``ends_at`` (accounts/throttle.py)."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class DayKey(models.Model):
    """The random key under which one Japanese day's initial passwords are kept, wrapped by the master key.

    The table is UNLOGGED: it is in no WAL and no base backup, and a crash empties it.
    """

    day = models.DateField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return self.day.isoformat()


class InitialPassword(models.Model):
    """An initial password as it can be printed on the Japanese day of its first output. Unreadable without that day's key, and
    empty where the account had another password by then."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="initial_password")
    issued_on = models.DateField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.issued_on}"


class RecoveryCode(models.Model):
    """Stands in once for a clerk's second factor when the telephone is lost. Only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("account", "digest"), name="accounts_recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.account_id}"
