"""What was filled in of a registration's case, to tell whether it was changed."""

import hashlib
from typing import Any

from casework.models import Case

_OF_SIGNERS = ("removes", "name", "name_en", "title_en", "email", "specimen")


def content(envelope: Case) -> list[Any]:
    """The data, the signers, and what was accepted."""
    case = envelope.registration_case
    return [
        [getattr(case, field) for field in case.asked_fields],
        [_signer(*values) for values in case.signers.values_list(*_OF_SIGNERS)],
        list(case.accepted_texts.order_by("text", "item").values_list("text", "item")),
    ]


def _signer(*values: Any) -> list[Any]:
    *words, specimen = values
    return [*words, hashlib.sha256(bytes(specimen or b"")).hexdigest()]
