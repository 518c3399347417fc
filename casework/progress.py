"""How far a case is filled in, and where on which page something is to be mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.completeness import Missing, Step, missing, steps_of
from casework.enclosures import read_enclosures
from casework.models import Case, CaseDocument, CaseSigner, Remark
from trade_registration.models import CompanyData

Row = TypeVar("Row", CaseSigner, CaseDocument)


@dataclass(frozen=True)
class StepState:
    """A step and what it still lacks. ``is_next``: the first that lacks something."""

    step: Step
    faults: list["Fault"]
    is_next: bool

    @property
    def url(self) -> str:
        return reverse(self.step.value)

    @property
    def label(self) -> str:
        return str(self.step.label)

    @property
    def is_done(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Fault:
    """Something missing, in words, and the address of the field where it is mended."""

    place: str
    message: str
    url: str


@dataclass(frozen=True)
class PlacedRemark:
    """What the chamber wants corrected: of what, in words, and the step and the address where it is corrected."""

    label: str
    text: str
    step: Step | None
    url: str


def progress(case: Case) -> list[StepState]:
    """The steps of the case, in order, each with what it lacks."""
    read_enclosures(case)
    faults = missing(case)
    following = faults[0].step if faults else None
    return [
        StepState(step, [_fault(fault) for fault in faults if fault.step == step], is_next=step == following)
        for step in steps_of(case)
    ]


def _fault(fault: Missing) -> Fault:
    return Fault(fault.place, fault.message, url_of(fault.step, fault.place))


def next_page(case: Case, step: Step) -> str:
    """The name of the page after a step: the next step, or the check of everything."""
    steps = steps_of(case)
    following = steps[steps.index(step) + 1 :] if step in steps else []
    return following[0].value if following else "case_check"


def url_of(step: Step, place: str) -> str:
    """The address of a field (or signer, document, text) on its step's page, which then says what is missing."""
    kind, _colon, key = place.partition(":")
    if kind == "signer":
        return reverse("case_signer", args=[key]) + "?check"
    page = reverse(step.value) + "?check"
    if kind in ("document", "text"):
        return f"{page}#{kind}-{key}"
    return f"{page}#id_{place}" if place else page


def open_remarks(case: Case) -> dict[str, list[str]]:
    """What the chamber wants corrected and the company has not answered yet, by place (see ``Remark``)."""
    said: dict[str, list[str]] = {}
    for remark in case.remarks.filter(answered_at__isnull=True):
        said.setdefault(remark.place, []).append(remark.text)
    return said


def with_remarks(rows: Iterable[Row], kind: str, remarks: Mapping[str, list[str]]) -> list[tuple[Row, list[str]]]:
    """Signers (``kind`` signer) or documents, each with the open remarks about it."""
    return [(row, remarks.get(f"{kind}:{row.public_id}", [])) for row in rows]


def placed_remarks(case: Case) -> list[PlacedRemark]:
    """The open remarks in the order in which the chamber made them, each with its place in words."""
    signers = {str(signer.public_id): signer for signer in case.signers.all()}
    kinds = {str(document.public_id): document.get_kind_display() for document in case.documents.all()}
    return [
        PlacedRemark(label, remark.text, step, url)
        for remark in case.remarks.filter(answered_at__isnull=True)
        for label, step, url in [_place_of_remark(case, remark, signers, kinds)]
    ]


def _place_of_remark(
    case: Case, remark: Remark, signers: dict[str, CaseSigner], kinds: dict[str, str]
) -> tuple[str, Step | None, str]:
    kind, _colon, key = remark.place.partition(":")
    if kind == "signer":
        return _name_of(signers.get(key), remark), Step.SIGNERS, f"{reverse(Step.SIGNERS.value)}#signer-{key}"
    if kind == "document":
        return kinds.get(key, _("取り消した書類")), Step.DOCUMENTS, f"{reverse(Step.DOCUMENTS.value)}#document-{key}"
    if kind == Remark.OF_A_KIND:
        return CaseDocument.kind_called(key), Step.DOCUMENTS, f"{reverse(Step.DOCUMENTS.value)}#wanted-{key}"
    if kind in CompanyData.EXAMINED:
        return Case.label(kind), Step.COMPANY, f"{reverse(Step.COMPANY.value)}#id_{kind}"
    if kind in CompanyData.CONTACT:
        return (
            Case.label(kind),
            Step.CONTACT,
            f"{reverse(Step.CONTACT.value if case.is_new else 'change_contact')}#id_{kind}",
        )
    return _("申請全体"), None, ""


def _name_of(signer: CaseSigner | None, remark: Remark) -> str:
    if signer is None:
        return _("取り消した署名者 %(name)s") % {"name": remark.subject}
    return _("署名者 %(name)s") % {"name": signer.removes.account.name if signer.removes else signer.name}
