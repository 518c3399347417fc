"""Supporting documents (添付書類) as companies send them: recognised by their content, and refused when they could do harm."""

import hashlib
import io
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents import apart, pictures
from documents.pictures import PictureRefused

MAX_MEGABYTES = 10
MAX_MEGAPIXELS = 40
MAX_PAGES = 50
_MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
_PDF = b"%PDF-"
_LONGEST_ANSWER = 20


class Reason(StrEnum):
    """Why a document was refused."""

    FORMAT = "format"
    BYTES = "bytes"
    PIXELS = "pixels"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    PAGES = "pages"


# The words of pdf_inspection_process, which is not imported: its parser stays out of this process.
_REFUSALS = {reason.encode(): reason for reason in (Reason.BROKEN, Reason.ENCRYPTED, Reason.ACTIVE)}
_MESSAGES: dict[Reason, Promise] = {
    Reason.FORMAT: _("PDF、PNG、JPEGのいずれかの形式のファイルを選んでください。"),
    Reason.BYTES: format_lazy(
        _("ファイルが大きすぎます。{limit}MB以内のファイルを選ぶか、書類を分けて添付してください。"),
        limit=MAX_MEGABYTES,
    ),
    Reason.PIXELS: format_lazy(
        _("画像の画素数が多すぎます。{limit}万画素以内に縮小した画像を選んでください。"),
        limit=MAX_MEGAPIXELS * 100,
    ),
    Reason.BROKEN: _(
        "ファイルが壊れているか、読み取れない形式です。ファイルを開き、「印刷」から新しいPDFとして保存したものを選んでください。"
    ),
    Reason.ENCRYPTED: _(
        "パスワードや編集制限のあるPDFは添付できません。保護を解除するか、「印刷」から新しいPDFとして保存したものを選んでください。"
    ),
    Reason.ACTIVE: _(
        "スクリプト、添付ファイル、動画、他のファイルやサーバーへのリンクなど、表示以外の働きをもつPDFは添付できません。"
        "ファイルを開き、「印刷」から新しいPDFとして保存したものを選んでください。"
    ),
    Reason.PAGES: format_lazy(
        _("PDFのページ数が多すぎます。{limit}ページ以内になるように分けて添付してください。"),
        limit=MAX_PAGES,
    ),
}


class UploadError(Exception):
    """The document is not taken. ``message`` says to its owner what to do, ``reason`` is for programs."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = _MESSAGES[reason]


@dataclass(frozen=True)
class Inspected:
    """A document that may be kept, and what is known of it. ``extension`` is without a dot, ``sha256`` in hex."""

    content_type: str
    extension: str
    pages: int
    content: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def inspect(upload: bytes) -> Inspected:
    """The document to keep: a PDF byte for byte, a picture upright and encoded anew without metadata.

    Takes PDF (at most MAX_PAGES; unencrypted, with nothing that acts), PNG and JPEG (at most MAX_MEGAPIXELS), each of
    at most MAX_MEGABYTES, whatever the file's name. Raises UploadError.
    """
    if len(upload) > _MAX_BYTES:
        raise UploadError(Reason.BYTES)
    if upload.startswith(_PDF):
        return _pdf(upload)
    form = pictures.format_of(upload)
    if form is None:
        raise UploadError(Reason.FORMAT)
    return _picture(upload, form)


def _pdf(upload: bytes) -> Inspected:
    code, answer = apart.run("documents.pdf_inspection_process", content=upload, longest_answer=_LONGEST_ANSWER)
    # Without a number or a word, the reader has failed, or used up its time or memory.
    if code == 0 and answer in _REFUSALS:
        raise UploadError(_REFUSALS[answer])
    if code != 0 or not answer.isdigit():
        raise UploadError(Reason.BROKEN)
    pages = int(answer)
    if pages > MAX_PAGES:
        raise UploadError(Reason.PAGES)
    return Inspected("application/pdf", "pdf", pages, upload)


def _picture(upload: bytes, form: pictures.Format) -> Inspected:
    try:
        picture = pictures.decoded(upload, max_bytes=_MAX_BYTES, max_pixels=MAX_MEGAPIXELS * 1_000_000)
    except PictureRefused as error:
        raise UploadError(Reason(error.fault)) from error
    content = io.BytesIO()
    if form == "PNG":
        picture.save(content, "PNG")
        return Inspected("image/png", "png", 1, content.getvalue())
    # Small print stays legible: nearly without loss, and colours at full resolution.
    picture.save(content, "JPEG", quality=92, subsampling="4:4:4")
    return Inspected("image/jpeg", "jpg", 1, content.getvalue())
