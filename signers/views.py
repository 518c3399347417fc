"""The administrator's pages about the signers: 署名者管理 and the 署名登録証."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, members
from accounts.forms import answer
from accounts.models import Account, Kind
from accounts.once import begin_act, done_once
from documents.responses import pdf
from foundation.paging import page_by_key
from mailing.refusals import refused_to
from signers import services
from signers.forms import ChangeEmailForm, SearchForm, SetPasswordForm
from signers.models import Signer, SignerQuerySet

ROWS_A_PAGE = 20
# What a row of the list shows: reading all of both tables took longer than finding the rows.
SHOWN = (
    "public_id",
    "kind",
    "status",
    "name",
    "login_id",
    "email",
    "first_login_at",
    "signer__user_number",
)


@members(Kind.ADMINISTRATOR)
@require_safe
def signer_list(request: MemberRequest) -> HttpResponse:
    """署名者一覧, with サブIDを探す also the sub-IDs."""
    form = SearchForm(request.GET)
    form.is_valid()
    terms = form.cleaned_data
    with_sub_ids = terms.pop("sub_ids")
    kinds = [Kind.SIGNER, Kind.SUB_USER] if with_sub_ids else [Kind.SIGNER]
    found = Account.objects.visible_to(request.user).filter(kind__in=kinds).search(**terms)
    rows = found.select_related("signer").only(*SHOWN).order_by("pk")
    if with_sub_ids:
        rows = rows.select_related("parent").only(*SHOWN, "parent__name")
    page = page_by_key(rows, request.GET, size=ROWS_A_PAGE)
    context = {"form": form, "page": page, "with_sub_ids": with_sub_ids}
    return render(request, "signers/signer_list.html", context)


@members(Kind.ADMINISTRATOR)
@require_safe
def account_detail(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """署名者詳細; for a sub-ID the same page without buttons, because its signer looks after it."""
    wanted = Account.objects.visible_to(request.user).exclude(kind=Kind.ADMINISTRATOR)
    account = get_object_or_404(wanted.select_related("signer", "parent"), public_id=public_id)
    page = {"account": account, "refused": refused_to(request.user.chamber, account.email)}
    return render(request, "signers/account_detail.html", page)


@members(Kind.ADMINISTRATOR)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def change_email(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signer = get_object_or_404(_signers(request), account__public_id=public_id)
    form = ChangeEmailForm(request.POST or None, by=request.user, present=signer.account.email)
    if form.is_valid():
        begin_act(request)
        services.change_email(signer, form.cleaned_data["email"], by=request.user)
        messages.success(request, _("メールアドレスを変更しました。新旧両方のアドレスにお知らせをお送りします。"))
        return redirect("account_detail", public_id)
    return answer(form, render(request, "signers/change_email.html", {"form": form, "signer": signer}))


@members(Kind.ADMINISTRATOR)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def change_password(request: MemberRequest, public_id: UUID) -> HttpResponse:
    signer = get_object_or_404(_signers(request), account__public_id=public_id)
    form = SetPasswordForm(signer.account, request.POST or None)
    if form.is_valid():
        begin_act(request)
        services.change_password(signer, form.cleaned_data["password"], by=request.user)
        messages.success(request, _("パスワードを変更しました。新しいパスワードを署名者本人に伝えてください。"))
        return redirect("account_detail", public_id)
    return render(request, "signers/change_password.html", {"form": form, "signer": signer})


@members(Kind.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: MemberRequest) -> HttpResponse:
    """署名登録証印刷: what will be printed, and the warning before passwords are issued."""
    if request.method == "POST":
        return _issue(request, _signers(request).without_password(), "signer_certificates")
    return _certificates_page(request, list(_signers(request)), only=None)


@members(Kind.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """The same for one signer."""
    signer = get_object_or_404(_signers(request), account__public_id=public_id)
    if request.method == "POST":
        own = _signers(request).filter(pk=signer.pk)
        return _issue(request, own.without_password(), "signer_certificate", public_id)
    return _certificates_page(request, [signer], only=signer)


@members(Kind.ADMINISTRATOR)
@require_safe
def certificates_pdf(request: MemberRequest) -> HttpResponse:
    return _print(request, _signers(request))


@members(Kind.ADMINISTRATOR)
@require_safe
def certificate_pdf(request: MemberRequest, public_id: UUID) -> HttpResponse:
    return _print(request, _signers(request).filter(account__public_id=public_id))


def _signers(request: MemberRequest) -> SignerQuerySet:
    return Signer.objects.visible_to(request.user).with_account()


def _certificates_page(request: MemberRequest, signers: list[Signer], *, only: Signer | None) -> HttpResponse:
    today = timezone.localdate()
    page = {
        "signers": signers,
        "only": only,
        "unissued": sum(signer.issued_on is None for signer in signers),
        "printable": {signer.pk for signer in signers if signer.issued_on == today and signer.has_initial_password},
    }
    return render(request, "signers/certificates.html", page)


def _issue(request: MemberRequest, signers: SignerQuerySet, page: str, *args: UUID) -> HttpResponse:
    services.issue_passwords(list(signers), by=request.user)
    messages.success(request, _("初期パスワードを発行しました。表示されるのは本日限りです。今すぐ印刷してください。"))
    return redirect(page, *args)


def _print(request: MemberRequest, signers: SignerQuerySet) -> HttpResponse:
    """Signers without password have no certificate yet."""
    printed = [signer for signer in signers if signer.issued_on]
    if not printed:
        raise Http404
    return pdf(services.print_certificates(printed, by=request.user), name="signers")
