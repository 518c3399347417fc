"""What a company asks of its chamber about its registration, and how it comes in to ask."""

from registration_cases.models.case import REGISTRATION_KINDS, AcceptedText, RegistrationCase
from registration_cases.models.request import RegistrationRequest
from registration_cases.models.signer import CaseSigner, SignerFields

__all__ = [
    "REGISTRATION_KINDS",
    "AcceptedText",
    "CaseSigner",
    "RegistrationCase",
    "RegistrationRequest",
    "SignerFields",
]
