"""登録内容変更/有効期間更新, as the administrator of a registered company sees it; and what the menu says of validity."""

import datetime as dt
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Ending
from casework import examination, services
from casework.models import Case
from chambers.models import Chamber, DatedText
from registration_cases import filling_in
from registration_cases import services as registration_cases
from registration_cases.links import link_to_status
from registration_cases.models import RegistrationCase
from tests.accounts.conftest import log_in
from tests.casework.conftest import browser_in, tick_everything
from tests.casework.factories import CaseFactory, change_of
from tests.casework.test_services import put
from tests.conftest import Company, queries_of
from tests.factories import SignerFactory
from trade_registration.models import CompanyData, TradeRegistration

Open = Callable[[Account], Client]
Delivered = Callable[[], list[EmailMessage]]
Status = Case.Status
NEW_NAME = "株式会社新しい名前"


@pytest.fixture
def client(company: Company, browser_of: Open) -> Client:
    return browser_of(company.administrator)


def ends_in(company: Company, days: int) -> None:
    """The registration's last day is so many days from today."""
    today = timezone.localdate()
    TradeRegistration.objects.filter(pk=company.registration.pk).update(
        registered_on=today - timedelta(days=700), valid_until=today + timedelta(days=days)
    )
    company.registration.refresh_from_db()


def company_form(company: Company, **changes: str) -> dict[str, str]:
    """企業情報 with the data in force."""
    said = {field: str(getattr(company.registration, field)) for field in CompanyData.EXAMINED}
    return {**said, **changes}


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_data_in_force_and_what_may_be_asked_for(client: Client, company: Company) -> None:
    page = client.get(reverse("change_registration")).content.decode()
    for said in (
        company.registration.registration_number,
        company.registration.representative_name,
        "登録内容を変更する",
    ):
        assert said in page
    opens = company.registration.renewal_opens_on
    assert f"更新のお手続きは{opens.year}年{opens.month}月{opens.day}日からです" in page
    assert "有効期間を更新する" not in page


@pytest.mark.parametrize(
    ("days", "renewal", "change"), [(31, False, True), (30, True, True), (0, True, True), (-1, False, False)]
)
def test_the_buttons_follow_the_calendar(
    days: int, renewal: bool, change: bool, client: Client, company: Company
) -> None:
    ends_in(company, days)
    page = client.get(reverse("change_registration")).content.decode()
    assert ("有効期間を更新する</button>" in page) == renewal
    assert ("登録内容を変更する</button>" in page) == change
    assert client.post(reverse("start_renewal")).status_code == (302 if renewal else 409)
    Case.objects.all().delete()
    assert client.post(reverse("start_change")).status_code == (302 if change else 409)


def test_an_open_case_blocks_both_and_is_shown(client: Client, company: Company) -> None:
    ends_in(company, 10)
    client.post(reverse("start_change"))
    page = client.get(reverse("change_registration")).content.decode()
    assert "続きを入力" in page
    assert "下書きを破棄する" in page
    assert "有効期間を更新する</button>" not in page
    assert client.post(reverse("start_renewal")).status_code == 409
    assert client.post(reverse("start_change")).status_code == 409
    put(Case.objects.get(), Status.SUBMITTED)
    page = client.get(reverse("change_registration")).content.decode()
    assert "状況を見る" in page
    assert "申請キャンセル" in page


@pytest.mark.parametrize(
    ("who", "late_days", "said"),
    [
        ("administrator", 60, "更新のお手続きは"),
        ("administrator", 0, "更新の受付期間は終わりました。"),
        ("signer", 60, "貴社の管理者にお問い合わせください。"),
    ],
)
def test_the_menu_says_what_to_do_after_the_end(
    who: str, late_days: int, said: str, company: Company, browser_of: Open
) -> None:
    Chamber.objects.filter(pk=company.chamber.pk).update(late_renewal_days=late_days)
    ends_in(company, -1)
    assert said in browser_of(getattr(company, who)).get(reverse("menu")).content.decode()


def test_cancelling_makes_room_for_the_next(client: Client) -> None:
    client.post(reverse("start_change"))
    response = client.post(reverse("withdraw_case"), follow=True)
    assert response.redirect_chain == [(reverse("change_registration"), 302)]
    assert client.post(reverse("start_change")).status_code == 302


