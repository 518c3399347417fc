"""The envelope of a case: how it stands, what comes with it, and what is said about it."""

from casework.models.case import OPEN, TRANSITIONS, Case, CaseQuerySet
from casework.models.correspondence import CaseEvent, CaseMessage, CaseNote, ChecklistTick, Remark
from casework.models.documents import DocumentContent, PagePicture, SupportingDocument

__all__ = [
    "OPEN",
    "TRANSITIONS",
    "Case",
    "CaseEvent",
    "CaseMessage",
    "CaseNote",
    "CaseQuerySet",
    "ChecklistTick",
    "DocumentContent",
    "PagePicture",
    "Remark",
    "SupportingDocument",
]
