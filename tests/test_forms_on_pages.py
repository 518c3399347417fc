"""What holds for the forms of every page: their errors name the one thing that is wrong, and who asks for a password says so."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.db import transaction

from accounts.forms import MailboxChangeMixin
from tests.pages import Cast, tuesday_morning
from tests.test_posts import DONE_ONCE, EDITING

SUMMARY = re.compile(r'<div class="alert error-summary".*?</div>', re.DOTALL)
LINE = re.compile(r"<li>(.*?)</li>", re.DOTALL)
PASSWORD_LABEL = re.compile(r'<label for="id_current_password"[^>]*>(.*?)</label>', re.DOTALL)


@pytest.fixture(autouse=True)
def the_clock_stands() -> Iterator[None]:
    with tuesday_morning():
        yield


@pytest.fixture
def cast(cast: Cast) -> Cast:
    cast.add_rows(2)
    return cast


def forms_of_pages(cast: Cast) -> Iterator[tuple[str, str, str, forms.Form]]:
    """Each address that shows a form to be sent, who may open it, and the form."""
    addresses = cast.addresses()
    for name in sorted({*DONE_ONCE, *EDITING}):
        who = cast.made_for(addresses[name])[0]
        with transaction.atomic():
            page = cast.browser(who).get(addresses[name])
            transaction.set_rollback(True)
        form = (page.context or {}).get("form") if page.status_code == 200 else None
        if isinstance(form, forms.BaseForm):
            yield name, addresses[name], who, form


def kinds_of(form: type[Any]) -> set[type[Any]]:
    kinds: list[type[Any]] = form.__subclasses__()
    return {form}.union(*map(kinds_of, kinds))


def mailbox_forms(cast: Cast) -> list[tuple[str, str, str, forms.Form]]:
    found = [each for each in forms_of_pages(cast) if isinstance(each[3], MailboxChangeMixin)]
    assert {type(form) for _name, _address, _who, form in found} == kinds_of(MailboxChangeMixin) - {MailboxChangeMixin}
    return found


def test_a_password_that_every_sending_needs_is_marked_as_required(cast: Cast) -> None:
    for name, address, who, form in mailbox_forms(cast):
        (label,) = PASSWORD_LABEL.findall(cast.browser(who).get(address).content.decode())
        assert ("必須" in label) == (name == "change_signer_email") == form.fields["current_password"].required, name


def test_when_the_tries_at_the_own_password_are_used_up_the_answer_says_so_to_programs_too(cast: Cast) -> None:
    for name, address, who, form in mailbox_forms(cast):
        with transaction.atomic():
            shown = {field: form[field].value() or "" for field in form.fields}
            guess = {**shown, "email": "another@example.jp", "current_password": "a guess"}
            answers = [cast.browser(who).post(address, guess) for _try in range(7)]
            transaction.set_rollback(True)
        assert [each.status_code for each in answers] == [200] * 5 + [429] * 2, name
        assert [each.headers.get("Retry-After") for each in answers] == [None] * 5 + ["60"] * 2, name
        assert answers[-1].context["form"]["email"].value() == "another@example.jp"


def test_no_two_lines_of_a_summary_of_errors_are_the_same(cast: Cast) -> None:
    judged = 0
    for name, address, who, form in forms_of_pages(cast):
        for typed in ({"sent": "1"}, _all_wrong(form)):
            with transaction.atomic():
                answer: Any = cast.browser(who).post(address, typed)
                transaction.set_rollback(True)
            if found := SUMMARY.search(answer.content.decode()):
                lines = [re.sub(r"<[^>]*>", "", line) for line in LINE.findall(found[0])]
                assert len(lines) == len(set(lines)), (name, lines)
                judged += 1
    assert judged > 30


def _all_wrong(form: forms.Form) -> dict[str, str]:
    """A character that no field takes, in all of them."""
    return dict.fromkeys(form.fields, "\u202e")
