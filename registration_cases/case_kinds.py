"""新規登録, 登録内容変更 and 有効期間更新, as the envelope asks about them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import DateField, ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Kind
from casework.kinds import CaseKind, StatusMail, declare
from casework.models import Case, CaseQuerySet
from casework.models.target import FIELD
from casework.targets import Places
from chambers.models import DatedText
from foundation.errors import WrongStatus
from registration_cases import approval, completeness
from registration_cases.conflicts import Conflict
from registration_cases.content import content
from registration_cases.differences import differences
from registration_cases.document_kinds import DATED, DocumentKind
from registration_cases.links import reach
from registration_cases.models import RegistrationCase
from registration_cases.models.case import DRAFT_LASTS
from registration_cases.models.signer import SIGNER
from registration_cases.namesakes import namesakes
from registration_cases.outcome import outcome
from registration_cases.places import places
from registration_cases.prices import freeze, prices_of
from trade_registration.services import locked as locked_registration


def _missing(case: Case) -> Sequence[completeness.Missing]:
    return completeness.missing(case.registration_case)


def _submit(case: Case) -> None:
    if case.registration and not locked_registration(case.registration).is_in_force:
        raise WrongStatus(Conflict.MAY_NOT_APPLY)
    if not case.receipt_number:
        freeze(case.registration_case)


def _approved_page(case: Case) -> str:
    number = case.registration.registration_number if case.registration else ""
    return reverse("staff_registration", args=[number])


def _decided(case: Case) -> None:
    """Nothing follows: what was asked for has never been in force."""


def _outlived(drafts: CaseQuerySet) -> CaseQuerySet:
    """Those after ``RegistrationCase.draft_ends_on``."""
    return drafts.filter(created_at__date__lt=timezone.localdate() - DRAFT_LASTS)


def _outlived_renewals(drafts: CaseQuerySet) -> CaseQuerySet:
    closes_on = F("registration__valid_until") + F("chamber__late_renewal_days")
    dated = drafts.alias(renewal_closes_on=ExpressionWrapper(closes_on, output_field=DateField()))
    today = timezone.localdate()
    return dated.filter(Q(created_at__date__lt=today - DRAFT_LASTS) | Q(renewal_closes_on__lt=today))


def _earlier(case: Case, seen: CaseQuerySet) -> CaseQuerySet:
    """A company without registration is known by mailbox or name."""
    if case.registration_id:
        return seen.filter(registration_id=case.registration_id)
    mailbox = case.registration_case.contact_email
    return seen.filter(Q(registration_case__contact_email__iexact=mailbox) | Q(company_name=case.company_name))


def _shown(case: Case, places: Places, reader: Account) -> Mapping[str, Any]:
    asked, signers = case.registration_case, [place.row for place in places.of(SIGNER)]
    by_words = {"text": _("メールアドレスまたは企業名が同じ申請です。"), "term": asked.contact_email}
    return {
        "asked": asked,
        "sections": [("facts", _("登録内容")), *([("signers", _("署名者"))] if signers else [])],
        "facts": places.of(FIELD),
        "signers": signers,
        "known_by": by_words if asked.is_new else None,
        "prices": prices_of(asked),
        "namesakes": namesakes(case, reader=reader),
    }


_registration_kind = partial(
    CaseKind,
    may_act=frozenset({Kind.ADMINISTRATOR}),
    document_kinds=DocumentKind,
    dated_documents=DATED,
    missing=_missing,
    submit=_submit,
    content=content,
    places=places,
    differences=differences,
    outcome=outcome,
    approve=approval.approve,
    approved_page=_approved_page,
    decided=_decided,
    reach=reach,
    earlier=_earlier,
    parts="registration_cases/staff",
    shown=_shown,
    mails={
        "submitted": StatusMail("申請を受け付けました", "case_submitted"),
        "returned": StatusMail("申請内容の修正のお願い", "case_returned"),
        "approved": StatusMail("申請の承認のお知らせ", "registration_case_approved"),
        "rejected": StatusMail("申請の審査結果のお知らせ", "case_rejected"),
        "withdrawn": StatusMail("申請の取下げのお知らせ", "case_withdrawn"),
        "message": StatusMail("商工会議所からのメッセージのお知らせ", "case_message"),
        "to_chamber": StatusMail("貿易登録の申請のお知らせ", "registration_case_to_chamber"),
        "message_to_chamber": StatusMail("申請者からのメッセージのお知らせ", "case_message_to_chamber"),
    },
)

# What tells them apart: the name of their queue, their checklist, and how long their drafts are kept.
_DIFFERENCES = {
    RegistrationCase.Kind.NEW: (_("新規"), DatedText.Kind.CHECKLIST_NEW, _outlived),
    RegistrationCase.Kind.CHANGE: (_("変更"), DatedText.Kind.CHECKLIST_CHANGE, _outlived),
    RegistrationCase.Kind.RENEWAL: (_("更新"), DatedText.Kind.CHECKLIST_RENEWAL, _outlived_renewals),
}
for _kind, (_tab, _checklist, _drafts) in _DIFFERENCES.items():
    declare(_registration_kind(key=_kind.value, label=_kind.label, tab=_tab, checklist=_checklist, outlived=_drafts))
