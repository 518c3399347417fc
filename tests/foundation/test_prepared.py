"""A query composed once gives what Django gives."""

import datetime as dt
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from accounts.models import Account
from foundation.prepared import Prepared, PreparedText
from tests.conftest import Company
from tests.support.turns import at_once


def by_login_id(login_id: str) -> QuerySet[Account]:
    joined = Account.objects.get_queryset().select_related("chamber", "registration", "parent", "signer")
    return joined.filter(login_id=login_id)


@pytest.mark.parametrize("who", ["administrator", "signer", "sub_id"])
def test_objects_and_their_relations_are_those_of_the_query(who: str, company: Company) -> None:
    account = getattr(company, who)
    found = Prepared(f"test_{who}", by_login_id).first(account.login_id)
    expected = by_login_id(account.login_id).get()
    assert found == expected
    assert vars(found).keys() == vars(expected).keys()
    for name in ("chamber", "registration", "parent"):
        related, wanted = getattr(found, name), getattr(expected, name)
        assert related == wanted
        if wanted is not None:
            assert {key: value for key, value in vars(related).items() if key != "_state"} == {
                key: value for key, value in vars(wanted).items() if key != "_state"
            }


@pytest.mark.parametrize("who", ["administrator", "sub_id"])
def test_what_the_query_leaves_out_is_read_when_it_is_asked_for(who: str, company: Company) -> None:
    def in_short(login_id: str) -> QuerySet[Account]:
        joined = Account.objects.get_queryset().select_related("chamber", "registration", "parent")
        named = joined.only("login_id", "kind", "chamber__code", "registration__status", "parent__name")
        return named.filter(login_id=login_id)

    account = getattr(company, who)
    found = Prepared(f"test_short_{who}", in_short).first(account.login_id)
    assert found is not None
    assert found.get_deferred_fields() == in_short(account.login_id).get().get_deferred_fields()
    assert (found.parent and found.parent.name) == (account.parent and account.parent.name)
    assert (found.email, found.chamber.name) == (account.email, account.chamber.name)


def test_a_hand_written_query_takes_values_of_its_types_and_outlives_a_rollback(company: Company) -> None:
    text = PreparedText(
        "test_text", "SELECT login_id, $2 - 1 FROM accounts_account WHERE id = $1 AND '%' = '%'", "bigint", "date"
    )
    asked = company.signer.pk, dt.date(2026, 3, 1)
    with transaction.atomic():
        assert text.rows(*asked) == [(company.signer.login_id, dt.date(2026, 2, 28))]
        transaction.set_rollback(True)
    assert text.rows(*asked) == [(company.signer.login_id, dt.date(2026, 2, 28))]
    assert text.rows(0, asked[1]) == []


def test_an_unknown_value_gives_nothing(db: None) -> None:
    assert Prepared("test_nobody", by_login_id).first("nobody") is None


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_plans_it_anew(company: Company) -> None:
    query = Prepared("test_again", by_login_id)
    for _connection in range(2):
        assert query.first(company.signer.login_id) == company.signer
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_first_at_the_same_moment_go_on_with_one_text(company: Company) -> None:
    composed = []

    def slowly(login_id: str) -> QuerySet[Account]:
        composed.append(login_id)
        time.sleep(0.2)
        return by_login_id(login_id)

    query = Prepared("test_at_once", slowly)

    def twice() -> list[Account | None]:
        return [query.first(company.signer.login_id) for _each in range(2)]

    assert at_once(4, twice) == [[company.signer] * 2] * 4
    assert len(composed) == 1


def test_it_takes_several_values_in_their_order(company: Company) -> None:
    def by_chamber(code: str, login_id: str) -> QuerySet[Account]:
        return by_login_id(login_id).filter(chamber__code=code)

    def as_written(code: str, login_id: str) -> QuerySet[Account]:
        return Account.objects.filter(chamber__code=code, login_id=login_id)

    code, login_id = company.registration.chamber.code, company.signer.login_id
    assert Prepared("test_both", as_written, values=2).first(code, login_id) == company.signer
    assert Prepared("test_neither", as_written, values=2).first(login_id, code) is None
    with pytest.raises(TypeError):
        Prepared("test_swapped", by_chamber, values=2).first(code, login_id)


def test_it_takes_its_values_and_nothing_else(db: None) -> None:
    with pytest.raises(TypeError):
        Prepared("test_two", lambda value: by_login_id(value).filter(name="x")).first("a")


def test_an_error_of_the_database_is_djangos(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PREPARE test_taken (text) AS SELECT 1")
    with pytest.raises(DatabaseError):
        Prepared("test_taken", by_login_id).first("a")
