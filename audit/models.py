"""Who did what: append-only, each entry bound to the one before it by its hash."""

import hashlib
import json

from django.db import models
from django.db.models import Q

from chambers.models import Chamber


class AuditEntry(models.Model):
    """One act. Entries of a chamber form a chain; acts that belong to no chamber form one of their own.

    The actor and the subject are written as text, so that an entry outlives what it speaks of. The database refuses
    UPDATE, DELETE and TRUNCATE by triggers; what a database superuser changes nevertheless shows in the hashes.
    """

    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, null=True, related_name="+")
    sequence = models.PositiveBigIntegerField()
    recorded_at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    address = models.GenericIPAddressField(null=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("chamber_id", "sequence")
        # Logins have no subject: they do not pay for what is asked about cases and registrations.
        indexes = [models.Index(fields=("subject", "sequence"), condition=~Q(subject=""), name="audit_about")]
        constraints = [
            models.UniqueConstraint(
                fields=("chamber", "sequence"), name="audit_one_entry_a_place", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    def compute_hash(self) -> str:
        """SHA-256, in hex, over the previous hash and everything this entry says."""
        said = {
            "chamber": self.chamber_id,
            "sequence": self.sequence,
            "recorded_at": self.recorded_at.isoformat(),
            "action": self.action,
            "actor": self.actor,
            "subject": self.subject,
            "address": self.address,
            "details": self.details,
        }
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(f"{self.previous_hash}{canonical}".encode()).hexdigest()
