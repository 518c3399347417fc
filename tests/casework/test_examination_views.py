"""The clerks' verbs: check, return, approve, reject."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Role
from casework import examination
from casework.models import Case
from casework.models.target import FIELD, WHOLE_CASE, Target
from chambers.models import Chamber, DatedText, Fee
from registration_cases.models import CaseSigner, RegistrationCase
from signers.models import Signer
from tests.casework.clerk import VERBS, page, send, status_of
from tests.casework.conftest import tick_everything
from tests.casework.factories import change_of
from tests.casework.test_services import put
from tests.conftest import Company, log_in_with
from tests.factories import StaffFactory, SubIdFactory
from trade_registration.models import CompanyData, TradeRegistration

Status = Case.Status


@pytest.fixture
def client(reviewer: Account) -> Client:
    """The clerk's browser."""
    return log_in_with(reviewer)


# --- The checklist ---


def test_ticks_are_kept_with_who_checked(client: Client, submitted: Case, reviewer: Account) -> None:
    response = send(client, submitted, "tick_case", version=1, items=[0, 2])
    assert response["Location"] == reverse("staff_case", args=[submitted.public_id])
    seen = client.get(response["Location"])
    assert [check.tick is not None for check in seen.context["dossier"].checklist.checks] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert "確認済み 2/5" in seen.content.decode()
    assert f"確認: {seen.context['dossier'].checklist.checks[0].said}" in seen.content.decode()
    send(client, submitted, "tick_case", version=1)
    assert not submitted.ticks.exists()


def test_going_on_to_approve_keeps_the_ticks(client: Client, submitted: Case) -> None:
    response = send(client, submitted, "tick_case", version=1, items=range(5), then="approve")
    assert response["Location"] == reverse("approve_case", args=[submitted.public_id])
    assert submitted.ticks.count() == 5


@pytest.mark.parametrize("typed", [{"version": 2, "items": [0]}, {"version": 1, "items": ["x"]}, {"items": [0]}])
def test_ticks_on_another_version_of_the_checklist_are_not_kept(
    typed: dict[str, object], client: Client, submitted: Case
) -> None:
    response = send(client, submitted, "tick_case", **typed)
    assert "もう一度確認してください" in client.get(response["Location"]).content.decode()
    assert not submitted.ticks.exists()


def test_a_case_without_checklist_goes_straight_to_approval(client: Client, submitted: Case) -> None:
    submitted.chamber.texts.filter(kind=DatedText.Kind.CHECKLIST_NEW).delete()
    seen = page(client, submitted)
    assert "この種類の申請のチェックリストはありません。" in seen
    assert reverse("approve_case", args=[submitted.public_id]) in seen
    assert ">承認する<" in page(client, submitted, "approve_case")


# --- Returning ---


def test_the_form_has_a_place_for_everything_that_may_be_wrong(client: Client, submitted: Case) -> None:
    response = client.get(reverse("return_case", args=[submitted.public_id]))
    assert [place.target for place, _field in response.context["form"].rows()] == [
        *(Target(FIELD, field) for field in (*CompanyData.EXAMINED, *CompanyData.CONTACT)),
        submitted.registration_case.signers.get().target,
        *(document.target for document in submitted.documents.all()),
        WHOLE_CASE,
    ]
    seen = response.content.decode()
    for said in (
        submitted.company_name,
        submitted.registration_case.line_of_business,
        submitted.registration_case.signers.get().email,
    ):
        assert said in seen


def test_remarks_go_to_their_places(client: Client, submitted: Case, reviewer: Account) -> None:
    signer, document = submitted.registration_case.signers.get(), submitted.documents.first()
    typed = {
        "remark-field-company_name": " 登記と\r\n違います。 ",
        f"remark-signer-{signer.public_id}": "かすれています。",
        f"remark-document-{document.public_id}": "2ページ目がありません。",
        "remark-case": "お電話ください。",
        "remark-field-telephone": "   ",
    }
    response = send(client, submitted, "return_case", **typed)
    assert response["Location"] == reverse("desk")
    assert status_of(submitted) == Status.RETURNED
    assert {remark.target: remark.text for remark in submitted.remarks.all()} == {
        Target(FIELD, "company_name"): "登記と 違います。",
        signer.target: "かすれています。",
        document.target: "2ページ目がありません。",
        WHOLE_CASE: "お電話ください。",
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "少なくとも1つ"),
        ({"remark-field-telephone": " \n "}, "少なくとも1つ"),
        ({"remark-nowhere": "どこ"}, "少なくとも1つ"),
        ({"remark-field-telephone": "あ" * 501}, "500"),
        ({"remark-field-telephone": "見えない\u202e文字"}, "U+202E"),
    ],
)
def test_a_return_without_a_sound_remark_is_shown_again(
    typed: dict[str, str], said: str, client: Client, submitted: Case
) -> None:
    response = send(client, submitted, "return_case", **typed)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert status_of(submitted) == Status.SUBMITTED


