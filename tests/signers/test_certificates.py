"""署名登録証: who gets one, and on which day it tells the password."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, PasswordOrigin
from audit.models import AuditEntry
from demo.handwriting import draw_signature
from signers import services
from signers.models import Signer
from tests.conftest import Company, make_company
from tests.factories import SignerFactory
from tests.support.pdf import pages_of
from tests.support.turns import on_its_own_connection

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 14, 9, 0, tzinfo=TOKYO)
Open = Callable[[Account], Client]


def printed(response: HttpResponse) -> list[str]:
    """The text of each page."""
    assert response["Content-Type"] == "application/pdf"
    return pages_of(response.content)


@pytest.fixture
def new_signer(company: Company) -> Signer:
    """A signer who was never given a password."""
    return SignerFactory(
        account__registration=company.registration,
        account__first_time=True,
        account__password="!",
        account__password_origin=PasswordOrigin.NONE,
        account__login_id="X0qFBLTmNkhG",
        specimen=draw_signature("kaigisho taro"),
    )


def issue_and_print(client: Client, signer: Signer) -> str:
    public_id = signer.account.public_id
    client.post(reverse("signer_certificate", args=[public_id]))
    (page,) = printed(client.get(reverse("signer_certificate_pdf", args=[public_id])))
    return page


def password_on(page: str, account: Account) -> str | None:
    """The password printed on the page that opens this account's door."""
    printed = page.partition("パスワード")[2]
    starts = range(min(40, len(printed)))
    candidates = (printed[start : start + 12] for start in starts)
    return next((each for each in candidates if account.check_password(each)), None)


def test_the_certificate_bears_every_field_of_the_manual(
    company: Company, new_signer: Signer, browser_of: Open
) -> None:
    with time_machine.travel(MORNING, tick=False):
        page = issue_and_print(browser_of(company.administrator), new_signer)
    for said in (
        "署名登録証",
        "2026年11月14日",
        company.chamber.name,
        company.chamber.code,
        company.registration.registration_number,
        company.registration.company_name,
        "会議所太郎",
        "kaigishotaro",
        "X0qFBLTmNkhG",
        new_signer.account.email,
        "署名(Signature)",
    ):
        assert said in page.replace("（", "(").replace("）", ")"), said


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        (datetime(2026, 11, 14, 23, 59, 59, tzinfo=TOKYO), True),
        (datetime(2026, 11, 15, 0, 0, 0, tzinfo=TOKYO), False),
        (datetime(2027, 11, 14, 9, 0, tzinfo=TOKYO), False),
    ],
)
def test_the_password_is_printed_on_the_day_of_the_first_output_only(
    later: datetime, shown: bool, company: Company, new_signer: Signer, browser_of: Open
) -> None:
    with time_machine.travel(MORNING, tick=False):
        first = issue_and_print(browser_of(company.administrator), new_signer)
    new_signer.account.refresh_from_db()
    password = password_on(first, new_signer.account)
    assert password
    with time_machine.travel(later, tick=False):
        client = browser_of(company.administrator)
        (again,) = printed(client.get(reverse("signer_certificate_pdf", args=[new_signer.account.public_id])))
    assert (password in again) is shown
    assert ("パスワード***" in again) is not shown


def test_printing_again_issues_no_second_password(company: Company, new_signer: Signer, browser_of: Open) -> None:
    client = browser_of(company.administrator)
    assert issue_and_print(client, new_signer) == issue_and_print(client, new_signer)


def test_a_password_chosen_by_its_owner_is_never_printed(
    company: Company, new_signer: Signer, browser_of: Open
) -> None:
    client = browser_of(company.administrator)
    first = issue_and_print(client, new_signer)
    services.change_password(new_signer, "betsu no aikotoba desu", by=company.administrator)
    new_signer.account.refresh_from_db()
    (page,) = printed(client.get(reverse("signer_certificate_pdf", args=[new_signer.account.public_id])))
    assert "パスワード***" in page
    assert first != page


@pytest.mark.parametrize("origin", [PasswordOrigin.ADMINISTRATOR, PasswordOrigin.OWN])
def test_a_password_that_somebody_has_chosen_stays_when_the_certificate_is_issued(
    origin: PasswordOrigin, company: Company, new_signer: Signer, browser_of: Open
) -> None:
    services.change_password(new_signer, "betsu no aikotoba desu", by=company.administrator)
    Account.objects.get_queryset().filter(pk=new_signer.account_id).update(password_origin=origin)
    page = issue_and_print(browser_of(company.administrator), new_signer)
    new_signer.account.refresh_from_db()
    assert "パスワード***" in page
    assert new_signer.account.check_password("betsu no aikotoba desu")
    assert new_signer.account.password_origin == origin
    assert Signer.objects.get(pk=new_signer.pk).issued_on == timezone.localdate()
    assert not AuditEntry.objects.filter(action="signer.password_issued").exists()


def test_looking_at_the_page_issues_nothing(company: Company, new_signer: Signer, browser_of: Open) -> None:
    client = browser_of(company.administrator)
    client.get(reverse("signer_certificates"))
    client.get(reverse("signer_certificate", args=[new_signer.account.public_id]))
    new_signer.account.refresh_from_db()
    assert new_signer.account.password_origin == PasswordOrigin.NONE


def test_a_signer_without_password_has_no_certificate_yet(
    company: Company, new_signer: Signer, browser_of: Open
) -> None:
    response = browser_of(company.administrator).get(
        reverse("signer_certificate_pdf", args=[new_signer.account.public_id])
    )
    assert response.status_code == 404


def test_all_certificates_are_one_document_with_a_page_a_signer(
    company: Company, rival: Company, browser_of: Open
) -> None:
    for _each in range(3):
        SignerFactory(account__registration=company.registration)
    client = browser_of(company.administrator)
    client.post(reverse("signer_certificates"))
    pages = printed(client.get(reverse("signer_certificates_pdf")))
    assert len(pages) == 4
    assert rival.signer.login_id not in "".join(pages)


def test_every_output_is_on_record(company: Company, new_signer: Signer, browser_of: Open) -> None:
    issue_and_print(browser_of(company.administrator), new_signer)
    done = AuditEntry.objects.filter(subject=f"signers.Signer:{new_signer.pk}").values_list("action", flat=True)
    assert list(done) == ["signer.password_issued", "signer.certificate_output"]


def test_a_certificate_is_kept_by_no_browser(company: Company, new_signer: Signer, browser_of: Open) -> None:
    client = browser_of(company.administrator)
    client.post(reverse("signer_certificate", args=[new_signer.account.public_id]))
    response = client.get(reverse("signer_certificate_pdf", args=[new_signer.account.public_id]))
    assert "no-store" in response["Cache-Control"]
    assert new_signer.account.login_id not in response["Content-Disposition"]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_simultaneous_outputs_give_one_password() -> None:
    company = make_company()
    signer = SignerFactory(account__registration=company.registration, account__password_origin=PasswordOrigin.NONE)

    def issue() -> None:
        services.issue_passwords([Signer.objects.get(pk=signer.pk)], by=company.administrator)

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(on_its_own_connection, [issue] * 100))
    hashes = AuditEntry.objects.filter(action="signer.password_issued").count()
    signer.account.refresh_from_db()
    assert signer.account.password_origin == PasswordOrigin.INITIAL
    assert hashes == 1
