"""The mails about cases: to the company, and to the chamber. They say how a case stands; what was written is read on its page."""

from django.utils import timezone

from casework.links import cases_to_resume, link_to_begin, link_to_resume, link_to_status
from casework.models import Case, CaseMessage, RegistrationRequest
from chambers.models import DatedText, texts_in_force
from mailing.letters import Letter, clerks_page, companys_page, letter

_SYSTEM = "貿易関係証明発給システム"


def _case(key: int) -> Case:
    return Case.objects.select_related("chamber", "registration").get(pk=key)


def _place(case: Case) -> str:
    """Where the company finds this very case, also when the mail is read late: behind the link as long as that is good, for
    a new company may have no password yet; after logging in otherwise."""
    if case.opens_by_link:
        return link_to_status(case)
    return companys_page("past_case", case.public_id)


def _to_company(case: Case, subject: str, template: str) -> Letter:
    context = {"case": case, "needs_login": not case.opens_by_link}
    return Letter(
        to=case.mailbox, subject=f"{_SYSTEM} {subject}", template=template, place=_place(case), context=context
    )


@letter("casework.link")
def link(request: int) -> Letter | None:
    row = RegistrationRequest.objects.select_related("chamber").get(pk=request)
    if not row.is_open:
        return None
    return Letter(
        to=row.email,
        subject=f"{_SYSTEM} 貿易登録の申請ページのご案内",
        template="registration_link",
        place=link_to_begin(row),
        context={"chamber": row.chamber, "until": row.expires_at},
    )


@letter("casework.resumption")
def resumption(request: int) -> Letter | None:
    row = RegistrationRequest.objects.select_related("chamber").get(pk=request)
    links = [(case, link_to_resume(row, case)) for case in cases_to_resume(row).order_by("pk")]
    if not row.is_open or not links:
        return None
    return Letter(
        to=row.email,
        subject=f"{_SYSTEM} 貿易登録の申請の再開のご案内",
        template="registration_resumption",
        place=links[0][1],
        context={"chamber": row.chamber, "links": links, "until": row.expires_at},
    )


@letter("casework.submitted")
def submitted(case: int) -> Letter | None:
    row = _case(case)
    return _to_company(row, "申請を受け付けました", "case_submitted")


@letter("casework.returned")
def returned(case: int) -> Letter | None:
    row = _case(case)
    return _to_company(row, "申請内容の修正のお願い", "case_returned") if row.status == Case.Status.RETURNED else None


@letter("casework.approved")
def approved(case: int) -> Letter | None:
    row = _case(case)
    notice = texts_in_force(row.chamber, timezone.localdate()).get(DatedText.Kind.APPROVAL_NOTICE)
    said = _to_company(row, "申請の承認のお知らせ", "case_approved")
    said.context["notice"] = notice.body if notice else ""
    return said


@letter("casework.rejected")
def rejected(case: int) -> Letter | None:
    return _to_company(_case(case), "申請の審査結果のお知らせ", "case_rejected")


@letter("casework.withdrawn")
def withdrawn(case: int) -> Letter | None:
    return _to_company(_case(case), "申請の取下げのお知らせ", "case_withdrawn")


@letter("casework.message_to_company")
def message_to_company(message: int) -> Letter | None:
    case = _case(CaseMessage.objects.values_list("case_id", flat=True).get(pk=message))
    return _to_company(case, "商工会議所からのメッセージのお知らせ", "case_message")


@letter("casework.to_chamber")
def to_chamber(case: int) -> Letter | None:
    row = _case(case)
    return Letter(
        to=row.chamber.email,
        subject=f"{_SYSTEM} 貿易登録の申請のお知らせ",
        template="case_to_chamber",
        place=clerks_page("staff_case", row.public_id),
        context={"case": row},
    )


@letter("casework.message_to_chamber")
def message_to_chamber(message: int) -> Letter | None:
    case = _case(CaseMessage.objects.values_list("case_id", flat=True).get(pk=message))
    return Letter(
        to=case.chamber.email,
        subject=f"{_SYSTEM} 申請者からのメッセージのお知らせ",
        template="case_message_to_chamber",
        place=clerks_page("staff_case", case.public_id),
        context={"case": case},
    )
