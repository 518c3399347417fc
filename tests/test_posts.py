"""Every address that takes a POST: what it does when the same form is sent twice. One without a row fails the last test."""

import datetime as dt
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from accounts.models import Account, DoneOnce, Session
from casework.models import Case
from chambers.models import Seal
from signers.models import Signer
from tests.accounts.conftest import give_telephone
from tests.casework.factories import SPECIMEN
from tests.conftest import Company
from tests.factories import PASSWORD
from tests.pages import Cast, tuesday_morning
from trade_registration.models import TradeRegistration

NEW = "atarashii aikotoba desu"
REASON = {"reason": "調査のため"}
PASSWORDS = {"new_password": NEW, "new_password_again": NEW}
SET = {"password": NEW, "password_again": NEW}
CONTACT = {
    "postal_code": "950-8711",
    "address": "新潟市中央区1-1",
    "telephone": "025-111-1111",
    "contact_department": "",
    "contact_name": "会議所 花子",
}


def document() -> SimpleUploadedFile:
    return SimpleUploadedFile("reason.png", SPECIMEN, "image/png")


# Made, sent, ended or decided once for one form: what is typed, beside what the form holds anyway.
DONE_ONCE: dict[str, dict[str, Any]] = {
    "accept_invitation": PASSWORDS,
    "approve_case": {},
    "cancel_fee": {},
    "cancel_text": {},
    "case_check": {},
    "case_documents": {"kind": "other", "file": document},
    "chamber_fee": {"amount": "2200", "valid_from": "2026-12-01"},
    "change_contact": {**CONTACT, "email": "another@example.jp", "current_password": PASSWORD},
    "change_password": {"current_password": PASSWORD, **PASSWORDS},
    "change_signer_email": {"email": "another@example.jp", "current_password": PASSWORD},
    "change_signer_password": SET,
    "change_sub_id_password": SET,
    "check_address": {},
    "closed_days": {"first": "2026-12-28", "name": "年末"},
    "delete_registration": REASON,
    "delete_sub_id": {},
    "drop_case_document": {},
    "drop_case_signer": {},
    "forgotten": {"chamber_code": "801", "login_id": "testId", "email": "somebody@example.jp"},
    "forgotten_id": {"email": "somebody@example.jp"},
    "hold": REASON,
    "invite_clerk": {"name": "新人 花子", "login_id": "shinjin", "email": "new@example.jp", "role": "reviewer"},
    "invite_clerk_again": {"email": "new@example.jp", "current_password": PASSWORD},
    "lift_suspension": REASON,
    "new_case_signer": {"name": "越後 花子", "later": "1"},
    "new_chamber_text": {"body": "ご案内", "valid_from": "2026-12-01"},
    "new_sub_id": {"name": "通関 花子", "email": "sub@example.jp", **SET},
    "open_registration": {},
    "registration_guide": {"email": "somebody@example.jp"},
    "reissue_certificate": {},
    "reject_case": REASON,
    "release_case": {},
    "remove_clerk": {},
    "remove_closed_day": {},
    "remove_seal": {},
    "reset_password": PASSWORDS,
    "reset_second_factor": {},
    "resume": {"email": "somebody@example.jp"},
    "resume_registration": {},
    "return_case": {"remark-field-company_name": "登記と違います。"},
    "send_mailbox_code": {},
    "start_change": {},
    "start_renewal": {},
    "stop_signer": REASON,
    "suspend_registration": REASON,
    "withdraw_case": {},
    "write_note": {"text": "確認しました。"},
    "write_to_chamber": {"text": "質問です。"},
    "write_to_company": {"text": "答えです。"},
}
# Values that are changed: the same values again change nothing.
EDITING = {
    *("case_company", "case_contact", "case_pledge", "case_signer", "sub_id", "tick_case", "change_role"),
    *("change_profile", "change_windows", "change_opening_hours", "change_seal"),
}
# Done again, it is as if it were done once: who is in, who is out, who holds what.
SAME_AGAIN = {
    *(
        "login",
        "logout",
        "stay",
        "discard_kept",
        "case_status",
        "leave_case",
        "leave_case_desk",
        "keep_mailbox",
        "unlock_id",
        "unlock_clerk",
        "ask_removal",
    ),
    *("signer_certificate", "signer_certificates", "staff_certificate"),
    *("send_mail_again", "send_all_again", "set_mail_aside"),
}
# A code that works once; the answers of the second factor are shown once, to whoever holds the new session.
CODES = {"enter_code", "confirm_mailbox", "enter_second_factor", "set_up_second_factor", "recovery_codes"}


