"""Approval, and the end of a registration."""

import datetime as dt
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Account, Ending, Kind, PasswordOrigin, Role, Session
from accounts.sessions import SessionStore
from casework import services
from casework.differences import differences
from casework.examination import approve
from casework.models import Case
from casework.models.target import WHOLE_CASE
from casework.services import delete_registration
from chambers.models import Chamber, Fee
from foundation.errors import WrongStatus
from registration_cases import filling_in
from registration_cases.models import RegistrationCase
from tests.casework.conftest import tick_everything
from tests.casework.factories import CaseFactory, CaseSignerFactory, change_of, ready
from tests.casework.test_services import put
from tests.conftest import Company
from tests.factories import ChamberFactory, StaffFactory
from tests.support.turns import at_once
from trade_registration import services as registrations
from trade_registration.models import CompanyData, TradeRegistration

Status = Case.Status


def sent(case: Case) -> Case:
    """The case as it waits for the chamber."""
    return services.submit(case, by=None)


def approved(case: Case, clerk: Account) -> TradeRegistration:
    tick_everything(case, clerk)
    return approve(case, by=clerk).registration


@pytest.mark.parametrize("status", Status)
def test_only_what_is_with_the_chamber_is_approved(status: str, draft: Case, reviewer: Account) -> None:
    put(draft, Status.SUBMITTED)
    tick_everything(draft, reviewer)
    Case.objects.filter(pk=draft.pk).update(held_by=None, held_until=None)
    case = draft
    if status != Status.SUBMITTED:
        decided = timezone.now() if status in (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN) else None
        values: dict[str, object] = {"status": status, "decided_at": decided}
        if status == Status.DRAFT:
            values |= {"submitted_at": None, "waiting_since": None, "submissions": 0, "receipt_number": ""}
        Case.objects.filter(pk=case.pk).update(**values)
        with pytest.raises(WrongStatus):
            approve(case, by=reviewer)
        assert TradeRegistration.objects.count() == 1
    else:
        approve(case, by=reviewer)
        assert TradeRegistration.objects.count() == 2


def test_an_open_item_of_the_checklist_stops_the_approval(submitted: Case, reviewer: Account) -> None:
    tick_everything(submitted, reviewer)
    submitted.ticks.first().delete()
    with pytest.raises(WrongStatus):
        approve(submitted, by=reviewer)
    assert TradeRegistration.objects.count() == 1


def test_a_new_registration_has_its_number_its_ids_and_two_years(submitted: Case, reviewer: Account) -> None:
    CaseSignerFactory(case=submitted, name="越後 次郎")
    with time_machine.travel(datetime(2028, 2, 28, 15, 0, tzinfo=UTC), tick=False):  # the 29th in Japan
        registration = approved(submitted, reviewer)
    chamber = submitted.chamber
    assert registration.registration_number == f"{chamber.code}{1:0{9 - len(chamber.code)}d}"
    assert (registration.registered_on, registration.valid_until) == (dt.date(2028, 2, 29), dt.date(2030, 2, 28))
    for field in (*CompanyData.EXAMINED, *CompanyData.CONTACT):
        assert getattr(registration, field) == getattr(submitted.registration_case, field), field
    administrator = registration.administrator
    assert (administrator.email, administrator.password_origin) == (
        submitted.registration_case.contact_email,
        PasswordOrigin.NONE,
    )
    assert administrator.email_verified_at is not None
    assert not administrator.has_usable_password()
    signers = list(registration.signers.all())
    assert [(signer.user_number, signer.account.name) for signer in signers] == [(1, "越後 太郎"), (2, "越後 次郎")]
    assert all(bytes(signer.specimen) for signer in signers)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.registration) == (Status.APPROVED, registration)


def test_a_chamber_of_the_other_convention_counts_to_the_day_before(submitted: Case, reviewer: Account) -> None:
    Chamber.objects.filter(pk=submitted.chamber_id).update(last_day=Chamber.LastDay.DAY_BEFORE)
    with time_machine.travel(datetime(2027, 6, 1, 3, 0, tzinfo=UTC), tick=False):
        assert approved(submitted, reviewer).valid_until == dt.date(2029, 5, 31)


