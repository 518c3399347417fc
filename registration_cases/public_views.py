"""貿易登録 without login: the chamber's guide, the link by mail, and the way back to a case that was begun."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import VisitorRequest, public
from accounts.once import begin_act, done_once, done_once_by, note_entered
from chambers.models import Chamber
from foundation.proxy import address_of
from registration_cases import services
from registration_cases.forms import ChamberSearchForm, LinkForm, ResumeForm
from registration_cases.guide import chamber_with, chambers_called, evidence, guide_of
from registration_cases.limits import MOST_DRAFTS, count_beginning, has_too_many_drafts
from registration_cases.link_limits import count_request
from registration_cases.links import case_of_link, cases_to_resume, opened_request
from registration_cases.own_case import enter, enter_again, is_in_another, is_inside, page_inside

# In the session: which link this browser asked for last.
_ASKED = "registration_request"
# More chambers than this are searched, not read.
_FEW = 20


@public
@require_safe
def register(request: VisitorRequest) -> HttpResponse:
    """The chambers to register with."""
    form = ChamberSearchForm(request.GET)
    form.is_valid()
    every, name = chambers_called(""), form.cleaned_data["name"]
    page = {
        "form": form,
        "chambers": chambers_called(name) if name else every,
        "is_long": len(every) > _FEW,
    }
    return render(request, "registration_cases/register.html", page)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def registration_guide(request: VisitorRequest, code: str) -> HttpResponse:
    """貿易登録のご案内, both rule sets, and the mailbox for the link."""
    guide = guide_of(_chamber(code))
    form = LinkForm(guide.rules, request.POST or None)
    if guide.is_ready and form.is_valid():
        email = form.cleaned_data["email"]
        if count_request(f"begin:{code}", email, address=address_of(request)):
            begin_act(request)
            asked = services.request_link(guide.chamber, email=email, rules=guide.rules)
            request.session[_ASKED] = asked.pk
        return redirect("registration_sent", code)
    page = {
        "guide": guide,
        "form": form,
        "corporation": evidence(sole_trader=False),
        "sole_trader": evidence(sole_trader=True),
    }
    return render(request, "registration_cases/registration_guide.html", page)


@public
@require_safe
def registration_sent(request: VisitorRequest, code: str) -> HttpResponse:
    """Whether the mail that this browser asked for is on its way, or was refused."""
    chamber = _chamber(code)
    asked = services.link_asked_for(chamber, request.session.get(_ASKED))
    page = {"chamber": chamber, "asked": asked, "is_refused": asked is not None and services.is_link_refused(asked)}
    return render(request, "registration_cases/registration_sent.html", page)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@done_once_by(enter_again)
def open_registration(request: VisitorRequest, public_id: UUID, proof: str) -> HttpResponse:
    """The mailed link. Mail scanners follow links: only the button uses it."""
    opened = opened_request(public_id, proof)
    if opened is None:
        return _dead_link(request)
    if request.method != "POST":
        page = {"chamber": opened.chamber, "case": None, "is_in_another": is_in_another(request)}
        return render(request, "registration_cases/open_link.html", page)
    if has_too_many_drafts(opened.email):
        said = _(
            "このメールアドレスでは、作成中の申請がすでに%(most)d件あります。続きから再開して送信するか、不要な下書きを破棄してください。"
        )
        messages.error(request, said % {"most": MOST_DRAFTS})
        return redirect("resume")
    count_beginning(opened.email, address=address_of(request))
    begin_act(request)
    case = services.begin(opened)
    if case is None:
        return _dead_link(request)
    enter(request, case)
    note_entered(request, case.public_id)
    return redirect(page_inside(request, case))


@public
@require_http_methods(["GET", "HEAD", "POST"])
@done_once
def resume(request: VisitorRequest) -> HttpResponse:
    """申請の続きから再開: the same answer whether there is a case or not."""
    form = ResumeForm(request.POST or None, initial={"chamber": request.GET.get("chamber", "")})
    if form.is_valid():
        typed = form.cleaned_data
        if count_request(f"resume:{typed['chamber'].code}", typed["email"], address=address_of(request)):
            begin_act(request)
            services.request_resumption(typed["chamber"], email=typed["email"])
        return redirect("resume_sent")
    return render(request, "registration_cases/resume.html", {"form": form, "kept": "kept" in request.GET})


@public
@require_safe
def resume_sent(request: VisitorRequest) -> HttpResponse:
    return render(request, "registration_cases/resume_sent.html")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@done_once_by(enter_again)
def resume_registration(request: VisitorRequest, public_id: UUID, case_id: UUID, proof: str) -> HttpResponse:
    """The mailed link to go on in another browser. Only the button uses it."""
    opened = opened_request(public_id, proof, case_id)
    found = cases_to_resume(opened).filter(public_id=case_id).first() if opened else None
    if opened is None or found is None:
        return _dead_link(request)
    if request.method != "POST":
        page = {"chamber": opened.chamber, "case": found, "is_in_another": is_in_another(request)}
        return render(request, "registration_cases/open_link.html", page)
    begin_act(request)
    case = services.resume(opened, case_id)
    if case is None:
        return _dead_link(request)
    enter(request, case)
    note_entered(request, case.public_id)
    return redirect(page_inside(request, case))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def case_status(request: VisitorRequest, public_id: UUID, proof: str) -> HttpResponse:
    """The link in the mails about a case that was sent. Anybody may hand on such a link: only the button takes whoever follows it
    out of where they are, and into this case."""
    case = case_of_link(public_id, proof)
    if case is None:
        return render(request, "registration_cases/status_link_dead.html", status=410)
    if request.method == "POST":
        enter(request, case)
    elif not is_inside(request, case):
        return render(
            request, "registration_cases/open_status.html", {"case": case, "is_in_another": is_in_another(request)}
        )
    return redirect(page_inside(request, case))


def _chamber(code: str) -> Chamber:
    chamber = chamber_with(code)
    if chamber is None:
        raise Http404
    return chamber


def _dead_link(request: VisitorRequest) -> HttpResponse:
    return render(request, "registration_cases/link_dead.html", status=410)
