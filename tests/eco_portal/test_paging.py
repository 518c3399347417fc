"""Pages of lists that mostly fit on one."""

from collections.abc import Callable

import pytest

from chambers.models import Chamber
from eco_portal.paging import ShortListPaginator
from tests.factories import ChamberFactory


@pytest.mark.parametrize(
    ("rows", "page", "queries"), [(0, 1, 1), (3, 1, 1), (4, 1, 2), (7, 1, 2), (7, 3, 3), (7, 9, 3)]
)
def test_the_rows_are_those_of_a_paginator_and_counted_only_where_they_do_not_fit(
    rows: int, page: int, queries: int, db: None, django_assert_num_queries: Callable[..., object]
) -> None:
    for _each in range(rows):
        ChamberFactory()
    chambers = Chamber.objects.order_by("pk")
    with django_assert_num_queries(queries):  # type: ignore[attr-defined]
        shown = ShortListPaginator(chambers, 3).get_page(page)
        found, counted = list(shown), shown.paginator.count
    number = min(page, max(1, -(-rows // 3)))
    assert found == list(chambers)[(number - 1) * 3 : number * 3]
    assert (counted, shown.number, shown.has_next()) == (rows, number, number * 3 < rows)
