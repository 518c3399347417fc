"""A company's case behind a mailed link: where it stands, the check, what comes after, and who may not."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from casework import examination, services
from casework.models import Case, CaseMessage, SupportingDocument
from casework.models.target import FIELD, WHOLE_CASE, Target
from chambers.models import DatedText, Fee
from demo.handwriting import draw_signature
from registration_cases import filling_in
from registration_cases.document_kinds import DocumentKind
from tests.casework.conftest import browser_in, tick_everything
from tests.casework.factories import CaseFactory, CaseSignerFactory, SupportingDocumentFactory
from tests.casework.test_services import put
from tests.conftest import Company, queries_of

Status = Case.Status
STEPS = (
    "case_company",
    "case_contact",
    "case_signers",
    "new_case_signer",
    "case_pledge",
    "case_documents",
    "case_check",
)


@pytest.fixture
def client(draft: Case) -> Client:
    return browser_in(draft)


@pytest.fixture
def returned(draft: Case, reviewer: Account) -> Case:
    """A case sent back with a remark at a field, a signer, a document and as a whole."""
    case = services.submit(draft, by=None)
    signer, document = case.registration_case.signers.get(), case.documents.get(kind=DocumentKind.COMPANY_REGISTER)
    remarks = {
        Target(FIELD, "company_name"): "登記と違います。",
        signer.target: "署名がかすれています。",
        document.target: "2ページ目がありません。",
        WHOLE_CASE: "お電話ください。",
    }
    examination.return_for_correction(case, remarks, by=reviewer)
    return Case.objects.get(pk=case.pk)


def test_a_draft_shows_what_is_missing_and_how_long_it_is_kept(empty: Case) -> None:
    page = browser_in(empty).get(reverse("case"))
    said = page.content.decode()
    assert (
        f"{empty.registration_case.draft_ends_on.year}年{empty.registration_case.draft_ends_on.month}月{empty.registration_case.draft_ends_on.day}日"
        in said
    )
    assert [state.is_done for state in page.context["steps"]] == [False] * 5
    assert page.context["steps"][0].is_next


def test_the_way_home_leads_a_visitor_to_the_case(client: Client) -> None:
    assert client.get("/")["Location"] == reverse("case")


@pytest.mark.parametrize("status", [each for each in Status if each != Status.APPROVED])
def test_each_status_has_its_page(status: str, draft: Case) -> None:
    page = browser_in(put(draft, status)).get(reverse("case"))
    assert page.status_code == 200
    assert str(Status(status).label) in page.content.decode()


def test_an_approved_company_reads_its_number_its_fee_and_what_comes_next(submitted: Case, reviewer: Account) -> None:
    Fee.objects.filter(chamber=submitted.chamber, item=Fee.Item.REGISTRATION, is_member=True).update(amount=1100)
    notice = "貿易登録証は窓口でお渡しします。"
    submitted.chamber.texts.filter(kind=DatedText.Kind.APPROVAL_NOTICE).update(body=notice)
    tick_everything(submitted, reviewer)
    registration = examination.approve(submitted, by=reviewer).registration
    page = browser_in(submitted).get(reverse("case")).content.decode()
    for said in (registration.registration_number, "1,100円", notice, "管理者ID", "承認"):
        assert said in page, said


def test_the_applicant_reads_the_reason_of_a_refusal(submitted: Case, reviewer: Account) -> None:
    examination.write_note(submitted, "内輪の話", by=reviewer)
    examination.reject(submitted, reason="事業の実態が\n確認できません。", by=reviewer)
    page = browser_in(submitted).get(reverse("case")).content.decode()
    assert "事業の実態が<br>確認できません。" in page
    assert "内輪の話" not in page
    assert reviewer.name not in page


def test_remarks_lead_to_their_fields_and_stand_there(returned: Case) -> None:
    client = browser_in(returned)
    page = client.get(reverse("case")).content.decode()
    signer, document = (
        returned.registration_case.signers.get(),
        returned.documents.get(kind=DocumentKind.COMPANY_REGISTER),
    )
    for url in (
        f"{reverse('case_company')}#id_company_name",
        f"{reverse('case_signers')}#signer-{signer.public_id}",
        f"{reverse('case_documents')}#document-{document.public_id}",
    ):
        assert f'href="{url}"' in page
    assert "お電話ください。" in page
    assert "登記と違います。" in client.get(reverse("case_company")).content.decode()
    assert "署名がかすれています。" in client.get(reverse("case_signers")).content.decode()
    assert "署名がかすれています。" in client.get(reverse("case_signer", args=[signer.public_id])).content.decode()
    assert "2ページ目がありません。" in client.get(reverse("case_documents")).content.decode()


def test_the_steps_say_where_something_is_to_be_corrected(returned: Case) -> None:
    client = browser_in(returned)
    page = client.get(reverse("case")).content.decode()
    assert page.count('badge-danger">修正のお願い<') == 3
    assert page.count(">入力済み<") == 2
    assert "再送信</button>" in client.get(reverse("case_check")).content.decode()


def test_remarks_are_gone_once_they_are_answered(returned: Case) -> None:
    client = browser_in(returned)
    number = returned.receipt_number
    page = client.post(reverse("case_check"), {"unchanged": "yes"}, follow=True).content.decode()
    assert number in page
    assert "登記と違います。" not in client.get(reverse("case")).content.decode()


def test_every_step_and_the_check_page_show_what_is_to_be_corrected(returned: Case) -> None:
    client = browser_in(returned)
    for name in ("case_company", "case_contact", "case_signers", "case_pledge", "case_documents", "case_check"):
        page = client.get(reverse(name)).content.decode()
        assert page.count("修正のお願いがあります") == 3, name
    for said in ("登記と違います。", "署名がかすれています。", "2ページ目がありません。", "お電話ください。"):
        assert said in page


CHANGES: dict[str, Callable[[Case], object]] = {
    "a field": lambda case: filling_in.save_company(case.registration_case, by=None, company_name="株式会社新しい名前"),
    "a signer": lambda case: filling_in.change_signer(case.registration_case.signers.get(), by=None, name_en="Taro"),
    "a specimen": lambda case: filling_in.change_signer(
        case.registration_case.signers.get(), by=None, specimen=draw_signature("another")
    ),
    "a document": lambda case: SupportingDocumentFactory(case=case, kind=DocumentKind.OTHER),
}


def test_what_was_sent_back_and_is_sent_unchanged_is_asked_about_once_more(returned: Case) -> None:
    client = browser_in(returned)
    page = client.post(reverse("case_check")).content.decode()
    assert "内容が何も変わっていません" in page
    returned.refresh_from_db()
    assert returned.status == Status.RETURNED
    client.post(reverse("case_check"), {"unchanged": "yes"})
    returned.refresh_from_db()
    assert returned.status == Status.SUBMITTED


@pytest.mark.parametrize("changed", CHANGES)
def test_whoever_has_changed_something_is_asked_nothing(changed: str, returned: Case) -> None:
    CHANGES[changed](returned)
    browser_in(returned).post(reverse("case_check"))
    returned.refresh_from_db()
    assert returned.status == Status.SUBMITTED


def test_a_remark_about_something_dropped_since_says_so(returned: Case) -> None:
    filling_in.drop_signer(returned.registration_case.signers.get(), by=None)
    assert "取り消された署名者 越後 太郎" in browser_in(returned).get(reverse("case")).content.decode()


def test_a_complete_case_is_checked_and_sent(
    draft: Case, client: Client, delivered: Callable[[], list[EmailMessage]]
) -> None:
    page = client.get(reverse("case_check")).content.decode()
    for said in ("株式会社越後物産", "越後 太郎", "document.pdf", draft.registration_case.contact_email):
        assert said in page, said
    response = client.post(reverse("case_check"), follow=True)
    assert response.redirect_chain == [(reverse("case_sent"), 302)]
    draft.refresh_from_db()
    assert draft.receipt_number in response.content.decode()
    assert {mail.to[0] for mail in delivered()} == {draft.registration_case.contact_email, draft.chamber.email}


def test_an_incomplete_case_is_not_sent_and_each_gap_leads_to_its_field(draft: Case, client: Client) -> None:
    filling_in.save_company(draft.registration_case, by=None, company_name_en="")
    filling_in.change_signer(draft.registration_case.signers.get(), by=None, specimen=None)
    SupportingDocument.objects.filter(case=draft, kind="seal_certificate").update(issued_on="2020-01-01")
    draft.registration_case.accepted_texts.last().delete()
    signer, seal = draft.registration_case.signers.get(), draft.documents.get(kind="seal_certificate")
    for response in (client.get(reverse("case_check")), client.post(reverse("case_check"))):
        page = response.content.decode()
        for url in (
            f"{reverse('case_company')}?check#id_company_name_en",
            f"{reverse('case_signer', args=[signer.public_id])}?check",
            f"{reverse('case_documents')}?check#document-{seal.public_id}",
            f"{reverse('case_pledge')}?check#text-",
        ):
            assert url in page, url
        assert "送信</button>" not in page
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_nothing_was_sent_yet_so_there_is_no_receipt(client: Client) -> None:
    assert client.get(reverse("case_sent"))["Location"] == reverse("case")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.REJECTED, Status.WITHDRAWN])
@pytest.mark.parametrize("name", STEPS)
def test_a_case_out_of_ones_hands_cannot_be_changed(name: str, status: str, draft: Case) -> None:
    client = browser_in(put(draft, status))
    assert client.get(reverse(name)).status_code == 409
    assert client.post(reverse(name)).status_code == (405 if name == "case_signers" else 409)


@pytest.mark.parametrize("name", ["drop_case_signer", "drop_case_document", "ask_removal"])
def test_enclosures_of_a_case_out_of_ones_hands_stay(name: str, draft: Case) -> None:
    row = draft.documents.first() if name == "drop_case_document" else draft.registration_case.signers.get()
    client = browser_in(put(draft, Status.SUBMITTED))
    assert client.post(reverse(name, args=[row.public_id])).status_code == 409
    assert (
        client.get(reverse("case_specimen", args=[draft.registration_case.signers.get().public_id])).status_code == 200
    )
    assert client.get(reverse("case_document", args=[draft.documents.first().public_id])).status_code == 200


@pytest.mark.parametrize(
    "name", ["case_signer", "case_specimen", "drop_case_signer", "case_document", "drop_case_document"]
)
def test_anothers_enclosure_looks_like_none_at_all(name: str, draft: Case, client: Client) -> None:
    other = CaseFactory(chamber=draft.chamber, company_name="株式会社よその会社")
    row = other.documents.first() if "document" in name else other.registration_case.signers.get()
    method = client.post if name.startswith("drop") else client.get
    foreign, absent = (method(reverse(name, args=[each])) for each in (row.public_id, uuid4()))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content
    assert (other.registration_case.signers.count(), other.documents.count()) == (1, 4)


def test_a_visitor_cannot_ask_for_the_removal_of_a_registered_signer(client: Client, company: Company) -> None:
    assert client.post(reverse("ask_removal", args=[company.signer.public_id])).status_code == 404


@pytest.mark.parametrize("name", [*STEPS, "case", "case_sent", "withdraw_case", "profile_paper"])
def test_whoever_opened_no_case_is_led_to_where_it_goes_on(name: str, visitor: Client, draft: Case) -> None:
    response = visitor.get(reverse(name), follow=True)
    assert response.redirect_chain == [(reverse("resume"), 302)]
    assert "メールでお送りするリンクから開きます" in response.content.decode()
    assert draft.company_name not in response.content.decode()


def test_messages_go_both_ways_and_new_ones_are_marked_once(submitted: Case, reviewer: Account) -> None:
    client = browser_in(submitted)
    examination.write_to_company(submitted, "原本を\n郵送してください。", by=reviewer)
    assert "新着" in client.get(reverse("case")).content.decode()
    assert "新着" not in client.get(reverse("case")).content.decode()
    response = client.post(reverse("write_to_chamber"), {"text": "承知しました。\r\n明日送ります。<b>"}, follow=True)
    page = response.content.decode()
    assert "承知しました。<br>明日送ります。&lt;b&gt;" in page
    assert CaseMessage.objects.filter(clerk=None).get().text == "承知しました。\n明日送ります。<b>"


@pytest.mark.parametrize("text", ["", "  ", "あ" * 2001, "罠\u202e"])
def test_a_wrong_message_is_refused_at_its_field_and_stays(text: str, submitted: Case) -> None:
    response = browser_in(submitted).post(reverse("write_to_chamber"), {"text": text})
    assert list(response.context["form"].errors) == ["text"]
    assert response.context["form"]["text"].value() == text
    assert not CaseMessage.objects.exists()


def test_there_is_nobody_to_write_to_before_the_case_is_sent(client: Client) -> None:
    assert "メッセージを送信" not in client.get(reverse("case")).content.decode()
    assert client.post(reverse("write_to_chamber"), {"text": "もしもし"}).status_code == 409


def test_withdrawal_is_asked_first(submitted: Case) -> None:
    client = browser_in(submitted)
    assert submitted.receipt_number in client.get(reverse("withdraw_case")).content.decode()
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED
    page = client.post(reverse("withdraw_case"), follow=True).content.decode()
    assert "取下げ" in page
    submitted.refresh_from_db()
    assert submitted.status == Status.WITHDRAWN
    assert client.post(reverse("withdraw_case")).status_code == 409


def test_leaving_ends_it_in_this_browser_only(draft: Case, client: Client) -> None:
    other = browser_in(draft)
    page = client.post(reverse("leave_case"), follow=True).content.decode()
    assert "この端末での入力を終えました" in page
    assert client.get(reverse("case")).status_code == 302
    assert other.get(reverse("case")).status_code == 200


def test_the_lists_need_the_same_number_of_queries_for_1_and_20_rows(draft: Case, client: Client) -> None:
    for name, queries in (("case_signers", 6), ("case_documents", 6), ("case_check", 7), ("case", 12)):
        draft.registration_case.signers.all().delete()
        draft.documents.all().delete()
        for rows in (1, 20):
            while draft.registration_case.signers.count() < rows:
                CaseSignerFactory(case=draft)
                SupportingDocumentFactory(case=draft)
            assert queries_of(client, reverse(name)) == queries, name
