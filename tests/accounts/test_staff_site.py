"""A site without staff pages (ECO_STAFF_SITE=0): none of them exists, and staff are nobody."""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import resolve, reverse
from django.urls.converters import get_converters
from pytest_django import Settings

from accounts.access import declared_views
from accounts.models import Account, Ending, Session
from tests.accounts.conftest import CountingHasher, log_in
from tests.conftest import Company, log_in_with
from tests.factories import PASSWORD

SAMPLES = (str(uuid4()), "1", "2026-11-24", "x")


def staff_addresses() -> list[str]:
    """One address for each route below /staff/ of a site that has them."""
    routes = [route for route, _view in declared_views() if route.startswith("staff/")]
    return ["/" + re.sub(r"<(\w+):\w+>", sample_for, route) for route in routes]


def sample_for(variable: re.Match[str]) -> str:
    converter = get_converters()[variable[1]]
    samples = [str(choice) for choice in getattr(converter, "choices", ())] or SAMPLES
    return next(sample for sample in samples if re.fullmatch(converter.regex, sample))


@pytest.fixture
def members_site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal as it starts with ECO_STAFF_SITE=0: its addresses are made anew under that setting."""
    settings.ECO_STAFF_SITE = False
    found = importlib.util.find_spec("eco_portal.urls")
    assert found
    assert found.loader
    urls = importlib.util.module_from_spec(found)
    found.loader.exec_module(urls)
    monkeypatch.setitem(sys.modules, "urls_without_staff", urls)
    settings.ROOT_URLCONF = "urls_without_staff"


@pytest.mark.parametrize("method", ["get", "post", "head"])
@pytest.mark.parametrize("who", ["visitor", "administrator", "reviewer", "manager"])
def test_no_staff_page_is_served(
    who: str, method: str, company: Company, visitor: Client, request: pytest.FixtureRequest
) -> None:
    addresses = staff_addresses()
    assert len(addresses) >= 15
    for address in addresses:
        assert resolve(address)
    account = request.getfixturevalue(who) if who in ("reviewer", "manager") else getattr(company, who, None)
    client = log_in_with(account) if account else visitor
    request.getfixturevalue("members_site")
    for address in [*addresses, "/staff/nothing/at/all/"]:
        assert getattr(client, method)(address).status_code == 404, address


@pytest.mark.usefixtures("members_site")
def test_a_staff_login_is_refused_like_an_unknown_id(
    manager: Account, company: Company, visitor: Client, hashes: type[CountingHasher]
) -> None:
    hashes.runs = 0
    refused = log_in(visitor, manager)
    assert hashes.runs == 1
    typed = {"chamber_code": manager.chamber.code, "login_id": "nobody", "password": PASSWORD}
    unknown = visitor.post(reverse("login"), typed)
    pages = [re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in (refused, unknown)]
    assert pages[0] == pages[1]
    for answer in (refused, unknown):
        del answer["Content-Length"]  # the page repeats the ID
    assert (refused.status_code, dict(refused.headers)) == (unknown.status_code, dict(unknown.headers))
    assert not Session.objects.filter(account=manager).exists()
    assert log_in(visitor, company.signer).status_code == 302


def test_a_session_of_the_staffs_site_is_nobodys_here(
    manager: Account, visitor: Client, request: pytest.FixtureRequest
) -> None:
    client = log_in_with(manager)
    assert client.get(reverse("change_password")).status_code == 200
    request.getfixturevalue("members_site")
    assert client.get(reverse("home"))["Location"] == reverse("login")
    page = client.get(reverse("login")).content.decode()
    assert not any(str(ending.label) in page for ending in Ending)
    for name in ("change_password", "menu"):
        assert client.get(reverse(name))["Location"].startswith(reverse("login"))
    assert Session.objects.get(account=manager).ended_because == ""


def test_a_link_for_a_forgotten_staff_password_opens_nothing_here(
    manager: Account,
    company: Company,
    visitor: Client,
    delivered: Callable[[], list[EmailMessage]],
    request: pytest.FixtureRequest,
) -> None:
    for account in (manager, company.signer):
        typed = {"chamber_code": account.chamber.code, "login_id": account.login_id, "email": account.email}
        visitor.post(reverse("forgotten"), typed)
    paths = {mail.to[0]: re.search(r"http://testserver(/reset/\S+)", mail.body)[1] for mail in delivered()}
    request.getfixturevalue("members_site")
    assert visitor.get(paths[manager.email]).status_code == 410
    assert visitor.get(paths[company.signer.email]).status_code == 200


def routes_of_a_start_with(switch: str) -> list[str]:
    """Every route of a portal that was started in an environment of its own."""
    script = (
        "import django; django.setup()\n"
        "from accounts.access import declared_views\n"
        "print(*(route for route, view in declared_views()), sep='\\n')"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "eco_portal.settings", "ECO_STAFF_SITE": switch}
    started = subprocess.run(
        [sys.executable, "-c", script],
        env=env, cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    return started.stdout.splitlines()


def test_the_switch_is_read_when_the_portal_starts() -> None:
    with_staff, without = routes_of_a_start_with("1"), routes_of_a_start_with("0")
    assert [route for route in with_staff if not route.startswith("staff/")] == without
    assert len(with_staff) > len(without)
