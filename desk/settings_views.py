"""The manager's pages about the chamber: names, seal, windows, opening days, fees and texts."""

import datetime as dt
from functools import partial

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, staff
from accounts.forms import answer
from accounts.models import Role
from accounts.once import begin_act, done_once
from chambers.models import DatedText, Fee
from desk import chamber_settings, settings_summary
from desk.settings_forms import (
    ClosedDaysForm,
    FeeForm,
    OpeningHoursForm,
    ProfileForm,
    SealForm,
    TextForm,
    WindowsForm,
)
from desk.settings_summary import Payer


@staff(Role.MANAGER)
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """商工会議所の設定"""
    chamber = request.user.chamber
    page = {
        "chamber": chamber,
        "has_seal": chamber.seal is not None,
        "week": settings_summary.week(chamber),
        "closed_days": settings_summary.closed_days_to_come(chamber),
        "price_list": settings_summary.price_list(chamber),
        "wordings": settings_summary.wordings(chamber),
    }
    return render(request, "desk/settings/overview.html", page)


@staff(Role.MANAGER)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_profile(request: MemberRequest) -> HttpResponse:
    """名称・所在地の変更"""
    chamber = request.user.chamber
    present = model_to_dict(chamber, ProfileForm.Meta.fields)
    form = ProfileForm(request.POST or None, initial=present, now=present, by=request.user, present=chamber.email)
    if form.is_valid() and form.keep(
        partial(chamber_settings.change_profile, chamber, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("名称・所在地を変更しました。"))
        return redirect("chamber_settings")
    return answer(form, render(request, "desk/settings/profile.html", {"form": form, "chamber": chamber}))


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def change_seal(request: MemberRequest) -> HttpResponse:
    """印影の登録"""
    chamber = request.user.chamber
    present = chamber.seal
    form = SealForm(request.POST or None, request.FILES or None, now={"picture": present})
    if form.is_valid() and form.keep(
        partial(chamber_settings.set_seal, chamber, form.cleaned_data["picture"], by=request.user)
    ):
        messages.success(
            request, _("印影を登録しました。下に表示される印影が、きれいに印字されるかを確かめてください。")
        )
        return redirect("change_seal")
    return render(request, "desk/settings/seal.html", {"form": form, "has_seal": present is not None})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def remove_seal(request: MemberRequest) -> HttpResponse:
    """印影の削除"""
    if request.method == "POST":
        begin_act(request)
        chamber_settings.remove_seal(request.user.chamber, by=request.user)
        messages.success(request, _("印影を削除しました。"))
        return redirect("change_seal")
    if request.user.chamber.seal is None:
        raise Http404
    return render(request, "desk/settings/remove_seal.html")


@staff(*Role)
@require_safe
def seal(request: MemberRequest) -> HttpResponse:
    """The picture of the chamber's seal."""
    picture = request.user.chamber.seal
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def change_windows(request: MemberRequest) -> HttpResponse:
    """有効期間・更新などの変更"""
    chamber = request.user.chamber
    present = model_to_dict(chamber, WindowsForm.Meta.fields)
    form = WindowsForm(request.POST or None, initial=present, now=present)
    if form.is_valid() and form.keep(
        partial(chamber_settings.change_windows, chamber, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("有効期間・更新などの設定を変更しました。"))
        return redirect("chamber_settings")
    return render(request, "desk/settings/windows.html", {"form": form})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def change_opening_hours(request: MemberRequest) -> HttpResponse:
    """受付時間の変更"""
    chamber = request.user.chamber
    week = chamber_settings.week_of(chamber)
    form = OpeningHoursForm(request.POST or None, initial=OpeningHoursForm.typed(week), now={"week": week})
    if form.is_valid() and form.keep(
        partial(chamber_settings.set_opening_hours, chamber, form.cleaned_data["week"], by=request.user)
    ):
        messages.success(request, _("受付時間を変更しました。"))
        return redirect("chamber_settings")
    return render(request, "desk/settings/opening_hours.html", {"form": form})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def closed_days(request: MemberRequest) -> HttpResponse:
    """休業日: the days to come, and a form to add more."""
    chamber = request.user.chamber
    form = ClosedDaysForm(chamber, request.POST or None)
    if form.is_valid():
        begin_act(request)
        chamber_settings.add_closed_days(chamber, by=request.user, **form.cleaned_data)
        messages.success(request, _("休業日を追加しました。"))
        return redirect("closed_days")
    page = {"form": form, "closed_days": settings_summary.closed_days_to_come(chamber)}
    return render(request, "desk/settings/closed_days.html", page)


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def remove_closed_day(request: MemberRequest, day: dt.date) -> HttpResponse:
    """休業日の取消"""
    if request.method != "POST":
        closed = get_object_or_404(request.user.chamber.closed_days, day=day)
        return render(request, "desk/settings/remove_closed_day.html", {"closed": closed})
    begin_act(request)
    chamber_settings.remove_closed_day(request.user.chamber, day, by=request.user)
    messages.success(request, _("休業日を取り消しました。"))
    return redirect("closed_days")


@staff(Role.MANAGER)
@require_safe
def fees(request: MemberRequest) -> HttpResponse:
    """料金"""
    page = {"price_list": settings_summary.price_list(request.user.chamber)}
    return render(request, "desk/settings/fees.html", page)


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def fee(request: MemberRequest, item: Fee.Item, payer: Payer) -> HttpResponse:
    """One price: in force, to come and before; and a form for the next."""
    chamber = request.user.chamber
    form = FeeForm(chamber, item, payer, request.POST or None)
    if form.is_valid():
        begin_act(request)
        chamber_settings.schedule_fee(chamber, item, is_member=payer.is_member, by=request.user, **form.cleaned_data)
        messages.success(request, _("新しい料金を登録しました。"))
        return redirect("chamber_fee", item, payer)
    page = {"form": form, "price": settings_summary.price(chamber, item, payer)}
    return render(request, "desk/settings/fee.html", page)


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def cancel_fee(request: MemberRequest, item: Fee.Item, payer: Payer, day: dt.date) -> HttpResponse:
    """料金の予定の取消"""
    scheduled = request.user.chamber.fees.filter(item=item, is_member=payer.is_member, valid_from=day)
    found = get_object_or_404(scheduled)
    if request.method == "POST":
        begin_act(request)
        chamber_settings.cancel_fee(found, by=request.user)
        messages.success(request, _("料金の予定を取り消しました。"))
        return redirect("chamber_fee", item, payer)
    return render(request, "desk/settings/cancel_fee.html", {"fee": found, "item": item, "payer": payer})


@staff(Role.MANAGER)
@require_safe
def texts(request: MemberRequest) -> HttpResponse:
    """規程・誓約事項・お知らせなど"""
    page = {"wordings": settings_summary.wordings(request.user.chamber)}
    return render(request, "desk/settings/texts.html", page)


@staff(Role.MANAGER)
@require_safe
def text(request: MemberRequest, kind: DatedText.Kind) -> HttpResponse:
    """One kind of text with all its versions."""
    page = {"wording": settings_summary.wording(request.user.chamber, kind)}
    return render(request, "desk/settings/text.html", page)


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def new_text(request: MemberRequest, kind: DatedText.Kind) -> HttpResponse:
    """新しい版の作成: first shown as it will appear, then scheduled."""
    chamber = request.user.chamber
    wording = settings_summary.wording(chamber, kind)
    present = {"body": wording.newest.body if wording.newest else ""}
    form = TextForm(chamber, kind, request.POST or None, initial=present, now=present)
    if form.is_valid() and "preview" not in request.POST:
        begin_act(request)
        if form.keep(partial(chamber_settings.schedule_text, chamber, kind, by=request.user, **form.cleaned_data)):
            messages.success(request, _("第%(version)s版を登録しました。") % {"version": form.kept.version})
            return redirect("chamber_text", kind)
    return render(request, "desk/settings/new_text.html", {"form": form, "wording": wording})


@staff(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def cancel_text(request: MemberRequest, kind: DatedText.Kind, version: int) -> HttpResponse:
    """予定した版の取消"""
    found = get_object_or_404(request.user.chamber.texts.filter(kind=kind), version=version)
    if request.method == "POST":
        begin_act(request)
        chamber_settings.cancel_text(found, by=request.user)
        messages.success(request, _("第%(version)s版を取り消しました。") % {"version": version})
        return redirect("chamber_text", kind)
    return render(request, "desk/settings/cancel_text.html", {"text": found, "kind": kind})
