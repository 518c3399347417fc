"""登録内容変更/有効期間更新: what a registered company's administrator asks of the chamber, and what was asked before."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, members
from accounts.models import Kind
from accounts.once import begin_act, done_once
from casework.differences import differences
from casework.models import Case
from casework.services import note_reading
from foundation.paging import page_by_key
from foundation.proxy import address_of
from registration_cases import services
from registration_cases.limits import count_beginning
from registration_cases.presentation import facts, standing
from registration_cases.prices import renewal_price
from trade_registration.models import TradeRegistration

ROWS_A_PAGE = 20


@members(Kind.ADMINISTRATOR)
@require_safe
def change_registration(request: MemberRequest) -> HttpResponse:
    """The data in force, what may be asked for now, and earlier cases."""
    registration, cases = _own_registration(request), Case.objects.visible_to(request.user)
    earlier = cases.filter(decided_at__isnull=False, submitted_at__isnull=False).order_by("-decided_at", "-pk")
    open_case = cases.open().select_related("registration_case").first()
    if open_case is not None:
        open_case.registration = registration
    page = {
        "registration": registration,
        "prices": [renewal_price(registration)],
        "open_case": open_case,
        "page": page_by_key(earlier, request.GET, size=ROWS_A_PAGE, name="earlier"),
    }
    return render(request, "registration_cases/change_registration.html", page)


@members(Kind.ADMINISTRATOR)
@require_POST
@done_once
def start_change(request: MemberRequest) -> HttpResponse:
    count_beginning(request.user.email, address=address_of(request))
    begin_act(request)
    services.start_change(_own_registration(request), by=request.user)
    return redirect("case_company")


@members(Kind.ADMINISTRATOR)
@require_POST
@done_once
def start_renewal(request: MemberRequest) -> HttpResponse:
    count_beginning(request.user.email, address=address_of(request))
    begin_act(request)
    services.start_renewal(_own_registration(request), by=request.user)
    return redirect("case_company")


@members(Kind.ADMINISTRATOR)
@require_safe
def past_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """What was asked for, what was said about it, and what came of it. Nothing can be changed here.

    The mails about a registered company's case lead here too, and while it is open, on to its page.
    """
    seen = Case.objects.visible_to(request.user).select_related("registration_case", "chamber", "registration")
    case = get_object_or_404(seen, public_id=public_id)
    if case.is_open:
        return redirect("case")
    page = {
        "case": case,
        "standing": standing(case),
        "facts": facts(case.registration_case),
        "differences": differences(case),
        "signers": case.registration_case.signers.select_related("removes__account"),
        "documents": case.documents.all(),
        "events": case.events.all(),
        "letters": case.messages.all(),
    }
    response = render(request, "registration_cases/past_case.html", page)
    note_reading(case, by_clerk=False)
    return response


def _own_registration(request: MemberRequest) -> TradeRegistration:
    return get_object_or_404(TradeRegistration.objects.visible_to(request.user).select_related("chamber"))
