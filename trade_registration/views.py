"""The administrator's pages about the registration."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, members
from accounts.models import Kind
from documents.responses import pdf
from trade_registration import services
from trade_registration.models import TradeRegistration


@members(Kind.ADMINISTRATOR)
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """登録内容/署名者確認"""
    return _page(request, "overview")


@members(Kind.ADMINISTRATOR)
@require_safe
def change(request: MemberRequest) -> HttpResponse:
    """登録内容変更/有効期間更新"""
    return _page(request, "change")


@members(Kind.ADMINISTRATOR)
@require_safe
def contact(request: MemberRequest) -> HttpResponse:
    """連絡先等変更"""
    return _page(request, "contact")


@members(Kind.ADMINISTRATOR)
@require_safe
def certificate(request: MemberRequest) -> HttpResponse:
    """貿易登録証印刷"""
    registration = _own_registration(request)
    if registration.certificate_issued_on is None:
        raise Http404
    return pdf(services.print_certificate(registration, by=request.user), name="trade-registration")


def _page(request: MemberRequest, name: str) -> HttpResponse:
    return render(request, f"trade_registration/{name}.html", {"registration": _own_registration(request)})


def _own_registration(request: MemberRequest) -> TradeRegistration:
    return get_object_or_404(TradeRegistration.objects.visible_to(request.user).select_related("chamber"))
