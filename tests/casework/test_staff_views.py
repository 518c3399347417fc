"""A case at the chamber: who holds it, what its page shows, notes and messages, and who stays outside."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from casework import examination, services
from casework.dossier import age
from casework.models import Case, CaseEvent, CaseMessage, CaseNote, Remark
from casework.models.target import FIELD, WHOLE_CASE, Target
from registration_cases import filling_in
from registration_cases.models import CaseSigner
from tests.casework.clerk import FILES, POSTS, VERBS, file_url, page, send, status_of
from tests.casework.conftest import browser_in, tick_everything
from tests.casework.factories import CaseFactory, CaseSignerFactory, SupportingDocumentFactory
from tests.casework.test_services import put
from tests.conftest import Company, log_in_with, queries_of
from tests.factories import StaffFactory
from trade_registration.models import CompanyData, TradeRegistration

Status = Case.Status


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


@pytest.fixture
def colleague(reviewer: Account) -> Account:
    return StaffFactory(chamber=reviewer.chamber, name="審査 五郎")


# --- Holding a case ---


def test_whoever_opens_a_case_holds_it_for_twenty_minutes(client: Client, submitted: Case, reviewer: Account) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 10, 1, 3, tzinfo=dt.UTC), tick=False):
        assert "あなたが審査中です(10:23まで)" in page(log_in_with(reviewer), submitted)
    submitted.refresh_from_db()
    assert submitted.held_by == reviewer


def test_a_colleague_reads_but_does_not_decide(client: Client, submitted: Case, colleague: Account) -> None:
    page(client, submitted)
    seen = page(log_in_with(colleague), submitted)
    assert "審査 三郎さんが審査中です" in seen
    assert submitted.company_name in seen
    for name in ("return_case", "approve_case", "reject_case", "tick_case", "release_case"):
        assert reverse(name, args=[submitted.public_id]) not in seen


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_colleague_is_refused_every_verb(
    method: str, verb: str, client: Client, submitted: Case, colleague: Account
) -> None:
    page(client, submitted)
    response = getattr(log_in_with(colleague), method)(reverse(verb, args=[submitted.public_id]), VERBS[verb])
    assert response.status_code == 409
    assert status_of(submitted) == Status.SUBMITTED


def test_a_colleagues_ticks_are_refused(client: Client, submitted: Case, colleague: Account) -> None:
    page(client, submitted)
    assert send(log_in_with(colleague), submitted, "tick_case", version=1, items=[0]).status_code == 409
    assert not submitted.ticks.exists()


def test_leaving_lets_a_colleague_in(client: Client, submitted: Case, colleague: Account) -> None:
    page(client, submitted)
    assert send(client, submitted, "leave_case_desk")["Location"] == reverse("desk")
    assert "あなたが審査中です" in page(log_in_with(colleague), submitted)


def test_a_manager_takes_a_case_out_of_a_clerks_hands(client: Client, submitted: Case, manager: Account) -> None:
    page(client, submitted)
    boss = log_in_with(manager)
    assert "審査 三郎さんの審査を解除して、自分が審査する" in page(boss, submitted)
    assert send(boss, submitted, "release_case").status_code == 302
    assert "あなたが審査中です" in page(boss, submitted)
    assert "責任 四郎さんが審査中です" in page(client, submitted)


def test_a_reviewer_may_not_release(client: Client, submitted: Case, colleague: Account) -> None:
    page(log_in_with(colleague), submitted)
    assert send(client, submitted, "release_case").status_code == 403


def test_releasing_what_nobody_holds_is_refused(submitted: Case, manager: Account) -> None:
    assert send(log_in_with(manager), submitted, "release_case").status_code == 409


# --- What the page shows ---


def test_a_new_registration_shows_all_that_there_is_to_examine(client: Client, submitted: Case) -> None:
    seen = page(client, submitted)
    for field in (*CompanyData.EXAMINED, *CompanyData.CONTACT):
        assert submitted.registration_case.shown(field) in seen, field
    signer, document = submitted.registration_case.signers.get(), submitted.documents.first()
    for said in (
        submitted.receipt_number,
        submitted.registration_case.contact_email,
        signer.name,
        signer.name_en,
        signer.email,
    ):
        assert said in seen, said
    for url in (file_url(name, submitted) for name in FILES):
        assert url in seen, url
    issued = document.issued_on
    assert f"発行日 {issued.year}年{issued.month}月{issued.day}日(10日前)" in seen
    assert "企業名・住所・代表者が履歴事項全部証明書(住民票)と一致している。" in seen
    assert "申請を送信" in seen


def test_a_change_shows_old_and_new(client: Client, change: Case, company: Company) -> None:
    CaseSigner.objects.create(case=change.registration_case, removes=company.signer_row)
    case = put(change, Status.SUBMITTED)
    seen = page(client, case)
    for said in (company.registration.company_name, "株式会社新しい名前", "署名者の追加", "署名者の削除", "変更後"):
        assert said in seen, said
    assert reverse("staff_registration", args=[company.registration.registration_number]) in seen


@pytest.mark.parametrize("status", [Status.RETURNED, Status.REJECTED, Status.WITHDRAWN])
def test_what_is_not_with_the_chamber_is_only_read(status: str, client: Client, draft: Case) -> None:
    case = put(draft, status)
    seen = page(client, case)
    assert str(Status(status).label) in seen
    for name in ("return_case", "approve_case", "tick_case"):
        assert reverse(name, args=[case.public_id]) not in seen
    assert (reverse("reject_case", args=[case.public_id]) in seen) == (status == Status.RETURNED)
    case.refresh_from_db()
    assert case.held_by is None


def test_a_paper_that_is_too_old_is_pointed_out(client: Client, submitted: Case) -> None:
    assert "3か月を過ぎています" not in page(client, submitted)
    submitted.documents.update(issued_on=timezone.localdate() - dt.timedelta(days=100))
    assert "3か月を過ぎています" in page(client, submitted)


def test_a_corrected_case_shows_the_remarks_beside_what_stands_there_now(
    client: Client, submitted: Case, reviewer: Account
) -> None:
    examination.return_for_correction(submitted, {Target(FIELD, "company_name"): "最初の指摘"}, by=reviewer)
    services.submit(submitted, by=None)
    examination.return_for_correction(
        submitted, {Target(FIELD, "address_en"): "番地がありません。", WHOLE_CASE: "お電話ください。"}, by=reviewer
    )
    filling_in.save_company(submitted.registration_case, by=None, address_en="9-9 Furumachi, Niigata")
    services.submit(submitted, by=None)
    response = client.get(reverse("staff_case", args=[submitted.public_id]))
    said = [(each.label, each.text, each.value) for each in response.context["dossier"].answered]
    assert said == [
        ("英文住所", "番地がありません。", "9-9 Furumachi, Niigata"),
        ("申請全体", "お電話ください。", ""),
    ]
    acts = response.context["dossier"].acts
    assert [act.what for act in acts] == [
        "申請を送信",
        "修正を依頼",
        "修正して再送信",
        "修正を依頼",
        "修正して再送信",
    ]
    assert [act.who for act in acts][:2] == ["申請者", reviewer.name]
    assert acts[1].remarks == [("企業名等", "最初の指摘")]
    assert acts[3].remarks == [("英文住所", "番地がありません。"), ("申請全体", "お電話ください。")]
    assert "番地がありません。" in response.content.decode()


def test_a_remark_on_something_that_is_gone_keeps_its_words(client: Client, submitted: Case, reviewer: Account) -> None:
    document = submitted.documents.first()
    examination.return_for_correction(submitted, {document.target: "読めません。"}, by=reviewer)
    kind, content = document.kind, document.issued_on
    services.drop_document(document, by=None)
    SupportingDocumentFactory(case=submitted, kind=kind, issued_on=content)
    services.submit(submitted, by=None)
    response = client.get(reverse("staff_case", args=[submitted.public_id]))
    [answered] = response.context["dossier"].answered
    assert (answered.label, answered.text) == (document.get_kind_display(), "読めません。")
    assert answered.value == "document.pdf"
    assert "取り消された項目" not in response.content.decode()


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "1分未満"), (1, "1分"), (59, "59分"), (60, "1時間"), (24 * 60 - 1, "23時間"), (24 * 60, "1日"), (4320, "3日")],
)
def test_ages_are_said_in_one_unit(minutes: int, said: str) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 10, tzinfo=dt.UTC), tick=False):
        assert age(timezone.now() - dt.timedelta(minutes=minutes)) == said


def test_earlier_cases_are_the_companys_own_at_this_chamber(
    client: Client, submitted: Case, stranger: Company, company: Company
) -> None:
    earlier = put(CaseFactory(chamber=submitted.chamber), Status.REJECTED)
    same_mailbox = CaseFactory(
        chamber=submitted.chamber,
        submitted=True,
        company_name="旧社名",
        contact_email=submitted.registration_case.contact_email.upper(),
    )
    draft = CaseFactory(chamber=submitted.chamber)
    unrelated = CaseFactory(chamber=submitted.chamber, submitted=True, company_name="無関係株式会社")
    elsewhere = CaseFactory(
        chamber=stranger.chamber, submitted=True, contact_email=submitted.registration_case.contact_email
    )
    assert elsewhere.company_name == draft.company_name == submitted.company_name
    TradeRegistration.objects.filter(pk=company.registration.pk).update(company_name=submitted.company_name)
    TradeRegistration.objects.filter(pk=stranger.registration.pk).update(company_name=submitted.company_name)
    seen = page(client, submitted)
    for case in (earlier, same_mailbox):
        assert reverse("staff_case", args=[case.public_id]) in seen
    for case in (draft, unrelated, elsewhere):
        assert str(case.public_id) not in seen
    assert reverse("staff_registration", args=[company.registration.registration_number]) in seen
    assert stranger.registration.registration_number not in seen


def test_the_page_asks_the_same_questions_however_much_there_is(
    client: Client, submitted: Case, reviewer: Account
) -> None:
    def add(number: int) -> None:
        for _each in range(number):
            CaseSignerFactory(case=submitted)
            SupportingDocumentFactory(case=submitted)
            CaseMessage.objects.create(case=submitted, text="質問")
            CaseMessage.objects.create(case=submitted, text="答え", clerk=reviewer)
            CaseNote.objects.create(case=submitted, text="メモ", clerk=reviewer)
            Remark.objects.create(case=submitted, text="指摘", made_by=reviewer, answered_at=timezone.now())
            CaseEvent.objects.create(case=submitted, actor=reviewer, from_status="submitted", to_status="returned")
            CaseFactory(chamber=submitted.chamber, submitted=True, complete=False)

    address = reverse("staff_case", args=[submitted.public_id])
    add(1)
    few = queries_of(client, address)
    add(29)
    tick_everything(submitted, reviewer)
    assert queries_of(client, address) == few


# --- Notes and messages ---


def test_a_note_is_for_colleagues_only(client: Client, submitted: Case, colleague: Account) -> None:
    assert send(client, submitted, "write_note", text="電話で確認済み。").status_code == 302
    assert "電話で確認済み。" in page(log_in_with(colleague), submitted)
    assert "電話で確認済み。" not in browser_in(submitted).get(reverse("case")).content.decode()


def test_a_message_reaches_the_company(client: Client, submitted: Case) -> None:
    assert send(client, submitted, "write_to_company", text="原本を\r\n郵送してください。").status_code == 302
    assert "原本を<br>郵送してください。" in browser_in(submitted).get(reverse("case")).content.decode()
    assert "既読" in page(client, submitted)


@pytest.mark.parametrize("name", ["write_note", "write_to_company"])
@pytest.mark.parametrize("text", ["", "  \n ", "あ" * 2001, "見えない\u202e文字"])
def test_a_text_that_cannot_be_kept_is_shown_again(name: str, text: str, client: Client, submitted: Case) -> None:
    response = send(client, submitted, name, text=text)
    assert response.status_code == 200
    assert "入力内容をご確認ください" in response.content.decode()
    assert not submitted.notes.exists()
    assert not submitted.messages.exists()


def decided_31_days_ago(case: Case, status: str) -> Case:
    put(case, status)
    Case.objects.filter(pk=case.pk).update(decided_at=timezone.now() - dt.timedelta(days=31))
    case.refresh_from_db()
    return case


def test_nothing_is_written_to_a_company_that_can_no_longer_read_it(client: Client, submitted: Case) -> None:
    put(submitted, Status.REJECTED)
    assert reverse("write_to_company", args=[submitted.public_id]) in page(client, submitted)
    decided_31_days_ago(submitted, Status.REJECTED)
    seen = page(client, submitted)
    assert reverse("write_to_company", args=[submitted.public_id]) not in seen
    assert "この申請の画面をもう開けないため" in seen
    assert send(client, submitted, "write_to_company", text="ご連絡です。").status_code == 409
    assert not CaseMessage.objects.exists()


def test_nothing_is_written_to_a_company_whose_registration_is_deleted(client: Client, change: Case) -> None:
    put(change, Status.REJECTED)
    TradeRegistration.objects.update(status=TradeRegistration.Status.DELETED)
    assert "この申請の画面をもう開けないため" in page(client, change)
    assert send(client, change, "write_to_company", text="ご連絡です。").status_code == 409


def test_a_registered_company_reads_a_late_message_about_its_first_case_logged_in(
    client: Client, submitted: Case, company: Company, delivered: Callable[[], list[EmailMessage]]
) -> None:
    Case.objects.filter(pk=submitted.pk).update(
        status=Status.APPROVED, registration=company.registration, decided_at=timezone.now()
    )
    send(client, submitted, "write_to_company", text="窓口へお越しください。")
    assert "/status/" in delivered()[-1].body
    services.note_reading(submitted, by_clerk=False)
    decided_31_days_ago(submitted, Status.APPROVED)
    send(client, submitted, "write_to_company", text="ご連絡です。")
    mail = delivered()[-1]
    assert mail.to == [company.administrator.email]
    assert "管理者IDでのログインが必要です" in mail.body
    place = reverse("past_case", args=[submitted.public_id])
    assert f"http://testserver{place}" in mail.body
    assert "ご連絡です。" in log_in_with(company.administrator).get(place).content.decode()


def test_opening_the_case_reads_the_companys_messages_and_not_the_chambers(
    client: Client, submitted: Case, reviewer: Account
) -> None:
    theirs = services.write_to_chamber(submitted, "質問です。", by=None)
    ours = examination.write_to_company(submitted, "答えです。", by=reviewer)
    assert "新着" in page(client, submitted)
    assert "新着" not in page(client, submitted)
    assert CaseMessage.objects.get(pk=theirs.pk).read_at
    assert CaseMessage.objects.get(pk=ours.pk).read_at is None


def test_a_colleague_may_write_while_another_clerk_examines(
    client: Client, submitted: Case, colleague: Account
) -> None:
    page(client, submitted)
    assert send(log_in_with(colleague), submitted, "write_note", text="前回は却下。").status_code == 302
    assert send(log_in_with(colleague), submitted, "write_note", text="").status_code == 200
    submitted.refresh_from_db()
    assert submitted.held_by != colleague


# --- Who stays outside ---


def urls_of(case: Case) -> list[str]:
    plain = [reverse(name, args=[case.public_id]) for name in ("staff_case", *VERBS, *POSTS)]
    return [*plain, *(file_url(name, case) for name in FILES)]


def nowhere(case: Case, url: str) -> str:
    """The same address of a case that does not exist."""
    return url.replace(str(case.public_id), str(uuid4()))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", ["another chamber's", "a draft", "a draft withdrawn"])
def test_what_the_chamber_may_not_see_looks_like_nothing(
    what: str, method: str, manager: Account, draft: Case, stranger: Company
) -> None:
    if what == "another chamber's":
        case = CaseFactory(chamber=stranger.chamber, submitted=True)
    else:
        case = draft
    if what == "a draft withdrawn":
        services.withdraw(draft, by=None)
    client = log_in_with(manager)
    for url in urls_of(case):
        hidden, absent = (getattr(client, method)(each, {"text": "x"}) for each in (url, nowhere(case, url)))
        assert hidden.status_code in (404, 405), url
        assert hidden.status_code == absent.status_code
        assert hidden.content == absent.content
        assert dict(hidden.headers) == dict(absent.headers)
    assert not case.notes.exists()
    assert not case.messages.exists()


def test_companies_and_visitors_stay_outside(
    submitted: Case, company: Company, visitor: Client, browser_of: Callable[[Account], Client]
) -> None:
    for url in urls_of(submitted):
        for account in (company.administrator, company.signer, company.sub_id):
            assert browser_of(account).get(url).status_code == 403
            assert browser_of(account).post(url).status_code == 403
        assert visitor.get(url)["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", POSTS)
def test_what_changes_something_is_posted(name: str, submitted: Case, manager: Account) -> None:
    assert log_in_with(manager).get(reverse(name, args=[submitted.public_id])).status_code == 405


@pytest.mark.parametrize("name", FILES)
def test_what_only_shows_something_is_not_posted(name: str, client: Client, submitted: Case) -> None:
    assert client.post(file_url(name, submitted)).status_code == 405
    assert client.post(reverse("staff_case", args=[submitted.public_id])).status_code == 405
