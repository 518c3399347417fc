"""What is sent after the session's end stands in the form again: tried with every form of every page."""

import datetime as dt
from collections.abc import Iterator
from copy import copy
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Session
from foundation.typed_before import is_never_kept
from tests.conftest import log_in_with
from tests.pages import Cast, tuesday_morning

_TYPED = {
    **{"text": "打ち込んだ文字", "email": "typed@example.jp", "tel": "025-999-1234", "number": "37"},
    **{"date": "2031-02-03", "time": "11:37"},
}
A_SECOND, A_DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


class Form:
    """A form of a page: where it is sent to, what it holds unseen, what stands in its fields, and what else could."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.hidden: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.others: dict[str, str] = {}

    def typed(self) -> dict[str, str]:
        """Something new in every field that may be kept."""
        return {name: value for name, value in self.others.items() if not is_never_kept(name)}


class _Reader(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self._inside, self._area = address, list[Form](), False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said.get("method") == "post"
            if self._inside:
                self.forms.append(Form(said.get("action") or self.address))
        if self._inside and "name" in said and tag in ("input", "textarea"):
            self._field(said, "text" if tag == "textarea" else said.get("type", "text"))
            self._area = said["name"] if tag == "textarea" else ""

    def _field(self, said: dict[str, str], kind: str) -> None:
        form, name, value = self.forms[-1], said["name"], said.get("value", "")
        if kind == "hidden":
            form.hidden[name] = value
        elif kind in ("checkbox", "radio"):
            if "checked" in said:
                form.values[name] = value or "on"
            else:
                form.others[name] = value or "on"
        elif kind in _TYPED:
            form.values[name], form.others[name] = value, _TYPED[kind]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data.strip("\n")


def forms_of(browser: Client, address: str) -> list[Form]:
    reader = _Reader(address)
    page = browser.get(address)
    if page.status_code == 200 and "text/html" in page["Content-Type"]:
        reader.feed(page.content.decode())
    return reader.forms


def lost_by(cast: Cast, who: str, address: str, form: Form) -> dict[str, str]:
    """The fields of a form in which what was typed does not stand again, with what stands there."""
    browser, typed = cast.browser(who), form.typed()
    own = Session.objects.filter(session_key=browser.cookies[settings.SESSION_COOKIE_NAME].value)
    own.update(expire_date=timezone.now() - A_SECOND)
    sent = {**form.values, **form.hidden, **typed}
    browser.post(form.action, sent, headers={"Referer": f"http://testserver{address}"})
    browser.cookies.update(copy(log_in_with(cast.account(who)).cookies))
    (again,) = (each for each in forms_of(browser, address) if each.action == form.action)
    return {name: again.values.get(name, "") for name, value in typed.items() if again.values.get(name) != value}


def forms_of_pages(cast: Cast) -> Iterator[tuple[str, str, Form]]:
    """Every form in which somebody who is logged in types something, with who it is and on which page."""
    for name, address in sorted(cast.addresses().items()):
        for who in cast.made_for(address):
            if cast.account(who) and "?" not in name:
                yield from ((who, address, form) for form in forms_of(cast.browser(who), address) if form.typed())


@pytest.fixture(autouse=True)
def the_clock_stands() -> Iterator[None]:
    with tuesday_morning():
        yield


def test_what_was_typed_stands_again_in_every_form(cast: Cast) -> None:
    cast.add_rows(3)
    Account.objects.get_queryset().update(password_set_at=timezone.now() - A_DAY)  # what ended was not ended by it
    lost, tried = {}, 0
    for who, address, form in forms_of_pages(cast):
        tried += 1
        with transaction.atomic():
            if fields := lost_by(cast, who, address, form):
                lost[who, form.action] = fields
            transaction.set_rollback(True)
    assert lost == {}
    assert tried >= 20
