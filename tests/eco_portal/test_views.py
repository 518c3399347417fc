"""The menu, made of what an ID may do, and what an operator's probe asks."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Kind
from mailing.models import OutboxMail
from tests.conftest import Company, queries_of
from tests.factories import SignerFactory

Open = Callable[[Account], Client]
MENUS = {
    "administrator": {"registration", "change_registration", "change_contact", "signers", "change_password"},
    "signer": {"sub_ids", "change_password"},
    "sub_id": {"change_password"},
}
EVERY_ENTRY = set.union(*MENUS.values())


@pytest.mark.parametrize("who", MENUS)
def test_the_menu_offers_what_the_id_may_do_and_nothing_else(who: str, company: Company, browser_of: Open) -> None:
    client = browser_of(getattr(company, who))
    page = client.get(reverse("menu")).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    offered = {name for name in EVERY_ENTRY if f'href="{reverse(name)}"' in main}
    assert offered == MENUS[who]
    assert all(client.get(reverse(name)).status_code == 200 for name in offered)


def test_a_menu_is_read_in_few_queries(company: Company, browser_of: Open) -> None:
    for each in (company.administrator, company.signer, company.sub_id):
        client = browser_of(each)
        assert queries_of(client, reverse("menu")) <= 3


def steps(client: Client) -> list[bool]:
    """Whether each of the manual's three steps is done."""
    return [step.is_done for step in client.get(reverse("menu")).context["menu"].steps]


def test_the_checklist_knows_what_is_done(company: Company, browser_of: Open) -> None:
    account = company.signer
    Account.objects.get_queryset().filter(pk=account.pk).update(
        first_login_at=None, last_login_at=None, email_verified_at=None
    )
    client = browser_of(company.administrator)
    assert steps(client) == [True, False, False]
    client.post(reverse("signer_certificates"))
    assert steps(client) == [True, True, False]
    Account.objects.get_queryset().filter(pk=account.pk).update(email_verified_at=timezone.now())
    assert steps(client) == []
    SignerFactory(account__registration=company.registration, account__first_time=True)
    assert steps(client) == [True, False, False]


def test_healthz_answers_and_readyz_looks_at_the_mail(
    visitor: Client, delivered: Callable[[], list[EmailMessage]]
) -> None:
    assert visitor.get("/healthz").json() == {"status": "ok"}
    assert visitor.get("/readyz").json() == {"status": "ok", "oldest_due_mail_seconds": 0}


@pytest.mark.parametrize(("late", "status"), [(timedelta(minutes=4), 200), (timedelta(minutes=6), 503)])
def test_readyz_fails_when_nobody_delivers(visitor: Client, late: timedelta, status: int) -> None:
    visitor.post(reverse("forgotten"), {"chamber_code": "801", "login_id": "abc", "email": "a@example.jp"})
    OutboxMail.objects.update(not_before=timezone.now() - late)
    response = visitor.get("/readyz")
    assert response.status_code == status
    assert response.json()["oldest_due_mail_seconds"] >= late.total_seconds() - 1


def test_probes_need_no_https(settings: object, visitor: Client) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 200
    assert visitor.get("/login/").status_code == 301


def test_the_menu_names_the_person_and_the_company(company: Company, browser_of: Open) -> None:
    page = browser_of(company.signer).get(reverse("menu")).content.decode()
    text = re.sub(r"<[^>]+>", " ", page)
    assert company.signer.name in text
    assert company.registration.company_name in text
    assert str(Kind.SIGNER.label) in text
