"""What may be typed into the portal's text fields. The error names the character, so that a clerk can find it.

Names are stored as typed: no Unicode folding, because 神 and its compatibility twin are different people's names.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint, CheckConstraint, Q
from django.utils.translation import gettext as _

from documents.repertoire import is_hidden, unprintable

# What is hidden (documents/repertoire.py) in the database's own words, for rows that no form wrote.
_HIDDEN_IN_SQL = "[\x01-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ue000-\uf8ff]"


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
