"""Attacks on credentials: by a session without its password, and by somebody who sets what another person comes in by.

Every attack is made through the pages, and the number of those that succeed is 0.
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations, product

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import initial_passwords
from accounts.models import Account, PasswordOrigin
from chambers.models import Chamber
from email_verification.services import latest_to_present_address
from signers.models import Signer
from tests.accounts.conftest import log_in
from tests.conftest import Company, CompletePages, log_in_with
from tests.factories import PASSWORD, StaffFactory
from trade_registration.models import CompanyData

THIEFS = "thief@example.jp"
SET = "kore wa dareka no kotoba"
CHOSEN = "kore wa nusunda kotoba"


# --- A session without its password ---


def mailboxes(chamber: Chamber) -> list[str]:
    """Every mailbox that could be turned over, and every one to which a code was sent."""
    accounts = Account.objects.get_queryset().filter(chamber=chamber)
    asked = accounts.values_list("email_verifications__address", flat=True)
    return [*accounts.values_list("email", flat=True), *filter(None, asked), Chamber.objects.get(pk=chamber.pk).email]


def forms_with_a_mailbox(company: Company, manager: Account) -> dict[str, tuple[Account, str, dict[str, str]]]:
    """Whose session, which page, and what is typed beside the mailbox."""
    registration, chamber = company.registration, company.chamber
    invited = StaffFactory(chamber=chamber, password_origin=PasswordOrigin.NONE)
    contact = {field: getattr(registration, field) for field in CompanyData.CONTACT}
    profile = {f: getattr(chamber, f) for f in ("name", "name_en", "postal_code", "address", "telephone")}
    return {
        "one's own": (company.administrator, reverse("change_contact"), contact),
        "a signer's": (
            company.administrator,
            reverse("change_signer_email", args=[company.signer.public_id]),
            {},
        ),
        "a sub-ID's": (
            company.signer,
            reverse("sub_id", args=[company.sub_id.public_id]),
            {"name": company.sub_id.name},
        ),
        "an invited clerk's": (manager, reverse("invite_clerk_again", args=[invited.public_id]), {}),
        "an administrator's": (manager, reverse("reissue_certificate", args=[registration.registration_number]), {}),
        "the chamber's": (manager, reverse("change_profile"), profile),
    }


def test_no_session_turns_a_mailbox_over_without_the_password(company: Company, manager: Account) -> None:
    """6 forms × 7 passwords, each a day after the last one: 42 attacks. With the password each form does what it is for."""
    forms = forms_with_a_mailbox(company, manager)
    tried = succeeded = 0
    guesses = (None, "", " ", PASSWORD[:-1], PASSWORD.upper(), company.administrator.password, "password1234")
    for day, (form, guess) in enumerate(product(forms, guesses)):
        who, url, typed = forms[form]
        with time_machine.travel(timezone.now() + timedelta(days=day), tick=False):
            given = {} if guess is None else {"current_password": guess}
            log_in_with(who).post(url, {**typed, "email": THIEFS, **given})
        tried += 1
        succeeded += THIEFS in mailboxes(company.chamber)
    assert (tried, succeeded) == (42, 0)
    for form, (who, url, typed) in forms.items():
        with transaction.atomic():
            given = {**typed, "email": THIEFS, "current_password": PASSWORD}
            assert log_in_with(who).post(url, given).status_code == 302, form
            assert THIEFS in mailboxes(company.chamber), form
            transaction.set_rollback(True)


# --- Whoever sets what another person comes in by ---


def sets_mailbox(company: Company) -> None:
    url = reverse("change_signer_email", args=[company.signer.public_id])
    answer = log_in_with(company.administrator).post(url, {"email": THIEFS, "current_password": PASSWORD})
    assert answer.status_code in (200, 302)


def sets_password(company: Company) -> None:
    url = reverse("change_signer_password", args=[company.signer.public_id])
    answer = log_in_with(company.administrator).post(url, {"password": SET, "password_again": SET})
    assert answer.status_code == 302


def prints(company: Company) -> None:
    log_in_with(company.administrator).post(reverse("signer_certificate", args=[company.signer.public_id]))


def owner_proves_and_is_interrupted(company: Company) -> None:
    """The owner logs in with what the administrator said, proves the mailbox, and does not come to the new password."""
    owner = CompletePages()
    signer = fresh(company.signer)
    if signer.email != THIEFS and log_in(owner, signer, SET).status_code == 302:
        enter_code(owner, signer)


MOVES: tuple[Callable[[Company], None], ...] = (sets_mailbox, sets_password, prints, owner_proves_and_is_interrupted)


def fresh(account: Account) -> Account:
    return Account.objects.get_queryset().select_related("chamber").get(pk=account.pk)


def enter_code(browser: Client, account: Account) -> None:
    browser.get(reverse("enter_code"))
    code = latest_to_present_address(fresh(account))
    if code is not None:
        browser.post(reverse("enter_code"), {"code": code.code})


def acts_as(account: Account, passwords: tuple[str, ...]) -> bool:
    """Whether somebody who knows the passwords, and reads the thief's mailbox only, comes to the menu as this account."""
    thief = CompletePages(REMOTE_ADDR="203.0.113.7")
    used = next((each for each in passwords if log_in(thief, account, each).status_code == 302), None)
    if used is None:
        return False
    if fresh(account).email == THIEFS:
        enter_code(thief, account)
    changed = {"current_password": used, "new_password": CHOSEN, "new_password_again": CHOSEN}
    thief.post(reverse("change_password"), changed)
    return thief.get(reverse("menu")).status_code == 200


