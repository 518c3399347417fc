"""What is said about a case: its history, the chamber's remarks, messages, internal notes, and the checklist."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from casework.models.case import Case
from casework.models.target import Target
from chambers.models import DatedText


class CaseEvent(models.Model):
    """One move of a case, for both sides to see. ``actor`` is empty for the applicant without ID and for the system."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=10, choices=Case.Status)
    to_status = models.CharField(max_length=10, choices=Case.Status)
    reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    def about(self, target: Target) -> "RemarkQuerySet":
        return self.filter(target_kind=target.kind, target_key=target.key)

    def open(self) -> "RemarkQuerySet":
        """Those that the company has not answered yet."""
        return self.filter(answered_at__isnull=True)


class Remark(models.Model):
    """What the chamber wants corrected, and of what (casework/models/target.py). Answered when the case is sent again.

    The target of a document that was taken out becomes its kind: the question is the same for the next one. ``subject`` is what
    people call something else that was taken out.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="remarks")
    target_kind = models.CharField(max_length=20)
    target_key = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=120, blank=True)
    text = models.CharField(_("指摘"), max_length=500)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.target_kind} {self.target_key}"

    @property
    def target(self) -> Target:
        return Target(self.target_kind, self.target_key)


class CaseMessage(models.Model):
    """A message between company and chamber. ``clerk`` is set on the chamber's; the company's have none."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    clerk = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("メッセージ"), max_length=2000)
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.sent_at}"

    @property
    def is_from_chamber(self) -> bool:
        return self.clerk_id is not None


class CaseNote(models.Model):
    """A note among the clerks. The company never sees it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    clerk = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("内部メモ"), max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.case_id} {self.written_at}"


class ChecklistTick(models.Model):
    """That a clerk checked one item (counted from 0) of a version of the chamber's checklist. Gone when the case is sent again."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="ticks")
    text = models.ForeignKey(DatedText, on_delete=models.PROTECT, related_name="+")
    item = models.PositiveSmallIntegerField()
    ticked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("case", "text", "item"), name="casework_ticked_once")]

    def __str__(self) -> str:
        return f"{self.text_id} {self.item}"
