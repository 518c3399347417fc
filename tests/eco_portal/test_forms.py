"""What people's keyboards do, and what becomes of it."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from eco_portal.forms import IdentifierField, MailboxField, PortalForm, SearchField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("801", "801"),
        ("８０１", "801"),
        ("　801 ", "801"),
        ("ｕＢｏＫｔｖｌＥｅ８ＪＭ", "uBoKtvlEe8JM"),
        ("uBoK tvlE e8JM", "uBoKtvlEe8JM"),
        ("8\t0\n1", "801"),
        ("8\xa001", "801"),
    ],
)
def test_identifiers_forgive_width_and_white_space(typed: str, read: str) -> None:
    assert IdentifierField().clean(typed) == read


@pytest.mark.parametrize("typed", ["80\u200b1", "80\u202e1", "80\x001"])
def test_identifiers_refuse_hidden_characters(typed: str) -> None:
    with pytest.raises(ValidationError):
        IdentifierField().clean(typed)


def test_an_identifier_of_spaces_alone_is_missing() -> None:
    with pytest.raises(ValidationError) as refused:
        IdentifierField().clean(" 　")
    assert refused.value.code == "required"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("taro@example.jp", "taro@example.jp"),
        (" taro@example.jp　", "taro@example.jp"),
        ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp"),
        ("Taro.K@EXAMPLE.JP", "Taro.K@example.jp"),
        ("o'brien+eco@mail.example.co.jp", "o'brien+eco@mail.example.co.jp"),
    ],
)
def test_mailboxes_are_kept_as_they_are_written_to(typed: str, read: str) -> None:
    assert MailboxField().clean(typed) == read


def test_an_international_domain_is_kept_in_ascii() -> None:
    kept = MailboxField().clean("taro@新潟貿易.jp")
    assert kept.isascii()
    assert kept.rpartition("@")[2].encode().decode("idna") == "新潟貿易.jp"


@pytest.mark.parametrize(
    "typed", ["taro", "taro@", "@example.jp", "ta ro@example.jp", "taro@example", "太郎@example.jp", "a@b@example.jp"]
)
def test_what_is_no_mailbox_is_refused_in_words_that_help(typed: str) -> None:
    with pytest.raises(ValidationError, match="メールアドレスの形式が正しくありません"):
        MailboxField().clean(typed)


@pytest.mark.parametrize("typed", ["taro..k@example.jp", "taro.@example.jp"])
def test_old_addresses_of_mobile_companies_are_named(typed: str) -> None:
    with pytest.raises(ValidationError, match="一部の携帯電話会社"):
        MailboxField().clean(typed)


@pytest.mark.parametrize("typed", ["taro@[127.0.0.1]", "taro@[IPv6:::1]"])
def test_a_mailbox_has_a_domain_and_no_network_address(typed: str) -> None:
    with pytest.raises(ValidationError, match="IPアドレスは使えません"):
        MailboxField().clean(typed)


@pytest.mark.parametrize("typed", ["taro@example.jp\r\nBcc: x@example.com", "taro\x00@example.jp"])
def test_a_mailbox_cannot_carry_a_header(typed: str) -> None:
    with pytest.raises(ValidationError):
        MailboxField().clean(typed)


def test_a_mailbox_is_at_most_as_long_as_mail_allows() -> None:
    with pytest.raises(ValidationError):
        MailboxField().clean(f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.jp")


@pytest.mark.parametrize(
    ("typed", "read"), [("", ""), ("\x00太\u202e郎", "太郎"), ("ア" * 300, "ア" * 100), (None, "")]
)
def test_a_search_term_is_never_refused(typed: str | None, read: str) -> None:
    assert SearchField().clean(typed) == read


class Typed(PortalForm):
    name = forms.CharField(max_length=3)
    email = MailboxField()


def test_a_refused_form_shows_everything_that_was_typed() -> None:
    form = Typed({"name": "会議所太郎", "email": "taro＠example"})
    assert not form.is_valid()
    assert set(form.errors) == {"name", "email"}
    page = str(form)
    assert "会議所太郎" in page
    assert "taro＠example" in page


class Empty(PortalForm):
    text = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "甲")])
    file = forms.FileField()
    number = forms.IntegerField(min_value=1, max_value=9)
    accepted = forms.BooleanField()
    own = forms.CharField(error_messages={"required": "行き先を入力してください。"})


def test_an_empty_field_says_what_to_do() -> None:
    assert {name: str(said[0]) for name, said in Empty({}).errors.items()} == {
        "text": "入力してください。",
        "kind": "選択してください。",
        "file": "ファイルを選択してください。",
        "number": "入力してください。",
        "accepted": "確認して、チェックを入れてください。",
        "own": "行き先を入力してください。",
    }


@pytest.mark.parametrize(
    ("typed", "said"), [("0", "1以上の数を入力してください。"), ("10", "9以下の数を入力してください。")]
)
def test_a_number_out_of_bounds_says_the_bound(typed: str, said: str) -> None:
    assert Empty({"number": typed}).errors["number"] == [said]