def test_an_agent_gets_no_signers(company: Company, reviewer: Account) -> None:
    case = CaseFactory(chamber=ready(company.chamber), registration_type=CompanyData.Type.AGENT, submitted=True)
    registration = approved(case, reviewer)
    assert not registration.signers.exists()
    assert registration.accounts.get().kind == Kind.ADMINISTRATOR


def test_the_fee_of_the_day_is_frozen(company: Company, reviewer: Account) -> None:
    chamber = ready(company.chamber)
    today = timezone.localdate()
    item = {"chamber": chamber, "item": Fee.Item.REGISTRATION}
    Fee.objects.filter(**item, is_member=True).update(amount=1100)
    Fee.objects.create(**item, is_member=True, amount=9900, valid_from=today + dt.timedelta(days=1))
    case = CaseFactory(chamber=chamber, submitted=True)
    approved(case, reviewer)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        case.refresh_from_db()
        assert case.fee == 1100


def test_a_change_takes_effect_at_once_and_completely(company: Company, reviewer: Account) -> None:
    case = change_of(
        company.registration, company_name="株式会社新しい名前", company_name_en="New Name Co.", is_member=False
    )
    filling_in.ask_removal(case.registration_case, company.signer_row, by=None)
    sent(case)
    before = company.registration.company_name
    browser = SessionStore()
    browser.start(company.sub_id)
    company.registration.refresh_from_db()
    assert company.registration.company_name == before
    approved(case, reviewer)
    company.registration.refresh_from_db()
    assert company.registration.company_name == "株式会社新しい名前"
    assert not company.registration.is_member
    names = [s.account.name for s in company.registration.signers.exclude(account__status="deleted")]
    assert names == ["越後 太郎"]
    for account in (company.signer, company.sub_id):
        account = Account.objects.get_queryset().select_related("registration", "parent").get(pk=account.pk)
        assert not account.is_usable
    assert Session.objects.get(session_key=browser.session_key).ended_because == Ending.STOPPED


def test_what_was_changed_is_kept_with_the_decided_case(company: Company, reviewer: Account) -> None:
    case = sent(change_of(company.registration, company_name="株式会社新しい名前"))
    said = differences(case)
    approved(case, reviewer)
    case = Case.objects.select_related("registration").get(pk=case.pk)
    assert differences(case) == said
    assert next((each.label, each.old) for each in said) == ("企業名等", "株式会社新潟CCI貿易")


def test_how_to_reach_the_company_is_not_overwritten_by_an_older_case(company: Company, reviewer: Account) -> None:
    case = sent(change_of(company.registration, company_name="株式会社新しい名前"))
    registrations.change_contact(company.registration, by=company.administrator, telephone="025-999-9999")
    approved(case, reviewer)
    company.registration.refresh_from_db()
    assert company.registration.telephone == "025-999-9999"


def renewal_of(company: Company) -> Case:
    return change_of(company.registration, kind=RegistrationCase.Kind.RENEWAL)


def test_a_renewal_adds_two_years_to_the_present_ones(company: Company, reviewer: Account) -> None:
    end = company.registration.valid_until
    with time_machine.travel(datetime.combine(end, dt.time(3), tzinfo=UTC) - dt.timedelta(days=10), tick=False):
        approved(sent(renewal_of(company)), reviewer)
    company.registration.refresh_from_db()
    assert company.registration.valid_until == end.replace(year=end.year + 2)


def test_a_late_renewal_begins_today(company: Company, reviewer: Account) -> None:
    Chamber.objects.filter(pk=company.chamber.pk).update(late_renewal_days=30)
    company.registration.chamber.refresh_from_db()
    end = company.registration.valid_until
    late = end + dt.timedelta(days=10)
    with time_machine.travel(datetime.combine(late, dt.time(3), tzinfo=UTC), tick=False):
        approved(sent(renewal_of(company)), reviewer)
    company.registration.refresh_from_db()
    assert company.registration.valid_until == late.replace(year=late.year + 2)


def test_a_company_that_becomes_an_agent_loses_its_signers(company: Company, reviewer: Account) -> None:
    case = change_of(company.registration, registration_type=CompanyData.Type.AGENT)
    case.registration_case.signers.all().delete()
    approved(sent(case), reviewer)
    company.signer.refresh_from_db()
    assert company.signer.status == Account.Status.DELETED


