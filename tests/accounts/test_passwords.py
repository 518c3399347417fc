"""What a password may be."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from accounts.models import Account
from accounts.passwords import ALPHABET, canonical, random_identifier, validate
from eco_portal import settings as production
from tests.conftest import Company

GOOD = "asa no umi wa shizuka"


def codes(raw: str, account: Account) -> set[str | None]:
    """Why the password is refused; empty when it is not."""
    try:
        validate(raw, account)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


@pytest.fixture
def owner(company: Company) -> Account:
    return company.signer


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (GOOD[:11], "password_too_short"),
        (GOOD[:12], None),
        ((GOOD * 10)[:128].replace("asa", "x y z", 1)[:128], None),
        ("".join(chr(0x3042 + n % 80) for n in range(129)), "too_long"),
        ("朝の海は静かで船がない。", None),
        ("mVq7#tL2!xRz", None),
        ("     asa no umi     ", "password_too_short"),
    ],
)
def test_a_password_has_12_to_128_characters(raw: str, code: str | None, owner: Account) -> None:
    refused = codes(raw, owner)
    assert (code in refused) if code else not refused


@pytest.mark.parametrize(
    "raw",
    [
        "password1234",
        "Password2026!!",
        "12345qwertyuiop",
        "!!!!!sunshine!!!!!",
        "Baseball2026#",
        "2026-dragon-2026",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "abcdabcdabcd12",
        "passwordpassword",
        "PasswordPassword1",
        "123456789012",
        "210987654321",
        "abcdefghijkl",
        "ZYXWVUTSRQPO",
        "qwertyuiopas",
        "1qaz2wsx3edc",
        "ＰＡＳＳＷＯＲＤ１２３４",
    ],
)
def test_what_everybody_chooses_is_refused(raw: str, owner: Account) -> None:
    assert "password_too_common" in codes(raw, owner)


@pytest.mark.parametrize(
    "raw",
    [
        "{login_id}2026",
        "{login_id}{login_id}",
        "x{number}-{number}x",
        "株式会社新潟CCI貿易2026",
        "会議所太郎会議所太郎0101",
        "会議所 太郎 2026-11",
        "niigata NIIGATA 1",
        "{mailbox}-2026",
    ],
)
def test_a_password_of_ones_own_names_and_numbers_is_refused(raw: str, company: Company) -> None:
    account = company.signer
    filled = raw.format(
        login_id=account.login_id,
        number=company.registration.registration_number,
        mailbox=account.email.split("@")[0].upper(),
    )
    assert "password_own_words" in codes(filled, account)


@pytest.mark.parametrize(
    "raw",
    [
        GOOD,
        "kono fune wa minato ni iru",
        "niigata no umi wa samui desu",
        "correct horse battery staple",
        "よこはまのみなとはひろい",
        "!\"#$%&'()=~|{}",
        "dragon ga yane no ue ni",
    ],
)
def test_long_phrases_are_accepted_whatever_kinds_of_characters_they_have(raw: str, owner: Account) -> None:
    assert not codes(raw, owner)


@pytest.mark.parametrize(
    ("typed", "same_as"),
    [
        ("ａｂｃ　ＤＥＦ１２３", "abc DEF123"),
        ("  abc def  ", "abc def"),
        ("\u3000abc\n", "abc"),
        ("ｶﾞｷﾞ", "ガギ"),
        ("か\u3099", "が"),
        ("神", "神"),
    ],
)
def test_what_looks_the_same_is_the_same_password(typed: str, same_as: str) -> None:
    assert canonical(typed) == same_as
    assert canonical(canonical(typed)) == canonical(typed)


def test_the_beginning_of_a_password_is_not_the_password(owner: Account) -> None:
    long = "朝の海は静かで船がない。" * 10
    owner.set_password(canonical(long))
    assert owner.check_password(canonical(long))
    assert not owner.check_password(canonical(long[:-1]))


def test_made_identifiers_hold_no_characters_that_look_alike() -> None:
    assert not set("0Oo1IiLl") & set(ALPHABET)
    made = {random_identifier() for _ in range(2000)}
    assert len(made) == 2000
    assert {len(each) for each in made} == {12}
    assert set().union(*made) == set(ALPHABET)


def test_passwords_are_stored_as_argon2id_with_the_recommended_cost(owner: Account, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    owner.set_password(GOOD)
    assert owner.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("password", "password_too_common"),
        ("x7 k2", "password_too_short"),
        ("123456789012", "password_too_common"),
    ],
)
def test_a_refusal_names_one_thing(raw: str, code: str, owner: Account) -> None:
    assert codes(raw, owner) == {code}
