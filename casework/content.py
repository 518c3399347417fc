"""What a case says and brings, in one digest: whether anything has been changed since it was sent."""

import hashlib
import json

from casework.models import Case


def content_of(case: Case) -> str:
    """A digest of what was filled in, and of the documents."""
    documents = list(case.documents.values_list("kind", "issued_on", "file_name", "sha256"))
    content = [*case.case_kind.content(case), documents]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def is_as_sent_back(case: Case) -> bool:
    """Whether nothing has been changed since the chamber sent the case back."""
    return case.status == Case.Status.RETURNED and content_of(case) == case.content_sent
