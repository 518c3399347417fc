"""What a case costs: told beforehand, and never more than was told when it was first sent."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from casework import examination, services
from casework.examination import approve
from casework.models import Case
from casework.models.target import FIELD, Target
from chambers.models import Chamber, Fee
from registration_cases import filling_in
from registration_cases.models import RegistrationCase
from registration_cases.prices import owed, prices_of
from tests.casework.conftest import browser_in, tick_everything
from tests.casework.factories import CaseFactory, change_of, ready
from tests.casework.test_open_questions import leave_open
from tests.conftest import Company

Item = Fee.Item
FIRST, CHANGED, LATER = dt.date(2027, 3, 30), dt.date(2027, 4, 1), dt.date(2027, 4, 6)


def at(day: dt.date) -> time_machine.travel:
    return time_machine.travel(dt.datetime.combine(day, dt.time(1), tzinfo=dt.UTC), tick=False)


def set_prices(chamber: Chamber, item: Item, *, before: int | None, after: int, is_member: bool = True) -> None:
    """A price up to the end of March and another from April on."""
    chamber.fees.filter(item=item, is_member=is_member).delete()
    if before is not None:
        chamber.fees.create(item=item, is_member=is_member, amount=before, valid_from=dt.date(2027, 1, 1))
    chamber.fees.create(item=item, is_member=is_member, amount=after, valid_from=CHANGED)


def page_of(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


@pytest.fixture
def chamber(company: Company) -> Chamber:
    with at(FIRST):
        return ready(company.chamber)


def approved(case: Case, clerk: Account) -> int | None:
    case.refresh_from_db()
    tick_everything(case, clerk)
    approve(case, by=clerk)
    case.refresh_from_db()
    return case.fee


@pytest.mark.parametrize(("before", "after", "expected"), [(1100, 2200, 1100), (2200, 1100, 1100), (None, 1100, 1100)])
def test_the_lower_price_of_the_first_submission_and_the_approval_is_owed(
    before: int | None, after: int, expected: int, chamber: Chamber, reviewer: Account
) -> None:
    set_prices(chamber, Item.REGISTRATION, before=before, after=after)
    with at(FIRST):
        case = CaseFactory(chamber=chamber)
        services.submit(case, by=None)
    with at(LATER):
        assert owed(RegistrationCase.objects.get(pk=case.pk)) == expected
        assert approved(case, reviewer) == expected
    with at(dt.date(2027, 5, 1)):
        chamber.fees.create(item=Item.REGISTRATION, is_member=True, amount=1, valid_from=dt.date(2027, 5, 1))
        case.refresh_from_db()
        assert (case.fee, prices_of(case.registration_case)) == (expected, [])


def test_only_the_first_submission_counts(chamber: Chamber, reviewer: Account) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=2200)
    with at(FIRST):
        case = CaseFactory(chamber=chamber)
        services.submit(case, by=None)
        examination.return_for_correction(case, {Target(FIELD, "address_en"): "番地"}, by=reviewer)
    with at(LATER):
        services.submit(case, by=None)
        assert approved(case, reviewer) == 1100


def test_the_membership_as_approved_decides_also_on_the_day_of_the_first_submission(
    chamber: Chamber, reviewer: Account
) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=1200)
    set_prices(chamber, Item.REGISTRATION, before=8800, after=9900, is_member=False)
    with at(FIRST):
        case = CaseFactory(chamber=chamber, is_member=True)
        services.submit(case, by=None)
        examination.return_for_correction(case, {Target(FIELD, "is_member"): "会員ではありません。"}, by=reviewer)
        filling_in.save_company(case.registration_case, by=None, is_member=False)
    with at(LATER):
        services.submit(case, by=None)
        assert approved(case, reviewer) == 8800


def test_a_price_that_was_told_is_kept_with_the_case(chamber: Chamber) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=2200)
    with at(FIRST):
        case = CaseFactory(chamber=chamber)
        services.submit(case, by=None)
        chamber.fees.filter(valid_from__lt=CHANGED).delete()
    with at(LATER):
        assert owed(RegistrationCase.objects.get(pk=case.pk)) == 1100


def test_a_missing_price_is_not_free(chamber: Chamber, reviewer: Account) -> None:
    chamber.fees.all().delete()
    case = CaseFactory(chamber=chamber)
    assert "お問い合わせください" in page_of(browser_in(case), "case_check")
    services.submit(case, by=None)
    assert owed(RegistrationCase.objects.get(pk=case.pk)) is None
    assert approved(case, reviewer) is None


def test_a_change_costs_nothing_and_speaks_of_no_price(
    change: Case, company: Company, browser_of: Callable[[Account], Client]
) -> None:
    assert prices_of(change.registration_case) == []
    client = browser_of(company.administrator)
    assert "登録料" not in page_of(client, "case_check") + page_of(client, "case")


def test_before_it_is_sent_the_price_and_the_coming_one_with_its_day_are_told(chamber: Chamber) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=2200)
    with at(FIRST):
        case = CaseFactory(chamber=chamber)
        client = browser_in(case)
        for name in ("case_check", "case"):
            page = page_of(client, name)
            assert "1,100円" in page, name
            assert "2027年4月1日から 2,200円" in page, name
        guide = page_of(client, "registration_guide", chamber.code)
        assert "1,100円" in guide
        assert "2027年4月1日から 2,200円" in guide


def test_once_it_was_sent_only_a_lower_price_to_come_is_told(chamber: Chamber, browser_of: object) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=2200)
    chamber.fees.create(item=Item.REGISTRATION, is_member=True, amount=900, valid_from=dt.date(2027, 7, 1))
    with at(FIRST):
        case = CaseFactory(chamber=chamber)
        services.submit(case, by=None)
        page = page_of(browser_in(case), "case")
    assert "1,100円" in page
    assert "2,200円" not in page
    assert "2027年7月1日から 900円" in page


def test_while_the_membership_is_open_both_prices_are_told(chamber: Chamber) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=1200)
    set_prices(chamber, Item.REGISTRATION, before=8800, after=9900, is_member=False)
    with at(FIRST):
        case = leave_open(CaseFactory(chamber=chamber), "is_member")
        page = page_of(browser_in(case), "case_check")
    assert "1,100円" in page
    assert "8,800円" in page
    assert owed(case.registration_case) is None


def test_the_renewal_tells_its_price_before_it_is_begun(
    chamber: Chamber, company: Company, browser_of: Callable[[Account], Client]
) -> None:
    set_prices(chamber, Item.RENEWAL, before=5500, after=6600)
    set_prices(chamber, Item.RENEWAL, before=7777, after=8888, is_member=False)
    with at(FIRST):
        page = page_of(browser_of(company.administrator), "change_registration")
        assert "5,500円" in page
        assert "2027年4月1日から 6,600円" in page
        assert "7,777円" not in page
        case = change_of(company.registration, kind=RegistrationCase.Kind.RENEWAL)
        assert owed(case.registration_case) == 5500
        assert "5,500円" in page_of(browser_of(company.administrator), "case_check")


def test_the_clerk_reads_what_is_owed(
    chamber: Chamber, reviewer: Account, browser_of: Callable[[Account], Client]
) -> None:
    set_prices(chamber, Item.REGISTRATION, before=1100, after=2200)
    with at(FIRST):
        case = CaseFactory(chamber=chamber)
        services.submit(case, by=None)
    with at(LATER):
        client = browser_of(reviewer)
        for name in ("staff_case", "approve_case"):
            page = page_of(client, name, case.public_id)
            assert "1,100円" in page, name
            assert "2,200円" not in page, name
