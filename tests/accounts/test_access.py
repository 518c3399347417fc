"""Who may call a view: every view says so, and the step that is due comes first."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.access import Step, due_step, every_view_declares_access, members, public
from accounts.models import Account, Ending, Kind, PasswordOrigin, Session
from accounts.sessions import SessionStore
from foundation.errors import WrongStatus
from tests.conftest import Company, log_in_with
from tests.factories import PASSWORD, AccountFactory, SignerFactory, SubIdFactory
from trade_registration.models import TradeRegistration

BrowserOf = Callable[[Account], Client]
PEOPLE = ("administrator", "signer", "sub_id")
OBJECTS = ("account_detail", "change_signer_email", "change_signer_password", "signer_certificate")
SUB_IDS = ("sub_id", "change_sub_id_password", "delete_sub_id")
PAGES = {
    "administrator": (
        "menu",
        "registration",
        "registration_certificate",
        "change_registration",
        "change_contact",
        "signers",
        "signer_certificates",
        "signer_certificates_pdf",
        *OBJECTS,
    ),
    "signer": ("menu", "sub_ids", "new_sub_id", *SUB_IDS),
    "sub_id": ("menu",),
}


# A portal with two more pages, one of which forgot to say for whom it is.
def forgetful(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@public
def for_everybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("", include("eco_portal.urls")),
    path("extra/", include([path("forgetful/", forgetful), path("open/", for_everybody)])),
]
handler403 = "foundation.errors.permission_denied"


@pytest.fixture
def forgetful_portal(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def url_of(name: str) -> str:
    return reverse(name, args=[uuid4()] if name in (*OBJECTS, *SUB_IDS) else [])


@pytest.mark.parametrize("method", ["get", "post", "head", "options"])
@pytest.mark.parametrize("who", ["visitor", *PEOPLE])
@pytest.mark.usefixtures("forgetful_portal")
def test_a_view_that_declares_nothing_is_shut_to_everybody(
    who: str, method: str, company: Company, visitor: Client, browser_of: BrowserOf
) -> None:
    client = visitor if who == "visitor" else browser_of(getattr(company, who))
    assert getattr(client, method)("/extra/open/").status_code == 200
    refused = getattr(client, method)("/extra/forgetful/")
    assert refused.status_code == 403
    assert b"secret" not in refused.content


@pytest.mark.usefixtures("forgetful_portal")
def test_a_view_that_declares_nothing_fails_the_check() -> None:
    with pytest.raises(SystemCheckError) as failed:
        call_command("check")
    assert "accounts.E001" in str(failed.value)
    assert "extra/forgetful/ has no access declaration" in str(failed.value)
    assert "extra/open/" not in str(failed.value)


def test_every_view_of_the_portal_declares_its_access() -> None:
    assert every_view_declares_access(None) == []


@pytest.mark.parametrize("first", [public, members(Kind.SIGNER)])
@pytest.mark.parametrize("second", [public, members(Kind.SIGNER)])
def test_a_view_declares_its_access_once(first: Callable, second: Callable) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    declared = first(view)
    with pytest.raises(TypeError, match="view declares its access twice"):
        second(declared)


def newcomer(who: str, company: Company) -> Account:
    """An ID of this kind that has never logged in."""
    if who == "administrator":
        Account.objects.get_queryset().filter(pk=company.administrator.pk).delete()
        return AccountFactory(first_time=True, email_verified_at=timezone.now(), registration=company.registration)
    if who == "signer":
        return SignerFactory(account__registration=company.registration, account__first_time=True).account
    return SubIdFactory(parent=company.signer, first_time=True, password_origin=PasswordOrigin.SIGNER)


@pytest.mark.parametrize("who", ["signer", "sub_id"])
def test_first_the_mailbox_then_the_password_then_nothing(who: str, company: Company) -> None:
    account = newcomer(who, company)
    assert due_step(account, SessionStore()) == Step.VERIFY_MAILBOX
    account.email_verified_at = timezone.now()
    assert due_step(account, proved(account)) == Step.CHANGE_PASSWORD
    account.password_origin = PasswordOrigin.OWN
    assert due_step(account, SessionStore()) is None
    account.email_verified_at = None
    assert due_step(account, SessionStore()) == Step.VERIFY_MAILBOX


def proved(account: Account) -> SessionStore:
    """A session of the account whose holder has proved the mailbox."""
    session = SessionStore()
    session.start(account)
    session.prove_mailbox()
    return session


@pytest.mark.parametrize("origin", [origin for origin in PasswordOrigin if origin != PasswordOrigin.OWN])
@pytest.mark.parametrize("who", ["signer", "sub_id"])
def test_a_password_that_another_knows_asks_each_session_for_the_mailbox(
    who: str, origin: PasswordOrigin, company: Company
) -> None:
    """What one session has proved says nothing of the next one, which may be the other's who knows the password."""
    account: Account = getattr(company, who)
    account.password_origin = origin
    first = proved(account)
    assert due_step(account, first) == Step.CHANGE_PASSWORD
    assert due_step(account, SessionStore()) == Step.VERIFY_MAILBOX


