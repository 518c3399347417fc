"""The company at one chamber."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, TypedDict

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Kind
from chambers.models import Chamber
from foundation.search import search_index, search_key_of
from foundation.text import english_text, japanese_text, no_hidden_characters

# A number that has stood for so long is the company's own, not that of somebody who has just taken over an ID.
CALLABLE_AFTER = dt.timedelta(days=30)


class ExaminedFields(TypedDict, total=False):
    """What the chamber examines, as a verb takes it."""

    registration_type: str
    legal_form: str
    is_member: bool | None
    company_name: str
    company_name_en: str
    address_en: str
    representative_title: str
    representative_name: str
    line_of_business: str


class ContactFields(TypedDict, total=False):
    """How a company is reached, as a verb takes it."""

    postal_code: str
    address: str
    telephone: str
    contact_department: str
    contact_name: str


class CompanyData(models.Model):
    """What a company says of itself: in force on its registration, proposed on a case.

    Nothing is answered by default: a case that was not sent yet may leave any question open (an empty text, None for
    ``is_member``); a registration has all of ``CHOSEN``.
    """

    class Type(models.TextChoices):
        """What the company may do (登録種別): apply for itself, for others, or both. An agent has no signers."""

        APPLICANT = "applicant", _("申請者")
        AGENT = "agent", _("代行業者")
        BOTH = "both", _("申請者かつ代行業者")

    class LegalForm(models.TextChoices):
        """Decides which evidence proves that the company exists."""

        CORPORATION = "corporation", _("法人")
        SOLE_TRADER = "sole_trader", _("個人事業主")

    registration_type = models.CharField(_("登録種別"), max_length=10, choices=Type)
    legal_form = models.CharField(_("法人・個人の別"), max_length=15, choices=LegalForm)
    is_member = models.BooleanField(_("商工会議所会員"), null=True)
    company_name = models.CharField(_("企業名等"), max_length=100, validators=[japanese_text])
    company_name_en = models.CharField(_("英文社名"), max_length=150, validators=[english_text])
    representative_title = models.CharField(_("代表者役職"), max_length=40, blank=True, validators=[japanese_text])
    representative_name = models.CharField(_("代表者氏名"), max_length=60, blank=True, validators=[japanese_text])
    line_of_business = models.CharField(_("業態内容"), max_length=400, blank=True, validators=[japanese_text])
    postal_code = models.CharField(_("郵便番号"), max_length=8)
    address = models.CharField(_("住所"), max_length=150, validators=[japanese_text])
    address_en = models.CharField(_("英文住所"), max_length=200, validators=[english_text])
    telephone = models.CharField(_("電話番号"), max_length=20)
    contact_department = models.CharField(_("担当部署"), max_length=60, blank=True, validators=[japanese_text])
    contact_name = models.CharField(_("担当者氏名"), max_length=60, validators=[japanese_text])

    # What the chamber examines before it counts; the rest, how the company is reached, counts at once.
    EXAMINED = tuple(ExaminedFields.__annotations__)
    CONTACT = tuple(ContactFields.__annotations__)
    # What is chosen from a few answers: who may do what, which evidence is needed, and what it costs depend on them.
    CHOSEN = ("registration_type", "legal_form", "is_member")

    class Meta:
        abstract = True

    @property
    def membership(self) -> str:
        """会員 or 非会員; empty while the question is open."""
        if self.is_member is None:
            return ""
        return str(_("会員") if self.is_member else _("非会員"))

    @property
    def has_signers(self) -> bool:
        """Agents hand in what others sign. While the type is open, signers may be filled in."""
        return self.registration_type != self.Type.AGENT

    def is_open_question(self, field: str) -> bool:
        """Whether a field was not filled in or chosen."""
        return getattr(self, field) in ("", None)

    @classmethod
    def label(cls, field: str) -> str:
        """What people call a field."""
        return str(getattr(cls._meta.get_field(field), "verbose_name", field))

    def shown(self, field: str) -> str:
        """The value of a field as people read it."""
        if field == "is_member":
            return self.membership
        display = getattr(self, f"get_{field}_display", None)
        return str(display() if display else getattr(self, field))


# In a condition: every question of ``CompanyData.CHOSEN`` is answered.
ANSWERED = Q(is_member__isnull=False) & ~Q(registration_type="") & ~Q(legal_form="")


class TradeRegistrationQuerySet(models.QuerySet["TradeRegistration"]):
    def visible_to(self, account: Account) -> "TradeRegistrationQuerySet":
        """Members see the registration that their ID belongs to, staff those of their chamber."""
        if account.kind == Kind.STAFF:
            return self.filter(chamber_id=account.chamber_id)
        return self.filter(pk=account.registration_id) if account.registration_id else self.none()

    def in_force(self) -> "TradeRegistrationQuerySet":
        """Neither suspended nor deleted; perhaps expired."""
        return self.filter(status=TradeRegistration.Status.IN_FORCE)

    def ending_between(self, first: dt.date, last: dt.date) -> "TradeRegistrationQuerySet":
        """In force, with a last day from ``first`` to ``last``, the soonest first."""
        return self.in_force().filter(valid_until__range=(first, last)).order_by("valid_until", "pk")


class TradeRegistration(CompanyData):
    """A company registered with a chamber (貿易登録), valid for two years (certification rules art. 2-4)."""

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("有効")
        SUSPENDED = "suspended", _("停止中")
        DELETED = "deleted", _("抹消")

    # Penalty rules: a suspension can be lifted, a deletion is final.
    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        Status.IN_FORCE: frozenset({Status.SUSPENDED, Status.DELETED}),
        Status.SUSPENDED: frozenset({Status.IN_FORCE, Status.DELETED}),
        Status.DELETED: frozenset(),
    }

    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="registrations", db_index=False)
    registration_number = models.CharField(
        _("貿易登録番号"), max_length=9, unique=True, validators=[RegexValidator(r"^\d{8,9}$")]
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.IN_FORCE)
    status_reason = models.CharField(_("停止・抹消の理由"), max_length=400, blank=True)
    registered_on = models.DateField(_("登録日"))
    valid_until = models.DateField(_("貿易登録有効期間"))
    certificate_issued_on = models.DateField(_("貿易登録証の発行日"), null=True)

    search_key = search_key_of("registration_number", "company_name", "company_name_en")

    objects = TradeRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("貿易登録")
        indexes = [
            models.Index(fields=("chamber", "valid_until", "id"), name="trade_registration_ending"),
            models.Index(fields=("chamber", "id"), name="trade_registration_newest"),
            search_index("trade_registration_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("registered_on")), name="trade_registration_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=ANSWERED, name="trade_registration_answers_every_question"),
            *no_hidden_characters("company_name", "company_name_en", "address", "address_en", "contact_name"),
            *no_hidden_characters(
                "representative_title", "representative_name", "line_of_business", "contact_department", "status_reason"
            ),
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
    def may_apply(self) -> bool:
        """Whether certificates may be applied for. After expiry, what was approved may still be paid and printed."""
        return self.is_in_force and not self.is_expired

    @property
    def renewal_opens_on(self) -> dt.date:
        return self.valid_until - dt.timedelta(days=self.chamber.renewal_opens_days)

    @property
    def renewal_closes_on(self) -> dt.date:
        """The last day on which a renewal may be applied for: the last day of validity, or later where the chamber allows."""
        return self.valid_until + dt.timedelta(days=self.chamber.late_renewal_days)

    @property
    def is_renewable(self) -> bool:
        return self.is_in_force and self.renewal_opens_on <= timezone.localdate() <= self.renewal_closes_on

    @property
    def renewed_until(self) -> dt.date:
        """The last day after a renewal today: two years after the present ones, or from today when these are over."""
        chamber = self.chamber
        return chamber.valid_until(timezone.localdate()) if self.is_expired else chamber.renewed_until(self.valid_until)

    def telephone_to_call(self) -> "TelephoneToCall":
        """The number at which the chamber asks whether something was meant: the one that was in force 30 days ago, since when
        nobody who has just taken over an ID can have changed it. That of the registration where it is younger."""
        replaced = self.former_telephones.order_by("replaced_at", "pk")
        long_ago = timezone.now() - CALLABLE_AFTER
        in_force_then = replaced.filter(replaced_at__gt=long_ago).first()
        if in_force_then is not None:
            return TelephoneToCall(in_force_then.telephone, in_force_then.in_use_since, is_present=False)
        last = replaced.last()
        return TelephoneToCall(
            self.telephone, timezone.localdate(last.replaced_at) if last else self.registered_on, is_present=True
        )

    @property
    def administrator(self) -> Account:
        """The one administrator ID. Raises Account.DoesNotExist where there is none."""
        joined = ("registration__chamber", "chamber", "parent")
        return self.accounts.select_related(*joined).exclude(status="deleted").get(kind=Kind.ADMINISTRATOR)

    def own_words(self) -> list[str]:
        """The words that a stranger would try first as a password here."""
        return [self.registration_number, self.company_name, *self.company_name_en.split()]


class FormerTelephone(models.Model):
    """A telephone number that the company had until it gave another one. Kept, so that the chamber can call a number that
    whoever has taken over an ID did not choose."""

    registration = models.ForeignKey(TradeRegistration, on_delete=models.CASCADE, related_name="former_telephones")
    telephone = models.CharField(_("電話番号"), max_length=20)
    in_use_since = models.DateField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=("registration", "replaced_at"), name="former_telephones_by_time")]

    def __str__(self) -> str:
        return self.telephone


@dataclass(frozen=True)
class TelephoneToCall:
    """A company's number that has not been changed lately, and the day from which it has had it."""

    number: str
    since: dt.date
    is_present: bool
