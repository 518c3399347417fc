"""A forgotten password: a one-time link to the proven mailbox, and never a word about whether the ID exists."""

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

from accounts import services
from accounts.models import Account, PasswordOrigin, PasswordReset, Session
from accounts.tasks import tidy
from tests.accounts.conftest import log_in
from tests.conftest import Company, CompletePages, make_company
from tests.factories import PASSWORD
from tests.support.turns import at_once
from trade_registration.models import TradeRegistration

BrowserOf = Callable[[Account], Client]
Delivered = Callable[[], list[EmailMessage]]
NEW = "kaze ga fuku minato no asa"
NEW_TWICE = {"new_password": NEW, "new_password_again": NEW}


def typed_by(account: Account, **instead: str) -> dict[str, str]:
    """What this account's owner types, but for what is said instead."""
    typed = {"chamber_code": account.chamber.code, "login_id": account.login_id, "email": account.email}
    return {**typed, **instead}


def ask(client: Client, account: Account, **instead: str) -> HttpResponse:
    return client.post(reverse("forgotten"), typed_by(account, **instead))


def link_in(mail: EmailMessage) -> str:
    found = re.search(rf"^{re.escape(settings.ECO_ORIGIN)}(/reset/\S+)$", mail.body, re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture
def link(company: Company, visitor: Client, delivered: Delivered) -> str:
    """The signer's link, as mailed."""
    ask(visitor, company.signer)
    (mail,) = delivered()
    return link_in(mail)


def is_dead(client: Client, link: str) -> bool:
    """Whether the link opens nothing, whether one looks or types a password."""
    answers = [client.get(link), client.post(link, NEW_TWICE)]
    assert all("このリンクは使えません" in answer.content.decode() for answer in answers if answer.status_code == 410)
    return [answer.status_code for answer in answers] == [410, 410]


CASES = [
    "unknown chamber",
    "unknown ID",
    "wrong mailbox",
    "another ID's mailbox",
    "unproven mailbox",
    "suspended",
    "deleted",
    "suspended signer",
    "suspended registration",
]


def typed_in(case: str, company: Company) -> dict[str, str]:
    """Makes the case, in which no link may be sent, and returns what is typed in it."""
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
        "unknown ID": {"login_id": "nobody"},
        "wrong mailbox": {"email": "somebody@example.jp"},
        "another ID's mailbox": {"email": company.administrator.email},
    }
    return typed_by(account, **instead.get(case, {}))


def work_of(queries: CaptureQueriesContext) -> list[str]:
    """The statements that were run, without their values."""
    return [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]


@pytest.mark.parametrize("case", CASES)
def test_known_and_unknown_get_the_same_answer_for_the_same_work(case: str, company: Company, rival: Company) -> None:
    typed = typed_in(case, company)
    with CaptureQueriesContext(connection) as for_known:
        known = ask(CompletePages(), rival.signer)
    with CaptureQueriesContext(connection) as for_other:
        other = CompletePages().post(reverse("forgotten"), typed)
    assert work_of(for_other) == work_of(for_known) != []
    assert (other.status_code, other["Location"]) == (known.status_code, known["Location"])
    assert (known.status_code, known["Location"]) == (302, reverse("forgotten_sent"))
    assert (other.content, dict(other.headers)) == (known.content, dict(known.headers))
    assert not other.cookies


@pytest.mark.parametrize("case", CASES)
def test_mail_goes_only_where_id_and_proven_mailbox_match(
    case: str, company: Company, rival: Company, visitor: Client, delivered: Delivered
) -> None:
    visitor.post(reverse("forgotten"), typed_in(case, company))
    ask(visitor, rival.signer)
    assert [mail.to for mail in delivered()] == [[rival.signer.email]]


@pytest.mark.parametrize("who", ["administrator", "signer", "sub_id"])
def test_every_kind_of_id_with_a_proven_mailbox_gets_its_link(
    who: str, company: Company, visitor: Client, delivered: Delivered
) -> None:
    account = getattr(company, who)
    ask(visitor, account, email=account.email.upper())
    (mail,) = delivered()
    assert mail.to == [account.email]
    assert account.login_id in visitor.get(link_in(mail)).content.decode()


def test_the_link_gives_a_new_password(company: Company, visitor: Client, link: str, delivered: Delivered) -> None:
    account = company.signer
    Account.objects.get_queryset().filter(pk=account.pk).update(password_origin=PasswordOrigin.ADMINISTRATOR)
    assert visitor.post(link, NEW_TWICE)["Location"] == reverse("login")
    assert log_in(visitor, account, PASSWORD).status_code == 200
    assert log_in(visitor, account, NEW).status_code == 302
    assert visitor.get(reverse("menu")).status_code == 200
    assert [(mail.to, "変更のお知らせ" in mail.subject) for mail in delivered()[1:]] == [([account.email], True)]


def test_the_new_password_opens_the_door_although_the_old_one_was_missed_too_often(
    company: Company, visitor: Client, link: str
) -> None:
    for _attempt in range(5):
        log_in(visitor, company.signer, "guess")
    assert log_in(visitor, company.signer, PASSWORD).status_code == 429
    visitor.post(link, NEW_TWICE)
    assert log_in(visitor, company.signer, NEW).status_code == 302


def test_the_link_works_once(visitor: Client, link: str) -> None:
    assert visitor.get(link).status_code == 200
    assert visitor.post(link, NEW_TWICE).status_code == 302
    assert is_dead(visitor, link)


