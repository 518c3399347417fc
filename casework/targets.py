"""What may be wrong in a case, in words: each target with its label and with what stands there now."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.completeness import fault_of_date
from casework.enclosures import read_enclosures
from casework.models import Case, CaseDocument, CaseSigner, Remark
from casework.models.target import DOCUMENT_KIND, FIELD, WHOLE_CASE, Target


@dataclass(frozen=True)
class Evidence:
    """A supporting document, how old the paper is (in words), and what is wrong with its date today."""

    document: CaseDocument
    age: str
    fault: str


@dataclass(frozen=True)
class Place:
    """Something that may be wrong in a case, and what it says now."""

    target: Target
    label: str
    value: str = ""
    signer: CaseSigner | None = None
    evidence: Evidence | None = None

    @property
    def is_field(self) -> bool:
        return self.target.kind == FIELD


@dataclass(frozen=True)
class Places:
    """Everything about which the chamber may remark something: the data, the signers, the documents, the case as a whole."""

    all: list[Place]

    @property
    def evidence(self) -> list[Evidence]:
        """The supporting documents in the order in which they came."""
        return [place.evidence for place in self.all if place.evidence]

    def label_of(self, remark: Remark) -> str:
        """What the remark is about, in words; also what was taken out since."""
        target = remark.target
        if target.kind == DOCUMENT_KIND:
            return CaseDocument.kind_called(target.key)
        if remark.subject:
            return _("取り消された署名者 %(name)s") % {"name": remark.subject}
        return next((place.label for place in self.all if place.target == target), _("取り消された項目"))

    def value_of(self, target: Target) -> str:
        """What stands there now; of a kind of document, the last one that came."""
        values = {place.target: place.value for place in self.all}
        values |= {each.document.kind_target: each.document.file_name for each in self.evidence}
        return values.get(target, "")


def places_of(case: Case) -> Places:
    """As the case is now."""
    read_enclosures(case)
    whole = Place(WHOLE_CASE, _("申請全体"))
    return Places(list(_told_apart([*_fields(case), *_signers(case), *_documents(case), whole])))


def _told_apart(places: Iterable[Place]) -> Iterator[Place]:
    """The second and every further one that is called alike bears its number: a fault at it must name it."""
    met: Counter[str] = Counter()
    for place in places:
        met[place.label] += 1
        number = met[place.label]
        yield replace(place, label=f"{place.label}({number})") if number > 1 else place


def _fields(case: Case) -> Iterator[Place]:
    for name in case.asked_fields:
        yield Place(Target(FIELD, name), Case.label(name), case.shown(name))


def _signers(case: Case) -> Iterator[Place]:
    for signer in case.signers.all():
        label = _("署名者の削除 %(name)s") if signer.removes else _("署名者 %(name)s")
        yield Place(signer.target, label % {"name": signer.persons_name}, signer.persons_name, signer=signer)


def _documents(case: Case) -> Iterator[Place]:
    for evidence in evidence_of(case):
        document = evidence.document
        yield Place(document.target, document.get_kind_display(), document.file_name, evidence=evidence)


def evidence_of(case: Case) -> list[Evidence]:
    """The supporting documents in the order in which they came."""
    return [
        Evidence(
            document, _age_of_paper(document.issued_on), fault_of_date(document.kind, document.issued_on, case.chamber)
        )
        for document in case.documents.all()
    ]


def _age_of_paper(issued_on: dt.date | None) -> str:
    if issued_on is None:
        return ""
    days = (timezone.localdate() - issued_on).days
    return _("%(days)d日前") % {"days": days} if days > 0 else _("本日") if days == 0 else _("未来の日付")
