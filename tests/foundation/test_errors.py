"""Every error is a page in the look of the site, in Japanese, with a way on."""

from collections.abc import Callable

import pytest
from csp.utils import build_policy
from django.conf import settings
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponse
from django.test import Client

from accounts.models import Account
from tests.conftest import Company

pytestmark = pytest.mark.urls("tests.eco_portal.urls")

Open = Callable[[Account], Client]


@pytest.fixture
def calm(db: None) -> Client:
    """A browser that is shown the page instead of the exception."""
    return Client(raise_request_exception=False)


def is_a_page_of_ours(response: HttpResponse) -> bool:
    page = response.content.decode()
    return all(part in page for part in ('<html lang="ja"', "portal.css", "<h1", "btn-primary"))


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/fails/400/", 400, ""),
        ("/fails/403/", 403, ""),
        ("/no/such/page/", 404, "見つかりません"),
        ("/logout/", 302, ""),
        ("/fails/409/", 409, "先に、ほかの職員を責任者にしてください"),
        ("/fails/429/", 429, "しばらく待って"),
        ("/fails/500/x/", 500, ""),
        ("/fails/503/", 503, "登録されていません"),
        ("/undeclared/", 403, ""),
    ],
)
def test_each_error_has_its_page(calm: Client, path: str, status: int, says: str) -> None:
    response = calm.get(path)
    assert response.status_code == status
    assert status == 302 or is_a_page_of_ours(response)
    assert says in response.content.decode()


def test_the_wait_is_told_to_machines_too(calm: Client) -> None:
    assert calm.get("/fails/429/")["Retry-After"] == "42"
    assert calm.get("/fails/503/")["Retry-After"] == "10"


def test_a_wrong_method_says_which_is_right(company: Company, browser_of: Open) -> None:
    response = browser_of(company.signer).get("/logout/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert is_a_page_of_ours(response)


def test_a_form_without_its_token_is_refused_with_a_page(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"chamber_code": "801"})
    assert response.status_code == 403
    assert is_a_page_of_ours(response)


@pytest.mark.parametrize("path", ["/fails/500/geheim/", "/fails/503/", "/fails/403/"])
def test_an_error_page_tells_nothing_of_the_inside(calm: Client, path: str) -> None:
    page = calm.get(path).content.decode()
    assert not any(word in page for word in ("Traceback", "hunter2", "db.internal", "ZeroDivision", "geheim"))


def test_without_a_database_the_site_says_so_even_below_the_views(
    calm: Client, company: Company, browser_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = browser_of(company.signer).cookies[settings.SESSION_COOKIE_NAME].value
    calm.cookies[settings.SESSION_COOKIE_NAME] = session

    def gone(*arguments: object, **named: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(CursorWrapper, "execute", gone)
        answers = {path: calm.get(path) for path in ("/menu/", "/login/", "/readyz", "/healthz")}
    assert [answer.status_code for answer in answers.values()] == [503, 503, 503, 200]
    assert all(is_a_page_of_ours(answers[path]) for path in ("/menu/", "/login/", "/readyz"))


@pytest.mark.parametrize("path", ["/login/", "/fails/403/", "/fails/500/x/", "/no/such/page/"])
def test_every_answer_carries_the_guarding_headers(calm: Client, path: str) -> None:
    headers = calm.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert {"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} <= set(
        policy.split("; ")
    )
    assert "unsafe" not in policy
    assert policy == build_policy()


def test_behind_login_nothing_is_kept_by_a_browser(company: Company, browser_of: Open) -> None:
    client = browser_of(company.administrator)
    for path in ("/menu/", "/registration/", "/signers/"):
        assert client.get(path)["Cache-Control"] == "no-store, private"