def test_looking_and_a_refused_password_do_not_use_the_link_up(visitor: Client, link: str) -> None:
    for typed in ("short", "password1234"):
        refused = visitor.post(link, {"new_password": typed, "new_password_again": typed})
        assert refused.status_code == 200
        assert typed not in refused.content.decode()
    assert visitor.post(link, {**NEW_TWICE, "new_password_again": "another"}).status_code == 200
    assert visitor.post(link, NEW_TWICE).status_code == 302


@pytest.mark.parametrize(("seconds", "dead"), [(1799, False), (1800, True)])
def test_the_link_lasts_thirty_minutes_from_the_request(
    seconds: int, *, dead: bool, company: Company, visitor: Client, delivered: Delivered
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(visitor, company.signer)
        clock.shift(60)
        (mail,) = delivered()
        clock.shift(seconds - 60)
        assert is_dead(visitor, link_in(mail)) is dead


@pytest.mark.parametrize(("seconds", "mails"), [(1799, 1), (1800, 0)])
def test_a_link_that_would_come_too_late_is_not_sent(
    seconds: int, mails: int, company: Company, visitor: Client, delivered: Delivered
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(visitor, company.signer)
        clock.shift(seconds)
        assert len(delivered()) == mails


@pytest.mark.parametrize("what", ["password", "address", "address there and back", "suspended", "another link"])
def test_the_link_dies_when_the_account_changes(
    what: str, company: Company, visitor: Client, link: str, delivered: Delivered
) -> None:
    account, owner = company.signer, company.signer.email
    assert visitor.get(link).status_code == 200
    if what == "password":
        services.set_password(account, NEW, origin=PasswordOrigin.OWN, by=account)
    if what.startswith("address"):
        services.change_email(account, "new@example.jp", by=company.administrator)
    if what == "address there and back":
        services.change_email(account, owner, by=company.administrator)
    if what == "suspended":
        Account.objects.get_queryset().filter(pk=account.pk).update(status=Account.Status.SUSPENDED)
    if what == "another link":
        ask(visitor, account)
        visitor.post(link_in(delivered()[-1]), NEW_TWICE)
    assert is_dead(visitor, link)


@pytest.mark.parametrize("wrong", ["proof", "request", "other account's proof"])
def test_a_wrong_link_opens_nothing(
    wrong: str, company: Company, rival: Company, visitor: Client, link: str, delivered: Delivered
) -> None:
    _nothing, _reset, public_id, proof, _end = link.split("/")
    ask(visitor, rival.signer)
    other_proof = link_in(delivered()[-1]).split("/")[3]
    args = {
        "proof": (public_id, "0" * 40),
        "request": ("df36fcd8-d265-498b-997f-2b8df4d928ec", proof),
        "other account's proof": (public_id, other_proof),
    }[wrong]
    assert is_dead(visitor, reverse("reset_password", args=args))
    assert visitor.post(link, NEW_TWICE).status_code == 302


def test_a_new_password_ends_the_sessions_elsewhere(
    company: Company, browser_of: BrowserOf, link: str, visitor: Client
) -> None:
    thief, colleague = browser_of(company.signer), browser_of(company.administrator)
    assert thief.get(reverse("menu")).status_code == 200
    visitor.post(link, NEW_TWICE)
    assert thief.get(reverse("menu")).status_code == 302
    assert "パスワードまたはメールアドレスが変更された" in thief.get(reverse("login")).content.decode()
    assert colleague.get(reverse("menu")).status_code == 200
    assert list(Session.objects.filter(ended_because="", account__isnull=False)) == [
        Session.objects.get(account=company.administrator)
    ]


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_uses_of_a_link_one_counts(delivered: Delivered) -> None:
    company = make_company()
    ask(Client(), company.signer)
    path = link_in(delivered()[0])
    tried = [f"{NEW} {number}" for number in range(5)]
    to_try = list(tried)

    def use() -> int:
        typed = to_try.pop()
        return Client().post(path, {"new_password": typed, "new_password_again": typed}).status_code

    assert sorted(at_once(5, use)) == [302, 410, 410, 410, 410]
    company.signer.refresh_from_db()
    assert sum(company.signer.check_password(typed) for typed in tried) == 1


@pytest.mark.parametrize("login_id", ["", "nobody"])
def test_one_id_is_asked_for_five_times_a_minute_from_one_address(login_id: str, company: Company) -> None:
    instead = {"login_id": login_id} if login_id else {}
    with time_machine.travel(timezone.now(), tick=False):
        answers = [ask(CompletePages(), company.signer, **instead) for _n in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "操作の回数が多すぎます" in answers[-1].content.decode()
    assert PasswordReset.objects.count() == 4


def test_one_address_asks_thirty_times_a_minute(company: Company) -> None:
    answers = [ask(CompletePages(), company.signer, login_id=f"x{n}").status_code for n in range(31)]
    assert answers == [302] * 30 + [429]
    assert ask(CompletePages(REMOTE_ADDR="10.1.1.1"), company.signer).status_code == 302


@pytest.mark.parametrize("name", ["forgotten", "forgotten_sent", "forgotten_id", "forgotten_id_sent"])
def test_the_pages_tell_whom_to_ask(name: str, visitor: Client) -> None:
    page = re.sub(r"\s+", "", visitor.get(reverse(name)).content.decode())
    for who, whom in (
        ("管理者ID", "貿易登録をした商工会議所"),
        ("ユーザーID(署名者)", "貴社の管理者"),
        ("サブID", "サブIDを作成した署名者"),
    ):
        assert f"<dt>{who}</dt><dd>{whom}" in page


def test_old_requests_are_swept_away(company: Company, visitor: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(visitor, company.signer)
        clock.shift(timedelta(days=7))
        ask(visitor, company.administrator)
        clock.shift(1)
        tidy()
    assert PasswordReset.objects.get().login_id == company.administrator.login_id
