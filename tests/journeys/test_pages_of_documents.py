"""A document whose pages are still being drawn: the clerk is told so, and sees them without opening the page anew."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from casework.models import Case, PagePicture
from tests.casework.factories import SPECIMEN, CaseFactory
from tests.conftest import log_in_with
from tests.factories import StaffFactory
from tests.journeys.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PATIENCE = 300_000  # milliseconds


@pytest.fixture
def waiting(transactional_db: None) -> Case:
    """A case with one document, whose only page somebody else is drawing."""
    case: Case = CaseFactory(submitted=True)
    case.documents.exclude(pk=case.documents.first().pk).delete()
    PagePicture.objects.create(document=case.documents.get(), page=1)
    return case


@pytest.fixture
def clerk(waiting: Case, sit_down: Callable[[], Person]) -> Person:
    person = sit_down()
    session = log_in_with(StaffFactory(chamber=waiting.chamber)).cookies[settings.SESSION_COOKIE_NAME].value
    person.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": person.home}])
    return person


def comes_near(clerk: Person) -> None:
    """Pictures are asked for when they come near to what is seen; the frame of one that is missing is hidden."""
    clerk.page.locator(":has(> .paper-page)").evaluate("place => place.scrollIntoView()")


def pages_of(case: Case) -> dict[str, str]:
    address = f"/staff/cases/{case.public_id}/"
    return {"case": address, "viewer": f"{address}documents/{case.documents.get().public_id}/1/"}


@pytest.mark.parametrize("where", ["case", "viewer"])
def test_a_page_that_is_being_drawn_comes_by_itself(where: str, waiting: Case, clerk: Person) -> None:
    clerk.goes_to(pages_of(waiting)[where])
    comes_near(clerk)
    clerk.sees("画像を準備しています")
    assert Axe().run(clerk.page).violations_count == 0
    PagePicture.objects.update(content=SPECIMEN, seconds=0.1)
    expect(clerk.page.locator(".picture-state")).to_be_empty(timeout=PATIENCE)
    clerk.sees_pictures(".paper-page")
    clerk.faults.clear()  # the browser reported each 503 itself
    clerk.looks_at(f"document-drawn-{where}")


def test_a_page_that_cannot_be_drawn_is_said_to_be_none(waiting: Case, clerk: Person) -> None:
    PagePicture.objects.update(seconds=0.1)
    clerk.goes_to(pages_of(waiting)["case"])
    comes_near(clerk)
    clerk.sees("この書類は画像で表示できません。")


@pytest.mark.parametrize("where", ["case", "viewer"])
def test_without_script_the_page_says_what_a_missing_picture_means(where: str, waiting: Case, clerk: Person) -> None:
    context = clerk.context.browser.new_context(java_script_enabled=False)
    context.add_cookies(clerk.context.cookies())
    page = context.new_page()
    page.goto(clerk.home + pages_of(waiting)[where])
    expect(page.locator("main")).to_contain_text("表示されない場合は", timeout=PATIENCE)
    expect(page.get_by_role("link", name="大きく表示" if where == "case" else "画面を開き直す")).to_have_count(1)
    context.close()
