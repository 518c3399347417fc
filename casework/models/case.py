"""The envelope of every case, from the draft to the chamber's decision."""

from datetime import datetime, timedelta
from functools import cached_property
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Kind
from casework.kinds import CaseKind, kind_called, open_to
from chambers.models import Chamber, DatedText, texts_in_force
from foundation.search import search_index, search_key_of
from foundation.text import no_hidden_characters
from trade_registration.models import TradeRegistration

# How long a discarded draft still shows that it was discarded.
DISCARDED_LASTS = timedelta(days=1)
LOCK_LASTS = timedelta(minutes=20)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, account: Account) -> "CaseQuerySet":
        """Staff see what was ever submitted to their chamber. Others see the registration's cases of the kinds in which their
        ID acts: an administrator all, a signer its own and those of its sub-IDs, deleted ones too, a sub-ID its own."""
        if account.kind == Kind.STAFF:
            return self.filter(chamber_id=account.chamber_id, submitted_at__isnull=False)
        cases = self.filter(registration_id=account.registration_id, kind__in=open_to(Kind(account.kind)))
        match account.kind:
            case Kind.ADMINISTRATOR:
                return cases
            case Kind.SIGNER:
                return cases.filter(Q(applicant=account) | Q(applicant__parent=account))
        return cases.filter(applicant=account)

    def open(self) -> "CaseQuerySet":
        """Not yet decided: drafts, those with the chamber and those sent back."""
        return self.filter(status__in=OPEN)

    def awaiting_examination(self) -> "CaseQuerySet":
        """What the chamber has to look at, the longest waiting first."""
        return self.filter(status=Case.Status.SUBMITTED).order_by("waiting_since", "pk")


class Case(models.Model):
    """Something that is asked of a chamber. What it asks for stands in a row of its own, one to one, in the app of its kind.

    ``company_name`` is what lists call it and ``found_by`` what else it is found by, a line each: the kind's verbs write both
    together with what they come from. ``applicant`` is whoever began it, None for a company that had no ID. A draft has no
    receipt number yet. ``waiting_since`` is the time of the last submission, ``content_sent`` the digest of what was sent then
    (casework/content.py). A case is examined by the clerk who holds it (``held_by``) until ``held_until``; ``assigned_to`` is
    the one who is meant to. Once decided, ``changes`` keeps what differed then, and ``fee`` what it costs, in yen, None where
    nothing is owed.
    """

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
    kind = models.CharField(_("申請の種類"), max_length=20)
    status = models.CharField(_("状況"), max_length=10, choices=Status, default=Status.DRAFT)
    receipt_number = models.CharField(_("受付番号"), max_length=20, blank=True)
    applicant = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="cases")
    assigned_to = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    company_name = models.CharField(_("企業名等"), max_length=100, blank=True)
    found_by = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(_("送信日時"), null=True)
    waiting_since = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    submissions = models.PositiveSmallIntegerField(default=0)
    content_sent = models.CharField(max_length=64, blank=True)
    held_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)
    fee = models.PositiveIntegerField(_("料金(円)"), null=True)
    changes = models.JSONField(default=dict)

    search_key = search_key_of("receipt_number", "company_name", "found_by")

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
            models.Index(fields=("chamber", "id"), name="casework_newest"),
            search_index("casework_search"),
        ]
        constraints = [
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
                condition=Q(status__in=("draft", "withdrawn")) | Q(submitted_at__isnull=False),
                name="casework_chamber_knows_what_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("approved", "rejected", "withdrawn"), decided_at__isnull=False)
                | Q(status__in=("draft", "submitted", "returned"), decided_at__isnull=True),
                name="casework_decided_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True, held_until__isnull=True)
                | Q(held_by__isnull=False, held_until__isnull=False, status="submitted"),
                name="casework_held_only_while_examined",
            ),
            *no_hidden_characters("company_name"),
        ]

    def __str__(self) -> str:
        return self.receipt_number or str(self.public_id)

    @property
    def case_kind(self) -> CaseKind:
        """What holds for cases of this kind."""
        return kind_called(self.kind)

    def get_kind_display(self) -> str:
        """What people call a case of this kind."""
        return str(self.case_kind.label)

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
