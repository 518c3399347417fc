"""Every list that is paged finds its order in an index: a page costs the same however long the list is."""

from typing import Any

from django.db import connection, models, transaction
from django.http import HttpResponse
from django.template import Context

from accounts.models import Account
from foundation.paging import KeyedPage
from tests.conftest import Company
from tests.pages import Cast, tuesday_morning

# Sorting, and reading what no index leads to, is then a last resort.
_BY_INDEX = "SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off; SET LOCAL enable_seqscan = off"
_LISTS = 11


def lists_of(page: HttpResponse) -> dict[str, "models.QuerySet[Any]"]:
    """The paged lists that a page shows, by what its template calls them."""
    found: dict[str, models.QuerySet[Any]] = {}
    shown: dict[str, Any] = {}
    for layer in page.context or ():
        shown |= layer.flatten() if isinstance(layer, Context) else layer
    for name, value in shown.items():
        for paged in (value, getattr(value, "page", None)):
            if isinstance(paged, KeyedPage):
                found[name] = paged.listed
    return found


def plan_of(rows: "models.QuerySet[Any]") -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BY_INDEX)
        plan = rows[:31].explain()
        transaction.set_rollback(True)
    return plan


def test_no_paged_list_is_sorted_by_reading_all_of_it(cast: Cast, company: Company, reviewer: Account) -> None:
    cast.add_rows(1)
    plans = {}
    with tuesday_morning():
        for name, address in cast.addresses().items():
            for who in cast.made_for(address):
                for called, rows in lists_of(cast.browser(who).get(address)).items():
                    plans[name, called] = plan_of(rows)
    assert len(plans) >= _LISTS
    assert {of: plan for of, plan in plans.items() if "Sort" in plan} == {}
