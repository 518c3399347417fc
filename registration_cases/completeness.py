"""What a case still lacks before it can be sent: each fault with the step and the field where it is mended."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.document_dates import fault_of_date
from casework.models.target import FIELD, Target
from chambers.models import DatedText
from registration_cases.document_kinds import DocumentKind
from registration_cases.models import CaseSigner, RegistrationCase
from trade_registration.models import CompanyData

# Of targets: a rule set or pledge, by its key.
TEXT = "text"


class Step(models.TextChoices):
    """The steps in which a company fills in its case. The value is the name of the step's page."""

    COMPANY = "case_company", gettext_lazy("企業情報")
    CONTACT = "case_contact", gettext_lazy("登録に関する連絡先")
    SIGNERS = "case_signers", gettext_lazy("署名者")
    PLEDGE = "case_pledge", gettext_lazy("規程・誓約")
    DOCUMENTS = "case_documents", gettext_lazy("添付書類")


@dataclass(frozen=True)
class Missing:
    """One fault, and what it is about; None for the step as a whole."""

    step: Step
    target: Target | None
    message: str


def steps_of(case: RegistrationCase) -> list[Step]:
    """The steps of this kind of case, in order. Agents have no signers; how to reach a registered company is not part of a case."""
    steps = [Step.COMPANY]
    if case.is_new:
        steps.append(Step.CONTACT)
    if case.has_signers:
        steps.append(Step.SIGNERS)
    if required_texts(case):
        steps.append(Step.PLEDGE)
    return [*steps, Step.DOCUMENTS]


def missing(case: RegistrationCase) -> list[Missing]:
    """Everything that stands between the case and its submission, in the order of the steps."""
    return [
        *_missing_fields(case),
        *_missing_signers(case),
        *_missing_acceptances(case),
        *_missing_documents(case),
        *_obstacles(case),
    ]


def _missing_fields(case: RegistrationCase) -> Iterator[Missing]:
    asked = [(Step.COMPANY, CompanyData.EXAMINED)] + ([(Step.CONTACT, CompanyData.CONTACT)] if case.is_new else [])
    for step, fields in asked:
        for field in fields:
            if case.is_open_question(field) and field not in optional_fields(case):
                yield Missing(step, Target(FIELD, field), _ask_for(field))


def _ask_for(field: str) -> str:
    label = {"label": RegistrationCase.label(field)}
    return (
        _("%(label)sを選択してください。") if field in RegistrationCase.CHOSEN else _("%(label)sを入力してください。")
    ) % label


def optional_fields(case: CompanyData) -> frozenset[str]:
    """What may stay empty. Only a corporation's representative has a title."""
    is_corporation = case.legal_form == CompanyData.LegalForm.CORPORATION
    return frozenset({"contact_department", *([] if is_corporation else ["representative_title"])})


def signers_afterwards(case: RegistrationCase) -> int:
    """How many signers the registration would have."""
    changes = case.signers.all()
    removed = sum(change.is_removal for change in changes)
    return registered_signers(case) - removed + len(changes) - removed


def registered_signers(case: RegistrationCase) -> int:
    return case.registration.signers.exclude(account__status="deleted").count() if case.registration else 0


def signers_to_add(case: RegistrationCase) -> list[CaseSigner]:
    """The new signers that were filled in, also where the registration's type has come to have none."""
    return [signer for signer in case.signers.all() if not signer.is_removal]


def signers_joining(case: RegistrationCase) -> list[CaseSigner]:
    """The new signers: each signs the 署名届 by hand, and gets an ID by the approval."""
    return signers_to_add(case) if case.has_signers else []


def _missing_signers(case: RegistrationCase) -> Iterator[Missing]:
    if not case.has_signers:
        return
    if signers_afterwards(case) < 1:
        yield Missing(Step.SIGNERS, None, _ask_for_signers(case))
    for signer in signers_to_add(case):
        yield from _missing_of_signer(signer)


def _ask_for_signers(case: RegistrationCase) -> str:
    if case.is_open_question("registration_type"):
        return _("登録種別を選択してください。代行業者以外は、署名者の登録が必要です。")
    return _("署名者を1名以上登録してください。")


def _missing_of_signer(signer: CaseSigner) -> Iterator[Missing]:
    for field in ("name", "name_en", "email", "specimen"):
        if not getattr(signer, field):
            said = _("%(name)sの%(label)sを登録してください。") % {
                "name": signer.name or _("署名者"),
                "label": CaseSigner.label(field),
            }
            yield Missing(Step.SIGNERS, signer.target, said)


def required_texts(case: RegistrationCase) -> list[DatedText]:
    """The rule sets and pledges to be accepted, in the versions in force today.

    For a new registration and a renewal both rule sets and the pledges of the registration's type; for a change the pledge
    of a part (applicant, agent) that the company takes on.
    """
    texts = case.envelope.texts_of_today
    pledges = _pledges(case.registration_type)
    if case.is_change and case.registration:
        wanted = [kind for kind in pledges if kind not in _pledges(case.registration.registration_type)]
    else:
        wanted = [*DatedText.RULES, *pledges]
    return [texts[kind] for kind in wanted if kind in texts]


