"""What a company does with its case."""

import datetime as dt
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Account
from audit.models import AuditEntry
from casework import examination, services
from casework.differences import differences
from casework.document_dates import months_before
from casework.models import Case, SupportingDocument
from casework.models.target import FIELD, Target
from chambers.models import DatedText
from foundation.errors import WrongStatus
from registration_cases import filling_in
from registration_cases import services as registration_cases
from registration_cases.completeness import TEXT, Step, missing, required_documents, steps_of
from registration_cases.document_kinds import DocumentKind
from registration_cases.models import AcceptedText, CaseSigner, RegistrationCase, RegistrationRequest
from tests.casework.factories import CaseFactory, CaseSignerFactory, SupportingDocumentFactory, change_of, ready
from tests.conftest import Company
from trade_registration.models import CompanyData

Status = Case.Status
Delivered = Callable[[], list[EmailMessage]]


def put(case: Case, status: str) -> Case:
    """The case as it is in the given status."""
    now = timezone.now()
    values: dict[str, object] = {"status": status}
    if status != Status.DRAFT:
        values |= {"submitted_at": now, "waiting_since": now, "submissions": 1, "receipt_number": f"R{case.pk}"}
    if status in (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN):
        values["decided_at"] = now
    Case.objects.filter(pk=case.pk).update(**values)
    case.refresh_from_db()
    return case


VERBS: dict[str, tuple[Callable[[Case], object], set[str]]] = {
    "save_company": (
        lambda case: filling_in.save_company(case.registration_case, by=None, company_name="新名"),
        {Status.DRAFT, Status.RETURNED},
    ),
    "add_signer": (
        lambda case: filling_in.add_signer(case.registration_case, by=None, name="新"),
        {Status.DRAFT, Status.RETURNED},
    ),
    "drop_signer": (
        lambda case: filling_in.drop_signer(case.registration_case.signers.first(), by=None),
        {Status.DRAFT, Status.RETURNED},
    ),
    "drop_document": (
        lambda case: services.drop_document(case.documents.first(), by=None),
        {Status.DRAFT, Status.RETURNED},
    ),
    "accept": (
        lambda case: filling_in.accept(case.registration_case, [], of=[], by=None),
        {Status.DRAFT, Status.RETURNED},
    ),
    "submit": (lambda case: services.submit(case, by=None), {Status.DRAFT, Status.RETURNED}),
    "withdraw": (
        lambda case: services.withdraw(case, by=None),
        {Status.DRAFT, Status.SUBMITTED, Status.RETURNED},
    ),
    "write_to_chamber": (lambda case: services.write_to_chamber(case, "質問", by=None), set(Status) - {Status.DRAFT}),
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_works_in_its_statuses_only(verb: str, status: str, draft: Case) -> None:
    act, allowed = VERBS[verb]
    case = put(draft, status)
    if status in allowed:
        act(case)
    else:
        with pytest.raises(WrongStatus):
            act(case)
        case.refresh_from_db()
        assert case.status == status


def test_submission_gives_a_receipt_number_and_tells_both_sides(draft: Case, delivered: Delivered) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 15, 0, tzinfo=UTC), tick=False):
        SupportingDocument.objects.update(issued_on=dt.date(2026, 12, 1))
        row = services.submit(draft, by=None)
        assert row.receipt_number == f"{draft.chamber.code}-2027-00001"  # it is 2027 in Japan
        assert row.waiting_since == row.submitted_at == timezone.now()
        mails = {mail.to[0]: mail for mail in delivered()}
    assert row.receipt_number in mails[draft.registration_case.contact_email].body
    assert "/status/" in mails[draft.registration_case.contact_email].body
    assert row.receipt_number in mails[draft.chamber.email].body


def test_a_case_sent_again_keeps_its_number_and_loses_its_ticks(submitted: Case, reviewer: Account) -> None:
    examination.tick(submitted, [0, 1], by=reviewer)
    examination.return_for_correction(submitted, {Target(FIELD, "company_name"): "登記と違います。"}, by=reviewer)
    number = submitted.receipt_number
    row = services.submit(submitted, by=None)
    assert (row.receipt_number, row.submissions, row.is_corrected) == (number, 2, True)
    assert row.waiting_since > row.submitted_at
    assert not row.ticks.exists()
    assert row.remarks.get().answered_at is not None


def test_nothing_incomplete_is_sent(draft: Case) -> None:
    filling_in.save_company(draft.registration_case, by=None, company_name_en="")
    with pytest.raises(WrongStatus):
        services.submit(draft, by=None)
    assert not AuditEntry.objects.filter(action="case.submitted").exists()


