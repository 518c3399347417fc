"""Whoever waits for a mail that was refused for good is told so, on the page where they wait, with what to do."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts import staff
from accounts.models import Account, Role
from casework import services as casework
from email_verification.services import send_new_code
from mailing.models import OutboxMail
from mailing.services import deliver_due
from signers import services as signers
from tests.casework.conftest import browser_in
from tests.casework.factories import CaseFactory, ready
from tests.casework.test_public_views import accepted
from tests.conftest import Company, CompletePages, log_in_with
from tests.support.sink import Sink
from trade_registration import services as registrations

REFUSED = "送信できませんでした"
WRONG = "1731679350.0-00000000000000000000000000000000"
NOBODY = "nobody@example.jp"


@dataclass(frozen=True)
class Wait:
    """Somebody at a page, waiting for a mail to an address. ``advice`` is what to do when it cannot be sent."""

    client: Client
    url: str
    address: str
    advice: str
    typed: dict[str, str] | None = None

    def sees(self) -> str:
        if self.typed is not None:
            return self.client.post(self.url, self.typed).content.decode()
        return self.client.get(self.url).content.decode()


def newcomer(company: Company) -> Account:
    company.signer.email_verified_at = None
    company.signer.save(update_fields=("email_verified_at",))
    return company.signer


def code(company: Company) -> Wait:
    client = log_in_with(newcomer(company))
    client.get(reverse("enter_code"))
    return Wait(client, reverse("enter_code"), company.signer.email, "新しい確認コードを送信してください")


def code_entered_wrongly(company: Company) -> Wait:
    wait = code(company)
    return Wait(wait.client, wait.url, wait.address, wait.advice, typed={"code": WRONG})


def address_of_code(company: Company) -> Wait:
    wait = code(company)
    return Wait(wait.client, reverse("check_address"), wait.address, "新しい確認コードを送信")


def code_to_a_new_mailbox(company: Company) -> Wait:
    send_new_code(company.administrator, address="new@example.jp")
    client = log_in_with(company.administrator)
    return Wait(client, reverse("confirm_mailbox"), "new@example.jp", "変更を取りやめてから、正しいアドレスを入力")


def link(company: Company) -> Wait:
    client, chamber = CompletePages(), ready(company.chamber)
    client.post(reverse("registration_guide", args=[chamber.code]), accepted(chamber))
    address = accepted(chamber)["email"]
    return Wait(client, reverse("registration_sent", args=[chamber.code]), address, "もう一度お申し込みください")


def receipt(company: Company) -> Wait:
    case = CaseFactory(chamber=ready(company.chamber), contact_email=NOBODY)
    casework.submit(case, by=None)
    return Wait(browser_in(case), reverse("case_sent"), NOBODY, company.chamber.telephone)


def standing_of_a_case(company: Company) -> Wait:
    wait = receipt(company)
    return Wait(wait.client, reverse("case"), NOBODY, company.chamber.telephone)


def case_at_the_desk(company: Company, reviewer: Account) -> Wait:
    case = CaseFactory(chamber=ready(company.chamber), contact_email=NOBODY)
    casework.submit(case, by=None)
    return Wait(log_in_with(reviewer), reverse("staff_case", args=[case.public_id]), NOBODY, "電話などでお伝えください")


def suspended_company(company: Company, reviewer: Account) -> Wait:
    registrations.suspend(company.registration, reason="調査のため", by=reviewer)
    url = reverse("staff_registration", args=[company.registration.registration_number])
    return Wait(log_in_with(reviewer), url, company.administrator.email, "電話などでお伝えください")


def new_sub_id(company: Company) -> Wait:
    made = signers.create_sub_id(company.signer, name="通関", email=NOBODY, password="umi wo koete todoku")
    return Wait(log_in_with(company.signer), reverse("sub_id", args=[made.public_id]), NOBODY, "正しいアドレスに変更")


def moved_signer(company: Company) -> Wait:
    signers.change_email(company.signer_row, NOBODY, by=company.administrator)
    url = reverse("account_detail", args=[company.signer.public_id])
    return Wait(log_in_with(company.administrator), url, NOBODY, "正しいアドレスに直してください")


def invited_clerk(company: Company, manager: Account) -> Wait:
    names = {"login_id": "niigataNew", "name": "港 五郎", "email": NOBODY, "role": Role.REVIEWER}
    clerk = staff.invite(company.chamber, by=manager, **names)
    return Wait(log_in_with(manager), reverse("clerk", args=[clerk.public_id]), NOBODY, "招待メールを再送")


WAITS = [
    *(code, code_entered_wrongly, address_of_code, code_to_a_new_mailbox, link, receipt, standing_of_a_case),
    *(case_at_the_desk, suspended_company, new_sub_id, moved_signer, invited_clerk),
]


@pytest.fixture
def wait(request: pytest.FixtureRequest, company: Company) -> Wait:
    wanted = [name for name in ("reviewer", "manager") if name in request.param.__annotations__]
    return request.param(company, **{name: request.getfixturevalue(name) for name in wanted})


@pytest.mark.parametrize("wait", WAITS, indirect=True)
def test_a_refusal_is_told_where_somebody_waits(wait: Wait, sink: Sink) -> None:
    sink.refusals[wait.address] = "550 no such user"
    assert REFUSED not in wait.sees()
    deliver_due()
    assert OutboxMail.objects.refused().filter(refused_address=wait.address).exists()
    seen = wait.sees()
    assert REFUSED in seen
    assert wait.advice in seen
    assert "確認コードをメールにて送信しました。" not in seen
    assert "お送りします" not in seen


@pytest.mark.parametrize("wait", WAITS, indirect=True)
def test_nothing_is_told_where_the_mail_was_taken(wait: Wait, sink: Sink) -> None:
    sink.refusals["somebody-else@example.jp"] = "550 no such user"
    deliver_due()
    assert sink.received
    assert REFUSED not in wait.sees()


def test_nobody_learns_of_the_mail_that_another_browser_asked_for(company: Company, sink: Sink) -> None:
    wait = link(company)
    sink.refusals[wait.address] = "550 no such user"
    deliver_due()
    assert REFUSED in wait.sees()
    seen = CompletePages().get(wait.url).content.decode()
    assert REFUSED not in seen
    assert wait.address not in seen


def test_a_link_of_another_chamber_is_not_spoken_of(company: Company, stranger: Company, sink: Sink) -> None:
    wait = link(company)
    sink.refusals[wait.address] = "550 no such user"
    deliver_due()
    seen = wait.client.get(reverse("registration_sent", args=[stranger.chamber.code])).content.decode()
    assert REFUSED not in seen
    assert wait.address not in seen


def forgotten(company: Company, address: str) -> tuple[str, dict[str, str], str]:
    typed = {"chamber_code": company.chamber.code, "login_id": company.signer.login_id, "email": address}
    return "forgotten", typed, "forgotten_sent"


def resume(company: Company, address: str) -> tuple[str, dict[str, str], str]:
    CaseFactory(chamber=ready(company.chamber), contact_email=company.signer.email)
    return "resume", {"chamber": company.chamber.code, "email": address}, "resume_sent"


@pytest.mark.parametrize("ask", [forgotten, resume])
def test_a_page_that_must_not_tell_whose_mailbox_it_is_claims_nothing(
    ask: Callable[[Company, str], tuple[str, dict[str, str], str]], company: Company, sink: Sink
) -> None:
    """The same answer for a mailbox that is known and refuses, and for one that is not known."""
    answers = []
    for address in (company.signer.email, NOBODY):
        sink.refusals[address] = "550 no such user"
        page, typed, answer = ask(company, address)
        client = CompletePages()
        client.post(reverse(page), typed)
        deliver_due()
        answers.append(client.get(reverse(answer)).content)
    assert OutboxMail.objects.refused().count() == 1
    assert answers[0] == answers[1]
    assert "しました。" not in answers[0].decode()
    assert "届かない場合" in answers[0].decode()