@pytest.mark.parametrize("verb", [registrations.suspend, registrations.delete])
def test_nothing_is_approved_for_a_registration_that_is_not_in_force(
    verb: Callable[..., None], company: Company, reviewer: Account
) -> None:
    case = sent(change_of(company.registration))
    tick_everything(case, reviewer)
    verb(company.registration, reason="虚偽の申請", by=reviewer)
    with pytest.raises(WrongStatus):
        approve(case, by=reviewer)


def test_deletion_ends_every_id_and_withdraws_what_was_asked(
    company: Company, manager: Account, delivered: Callable[[], list[EmailMessage]]
) -> None:
    case = sent(change_of(company.registration))
    browsers = [SessionStore() for _each in range(3)]
    ids = (company.administrator, company.signer, company.sub_id)
    for browser, account in zip(browsers, ids, strict=True):
        browser.start(account)
    delete_registration(company.registration, reason="虚偽の申請", by=manager)
    case.refresh_from_db()
    company.registration.refresh_from_db()
    assert (case.status, company.registration.status) == (Status.WITHDRAWN, TradeRegistration.Status.DELETED)
    assert {Session.objects.get(session_key=b.session_key).ended_because for b in browsers} == {Ending.STOPPED}
    for account in ids:
        found = Account.objects.get_queryset().select_related("registration", "parent").get(pk=account.pk)
        assert not found.is_usable
    assert any("抹消" in mail.subject and "虚偽の申請" in mail.body for mail in delivered())


@pytest.mark.django_db(transaction=True)
def test_fifty_people_on_one_case_have_one_effect() -> None:
    """Clerks approve, return and reject, the applicant withdraws, all at once; nobody meets an error of ours."""
    case, clerks = _case_of_a_busy_chamber()
    acts: list[Callable[[Account], object]] = [
        lambda clerk: approve(case, by=clerk),
        lambda clerk: services.withdraw(case, by=None),
        lambda clerk: _examination().return_for_correction(case, {WHOLE_CASE: "修正"}, by=clerk),
        lambda clerk: _examination().reject(case, reason="却下", by=clerk),
        lambda clerk: _examination().take(case, by=clerk),
    ]
    turns = [partial(acts[n % len(acts)], clerks[n % len(clerks)]) for n in range(50)]
    answers = at_once(50, lambda: outcome(turns.pop()))
    assert [each for each in answers if isinstance(each, Exception) and not isinstance(each, WrongStatus)] == []
    case.refresh_from_db()
    moves = [(event.from_status, event.to_status) for event in case.events.all()]
    # One after the other: each move begins where the one before it ended, and after a decision there is none.
    assert all(before == earlier for (_from, earlier), (before, _to) in pairwise(moves))
    assert moves[-1][1] == case.status
    decisions = {Status.APPROVED, Status.REJECTED, Status.WITHDRAWN}
    assert sum(to in decisions for _from, to in moves) == 1
    assert TradeRegistration.objects.count() == (1 if case.status == Status.APPROVED else 0)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_however_many_approve_at_once() -> None:
    case, clerks = _case_of_a_busy_chamber()
    cases = [case] + [CaseFactory(chamber=case.chamber, submitted=True) for _each in range(9)]
    for each in cases:
        tick_everything(each, clerks[0])
        Case.objects.filter(pk=each.pk).update(held_by=None, held_until=None)
    # Every case twice: the second approval must not burn a number.
    turns = [partial(approve, cases[n % 10], by=clerks[n % len(clerks)]) for n in range(20)]
    answers = at_once(20, lambda: outcome(turns.pop()))
    assert sum(isinstance(each, WrongStatus) for each in answers) == 10
    serials = sorted(
        int(number[len(case.chamber.code) :])
        for number in TradeRegistration.objects.values_list("registration_number", flat=True)
    )
    assert serials == list(range(1, 11))


def _examination() -> object:
    from casework import examination

    return examination


def _case_of_a_busy_chamber() -> tuple[Case, list[Account]]:
    chamber = ready(ChamberFactory())
    clerks = [StaffFactory(chamber=chamber, role=Role.REVIEWER) for _each in range(5)]
    case = CaseFactory(chamber=chamber, submitted=True)
    tick_everything(case, clerks[0])
    Case.objects.filter(pk=case.pk).update(held_by=None, held_until=None)
    return case, clerks


def outcome(act: Callable[[], object]) -> object:
    """What an act returns; an error is an answer."""
    try:
        return act()
    except Exception as error:
        return error
