"""What a refused verb says: a reason in the log, a sentence for whoever can do something about it."""

import datetime as dt
import logging
import re
from collections.abc import Callable

import pytest
from django.utils import timezone

import accounts.conflicts
import casework.conflicts
import desk.conflicts
import registration_cases.conflicts
import signers.conflicts
import trade_registration.conflicts
from accounts import second_factor, staff
from accounts.models import Account, Role
from casework import examination
from casework import services as cases
from casework.examination import approve
from casework.models import Case
from chambers.models import Fee
from desk import chamber_settings
from devtools.architecture import sources
from foundation.errors import WrongStatus
from registration_cases import filling_in
from registration_cases.services import start_change, start_renewal
from signers import holds
from signers import services as signer_services
from tests.casework.conftest import browser_in, tick_everything
from tests.casework.factories import CaseFactory, change_of, ready
from tests.conftest import Company
from tests.factories import SubIdFactory
from trade_registration import services as registrations
from trade_registration.models import TradeRegistration

APPS = (accounts, casework, registration_cases, desk, signers, trade_registration)


def decided(company: Company, clerk: Account) -> Case:
    case = CaseFactory(chamber=ready(company.chamber), submitted=True)
    tick_everything(case, clerk)
    approve(case, by=clerk)
    return case


def deleted_sub_id(company: Company) -> Account:
    sub_id = SubIdFactory(parent=company.signer)
    signer_services.delete_sub_id(sub_id, by=company.signer)
    return sub_id


def open_case(company: Company) -> Case:
    return CaseFactory(chamber=ready(company.chamber), submitted=True)


def demoted(manager: Account) -> Account:
    """As a page has read the manager before."""
    Account.objects.get_queryset().filter(pk=manager.pk).update(role=Role.REVIEWER)
    return manager


def suspended(company: Company, clerk: Account) -> TradeRegistration:
    registrations.suspend(company.registration, reason="確認中", by=clerk)
    return company.registration


# What is refused: the reason, and the verb that meets it.
REFUSED: dict[str, Callable[[Company, Account], object]] = {
    "last_manager": lambda company, manager: staff.remove(manager, by=manager),
    "right_gone": lambda company, manager: registrations.suspend(
        company.registration, reason="確認中", by=demoted(manager)
    ),
    "id_taken": lambda company, manager: staff.invite(
        company.chamber, login_id=manager.login_id.upper(), name="新 人", email="new@example.jp", role=Role.REVIEWER
    ),
    "no_second_factor": lambda company, manager: second_factor.reset(manager, by=manager),
    "approved": lambda company, manager: cases.withdraw(decided(company, manager), by=None),
    "unticked": lambda company, manager: approve(open_case(company), by=manager),
    "submitted": lambda company, manager: filling_in.save_company(
        open_case(company).registration_case, by=None, company_name="別の名前"
    ),
    "in_nobodys_hands": lambda company, manager: examination.release(open_case(company), by=manager),
    "no_remark": lambda company, manager: examination.return_for_correction(open_case(company), {}, by=manager),
    "open_case": lambda company, manager: start_change(
        change_of(company.registration).registration, by=company.administrator
    ),
    "not_renewable": lambda company, manager: start_renewal(company.registration, by=company.administrator),
    "sub_id_deleted": lambda company, manager: signer_services.change_sub_id(
        deleted_sub_id(company), by=company.signer, name="別の名前", email="b@example.jp"
    ),
    "answered": lambda company, manager: holds.release(company.signer.signer, reason="電話で確認", by=manager),
    "in_force": lambda company, manager: registrations.lift_suspension(company.registration, reason="誤り", by=manager),
    "not_in_force": lambda company, manager: registrations.reissue_certificate(suspended(company, manager), by=manager),
    "too_early": lambda company, manager: chamber_settings.schedule_fee(
        company.chamber,
        Fee.Item.REGISTRATION,
        is_member=True,
        amount=1,
        valid_from=timezone.localdate() - dt.timedelta(days=1),
        by=manager,
    ),
    "no_seal": lambda company, manager: chamber_settings.remove_seal(company.chamber, by=manager),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_refused_verb_says_why(reason: str, company: Company, manager: Account) -> None:
    with pytest.raises(WrongStatus) as refused:
        REFUSED[reason](company, manager)
    assert refused.value.conflict.value == reason


def test_the_page_says_what_happened_and_the_log_names_the_reason(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    case = CaseFactory(chamber=ready(company.chamber))
    browser = browser_in(case)
    cases.withdraw(case, by=None)
    with caplog.at_level(logging.INFO, "foundation.errors"):
        response = browser.post("/application/withdraw/")
    assert response.status_code == 409
    assert "すでに取り下げられています" in response.content.decode()
    assert "refused: withdrawn" in caplog.messages


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.__name__)
def test_every_reason_has_its_verb(app: object) -> None:
    """A reason that is a status is found by its value."""
    named = {name for file in sources() for name in re.findall(r"Conflict\.([A-Z_]+)", file.read_text())}
    statuses = {
        "DRAFT",
        "SUBMITTED",
        "RETURNED",
        "APPROVED",
        "REJECTED",
        "WITHDRAWN",
        "IN_FORCE",
        "SUSPENDED",
        "DELETED",
    }
    assert {each.name for each in app.conflicts.Conflict} <= named | statuses


def test_every_status_that_refuses_a_verb_is_a_reason() -> None:
    assert set(Case.Status.values) <= set(casework.conflicts.Conflict.values)
    assert set(TradeRegistration.Status.values) <= set(trade_registration.conflicts.Conflict.values)
