"""The case itself: new registration, change or renewal, from the draft to the chamber's decision."""

import datetime as dt
from datetime import datetime, timedelta
from functools import cached_property
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Kind
from chambers.models import Chamber, DatedText, texts_in_force
from foundation.search import search_index, search_key_of
from foundation.text import no_hidden_characters
from trade_registration.models import ANSWERED, CompanyData, TradeRegistration

DRAFT_LASTS = timedelta(days=60)  # from the day after the first operation
# How long a discarded draft still shows that it was discarded.
DISCARDED_LASTS = timedelta(days=1)
LINK_LASTS = timedelta(hours=24)
LOCK_LASTS = timedelta(minutes=20)
# How long the link of a decided case still shows the decision.
STATUS_LASTS = timedelta(days=30)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, account: Account) -> "CaseQuerySet":
        """Staff see what was ever submitted to their chamber; an administrator the registration's own cases."""
        if account.kind == Kind.STAFF:
            return self.filter(chamber_id=account.chamber_id, submitted_at__isnull=False)
        if account.kind == Kind.ADMINISTRATOR:
            return self.filter(registration_id=account.registration_id)
        return self.none()

    def open(self) -> "CaseQuerySet":
        """Not yet decided: drafts, those with the chamber and those sent back."""
        return self.filter(status__in=OPEN)

    def awaiting_examination(self) -> "CaseQuerySet":
        """What the chamber has to look at, the longest waiting first."""
        return self.filter(status=Case.Status.SUBMITTED).order_by("waiting_since", "pk")


class Case(CompanyData):
    """What a company asks of its chamber. The company's data as they are to be stand in its own columns.

    A draft has no receipt number yet. ``waiting_since`` is the time of the last submission, ``content_sent`` the digest of what
    was sent then (casework/content.py). A case is examined by the clerk who holds it (``held_by``) until ``held_until``. Once
    decided, ``changes`` keeps what differed from the registration then, and ``fee`` what it costs; ``first_fee_…`` are the prices
    of the day of the first submission (see ``casework.prices``), all in yen and None where the chamber had set none.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("新規登録")
        CHANGE = "change", _("登録内容変更")
        RENEWAL = "renewal", _("有効期間更新")

    class Status(models.TextChoices):
        DRAFT = "draft", _("作成中")
        SUBMITTED = "submitted", _("審査待ち")
        RETURNED = "returned", _("修正依頼")
        APPROVED = "approved", _("承認")
        REJECTED = "rejected", _("却下")
        WITHDRAWN = "withdrawn", _("取下げ")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="cases", db_index=False)
    registration = models.ForeignKey(
        TradeRegistration, on_delete=models.PROTECT, null=True, related_name="cases", db_index=False
    )
    kind = models.CharField(_("申請の種類"), max_length=10, choices=Kind)
    status = models.CharField(_("状況"), max_length=10, choices=Status, default=Status.DRAFT)
    receipt_number = models.CharField(_("受付番号"), max_length=20, blank=True)
    contact_email = models.EmailField(_("メールアドレス"), max_length=254)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(_("送信日時"), null=True)
    waiting_since = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    submissions = models.PositiveSmallIntegerField(default=0)
    content_sent = models.CharField(max_length=64, blank=True)
    held_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)
    fee = models.PositiveIntegerField(_("登録料(円)"), null=True)
    first_fee_member = models.PositiveIntegerField(null=True)
    first_fee_non_member = models.PositiveIntegerField(null=True)
    changes = models.JSONField(default=dict)

    search_key = search_key_of("receipt_number", "company_name", "company_name_en", "contact_name", "contact_email")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("申請")
        indexes = [
            models.Index(
                fields=("chamber", "waiting_since", "id"), condition=Q(status="submitted"), name="casework_queue"
            ),
            models.Index(
                fields=("chamber", "kind", "waiting_since", "id"),
                condition=Q(status="submitted", submissions=1),
                name="casework_queue_of_kind",
            ),
            models.Index(
                fields=("chamber", "waiting_since", "id"),
                condition=Q(status="submitted", submissions__gt=1),
                name="casework_queue_corrected",
            ),
            models.Index(fields=("chamber", "-decided_at"), name="casework_decided"),
            models.Index(fields=("registration", "submitted_at", "id"), name="casework_of_registration"),
            models.Index(fields=("registration", "decided_at", "id"), name="casework_past_of_registration"),
            models.Index(fields=("created_at",), condition=Q(status="draft"), name="casework_drafts"),
            models.Index(
                fields=("decided_at",),
                condition=Q(status="withdrawn", submitted_at__isnull=True),
                name="casework_discarded",
            ),
            models.Index(fields=("contact_email",), name="casework_by_mailbox"),
            models.Index(fields=("chamber", "id"), name="casework_newest"),
            search_index("casework_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("registration",),
                condition=Q(status__in=("draft", "submitted", "returned")),
                name="casework_one_open_case_a_registration",
            ),
            models.UniqueConstraint(
                fields=("chamber", "receipt_number"),
                condition=~Q(receipt_number=""),
                name="casework_receipt_number_once_a_chamber",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, receipt_number="", waiting_since__isnull=True, submissions=0)
                | (
                    Q(submitted_at__isnull=False, waiting_since__isnull=False, submissions__gte=1)
                    & ~Q(receipt_number="")
                ),
                name="casework_submitted_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | ANSWERED, name="casework_sent_answers_every_question"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn")) | Q(submitted_at__isnull=False),
                name="casework_chamber_knows_what_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("approved", "rejected", "withdrawn"), decided_at__isnull=False)
                | Q(status__in=("draft", "submitted", "returned"), decided_at__isnull=True),
                name="casework_decided_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(kind="new") & (Q(registration__isnull=True) | Q(status="approved")))
                | (~Q(kind="new") & Q(registration__isnull=False)),
                name="casework_new_has_no_registration_yet",
            ),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_until__isnull=True)
                | Q(held_by__isnull=False, held_until__isnull=False, status="submitted"),
                name="casework_held_only_while_examined",
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
        return self.receipt_number or str(self.public_id)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_editable(self) -> bool:
        """Whether the company may change it: not yet sent, or sent back."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def is_corrected(self) -> bool:
        """Sent again after the chamber sent it back."""
        return self.submissions > 1

    @property
    def is_new(self) -> bool:
        return self.kind == self.Kind.NEW

    @property
    def asked_fields(self) -> tuple[str, ...]:
        """What the case asks the company of itself. How a registered company is reached is no part of its case."""
        return (*CompanyData.EXAMINED, *(CompanyData.CONTACT if self.is_new else ()))

    @property
    def is_renewal(self) -> bool:
        return self.kind == self.Kind.RENEWAL

    @property
    def mailbox(self) -> str:
        """Where the company reads its mail: the administrator's mailbox of today, before there is one the contact's."""
        if self.registration is None or self.opens_by_link:
            return self.contact_email
        return self.registration.administrator.email

    @property
    def opens_by_link(self) -> bool:
        """Whether the link in the mails about a new registration still opens it: while it is open, and 30 days more."""
        return self.is_new and (self.decided_at is None or timezone.now() < self.decided_at + STATUS_LASTS)

    @property
    def reaches_company(self) -> bool:
        """Whether the company can still read what is written to it here: by the link, or logged in once it is registered."""
        registered = self.registration is not None and self.registration.status != TradeRegistration.Status.DELETED
        return registered or self.opens_by_link

    @property
    def draft_ends_on(self) -> dt.date:
        """The last day on which a draft is kept: 60 days from the day after the first operation; a renewal's no longer than
        renewals are taken."""
        ends_on = timezone.localdate(self.created_at) + DRAFT_LASTS
        if self.is_renewal and self.registration:
            return min(ends_on, self.registration.renewal_closes_on)
        return ends_on

    @cached_property
    def texts_of_today(self) -> dict[str, DatedText]:
        """The chamber's texts in the versions in force today, read once: a page asks for them in many places."""
        return texts_in_force(self.chamber, timezone.localdate())

    def holder(self, now: datetime) -> Account | None:
        """The clerk who examines the case at this moment."""
        return self.held_by if self.held_until and now < self.held_until else None


