"""The mails that let somebody without an ID in. What is written about a case, casework/mails.py knows."""

from mailing.letters import Letter, letter
from registration_cases.links import cases_to_resume, link_to_begin, link_to_resume
from registration_cases.models import RegistrationRequest

_SYSTEM = "貿易関係証明発給システム"


@letter("registration_cases.link")
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


@letter("registration_cases.resumption")
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
