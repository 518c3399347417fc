"""How far a case is filled in, and where on which page something is to be mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.urls import reverse

from casework.models import Case, Remark, SupportingDocument
from casework.models.target import DOCUMENT, DOCUMENT_KIND, FIELD, Target
from casework.targets import Places, places_of
from registration_cases.completeness import TEXT, Missing, Step, missing, steps_of
from registration_cases.enclosures import read_enclosures
from registration_cases.models import CaseSigner, RegistrationCase
from registration_cases.models.signer import SIGNER
from trade_registration.models import CompanyData

Row = TypeVar("Row", CaseSigner, SupportingDocument)


@dataclass(frozen=True)
class StepState:
    """A step, what it still lacks, and what the chamber wants corrected in it. ``is_next``: the first that lacks something."""

    step: Step
    faults: list["Fault"]
    remarks: list["PlacedRemark"]
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
    """Something missing, in words, and the address where it is mended; ``has_place`` where that is more than a page."""

    message: str
    url: str
    has_place: bool


@dataclass(frozen=True)
class PlacedRemark:
    """What the chamber wants corrected: of what, also in words, and the step and the address where it is corrected."""

    target: Target
    label: str
    text: str
    step: Step | None
    url: str


def progress(case: RegistrationCase, remarks: Sequence[PlacedRemark]) -> list[StepState]:
    """The steps of the case, in order, each with what it lacks and what of the chamber's ``remarks`` is about it."""
    read_enclosures(case)
    faults = missing(case)
    following = faults[0].step if faults else None
    return [
        StepState(
            step,
            [_fault(fault) for fault in faults if fault.step == step],
            [remark for remark in remarks if remark.step == step],
            is_next=step == following,
        )
        for step in steps_of(case)
    ]


def _fault(fault: Missing) -> Fault:
    return Fault(fault.message, _page_with_faults(fault.step, fault.target), has_place=fault.target is not None)


def next_page(case: RegistrationCase, step: Step) -> str:
    """The name of the page after a step: the next step, or the check of everything."""
    steps = steps_of(case)
    following = steps[steps.index(step) + 1 :] if step in steps else []
    return following[0].value if following else "case_check"


def _page_with_faults(step: Step, target: Target | None) -> str:
    """The address of what is missing on its step's page, which then says so."""
    if target and target.kind == SIGNER:
        return reverse("case_signer", args=[target.key]) + "?check"
    return reverse(step.value) + "?check" + (_anchor_of(target) if target else "")


def _anchor_of(target: Target) -> str:
    """Where on its page a target stands."""
    return f"#{_ANCHORS[target.kind]}{target.key}"


_ANCHORS = {FIELD: "id_", SIGNER: "signer-", TEXT: "text-", DOCUMENT: "document-", DOCUMENT_KIND: "wanted-"}
_STEPS = {SIGNER: Step.SIGNERS, TEXT: Step.PLEDGE, DOCUMENT: Step.DOCUMENTS, DOCUMENT_KIND: Step.DOCUMENTS}


def _step_of(target: Target) -> Step | None:
    """The step in which a target is corrected; None for the case as a whole."""
    if target.kind == FIELD:
        return Step.CONTACT if target.key in CompanyData.CONTACT else Step.COMPANY
    return _STEPS.get(target.kind)


def texts_of(remarks: Iterable[PlacedRemark]) -> dict[Target, list[str]]:
    """What was remarked, by target."""
    said: dict[Target, list[str]] = {}
    for remark in remarks:
        said.setdefault(remark.target, []).append(remark.text)
    return said


def with_remarks(rows: Iterable[Row], remarks: Mapping[Target, list[str]]) -> list[tuple[Row, list[str]]]:
    """Signers or documents, each with the open remarks about it."""
    return [(row, remarks.get(row.target, [])) for row in rows]


def placed_remarks(case: Case) -> list[PlacedRemark]:
    """What the company is to correct, in the order in which the chamber remarked it; nothing while it has nothing in hand."""
    remarks = list(case.remarks.open()) if case.status == Case.Status.RETURNED else []
    if not remarks:
        return []
    places = places_of(case)
    return [_placed(remark, places) for remark in remarks]


def _placed(remark: Remark, places: Places) -> PlacedRemark:
    step = _step_of(remark.target)
    url = reverse(step.value) + _anchor_of(remark.target) if step else ""
    return PlacedRemark(remark.target, places.label_of(remark), remark.text, step, url)
