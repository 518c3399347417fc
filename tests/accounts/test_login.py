"""The door: chamber code, ID, password."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, PasswordOrigin
from accounts.services import unlock
from audit.models import AuditEntry
from tests.accounts.conftest import CountingHasher, log_in
from tests.conftest import Company, CompletePages
from tests.factories import PASSWORD, AccountFactory
from trade_registration.models import TradeRegistration


def is_in(client: Client) -> bool:
    return client.get(reverse("menu")).status_code == 200


def test_the_right_password_opens_the_menu(company: Company, visitor: Client) -> None:
    response = log_in(visitor, company.administrator)
    assert response["Location"] == reverse("menu")
    assert is_in(visitor)


@pytest.mark.parametrize("wanted", ["", "/registration/"])
@pytest.mark.parametrize(
    ("change", "page"),
    [
        ({"email_verified_at": None}, "enter_code"),
        ({"password_origin": PasswordOrigin.SIGNER}, "enter_code"),
        ({"email_verified_at": None, "password_origin": PasswordOrigin.SIGNER}, "enter_code"),
    ],
)
def test_whoever_must_do_something_first_is_led_straight_there(
    change: dict[str, Any], page: str, wanted: str, company: Company, visitor: Client
) -> None:
    Account.objects.get_queryset().filter(pk=company.signer.pk).update(**change)
    assert log_in(visitor, company.signer, to=wanted)["Location"] == reverse(page)
    assert visitor.get(reverse(page)).status_code == 200


@pytest.mark.parametrize(
    ("code", "login_id", "password"),
    [
        (" {code} ", "{login_id}", "{password}"),
        ("{wide_code}", "{wide_login_id}", "{password}"),
        ("{code}", "\u3000{login_id}\t", "{password}"),
        ("{code}", "{login_id}", "  {password} "),
        ("{code}", "{login_id}", "{wide_password}"),
    ],
)
def test_full_width_and_surrounding_spaces_are_forgiven(
    code: str, login_id: str, password: str, company: Company, visitor: Client
) -> None:
    def wide(text: str) -> str:
        return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

    account = company.administrator
    said = {
        "code": account.chamber.code,
        "login_id": account.login_id,
        "password": PASSWORD,
        "wide_code": wide(account.chamber.code),
        "wide_login_id": wide(account.login_id),
        "wide_password": wide(PASSWORD),
    }
    typed = {"chamber_code": code, "login_id": login_id, "password": password}
    response = visitor.post(reverse("login"), {name: value.format(**said) for name, value in typed.items()})
    assert response.status_code == 302


def make_unusable(case: str, company: Company) -> Account:
    account: Account = {"suspended signer": company.sub_id}.get(case, company.signer)
    if case == "suspended":
        account.status = Account.Status.SUSPENDED
    if case == "deleted":
        account.status = Account.Status.DELETED
    if case == "suspended signer":
        company.signer.status = Account.Status.SUSPENDED
        company.signer.save()
    if case == "suspended registration":
        TradeRegistration.objects.update(status=TradeRegistration.Status.SUSPENDED)
    if case == "expired initial password":
        account.password_origin = PasswordOrigin.INITIAL
        account.password_set_at = timezone.now() - timedelta(days=31)
    if case == "never issued":
        account.set_unusable_password()
    account.save()
    return account


CASES = [
    "unknown chamber",
    "unknown ID",
    "wrong password",
    "suspended",
    "deleted",
    "suspended signer",
    "suspended registration",
    "expired initial password",
    "never issued",
]


@pytest.mark.parametrize("case", CASES)
def test_every_failure_has_the_same_answer_and_costs_one_hash(
    case: str, company: Company, visitor: Client, hashes: type[CountingHasher]
) -> None:
    account = make_unusable(case, company)
    hashes.runs = 0
    typed = {
        "chamber_code": "999" if case == "unknown chamber" else account.chamber.code,
        "login_id": "nobody" if case == "unknown ID" else account.login_id,
        "password": "wrong" if case == "wrong password" else PASSWORD,
    }
    response = visitor.post(reverse("login"), typed)
    assert response.status_code == 200
    assert hashes.runs == 1
    page = re.sub(r'value="[^"]*"', "", response.content.decode())
    reference = visitor.post(reverse("login"), {"chamber_code": "1", "login_id": "x", "password": "y"})
    assert page == re.sub(r'value="[^"]*"', "", reference.content.decode())
    assert not is_in(visitor)


def test_what_was_typed_is_kept_but_for_the_password(company: Company, visitor: Client) -> None:
    page = log_in(visitor, company.signer, "wrong password here").content.decode()
    assert company.signer.login_id in page
    assert "wrong password here" not in page


@pytest.mark.parametrize("password", ["+2AA-", "+AAA-"])
def test_a_password_that_cannot_be_written_down_is_wrong_input(
    password: str, company: Company, visitor: Client, hashes: type[CountingHasher]
) -> None:
    """A lone surrogate and a NUL, as an encoding of old spells them."""
    typed = {"chamber_code": company.chamber.code, "login_id": company.signer.login_id, "password": password}
    body = encode_multipart(BOUNDARY, typed)
    hashes.runs = 0
    answer = visitor.generic("POST", reverse("login"), body, content_type=f"{MULTIPART_CONTENT}; charset=utf-7")
    assert answer.status_code == 200
    assert "password" in answer.context["form"].errors
    assert hashes.runs == 0


def test_the_login_needs_its_csrf_token(company: Company) -> None:
    assert log_in(Client(enforce_csrf_checks=True), company.signer).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "arrives"),
    [
        ("/signers/?page=2", "/signers/?page=2"),
        ("/sub-ids/", "/menu/"),
        ("https://evil.example/", "/menu/"),
        ("//evil.example/", "/menu/"),
        ("/\\evil.example", "/menu/"),
        ("/no/such/page/", "/menu/"),
        ("/healthz", "/menu/"),
    ],
)
def test_one_returns_only_to_a_page_of_ones_own(wanted: str, arrives: str, company: Company, visitor: Client) -> None:
    assert log_in(visitor, company.administrator, to=wanted)["Location"] == arrives


def test_after_five_wrong_passwords_the_id_must_wait_a_minute(company: Company, visitor: Client) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        answers = [log_in(visitor, company.signer, "wrong").status_code for _try in range(6)]
        assert answers == [200] * 5 + [429]
        assert log_in(visitor, company.signer).status_code == 429
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        assert log_in(visitor, company.signer).status_code == 302


def test_going_on_during_the_wait_does_not_prolong_it(company: Company, visitor: Client) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _try in range(25):
            log_in(visitor, company.signer, "wrong")
    with time_machine.travel(now + timedelta(seconds=61), tick=False):
        assert log_in(visitor, company.signer).status_code == 302


@pytest.mark.parametrize("blank", [" ", "\xa0", "\u3000", "\u200b", "\r\n"])
def test_a_blank_inside_is_forgiven_in_a_password_that_the_system_made(
    blank: str, company: Company, visitor: Client
) -> None:
    company.signer.set_password("uBoKtvEe8JM2")
    company.signer.password_origin = PasswordOrigin.INITIAL
    company.signer.save()
    copied = f"uBoK{blank}tvEe{blank}8JM2"
    assert log_in(visitor, company.signer, copied).status_code == 302
    login_id = company.signer.login_id
    copied_too = {
        "chamber_code": company.chamber.code,
        "login_id": f"{login_id[:4]}{blank}{login_id[4:]}",
        "password": copied,
    }
    assert CompletePages().post(reverse("login"), copied_too).status_code == 302
    company.signer.password_origin = PasswordOrigin.OWN
    company.signer.save()
    assert log_in(visitor, company.signer, copied).status_code == 200


def test_a_password_typed_into_the_wrong_field_is_kept_nowhere(company: Company, visitor: Client) -> None:
    secret, code, login_id = "Himitsu-no-kotoba2026"[:20], company.chamber.code, company.signer.login_id
    for chamber_code, typed_id in ((code, secret), (secret, login_id), (secret, secret), (code, login_id)):
        typed = {"chamber_code": chamber_code, "login_id": typed_id, "password": "x"}
        for _try in range(6):
            visitor.post(reverse("login"), typed)
    kept = list(AuditEntry.objects.filter(action__startswith="account.login_").values_list("details", flat=True))
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "account.login_refused",
        "account.login_throttled",
    }
    assert secret not in str(kept)
    assert [row for row in kept if row == {"chamber_code": code, "login_id": login_id}]
    assert [row for row in kept if row == {"chamber_code": code}]
    assert {} in kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM accounts_attempts")
        assert secret not in str(cursor.fetchall())


def throttled() -> list[str]:
    return [entry.details.get("login_id", "") for entry in AuditEntry.objects.filter(action="account.login_throttled")]


def test_a_limit_that_is_used_up_is_on_record_once_a_window(company: Company, visitor: Client) -> None:
    now = timezone.now()
    for wait in (0, 61):
        with time_machine.travel(now + timedelta(seconds=wait), tick=False):
            for _try in range(4):
                log_in(visitor, company.signer, "wrong")
            assert throttled() == [company.signer.login_id] * (wait > 0)
            for _try in range(10):
                log_in(visitor, company.signer, "wrong")
            assert throttled() == [company.signer.login_id] * (1 + (wait > 0))


def test_a_limit_that_is_used_up_again_after_an_unlocking_is_on_record_again(
    company: Company, visitor: Client, manager: Account
) -> None:
    for times in (1, 2):
        for _try in range(10):
            log_in(visitor, company.signer, "wrong")
        assert throttled() == [company.signer.login_id] * times
        unlock(company.signer, by=manager)


def test_an_address_that_goes_on_under_ever_new_names_is_on_record_once(company: Company, visitor: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(40):
            typed = {"chamber_code": "801", "login_id": f"name{number}", "password": "wrong"}
            visitor.post(reverse("login"), typed)
    assert len(throttled()) == 1


def test_the_right_password_gives_the_attempts_back(company: Company, visitor: Client) -> None:
    for _round in range(3):
        for _try in range(4):
            log_in(visitor, company.signer, "wrong")
        assert log_in(visitor, company.signer).status_code == 302
        visitor.post(reverse("logout"))


def test_a_browser_that_has_logged_in_before_is_not_locked_out_by_a_stranger(company: Company) -> None:
    owner, stranger = CompletePages(), CompletePages()
    log_in(owner, company.signer)
    owner.post(reverse("logout"))
    for _try in range(20):
        log_in(stranger, company.signer, "guess")
    assert log_in(stranger, company.signer).status_code == 429
    assert log_in(owner, company.signer).status_code == 302


def test_a_forged_device_cookie_opens_no_count_of_its_own(company: Company) -> None:
    for number in range(6):
        client = CompletePages()
        client.cookies["eco-device"] = f"device{number}.abc:forged"
        answer = log_in(client, company.signer, "wrong").status_code
    assert answer == 429


def test_one_address_may_not_try_many_ids(company: Company, visitor: Client) -> None:
    others = [AccountFactory.build(registration=company.registration, login_id=f"x{n}") for n in range(31)]
    answers = [
        visitor.post(
            reverse("login"), {"chamber_code": company.chamber.code, "login_id": other.login_id, "password": "x"}
        ).status_code
        for other in others
    ]
    assert answers == [200] * 30 + [429]
    assert log_in(CompletePages(REMOTE_ADDR="10.1.1.1"), company.signer).status_code == 302


def test_the_session_key_changes_at_login(company: Company, visitor: Client) -> None:
    visitor.cookies[django_settings.SESSION_COOKIE_NAME] = "a" * 32
    log_in(visitor, company.signer)
    assert visitor.cookies[django_settings.SESSION_COOKIE_NAME].value != "a" * 32


def test_a_second_login_ends_the_first_which_says_so(company: Company) -> None:
    first, second = CompletePages(), CompletePages()
    log_in(first, company.signer)
    log_in(second, company.signer)
    assert is_in(second)
    assert not is_in(first)
    assert "同じIDで別のログインがあったため" in first.get(reverse("login")).content.decode()


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(company: Company, visitor: Client) -> None:
    log_in(visitor, company.signer)
    cookie = visitor.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_logging_out_ends_the_session(company: Company, browser_of: Callable[[Account], Client]) -> None:
    client = browser_of(company.signer)
    assert is_in(client)
    client.post(reverse("logout"))
    assert not is_in(client)


@pytest.mark.parametrize("case", ["suspended", "deleted", "suspended registration"])
def test_a_stopped_ids_next_request_is_refused_with_the_reason(
    case: str, company: Company, browser_of: Callable[[Account], Client]
) -> None:
    client = browser_of(company.signer)
    assert is_in(client)
    make_unusable(case, company)
    assert not is_in(client)
    assert "このIDは現在ご利用になれません" in client.get(reverse("login")).content.decode()


def test_everything_behind_the_login_is_kept_by_no_browser(
    company: Company, browser_of: Callable[[Account], Client]
) -> None:
    client = browser_of(company.administrator)
    for name in ("menu", "registration", "signers", "signer_certificates", "change_password"):
        assert client.get(reverse(name))["Cache-Control"] == "no-store, private"


def test_headers_keep_other_sites_out(company: Company, visitor: Client) -> None:
    headers: Any = visitor.get(reverse("login")).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
