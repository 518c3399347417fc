"""What may be typed into the portal's text fields: what is harmless is read as it is meant, and what is refused is named, so
that a clerk can find it.

Letters are composed (NFC), but for the compatibility twins of kanji: 神 and its twin U+FA19 are different people's names.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint, CheckConstraint, Q
from django.utils.translation import gettext as _

from documents.repertoire import is_hidden, unprintable

# What is hidden (documents/repertoire.py) in the database's own words, for rows that no form wrote.
_HIDDEN_IN_SQL = "[\x01-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]"


# What copying from mails, PDFs and web pages brings along without a meaning: zero width, soft hyphens, byte-order marks, marks
# around a number that is read from left to right, the wish for a sign's black or coloured shape. Marks that turn the direction
# of reading are not among them.
_MARKS = "\u00ad\u200b-\u200e\u202a\u202c\u202d\u2060\u2066\u2068\u2069\ufe0e\ufe0f\ufeff"
_HARMLESS = re.compile(f"[{_MARKS}]")
# Tabs, and every space but the Japanese one, which is kept as it was typed.
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]")
# Kanji that NFC would replace by their twins.
_TWINS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")

# What keyboards, address books and word processors write where a hyphen is meant, the Japanese long sound and waves included.
DASHES = "-‐‑‒–—―⁃⁻₋−─━ー－ｰ﹘﹣⸺⸻"
WAVES = "~〜～∼∽〰"
AS_HYPHENS = str.maketrans(dict.fromkeys(DASHES, "-"))


def tidy(text: str) -> str:
    """The text as it is meant: without harmless invisible marks, with plain spaces, and with letters composed."""
    spaced = _SPACES.sub(" ", _HARMLESS.sub("", text))
    return "".join(
        part if _TWINS.fullmatch(part) else unicodedata.normalize("NFC", part) for part in _TWINS.split(spaced)
    )


def _refuse(characters: list[str], reason: str) -> None:
    if characters:
        named = "、".join(_named(character) for character in characters[:5])
        raise ValidationError(f"{reason} {named}", code="character")


def _named(character: str) -> str:
    shown = "" if is_hidden(character) else f"「{character}」"
    return f"{shown}(U+{ord(character):04X})"


def visible_text(text: str) -> None:
    """Refuses hidden characters (ValidationError)."""
    _refuse(
        [c for c in dict.fromkeys(text) if is_hidden(c)], _("目に見えない文字・制御文字は使えません。削除してください:")
    )


def japanese_text(text: str) -> None:
    """Refuses what is hidden and what the certificates' fonts cannot print (ValidationError)."""
    visible_text(text)
    _refuse(unprintable(text), _("証明書に印字できない文字があります。別の文字に置き換えてください:"))


def english_text(text: str) -> None:
    """Accepts printable ASCII and Latin letters, accents included (ValidationError for anything else)."""
    visible_text(text)
    _refuse(
        [c for c in dict.fromkeys(text) if not _is_english(c)],
        _("英文欄には半角の英数字・記号を入力してください。使えない文字:"),
    )
    _refuse(unprintable(text), _("証明書に印字できない文字があります。別の文字に置き換えてください:"))


def _is_english(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def no_hidden_characters(*fields: str) -> list[BaseConstraint]:
    """Constraints that keep hidden characters out of the columns, whoever writes them."""
    return [
        CheckConstraint(
            condition=~Q(**{f"{field}__regex": _HIDDEN_IN_SQL}),
            name=f"%(app_label)s_%(class)s_{field}_visible",
            violation_error_message=_("目に見えない文字・制御文字は使えません。"),
        )
        for field in fields
    ]
