"""The signers that a case adds to a registration, or removes from it."""

from typing import TypedDict
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.target import Target
from foundation.text import english_text, japanese_text, no_hidden_characters
from registration_cases.models.case import RegistrationCase
from signers.models import Signer

# Of targets: a signer that is to be added or removed, by its public_id.
SIGNER = "signer"


class SignerFields(TypedDict, total=False):
    """A signer to be added, as a verb takes it; ``specimen`` is a cleaned PNG, or None for later."""

    name: str
    name_en: str
    title_en: str
    email: str
    specimen: bytes | None


class CaseSigner(models.Model):
    """A signer to be added, or (with ``removes``) one to be removed. A signer is never renamed."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(RegistrationCase, on_delete=models.CASCADE, related_name="signers")
    removes = models.ForeignKey(Signer, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("氏名(和文)"), max_length=60, blank=True, validators=[japanese_text])
    name_en = models.CharField(_("氏名(英文)"), max_length=100, blank=True, validators=[english_text])
    title_en = models.CharField(_("役職(英文)"), max_length=100, blank=True, validators=[english_text])
    email = models.EmailField(_("E-mail"), max_length=254, blank=True)
    specimen = models.BinaryField(_("署名(Signature)"), null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("case", "removes"), name="registration_cases_signer_removed_once"),
            models.CheckConstraint(
                condition=Q(removes__isnull=True)
                | Q(name="", name_en="", title_en="", email="", specimen__isnull=True),
                name="registration_cases_removal_brings_no_data",
            ),
            *no_hidden_characters("name", "name_en", "title_en", "email"),
        ]

    def __str__(self) -> str:
        return self.name or f"removes {self.removes_id}"

    @classmethod
    def label(cls, field: str) -> str:
        """What people call a field."""
        return str(getattr(cls._meta.get_field(field), "verbose_name", field))

    @property
    def target(self) -> Target:
        return Target(SIGNER, str(self.public_id))

    @property
    def persons_name(self) -> str:
        """Of the one to be added, or to be removed."""
        return self.removes.account.name if self.removes else self.name

    @property
    def called(self) -> str:
        """The signer and what is to become of it, in words."""
        text = _("署名者の削除 %(name)s") if self.removes else _("署名者 %(name)s")
        return str(text) % {"name": self.persons_name}

    @property
    def is_removal(self) -> bool:
        return self.removes_id is not None
