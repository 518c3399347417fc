"""What the envelope asks of a kind of case, and who sees which."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.template.loader import get_template
from django.utils import timezone

from accounts.models import Account
from casework import services
from casework.checks import every_kind_is_whole
from casework.kinds import MAILS, PARTS, declare, every_kind, kind_called
from casework.models import Case
from registration_cases import filling_in
from registration_cases.models import RegistrationCase
from tests.casework.factories import CaseFactory, change_of
from tests.conftest import Company

Kind = RegistrationCase.Kind


def test_every_kind_has_its_mails_and_its_parts_of_the_pages() -> None:
    assert every_kind_is_whole(None) == []
    for kind in every_kind():
        assert set(kind.mails) == set(MAILS)
        for part in PARTS:
            get_template(f"{kind.parts}/{part}.html")


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"mails": {}}, "new: the mail submitted is missing"),
        ({"parts": "nowhere"}, "new: the template nowhere/summary.html is missing"),
        ({"key": "n" * 21}, f"{'n' * 21}: the key is too long"),
    ],
)
def test_a_kind_that_lacks_something_is_named(
    fault: dict[str, object], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = replace(kind_called("new"), **fault)
    monkeypatch.setattr("casework.checks.every_kind", lambda: [lacking])
    assert named in [each.msg for each in every_kind_is_whole(None)]


def test_no_two_kinds_have_one_key() -> None:
    with pytest.raises(RuntimeError, match="called new"):
        declare(kind_called("new"))


def test_an_id_that_does_not_act_in_a_kind_sends_nothing(draft: Case, company: Company) -> None:
    for account in (company.signer, company.sub_id):
        for verb in (services.submit, services.withdraw):
            with pytest.raises(PermissionDenied):
                verb(draft, by=account)
    draft.refresh_from_db()
    assert draft.status == Case.Status.DRAFT


def test_only_an_administrator_sees_its_registrations_cases(company: Company, rival: Company) -> None:
    own = change_of(company.registration)
    theirs = change_of(rival.registration)

    def seen_by(account: Account) -> list[Case]:
        return list(Case.objects.visible_to(account))

    assert seen_by(company.administrator) == [own]
    assert seen_by(rival.administrator) == [theirs]
    assert seen_by(company.signer) == seen_by(company.sub_id) == []


def test_a_case_is_listed_and_found_by_what_it_says(draft: Case) -> None:
    asked = draft.registration_case
    filling_in.save_company(asked, by=None, company_name="株式会社あたらしい名", company_name_en="New Name Ltd.")
    filling_in.save_contact(asked, by=None, contact_name="新井 花子")
    draft.refresh_from_db()
    asked = draft.registration_case
    assert draft.company_name == asked.company_name == "株式会社あたらしい名"
    assert draft.found_by.split("\n") == [asked.company_name_en, asked.contact_name, asked.contact_email]
    assert "newnameltd." in draft.search_key


def test_a_registration_has_one_open_case_of_these_kinds(company: Company) -> None:
    change_of(company.registration, complete=False)
    for kind in (Kind.CHANGE, Kind.RENEWAL):
        with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            change_of(company.registration, kind=kind, complete=False)


@pytest.mark.parametrize("kind", [Kind.CHANGE, Kind.RENEWAL])
def test_a_change_or_renewal_has_its_registration(kind: str, company: Company) -> None:
    with pytest.raises(IntegrityError, match="no_registration_yet"), transaction.atomic():
        CaseFactory(chamber=company.chamber, kind=kind, complete=False)


def test_a_new_one_has_no_registration_before_it_is_approved(company: Company) -> None:
    with pytest.raises(IntegrityError, match="no_registration_yet"), transaction.atomic():
        CaseFactory(chamber=company.chamber, registration=company.registration, complete=False)
    decided = {"status": Case.Status.APPROVED, "decided_at": timezone.now()}
    CaseFactory(chamber=company.chamber, registration=company.registration, complete=False, submitted=True, **decided)
