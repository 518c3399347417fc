"""A company fills in its case: the steps that are made of fields."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from casework.models import Case
from registration_cases import filling_in
from registration_cases.completeness import required_texts
from tests.casework.conftest import browser_in
from trade_registration.models import CompanyData

COMPANY = {
    "registration_type": "applicant",
    "legal_form": "corporation",
    "is_member": "True",
    "company_name": "株式会社越後物産",
    "company_name_en": "Echigo Bussan Co., Ltd.",
    "address_en": "1-2-3 Furumachi, Chuo-ku, Niigata, Japan",
    "representative_title": "代表取締役",
    "representative_name": "越後 一郎",
    "line_of_business": "米菓の製造\r\n  および輸出\r\n",
}
CONTACT = {
    "postal_code": "〒９５０　０００１",
    "address": "新潟市中央区古町1-2-3",
    "telephone": "０２５ー０００ー００００",
    "contact_department": "",
    "contact_name": "物産 花子",
}


def test_the_company_is_saved_and_the_next_step_follows(empty: Case) -> None:
    response = browser_in(empty).post(reverse("case_company"), COMPANY)
    assert response["Location"] == reverse("case_contact")
    empty.refresh_from_db()
    assert empty.company_name == COMPANY["company_name"]
    assert empty.registration_case.line_of_business == "米菓の製造 および輸出"
    assert empty.registration_case.is_member is True


def test_the_contact_is_kept_in_one_spelling(empty: Case) -> None:
    response = browser_in(empty).post(reverse("case_contact"), CONTACT)
    assert response["Location"] == reverse("case_signers")
    empty.refresh_from_db()
    assert (empty.registration_case.postal_code, empty.registration_case.telephone) == ("950-0001", "025-000-0000")


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("case_company", "company_name_en", "越後物産"),
        ("case_company", "company_name", "株式会社\u202e越後"),
        ("case_company", "representative_name", "あ" * 61),
        ("case_company", "line_of_business", "あ" * 401),
        ("case_company", "registration_type", "emperor"),
        ("case_company", "is_member", "perhaps"),
        ("case_contact", "postal_code", "950-87"),
        ("case_contact", "telephone", "なし"),
        ("case_contact", "address", "新潟市😀"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_what_is_ill_formed_is_refused_at_its_field_and_nothing_typed_is_lost(
    later: bool, name: str, field: str, value: str, empty: Case
) -> None:
    typed = {**(COMPANY if name == "case_company" else CONTACT), field: value}
    response = browser_in(empty).post(reverse(name), {**typed, **({"later": "1"} if later else {})})
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert len(form.errors[field]) == 1
    assert all(form[each].value() == said for each, said in typed.items())
    empty.refresh_from_db()
    assert empty.company_name == empty.registration_case.address == ""


def test_a_step_is_not_left_unfinished_unless_one_says_so(empty: Case) -> None:
    client = browser_in(empty)
    half = {"company_name": "株式会社途中", "representative_name": "途中 太郎"}
    response = client.post(reverse("case_company"), half)
    # Whether the title is needed depends on what was not said yet.
    assert set(response.context["form"].errors) == set(COMPANY) - set(half) - {"representative_title"}
    assert "株式会社途中" in response.content.decode()
    response = client.post(reverse("case_company"), {**half, "later": "1"}, follow=True)
    assert response.redirect_chain == [(reverse("case"), 302)]
    assert "一時保存しました" in response.content.decode()
    empty.refresh_from_db()
    assert empty.company_name == "株式会社途中"


def test_after_a_first_save_the_step_says_at_the_field_what_is_missing(empty: Case) -> None:
    client = browser_in(empty)
    assert not client.get(reverse("case_company")).context["form"].errors
    assert client.get(reverse("case_company") + "?check").context["form"].errors
    client.post(reverse("case_company"), {**COMPANY, "address_en": "", "later": "1"})
    assert list(client.get(reverse("case_company")).context["form"].errors) == ["address_en"]


@pytest.mark.parametrize(("legal_form", "lacking"), [("corporation", True), ("sole_trader", False)])
def test_only_a_sole_trader_needs_no_title(legal_form: str, lacking: bool, empty: Case) -> None:
    typed = {**COMPANY, "legal_form": legal_form, "representative_title": ""}
    response = browser_in(empty).post(reverse("case_company"), typed)
    assert response.status_code == (200 if lacking else 302)
    if lacking:
        assert list(response.context["form"].errors) == ["representative_title"]


def test_a_draft_survives_the_end_of_its_browser_session(empty: Case) -> None:
    client = browser_in(empty)
    client.post(reverse("case_company"), COMPANY)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        response = client.get(reverse("case_contact"), follow=True)
        assert response.redirect_chain == [(reverse("resume"), 302)]
        assert "しばらく操作がなかった" in response.content.decode()
    assert COMPANY["company_name"] in browser_in(empty).get(reverse("case_company")).content.decode()


def test_an_agent_has_no_step_for_signers(empty: Case) -> None:
    client = browser_in(empty)
    client.post(reverse("case_company"), {**COMPANY, "registration_type": "agent"})
    assert client.post(reverse("case_contact"), CONTACT)["Location"] == reverse("case_pledge")
    page = client.get(reverse("case_signers")).content.decode()
    assert "代行業者は署名者を登録しません" in page
    assert reverse("new_case_signer") not in page
    assert client.get(reverse("signers_paper")).status_code == 404


def boxes(case: Case) -> dict[str, str]:
    """Every box of the pledges, ticked."""
    return {
        name: "on"
        for text in required_texts(case.registration_case)
        for name in (
            [f"text-{text.pk}-{n}" for n in range(len(text.items))] if "pledge" in text.kind else [f"text-{text.pk}"]
        )
    }


def test_every_item_of_the_pledge_is_ticked_one_by_one(draft: Case) -> None:
    draft.registration_case.accepted_texts.all().delete()
    client, ticked = browser_in(draft), boxes(draft)
    (missing_one, *rest) = reversed(ticked)
    response = client.post(reverse("case_pledge"), dict.fromkeys(rest, "on"))
    assert list(response.context["form"].errors) == [missing_one]
    assert response.content.decode().count("checked") == len(rest)
    assert not draft.registration_case.accepted_texts.exists()
    client.post(reverse("case_pledge"), {**dict.fromkeys(rest, "on"), "later": "1"})
    assert draft.registration_case.accepted_texts.count() == len(rest)
    assert client.get(reverse("case_pledge")).content.decode().count("checked") == len(rest)
    assert list(client.get(reverse("case_pledge") + "?check").context["form"].errors) == [missing_one]
    assert client.post(reverse("case_pledge"), ticked)["Location"] == reverse("case_documents")
    assert draft.registration_case.accepted_texts.count() == len(ticked)


def test_whoever_is_both_reads_two_pledges(draft: Case) -> None:
    filling_in.save_company(draft.registration_case, by=None, registration_type=CompanyData.Type.BOTH)
    page = browser_in(draft).get(reverse("case_pledge")).content.decode()
    assert "誓約事項(申請者)" in page
    assert "誓約事項(代行業者)" in page