OPEN = (Case.Status.DRAFT, Case.Status.SUBMITTED, Case.Status.RETURNED)

# Where a status may go. What the chamber has decided, and what was withdrawn, stays.
TRANSITIONS: dict[str, frozenset[str]] = {
    Case.Status.DRAFT: frozenset({Case.Status.SUBMITTED, Case.Status.WITHDRAWN}),
    Case.Status.SUBMITTED: frozenset(
        {Case.Status.RETURNED, Case.Status.APPROVED, Case.Status.REJECTED, Case.Status.WITHDRAWN}
    ),
    Case.Status.RETURNED: frozenset({Case.Status.SUBMITTED, Case.Status.REJECTED, Case.Status.WITHDRAWN}),
    Case.Status.APPROVED: frozenset(),
    Case.Status.REJECTED: frozenset(),
    Case.Status.WITHDRAWN: frozenset(),
}


class AcceptedText(models.Model):
    """That the company accepted a version of a rule set, or one item of a pledge (``item`` counts from 0; rules have none)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="accepted_texts")
    text = models.ForeignKey(DatedText, on_delete=models.PROTECT, related_name="+")
    item = models.PositiveSmallIntegerField(null=True)
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("case", "text", "item"), name="casework_accepted_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.item}"


class RegistrationRequest(models.Model):
    """Somebody's wish for a link by mail: to begin a registration (``rules`` are the versions read and accepted), or to go on
    with one. Whether there is something to go on with is looked up when the mail is sent, so that the page does the same work
    for everybody. The link is good for 24 hours and opens once."""

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
