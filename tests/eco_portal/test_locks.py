"""Verbs that meet on the same rows wait for each other, and never for good."""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from accounts import staff, throttle
from accounts.devices import Counts
from accounts.models import Account, Attempts, Role
from accounts.services import log_in, log_out
from accounts.sessions import SessionStore
from accounts.throttle import Limit
from audit.services import record
from casework import examination
from casework.models import Case
from casework.models.target import FIELD, Target
from casework.services import withdraw
from devtools.architecture import sources
from email_verification.services import send_first_code
from foundation.errors import WrongStatus
from signers import holds
from signers import services as signers
from signers.models import Signer
from tests.casework.factories import CaseFactory, ready
from tests.conftest import Company
from tests.support.turns import in_turn
from tests.test_imports import dotted
from trade_registration import services as registrations


@pytest.fixture
def submitted(company: Company) -> Case:
    return CaseFactory(chamber=ready(company.chamber), submitted=True)


REMARKS = {Target(FIELD, "company_name"): "登記と違います。"}
ON_A_CASE: dict[str, Callable[[Case, Account], object]] = {
    "take": lambda case, clerk: examination.take(case, by=clerk),
    "tick": lambda case, clerk: examination.tick(case, [0], by=clerk),
    "return_for_correction": lambda case, clerk: examination.return_for_correction(case, REMARKS, by=clerk),
    "withdraw": lambda case, _clerk: withdraw(case, by=None),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ON_A_CASE)
@pytest.mark.parametrize("write", [examination.write_note, examination.write_to_company])
def test_a_clerk_writes_about_a_case_while_another_decides_on_it(
    write: Callable[..., object], verb: str, submitted: Case, reviewer: Account, manager: Account
) -> None:
    in_turn(
        lambda: write(submitted, "確認しました。", by=reviewer),
        lambda: ON_A_CASE[verb](submitted, manager),
    )


@pytest.mark.django_db(transaction=True)
def test_a_clerk_writes_a_note_while_the_clerks_role_changes(
    submitted: Case, reviewer: Account, manager: Account
) -> None:
    in_turn(
        lambda: examination.write_note(submitted, "確認しました。", by=reviewer),
        lambda: staff.change_role(reviewer, Role.MANAGER, by=manager),
    )


@pytest.mark.django_db(transaction=True)
def test_a_sub_id_is_made_while_the_registrations_contact_changes(company: Company) -> None:
    in_turn(
        lambda: make_sub_id(company),
        lambda: registrations.change_contact(company.registration, by=company.administrator, telephone="025-000-1111"),
    )


@pytest.mark.django_db(transaction=True)
def test_a_sub_id_is_made_while_its_signer_asks_for_a_code(company: Company) -> None:
    in_turn(lambda: make_sub_id(company), lambda: send_first_code(company.signer))


@pytest.mark.django_db(transaction=True)
def test_a_sub_id_logs_out_while_its_name_and_address_change(company: Company) -> None:
    session = SessionStore()
    session.start(company.sub_id)
    in_turn(
        lambda: record("test.act", chamber=company.chamber),
        lambda: signers.change_sub_id(company.sub_id, name="通関 花子", email="new@example.jp", by=company.signer),
        lambda: log_out(company.sub_id, session=session),
    )


@pytest.mark.django_db(transaction=True)
def test_the_chamber_releases_a_hold_while_the_administrator_changes_more(company: Company) -> None:
    """The administrator's page is older than the hold."""
    signer, seen = (Signer.objects.select_related("account").get(pk=company.signer_row.pk) for _each in range(2))
    signers.change_email(signer, "new@example.jp", by=company.administrator)
    Signer.objects.filter(pk=signer.pk).update(held_at=timezone.now())
    in_turn(
        lambda: record("test.act", chamber=company.chamber),
        lambda: signers.change_password(seen, "nagai aikotoba desu", by=company.administrator),
        lambda: holds.release(signer, reason="本人の依頼", by=company.administrator),
    )


@pytest.mark.django_db(transaction=True)
def test_no_sub_id_is_made_by_a_signer_who_is_being_removed(company: Company, manager: Account) -> None:
    with pytest.raises(WrongStatus):
        in_turn(
            lambda: signers.remove_signer(company.signer_row, by=manager),
            lambda: make_sub_id(company),
        )
    assert list(Account.objects.visible_to(company.administrator)) == [company.administrator]


def make_sub_id(company: Company) -> Account:
    return signers.create_sub_id(company.signer, name="補助", email="sub@example.jp", password="nagai aikotoba desu")


FORGETTING: dict[str, Callable[[Company, list[Limit]], object]] = {
    "log_in": lambda company, limits: log_in(company.signer, session=SessionStore(), counts=Counts(limits, [], [])),
    "forget": lambda _company, limits: throttle.forget(limits),
    "forget_all": lambda _company, _limits: throttle.forget_all("door:"),
    "forget_old": lambda _company, _limits: throttle.forget_old(),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", FORGETTING)
def test_attempts_are_counted_while_earlier_ones_are_forgotten(way: str, company: Company) -> None:
    """They are counted in the order of their keys; in the table the last key stands first."""
    limits = [Limit(f"door:{name}", 5, timedelta(minutes=1)) for name in ("z", "a")]
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        for limit in limits:
            throttle.reserve([limit])
    in_turn(
        lambda: Attempts.objects.filter(key="door:z").update(count=2),
        lambda: FORGETTING[way](company, limits),
        lambda: throttle.reserve(limits),
    )
    assert list(Attempts.objects.values_list("count", flat=True)) == [1, 1]


def locks_that_stop_foreign_keys(source: str) -> list[str]:
    """What locks rows FOR UPDATE, in Django's words or in SQL."""
    nodes = list(ast.walk(ast.parse(source)))
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    in_words = [
        f"{call.func.attr}({', '.join(ast.unparse(word) for word in call.keywords)})"
        for call in calls
        if call.func.attr == "select_for_update" and "no_key=True" not in map(ast.unparse, call.keywords)
    ]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return in_words + [found for text in texts for found in re.findall(r"\bFOR UPDATE\b", text)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("rows.select_for_update(no_key=True, of=('self',))", []),
        ("rows.select_for_update(of=())", ["select_for_update(of=())"]),
        ("ask('SELECT 1 FOR UPDATE SKIP LOCKED')", ["FOR UPDATE"]),
        ("ask('SELECT 1 FOR NO KEY UPDATE')", []),
    ],
)
def test_locks_that_stop_foreign_keys_are_found(source: str, found: list[str]) -> None:
    assert locks_that_stop_foreign_keys(source) == found


@pytest.mark.parametrize("file", sources(), ids=dotted)
def test_no_lock_stops_a_foreign_key(file: Path) -> None:
    assert locks_that_stop_foreign_keys(file.read_text()) == []