def test_without_an_open_case_its_pages_lead_back(client: Client) -> None:
    response = client.get(reverse("case"), follow=True)
    assert response.redirect_chain == [(reverse("change_registration"), 302)]
    assert "審査中または作成中の申請はありません" in response.content.decode()


# --- A change, from the button to the chamber ---------------------------------------------------------------------------


def test_a_change_starts_with_the_data_in_force_and_names_what_is_new(client: Client, company: Company) -> None:
    assert client.post(reverse("start_change"))["Location"] == reverse("case_company")
    page = client.get(reverse("case_company"))
    assert page.context["form"]["company_name"].value() == company.registration.company_name
    assert "postal_code" not in page.context["form"].fields
    assert reverse("change_contact") in page.content.decode()
    assert client.get(reverse("case_contact")).status_code == 404
    response = client.post(reverse("case_company"), company_form(company, company_name=NEW_NAME))
    assert response["Location"] == reverse("case_signers")
    check = client.get(reverse("case_check")).content.decode()
    assert company.registration.company_name in check
    assert NEW_NAME in check
    assert "履歴事項全部証明書" in check
    company.registration.refresh_from_db()
    assert company.registration.company_name != NEW_NAME


def test_a_change_that_changes_nothing_says_so(client: Client) -> None:
    client.post(reverse("start_change"))
    assert "変更された項目がありません" not in client.get(reverse("case_company")).content.decode()
    assert "変更された項目がありません" in client.post(reverse("case_check")).content.decode()
    assert "変更された項目がありません" in client.get(reverse("case_company") + "?check").content.decode()


def test_registered_signers_are_removed_by_asking_and_kept_by_taking_it_back(client: Client, company: Company) -> None:
    SignerFactory(account__registration=company.registration, account__name="鈴木 次郎")
    client.post(reverse("start_change"))
    case = Case.objects.get()
    page = client.get(reverse("case_signers")).content.decode()
    assert company.signer.name in page
    assert "鈴木 次郎" in page
    for _twice in range(2):
        client.post(reverse("ask_removal", args=[company.signer.public_id]))
    removal = case.registration_case.signers.get()
    assert removal.removes == company.signer_row
    assert "削除を申請" in client.get(reverse("case_signers")).content.decode()
    assert client.get(reverse("case_signer", args=[removal.public_id])).status_code == 404
    client.post(reverse("drop_case_signer", args=[removal.public_id]))
    assert not case.registration_case.signers.exists()
    assert company.signer_row.account.status == Account.Status.ACTIVE


def test_anothers_signer_cannot_be_removed(client: Client, company: Company, rival: Company) -> None:
    client.post(reverse("start_change"))
    foreign, absent = (client.post(reverse("ask_removal", args=[each])) for each in (rival.signer.public_id, uuid4()))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content
    assert not RegistrationCase.objects.get().signers.exists()


def test_becoming_an_agent_is_warned_of_and_lists_who_goes(client: Client, company: Company) -> None:
    client.post(reverse("start_change"))
    client.post(reverse("case_company"), company_form(company, registration_type="agent"))
    check = client.get(reverse("case_check")).content.decode()
    assert "登録済みの署名者はすべて削除されます" in check
    assert f"{company.signer.name} ({company.signer_row.name_en})" in check
    filling_in.add_signer(RegistrationCase.objects.get(), by=None, name="追加 三郎")
    assert "追加した署名者を取り消してください" in client.get(reverse("case_check")).content.decode()
    page = client.get(reverse("case_signers")).content.decode()
    assert "追加 三郎" in page
    assert reverse("new_case_signer") not in page


def test_the_renewal_asks_for_rules_pledges_and_evidence_again(client: Client, company: Company) -> None:
    ends_in(company, 10)
    client.post(reverse("start_renewal"))
    page = client.get(reverse("case_pledge")).content.decode()
    assert "認証規程" in page
    assert "誓約事項(申請者)" in page
    assert "現在事項全部証明書" in client.get(reverse("case_documents")).content.decode()
    assert client.get(reverse("pledge_paper")).status_code == 200


def test_a_change_has_no_pledge_to_print(client: Client) -> None:
    client.post(reverse("start_change"))
    assert "同意が必要な事項はありません" in client.get(reverse("case_pledge")).content.decode()
    assert client.get(reverse("pledge_paper")).status_code == 404


