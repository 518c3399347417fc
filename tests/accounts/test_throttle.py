"""Limits on guessing."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import Attempts
from accounts.throttle import (
    Limit,
    address_limits,
    forget,
    forget_all,
    forget_old,
    locked_until,
    password_limits,
    reserve,
)
from audit.models import AuditEntry
from tests.accounts.conftest import CountingHasher, log_in
from tests.conftest import make_company
from tests.support.turns import at_once

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def five(key: str = "door") -> list[Limit]:
    return [Limit(key, 5, MINUTE)]


@pytest.mark.django_db
def test_as_many_attempts_are_allowed_as_the_limit_says() -> None:
    assert [reserve(five()) for _ in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.django_db
def test_keys_are_counted_apart() -> None:
    for _ in range(5):
        reserve(five("one"))
    assert not reserve(five("one"))
    assert reserve(five("other"))


@pytest.mark.django_db
def test_an_attempt_that_one_limit_refuses_counts_under_none() -> None:
    narrow, wide = Limit("narrow", 1, MINUTE), Limit("wide", 2, MINUTE)
    assert reserve([narrow, wide])
    for _ in range(5):
        assert not reserve([narrow, wide])
    assert Attempts.objects.get(key="wide").count == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "allowed"), [(0, False), (59, False), (60, True)])
def test_a_window_ends_when_its_time_is_over(seconds: int, *, allowed: bool) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            reserve(five())
        clock.shift(seconds)
        assert reserve(five()) is allowed


@pytest.mark.django_db
def test_going_on_does_not_prolong_the_wait() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            reserve(five())
        for _ in range(59):
            clock.shift(1)
            assert not reserve(five())
        clock.shift(1)
        assert reserve(five())


@pytest.mark.django_db
def test_a_new_window_counts_from_one() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(5):
            reserve(five())
        clock.shift(MINUTE)
        assert [reserve(five()) for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.django_db
def test_a_right_password_gives_the_attempts_back() -> None:
    for _ in range(5):
        reserve(five())
    forget(five())
    assert reserve(five())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pause", "most"),
    [(timedelta(0), 5), (timedelta(minutes=1), 10), (timedelta(minutes=15), 20)],
)
def test_wrong_passwords_wait_longer_and_longer(pause: timedelta, most: int) -> None:
    """A minute after 5, a quarter of an hour after 10, a day after 20: whoever waits less than that gets no further."""
    allowed = 0
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(6):
            while reserve(password_limits("id")):
                allowed += 1
            clock.shift(pause)
    assert allowed == most


@pytest.mark.django_db
def test_a_day_after_the_twentieth_attempt_the_owner_may_try_again() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            while reserve(password_limits("id")):
                pass
            clock.shift(timedelta(minutes=15))
        assert not reserve(password_limits("id"))
        clock.move_to(NOON + timedelta(days=1))
        assert reserve(password_limits("id"))


@pytest.mark.django_db
def test_a_lock_is_told_with_the_end_of_its_last_wait() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for name, tries in (("a:x", 5), ("a:y", 4), ("b:x", 4), ("ab:x", 5)):
            for _ in range(tries):
                reserve(password_limits(name))
        assert locked_until(["a:", "b:", "c:"]) == {"a:": NOON + MINUTE}
        clock.shift(MINUTE)
        assert locked_until(["a:"]) == {}
        for _ in range(5):
            reserve(password_limits("a:x"))
        assert locked_until(["a:"]) == {"a:": NOON + timedelta(minutes=15)}
        assert locked_until([]) == {}


@pytest.mark.django_db
def test_all_attempts_under_names_that_begin_alike_are_given_back() -> None:
    for name in ("a:x", "a:y", "b:x"):
        while reserve(password_limits(name)):
            pass
    forget_all("a:")
    assert [reserve(password_limits(name)) for name in ("a:x", "a:y", "b:x")] == [True, True, False]


@pytest.mark.django_db
def test_an_address_may_try_thirty_times_a_minute_and_six_hundred_times_an_hour() -> None:
    allowed = []
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(25):
            in_this_minute = 0
            while reserve(address_limits("login", "192.0.2.1")):
                in_this_minute += 1
            allowed.append(in_this_minute)
            clock.shift(MINUTE)
    assert allowed == [30] * 20 + [0] * 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8:0:0:ffff::9", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("unknown", "unknown", True),
    ],
)
def test_a_whole_network_of_version_6_counts_as_one_address(one: str, other: str, *, same: bool) -> None:
    assert (address_limits("login", one) == address_limits("login", other)) is same


@pytest.mark.django_db
def test_tidying_keeps_the_counts_whose_window_is_open() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        reserve([Limit("over", 5, MINUTE)])
        clock.shift(MINUTE)
        reserve([Limit("open", 5, MINUTE)])
        forget_old()
        assert list(Attempts.objects.values_list("key", flat=True)) == ["open"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["first", "second", "third"])
def test_of_twenty_simultaneous_attempts_five_are_allowed(key: str) -> None:
    assert sum(at_once(20, lambda: reserve(five(key)))) == 5


@pytest.mark.django_db(transaction=True)
def test_simultaneous_attempts_under_several_limits_never_block_each_other() -> None:
    limits = [Limit(name, 7, MINUTE) for name in ("c", "a", "b")]
    turned = [limits, limits[::-1], [limits[1], limits[2], limits[0]]]
    assert sum(at_once(21, lambda: reserve(turned.pop(0) if turned else limits))) == 7


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_simultaneous_logins_at_most_five_passwords_are_checked(hashes: type[CountingHasher]) -> None:
    account = make_company().administrator
    hashes.runs = 0
    statuses = at_once(16, lambda: log_in(Client(), account, "falsches Passwort").status_code)
    assert hashes.runs == 5
    assert sorted(statuses) == [200] * 5 + [429] * 11
    assert AuditEntry.objects.filter(action="account.login_throttled").count() == 1