@pytest.fixture(autouse=True)
def the_clock_stands() -> Iterator[None]:
    with tuesday_morning():
        yield


@pytest.fixture
def cast(cast: Cast, reviewer: Account) -> Cast:
    give_telephone(reviewer)
    cast.add_rows(3)
    return cast


def prepare(name: str, company: Company, reviewer: Account) -> dict[str, Any]:
    """Brings about what the form needs; returns what else is typed."""
    registration = TradeRegistration.objects.filter(pk=company.registration.pk)
    if name in ("start_change", "start_renewal"):
        withdrawn = {"status": Case.Status.WITHDRAWN, "decided_at": timezone.now()}
        Case.objects.filter(registration__in=registration).update(**withdrawn)
    if name == "start_renewal":
        registration.update(valid_until=timezone.localdate() + dt.timedelta(days=5))
    if name == "hold":
        Signer.objects.filter(account=company.signer).update(held_at=timezone.now())
    if name == "release_case":
        until = timezone.now() + dt.timedelta(minutes=10)
        Case.objects.filter(status=Case.Status.SUBMITTED).update(held_by=reviewer, held_until=until)
    if name == "remove_seal":
        assert Seal.objects.exists()
    if name == "forgotten_id":
        return {"chamber_code": company.chamber.code}
    if name == "reissue_certificate":
        return {"email": company.administrator.email}
    if name == "resume":
        return {"chamber": company.chamber.code}
    if name == "registration_guide":
        texts = company.chamber.texts.filter(kind__in=("certification_rules", "penalty_rules"))
        return {f"accept_{text.pk}": "on" for text in texts}
    return {}


def rows() -> dict[str, int]:
    """How many there are of everything, but for the browsers' sessions."""
    models = [model for model in apps.get_models() if model is not Session and model._meta.managed]
    with connection.cursor() as cursor:
        known = set(connection.introspection.table_names(cursor))
    return {m._meta.label: m._base_manager.count() for m in models if m._meta.db_table in known}


def fault(name: str, cast: Cast, company: Company, reviewer: Account) -> str:
    """What is wrong when the form is sent twice. What it does is undone."""
    with transaction.atomic():
        typed = DONE_ONCE[name] | prepare(name, company, reviewer) | {"csrfmiddlewaretoken": "a" * 64}
        address = cast.addresses()[name]
        who = "manager" if name == "release_case" else cast.made_for(address)[0]

        def send() -> tuple[int, str]:
            made = {field: value() if callable(value) else value for field, value in typed.items()}
            answer = cast.browser(who).post(address, made)
            return answer.status_code, answer.headers.get("Location", "")

        before, first, after = rows(), send(), rows()
        noted = [(302, done.address) for done in DoneOnce.objects.all()]
        second, at_last = send(), rows()
        transaction.set_rollback(True)
    if noted != [first] or before == after:
        return f"{name} was not done: {first}, noted {noted}"
    return "" if (second, at_last) == (first, after) else f"{name} was done twice: {first}, then {second}"


def test_a_form_that_is_sent_twice_is_done_once(cast: Cast, company: Company, reviewer: Account) -> None:
    faults = [fault(name, cast, company, reviewer) for name in DONE_ONCE]
    assert [each for each in faults if each] == []


def methods(view: Any) -> list[str]:
    """What a view's decorators let through; nothing for one that takes whatever comes."""
    while isinstance(view, FunctionType):
        cells = dict(zip(view.__code__.co_freevars, view.__closure__ or (), strict=True))
        if "request_method_list" in cells:
            return list(cells["request_method_list"].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return []


def views_by_name(resolver: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        found |= views_by_name(pattern) if hasattr(pattern, "url_patterns") else {pattern.name: pattern.callback}
    return found


def test_every_address_that_takes_a_post_has_a_row() -> None:
    taking = {name for name, view in views_by_name().items() if "POST" in (methods(view) or ["POST"])}
    groups = [set(DONE_ONCE), EDITING, SAME_AGAIN, CODES]
    assert taking == set().union(*groups)
    assert len(taking) == sum(len(group) for group in groups)


def test_the_views_that_do_things_once_are_those_of_the_table() -> None:
    assert {name for name, view in views_by_name().items() if hasattr(view, "is_done_once")} == set(DONE_ONCE)
