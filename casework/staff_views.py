"""A case at the chamber: its page, letting go of it, notes and messages."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, staff
from accounts.models import Role
from accounts.once import begin_act, done_once
from casework import examination, services
from casework.differences import differences
from casework.dossier import age, dossier, earlier_cases
from casework.examined_case import case_seen
from casework.models import Case
from casework.staff_forms import MessageToCompanyForm, NoteForm
from mailing.refusals import refused_to


@staff(*Role)
@require_safe
def staff_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """審査: whoever opens a waiting case holds it, unless a colleague does."""
    case = case_seen(request, public_id)
    is_mine = examination.take(case, by=request.user)
    response = _page(request, case, is_mine=is_mine)
    services.note_reading(case, by_clerk=True)
    return response


@staff(*Role)
@require_POST
def leave_case_desk(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Back to the desk; a colleague may open the case now."""
    examination.leave(case_seen(request, public_id), by=request.user)
    return redirect("desk")


@staff(Role.MANAGER)
@require_POST
@done_once
def release_case(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """A manager takes the case out of a colleague's hands, and has it."""
    begin_act(request)
    examination.release(case_seen(request, public_id), by=request.user)
    messages.success(request, _("ほかの職員の審査を解除しました。"))
    return redirect("staff_case", public_id)


@staff(*Role)
@require_POST
@done_once
def write_note(request: MemberRequest, public_id: UUID) -> HttpResponse:
    case = case_seen(request, public_id)
    form = NoteForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return _page(request, case, is_mine=examination.take(case, by=request.user), note_form=form)
    begin_act(request)
    examination.write_note(case, form.cleaned_data["text"], by=request.user)
    messages.success(request, _("内部メモを保存しました。"))
    return redirect("staff_case", public_id)


@staff(*Role)
@require_POST
@done_once
def write_to_company(request: MemberRequest, public_id: UUID) -> HttpResponse:
    case = case_seen(request, public_id)
    form = MessageToCompanyForm(request.POST, auto_id="message_%s")
    if not form.is_valid():
        return _page(request, case, is_mine=examination.take(case, by=request.user), message_form=form)
    begin_act(request)
    examination.write_to_company(case, form.cleaned_data["text"], by=request.user)
    messages.success(request, _("メッセージを申請者に送信しました。"))
    return redirect("staff_case", public_id)


def _page(
    request: MemberRequest,
    case: Case,
    *,
    is_mine: bool,
    note_form: NoteForm | None = None,
    message_form: MessageToCompanyForm | None = None,
) -> HttpResponse:
    kind, mine = case.case_kind, dossier(case)
    reach = kind.reach(case)
    page = {
        **kind.shown(case, mine.places, request.user),
        "case": case,
        "parts": kind.parts,
        "is_mine": is_mine,
        "holder": case.holder(timezone.now()),
        "age": age(case.waiting_since) if case.waiting_since else "",
        "dossier": mine,
        "differences": differences(case),
        "mailbox": reach.mailbox,
        "is_reached": reach.is_open,
        "refused": refused_to(case.chamber, reach.mailbox),
        "letters": list(case.messages.select_related("clerk")),
        "notes": case.notes.select_related("clerk"),
        "earlier": earlier_cases(case, reader=request.user),
        "note_form": note_form or NoteForm(auto_id="note_%s"),
        "message_form": message_form or MessageToCompanyForm(auto_id="message_%s"),
    }
    return render(request, "casework/staff/case.html", page)
