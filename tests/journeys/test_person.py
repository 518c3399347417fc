"""The journeys' own tool: what is read after a click speaks of the page that the click leads to."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import TimeoutError as NothingCame

from tests.journeys.conftest import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]  # the server that people are seated at needs it

# As on a loaded machine: the browser sets out a while after the click.
_FIRST = """<main><a href='/slow/' onclick="setTimeout(() => location = '/slow/', 500); return false">次へ</a></main>"""
_SLOW = "<main><input type=checkbox><input type=checkbox></main>"


class _Slow(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow/":
            time.sleep(1)
        content = (_SLOW if self.path == "/slow/" else _FIRST).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Nobody reads it."""


@pytest.fixture
def person(sit_down: Callable[[], Person]) -> Iterator[Person]:
    """At a site whose second page takes its time."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        somebody = sit_down()
        somebody.home = f"http://127.0.0.1:{server.server_port}"
        somebody.goes_to("/")
        yield somebody
        server.shutdown()


def test_a_click_waits_for_the_page_it_leads_to(person: Person) -> None:
    person.clicks("次へ", role="link")
    assert person.page.locator("input").count() == 2


def test_boxes_are_ticked_where_there_are_some(person: Person) -> None:
    person.goes_to("/slow/")
    person.ticks_all()
    assert person.page.locator("input:checked").count() == 2


def test_a_form_without_boxes_is_a_failure(person: Person) -> None:
    person.context.set_default_timeout(100)
    with pytest.raises(NothingCame):
        person.ticks_all()
