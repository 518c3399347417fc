"""The mails about cases: to whoever applies, and to the chamber. They say how a case stands; what was written is read there."""

from django.utils import timezone

from casework.models import Case, CaseMessage
from chambers.models import DatedText, texts_in_force
from mailing.letters import Letter, clerks_page, letter

_SYSTEM = "貿易関係証明発給システム"


def _case(key: int) -> Case:
    return Case.objects.select_related("chamber", "registration").get(pk=key)


def _to_applicant(case: Case, mail: str) -> Letter:
    """One of the kind's mails, with the page where this very case is found, also when the mail is read late."""
    reach, wording = case.case_kind.reach(case), case.case_kind.mails[mail]
    return Letter(
        to=reach.mailbox,
        subject=f"{_SYSTEM} {wording.subject}",
        template=wording.template,
        place=reach.page,
        context={"case": case, "needs_login": reach.needs_login},
    )


def _to_chamber(case: Case, mail: str) -> Letter:
    wording = case.case_kind.mails[mail]
    return Letter(
        to=case.chamber.email,
        subject=f"{_SYSTEM} {wording.subject}",
        template=wording.template,
        place=clerks_page("staff_case", case.public_id),
        context={"case": case},
    )


def _case_of(message: int) -> Case:
    return _case(CaseMessage.objects.values_list("case_id", flat=True).get(pk=message))


@letter("casework.submitted")
def submitted(case: int) -> Letter | None:
    return _to_applicant(_case(case), "submitted")


@letter("casework.returned")
def returned(case: int) -> Letter | None:
    row = _case(case)
    return _to_applicant(row, "returned") if row.status == Case.Status.RETURNED else None


@letter("casework.approved")
def approved(case: int) -> Letter | None:
    row = _case(case)
    notice = texts_in_force(row.chamber, timezone.localdate()).get(DatedText.Kind.APPROVAL_NOTICE)
    mail = _to_applicant(row, "approved")
    mail.context["notice"] = notice.body if notice else ""
    return mail


@letter("casework.rejected")
def rejected(case: int) -> Letter | None:
    return _to_applicant(_case(case), "rejected")


@letter("casework.withdrawn")
def withdrawn(case: int) -> Letter | None:
    return _to_applicant(_case(case), "withdrawn")


@letter("casework.message_to_company")
def message_to_company(message: int) -> Letter | None:
    return _to_applicant(_case_of(message), "message")


@letter("casework.to_chamber")
def to_chamber(case: int) -> Letter | None:
    return _to_chamber(_case(case), "to_chamber")


@letter("casework.message_to_chamber")
def message_to_chamber(message: int) -> Letter | None:
    return _to_chamber(_case_of(message), "message_to_chamber")
