"""Supporting documents (添付書類) as companies send them: recognised by their content, and refused when they could do harm."""

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents import apart, pictures, pictures_apart
from documents.picture_process import DOCUMENT_MEGAPIXELS, MAX_BYTES
from documents.pictures import MAX_SIDE
from documents.pictures_apart import NotTaken

MAX_MEGABYTES = MAX_BYTES // 1024**2
MAX_PAGES = 50
_PDF = b"%PDF-"
# Readers look for a PDF's beginning in the first kilobyte: some programs put a byte order mark or a line before it. They look
# for its end in the last one; some put more after it.
_LATEST_START = 1024
_END_OF_PDF = re.compile(rb".*%%EOF(\r\n|\r|\n)?", re.DOTALL)
_VERSION = len(b"%PDF-1.7")
_LONGEST_ANSWER = 20


class Reason(StrEnum):
    """Why a document was refused."""

    FORMAT = "format"
    HEIF = "heif"
    BYTES = "bytes"
    PIXELS = "pixels"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    PAGES = "pages"
    BUSY = "busy"


# The words of pdf_inspection_process, which is not imported: its parser stays out of this process.
_REFUSALS = {reason.encode(): reason for reason in (Reason.BROKEN, Reason.ENCRYPTED, Reason.ACTIVE)}
_MESSAGES: dict[Reason, Promise] = {
    Reason.FORMAT: _("PDF、PNG、JPEGのいずれかの形式のファイルを選んでください。"),
    Reason.HEIF: pictures_apart.HEIF_MESSAGE,
    Reason.BYTES: format_lazy(
        _("ファイルが大きすぎます。{limit}MB以内のファイルを選ぶか、書類を分けて添付してください。"),
        limit=MAX_MEGABYTES,
    ),
    Reason.PIXELS: format_lazy(
        _("画像の画素数が多すぎます。{limit}万画素以内、縦横それぞれ{side}画素以内に縮小した画像を選んでください。"),
        limit=DOCUMENT_MEGAPIXELS * 100,
        side=MAX_SIDE,
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
    Reason.BUSY: pictures_apart.BUSY_MESSAGE,
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
    """The document to keep: a PDF as it is, a picture upright, reduced to a page of 300 dpi and encoded anew.

    Takes PDF (at most MAX_PAGES; unencrypted, with nothing that acts), PNG and JPEG (at most DOCUMENT_MEGAPIXELS), each
    of at most MAX_MEGABYTES, whatever the file's name. What stands before or after them in the file is not kept. Raises
    UploadError.
    """
    return _picture(upload) if pictures.format_of(upload) else _pdf(upload)


def _picture(upload: bytes) -> Inspected:
    try:
        content = pictures_apart.made_of(upload, "document")
    except NotTaken as error:
        raise UploadError(Reason(error.reason)) from error
    if pictures.format_of(content) == "PNG":
        return Inspected("image/png", "png", 1, content)
    return Inspected("image/jpeg", "jpg", 1, content)


def _pdf(upload: bytes) -> Inspected:
    start = upload.find(_PDF, 0, _LATEST_START + len(_PDF))
    if start < 0:
        raise UploadError(Reason.HEIF if pictures.is_heif(upload) else Reason.FORMAT)
    if len(upload) > MAX_BYTES:
        raise UploadError(Reason.BYTES)
    end = _END_OF_PDF.match(upload)
    whole = end[0] if end else upload
    try:
        return _pdf_alone(whole[start:])
    except UploadError as error:
        if error.reason != Reason.BROKEN or not start:
            raise
        # Its table may count what stands before it: then blanks take that place.
        version = whole[start : start + _VERSION]
        return _pdf_alone(version + b"\n".rjust(start) + whole[start + _VERSION :])


def _pdf_alone(content: bytes) -> Inspected:
    pages = _pages_of(content)
    if pages > MAX_PAGES:
        raise UploadError(Reason.PAGES)
    return Inspected("application/pdf", "pdf", pages, content)


def _pages_of(pdf: bytes) -> int:
    try:
        answer = apart.run("documents.pdf_inspection_process", content=pdf, longest_answer=_LONGEST_ANSWER)
    except apart.Busy as error:
        raise UploadError(Reason.BUSY) from error
    # Without a number or a word, the reader has failed, or used up its time or memory.
    if answer.code == 0 and answer.content in _REFUSALS:
        raise UploadError(_REFUSALS[answer.content])
    if answer.code != 0 or not answer.content.isdigit():
        raise UploadError(Reason.BROKEN)
    return int(answer.content)
