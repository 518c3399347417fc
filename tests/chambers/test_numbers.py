"""Serial numbers: none twice, none left out."""

import pytest
from django.db import transaction

from chambers.models import Chamber, Counter
from chambers.numbers import next_number, number_to_come
from tests.factories import ChamberFactory
from tests.support.turns import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chamber() -> Chamber:
    return ChamberFactory(defaults=False)


def test_numbers_count_from_1_for_each_name_and_chamber(chamber: Chamber) -> None:
    other = ChamberFactory(defaults=False)
    assert [next_number(chamber, "registration") for _ in range(3)] == [1, 2, 3]
    assert next_number(chamber, "receipt:2026") == 1
    assert next_number(other, "registration") == 1
    assert next_number(chamber, "registration") == 4


def test_the_number_to_come_is_told_and_not_taken(chamber: Chamber) -> None:
    assert number_to_come(chamber, "registration") == 1
    next_number(chamber, "registration")
    assert number_to_come(chamber, "registration") == number_to_come(chamber, "registration") == 2
    assert next_number(chamber, "registration") == 2


def test_many_at_once_get_different_numbers_without_a_gap(chamber: Chamber) -> None:
    def take_three() -> list[int]:
        taken = []
        for _ in range(3):
            with transaction.atomic():
                taken.append(next_number(chamber, "registration"))
        return taken

    taken = [number for numbers in at_once(8, take_three) for number in numbers]
    assert sorted(taken) == list(range(1, 25))


def test_a_number_whose_transaction_failed_is_given_out_again(chamber: Chamber) -> None:
    class Failure(Exception):
        pass

    def take(*, fail: bool) -> int | None:
        try:
            with transaction.atomic():
                number = next_number(chamber, "registration")
                if fail:
                    raise Failure
                return number
        except Failure:
            return None

    turns = iter([True, False] * 6)
    taken = [number for number in at_once(12, lambda: take(fail=next(turns))) if number is not None]
    assert sorted(taken) == [1, 2, 3, 4, 5, 6]
    assert Counter.objects.get(chamber=chamber, name="registration").value == 6
    assert take(fail=True) is None
    assert take(fail=False) == 7
