"""Every address × every kind of person × own and foreign objects. An address without a row fails the last test."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.access import declared_views
from accounts.models import Account
from tests.conftest import Company
from tests.factories import StaffFactory, SubIdFactory

OK, TO_LOGIN, ON, FORBIDDEN, MISSING, GONE = 200, "login", 302, 403, 404, 410

# name: (visitor, administrator, signer, sub-ID, reviewer, manager)
PLAIN = {
    "healthz": (OK, OK, OK, OK, OK, OK),
    "readyz": (OK, OK, OK, OK, OK, OK),
    "home": (ON, ON, ON, ON, ON, ON),
    "login": (OK, ON, ON, ON, ON, ON),
    "logout": (TO_LOGIN, 405, 405, 405, 405, 405),
    "session_left": (OK, OK, OK, OK, OK, OK),
    "stay": (405, 405, 405, 405, 405, 405),
    "discard_kept": (405, 405, 405, 405, 405, 405),
    "menu": (TO_LOGIN, OK, OK, OK, FORBIDDEN, FORBIDDEN),
    "change_password": (TO_LOGIN, OK, OK, OK, OK, OK),
    "forgotten": (OK, OK, OK, OK, OK, OK),
    "forgotten_sent": (OK, OK, OK, OK, OK, OK),
    "forgotten_id": (OK, OK, OK, OK, OK, OK),
    "forgotten_id_sent": (OK, OK, OK, OK, OK, OK),
    "enter_code": (TO_LOGIN, ON, ON, ON, FORBIDDEN, FORBIDDEN),
    "check_address": (TO_LOGIN, ON, ON, ON, FORBIDDEN, FORBIDDEN),
    "registration": (TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "registration_certificate": (TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "change_registration": (TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "change_contact": (TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "confirm_mailbox": (TO_LOGIN, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "send_mailbox_code": (TO_LOGIN, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "keep_mailbox": (TO_LOGIN, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "start_change": (TO_LOGIN, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "start_renewal": (TO_LOGIN, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "past_case": (TO_LOGIN, MISSING, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "register": (OK, OK, OK, OK, OK, OK),
    "registration_guide": (MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    "registration_sent": (MISSING, MISSING, MISSING, MISSING, MISSING, MISSING),
    "open_registration": (GONE, GONE, GONE, GONE, GONE, GONE),
    "resume": (OK, OK, OK, OK, OK, OK),
    "resume_sent": (OK, OK, OK, OK, OK, OK),
    "resume_registration": (GONE, GONE, GONE, GONE, GONE, GONE),
    "case_status": (GONE, GONE, GONE, GONE, GONE, GONE),
    # Pages about the browser's own case: whoever has none is led to where there may be one.
    "case": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_company": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_contact": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_signers": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "new_case_signer": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_signer": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_specimen": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_pledge": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_documents": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_document": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_check": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "case_sent": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "withdraw_case": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "pledge_paper": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "profile_paper": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "signers_paper": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "leave_case": (405, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "drop_case_signer": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "ask_removal": (405, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "drop_case_document": (ON, ON, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "write_to_chamber": (405, 405, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "signers": (TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "signer_certificates": (TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "signer_certificates_pdf": (TO_LOGIN, MISSING, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "sub_ids": (TO_LOGIN, FORBIDDEN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "new_sub_id": (TO_LOGIN, FORBIDDEN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "set_up_second_factor": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, ON, ON),
    "enter_second_factor": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, ON, ON),
    "user_settings": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "recovery_codes": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "desk": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "companies": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "expiring": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "staff_case": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "return_case": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "approve_case": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "reject_case": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "staff_document": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "staff_document_page": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "staff_document_viewer": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "staff_specimen": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "leave_case_desk": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405, 405),
    "write_note": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405, 405),
    "write_to_company": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405, 405),
    "tick_case": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405, 405),
    "release_case": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405),
    "staff_registration": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "staff_certificate": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "reissue_certificate": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "staff_certificate_pdf": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "unlock_id": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "hold": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "stop_signer": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "suspend_registration": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "lift_suspension": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "delete_registration": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "numbers": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "numbers_csv": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK, OK),
    "refused_mails": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "send_all_again": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405),
    "send_mail_again": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405),
    "set_mail_aside": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, 405),
    "chamber_settings": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "change_profile": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "change_seal": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "remove_seal": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "change_windows": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "change_opening_hours": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "closed_days": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "remove_closed_day": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "chamber_fees": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "chamber_fee": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "cancel_fee": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "chamber_texts": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "chamber_text": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "new_chamber_text": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "cancel_text": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "chamber_seal": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING, MISSING),
    "clerks": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "invite_clerk": (TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "dev_inbox": (OK, OK, OK, OK, OK, OK),
    "dev_codes": (OK, OK, OK, OK, OK, OK),
}
# What stands in an address that names no object of the cast: a chamber's own settings, which nobody else can address;
# an object that does not exist (the cases' own are in tests/casework/).
NOBODYS = uuid4()
ARGUMENTS: dict[str, list[object]] = {
    "registration_guide": ["000"],
    "registration_sent": ["000"],
    "open_registration": [NOBODYS, "proof"],
    "resume_registration": [NOBODYS, NOBODYS, "proof"],
    "case_status": [NOBODYS, "proof"],
    "past_case": [NOBODYS],
    "case_signer": [NOBODYS],
    "case_specimen": [NOBODYS],
    "drop_case_signer": [NOBODYS],
    "ask_removal": [NOBODYS],
    "case_document": [NOBODYS],
    "drop_case_document": [NOBODYS],
    "staff_case": [NOBODYS],
    "return_case": [NOBODYS],
    "approve_case": [NOBODYS],
    "reject_case": [NOBODYS],
    "leave_case_desk": [NOBODYS],
    "write_note": [NOBODYS],
    "write_to_company": [NOBODYS],
    "tick_case": [NOBODYS],
    "release_case": [NOBODYS],
    "unlock_id": [NOBODYS],
    "hold": [NOBODYS],
    "stop_signer": [NOBODYS],
    "staff_document": [NOBODYS, NOBODYS],
    "staff_specimen": [NOBODYS, NOBODYS],
    "staff_document_page": [NOBODYS, NOBODYS, 1],
    "staff_document_viewer": [NOBODYS, NOBODYS, 1],
    "staff_registration": ["801999999"],
    "staff_certificate": ["801999999"],
    "reissue_certificate": ["801999999"],
    "staff_certificate_pdf": ["801999999"],
    "suspend_registration": ["801999999"],
    "lift_suspension": ["801999999"],
    "delete_registration": ["801999999"],
    "send_mail_again": [1],
    "set_mail_aside": [1],
    "remove_closed_day": [dt.date(2030, 1, 1)],
    "chamber_fee": ["renewal", "members"],
    "cancel_fee": ["renewal", "members", dt.date(2030, 1, 1)],
    "chamber_text": ["penalty_rules"],
    "new_chamber_text": ["penalty_rules"],
    "cancel_text": ["penalty_rules", 2],
}
# name: (which object, visitor, administrator, signer, sub-ID, reviewer, manager) for one's own company's or chamber's object
OF_AN_OBJECT = {
    "account_detail": ("signer", TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "change_signer_email": ("signer", TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "change_signer_password": ("signer", TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "signer_certificate": ("signer", TO_LOGIN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "signer_certificate_pdf": ("signer", TO_LOGIN, MISSING, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "sub_id": ("sub_id", TO_LOGIN, FORBIDDEN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "change_sub_id_password": ("sub_id", TO_LOGIN, FORBIDDEN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "delete_sub_id": ("sub_id", TO_LOGIN, FORBIDDEN, OK, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "clerk": ("clerk", TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "invite_clerk_again": ("clerk", TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, MISSING),
    "change_role": ("clerk", TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "reset_second_factor": ("clerk", TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "unlock_clerk": ("clerk", TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
    "remove_clerk": ("clerk", TO_LOGIN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OK),
}
# Addresses whose answer depends on a secret in them or on a file; tested where they live.
ELSEWHERE = {"reset_password", "accept_invitation", "dev_mail"}

PEOPLE = ("visitor", "administrator", "signer", "sub_id", "reviewer", "manager")
# Whose object this is, and so who may look for it.
OWNER = {"signer": "administrator", "sub_id": "signer", "clerk": "manager"}


@pytest.fixture
def somebody(company: Company, request: pytest.FixtureRequest) -> Callable[[str], Account]:
    """The member of the company, or the clerk of its chamber, by the name in the table; its clerk is the reviewer."""

    def find(who: str) -> Account:
        if who in ("clerk", "reviewer", "manager"):
            return request.getfixturevalue("manager" if who == "manager" else "reviewer")
        return getattr(company, who)

    return find


@pytest.fixture
def browser_for(
    visitor: Client, browser_of: Callable[[Account], Client], somebody: Callable[[str], Account]
) -> Callable[[str], Client]:
    return lambda who: visitor if who == "visitor" else browser_of(somebody(who))


def expect(client: Client, url: str, answer: int | str) -> None:
    response = client.get(url)
    if answer == TO_LOGIN:
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))
    else:
        assert response.status_code == answer


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", PLAIN)
def test_plain_addresses(name: str, who: str, browser_for: Callable[[str], Client]) -> None:
    url = reverse(name, args=ARGUMENTS.get(name, []))
    expect(browser_for(who), url, PLAIN[name][PEOPLE.index(who)])


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", OF_AN_OBJECT)
def test_addresses_of_ones_own_objects(
    name: str, who: str, somebody: Callable[[str], Account], browser_for: Callable[[str], Client]
) -> None:
    of, *answers = OF_AN_OBJECT[name]
    url = reverse(name, args=[somebody(of).public_id])
    expect(browser_for(who), url, answers[PEOPLE.index(who)])


def foreign_object(of: str, other: Company, company: Company) -> Account:
    """For a clerk: one of another chamber, or, at the same chamber, an ID that is no clerk's."""
    if of != "clerk":
        return getattr(other, of)
    return other.signer if other.chamber == company.chamber else StaffFactory(chamber=other.chamber)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_AN_OBJECT)
