"""What a company asks of its chamber about its registration."""

import datetime as dt
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from chambers.models import Chamber, DatedText
from foundation.text import no_hidden_characters
from trade_registration.models import ANSWERED, CompanyData, TradeRegistration

DRAFT_LASTS = timedelta(days=60)  # from the day after the first operation
# How long the link of a decided case still shows the decision.
STATUS_LASTS = timedelta(days=30)


class RegistrationCase(CompanyData):
    """What is asked for: the company's data as they are to be stand in its own columns. How the case stands, its envelope knows.

    What ``was_sent`` has every question answered. ``first_fee_…`` are the prices of the day of the first submission
    (registration_cases/prices.py), in yen, None where the chamber had set none. The database keeps two more rules about these
    kinds of case, in the first migration: a registration has at most one of them open, and a new one has no registration
    before it is approved.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("新規登録")
        CHANGE = "change", _("登録内容変更")
        RENEWAL = "renewal", _("有効期間更新")

    envelope = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="registration_case")
    contact_email = models.EmailField(_("メールアドレス"), max_length=254)
    was_sent = models.BooleanField(default=False)
    first_fee_member = models.PositiveIntegerField(null=True)
    first_fee_non_member = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("貿易登録の申請")
        indexes = [models.Index(fields=("contact_email",), name="registration_cases_by_mailbox")]
        constraints = [
            models.CheckConstraint(
                condition=Q(was_sent=False) | ANSWERED, name="registration_cases_sent_answers_every_question"
            ),
            *no_hidden_characters(
                "company_name",
                "company_name_en",
                "address",
                "address_en",
                "contact_name",
                "contact_department",
                "representative_title",
                "representative_name",
                "line_of_business",
                "contact_email",
            ),
        ]

    def __str__(self) -> str:
        return str(self.envelope)

    @property
    def chamber(self) -> Chamber:
        return self.envelope.chamber

    @property
    def registration(self) -> TradeRegistration | None:
        """The one that it would change or renew; of a new one, what its approval made."""
        return self.envelope.registration

    @property
    def is_new(self) -> bool:
        return self.envelope.kind == self.Kind.NEW

    @property
    def is_change(self) -> bool:
        return self.envelope.kind == self.Kind.CHANGE

    @property
    def is_renewal(self) -> bool:
        return self.envelope.kind == self.Kind.RENEWAL

    @property
    def asked_fields(self) -> tuple[str, ...]:
        """What the case asks the company of itself. How a registered company is reached is no part of its case."""
        return (*CompanyData.EXAMINED, *(CompanyData.CONTACT if self.is_new else ()))

    @property
    def opens_by_link(self) -> bool:
        """Whether the link in the mails about a new registration still opens it: while it is open, and 30 days more."""
        decided_at = self.envelope.decided_at
        return self.is_new and (decided_at is None or timezone.now() < decided_at + STATUS_LASTS)

    @property
    def draft_ends_on(self) -> dt.date:
        """The last day on which a draft is kept: 60 days from the day after the first operation; a renewal's no longer than
        renewals are taken."""
        ends_on = timezone.localdate(self.envelope.created_at) + DRAFT_LASTS
        if self.is_renewal and self.registration:
            return min(ends_on, self.registration.renewal_closes_on)
        return ends_on


# The values of ``Case.kind`` that are about a registration.
REGISTRATION_KINDS = tuple(RegistrationCase.Kind.values)


class AcceptedText(models.Model):
    """That the company accepted a version of a rule set, or one item of a pledge (``item`` counts from 0; rules have none)."""

    case = models.ForeignKey(RegistrationCase, on_delete=models.CASCADE, related_name="accepted_texts")
    text = models.ForeignKey(DatedText, on_delete=models.PROTECT, related_name="+")
    item = models.PositiveSmallIntegerField(null=True)
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("case", "text", "item"), name="registration_cases_accepted_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.item}"