# --- Approving ---


def test_nothing_is_approved_while_an_item_is_open(client: Client, submitted: Case) -> None:
    send(client, submitted, "tick_case", version=1, items=[0, 1, 2, 3])
    seen = page(client, submitted, "approve_case")
    assert "チェックリストの未確認: 登録種別・会員区分が正しい。" in seen
    assert ">承認する<" not in seen
    assert send(client, submitted, "approve_case").status_code == 200
    assert status_of(submitted) == Status.SUBMITTED


def test_the_approval_page_says_what_then_happens(client: Client, submitted: Case, reviewer: Account) -> None:
    Fee.objects.filter(chamber=submitted.chamber, item=Fee.Item.REGISTRATION, is_member=True).update(amount=1100)
    tick_everything(submitted, reviewer)
    response = client.get(reverse("approve_case", args=[submitted.public_id]))
    outcome, seen = response.context["outcome"], response.content.decode()
    assert outcome.obstacles == []
    for said in (
        outcome.details["registration_number"],
        "1,100円",
        submitted.registration_case.signers.get().name,
        "管理者ID",
    ):
        assert said in seen, said
    response = send(client, submitted, "approve_case")
    registration = TradeRegistration.objects.get(registration_number=outcome.details["registration_number"])
    assert registration.valid_until == outcome.details["valid_until"]
    assert response["Location"] == reverse("staff_registration", args=[outcome.details["registration_number"]])
    assert "貿易登録証の印刷へ進む" in client.get(response["Location"]).content.decode()
    assert "承認しました。" in page(client, submitted)
    assert Case.objects.get(pk=submitted.pk).fee == outcome.fee == 1100


def test_the_approval_page_says_whose_ids_end(
    client: Client, change: Case, company: Company, reviewer: Account
) -> None:
    SubIdFactory(parent=company.signer, name="もう一人")
    SubIdFactory(parent=company.signer, name="削除済みの人", status=Account.Status.DELETED)
    CaseSigner.objects.create(case=change.registration_case, removes=company.signer_row)
    case = put(change, Status.SUBMITTED)
    tick_everything(case, reviewer)
    response = client.get(reverse("approve_case", args=[case.public_id]))
    outcome = response.context["outcome"]
    assert outcome.details["leaving"] == [company.signer_row]
    assert [account.name for account in outcome.details["ended_sub_ids"]] == [company.sub_id.name, "もう一人"]
    assert outcome.fee is None
    assert "登録料" not in response.content.decode()
    send(client, case, "approve_case")
    company.sub_id.refresh_from_db()
    assert list(Signer.objects.filter(account__status="active").values_list("account__name", flat=True)) == [
        change.registration_case.signers.get(removes__isnull=True).name
    ]


def test_a_company_that_becomes_an_agent_loses_all_signers(client: Client, company: Company, reviewer: Account) -> None:
    case = put(change_of(company.registration, registration_type=CompanyData.Type.AGENT), Status.SUBMITTED)
    tick_everything(case, reviewer)
    response = client.get(reverse("approve_case", args=[case.public_id]))
    assert response.context["outcome"].details["leaving"] == [company.signer_row]
    assert response.context["outcome"].details["joining"] == []
    assert "代行業者は署名者を登録できないため" in response.content.decode()


@pytest.mark.parametrize("days", [-5, 0, 5])
def test_a_renewal_says_its_new_last_day(days: int, client: Client, company: Company, reviewer: Account) -> None:
    last = timezone.localdate() + dt.timedelta(days=days)
    TradeRegistration.objects.filter(pk=company.registration.pk).update(
        registered_on=last - dt.timedelta(days=730), valid_until=last
    )
    company.registration.refresh_from_db()
    case = put(change_of(company.registration, kind=RegistrationCase.Kind.RENEWAL), Status.SUBMITTED)
    tick_everything(case, reviewer)
    promised = client.get(reverse("approve_case", args=[case.public_id])).context["outcome"].details["valid_until"]
    send(client, case, "approve_case")
    company.registration.refresh_from_db()
    assert company.registration.valid_until == promised > last