ORDERS = [moves for length in (1, 2, 3, 4) for moves in permutations(MOVES, length)]


@pytest.mark.parametrize("days_between", [0, 4])
def test_no_order_of_settings_makes_an_administrator_the_signer_unseen(company: Company, days_between: int) -> None:
    """64 orders of setting the mailbox, setting the password, printing, and the owner's interrupted login; at once, and with
    days in between. Whoever gets in has the right to apply held, and the chamber asks."""

    tried = came_in = unseen = 0
    for moves in ORDERS:
        with transaction.atomic():
            now = timezone.now()
            for number, move in enumerate(moves):
                with time_machine.travel(now + timedelta(days=days_between * number, minutes=2 * number), tick=False):
                    move(company)
            with time_machine.travel(now + timedelta(days=days_between * len(moves), hours=1), tick=False):
                is_in = acts_as(company.signer, (SET,))
            is_held = Signer.objects.get(account=company.signer).is_held
            tried, came_in, unseen = tried + 1, came_in + is_in, unseen + (is_in and not is_held)
            transaction.set_rollback(True)
    assert (tried, unseen) == (64, 0)
    # The attack is a real one: some do get in, and all of them are held.
    assert came_in > 0


@pytest.mark.parametrize("interrupted", [False, True])
def test_no_signer_becomes_a_sub_ids_owner(company: Company, *, interrupted: bool) -> None:
    """The signer sets the password of a sub-ID whose owner has proved the mailbox, before or after the owner comes."""
    url = reverse("change_sub_id_password", args=[company.sub_id.public_id])
    assert log_in_with(company.signer).post(url, {"password": SET, "password_again": SET}).status_code == 302
    if interrupted:
        owner = CompletePages()
        assert log_in(owner, company.sub_id, SET)["Location"] == reverse("enter_code")
        enter_code(owner, company.sub_id)
        assert owner.get(reverse("menu"))["Location"] == reverse("change_password")
    assert not acts_as(company.sub_id, (SET,))
    assert not fresh(company.sub_id).check_password(CHOSEN)


def test_no_clerk_becomes_an_administrator_in_office_by_the_paper(company: Company, reviewer: Account) -> None:

    url = reverse("reissue_certificate", args=[company.registration.registration_number])
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert log_in_with(reviewer).post(url, {"email": company.administrator.email}).status_code == 302
        account = company.registration.administrator
        printed = initial_passwords.printable([account])[account.pk]
        assert len(printed) == 12
        assert not acts_as(account, (printed,))
