"""What may be typed, and that the database refuses what no form may write."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import Account
from foundation.text import english_text, japanese_text, no_hidden_characters, visible_text
from tests.conftest import Company

HIDDEN = ["\x00", "\t", "\n", "\x7f", "\x85", "\xa0", "\xad", "\u034f", "\u2009", "\u200b", "\u200f"]
HIDDEN += ["\u2028", "\u202e", "\u2066", "\u3164", "\ufe0f", "\ufeff", "\ue000", "\U000e0041"]


def named(check: object, text: str) -> str:
    """The message with which the text is refused."""
    with pytest.raises(ValidationError) as refused:
        check(text)  # type: ignore[operator]
    return str(refused.value.message)


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda character: f"U+{ord(character):04X}")
@pytest.mark.parametrize("check", [visible_text, japanese_text, english_text])
def test_hidden_characters_are_refused_and_named_by_their_number(check: object, hidden: str) -> None:
    assert named(check, f"ab{hidden}c").endswith(f"(U+{ord(hidden):04X})")


@pytest.mark.parametrize("text", ["会議所　太郎", "髙﨑 﨑", "𠮷田 (株)", "ﾔﾏﾀﾞ", "Ａ１", "が", "か\u3099", ""])
def test_japanese_names_pass_as_they_are_written(text: str) -> None:
    japanese_text(text)


@pytest.mark.parametrize("text", ["O'Brien & Sons, Ltd.", "Łódź Győr", "Société Générale", "#12-3 [A/B] 100%", ""])
def test_english_fields_take_ascii_and_latin_letters(text: str) -> None:
    english_text(text)


@pytest.mark.parametrize("character", ["Ａ", "、", "会", "Ж", "α", "’", "€", "ｱ"])
def test_english_fields_name_what_they_refuse(character: str) -> None:
    assert f"「{character}」(U+{ord(character):04X})" in named(english_text, f"Tokyo {character}")


@pytest.mark.parametrize("character", ["😀", "ก", "\ufffd"])
def test_what_cannot_be_printed_is_refused_where_it_would_be_printed(character: str) -> None:
    assert f"「{character}」" in named(japanese_text, f"東京{character}")
    visible_text(f"東京{character}")


def test_at_most_five_characters_are_named_each_once() -> None:
    message = named(english_text, "会会議所太郎花子")
    assert [message.count(character) for character in "会議所太郎花子"] == [1, 1, 1, 1, 1, 0, 0]


@given(st.text(max_size=40))
@example("\u202e\U000e0101")
def test_what_passes_holds_nothing_that_cannot_be_seen(text: str) -> None:
    try:
        visible_text(text)
    except ValidationError:
        return
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for character in text)


@pytest.mark.parametrize("hidden", [c for c in HIDDEN if c not in "\x00\xa0\u034f\u2009\u3164\ufe0f\U000e0041"])
def test_the_database_refuses_hidden_characters_whoever_writes_them(company: Company, hidden: str) -> None:
    for field in ("name", "email"):
        with pytest.raises(IntegrityError, match=f"account_{field}_visible"), transaction.atomic():
            Account.objects.get_queryset().filter(pk=company.signer.pk).update(**{field: f"ab{hidden}c"})


@pytest.mark.parametrize("table", ["accounts_account", "signers_signer", "trade_registration_traderegistration"])
def test_every_column_that_a_paper_shows_is_guarded(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND conname LIKE '%%_visible'", [table]
        )
        guarded = {name for (name,) in cursor.fetchall()}
    shown = {
        "accounts_account": {"name", "email"},
        "signers_signer": {"name_en", "title_en"},
        "trade_registration_traderegistration": {"company_name", "company_name_en", "address", "address_en"},
    }[table]
    assert {field for field in shown if not any(name.endswith(f"_{field}_visible") for name in guarded)} == set()


def test_constraints_are_named_after_the_column() -> None:
    assert [constraint.name for constraint in no_hidden_characters("name")] == ["%(app_label)s_%(class)s_name_visible"]
