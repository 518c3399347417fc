"""What people's keyboards do, and what becomes of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from foundation.forms import (
    IdentifierField,
    LinesField,
    MailboxField,
    ParagraphField,
    PlainTextField,
    PortalForm,
    PortalFormMixin,
    PostalCodeField,
    SearchField,
    TelephoneField,
    UncutField,
)
from foundation.text import tidy


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
        ("\ufeff8\u200b01\u2060", "801"),
    ],
)
def test_identifiers_forgive_width_and_white_space(typed: str, read: str) -> None:
    assert IdentifierField().clean(typed) == read


@pytest.mark.parametrize("typed", ["80\u202e1", "80\u20671", "80\ue0001"])
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
    ("typed", "said"),
    [
        ("taro", "「@」がありません"),
        ("taro.example.jp", "「@」がありません"),
        ("taro@", "「@」の後ろがありません"),
        ("@example.jp", "「@」の前がありません"),
        ("ta ro@example.jp", "「@」の前に空白があります"),
        ("taro@example", "「@」の後ろが正しくありません"),
        ("taro@example.jp.", "「@」の後ろが正しくありません"),
        ("taro@exam_ple.jp", "「@」の後ろが正しくありません"),
        ("太郎@example.jp", "「@」の前に使えない文字があります: 「太」「郎」"),
        ("taro(a)@example.jp", "「@」の前に使えない文字があります: 「(」「)」"),
        ("a@b@example.jp", "「@」が2つ以上あります"),
        ("taro@example.jp, jiro@example.jp", "「@」が2つ以上あります"),
        (f"{'m' * 65}@example.jp", "「@」の前は64文字以内です(いまは65文字です)"),
        (f"taro@{'m.' * 130}jp", "254文字以内で入力してください(いまは267文字です)"),
        ("ta\u202ero@example.jp", "(U+202E)"),
    ],
)
def test_a_mailbox_is_refused_for_the_one_thing_that_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MailboxField().clean(typed)
    assert len(refused.value.messages) == 1
    assert said in refused.value.messages[0]


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


@pytest.mark.parametrize(
    ("typed", "read"), [("", ""), ("\x00太\u202e郎", "太郎"), ("ア" * 500, "ア" * 400), (None, "")]
)
def test_a_search_term_is_never_refused(typed: str | None, read: str) -> None:
    assert SearchField().clean(typed) == read


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        (TelephoneField, "\u202d025-290-4209\u202c", "025-290-4209"),
        (TelephoneField, "\ufeff０２５ー２９０—４２０９", "025-290-4209"),
        (TelephoneField, "+81\xa025\u2011290\u20124209", "+8125-290-4209"),
        (TelephoneField, "(025)290-4209", "(025)290-4209"),
        (PostalCodeField, "950━8711", "950-8711"),
        (PostalCodeField, "〒９５０－８７１１", "950-8711"),
        (PostalCodeField, "9508711", "950-8711"),
        (PlainTextField, "青葉\xa0一郎", "青葉 一郎"),
        (PlainTextField, "青葉\t一郎\u200b", "青葉 一郎"),
        (PlainTextField, "青葉　一郎", "青葉　一郎"),
        (PlainTextField, "か\u3099ス", "がス"),
        (PlainTextField, "神\ufa19", "神\ufa19"),
        (PlainTextField, "葛\U000e0100城", "葛\U000e0100城"),
        (MailboxField, "\u200btaro@example.jp", "taro@example.jp"),
        (MailboxField, "\u202ataro@example.jp\u202c", "taro@example.jp"),
        (MailboxField, "taro@example。jp", "taro@example.jp"),
        (LinesField, "か\u3099\r\n\ufeff二\t行", "が\n二 行"),
        (ParagraphField, "一行目 \r\n\u200b 二行目", "一行目 二行目"),
    ],
)
def test_what_copying_brings_along_is_read_as_it_is_meant(field: type[forms.CharField], typed: str, read: str) -> None:
    assert field().clean(typed) == read


@pytest.mark.parametrize("typed", ["---------", "((((((((((", "+---------", "025-290", "1-2-3-4-5-6"])
def test_a_telephone_number_needs_digits(typed: str) -> None:
    with pytest.raises(ValidationError, match="数字が足りません"):
        TelephoneField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "named"), [("025-290-4209内12", "「内」"), ("025/290/4209", "「/」"), ("025+2904209", "「+」")]
)
def test_a_telephone_number_names_what_no_telephone_has_a_key_for(typed: str, named: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TelephoneField().clean(typed)
    assert refused.value.messages[0].endswith(f"使えない文字: {named}")


def test_composed_letters_count_once() -> None:
    assert PlainTextField(max_length=3).clean("か\u3099" * 3) == "が" * 3


@given(st.text())
def test_reading_twice_changes_nothing_more(typed: str) -> None:
    assert tidy(tidy(typed)) == tidy(typed)


def test_too_long_a_text_is_told_how_long_it_is_and_cut_nowhere() -> None:
    form = Typed({"name": "会議所太郎", "email": "taro@example.jp"})
    assert form.errors == {"name": ["3文字以内で入力してください(いまは5文字です)。"]}
    assert "maxlength" not in str(form)
    assert "会議所太郎" in str(form)


def forms_of(base: Any) -> Iterator[Any]:
    for form in base.__subclasses__():
        yield form
        yield from forms_of(form)


def test_no_form_of_the_portal_lets_a_browser_cut_a_text() -> None:
    """Every form is known once all addresses are."""
    get_resolver().reverse_dict  # noqa: B018 (imports all views)
    ours = {each for each in forms_of(PortalFormMixin) if not each.__module__.startswith("tests.")}
    own = {each for each in ours if issubclass(each, forms.BaseForm)}
    fields = [(form, name, field) for form in own for name, field in form.base_fields.items()]
    texts = [each for each in fields if isinstance(each[2], forms.CharField)]
    assert len(texts) > 40
    assert [each for each in texts if not isinstance(each[2], UncutField)] == []
    assert [each for each in fields if "maxlength" in each[2].widget.attrs] == []


class Typed(PortalForm):
    name = PlainTextField(max_length=3)
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