def test_a_change_is_sent_by_the_administrator(client: Client, change: Case, company: Company) -> None:
    response = client.post(reverse("case_check"), follow=True)
    change.refresh_from_db()
    assert change.status == Status.SUBMITTED
    assert change.receipt_number in response.content.decode()
    assert change.events.get().actor == company.administrator
    assert client.get(reverse("case_company")).status_code == 409


def test_another_company_never_meets_the_case(change: Case, rival: Company, browser_of: Open) -> None:
    client = browser_of(rival.administrator)
    assert client.get(reverse("case")).status_code == 302
    rivals_own = change_of(rival.registration, company_name="競合の新しい名前")
    page = client.get(reverse("case_check")).content.decode()
    assert "競合の新しい名前" in page
    assert change.company_name not in page
    foreign, absent = (
        client.get(reverse("case_document", args=[each])) for each in (change.documents.first().public_id, uuid4())
    )
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content
    assert rivals_own.documents.exists()


def test_an_administrator_stays_logged_in_when_leaving(client: Client, change: Case) -> None:
    assert client.post(reverse("leave_case"))["Location"] == reverse("menu")
    assert client.get(reverse("menu")).status_code == 200


@pytest.mark.parametrize(("what", "said"), [("idle", Ending.IDLE), ("second login", Ending.SECOND_LOGIN)])
def test_whoever_is_logged_out_inside_a_case_is_told_why_and_comes_back(
    what: str, said: Ending, change: Case, company: Company, visitor: Client
) -> None:
    log_in(visitor, company.administrator)
    if what == "second login":
        log_in(Client(), company.administrator)
    with time_machine.travel(timezone.now() + timedelta(minutes=31 if what == "idle" else 1), tick=False):
        page = reverse("case_signers")
        assert visitor.post(reverse("case_check"))["Location"] == reverse("login")
        to_login = visitor.get(page)["Location"]
        assert to_login == f"{reverse('login')}?next={page}"
        assert str(said.label) in visitor.get(to_login).content.decode()
        assert log_in(visitor, company.administrator, to=page)["Location"] == page
        assert visitor.get(page).status_code == 200


def test_a_visitors_session_that_has_run_out_is_told_the_visitors_story(draft: Case) -> None:
    visitor = browser_in(draft)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        response = visitor.get(reverse("case_company"), follow=True)
    assert response.redirect_chain == [(reverse("resume"), 302)]
    assert "しばらく操作がなかったため、申請の画面を閉じました" in response.content.decode()


def test_whoever_was_logged_in_may_open_a_mailed_link(company: Company, draft: Case, visitor: Client) -> None:
    log_in(visitor, company.administrator)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        page = visitor.post(link_to_status(draft).removeprefix("http://testserver"), follow=True)
    assert page.redirect_chain == [(reverse("case"), 302)]
    assert page.status_code == 200


# --- Earlier cases ----------------------------------------------------------------------------------------------------


def test_an_earlier_case_is_read_but_not_changed(client: Client, change: Case, reviewer: Account) -> None:
    case = services.submit(change, by=None)
    examination.write_to_company(case, "確認しました。", by=reviewer)
    tick_everything(case, reviewer)
    examination.approve(case, by=reviewer)
    page = client.get(reverse("change_registration")).content.decode()
    url = reverse("past_case", args=[change.public_id])
    assert url in page
    past = client.get(url).content.decode()
    for said in (
        case.receipt_number,
        "確認しました。",
        change.company_name,
        "署名者の追加",
        "商工会議所が承認しました",
    ):
        assert said in past, said
    assert "<form" not in past.split("<main")[1]
    assert client.post(url).status_code == 405


def place_in(mail: EmailMessage) -> str:
    """The path of the page that the mail names."""
    (path,) = re.findall(r"http://testserver(/\S+)", mail.body)
    return str(path)