def faults(case: Case) -> list[tuple[Step, Target | None]]:
    return [(fault.step, fault.target) for fault in missing(RegistrationCase.objects.get(pk=case.pk))]


def test_a_complete_draft_lacks_nothing(draft: Case) -> None:
    assert faults(draft) == []
    assert steps_of(draft.registration_case) == [Step.COMPANY, Step.CONTACT, Step.SIGNERS, Step.PLEDGE, Step.DOCUMENTS]


@pytest.mark.parametrize(
    "field", [field for field in (*CompanyData.EXAMINED, *CompanyData.CONTACT) if field not in CompanyData.CHOSEN]
)
def test_each_empty_field_is_named_with_its_step(field: str, draft: Case) -> None:
    RegistrationCase.objects.filter(pk=draft.pk).update(**{field: ""})
    step = Step.CONTACT if field in CompanyData.CONTACT else Step.COMPANY
    assert faults(draft) == ([] if field == "contact_department" else [(step, Target(FIELD, field))])


def test_a_sole_trader_needs_no_title_but_other_evidence(draft: Case) -> None:
    filling_in.save_company(
        draft.registration_case, by=None, legal_form=CompanyData.LegalForm.SOLE_TRADER, representative_title=""
    )
    kinds = required_documents(draft.registration_case)
    assert (DocumentKind.RESIDENCE_CERTIFICATE,) in kinds
    assert (DocumentKind.PROOF_OF_BUSINESS,) in kinds
    assert (DocumentKind.COMPANY_REGISTER,) not in kinds
    assert (Step.COMPANY, Target(FIELD, "representative_title")) not in faults(draft)


def test_an_agent_has_no_signers(draft: Case) -> None:
    filling_in.save_company(draft.registration_case, by=None, registration_type=CompanyData.Type.AGENT)
    assert Step.SIGNERS not in steps_of(draft.registration_case)
    assert (DocumentKind.SPECIMEN_NOTIFICATION,) not in required_documents(draft.registration_case)
    pledge = DatedText.objects.get(chamber=draft.chamber, kind=DatedText.Kind.PLEDGE_AGENT)
    assert faults(draft) == [
        (Step.PLEDGE, Target(TEXT, str(pledge.pk)))
    ]  # the applicant's pledge was accepted, not the agent's


def test_whoever_is_both_pledges_as_both(draft: Case) -> None:
    filling_in.save_company(draft.registration_case, by=None, registration_type=CompanyData.Type.BOTH)
    assert [step for step, _place in faults(draft)] == [Step.PLEDGE]


def test_a_company_that_applies_needs_a_signer(draft: Case) -> None:
    draft.registration_case.signers.all().delete()
    assert (Step.SIGNERS, None) in faults(draft)


@pytest.mark.parametrize("lacking", [{"name": ""}, {"name_en": ""}, {"email": ""}, {"specimen": None}])
def test_an_incomplete_signer_is_named(lacking: dict[str, object], draft: Case) -> None:
    signer = draft.registration_case.signers.get()
    filling_in.change_signer(signer, by=None, **lacking)
    assert faults(draft) == [(Step.SIGNERS, signer.target)]


def test_a_signer_that_was_dropped_meanwhile_is_not_changed(draft: Case) -> None:
    signer = draft.registration_case.signers.get()
    filling_in.drop_signer(CaseSigner.objects.get(pk=signer.pk), by=None)
    with pytest.raises(WrongStatus):
        filling_in.change_signer(signer, by=None, name="越後 次郎")
    assert not draft.registration_case.signers.exists()


def test_one_missing_item_of_a_pledge_is_missing(draft: Case) -> None:
    row = AcceptedText.objects.filter(case=draft.pk, item__isnull=False).last()
    row.delete()
    assert faults(draft) == [(Step.PLEDGE, Target(TEXT, str(row.text_id)))]


def test_new_rules_must_be_accepted_from_their_day_on_and_the_old_acceptance_is_kept(draft: Case) -> None:
    old = draft.chamber.texts.get(kind=DatedText.Kind.PENALTY_RULES)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    new = DatedText.objects.create(chamber=draft.chamber, kind=old.kind, version=2, valid_from=tomorrow, body="新")
    assert faults(draft) == []
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert faults(draft) == [(Step.PLEDGE, Target(TEXT, str(new.pk)))]
    assert draft.registration_case.accepted_texts.filter(text=old).exists()