def test_a_renewal_ends_on_a_29_february_where_that_is_the_day_before(company: Company, reviewer: Account) -> None:
    Chamber.objects.update(last_day=Chamber.LastDay.DAY_BEFORE)
    TradeRegistration.objects.update(registered_on=dt.date(2028, 3, 1), valid_until=dt.date(2030, 2, 28))
    company.registration.refresh_from_db()
    with time_machine.travel(dt.datetime(2030, 2, 20, 3, tzinfo=dt.UTC), tick=False):
        case = put(change_of(company.registration, kind=RegistrationCase.Kind.RENEWAL), Status.SUBMITTED)
        tick_everything(case, reviewer)
        client = log_in_with(reviewer)
        assert "2032年2月29日" in page(client, case, "approve_case")
        send(client, case, "approve_case")
    company.registration.refresh_from_db()
    assert company.registration.valid_until == dt.date(2032, 2, 29)


def test_a_suspended_companys_case_cannot_be_approved(
    client: Client, change: Case, company: Company, reviewer: Account
) -> None:
    case = put(change, Status.SUBMITTED)
    tick_everything(case, reviewer)
    TradeRegistration.objects.filter(pk=company.registration.pk).update(status="suspended")
    assert "停止を解除するまで承認できません。" in page(client, case, "approve_case")
    assert send(client, case, "approve_case").status_code == 200
    assert status_of(case) == Status.SUBMITTED


def test_a_chamber_without_price_is_told_so(client: Client, submitted: Case, reviewer: Account) -> None:
    Fee.objects.all().delete()
    tick_everything(submitted, reviewer)
    assert "料金が設定されていません。" in page(client, submitted, "approve_case")
    assert send(client, submitted, "approve_case").status_code == 302


# --- Rejecting ---


def test_a_rejection_keeps_its_reason(client: Client, submitted: Case) -> None:
    response = send(client, submitted, "reject_case", reason="登録要件を\r\n満たしません。")
    assert response["Location"] == reverse("desk")
    assert status_of(submitted) == Status.REJECTED
    assert submitted.events.last().reason == "登録要件を\n満たしません。"
    assert "満たしません。" in page(client, submitted)


@pytest.mark.parametrize("reason", [" ", "あ" * 2001, "見えない\u202e文字"])
def test_a_rejection_without_a_sound_reason_is_shown_again(reason: str, client: Client, submitted: Case) -> None:
    response = send(client, submitted, "reject_case", reason=reason)
    assert response.status_code == 200
    assert "入力内容をご確認ください" in response.content.decode()
    assert status_of(submitted) == Status.SUBMITTED


def test_what_was_sent_back_can_still_be_rejected(client: Client, draft: Case) -> None:
    case = put(draft, Status.RETURNED)
    assert page(client, case, "reject_case")
    assert send(client, case, "reject_case", reason="期限までに修正されませんでした。").status_code == 302
    assert status_of(case) == Status.REJECTED


# --- When ---

ALLOWED = {
    "return_case": {Status.SUBMITTED},
    "approve_case": {Status.SUBMITTED},
    "reject_case": {Status.SUBMITTED, Status.RETURNED},
}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_works_in_its_statuses_only(
    verb: str, status: str, method: str, client: Client, draft: Case, reviewer: Account
) -> None:
    case = put(draft, Status.SUBMITTED)
    tick_everything(case, reviewer)
    examination.leave(case, by=reviewer)
    put(case, status)
    response = getattr(client, method)(reverse(verb, args=[case.public_id]), VERBS[verb])
    if status in ALLOWED[verb]:
        assert response.status_code == (200 if method == "get" else 302)
    else:
        assert response.status_code == 409
        assert status_of(case) == status


@pytest.mark.parametrize("status", [Status.RETURNED, Status.REJECTED, Status.WITHDRAWN])
def test_ticks_are_refused_unless_the_case_waits(status: str, client: Client, draft: Case) -> None:
    assert send(client, put(draft, status), "tick_case", version=1, items=[0]).status_code == 409


def test_a_manager_may_do_what_a_reviewer_may(submitted: Case) -> None:
    boss = StaffFactory(chamber=submitted.chamber, role=Role.MANAGER)
    tick_everything(submitted, boss)
    assert send(log_in_with(boss), submitted, "approve_case").status_code == 302
