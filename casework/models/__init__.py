"""A company's case at its chamber: what is asked for, what comes with it, and what is said about it."""

from casework.models.case import OPEN, TRANSITIONS, AcceptedText, Case, CaseQuerySet, RegistrationRequest
from casework.models.correspondence import CaseEvent, CaseMessage, CaseNote, ChecklistTick, Remark
from casework.models.enclosures import CaseDocument, CaseSigner, DocumentContent, PagePicture

__all__ = [
    "OPEN",
    "TRANSITIONS",
    "AcceptedText",
    "Case",
    "CaseDocument",
    "CaseEvent",
    "CaseMessage",
    "CaseNote",
    "CaseQuerySet",
    "CaseSigner",
    "ChecklistTick",
    "DocumentContent",
    "PagePicture",
    "RegistrationRequest",
    "Remark",
]
