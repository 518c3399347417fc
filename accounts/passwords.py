"""Passwords: how they are hashed, what they may be, and how they are made."""

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import hashing
from foundation.text import tidy

if TYPE_CHECKING:
    from accounts.models import Account

# None of 0 O o, 1 I i L l: people copy these from paper. 54 characters, so 12 of them are 69 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz"
LONGEST = 128


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters: 19 MiB, two passes, one lane. Every hash of the portal waits for its turn here."""

    memory_cost = 19456
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        return hashing.apart(super().encode, password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        return hashing.apart(super().verify, password, encoded)


def random_identifier(length: int = 12) -> str:
    """An ID or initial password that can be read from paper without doubt."""
    return "".join(secrets.choice(ALPHABET) for _position in range(length))


def canonical(raw: str) -> str:
    """The password as it is hashed: one spelling for what looks the same (NFKC), without spaces around it."""
    return unicodedata.normalize("NFKC", raw).strip()


def as_printed(raw: str) -> str:
    """A password that the system made, as it was meant: none has a blank in it, and viewers put some in when it is copied."""
    return "".join(canonical(tidy(raw)).split())


def validate(raw: str, account: "Account") -> None:
    """Raises ValidationError with the one thing that is wrong with the password; a well-known one is not only too short."""
    try:
        password_validation.validate_password(canonical(raw), account)
    except ValidationError as error:
        raise error.error_list[0] from error


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("パスワードは%(shortest)d文字以上で入力してください。") % {"shortest": self.min_length}


class MaximumLengthValidator:
    def validate(self, password: str, user: "Account | None" = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("パスワードは128文字以内で入力してください。"), code="too_long")

    def get_help_text(self) -> str:
        return _("128文字以内で入力してください。")


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Refuses the well-known passwords of Django's list, also with digits or signs hung on, and repetitions of something short."""

    _RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb")

    def validate(self, password: str, user: "Account | None" = None) -> None:
        lowered = password.lower()
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", lowered)
        repeated = re.fullmatch(r"(.{1,11}?)\1+.{0,5}", lowered)
        in_a_run = any(lowered in run or lowered in run[::-1] for run in self._RUNS)
        if lowered in self.passwords or (len(core) >= 4 and core in self.passwords) or repeated or in_a_run:
            raise ValidationError(
                _("よく使われるパスワード、またはそれに数字などを加えたものです。推測されにくいものにしてください。"),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("よく使われるパスワードは使えません。")


class OwnWordsValidator:
    """Refuses passwords that are mostly the account's ID, name, company or registration number."""

    def validate(self, password: str, user: "Account | None" = None) -> None:
        if user is None:
            return
        left = _letters(password)
        for word in map(_letters, user.own_words()):
            if len(word) >= 4:
                left = left.replace(word, "")
        if len(left) < min(8, len(_letters(password))):
            raise ValidationError(
                _("ID、氏名、企業名、登録番号などを使ったパスワードです。推測されにくいものにしてください。"),
                code="password_own_words",
            )

    def get_help_text(self) -> str:
        return _("ID・氏名・企業名・登録番号を使ったものは使えません。")


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())
