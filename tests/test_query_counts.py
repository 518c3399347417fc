"""How many queries each page needs, for each kind of ID that it is made for, and that more rows need no more of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.pages import Cast, tuesday_morning

# name: {who asks: number of queries}, from the session on. A transaction counts as two.
QUERIES: dict[str, dict[str, int]] = {
    "accept_invitation": {"visitor": 1},
    "account_detail": {"administrator": 3},
    "approve_case": {"reviewer": 12},
    "approve_case of a change": {"reviewer": 13},
    "cancel_fee": {"manager": 2},
    "cancel_text": {"manager": 2},
    "case": {"applicant": 13, "administrator": 15},
    "case_check": {"applicant": 8, "administrator": 9},
    "case_company": {"applicant": 7, "administrator": 8},
    "case_contact": {"applicant": 7},
    "case_document": {"applicant": 3},
    "case_documents": {"applicant": 7, "administrator": 8},
    "case_pledge": {"applicant": 8, "administrator": 9},
    "case_sent": {"applicant": 8, "administrator": 8},
    "case_signer": {"applicant": 6},
    "case_signers": {"applicant": 7, "administrator": 9},
    "case_specimen": {"applicant": 3},
    "case_status": {"visitor": 1},
    "chamber_fee": {"manager": 3},
    "chamber_fees": {"manager": 2},
    "chamber_seal": {"reviewer": 2},
    "chamber_settings": {"manager": 6},
    "chamber_text": {"manager": 2},
    "chamber_texts": {"manager": 2},
    "change_contact": {"administrator": 3},
    "change_opening_hours": {"manager": 2},
    "change_password": {"administrator": 1, "signer": 1, "sub_id": 1, "reviewer": 1},
    "change_profile": {"manager": 1},
    "change_registration": {"administrator": 5},
    "change_role": {"manager": 2},
    "change_seal": {"manager": 2},
    "change_signer_email": {"administrator": 2},
    "change_signer_password": {"administrator": 2},
    "change_sub_id_password": {"signer": 2},
    "change_windows": {"manager": 1},
    "check_address": {"newcomer": 3},
    "clerk": {"manager": 5},
    "clerks": {"manager": 2},
    "closed_days": {"manager": 2},
    "companies": {"reviewer": 2},
    "companies?group=cases": {"reviewer": 2},
    "companies?group=ids": {"reviewer": 3},
    "companies?q=株式会社": {"reviewer": 6},
    "confirm_mailbox": {"administrator": 4},
    "delete_registration": {"manager": 2},
    "delete_sub_id": {"signer": 2},
    "desk": {"reviewer": 5},
    "dev_codes": {"visitor": 1},
    "dev_inbox": {"visitor": 0},
    "dev_mail": {"visitor": 0},
    "drop_case_document": {"applicant": 3},
    "drop_case_signer": {"applicant": 3},
    "enter_code": {"newcomer": 10},
    "enter_second_factor": {"clerk with telephone": 2},
    "expiring": {"reviewer": 2},
    "forgotten": {"visitor": 0},
    "forgotten_id": {"visitor": 0},
    "forgotten_id_sent": {"visitor": 0},
    "forgotten_sent": {"visitor": 0},
    "healthz": {"visitor": 0},
    "hold": {"reviewer": 6},
    "invite_clerk": {"manager": 1},
    "invite_clerk_again": {"manager": 2},
    "lift_suspension": {"manager": 2},
    "login": {"visitor": 0},
    "menu": {"administrator": 2, "signer": 3, "sub_id": 2},
    "new_case_signer": {"applicant": 2, "administrator": 2},
    "new_chamber_text": {"manager": 4},
    "new_sub_id": {"signer": 1},
    "numbers": {"reviewer": 11},
    "numbers_csv": {"reviewer": 11},
    "open_registration": {"visitor": 1},
    "past_case": {"administrator": 8},
    "pledge_paper": {"applicant": 3},
    "profile_paper": {"applicant": 2, "administrator": 3},
    "readyz": {"visitor": 2},
    "recovery_codes": {"reviewer": 2},
    "register": {"visitor": 1},
    "refused_mails": {"manager": 2},
    "registration": {"administrator": 2},
    "registration_certificate": {"administrator": 9},
    "registration_guide": {"visitor": 5},
    "registration_sent": {"visitor": 1},
    "reissue_certificate": {"reviewer": 3},
    "reject_case": {"reviewer": 6},
    "reject_case of a change": {"reviewer": 6},
    "remove_closed_day": {"manager": 2},
    "remove_clerk": {"manager": 2},
    "remove_seal": {"manager": 2},
    "reset_password": {"visitor": 2},
    "reset_second_factor": {"manager": 2},
    "resume": {"visitor": 1},
    "resume_registration": {"visitor": 2},
    "resume_sent": {"visitor": 0},
    "return_case": {"reviewer": 9},
    "return_case of a change": {"reviewer": 9},
    "session_left": {"visitor": 1},
    "set_up_second_factor": {"clerk without telephone": 3},
    "signer_certificate": {"administrator": 2},
    "signer_certificate_pdf": {"administrator": 11},
    "signer_certificates": {"administrator": 2},
    "signer_certificates_pdf": {"administrator": 15},
    "signers": {"administrator": 2},
    "signers?sub_ids=1&name=通関": {"administrator": 2},
    "signers_paper": {"applicant": 4, "administrator": 4},
    "staff_case": {"reviewer": 20},
    "staff_case of a change": {"reviewer": 20},
    "staff_certificate": {"reviewer": 3},
    "staff_certificate_pdf": {"reviewer": 10},
    "staff_document": {"reviewer": 3},
    "staff_document_page": {"reviewer": 11},  # drawn and kept now; 4 from then on
    "staff_document_viewer": {"reviewer": 3},
    "staff_registration": {"reviewer": 11},
    "staff_specimen": {"reviewer": 4},
    "stop_signer": {"reviewer": 4},
    "sub_id": {"signer": 3},
    "sub_ids": {"signer": 2},
    "suspend_registration": {"manager": 2},
    "unlock_clerk": {"manager": 3},
    "unlock_id": {"reviewer": 4},
    "user_settings": {"reviewer": 1},
    "withdraw_case": {"applicant": 2, "administrator": 2},
}
# Queries for every row. An output of a 署名登録証 is on record: the audit finds the last entry and appends one.
A_ROW = {"signer_certificates_pdf": 2}
# Pages on which every row is seen.
LISTS = (
    *("signers", "signers?sub_ids=1&name=通関", "signer_certificates", "signer_certificates_pdf", "sub_ids"),
    *("change_registration", "past_case", "case", "case_signers", "case_documents", "case_check", "signers_paper"),
    *("register", "resume", "registration_guide", "desk", "expiring", "hold", "staff_registration"),
    *("companies", "companies?group=cases", "companies?group=ids", "companies?q=株式会社"),
    *("staff_case", "staff_case of a change", "return_case", "approve_case", "approve_case of a change"),
    *(
        "refused_mails",
        "clerks",
        "closed_days",
        "chamber_settings",
        "chamber_fees",
        "chamber_fee",
        "chamber_texts",
        "chamber_text",
    ),
)
FEW, MORE = 3, 9
A_ROWS_LENGTH = 20  # bytes, at least


@pytest.fixture(autouse=True)
def the_clock_stands() -> Iterator[None]:
    with tuesday_morning():
        yield


@pytest.fixture
def cast(cast: Cast) -> Cast:
    cast.add_rows(FEW)
    return cast


@dataclass(frozen=True)
class Answer:
    """What came of a page."""

    status: int
    queries: int
    length: int


def ask(cast: Cast, name: str, address: str, who: str) -> Answer:
    """Opens the page; what it changes is undone."""
    with transaction.atomic():
        if name == "case_sent":
            cast.send_cases()
        with CaptureQueriesContext(connection) as asked:
            response = cast.browser(who).get(address)
        transaction.set_rollback(True)
    return Answer(response.status_code, len(asked), len(response.content))


def open_all(cast: Cast) -> dict[str, dict[str, Answer]]:
    """The pages that open, for each for whom they open. Whatever never opens leads elsewhere or wants a POST."""
    opened: dict[str, dict[str, Answer]] = {}
    for name, address in cast.addresses().items():
        answers = {who: ask(cast, name, address, who) for who in cast.made_for(address)}
        opened[name] = {who: answer for who, answer in answers.items() if answer.status == 200}
        elsewhere = {answer.status for answer in answers.values()} <= {302, 405}
        assert opened[name] or elsewhere, f"{name} opens for nobody: {answers}"
    return {name: answers for name, answers in opened.items() if answers}


def counts(opened: dict[str, dict[str, Answer]]) -> dict[str, dict[str, int]]:
    return {name: {who: each.queries for who, each in answers.items()} for name, answers in opened.items()}


def test_each_page_asks_as_many_queries_as_the_table_says(cast: Cast) -> None:
    measured = counts(open_all(cast))
    wrong = sorted(name for name in measured | QUERIES if measured.get(name) != QUERIES.get(name))
    assert not wrong, "\n".join(
        ["The table must say:", *(f'    "{name}": {json.dumps(measured.get(name))},' for name in wrong)]
    )


def test_no_page_asks_more_queries_for_more_rows(cast: Cast) -> None:
    few = open_all(cast)
    cast.add_rows(MORE)
    many = open_all(cast)
    for name, answers in counts(few).items():
        allowed = {who: queries + A_ROW.get(name, 0) * MORE for who, queries in answers.items()}
        assert counts(many)[name] == allowed, name
    for name in LISTS:
        for who, answer in few[name].items():
            assert many[name][who].length > answer.length + MORE * A_ROWS_LENGTH, name
