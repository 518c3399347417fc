"""What is spoken of in a case: by the chamber's remarks, and by what is missing."""

from dataclasses import dataclass

# The kinds of targets. The whole case has no key.
CASE = "case"
FIELD = "field"  # its name
SIGNER = "signer"  # a CaseSigner's public_id
TEXT = "text"  # the key of a rule set or pledge
DOCUMENT = "document"  # a CaseDocument's public_id
DOCUMENT_KIND = "document_kind"  # a CaseDocument.Kind


@dataclass(frozen=True)
class Target:
    """A thing of this kind, under its key."""

    kind: str
    key: str = ""


WHOLE_CASE = Target(CASE)