@pytest.mark.parametrize(("days_after_first_login", "step"), [(-1, Step.CHANGE_PASSWORD), (1, Step.VERIFY_MAILBOX)])
def test_an_administrator_proves_the_mailbox_when_the_paper_replaces_a_password_in_use(
    days_after_first_login: int, step: Step, company: Company
) -> None:
    """The first paper is the manual's way in; another one takes over an ID that had an owner."""
    account = company.administrator
    account.password_origin = PasswordOrigin.INITIAL
    assert account.first_login_at
    account.password_set_at = account.first_login_at + timedelta(days=days_after_first_login)
    assert due_step(account, SessionStore()) == step
    assert due_step(account, proved(account)) == Step.CHANGE_PASSWORD


def test_a_session_that_has_ended_proves_nothing(company: Company) -> None:
    session = SessionStore()
    session.start(company.signer)
    SessionStore().start(company.signer)
    with pytest.raises(WrongStatus):
        session.prove_mailbox()


def test_an_administrator_changes_the_password_only(company: Company) -> None:
    account = newcomer("administrator", company)
    assert due_step(account, SessionStore()) == Step.CHANGE_PASSWORD
    account.password_origin = PasswordOrigin.OWN
    assert due_step(account, SessionStore()) is None


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["signer", "sub_id"])
def test_until_the_mailbox_is_proved_every_page_leads_there(
    who: str, method: str, company: Company, browser_of: BrowserOf
) -> None:
    client = browser_of(newcomer(who, company))
    assert client.get(reverse("enter_code")).status_code == 200
    assert client.get(reverse("check_address")).status_code == 200
    for name in (*PAGES[who], "change_password"):
        answer = getattr(client, method)(url_of(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("enter_code")), name


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", PEOPLE)
def test_until_the_password_is_ones_own_every_page_leads_there(who: str, method: str, company: Company) -> None:
    account = newcomer(who, company)
    account.email_verified_at = timezone.now()
    account.save()
    client = log_in_with(account, mailbox_proved=True)
    assert client.get(reverse("change_password")).status_code == 200
    for name in (*PAGES[who], "enter_code", "check_address"):
        answer = getattr(client, method)(url_of(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("change_password")), name


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_proves_a_mailbox_twice(who: str, company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(getattr(company, who))
    for name in ("enter_code", "check_address"):
        for answer in (client.get(reverse(name)), client.post(reverse(name), {"code": "x"})):
            assert (answer.status_code, answer["Location"]) == (302, reverse("menu"))


def test_a_password_cannot_be_changed_before_the_mailbox_is_proved(company: Company, browser_of: BrowserOf) -> None:
    account = newcomer("sub_id", company)
    typed = {"current_password": PASSWORD, "new_password": "kaze ga fuku asa", "new_password_again": "kaze ga fuku asa"}
    client = browser_of(account)
    client.post(reverse("change_password"), typed)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    account.email_verified_at = timezone.now()
    account.save()
    client.post(reverse("change_password"), typed)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    log_in_with(account, mailbox_proved=True).post(reverse("change_password"), typed)
    account.refresh_from_db()
    assert not account.check_password(PASSWORD)


@pytest.mark.parametrize("who", PEOPLE)
def test_one_may_log_out_whatever_is_due(who: str, company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(newcomer(who, company))
    assert client.get(reverse("menu"))["Location"] != reverse("login")
    assert client.post(reverse("logout"))["Location"] == reverse("login")
    assert not Session.objects.filter(account__isnull=False).exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("who", PEOPLE)
def test_the_wrong_kind_of_id_is_refused(
    who: str, settled: bool, method: str, company: Company, browser_of: BrowserOf
) -> None:
    client = browser_of(getattr(company, who) if settled else newcomer(who, company))
    others = {name for pages in PAGES.values() for name in pages} - set(PAGES[who])
    for name in others:
        assert getattr(client, method)(url_of(name)).status_code == 403, name


STOPS = [
    ("administrator", "itself", "suspended"),
    ("administrator", "itself", "deleted"),
    ("signer", "itself", "suspended"),
    ("signer", "itself", "deleted"),
    ("sub_id", "itself", "suspended"),
    ("sub_id", "itself", "deleted"),
    ("sub_id", "signer", "suspended"),
    ("sub_id", "signer", "deleted"),
    *((who, "registration", status) for who in PEOPLE for status in ("suspended", "deleted")),
]


def set_status(who: str, what: str, status: str, company: Company) -> None:
    if what == "registration":
        TradeRegistration.objects.filter(pk=company.registration.pk).update(status=status)
    else:
        stopped = company.signer if what == "signer" else getattr(company, who)
        Account.objects.get_queryset().filter(pk=stopped.pk).update(status=status)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("who", "what", "status"), STOPS)
def test_a_stopped_id_is_refused_at_its_next_request_and_stays_out(
    who: str, what: str, status: str, method: str, company: Company, browser_of: BrowserOf
) -> None:
    client = browser_of(getattr(company, who))
    assert client.get(reverse("change_password")).status_code == 200
    set_status(who, what, status, company)
    answer = getattr(client, method)(reverse("change_password"))
    assert answer.status_code == 302
    assert answer["Location"].split("?")[0] == reverse("login")
    assert Session.objects.get().ended_because == Ending.STOPPED
    set_status(who, what, "in_force" if what == "registration" else "active", company)
    assert client.get(reverse("change_password")).status_code == 302


def test_what_a_stopped_id_sends_has_no_effect(company: Company, browser_of: BrowserOf) -> None:
    typed = {"current_password": PASSWORD, "new_password": "kaze ga fuku asa", "new_password_again": "kaze ga fuku asa"}
    for status, unchanged in (("suspended", True), ("active", False)):
        set_status("signer", "itself", "active", company)
        client = browser_of(company.signer)
        set_status("signer", "itself", status, company)
        client.post(reverse("change_password"), typed)
        company.signer.refresh_from_db()
        assert company.signer.check_password(PASSWORD) is unchanged


@pytest.mark.parametrize("name", ["home", "login"])
def test_a_stopped_id_is_not_sent_round_in_circles(name: str, company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(company.signer)
    set_status("signer", "itself", "suspended", company)
    response = client.get(reverse(name), follow=True)
    assert response.status_code == 200
    assert "このIDは現在ご利用になれません" in response.content.decode()


@pytest.mark.parametrize("who", PEOPLE)
def test_an_expired_registration_does_not_shut_its_ids_out(who: str, company: Company, browser_of: BrowserOf) -> None:
    client = browser_of(getattr(company, who))
    TradeRegistration.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert client.get(reverse("menu")).status_code == 200
