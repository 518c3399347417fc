"""Verbs that meet on the same rows: all at once, or in the order that a test says."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

Verb = Callable[[], Any]
Result = TypeVar("Result")
# A transaction would see the same activity all along.
_WAITING = """
SELECT pg_stat_clear_snapshot();
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def on_its_own_connection(verb: Verb) -> Any:
    """What a thread of a test does: its connection to the database ends with the verb, for nobody else would close it."""
    try:
        return verb()
    finally:
        connection.close()


def at_once(times: int, work: Callable[[], Result]) -> list[Result]:
    """Does the work in as many threads, all starting at the same moment, each with its own database connection."""
    start = Barrier(times)

    def one() -> Result:
        start.wait()
        return work()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(on_its_own_connection, [one] * times))


def in_turn(first: Verb, *others: Verb) -> list[Any]:
    """Each verb begins when the one before it waits; the first one, which all wait for, commits at last. Returns what the
    others return."""
    with ThreadPoolExecutor(len(others)) as pool:
        with transaction.atomic():
            first()
            done: list[Future[Any]] = []
            for verb in others:
                done.append(pool.submit(on_its_own_connection, verb))
                _wait_until_they_wait(done)
        return [each.result() for each in done]


def _wait_until_they_wait(verbs: list[Future[Any]]) -> None:
    """Fails when one of them comes to its end instead."""
    while not any(verb.done() for verb in verbs):
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            cursor.nextset()
            if cursor.fetchone()[0] == len(verbs):
                return
        time.sleep(0.02)
    pytest.fail(f"The verb does not wait for what the first one holds: {[verb for verb in verbs if verb.done()]}")
