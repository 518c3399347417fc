"""A draft of a renewal is kept no longer than renewals are taken."""

import datetime as dt

import pytest
import time_machine

from casework import services
from casework.models import Case
from registration_cases.models import RegistrationCase
from registration_cases.models.case import DRAFT_LASTS
from tests.casework.factories import change_of
from tests.conftest import Company


def at_noon(day: dt.date) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(day, dt.time(3), tzinfo=dt.UTC), tick=False)


@pytest.mark.parametrize("late_days", [0, 14])
def test_its_last_day_is_the_renewals_where_that_comes_first(late_days: int, company: Company) -> None:
    registration = company.registration
    registration.chamber.late_renewal_days = late_days
    registration.chamber.save()
    last = registration.valid_until + dt.timedelta(days=late_days)
    with at_noon(registration.valid_until - dt.timedelta(days=20)):
        case = change_of(registration, kind=RegistrationCase.Kind.RENEWAL)
        assert case.registration_case.draft_ends_on == last
    with at_noon(last):
        assert services.forget_old_drafts() == 0
    with at_noon(last + dt.timedelta(days=1)):
        assert services.forget_old_drafts() == 1


def test_its_last_day_is_that_of_any_draft_where_this_comes_first(company: Company) -> None:
    registration = company.registration
    registration.chamber.late_renewal_days = 300
    registration.chamber.save()
    begun = registration.valid_until - dt.timedelta(days=20)
    with at_noon(begun):
        case = change_of(registration, kind=RegistrationCase.Kind.RENEWAL)
    assert case.registration_case.draft_ends_on == begun + DRAFT_LASTS
    with at_noon(begun + DRAFT_LASTS):
        assert services.forget_old_drafts() == 0
    with at_noon(begun + DRAFT_LASTS + dt.timedelta(days=1)):
        assert services.forget_old_drafts() == 1


def test_what_was_sent_and_a_change_stay_after_the_renewals_last_day(company: Company) -> None:
    registration = company.registration
    with at_noon(registration.valid_until - dt.timedelta(days=2)):
        change = change_of(registration)
    with at_noon(registration.valid_until + dt.timedelta(days=1)):
        assert services.forget_old_drafts() == 0
        Case.objects.filter(pk=change.pk).update(
            kind=RegistrationCase.Kind.RENEWAL, status=Case.Status.WITHDRAWN, decided_at=dt.datetime.now(dt.UTC)
        )
        assert services.forget_old_drafts() == 0
