"""What a case brings, beside what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from casework.models.target import DOCUMENT_KIND, Target
from registration_cases.completeness import required_documents
from registration_cases.document_kinds import DocumentKind
from registration_cases.models import CaseSigner, RegistrationCase
from registration_cases.places import read_signers
from signers.models import Signer


@dataclass(frozen=True)
class RegisteredSigner:
    """A signer of the registration; ``removal`` where the case asks to remove it, with the chamber's open remarks on that."""

    signer: Signer
    removal: CaseSigner | None
    remarks: list[str]


@dataclass(frozen=True)
class WantedDocument:
    """A supporting document that must come with the case, of one of the kinds; whether it is there, and what the chamber
    remarked on one that was taken out."""

    label: str
    is_there: bool
    kinds: list[str]
    remarks: list[str]


def read_enclosures(case: RegistrationCase) -> None:
    """Reads signers and documents once, for a page that asks for them in many places."""
    read_signers(case)
    prefetch_related_objects([case.envelope], "documents")


def registered_signers(case: RegistrationCase, remarks: Mapping[Target, list[str]]) -> list[RegisteredSigner]:
    """The signers that the registration has; none for a new one. ``remarks`` are the chamber's."""
    if case.registration is None:
        return []
    removals = {removal.removes_id: removal for removal in case.signers.all() if removal.is_removal}
    live = case.registration.signers.exclude(account__status="deleted").select_related("account")
    return [
        RegisteredSigner(signer, removal, remarks.get(removal.target, []) if removal else [])
        for signer in live
        for removal in [removals.get(signer.pk)]
    ]


def documents_wanted(case: RegistrationCase, remarks: Mapping[Target, list[str]]) -> list[WantedDocument]:
    """What is needed, in words, of several kinds in one place any one will do; and whatever the chamber has remarked on and the
    company has taken out. ``remarks`` are the chamber's."""
    brought = {document.kind for document in case.envelope.documents.all()}
    required = required_documents(case)
    asked = [target.key for target in remarks if target.kind == DOCUMENT_KIND]
    others = [(DocumentKind(key),) for key in asked if not any(key in kinds for kinds in required)]
    return [
        WantedDocument(
            label=_("または").join(str(kind.label) for kind in kinds),
            is_there=bool(brought & set(kinds)),
            kinds=list(kinds),
            remarks=[text for kind in kinds for text in remarks.get(Target(DOCUMENT_KIND, kind), [])],
        )
        for kinds in [*required, *others]
    ]
