"""A real browser on a real server: the portal under granian's like, mail through the outbox, pages checked as they are met."""

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.mail import EmailMessage
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # Playwright runs a loop in this thread; Django would refuse the database
)

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
_PATIENCE = 300_000  # milliseconds; how fast a page is belongs into the benchmarks
_WATCH_CSP = "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROME"])
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser. Every page met is checked for accessibility, sideways scrolling and errors in the console."""

    context: BrowserContext
    home: str
    width: int
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.add_init_script(_WATCH_CSP)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._notes)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _notes(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.faults.append(said.text)

    def goes_to(self, path: str) -> None:
        self.page.goto(self.home + path)

    def fills(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)

    def clicks(self, text: str, *, role: str = "button") -> None:
        """Clicks what leads to another page."""
        self.leaves_by(self.page.get_by_role(role, name=text, exact=True))  # type: ignore[arg-type]

    def follows(self, name: str) -> None:
        """Follows the first link whose name this pattern finds."""
        self.leaves_by(self.page.get_by_role("link", name=re.compile(name)))

    def submits(self) -> None:
        """Sends the page's first form, whatever its button says."""
        self.leaves_by(self.page.locator("main button[type=submit]"))

    def leaves_by(self, target: Locator) -> None:
        """Clicks, and waits until the next page is there: Playwright's own click returns on the old one, which holds nothing
        of what is asked for, and nothing of what must not be shown."""
        with self.page.expect_navigation():
            target.first.click()

    def unfolds(self) -> None:
        """Opens what the page keeps folded, and stays on it."""
        self.page.locator("summary").click()
        self.page.locator("details[open]").wait_for()

    def sees_pictures(self, within: str) -> None:
        """Scrolls to each picture there, and waits until it is shown: the server draws a page once, and answers 503 to
        whoever asks for it meanwhile."""
        pictures = self.page.locator(f"{within} img")
        pictures.first.wait_for()
        for picture in pictures.all():
            picture.scroll_into_view_if_needed()
            shown = "image => image.decode().then(() => image.naturalWidth > 0)"
            assert picture.evaluate(shown), picture.get_attribute("src")

    def ticks_all(self, within: str = "main") -> None:
        """Ticks every box there; fails where there is none."""
        boxes = self.page.locator(f"{within} input[type=checkbox]")
        boxes.first.wait_for()
        for box in boxes.all():
            box.check()

    def logs_in(self, chamber_code: str, login_id: str, password: str) -> None:
        self.goes_to("/login/")
        self.fills(chamber_code=chamber_code, login_id=login_id, password=password)
        self.clicks("ログイン")

    def logs_out(self) -> None:
        self.clicks("ログアウト")

    def sees(self, text: str) -> None:
        """Waits for what the page says, or comes to say while it is open."""
        expect(self.page.locator("body")).to_contain_text(text, use_inner_text=True, timeout=_PATIENCE)

    def arrives_at(self, path: str) -> None:
        self.page.wait_for_url(self.home + path)

    def looks_at(self, name: str) -> None:
        """Checks the page, and keeps its picture under docs/screens/ where ECO_SCREENS is set."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not self.page.evaluate(wider), f"{name} scrolls sideways at {self.width} px"
        assert self.faults == [], f"{self.page.url}: {self.faults}"
        if os.environ.get("ECO_SCREENS"):
            SCREENS.mkdir(parents=True, exist_ok=True)
            shot = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
            shot.quantize(48).save(SCREENS / f"{name}-{self.width}.png", optimize=True)

    def downloads(self, path: str) -> bytes:
        return self.context.request.get(self.home + path).body()


@pytest.fixture(params=[1280, 375])
def sit_down(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer
) -> Iterator[Callable[[], Person]]:
    """Seats people at browsers of their own."""
    seated: list[BrowserContext] = []

    def seat() -> Person:
        size = {"width": request.param, "height": 800}
        context = chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=size)  # type: ignore[arg-type]
        context.set_default_timeout(_PATIENCE)
        seated.append(context)
        return Person(context, live_server.url, request.param)

    yield seat
    for context in seated:
        context.close()


@pytest.fixture
def code_mailed(delivered: Callable[[], list[EmailMessage]]) -> Callable[[str], str]:
    """The confirmation code in the last mail to an address."""

    def find(address: str) -> str:
        mails = [mail for mail in delivered() if mail.to == [address]]
        found = re.search(r"確認コード: (\S+)", mails[-1].body)
        assert found
        return found[1]

    return find
