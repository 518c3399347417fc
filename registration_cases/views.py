"""A company's case as a whole: where it stands, the check before it is sent, messages, withdrawal.

These pages serve a visitor whose mailed link has opened a case, and an administrator with an open one.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import VisitorRequest, applicants
from accounts.once import begin_act, done_once
from casework import services
from casework.content import is_as_sent_back
from casework.differences import differences
from casework.forms import MessageToChamberForm
from casework.limits import Deed
from casework.models import Case
from mailing.refusals import refused_to
from registration_cases.enclosures import read_enclosures
from registration_cases.own_case import CaseRequest, counted, leave, with_case, with_editable_case
from registration_cases.presentation import facts, standing
from registration_cases.prices import prices_of
from registration_cases.progress import placed_remarks, progress


@applicants
@require_safe
@with_case
def case(request: CaseRequest) -> HttpResponse:
    """Where the case stands, and what is to be done next."""
    return _overview(request, MessageToChamberForm())


@applicants
@require_POST
@done_once
@with_case
def write_to_chamber(request: CaseRequest) -> HttpResponse:
    form = MessageToChamberForm(request.POST, may_send=counted(Deed.MESSAGE, request))
    if not form.is_valid():
        return _overview(request, form)
    begin_act(request)
    services.write_to_chamber(request.case, form.cleaned_data["text"], by=request.session.account)
    messages.success(request, _("メッセージを商工会議所に送信しました。"))
    return redirect("case")


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
@with_editable_case
def case_check(request: CaseRequest) -> HttpResponse:
    """Everything on one page as the chamber will see it, and 送信."""
    own, remarks = request.case, placed_remarks(request.case)
    steps = progress(own.registration_case, remarks)
    is_complete = all(step.is_done for step in steps)
    is_sent = request.method == "POST" and is_complete
    # Whoever sends what the chamber sent back, with nothing changed, is asked once more.
    asks_again = is_sent and "unchanged" not in request.POST and is_as_sent_back(own)
    if is_sent and not asks_again:
        begin_act(request)
        services.submit(own, by=request.session.account)
        return redirect("case_sent")
    page = {
        **_data(own),
        "prices": prices_of(own.registration_case),
        "steps": steps,
        "is_complete": is_complete,
        "remarks": remarks,
        "asks_again": asks_again,
    }
    return render(request, "registration_cases/check.html", page)


@applicants
@require_safe
@with_case
def case_sent(request: CaseRequest) -> HttpResponse:
    """The receipt number."""
    if request.case.status != Case.Status.SUBMITTED:
        return redirect("case")
    return render(
        request, "registration_cases/sent.html", {"standing": standing(request.case), **_refused(request.case)}
    )


@applicants
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
@with_case
def withdraw_case(request: CaseRequest) -> HttpResponse:
    """取下げ, for a registered company 申請キャンセル; what was never sent is discarded."""
    was_sent = bool(request.case.receipt_number)
    if request.method != "POST":
        sent_name = _("申請キャンセル") if request.session.account else _("申請の取下げ")
        return render(
            request, "registration_cases/withdraw.html", {"name": sent_name if was_sent else _("下書きの破棄")}
        )
    begin_act(request)
    services.withdraw(request.case, by=request.session.account)
    messages.success(request, _("申請を取り下げました。") if was_sent else _("下書きを破棄しました。"))
    return redirect("change_registration" if request.session.account else "case")


@applicants
@require_POST
def leave_case(request: VisitorRequest) -> HttpResponse:
    """この端末での入力を終える: what was saved stays, and can be gone on with by a new link."""
    leave(request)
    messages.success(request, _("この端末での入力を終えました。保存した内容は残っています。"))
    return redirect("menu" if request.session.account else "resume")


def _overview(request: CaseRequest, form: MessageToChamberForm) -> HttpResponse:
    own = request.case
    read_enclosures(own.registration_case)
    remarks = placed_remarks(own)
    steps = progress(own.registration_case, remarks) if own.is_editable else []
    page = {
        **_data(own),
        **_refused(own),
        "form": form,
        "standing": standing(own),
        "steps": steps,
        "is_complete": all(step.is_done for step in steps),
        "remarks": remarks,
        "events": own.events.all(),
        "letters": list(own.messages.all()),
    }
    services.note_reading(own, by_clerk=False)
    return render(request, "registration_cases/case.html", page)


def _refused(own: Case) -> dict[str, object]:
    """What could not be sent to the company."""
    mailbox = own.case_kind.reach(own).mailbox
    return {"mailbox": mailbox, "refused": refused_to(own.chamber, mailbox)}


def _data(own: Case) -> dict[str, object]:
    """What is asked for, as the chamber sees it."""
    return {
        "facts": facts(own.registration_case),
        "differences": differences(own),
        "signers": own.registration_case.signers.all(),
        "documents": own.documents.all(),
    }
