"""What comes with a case: signers to be added or removed, and supporting documents."""

from typing import TypedDict
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from casework.models.target import DOCUMENT, DOCUMENT_KIND, SIGNER, Target
from foundation.text import english_text, japanese_text, no_hidden_characters
from signers.models import Signer


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
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signers")
    removes = models.ForeignKey(Signer, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("氏名(和文)"), max_length=60, blank=True, validators=[japanese_text])
    name_en = models.CharField(_("氏名(英文)"), max_length=100, blank=True, validators=[english_text])
    title_en = models.CharField(_("役職(英文)"), max_length=100, blank=True, validators=[english_text])
    email = models.EmailField(_("E-mail"), max_length=254, blank=True)
    specimen = models.BinaryField(_("署名(Signature)"), null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("case", "removes"), name="casework_signer_removed_once"),
            models.CheckConstraint(
                condition=Q(removes__isnull=True)
                | Q(name="", name_en="", title_en="", email="", specimen__isnull=True),
                name="casework_removal_brings_no_data",
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
    def is_removal(self) -> bool:
        return self.removes_id is not None


class CaseDocument(models.Model):
    """A supporting document. ``issued_on`` is the date on the paper, where its age matters."""

    class Kind(models.TextChoices):
        COMPANY_REGISTER = "company_register", _("履歴事項全部証明書")
        CURRENT_REGISTER = "current_register", _("現在事項全部証明書")
        SEAL_CERTIFICATE = "seal_certificate", _("印鑑証明書")
        RESIDENCE_CERTIFICATE = "residence_certificate", _("住民票")
        PROOF_OF_BUSINESS = "proof_of_business", _("事業の実態が分かる資料")
        PLEDGE = "pledge", _("誓約書(押印済)")
        BUSINESS_PROFILE = "business_profile", _("業態内容届")
        SPECIMEN_NOTIFICATION = "specimen_notification", _("署名届(自署済)")
        MANY_SIGNERS = "many_signers", _("多人数の署名登録に関する理由書")
        RESIDENCE_CARD = "residence_card", _("在留カード・旅券の写し")
        SECOND_HAND_LICENCE = "second_hand_licence", _("古物商許可証の写し")
        OUTSIDE_DISTRICT = "outside_district", _("地区外登録理由書")
        OTHER = "other", _("その他の資料")

    # Whose date of issue counts: not older than the chamber's number of months.
    DATED = frozenset({Kind.COMPANY_REGISTER, Kind.CURRENT_REGISTER, Kind.SEAL_CERTIFICATE, Kind.RESIDENCE_CERTIFICATE})

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("書類の種類"), max_length=25, choices=Kind)
    issued_on = models.DateField(_("発行日"), null=True, blank=True)
    file_name = models.CharField(_("ファイル名"), max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        constraints = no_hidden_characters("file_name")

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def target(self) -> Target:
        return Target(DOCUMENT, str(self.public_id))

    @property
    def kind_target(self) -> Target:
        """What a remark is about once this document has been taken out."""
        return Target(DOCUMENT_KIND, self.kind)

    @classmethod
    def kind_called(cls, kind: str) -> str:
        """What people call a kind of document."""
        return str(cls.Kind(kind).label)


class DocumentContent(models.Model):
    """The bytes of a document, in a table of their own so that lists never read them."""

    document = models.OneToOneField(CaseDocument, on_delete=models.CASCADE, primary_key=True, related_name="stored")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.document_id)


class PagePicture(models.Model):
    """A page (counted from 1) of a document as the chamber sees it, drawn once. Neither ``content`` nor ``seconds`` while it is
    being drawn; no ``content`` where it cannot be. ``seconds`` of processor time were spent on it."""

    document = models.ForeignKey(CaseDocument, on_delete=models.CASCADE, related_name="pictures")
    page = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField(default=timezone.now)
    content = models.BinaryField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("document", "page"), name="casework_page_drawn_once")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.page}"
