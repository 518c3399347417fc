"""A password typed into the field of something else stays nowhere: not in the database, and not in Redis."""

import os
from collections.abc import Callable

import pytest
import redis
from django import forms
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.forms import ForgottenForm, ForgottenIdForm, LoginForm
from accounts.staff_forms import SecondFactorForm
from foundation.forms import IdentifierField
from tests.accounts.conftest import give_telephone
from tests.conftest import Company, CompletePages, log_in_with
from tests.factories import StaffFactory

SECRET = "Himitsu-Kotoba2026"
# The forms in which somebody who is not known yet names an ID or a chamber, or shows a code.
PAGES: dict[type[forms.Form], str] = {
    LoginForm: "login",
    ForgottenForm: "forgotten",
    ForgottenIdForm: "forgotten_id",
    SecondFactorForm: "enter_second_factor",
}


def identifier_fields(form: type[forms.Form]) -> list[str]:
    fields: dict[str, forms.Field] = form.base_fields  # type: ignore[attr-defined]
    return [name for name, field in fields.items() if isinstance(field, IdentifierField)]


def rows_with(text: str) -> list[str]:
    """The columns of the database that hold the text, in whatever type and case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        found = []
        for table, column in cursor.fetchall():
            as_text = f"""encode("{column}"::text::bytea, 'escape')"""
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {as_text} ILIKE %s', [f"%{text}%"])
            found += [f"{table}.{column}"] * cursor.fetchone()[0]
    return found


def keys_with(text: str) -> list[bytes]:
    """The keys of the broker that hold the text, in their names or values."""
    broker = redis.Redis.from_url(os.environ["REDIS_URL"].replace("redis+socket:", "unix:"))
    return [key for key in broker.scan_iter() if text.encode() in key or text.encode() in (broker.dump(key) or b"")]


@pytest.fixture
def sent(company: Company, delivered: Callable[[], list[EmailMessage]]) -> int:
    """Types the secret into every such field, alone and together, often enough to be refused, and as the ID's owner would."""
    known = {
        "chamber_code": company.chamber.code,
        "login_id": company.signer.login_id,
        "email": company.signer.email,
        "password": "wrong",
    }
    clerk = StaffFactory(chamber=company.chamber)
    give_telephone(clerk)
    number = 0
    for form, page in PAGES.items():
        names = identifier_fields(form)
        for wrong in [[name] for name in names] + [names]:
            for _try in range(8):
                browser: Client = CompletePages()
                if form is SecondFactorForm:
                    browser = log_in_with(clerk, second_factor=False)
                typed = {**known, **dict.fromkeys(wrong, SECRET)}
                assert browser.post(reverse(page), typed).status_code in (200, 302, 429)
                number += 1
        delivered()
    return number


def test_a_password_typed_into_the_field_of_an_id_stays_nowhere(sent: int, company: Company) -> None:
    assert sent == 8 * (3 + 3 + 2 + 2)
    assert rows_with(company.signer.login_id)  # what is kept is found
    assert rows_with(SECRET) == []
    assert keys_with(SECRET) == []


def test_every_form_with_such_a_field_is_tried() -> None:
    """But for the one in which a manager chooses a clerk's ID: that one is meant to be kept."""

    def with_identifiers(form: type[forms.Form]) -> set[str]:
        own = {form.__name__} if getattr(form, "base_fields", None) and identifier_fields(form) else set()
        return own.union(*(with_identifiers(each) for each in form.__subclasses__()))

    tried = {form.__name__ for form in PAGES}
    kin = {"TelephoneForm", "SetUpForm", "RecoveryCodesForm"}  # of the SecondFactorForm, whose field is theirs
    assert with_identifiers(forms.BaseForm) == {*tried, *kin, "InvitationForm"}  # type: ignore[arg-type]
