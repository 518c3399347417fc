"""A forgotten ID: mailed to the proven mailbox that asks, and never a word about whether a mailbox has one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, IdReminder
from accounts.tasks import tidy
from mailing.models import OutboxMail
from tests.conftest import Company, CompletePages
from tests.factories import PASSWORD, SignerFactory, SubIdFactory
from trade_registration.models import TradeRegistration

Delivered = Callable[[], list[EmailMessage]]


def ask(client: Client, account: Account, **instead: str) -> HttpResponse:
    """The account's owner asks for the IDs of the account's mailbox, but for what is typed instead."""
    return client.post(reverse("forgotten_id"), {**typed_by(account), **instead})


def typed_by(account: Account) -> dict[str, str]:
    return {"chamber_code": account.chamber.code, "email": account.email}


CASES = [
    "unknown chamber",
    "another chamber",
    "unknown mailbox",
    "unproven mailbox",
    "suspended",
    "deleted",
    "suspended signer",
    "suspended registration",
]


def typed_in(case: str, company: Company, stranger: Company) -> dict[str, str]:
    """Makes the case, in which nothing may be mailed, and returns what is typed in it."""
    account = company.sub_id if case == "suspended signer" else company.signer
    accounts = Account.objects.get_queryset().filter(pk=company.signer.pk)
    if case == "unproven mailbox":
        accounts.update(email_verified_at=None)
    if case in ("suspended", "suspended signer"):
        accounts.update(status=Account.Status.SUSPENDED)
    if case == "deleted":
        accounts.update(status=Account.Status.DELETED)
    if case == "suspended registration":
        TradeRegistration.objects.filter(pk=company.registration.pk).update(status=TradeRegistration.Status.SUSPENDED)
    instead = {
        "unknown chamber": {"chamber_code": "999"},
        "another chamber": {"chamber_code": stranger.chamber.code},
        "unknown mailbox": {"email": "nobody@example.jp"},
    }
    return {**typed_by(account), **instead.get(case, {})}


def work_of(queries: CaptureQueriesContext) -> list[str]:
    """The statements that were run, without their values."""
    return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]


@pytest.mark.parametrize("case", CASES)
def test_known_and_unknown_mailboxes_get_the_same_answer_for_the_same_work(
    case: str, company: Company, rival: Company, stranger: Company
) -> None:
    typed = typed_in(case, company, stranger)
    with CaptureQueriesContext(connection) as for_known:
        known = ask(CompletePages(), rival.signer)
    with CaptureQueriesContext(connection) as for_other:
        other = CompletePages().post(reverse("forgotten_id"), typed)
    assert work_of(for_other) == work_of(for_known) != []
    assert (known.status_code, known["Location"]) == (302, reverse("forgotten_id_sent"))
    assert (other.status_code, other.content, dict(other.headers)) == (302, known.content, dict(known.headers))
    assert not other.cookies


@pytest.mark.parametrize("case", CASES)
def test_only_proven_mailboxes_of_usable_ids_are_written_to(
    case: str, company: Company, rival: Company, stranger: Company, visitor: Client, delivered: Delivered
) -> None:
    visitor.post(reverse("forgotten_id"), typed_in(case, company, stranger))
    ask(visitor, rival.signer)
    assert [mail.to for mail in delivered()] == [[rival.signer.email]]


def test_the_mail_names_every_id_of_the_mailbox_and_nothing_else(
    company: Company, rival: Company, stranger: Company, visitor: Client, delivered: Delivered
) -> None:
    agent = "tsukan@agent.example.jp"
    theirs = [
        SubIdFactory(parent=company.signer, email=agent),
        SubIdFactory(parent=rival.signer, email="Tsukan@agent.example.jp"),
        SignerFactory(account__registration=company.registration, account__email=agent).account,
    ]
    hidden = [
        company.signer,
        SubIdFactory(parent=stranger.signer, email=agent),
        SubIdFactory(parent=company.signer, email=agent, unverified=True),
        SubIdFactory(parent=company.signer, email=agent, status=Account.Status.DELETED),
    ]
    ask(visitor, company.signer, email="TSUKAN@agent.example.jp")
    (mail,) = delivered()
    assert mail.to[0].lower() == agent
    assert company.chamber.code in mail.body
    assert settings.ECO_ORIGIN + reverse("login") in mail.body
    assert [account.login_id in mail.body for account in theirs] == [True] * 3
    assert [account.login_id in mail.body for account in hidden] == [False] * 4
    assert all(each.registration.company_name in mail.body for each in (company, rival))
    assert PASSWORD not in mail.body


@pytest.mark.parametrize("who", ["administrator", "signer", "sub_id", "reviewer"])
def test_every_kind_of_id_can_be_asked_for(
    who: str, company: Company, reviewer: Account, visitor: Client, delivered: Delivered
) -> None:
    account = reviewer if who == "reviewer" else getattr(company, who)
    ask(visitor, account)
    (mail,) = delivered()
    assert mail.to == [account.email]
    assert account.login_id in mail.body


def test_staff_are_not_named_where_no_staff_page_is_served(
    reviewer: Account, visitor: Client, delivered: Delivered, settings: pytest.FixtureRequest
) -> None:
    settings.ECO_STAFF_SITE = False  # type: ignore[attr-defined]
    ask(visitor, reviewer)
    assert delivered() == []


def test_the_mail_is_in_the_outbox_with_ids_only(company: Company, visitor: Client) -> None:
    ask(visitor, company.signer)
    mail = OutboxMail.objects.get(kind="accounts.ids")
    assert mail.ids == {"reminder": IdReminder.objects.get().pk, "origin": settings.ECO_ORIGIN}


def test_strangers_can_neither_flood_a_mailbox_nor_keep_the_mail_from_its_owner(
    company: Company, delivered: Delivered
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for hour in range(24):
            for number in range(12):
                stranger = CompletePages(REMOTE_ADDR=f"10.0.{hour}.{number}")
                assert ask(stranger, company.signer)["Location"] == reverse("forgotten_id_sent")
            clock.shift(timedelta(minutes=55))
        sent = delivered()
        assert ask(CompletePages(REMOTE_ADDR="10.9.9.9"), company.signer)["Location"] == reverse("forgotten_id_sent")
        assert 3 <= len(sent) <= 10
        assert all(company.signer.login_id in mail.body for mail in sent)


def test_what_strangers_ask_at_other_chambers_counts_apart(
    company: Company, stranger: Company, visitor: Client, delivered: Delivered
) -> None:
    for _each in range(4):
        ask(visitor, company.signer, chamber_code=stranger.chamber.code)
    ask(visitor, company.signer)
    assert [mail.to for mail in delivered()] == [[company.signer.email]]


def test_one_address_asks_thirty_times_a_minute(company: Company) -> None:
    answers = [ask(CompletePages(), company.signer, email=f"x{n}@example.jp").status_code for n in range(31)]
    assert answers == [302] * 30 + [429]
    assert ask(CompletePages(REMOTE_ADDR="10.1.1.1"), company.signer).status_code == 302


@pytest.mark.parametrize(("field", "value"), [("chamber_code", ""), ("email", "taro"), ("email", "")])
def test_bad_input_is_refused_at_its_field_and_stays(field: str, value: str, company: Company, visitor: Client) -> None:
    form = ask(visitor, company.signer, **{field: value}).context["form"]
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in form.fields} == {**typed_by(company.signer), field: value}
    assert not IdReminder.objects.exists()


def test_the_login_page_leads_here_and_a_failed_login_says_so(company: Company, visitor: Client) -> None:
    assert reverse("forgotten") in visitor.get(reverse("login")).content.decode()
    assert reverse("forgotten_id") in visitor.get(reverse("forgotten")).content.decode()
    typed = {"chamber_code": company.chamber.code, "login_id": "unknown", "password": "wrong"}
    failed = visitor.post(reverse("login"), typed).content.decode()
    assert reverse("forgotten_id") in failed
    assert "IDが分からない場合は" in failed


def test_old_requests_are_swept_away(company: Company, visitor: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(visitor, company.signer)
        clock.shift(timedelta(days=7))
        ask(visitor, company.administrator)
        clock.shift(1)
        tidy()
    assert IdReminder.objects.get().email == company.administrator.email
