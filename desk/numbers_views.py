"""Statistics: the chamber's numbers on a page, and the same as CSV."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, staff
from accounts.models import Role
from desk.numbers import Period, periods
from desk.numbers_csv import all_tables, one_table
from desk.numbers_figures import figures, tables
from documents.responses import attachment


@staff(*Role)
@require_safe
def numbers(request: MemberRequest) -> HttpResponse:
    """統計: of the last twelve months, or of the fiscal year in ``?year=``."""
    chamber = request.user.chamber
    choices = periods(chamber)
    period = _chosen(choices, request.GET.get("year", ""))
    page = {"periods": choices, "period": period, "figures": figures(chamber, period), "now": timezone.now()}
    return render(request, "desk/numbers.html", page)


@staff(*Role)
@require_safe
def numbers_csv(request: MemberRequest) -> HttpResponse:
    """The same numbers as a file: all tables, or the one in ``?table=`` alone."""
    chamber = request.user.chamber
    period = _chosen(periods(chamber), request.GET.get("year", ""))
    shown = tables(figures(chamber, period))
    if "table" not in request.GET:
        return attachment(all_tables(chamber, period, shown), "text/csv; charset=utf-8", name="numbers.csv")
    table = next((table for table in shown if table.key == request.GET["table"]), None)
    if table is None:
        raise Http404
    return attachment(one_table(table), "text/csv; charset=utf-8", name=f"numbers-{table.key}.csv")


def _chosen(choices: list[Period], year: str) -> Period:
    """The period that the address names. Raises Http404 for one that is not offered."""
    for period in choices:
        if year == str(period.fiscal_year or ""):
            return period
    raise Http404