def test_evidence_is_named_when_missing_and_when_too_old(draft: Case) -> None:
    register = draft.documents.get(kind=DocumentKind.COMPANY_REGISTER)
    today = timezone.localdate()
    for issued_on, fine in (
        (today, True),
        (months_before(today, 3), True),
        (months_before(today, 3) - dt.timedelta(days=1), False),
        (today + dt.timedelta(days=1), False),
        (None, False),
    ):
        SupportingDocument.objects.filter(pk=register.pk).update(issued_on=issued_on)
        expected = [] if fine else [(Step.DOCUMENTS, register.target)]
        assert faults(draft) == expected, issued_on
    register.delete()
    assert faults(draft) == [(Step.DOCUMENTS, None)]


def test_more_signers_than_the_chamber_likes_need_a_reason(draft: Case) -> None:
    draft.chamber.most_signers_without_reason = 2
    draft.chamber.save()
    CaseSignerFactory(case=draft)
    assert faults(draft) == []
    CaseSignerFactory(case=draft)
    assert faults(draft) == [(Step.DOCUMENTS, None)]
    SupportingDocumentFactory(case=draft, kind=DocumentKind.MANY_SIGNERS, issued_on=None)
    assert faults(draft) == []


def test_a_change_that_changes_nothing_is_not_sent(company: Company) -> None:
    ready(company.chamber)
    case = registration_cases.start_change(company.registration, by=company.administrator)
    assert faults(case) == [(Step.COMPANY, None)]


def test_a_change_says_old_and_new(change: Case, company: Company) -> None:
    filling_in.ask_removal(change.registration_case, company.signer_row, by=None)
    said = {each.label: (each.old, each.new) for each in differences(change)}
    assert said["企業名等"] == (company.registration.company_name, "株式会社新しい名前")
    assert said["署名者の追加"] == ("", "越後 太郎 (Taro Echigo)")
    assert said["署名者の削除"] == ("会議所 太郎 (kaigisho taro)", "")
    assert len(said) == 3


def test_removing_the_last_signer_is_named(company: Company) -> None:
    case = change_of(company.registration)
    case.registration_case.signers.all().delete()
    filling_in.ask_removal(case.registration_case, company.signer_row, by=None)
    filling_in.ask_removal(case.registration_case, company.signer_row, by=None)
    assert case.registration_case.signers.count() == 1
    assert (Step.SIGNERS, None) in faults(case)


def test_one_open_case_blocks_the_next(company: Company) -> None:
    ready(company.chamber)
    case = registration_cases.start_change(company.registration, by=company.administrator)
    with pytest.raises(WrongStatus):
        registration_cases.start_change(company.registration, by=company.administrator)
    services.withdraw(case, by=company.administrator)
    registration_cases.start_change(company.registration, by=company.administrator)


def test_renewal_opens_and_closes_as_the_chamber_says(company: Company) -> None:
    registration = company.registration
    registration.chamber.late_renewal_days = 7
    registration.chamber.save()

    def renewable_on(day: dt.date) -> bool:
        with time_machine.travel(datetime.combine(day, dt.time(3), tzinfo=UTC), tick=False):
            try:
                case = registration_cases.start_renewal(registration, by=company.administrator)
            except WrongStatus:
                return False
            case.delete()
            return True

    end = registration.valid_until
    answers = {days: renewable_on(end + dt.timedelta(days=days)) for days in (-31, -30, 0, 7, 8)}
    assert answers == {-31: False, -30: True, 0: True, 7: True, 8: False}


def noon(day: dt.date) -> datetime:
    return datetime.combine(day, dt.time(3), tzinfo=UTC)


def renewal_on_its_last_day(company: Company) -> Case:
    """A complete draft of a renewal, on the registration's last day."""
    case = change_of(company.registration, kind=RegistrationCase.Kind.RENEWAL)
    case.documents.update(issued_on=timezone.localdate())
    return case


def test_a_renewal_sent_in_time_may_be_corrected_after_the_last_day(company: Company, reviewer: Account) -> None:
    end = company.registration.valid_until
    with time_machine.travel(noon(end), tick=False):
        case = services.submit(renewal_on_its_last_day(company), by=company.administrator)
    with time_machine.travel(noon(end + dt.timedelta(days=1)), tick=False):
        examination.return_for_correction(case, {Target(FIELD, "company_name"): "登記と違います。"}, by=reviewer)
        assert faults(case) == []
        assert services.submit(case, by=company.administrator).is_corrected