def _pledges(registration_type: str) -> list[DatedText.Kind]:
    """The pledges of a registration's type; none while it is open."""
    applicant, agent = DatedText.Kind.PLEDGE_APPLICANT, DatedText.Kind.PLEDGE_AGENT
    return {
        CompanyData.Type.APPLICANT.value: [applicant],
        CompanyData.Type.AGENT.value: [agent],
        CompanyData.Type.BOTH.value: [applicant, agent],
    }.get(registration_type, [])


def acceptable(text: DatedText) -> list[int | None]:
    """What of a text is accepted one by one: a pledge's items by number, a rule set as a whole."""
    return list(range(len(text.items))) if text.kind in DatedText.ITEMISED else [None]


def box_of(text: int, item: int | None) -> str:
    """The name of the box for a text (its key) as a whole, or for an item of it."""
    return f"text-{text}" if item is None else f"text-{text}-{item}"


def _missing_acceptances(case: RegistrationCase) -> Iterator[Missing]:
    accepted = set(case.accepted_texts.values_list("text_id", "item"))
    for text in required_texts(case):
        if any((text.pk, item) not in accepted for item in acceptable(text)):
            said = _("「%(text)s」のすべての項目に同意してください。") % {"text": text.get_kind_display()}
            yield Missing(Step.PLEDGE, Target(TEXT, str(text.pk)), said)


def required_documents(case: RegistrationCase) -> list[tuple[DocumentKind, ...]]:
    """The supporting documents that must come with the case; of several kinds in one place, any one will do."""
    wanted = [*_company_evidence(case), *_signed_papers(case)]
    limit = case.chamber.most_signers_without_reason
    if limit is not None and case.has_signers and signers_afterwards(case) > limit:
        wanted.append((DocumentKind.MANY_SIGNERS,))
    return wanted


# What proves that the company exists, by its legal form; either will do while that is open.
_REGISTERS: dict[str, tuple[DocumentKind, ...]] = {
    CompanyData.LegalForm.CORPORATION: (DocumentKind.COMPANY_REGISTER,),
    CompanyData.LegalForm.SOLE_TRADER: (DocumentKind.RESIDENCE_CERTIFICATE,),
    "": (DocumentKind.COMPANY_REGISTER, DocumentKind.RESIDENCE_CERTIFICATE),
}


def _company_evidence(case: RegistrationCase) -> list[tuple[DocumentKind, ...]]:
    sole_trader = case.legal_form == CompanyData.LegalForm.SOLE_TRADER
    registers = _REGISTERS[case.legal_form]
    if case.is_new:
        business = [(DocumentKind.PROOF_OF_BUSINESS,)] if sole_trader else []
        return [registers, (DocumentKind.SEAL_CERTIFICATE,), *business]
    if case.is_renewal:
        alternatives = registers if sole_trader else (*registers, DocumentKind.CURRENT_REGISTER)
        return [alternatives, (DocumentKind.SEAL_CERTIFICATE,)]
    proven = {"company_name", "legal_form", "representative_title", "representative_name"}
    return [registers] if proven & set(changed_fields(case)) else []


def _signed_papers(case: RegistrationCase) -> list[tuple[DocumentKind, ...]]:
    papers: list[tuple[DocumentKind, ...]] = [(DocumentKind.PLEDGE,)] if required_texts(case) else []
    if signers_joining(case):
        papers.append((DocumentKind.SPECIMEN_NOTIFICATION,))
    return papers


def changed_fields(case: RegistrationCase) -> list[str]:
    """The examined fields in which the case differs from its registration; none for a new one."""
    if case.registration is None:
        return []
    return [field for field in CompanyData.EXAMINED if getattr(case, field) != getattr(case.registration, field)]


def _missing_documents(case: RegistrationCase) -> Iterator[Missing]:
    brought = {document.kind for document in case.envelope.documents.all()}
    for alternatives in required_documents(case):
        if not brought.intersection(alternatives):
            labels = _("または").join(str(kind.label) for kind in alternatives)
            yield Missing(Step.DOCUMENTS, None, _("「%(labels)s」を添付してください。") % {"labels": labels})
    for document in case.envelope.documents.all():
        fault = fault_of_date(case.envelope, document.kind, document.issued_on)
        if fault:
            yield Missing(Step.DOCUMENTS, document.target, f"{document.get_kind_display()}: {fault}")


def _obstacles(case: RegistrationCase) -> Iterator[Missing]:
    registration = case.registration
    if registration is None:
        return
    if not case.has_signers and signers_to_add(case):
        yield Missing(
            Step.COMPANY,
            Target(FIELD, "registration_type"),
            _("代行業者は署名者を登録できません。追加した署名者を取り消してください。"),
        )
    # What was sent in time may be corrected afterwards: the last day is the last one to apply.
    if case.is_renewal and case.envelope.submitted_at is None and not registration.is_renewable:
        yield Missing(Step.COMPANY, None, _("更新の受付期間が終わっています。商工会議所にお問い合わせください。"))
    if case.is_change and not changed_fields(case) and not case.signers.exists():
        yield Missing(Step.COMPANY, None, _("変更された項目がありません。変更する項目を入力してください。"))
