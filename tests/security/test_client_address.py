"""Whose address counts: the one that connects, or what the proxy says; never what the client says of itself."""

import json
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.core.checks import run_checks
from django.test import RequestFactory
from pytest_django import Settings

from audit.models import AuditEntry
from foundation.proxy import UNKNOWN, address_of
from tests.accounts.conftest import log_in
from tests.conftest import Company, CompletePages
from tests.factories import AccountFactory
from tests.security.conftest import Front

# Every name by which a client has ever told a server where it comes from, in the spelling that WSGI makes of it.
CLAIMS = {
    f"HTTP_{name}": "198.51.100.9"
    for name in (
        "X_REAL_IP",
        "X_FORWARDED_FOR",
        "FORWARDED",
        "X_CLIENT_IP",
        "CLIENT_IP",
        "TRUE_CLIENT_IP",
        "CF_CONNECTING_IP",
        "CLIENT_ADDRESS",
        "REMOTE_ADDR",
    )
}


@pytest.mark.parametrize(
    ("behind_proxy", "told", "address"),
    [
        (False, None, "192.0.2.7"),
        (False, "198.51.100.1", "192.0.2.7"),
        (True, "198.51.100.1", "198.51.100.1"),
        (True, "2001:db8::1", "2001:db8::1"),
        (True, "::ffff:198.51.100.1", "198.51.100.1"),
        (True, "fe80::1%eth0", "fe80::1"),
        (True, None, UNKNOWN),
    ],
)
def test_the_address_is_the_proxys_word_only_behind_a_proxy(
    behind_proxy: bool, told: str | None, address: str, company: Company, settings: Settings
) -> None:
    settings.ECO_BEHIND_PROXY = behind_proxy
    environ = {"REMOTE_ADDR": "192.0.2.7", **CLAIMS, **({"HTTP_CLIENTADDRESS": told} if told else {})}
    assert address_of(RequestFactory(**environ).get("/")) == address
    assert log_in(CompletePages(**environ), company.signer).status_code == 302
    assert AuditEntry.objects.get(action="account.logged_in").address == address


@pytest.mark.parametrize(
    "none",
    [
        "",
        "unknown",
        "unix:",
        "198.51.100.1, 198.51.100.2",
        "198.51.100.1:443",
        "[2001:db8::1]",
        "198.51.100.256",
        "１９８.51.100.1",
        "2001:db8::1/64",
        "0x7f.1",
        "' OR 1=1 --",
        "a" * 5000,
    ],
)
def test_what_is_no_address_is_an_unknown_one_and_no_failure(none: str, company: Company, settings: Settings) -> None:
    settings.ECO_BEHIND_PROXY = True
    client = CompletePages(HTTP_CLIENTADDRESS=none)
    assert log_in(client, company.signer, "wrong").status_code == 200
    assert log_in(client, company.signer).status_code == 302
    assert {entry.address for entry in AuditEntry.objects.all()} == {UNKNOWN}


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_nobody_gets_more_attempts_by_claiming_other_addresses(
    behind_proxy: bool, company: Company, settings: Settings
) -> None:
    settings.ECO_BEHIND_PROXY = behind_proxy
    accounts = [AccountFactory.build(registration=company.registration, login_id=f"x{n}") for n in range(31)]
    answers = [
        log_in(CompletePages(**dict.fromkeys(CLAIMS, f"198.51.100.{n}")), account).status_code
        for n, account in enumerate(accounts)
    ]
    assert answers == [200] * 30 + [429]


def test_whoever_has_no_address_shares_the_limits_of_all_who_have_none(company: Company, settings: Settings) -> None:
    settings.ECO_BEHIND_PROXY = True
    accounts = [AccountFactory.build(registration=company.registration, login_id=f"x{n}") for n in range(31)]
    answers = [
        log_in(CompletePages(HTTP_CLIENTADDRESS=f"nowhere{n}"), account).status_code
        for n, account in enumerate(accounts)
    ]
    assert answers == [200] * 30 + [429]


def test_the_proxy_tells_the_clients_apart(company: Company, settings: Settings) -> None:
    settings.ECO_BEHIND_PROXY = True
    accounts = [AccountFactory.build(registration=company.registration, login_id=f"x{n}") for n in range(31)]
    answers = [
        log_in(CompletePages(HTTP_CLIENTADDRESS=f"198.51.100.{n}"), account).status_code
        for n, account in enumerate(accounts)
    ]
    assert answers == [200] * 31


@pytest.mark.parametrize(("behind_proxy", "found"), [(True, "eco_portal.I001"), (False, "eco_portal.W001")])
def test_the_deployment_check_says_what_another_proxy_must_do(
    behind_proxy: bool, found: str, settings: Settings
) -> None:
    settings.ECO_BEHIND_PROXY = behind_proxy
    (message,) = [each for each in run_checks(include_deployment_checks=True) if each.id == found]
    for demand in ("overwrite", "ClientAddress", "ClientScheme", "Host", "body", "22 MB", "port or socket"):
        assert demand in str(message.hint)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_a_client_claims_gets_past_the_shipped_proxy(front: Front) -> None:
    front.serve("tests.security.echo:application", workers=1, threads=1)
    claims = [
        name
        for claim in CLAIMS
        for name in (claim.removeprefix("HTTP_"), claim.removeprefix("HTTP_").replace("_", "-"))
    ]
    for name in [*claims, "ClientAddress", "clientaddress", "CLIENTADDRESS", "Client-Address", "Client_Address"]:
        with front.connect("127.0.0.9") as client:
            lines = [
                "GET / HTTP/1.1",
                "Host: 127.0.0.1",
                "Connection: close",
                f"{name}: 198.51.100.9",
                "ClientScheme: https",
            ]
            client.sendall("\r\n".join([*lines, f"{name}: 198.51.100.9", "ClientScheme: https", "", ""]).encode())
            answer = b"".join(iter(lambda: client.recv(65536), b"")).decode()
        handed_over = json.loads(answer.split("\r\n\r\n", 1)[1])
        assert handed_over["HTTP_CLIENTADDRESS"] == "127.0.0.9"
        assert handed_over["HTTP_CLIENTSCHEME"] == "http"


@pytest.mark.django_db(transaction=True)
def test_attempts_through_the_shipped_proxy_count_by_who_connects(front: Front, company: Company) -> None:
    """Thirty guesses from one address, each claiming another; the thirty-first is refused, another address's first is not."""
    front.serve("eco_portal.wsgi:application", workers=1, threads=2)
    token = "c" * 32

    def guess(number: int, address: str) -> int:
        form = {
            "csrfmiddlewaretoken": token,
            "chamber_code": company.chamber.code,
            "login_id": f"x{number}",
            "password": "x",
        }
        claimed = f"198.51.100.{number}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"eco-csrf={token}",
            "X_Real_IP": claimed,
        }
        headers |= {"X-Real-IP": claimed, "X-Forwarded-For": claimed, "ClientAddress": claimed}
        return front.ask("/login/", method="POST", address=address, body=urlencode(form).encode(), **headers)[0].status

    assert [guess(number, "127.0.0.7") for number in range(31)] == [200] * 30 + [429]
    assert guess(99, "127.0.0.8") == 200
    recorded = AuditEntry.objects.filter(action="account.login_refused").values_list("address", flat=True)
    assert Counter(recorded) == {"127.0.0.7": 30, "127.0.0.8": 1}
