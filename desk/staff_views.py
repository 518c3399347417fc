"""The clerks' desk: what waits, whose it is, and how much there was."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, staff
from accounts.models import Role


@staff(*Role)
@require_safe
def desk(request: MemberRequest) -> HttpResponse:
    """審査デスク"""
    return render(request, "desk/desk.html")


@staff(*Role)
@require_safe
def companies(request: MemberRequest) -> HttpResponse:
    """企業・ID検索"""
    return render(request, "desk/companies.html")


@staff(*Role)
@require_safe
def numbers(request: MemberRequest) -> HttpResponse:
    """統計"""
    return render(request, "desk/numbers.html")
