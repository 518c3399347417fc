"""Links that a stranger hands on: to follow one changes nothing; only its button does, after the page has said what will end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import invitation_links, reset_links
from accounts.models import Account, PasswordOrigin, PasswordReset
from casework import services
from casework.models import Case
from registration_cases.document_kinds import DocumentKind
from registration_cases.links import link_to_begin, link_to_resume, link_to_status
from registration_cases.models import RegistrationRequest
from tests.casework.conftest import browser_in
from tests.casework.factories import CaseFactory, change_of, ready
from tests.conftest import Company, CompletePages
from tests.documents.test_uploads import invoice
from tests.factories import ChamberFactory, StaffFactory

_WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "SELECT PG_ADVISORY")


@pytest.fixture
def case(db: None) -> Case:
    """The stranger's own, at another chamber."""
    return CaseFactory(chamber=ready(ChamberFactory()), company_name="株式会社よそ", returned=True)


@pytest.fixture
def links(company: Company, case: Case) -> dict[str, str]:
    """One of every kind that is mailed."""
    begun, resumed = (
        RegistrationRequest.objects.create(
            chamber=case.chamber, email=case.registration_case.contact_email, is_resumption=is_late
        )
        for is_late in (False, True)
    )
    signer = company.signer
    reset = PasswordReset.objects.create(
        chamber_code=company.chamber.code, login_id=signer.login_id, email=signer.email
    )
    invited = StaffFactory(chamber=company.chamber, password_origin=PasswordOrigin.NONE)
    made = {
        "begin": link_to_begin(begun),
        "resume": link_to_resume(resumed, case),
        "status": link_to_status(case),
        "reset": reset_links.link_for(reset, signer, origin=""),
        "invitation": invitation_links.link_for(invited, int(timezone.now().timestamp()), origin=""),
    }
    return {name: link.removeprefix("http://testserver") for name, link in made.items()}


def test_following_a_link_changes_nothing(
    company: Company, links: dict[str, str], browser_of: Callable[[Account], Client]
) -> None:
    browsers = {
        "administrator": browser_of(company.administrator),
        "signer": browser_of(company.signer),
        "applicant": browser_in(CaseFactory(chamber=ready(ChamberFactory()), company_name="株式会社じぶん")),
        "visitor": Client(),
    }
    changed: list[tuple[str, str, str]] = []
    tried = 0
    with time_machine.travel(timezone.now(), tick=False):
        for who, client in browsers.items():
            cookies = {name: each.value for name, each in client.cookies.items()}
            for name, link in links.items():
                for method in (client.get, client.head):
                    tried += 1
                    with CaptureQueriesContext(
                        connection,
                    ) as queries:
                        assert method(link).status_code == 200
                    written = any(each["sql"].upper().startswith(_WRITES) for each in queries.captured_queries)
                    session = client.cookies.get("eco-session")
                    if written or (session.value if session else None) != cookies.get("eco-session"):
                        changed.append((who, name, method.__name__))
    assert (tried, changed) == (40, [])


def test_a_strangers_link_does_not_get_the_next_upload(
    company: Company, case: Case, links: dict[str, str], browser_of: Callable[[Account], Client]
) -> None:
    own = change_of(company.registration)
    client = browser_of(company.administrator)
    page = client.get(links["status"]).content.decode()
    assert "申請を開くと、ログアウトします" in page
    assert "株式会社よそ" in page
    upload = SimpleUploadedFile("登記.pdf", invoice(), "application/pdf")
    client.post(reverse("case_documents"), {"kind": DocumentKind.OTHER, "issued_on": "", "file": upload})
    assert [each.documents.filter(file_name="登記.pdf").count() for each in (own, case)] == [1, 0]
    assert client.get(reverse("menu")).status_code == 200


def test_whoever_presses_the_button_was_told_what_ends(
    company: Company, case: Case, links: dict[str, str], browser_of: Callable[[Account], Client]
) -> None:
    client = browser_of(company.administrator)
    response = client.post(links["status"], follow=True)
    assert response.redirect_chain == [(reverse("case"), 302)]
    assert "株式会社よそ" in response.content.decode()
    assert client.get(reverse("menu")).status_code == 302


def test_another_site_cannot_press_the_button(links: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    for name in ("begin", "resume", "status"):
        assert client.post(links[name]).status_code == 403
    assert "eco-session" not in client.cookies


def test_a_link_to_the_case_that_is_open_already_leads_straight_there(case: Case, links: dict[str, str]) -> None:
    client = browser_in(case)
    assert client.get(links["status"])["Location"] == reverse("case")
    services.withdraw(case, by=None)
    assert client.get(links["status"]).status_code == 302


@pytest.mark.parametrize("name", ["begin", "resume"])
def test_a_link_that_opens_once_lets_the_same_form_in_again_for_minutes_only(name: str, links: dict[str, str]) -> None:
    """A browser offers to send it again when somebody goes back, whoever sits before it by then."""
    pressed = timezone.now()
    browser = CompletePages()
    for minutes, answers in ((0, 200), (9, 200), (11, 302)):
        with time_machine.travel(pressed + timedelta(minutes=minutes), tick=False):
            sent = browser.post(links[name], {"csrfmiddlewaretoken": "a" * 64})
            assert (sent.status_code, sent["Location"]) == (302, reverse("case"))
            assert browser.get(reverse("case")).status_code == answers
            browser.post(reverse("leave_case"))
