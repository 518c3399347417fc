"""The company at one chamber."""

import datetime as dt

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from chambers.models import Chamber
from eco_portal.text import english_text, japanese_text, no_hidden_characters


class TradeRegistrationQuerySet(models.QuerySet["TradeRegistration"]):
    def visible_to(self, account: Account) -> "TradeRegistrationQuerySet":
        """Members see the registration that their ID belongs to."""
        return self.filter(pk=account.registration_id)


class TradeRegistration(models.Model):
    """A company registered with a chamber (貿易登録), valid for two years (certification rules art. 2-4)."""

    class Type(models.TextChoices):
        APPLICANT = "applicant", _("申請者")
        AGENT = "agent", _("代行業者")
        BOTH = "both", _("申請者かつ代行業者")

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("有効")
        SUSPENDED = "suspended", _("停止中")
        DELETED = "deleted", _("抹消")

    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="registrations")
    registration_number = models.CharField(
        _("貿易登録番号"), max_length=9, unique=True, validators=[RegexValidator(r"^\d{8,9}$")]
    )
    registration_type = models.CharField(_("登録種別"), max_length=10, choices=Type.choices, default=Type.APPLICANT)
    is_member = models.BooleanField(_("商工会議所会員"))
    company_name = models.CharField(_("企業名等"), max_length=100, validators=[japanese_text])
    company_name_en = models.CharField(_("英文社名"), max_length=150, validators=[english_text])
    postal_code = models.CharField(_("郵便番号"), max_length=8)
    address = models.CharField(_("住所"), max_length=150, validators=[japanese_text])
    address_en = models.CharField(_("英文住所"), max_length=200, validators=[english_text])
    contact_name = models.CharField(_("担当者氏名"), max_length=60, validators=[japanese_text])
    telephone = models.CharField(_("電話番号"), max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.IN_FORCE)
    registered_on = models.DateField(_("登録日"))
    valid_until = models.DateField(_("貿易登録有効期間"))
    certificate_issued_on = models.DateField(_("貿易登録証の発行日"), null=True)

    objects = TradeRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("貿易登録")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("registered_on")), name="trade_registration_ends_after_it_begins"
            ),
            *no_hidden_characters("company_name", "company_name_en", "address", "address_en", "contact_name"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_number} {self.company_name}"

    @property
    def is_in_force(self) -> bool:
        """Whether its IDs may log in. An expired registration still may: to renew, to pay and to print."""
        return self.status == self.Status.IN_FORCE

    @property
    def is_expired(self) -> bool:
        """The day after ``valid_until``, in Japan, is the first day without validity."""
        return timezone.localdate() > self.valid_until

    @property
    def renewal_opens_on(self) -> dt.date:
        return self.valid_until - dt.timedelta(days=30)

    @property
    def membership(self) -> str:
        return str(_("会員") if self.is_member else _("非会員"))

    def own_words(self) -> list[str]:
        """The words that a stranger would try first as a password here."""
        return [self.registration_number, self.company_name, *self.company_name_en.split()]
