"""The people whose signatures are on file."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, PasswordOrigin
from foundation.text import english_text, no_hidden_characters
from trade_registration.models import TradeRegistration


class SignerQuerySet(models.QuerySet["Signer"]):
    def visible_to(self, account: Account) -> "SignerQuerySet":
        """The signers among the IDs that the account may see."""
        return self.filter(account__in=Account.objects.visible_to(account))

    def held(self) -> "SignerQuerySet":
        """Signers of whom the chamber must look at the changes, the longest held first."""
        return self.filter(held_at__isnull=False).order_by("held_at", "pk")

    def with_account(self) -> "SignerQuerySet":
        """With all of the account that pages and certificates show."""
        joined = ("account__initial_password", "account__registration", "account__parent", "account__chamber")
        return self.select_related(*joined)

    def without_password(self) -> "SignerQuerySet":
        """Signers whose 署名登録証 was never output: they have no password yet."""
        return self.filter(account__initial_password__isnull=True)


class Signer(models.Model):
    """A signer (署名者) of a registration. ``user_number`` counts from 1 within the registration and is never reused.

    ``held_at`` says since when the right to apply waits for the chamber: somebody has come in by a mailbox or a password that the
    administrator had set, and may not be the person whose signature this is.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="signer")
    registration = models.ForeignKey(TradeRegistration, on_delete=models.PROTECT, related_name="signers")
    user_number = models.PositiveIntegerField(_("ユーザー番号"))
    name_en = models.CharField(_("氏名(英文)"), max_length=100, validators=[english_text])
    title_en = models.CharField(_("役職(英文)"), max_length=100, blank=True, validators=[english_text])
    specimen = models.BinaryField(null=True)
    held_at = models.DateTimeField(null=True)

    objects = SignerQuerySet.as_manager()

    class Meta:
        verbose_name = _("署名者")
        ordering = ("user_number",)
        indexes = [models.Index(fields=("held_at", "id"), condition=Q(held_at__isnull=False), name="signers_held")]
        constraints = [
            models.UniqueConstraint(fields=("registration", "user_number"), name="signers_number_once_a_registration"),
            *no_hidden_characters("name_en", "title_en"),
        ]

    def __str__(self) -> str:
        return f"{self.user_number} {self.account.name}"

    @property
    def is_held(self) -> bool:
        return self.held_at is not None

    @property
    def issued_on(self) -> dt.date | None:
        """発行日 of the 署名登録証: the Japanese day of its first output; None before."""
        issued = getattr(self.account, "initial_password", None)
        return issued.issued_on if issued else None

    @property
    def has_initial_password(self) -> bool:
        return self.account.password_origin == PasswordOrigin.INITIAL


class CredentialChangeQuerySet(models.QuerySet["CredentialChange"]):
    def unanswered(self) -> "CredentialChangeQuerySet":
        """What the chamber has not asked the company about, the oldest first."""
        return self.filter(answered_at__isnull=True).order_by("changed_at", "pk")


class CredentialChange(models.Model):
    """What an administrator did to a signer's way in: kept for the chamber, and for the notices that go out.

    ``answered_at`` says when the chamber asked the company about it.
    """

    class What(models.TextChoices):
        EMAIL = "email", _("メールアドレスの変更")
        PASSWORD = "password", _("パスワードの設定")
        CERTIFICATE = "certificate", _("署名登録証の発行(初期パスワードの印字)")

    signer = models.ForeignKey(Signer, on_delete=models.PROTECT, related_name="credential_changes", db_index=False)
    what = models.CharField(max_length=15, choices=What.choices)
    changed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    old_email = models.EmailField(max_length=254, blank=True)
    new_email = models.EmailField(max_length=254, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = CredentialChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=("signer", "changed_at", "id"), name="signers_changes_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=(~Q(what="email") & Q(new_email="")) | (Q(what="email") & ~Q(new_email="")),
                name="signers_email_change_has_its_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.signer_id} {self.what}"

    def is_used_by(self, account: Account) -> bool:
        """Whether somebody who comes in as this signer's account now does so by what was set here. A first password, whoever
        set it, took nobody's place."""
        match self.what:
            case self.What.EMAIL:
                return self.new_email == account.email
            case self.What.PASSWORD:
                set_by_administrator = account.password_origin == PasswordOrigin.ADMINISTRATOR
                return set_by_administrator and account.replaces_a_password_in_use
        return False
