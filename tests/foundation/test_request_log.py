"""The log: one JSON object a line, and no secret in it."""

import json
import logging
import sys
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.models import Account, PasswordReset
from accounts.services import request_password_reset
from email_verification.services import latest_to_present_address
from foundation.request_log import JsonFormatter, RoutesForPaths
from tests.conftest import Company
from tests.factories import PASSWORD

Open = Callable[[Account], Client]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, object]]]:
    """What has been logged, as it is written."""
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(RoutesForPaths())
    return lambda: [json.loads(JsonFormatter().format(record)) for record in caplog.records]


@pytest.mark.urls("tests.eco_portal.urls")
def test_not_even_a_failure_writes_the_address(db: None, lines: Callable[[], list[dict[str, object]]]) -> None:
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    assert browser.get("/fails/500/geheim/").status_code == 500
    assert browser.post("/fails/500/geheim/").status_code == 403
    written = lines()
    assert "geheim" not in json.dumps(written)
    assert "Internal Server Error: fails/500/<str:secret>/" in [line["message"] for line in written]
    assert any("division by zero" in str(line.get("traceback")) for line in written)


def test_a_request_is_one_line_with_its_route(
    company: Company, browser_of: Open, lines: Callable[[], list[dict[str, object]]]
) -> None:
    browser_of(company.administrator).get(reverse("account_detail", args=[company.signer.public_id]))
    (line,) = [line for line in lines() if line["message"] == "request"]
    assert line.pop("ms", -1) >= 0  # type: ignore[operator]
    assert line.pop("at")
    assert line == {
        "level": "INFO",
        "logger": "foundation.request_log",
        "message": "request",
        "method": "GET",
        "route": "signers/<uuid:public_id>/",
        "status": 200,
        "account": company.administrator.pk,
    }


def test_a_page_that_does_not_exist_has_no_route(
    db: None, visitor: Client, lines: Callable[[], list[dict[str, object]]]
) -> None:
    visitor.get("/no/such/geheim/")
    assert [(line["route"], line["status"]) for line in lines() if line["message"] == "request"] == [(None, 404)]
    assert "geheim" not in json.dumps(lines())


def test_no_secret_reaches_the_log(
    company: Company,
    visitor: Client,
    browser_of: Open,
    delivered: Callable[[], list[EmailMessage]],
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    account = company.signer
    visitor.post(
        reverse("login"),
        {"chamber_code": company.chamber.code, "login_id": account.login_id, "password": "falsch-geheim-1"},
    )
    visitor.post(
        reverse("login"), {"chamber_code": company.chamber.code, "login_id": account.login_id, "password": PASSWORD}
    )
    request_password_reset(chamber_code=company.chamber.code, login_id=account.login_id, email=account.email)
    Account.objects.get_queryset().filter(pk=company.sub_id.pk).update(email_verified_at=None)
    company.sub_id.refresh_from_db()
    browser_of(company.sub_id).get(reverse("enter_code"))
    mails = delivered()
    link = next(word for mail in mails for word in mail.body.split() if word.startswith("http") and "reset" in word)
    visitor.get(link.removeprefix("http://testserver"))
    visitor.get(f"{reverse('login')}?{urlencode({'next': '/geheim-2/'})}")
    verification = latest_to_present_address(company.sub_id)
    assert verification
    assert PasswordReset.objects.count() == 1

    written = json.dumps(lines(), ensure_ascii=False)
    secrets = ["falsch-geheim-1", PASSWORD, verification.code, link.rstrip("/").rsplit("/", 1)[1], "geheim-2"]
    secrets += [account.email, company.sub_id.email, visitor.cookies["eco-session"].value]
    assert [secret for secret in secrets if secret in written] == []


def test_a_line_stays_one_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "%s", ("東京\n\x1b[31m\u2028",), None)
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == "東京\n\x1b[31m\u2028"


def test_an_exception_is_part_of_its_line() -> None:
    try:
        raise ValueError("schief")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    assert "ValueError: schief" in json.loads(JsonFormatter().format(record))["traceback"]
