"""What a case says and brings, in one digest: whether anything has been changed since it was sent."""

import hashlib
import json
from typing import Any

from casework.models import Case


def content_of(case: Case) -> str:
    """A digest of the data, the signers, what was accepted, and the documents."""
    content = [
        [getattr(case, field) for field in case.asked_fields],
        [
            _signer(*row)
            for row in case.signers.values_list("removes", "name", "name_en", "title_en", "email", "specimen")
        ],
        list(case.accepted_texts.order_by("text", "item").values_list("text", "item")),
        list(case.documents.values_list("kind", "issued_on", "file_name", "sha256")),
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def is_as_sent_back(case: Case) -> bool:
    """Whether the company has changed nothing since the chamber sent the case back."""
    return case.status == Case.Status.RETURNED and content_of(case) == case.content_sent


def _signer(*said: Any) -> list[Any]:
    *words, specimen = said
    return [*words, hashlib.sha256(bytes(specimen or b"")).hexdigest()]
