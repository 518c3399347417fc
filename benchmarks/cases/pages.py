"""The slowest page of the portal: every page that the example people reach, in this process, from the request to the last byte."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, get_resolver, resolve, reverse

from accounts.models import Account
from benchmarks.bench import Bench
from benchmarks.load import WrongAnswer
from benchmarks.measuring import Contender, Reading, wall
from benchmarks.people import browser_of
from casework.models import Case
from chambers.models import Chamber
from demo.cases import load_cases
from registration_cases.links import link_to_status
from registration_cases.models import RegistrationCase

_SLOWEST_NAMED = 5
_MENU = "menu"
_LINK = re.compile(r'(?:href|src)="(/[^"?#]*)')


@dataclass(frozen=True)
class Page:
    """A page and a browser that may open it."""

    route: str
    url: str
    browser: Client

    def open(self) -> None:
        answer = self.browser.get(self.url)
        if answer.status_code != 200:
            raise WrongAnswer(f"{self.url} answered {answer.status_code}")

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as asked:
            self.open()
        return len(asked)


def run(bench: Bench) -> None:
    """Each route once, for the first of the people who reaches it."""
    pages = _pages()
    taken = {route: wall(page.open, bench.times(5)) for route, page in pages.items()}
    slowest = sorted(taken, key=lambda route: taken[route].ms, reverse=True)[:_SLOWEST_NAMED]
    named = "; ".join(f"{route} {taken[route].ms:.1f} ms ({pages[route].queries()} queries)" for route in slowest)
    bench.report.remark(f"the slowest of {len(pages)} pages: {named}")
    readings = bench.rounds(*(Contender(route, _take(bench, pages[route])) for route in (slowest[0], _MENU)))
    bench.report.longer(f"slowest page ({slowest[0]})", readings[slowest[0]], "ours, main menu", readings[_MENU])


def _take(bench: Bench, page: Page) -> "partial[Reading]":
    return partial(wall, page.open, bench.times(5))


def _pages() -> dict[str, Page]:
    """By name of the route: what can be reached from the addresses that name nothing."""
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str)]
    found: dict[str, Page] = {}
    for browser in _browsers():
        waiting = [reverse(name) for name in names if _names_nothing(name)]
        for url in waiting:
            route = _route_of(url)
            if route is None or route in found:
                continue
            answer = browser.get(url)
            if answer.status_code == 200:
                found[route] = Page(route, url, browser)
                waiting += _links_in(answer.content)
    return found


def _names_nothing(name: str) -> bool:
    patterns = get_resolver().reverse_dict.getlist(name)
    return any(not parameters for each in patterns for _form, parameters in each[0])


def _route_of(url: str) -> str | None:
    """The name of the portal's own page; None for files and for the demo's aids."""
    try:
        name = resolve(url).url_name
    except Resolver404:
        return None
    return None if name is None or name.startswith("dev_") else name


def _links_in(content: bytes) -> list[str]:
    return _LINK.findall(content.decode(errors="ignore"))


def _browsers() -> Iterator[Client]:
    """An applicant whose case was sent back, a company's people, the chamber's, and a stranger."""
    niigata = Chamber.objects.get(code="801")
    accounts = Account.objects.get_queryset().filter(chamber=niigata)
    load_cases(niigata, accounts.get(login_id="niigataClerk"))
    applicant = Client()
    sent_back = Case.objects.select_related("chamber").get(kind=RegistrationCase.Kind.NEW, status=Case.Status.RETURNED)
    applicant.post(link_to_status(sent_back).removeprefix(settings.ECO_ORIGIN))
    yield applicant
    for login_id in ("echigoAdmin", "echigoSigner1", "echigoSub1", "niigataManager"):
        yield browser_of(accounts.get(login_id=login_id))
    yield Client()