def test_a_renewal_is_not_sent_for_the_first_time_after_the_last_day(company: Company) -> None:
    end = company.registration.valid_until
    with time_machine.travel(noon(end), tick=False):
        case = renewal_on_its_last_day(company)
    with time_machine.travel(noon(end + dt.timedelta(days=1)), tick=False):
        assert faults(case) == [(Step.COMPANY, None)]
        with pytest.raises(WrongStatus):
            services.submit(case, by=company.administrator)


def test_an_expired_registration_starts_no_change(company: Company) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=800)), pytest.raises(WrongStatus):
        registration_cases.start_change(company.registration, by=company.administrator)


def test_a_link_opens_one_draft_with_the_rules_accepted(company: Company) -> None:
    chamber = ready(company.chamber)
    rules = list(chamber.texts.filter(kind__in=DatedText.RULES))
    registration_cases.request_link(chamber, email="new@example.jp", rules=rules)
    request = RegistrationRequest.objects.get()
    case = registration_cases.begin(request)
    assert registration_cases.begin(request) is None
    assert Case.objects.get() == case
    assert {row.text for row in case.registration_case.accepted_texts.all()} == set(rules)
    assert (case.kind, case.status, case.registration_case.contact_email) == (
        RegistrationCase.Kind.NEW,
        Status.DRAFT,
        "new@example.jp",
    )


def test_resumption_mails_a_link_to_each_open_case_of_that_mailbox_only(company: Company, delivered: Delivered) -> None:
    chamber = ready(company.chamber)
    first, second = (
        CaseFactory(chamber=chamber, contact_email="a@example.jp", company_name=n) for n in ("甲社", "乙社")
    )
    CaseFactory(chamber=chamber, contact_email="b@example.jp", company_name="丙社")
    put(CaseFactory(chamber=chamber, contact_email="a@example.jp", company_name="丁社"), Status.REJECTED)
    registration_cases.request_resumption(chamber, email="a@example.jp")
    registration_cases.request_resumption(chamber, email="nobody@example.jp")
    (mail,) = delivered()
    assert ("甲社" in mail.body, "乙社" in mail.body, "丙社" in mail.body, "丁社" in mail.body) == (
        True,
        True,
        False,
        False,
    )
    request = RegistrationRequest.objects.get(email="a@example.jp")
    assert registration_cases.resume(request, second.public_id) == second
    assert registration_cases.resume(request, first.public_id) is None


def test_drafts_are_kept_for_sixty_days(draft: Case, submitted: Case) -> None:
    for case in (draft, submitted):
        Case.objects.filter(pk=case.pk).update(created_at=datetime(2026, 3, 1, 0, 0, tzinfo=UTC))
    draft.refresh_from_db()
    assert draft.registration_case.draft_ends_on == dt.date(2026, 4, 30)
    with time_machine.travel(datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC)):
        assert services.forget_old_drafts() == 0
    with time_machine.travel(datetime(2026, 4, 30, 15, 0, tzinfo=UTC)):
        assert services.forget_old_drafts() == 1
    assert list(Case.objects.all()) == [submitted]


def test_a_discarded_draft_is_deleted_after_a_day_with_all_that_was_uploaded(draft: Case, submitted: Case) -> None:
    for case in (draft, submitted):
        services.withdraw(case, by=None)
    assert draft.documents.exists()
    assert draft.registration_case.signers.exists()
    assert services.forget_old_drafts() == 0
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert services.forget_old_drafts() == 1
        assert services.forget_old_drafts() == 0
    assert list(Case.objects.all()) == [submitted]
    assert {document.case for document in SupportingDocument.objects.all()} == {submitted}
    acts = AuditEntry.objects.filter(subject=f"casework.Case:{draft.pk}").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["case.withdrawn", "case.draft_forgotten"]


def test_withdrawal_is_told_to_both_sides_unless_the_chamber_never_knew(
    draft: Case, submitted: Case, delivered: Delivered
) -> None:
    services.withdraw(draft, by=None)
    assert delivered() == []
    services.withdraw(submitted, by=None)
    assert {mail.to[0] for mail in delivered()} == {submitted.registration_case.contact_email, submitted.chamber.email}


def test_a_message_to_the_chamber_is_mailed_without_its_text(submitted: Case, delivered: Delivered) -> None:
    services.write_to_chamber(submitted, "印鑑証明書は後日でもよいですか。", by=None)
    (mail,) = delivered()
    assert mail.to == [submitted.chamber.email]
    assert "印鑑証明書" not in mail.body
