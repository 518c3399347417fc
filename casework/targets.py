"""What may be wrong in a case, in words: each target with its label and with what stands there now."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db import models
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.document_dates import fault_of_date
from casework.models import Case, Remark, SupportingDocument
from casework.models.target import DOCUMENT_KIND, FIELD, WHOLE_CASE, Target


@dataclass(frozen=True)
class Evidence:
    """A supporting document, how old the paper is (in words), and what is wrong with its date today."""

    document: SupportingDocument
    age: str
    fault: str


@dataclass(frozen=True)
class Place:
    """Something that may be wrong in a case, and what it says now. Where that is more than a value, ``row`` has it, and the
    template ``part`` shows it."""

    target: Target
    label: str
    value: str = ""
    row: models.Model | None = None
    part: str = ""
    evidence: Evidence | None = None

    @property
    def is_field(self) -> bool:
        return self.target.kind == FIELD


@dataclass(frozen=True)
class Places:
    """Everything about which the chamber may remark something: what was filled in, the documents, the case as a whole."""

    case: Case
    all: list[Place]

    @property
    def evidence(self) -> list[Evidence]:
        """The supporting documents in the order in which they came."""
        return [place.evidence for place in self.all if place.evidence]

    def of(self, kind: str) -> list[Place]:
        """Those of one kind of target."""
        return [place for place in self.all if place.target.kind == kind]

    def label_of(self, remark: Remark) -> str:
        """What the remark is about, in words; also what was taken out since."""
        target = remark.target
        if target.kind == DOCUMENT_KIND:
            return self.case.case_kind.name_of_document(target.key)
        if remark.subject:
            return _("取り消された%(subject)s") % {"subject": remark.subject}
        return next((place.label for place in self.all if place.target == target), _("取り消された項目"))

    def value_of(self, target: Target) -> str:
        """What stands there now; of a kind of document, the last one that came."""
        values = {place.target: place.value for place in self.all}
        values |= {each.document.kind_target: each.document.file_name for each in self.evidence}
        return values.get(target, "")


def places_of(case: Case) -> Places:
    """As the case is now."""
    prefetch_related_objects([case], "documents")
    whole = Place(WHOLE_CASE, _("申請全体"))
    return Places(case, list(_told_apart([*case.case_kind.places(case), *_documents(case), whole])))


def _told_apart(places: Iterable[Place]) -> Iterator[Place]:
    """The second and every further one that is called alike bears its number: a fault at it must name it."""
    met: Counter[str] = Counter()
    for place in places:
        met[place.label] += 1
        number = met[place.label]
        yield replace(place, label=f"{place.label}({number})") if number > 1 else place


def _documents(case: Case) -> Iterator[Place]:
    for evidence in evidence_of(case):
        document = evidence.document
        yield Place(document.target, document.get_kind_display(), document.file_name, evidence=evidence)


def evidence_of(case: Case) -> list[Evidence]:
    """The supporting documents in the order in which they came."""
    return [
        Evidence(document, _age_of_paper(document.issued_on), fault_of_date(case, document.kind, document.issued_on))
        for document in case.documents.all()
    ]


def _age_of_paper(issued_on: dt.date | None) -> str:
    if issued_on is None:
        return ""
    days = (timezone.localdate() - issued_on).days
    return _("%(days)d日前") % {"days": days} if days > 0 else _("本日") if days == 0 else _("未来の日付")
