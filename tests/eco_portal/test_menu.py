"""The menu says what waits for the company, and leads to where it is done."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from casework import examination, services
from casework.models import Case
from casework.models.target import FIELD, Target
from eco_portal.menu import Waiting
from email_verification.models import LASTS
from email_verification.services import send_new_code
from registration_cases import services as registration_cases
from tests.casework.factories import change_of
from tests.conftest import Company, queries_of
from tests.factories import SubIdFactory

Open = Callable[[Account], Client]


@pytest.fixture
def client(company: Company, browser_of: Open) -> Client:
    return browser_of(company.administrator)


def waiting(client: Client) -> list[Waiting]:
    response = client.get(reverse("menu"))
    found: list[Waiting] = response.context["menu"].waiting
    page = response.content.decode()
    assert ("ご対応・ご確認が必要なこと" in page) == bool(found)
    assert all(each.text in page and f'href="{each.url}"' in page for each in found)
    return found


def test_nothing_waits_by_itself(company: Company, browser_of: Open) -> None:
    for account in (company.administrator, company.signer, company.sub_id):
        assert waiting(browser_of(account)) == []


def test_a_draft_says_when_it_will_be_deleted(client: Client, company: Company) -> None:
    case = registration_cases.start_change(company.registration, by=company.administrator)
    last = timezone.localdate() + dt.timedelta(days=60)
    day = f"{last.year}年{last.month}月{last.day}日"
    text = f"登録内容変更の申請を、まだ送信していません。{day}を過ぎると、入力した内容は削除されます。"
    assert waiting(client) == [Waiting(text, reverse("case"), "続きを入力")]
    services.withdraw(case, by=company.administrator)
    assert waiting(client) == []


def test_a_draft_of_a_renewal_names_the_renewals_last_day(client: Client, company: Company) -> None:
    today = timezone.localdate()
    company.registration.valid_until = today + dt.timedelta(days=9)
    company.registration.save()
    registration_cases.start_renewal(company.registration, by=company.administrator)
    last = company.registration.valid_until
    assert f"{last.year}年{last.month}月{last.day}日を過ぎると" in waiting(client)[0].text


def test_a_case_that_was_sent_back_waits_and_one_with_the_chamber_does_not(
    client: Client, company: Company, reviewer: Account
) -> None:
    case = change_of(company.registration, company_name="株式会社新しい名前", submitted=True)
    assert waiting(client) == []
    examination.return_for_correction(case, {Target(FIELD, "company_name"): "登記と違います。"}, by=reviewer)
    [found] = waiting(client)
    assert found == Waiting("登録内容変更の申請に、修正のお願いが届いています。", reverse("case"), "修正する")
    assert "登記と違います。" in client.get(found.url).content.decode()


@pytest.mark.parametrize("is_decided", [False, True])
def test_messages_wait_until_they_are_read(
    is_decided: bool, client: Client, company: Company, reviewer: Account
) -> None:
    case = change_of(company.registration, company_name="株式会社新しい名前", submitted=True)
    if is_decided:
        examination.reject(case, reason="別の理由", by=reviewer)
    case.refresh_from_db()
    for text in ("一通目です。", "二通目です。"):
        examination.write_to_company(case, text, by=reviewer)
    [found] = waiting(client)
    assert found.text == "商工会議所からの未読のメッセージが2件あります。"
    page = client.get(found.url, follow=True).content.decode()
    assert "一通目です。" in page
    assert "二通目です。" in page
    assert waiting(client) == []


def test_what_the_company_wrote_itself_does_not_wait_for_it(client: Client, company: Company) -> None:
    case = change_of(company.registration, company_name="株式会社新しい名前", submitted=True)
    services.write_to_chamber(case, "こちらから", by=company.administrator)
    assert waiting(client) == []


def test_a_new_mailbox_waits_for_its_proof_as_long_as_the_code_is_good(
    client: Client, company: Company, browser_of: Open
) -> None:
    send_new_code(company.administrator, address="new@example.jp")
    [found] = waiting(client)
    assert "new@example.jp" in found.text
    assert found.url == reverse("confirm_mailbox")
    assert client.get(found.url).status_code == 200
    with time_machine.travel(timezone.now() + LASTS):
        assert waiting(browser_of(company.administrator)) == []


def test_held_signers_wait(client: Client, company: Company) -> None:
    company.signer_row.held_at = timezone.now()
    company.signer_row.save()
    [found] = waiting(client)
    assert "署名者1名の発給申請を保留しています" in found.text
    assert found.url == reverse("signers")


def test_a_signer_is_told_of_sub_ids_without_a_proved_mailbox(company: Company, browser_of: Open) -> None:
    SubIdFactory(parent=company.signer, unverified=True)
    SubIdFactory(parent=company.signer, unverified=True, status=Account.Status.DELETED)
    client = browser_of(company.signer)
    [found] = waiting(client)
    assert found.text.startswith("サブID1件")
    assert found.url == reverse("sub_ids")
    assert waiting(browser_of(company.administrator)) == []


def test_another_companys_work_waits_for_nobody_here(
    client: Client, company: Company, rival: Company, reviewer: Account
) -> None:
    case = change_of(rival.registration, company_name="株式会社よその名前", submitted=True)
    examination.write_to_company(case, "よその話", by=reviewer)
    examination.return_for_correction(case, {Target(FIELD, "company_name"): "よその指摘"}, by=reviewer)
    send_new_code(rival.administrator, address="rival@example.jp")
    rival.signer_row.held_at = timezone.now()
    rival.signer_row.save()
    assert waiting(client) == []


def test_all_of_it_is_read_in_two_queries_however_much_waits(
    client: Client, company: Company, reviewer: Account
) -> None:
    assert queries_of(client, reverse("menu")) == 2
    case = change_of(company.registration, company_name="株式会社新しい名前", submitted=True)
    for number in range(30):
        examination.write_to_company(case, f"{number}通目", by=reviewer)
    examination.return_for_correction(case, {Target(FIELD, "company_name"): "登記と違います。"}, by=reviewer)
    send_new_code(company.administrator, address="new@example.jp")
    company.signer_row.held_at = timezone.now()
    company.signer_row.save()
    assert queries_of(client, reverse("menu")) == 2
    assert len(waiting(client)) == 4
    assert Case.objects.filter(status=Case.Status.RETURNED).count() == 1