@pytest.mark.parametrize("owner", ["rival", "stranger"])
def test_a_foreign_object_looks_like_none_at_all(
    name: str,
    owner: str,
    method: str,
    company: Company,
    browser_for: Callable[[str], Client],
    request: pytest.FixtureRequest,
) -> None:
    other: Company = request.getfixturevalue(owner)
    of = OF_AN_OBJECT[name][0]
    client = browser_for(OWNER[of])
    foreign, absent = (
        getattr(client, method)(reverse(name, args=[public_id]))
        for public_id in (foreign_object(of, other, company).public_id, uuid4())
    )
    only_read = name in ("account_detail", "clerk") or name.endswith("_pdf")
    assert foreign.status_code == absent.status_code == (405 if only_read and method == "post" else 404)
    assert foreign.content == absent.content
    assert dict(foreign.headers) == dict(absent.headers)


def test_a_signer_does_not_see_another_signers_sub_ids(
    company: Company, browser_of: Callable[[Account], Client]
) -> None:
    other = SubIdFactory(parent__registration=company.registration, name="別の署名者のサブ")
    client = browser_of(company.signer)
    assert client.get(reverse("sub_id", args=[other.public_id])).status_code == 404
    assert other.name not in client.get(reverse("sub_ids")).content.decode()


def test_every_address_has_a_row() -> None:
    resolver = get_resolver()
    names = {name for name in resolver.reverse_dict if isinstance(name, str)}
    known = set(PLAIN) | set(OF_AN_OBJECT) | ELSEWHERE
    routes = [route for route, _view in declared_views()]
    assert names == known
    assert len(routes) == len(known)


def test_the_table_has_no_dead_rows() -> None:
    for name in PLAIN:
        try:
            reverse(name, args=ARGUMENTS.get(name, []))
        except NoReverseMatch:
            pytest.fail(f"{name} has a row but no address")