def test_the_mail_leads_over_the_login_to_the_case_that_it_is_about(
    change: Case, company: Company, reviewer: Account, visitor: Client, delivered: Delivered
) -> None:
    case = services.submit(change, by=company.administrator)
    place = place_in(next(mail for mail in delivered() if mail.to == [company.administrator.email]))
    assert visitor.get(place)["Location"] == f"{reverse('login')}?next={place}"
    assert log_in(visitor, company.administrator, to=place)["Location"] == place
    assert visitor.get(place)["Location"] == reverse("case")
    examination.reject(case, reason="登記と違います。", by=reviewer)
    newer = change_of(company.registration, company_name="株式会社次の名前")
    seen = visitor.get(place_in(delivered()[-1])).content.decode()
    assert "登記と違います。" in seen
    assert newer.company_name not in seen


def test_a_message_about_a_decided_case_is_read_where_its_mail_leads(
    client: Client, change: Case, company: Company, reviewer: Account, delivered: Delivered
) -> None:
    case = put(change, Status.REJECTED)
    message = examination.write_to_company(case, "書類をお返しします。", by=reviewer)
    place = place_in(delivered()[-1])
    assert "新着" in client.get(place).content.decode()
    message.refresh_from_db()
    assert message.read_at is not None
    assert "新着" not in client.get(place).content.decode()


def test_an_open_case_is_not_a_past_one(client: Client, change: Case) -> None:
    assert client.get(reverse("past_case", args=[change.public_id]))["Location"] == reverse("case")


def test_a_foreign_past_case_looks_like_none_at_all(client: Client, rival: Company, draft: Case) -> None:
    foreign = put(change_of(rival.registration), Status.REJECTED)
    answers = [client.get(reverse("past_case", args=[each])) for each in (foreign.public_id, draft.public_id, uuid4())]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_discarded_drafts_are_not_listed(client: Client, company: Company) -> None:
    case = registration_cases.start_change(company.registration, by=company.administrator)
    services.withdraw(case, by=company.administrator)
    assert client.get(reverse("change_registration")).context["page"].rows == []


def test_the_list_is_one_query_and_its_count_where_it_does_not_fit_a_page(client: Client, company: Company) -> None:
    for rows in (1, 30):
        while Case.objects.count() < rows:
            put(
                CaseFactory(
                    chamber=company.chamber,
                    registration=company.registration,
                    kind=RegistrationCase.Kind.CHANGE,
                    complete=False,
                ),
                Status.REJECTED,
            )
        assert queries_of(client, reverse("change_registration")) == (5 if rows == 1 else 6)


# --- What the menu says -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "said", "button"),
    [
        (45, "", False),
        (44, "更新のお手続きは", False),
        (30, "に満了します", True),
        (0, "に満了します", True),
        (-1, "に満了しました", False),
    ],
)
def test_the_menu_warns_of_the_end(days: int, said: str, button: bool, company: Company, browser_of: Open) -> None:
    ends_in(company, days)
    for each in (company.administrator, company.signer, company.sub_id):
        page = browser_of(each).get(reverse("menu")).content.decode()
        assert said in page
        assert ("満了" in page) == (days <= 30)
        assert ("有効期間の更新へ" in page) == (button and each == company.administrator)


def test_the_menu_leads_to_the_renewal_that_is_under_way(client: Client, company: Company) -> None:
    ends_in(company, 5)
    registration_cases.start_renewal(company.registration, by=company.administrator)
    page = client.get(reverse("menu")).content.decode()
    assert "進行中の申請を見る(有効期間更新・作成中)" in page
    assert "有効期間の更新へ" not in page


def test_the_menu_shows_the_chambers_notice_of_the_day(company: Company, browser_of: Open, stranger: Company) -> None:
    today = timezone.localdate()
    for version, (day, body) in enumerate(
        (
            (today - dt.timedelta(days=2), "古いお知らせ"),
            (today, "今日の<お知らせ>"),
            (today + dt.timedelta(days=1), "明日のお知らせ"),
        ),
        2,
    ):
        DatedText.objects.create(
            chamber=company.chamber, kind=DatedText.Kind.MEMBERS_NOTICE, version=version, valid_from=day, body=body
        )
    for each in (company.administrator, company.signer, company.sub_id):
        page = browser_of(each).get(reverse("menu")).content.decode()
        assert "今日の&lt;お知らせ&gt;" in page
        assert "古いお知らせ" not in page
        assert "明日のお知らせ" not in page
    assert "お知らせ" not in browser_of(stranger.administrator).get(reverse("menu")).content.decode()
