"""The supporting documents of a case."""

from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models.case import Case
from casework.models.target import DOCUMENT, DOCUMENT_KIND, Target
from foundation.text import no_hidden_characters


class SupportingDocument(models.Model):
    """A supporting document, of one of the kinds that the case's kind knows. ``issued_on`` is the date on the paper, where its
    age matters."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(_("書類の種類"), max_length=25)
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
        return self.file_name

    @property
    def target(self) -> Target:
        return Target(DOCUMENT, str(self.public_id))

    @property
    def kind_target(self) -> Target:
        """What a remark is about once this document has been taken out."""
        return Target(DOCUMENT_KIND, self.kind)

    def get_kind_display(self) -> str:
        """What people call a document of this kind."""
        return self.case.case_kind.name_of_document(self.kind)


class DocumentContent(models.Model):
    """The bytes of a document, in a table of their own so that lists never read them."""

    document = models.OneToOneField(
        SupportingDocument, on_delete=models.CASCADE, primary_key=True, related_name="stored"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.document_id)


class PagePicture(models.Model):
    """A page (counted from 1) of a document as the chamber sees it, drawn once. Neither ``content`` nor ``seconds`` while it is
    being drawn; no ``content`` where it cannot be. ``seconds`` of processor time were spent on it."""

    document = models.ForeignKey(SupportingDocument, on_delete=models.CASCADE, related_name="pictures")
    page = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField(default=timezone.now)
    content = models.BinaryField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("document", "page"), name="casework_page_drawn_once")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.page}"
