"""Specimen signatures (署名見本) and the chambers' seals (角印): from a scan or a photograph to what is printed."""

from enum import StrEnum
from typing import Literal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents import pictures_apart
from documents.picture_process import MAX_BYTES, SPECIMEN_MEGAPIXELS
from documents.pictures import MAX_SIDE
from documents.pictures_apart import NotTaken

MAX_MEGABYTES = MAX_BYTES // 1024**2


class Reason(StrEnum):
    """Why a picture was refused."""

    FORMAT = "format"
    HEIF = "heif"
    BYTES = "bytes"
    PIXELS = "pixels"
    BROKEN = "broken"
    BLANK = "blank"
    CROWDED = "crowded"
    SMALL = "small"
    BUSY = "busy"


_ABOUT_THE_FILE: dict[Reason, Promise] = {
    Reason.FORMAT: _("PNG形式またはJPEG形式の画像ファイルを選んでください。"),
    Reason.HEIF: pictures_apart.HEIF_MESSAGE,
    Reason.BYTES: format_lazy(
        _("ファイルが大きすぎます。{limit}MB以内の画像を選んでください。"),
        limit=MAX_MEGABYTES,
    ),
    Reason.PIXELS: format_lazy(
        _(
            "画像の画素数が多すぎます。{limit}万画素以内、縦横それぞれ{side}画素以内になるよう、画像を縮小するか周りを切り取ってください。"
        ),
        limit=SPECIMEN_MEGAPIXELS * 100,
        side=MAX_SIDE,
    ),
    Reason.BROKEN: _("画像ファイルが壊れていて読み取れません。もう一度スキャンまたは撮影した画像を選んでください。"),
    Reason.BUSY: pictures_apart.BUSY_MESSAGE,
}

_ABOUT_A_SIGNATURE: dict[Reason, Promise] = {
    **_ABOUT_THE_FILE,
    Reason.BLANK: _("署名が写っていません。白い紙に濃いペンで署名し、スキャンまたは撮影し直してください。"),
    Reason.CROWDED: _(
        "署名を読み取れません。画像が暗すぎるか、署名以外のものが写っています。白い紙に書いた署名だけを、明るい場所で撮影し直してください。"
    ),
    Reason.SMALL: _("署名が小さすぎて、きれいに印字できません。署名が画像いっぱいになるように撮影し直してください。"),
}

_ABOUT_A_SEAL: dict[Reason, Promise] = {
    **_ABOUT_THE_FILE,
    Reason.BLANK: _("印影が写っていません。白い紙に押した印影を、スキャンし直してください。"),
    Reason.CROWDED: _("印影を読み取れません。白い紙に押した印影だけを、明るくスキャンし直してください。"),
    Reason.SMALL: _(
        "印影が小さすぎて、きれいに印字できません。印影が画像いっぱいになるようにスキャンし直してください。"
    ),
}


class SpecimenError(Exception):
    """The picture cannot be printed. ``message`` says to its owner what to do, ``reason`` is for programs."""

    def __init__(self, reason: Reason, message: Promise) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


def clean(upload: bytes) -> bytes:
    """The signature alone, as a PNG (``cutouts.signature``).

    Takes a scan or a photograph (PNG or JPEG, at most MAX_MEGABYTES and SPECIMEN_MEGAPIXELS), also a drawing on a
    transparent ground. Nothing of the upload is kept but the strokes. Raises SpecimenError.
    """
    return _made_of(upload, "signature", _ABOUT_A_SIGNATURE)


def clean_seal(upload: bytes) -> bytes:
    """The seal alone, as a PNG (``cutouts.seal``). Takes what ``clean`` takes. Raises SpecimenError."""
    return _made_of(upload, "seal", _ABOUT_A_SEAL)


def _made_of(upload: bytes, task: Literal["signature", "seal"], messages: dict[Reason, Promise]) -> bytes:
    try:
        return pictures_apart.made_of(upload, task)
    except NotTaken as error:
        reason = Reason(error.reason)
        raise SpecimenError(reason, messages[reason]) from error
