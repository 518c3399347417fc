"""A chamber that is ready, and its cases."""

import pytest
from django.test import Client

from casework import examination
from casework.models import Case
from registration_cases.links import link_to_status
from registration_cases.models import RegistrationCase
from registration_cases.services import create
from tests.casework.factories import CaseFactory, change_of, ready
from tests.conftest import Company, CompletePages
from tests.factories import ChamberFactory


def tick_everything(case: Case, clerk: object) -> None:
    """The clerk has checked every item of the checklist."""
    checklist = examination.checklist_of(case)
    examination.tick(case, range(len(checklist.items)), by=clerk)


def local(link: str) -> str:
    """A mailed link as a test browser asks for it."""
    return link.removeprefix("http://testserver")


def browser_in(case: Case) -> Client:
    """A visitor's browser in which the case has been opened."""
    client = CompletePages()
    client.post(local(link_to_status(case)))
    return client


@pytest.fixture
def empty(db: None) -> Case:
    """A draft in which nothing was typed yet."""
    return create(ready(ChamberFactory()), RegistrationCase.Kind.NEW, contact_email="hanako@example.jp").envelope


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
