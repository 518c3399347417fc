"""What a case brings, beside what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from casework.completeness import required_documents
from casework.models import Case, CaseSigner
from signers.models import Signer


@dataclass(frozen=True)
class RegisteredSigner:
    """A signer of the registration; ``removal`` where the case asks to remove it, with the chamber's open remarks on that."""

    signer: Signer
    removal: CaseSigner | None
    remarks: list[str]


@dataclass(frozen=True)
class WantedDocument:
    """A supporting document that must come with the case, and whether it is there."""

    label: str
    is_there: bool


def read_enclosures(case: Case) -> None:
    """Reads signers and documents once, for a page that asks for them in many places."""
    signers = CaseSigner.objects.select_related("removes__account")
    prefetch_related_objects([case], Prefetch("signers", signers), "documents")


def registered_signers(case: Case, remarks: Mapping[str, list[str]]) -> list[RegisteredSigner]:
    """The signers that the registration has; none for a new one. ``remarks`` are the chamber's, by place."""
    if case.registration is None:
        return []
    removals = {removal.removes_id: removal for removal in case.signers.all() if removal.is_removal}
    live = case.registration.signers.exclude(account__status="deleted").select_related("account")
    return [
        RegisteredSigner(signer, removal, remarks.get(f"signer:{removal.public_id}", []) if removal else [])
        for signer in live
        for removal in [removals.get(signer.pk)]
    ]


def documents_wanted(case: Case) -> list[WantedDocument]:
    """What is needed, in words; of several kinds in one place any one will do."""
    brought = {document.kind for document in case.documents.all()}
    return [
        WantedDocument(_("または").join(str(kind.label) for kind in alternatives), bool(brought & set(alternatives)))
        for alternatives in required_documents(case)
    ]
