"""登録種別, 法人・個人 and 会員 are answered by the company alone; until then nothing that depends on them is decided."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework import services
from casework.models import Case
from casework.models.target import FIELD, Target
from chambers.models import DatedText
from foundation.errors import WrongStatus
from registration_cases import papers
from registration_cases.completeness import Step, missing, required_documents, required_texts
from registration_cases.document_kinds import DocumentKind
from registration_cases.models import RegistrationCase
from tests.casework.conftest import browser_in
from tests.casework.test_step_views import COMPANY
from tests.conftest import Company
from trade_registration.models import CompanyData, TradeRegistration

Kind = DocumentKind


def leave_open(case: Case, field: str) -> Case:
    RegistrationCase.objects.filter(pk=case.pk).update(**{field: None if field == "is_member" else ""})
    return Case.objects.get(pk=case.pk)


def test_a_new_case_answers_nothing(empty: Case) -> None:
    assert (
        empty.registration_case.registration_type,
        empty.registration_case.legal_form,
        empty.registration_case.is_member,
    ) == ("", "", None)
    assert empty.registration_case.membership == ""


@pytest.mark.parametrize("field", CompanyData.CHOSEN)
def test_an_open_question_is_named_and_keeps_the_case_from_being_sent(field: str, draft: Case) -> None:
    opened = leave_open(draft, field)
    assert [(fault.target, fault.message) for fault in missing(opened.registration_case)] == [
        (Target(FIELD, field), f"{CompanyData.label(field)}を選択してください。")
    ]
    with pytest.raises(WrongStatus):
        services.submit(opened, by=None)


@pytest.mark.parametrize("field", CompanyData.CHOSEN)
def test_the_page_of_the_check_leads_to_an_open_question(field: str, draft: Case) -> None:
    page = browser_in(leave_open(draft, field)).get(reverse("case_check")).content.decode()
    assert f'href="{reverse("case_company")}?check#id_{field}">{CompanyData.label(field)}を選択してください。' in page
    assert "未入力" in page
    assert "<button" not in page.split('<form method="post" class="actions">')[1].split("</form>")[0]


def test_keeping_an_unfinished_step_answers_no_question(empty: Case) -> None:
    client = browser_in(empty)
    assert "checked" not in client.get(reverse("case_company")).content.decode()
    typed = {name: value for name, value in COMPANY.items() if name not in CompanyData.CHOSEN}
    client.post(reverse("case_company"), {**typed, "later": "1"})
    empty.refresh_from_db()
    assert empty.company_name == COMPANY["company_name"]
    assert (
        empty.registration_case.registration_type,
        empty.registration_case.legal_form,
        empty.registration_case.is_member,
    ) == ("", "", None)
    form = client.get(reverse("case_company")).context["form"]
    assert set(form.errors) == set(CompanyData.CHOSEN)
    assert "checked" not in client.get(reverse("case_company")).content.decode()


def test_one_answer_alone_is_kept_and_the_others_stay_open(empty: Case) -> None:
    client = browser_in(empty)
    client.post(reverse("case_company"), {"is_member": "False", "later": "1"})
    empty.refresh_from_db()
    assert (
        empty.registration_case.registration_type,
        empty.registration_case.legal_form,
        empty.registration_case.is_member,
    ) == ("", "", False)
    assert "is_member" not in client.get(reverse("case_company")).context["form"].errors


@pytest.mark.parametrize("field", CompanyData.CHOSEN)
def test_a_case_that_was_sent_has_every_answer(field: str, submitted: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        leave_open(submitted, field)


@pytest.mark.parametrize("field", CompanyData.CHOSEN)
def test_a_registration_has_every_answer(field: str, company: Company) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TradeRegistration.objects.update(**{field: None if field == "is_member" else ""})


def test_while_the_type_is_open_nothing_is_pledged_and_a_signer_is_asked_for_with_the_reason(empty: Case) -> None:
    assert [text.kind for text in required_texts(empty.registration_case)] == list(DatedText.RULES)
    asked = [fault.message for fault in missing(empty.registration_case) if fault.step == Step.SIGNERS]
    assert asked == ["登録種別を選択してください。代行業者以外は、署名者の登録が必要です。"]


@pytest.mark.parametrize("page", ["case_pledge", "case_documents"])
def test_what_depends_on_the_type_says_so(page: str, draft: Case) -> None:
    question = "先に登録種別を選択してください"
    assert question not in browser_in(draft).get(reverse(page)).content.decode()
    assert question in browser_in(leave_open(draft, "registration_type")).get(reverse(page)).content.decode()


def test_without_a_type_there_is_no_pledge_to_print(draft: Case) -> None:
    client = browser_in(leave_open(draft, "registration_type"))
    assert client.get(reverse("pledge_paper")).status_code == 404
    assert reverse("pledge_paper") not in client.get(reverse("case_documents")).content.decode()


def test_a_paper_prints_no_answer_that_was_not_given(empty: Case) -> None:
    assert papers.profile(empty.registration_case).startswith(b"%PDF")


def test_while_the_legal_form_is_open_either_register_will_do_and_no_title_is_asked_for(draft: Case) -> None:
    RegistrationCase.objects.filter(pk=draft.pk).update(representative_title="")
    opened = leave_open(draft, "legal_form")
    assert (Kind.COMPANY_REGISTER, Kind.RESIDENCE_CERTIFICATE) in required_documents(opened.registration_case)
    assert (Kind.PROOF_OF_BUSINESS,) not in required_documents(opened.registration_case)
    assert [fault.target for fault in missing(opened.registration_case)] == [Target(FIELD, "legal_form")]
