"""Which case a request is about: the one that a visitor's mailed link opened, or the administrator's open one."""

import uuid
from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _

from accounts import kept_input
from accounts.access import VisitorRequest, keeping
from accounts.sessions import VISIT
from casework.conflicts import Conflict as CaseConflict
from casework.limits import Deed, may
from casework.models import Case
from foundation.errors import WrongStatus
from foundation.proxy import address_of
from foundation.typed_before import texts_in
from registration_cases.conflicts import Conflict
from registration_cases.links import reachable

P = ParamSpec("P")
# In the session that says why the one before is over: which case that one was in. Another tab may still send something.
_ENDED = "ended_visit"


class CaseRequest(VisitorRequest):
    """A request about a case. ``session.account`` is the administrator; a visitor has none."""

    case: Case


CaseView = Callable[Concatenate[CaseRequest, P], HttpResponse]


def enter(request: VisitorRequest, case: Case) -> None:
    """Lets this browser into the case, under a session of its own: whoever was logged in here is no longer, and forms of another
    case that are still open cannot be sent into this one."""
    before = request.session.visit or request.session.ended_visit
    if request.session.account or before not in ("", str(case.public_id)):
        rotate_token(request)
    request.session.flush()
    request.session[VISIT] = str(case.public_id)


def enter_again(request: VisitorRequest, public_id: uuid.UUID) -> None:
    """The page of a mailed link was sent twice, and the browser may have dropped the first answer's session."""
    case = reachable().filter(public_id=public_id).first()
    if case is not None:
        enter(request, case)


def is_inside(request: VisitorRequest, case: Case) -> bool:
    """Whether this browser is in the case already, by an earlier link."""
    return request.session.account is None and request.session.visit == str(case.public_id)


def is_in_another(request: VisitorRequest) -> bool:
    """Whether an earlier link has opened a case in this browser, which ``enter`` would end."""
    return request.session.account is None and request.session.visit != ""


def leave(request: VisitorRequest) -> None:
    """Ends what a link opened in this browser. An administrator stays logged in."""
    if request.session.account is None:
        kept_input.forget(request.session.owner)
        request.session.flush()


def page_inside(request: VisitorRequest, case: Case) -> str:
    """Where whoever has just entered a case goes on: at the form that was sent too late, where it may still be sent, or at the
    case itself."""
    kept = kept_input.page_to_go_on(request, request.session.owner) if case.is_editable else None
    return kept or "case"


def counted(deed: Deed, request: CaseRequest) -> Callable[[], bool]:
    """To ask once the company is about to do something in its case: whether it may, which counts it."""
    return partial(may, deed, request.case, by=request.session.account, address=address_of(request))


def with_case(view: CaseView[P]) -> Callable[Concatenate[VisitorRequest, P], HttpResponse]:
    """Gives the view its case; without one, leads to where there may be one."""

    @wraps(view)
    def found(request: VisitorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        case = _of_administrator(request) if request.session.account else _of_visitor(request)
        if case is None:
            return _without_case(request)
        request.case = case  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return found


def with_editable_case(view: CaseView[P]) -> Callable[Concatenate[VisitorRequest, P], HttpResponse]:
    """Like ``with_case``, for pages that change the case: WrongStatus while the chamber has it, and once it is decided."""

    @with_case
    @wraps(view)
    def found(request: CaseRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.case.is_editable:
            raise WrongStatus(CaseConflict(request.case.status))
        return view(request, *args, **kwargs)

    return found


def _of_administrator(request: VisitorRequest) -> Case | None:
    account = request.session.account
    if account is None:
        return None
    case = (
        Case.objects.visible_to(account).open().select_related("registration_case", "held_by", "registration").first()
    )
    if case is not None:
        case.chamber = account.chamber
        if case.registration is not None:
            case.registration.chamber = account.chamber
    return case


def _of_visitor(request: VisitorRequest) -> Case | None:
    request.frame = "base_applicant.html"
    key = request.session.visit
    return reachable().filter(public_id=uuid.UUID(key)).first() if key else None


def _without_case(request: VisitorRequest) -> HttpResponse:
    if request.session.account:
        if texts_in(request.POST):
            raise WrongStatus(Conflict.NO_CASE)
        messages.info(request, _("審査中または作成中の申請はありません。"))
        return redirect("change_registration")
    if request.session.ending:
        said = _(
            "しばらく操作がなかったため、申請の画面を閉じました。保存した内容は残っています。続きは、この画面から再開できます。"
        )
    else:
        said = _(
            "申請の画面は、メールでお送りするリンクから開きます。続きから再開する場合は、次の欄に入力してください。"
        )
    messages.warning(request, said)
    ended = request.session.ended_visit or str(request.session.get(_ENDED, ""))
    if ended:
        request.session[_ENDED] = ended
    return _keeping(request, ended) or redirect("resume")


def _keeping(request: VisitorRequest, ended: str) -> HttpResponse | None:
    """The way back in, which leads back to the form; None where nothing is kept."""
    owner = kept_input.of_visit(ended)
    if request.method != "POST" or not owner:
        return None
    return keeping(request, owner, lambda form_page: f"{resolve_url('resume')}?kept=1")
