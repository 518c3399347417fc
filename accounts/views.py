"""The way in, the menu, and the password."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import devices, kept_input, services, throttle
from accounts.access import (
    MemberRequest,
    Step,
    VisitorRequest,
    due_step,
    first_page,
    members,
    next_page,
    public,
)
from accounts.forms import ChangePasswordForm, ForgottenForm, ForgottenIdForm, LoginForm, NewPasswordForm, answer
from accounts.models import Account, Kind, PasswordOrigin
from accounts.once import begin_act, done_once
from accounts.reset_links import limits_on_resets, opened_by
from foundation.proxy import address_of


@public
@require_safe
def home(request: VisitorRequest) -> HttpResponse:
    """Where somebody's work begins; a visitor's is a case that a mailed link has opened."""
    if request.session.account is not None:
        return redirect(first_page(request.session.account))
    return redirect("case" if request.session.visit else "login")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: VisitorRequest) -> HttpResponse:
    form = LoginForm(request, request.POST or None)
    if form.is_valid() and form.account:
        rotate_token(request)
        response = redirect(_onward(request, form.account))
        devices.remember(request, response, form.account)
        return response
    if request.method != "POST" and request.session.account is not None:
        return redirect(first_page(request.session.account))
    page = {"form": form, "ending": _ending(request), "kept": "kept" in request.GET}
    return answer(form, render(request, "accounts/login.html", page))


def _onward(request: VisitorRequest, account: Account) -> str:
    """Straight to what is due first. A clerk goes by way of the wanted page, to which the second factor leads back."""
    step = None if account.kind == Kind.STAFF else due_step(account, request.session)
    return step.value if step else next_page(request, account)


def _ending(request: VisitorRequest) -> str:
    """Why the browser's last session is over, as long as nobody has logged in anew."""
    return str(request.session.ending.label) if request.method != "POST" and request.session.ending else ""


@members(*Kind, steps=(None, *Step))
@require_POST
def logout(request: MemberRequest) -> HttpResponse:
    services.log_out(request.user, session=request.session)
    messages.success(request, _("ログアウトしました。"))
    return redirect("login")


@public
@require_safe
def session_left(request: VisitorRequest) -> HttpResponse:
    """Asked by open pages before they announce the session's end: another tab may have moved it. Asking moves nothing."""
    return JsonResponse(request.session.left)


@public
@require_POST
def stay(request: VisitorRequest) -> HttpResponse:
    """ログイン状態を続ける or 入力を続ける, without leaving the page: reading the session moves its end, as every page does."""
    request.session.load()
    return JsonResponse(request.session.left)


@public
@require_POST
def discard_kept(request: VisitorRequest) -> HttpResponse:
    """前に入力した内容を破棄: the page is shown again as it is saved."""
    page = request.POST.get("page", "")
    return redirect(page if kept_input.discard(request, request.session.owner, page) else "home")


@members(*Kind, steps=(None, Step.CHANGE_PASSWORD))
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def change_password(request: MemberRequest) -> HttpResponse:
    form = ChangePasswordForm(request.user, request.POST or None)
    if form.is_valid():
        begin_act(request)
        services.set_password(
            request.user,
            form.cleaned_data["new_password"],
            origin=PasswordOrigin.OWN,
            by=request.user,
            keep_session=request.session,
        )
        messages.success(request, _("パスワードを変更しました。"))
        response = redirect(first_page(request.user))
        devices.remember(request, response, request.user)
        return response
    return answer(form, render(request, "accounts/change_password.html", {"form": form}))


@public
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def forgotten(request: HttpRequest) -> HttpResponse:
    """パスワードを忘れた場合. A mailbox that has been sent links often enough gets no further one, and nobody is told."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        of_asker, of_all = limits_on_resets(**typed, address=address_of(request))
        throttle.demand(of_asker)
        if throttle.reserve(of_all):
            begin_act(request)
            services.request_password_reset(**typed)
        return redirect("forgotten_sent")
    return render(request, "accounts/forgotten.html", {"form": form})


@public
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/forgotten_sent.html")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def forgotten_id(request: HttpRequest) -> HttpResponse:
    """IDを忘れた場合. A mailbox that has been sent its IDs often enough gets no further mail, and nobody is told."""
    form = ForgottenIdForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        throttle.demand(throttle.address_limits("forgotten-id", address_of(request)))
        of_chamber = f"forgotten-id:{devices.name_of_chamber(typed['chamber_code'])}"
        if throttle.reserve(throttle.mailbox_limits(of_chamber, typed["email"])):
            begin_act(request)
            services.request_ids(**typed)
        return redirect("forgotten_id_sent")
    return render(request, "accounts/forgotten_id.html", {"form": form})


@public
@require_safe
def forgotten_id_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/forgotten_id_sent.html")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def reset_password(request: HttpRequest, public_id: UUID, proof: str) -> HttpResponse:
    opened = opened_by(public_id, proof)
    if opened is None:
        return render(request, "accounts/reset_link_dead.html", status=410)
    reset, account = opened
    form = NewPasswordForm(account, request.POST or None)
    if form.is_valid():
        begin_act(request)
        if not services.reset_password(reset, account, form.cleaned_data["new_password"]):
            return render(request, "accounts/reset_link_dead.html", status=410)
        messages.success(request, _("新しいパスワードを設定しました。ログインしてください。"))
        return redirect("login")
    return render(request, "accounts/reset_password.html", {"form": form, "account": account})
