"""What is spoken of in a case: by the chamber's remarks, and by what is missing."""

from dataclasses import dataclass

# The kinds of targets that the envelope knows; the whole case has no key. What else a case of some kind is made of, its kind says.
CASE = "case"
FIELD = "field"  # its name
DOCUMENT = "document"  # a SupportingDocument's public_id
DOCUMENT_KIND = "document_kind"  # one of CaseKind.document_kinds


@dataclass(frozen=True)
class Target:
    """A thing of this kind, under its key."""

    kind: str
    key: str = ""


WHOLE_CASE = Target(CASE)
