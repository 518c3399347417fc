"""A chamber that is ready, and its cases."""

import pytest

from casework import examination
from casework.models import Case
from tests.casework.factories import CaseFactory, change_of, ready
from tests.conftest import Company


def tick_everything(case: Case, clerk: object) -> None:
    """The clerk has checked every item of the checklist."""
    checklist = examination.checklist_of(case)
    examination.tick(case, range(len(checklist.items)), by=clerk)


@pytest.fixture
def draft(company: Company) -> Case:
    """A complete draft of a new registration."""
    return CaseFactory(chamber=ready(company.chamber))


@pytest.fixture
def submitted(company: Company) -> Case:
    """A new registration that waits for the chamber."""
    return CaseFactory(chamber=ready(company.chamber), submitted=True)


@pytest.fixture
def change(company: Company) -> Case:
    """A complete draft of a change: a new name and a new signer."""
    return change_of(company.registration, company_name="株式会社新しい名前")
