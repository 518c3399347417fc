"""What the chamber may remark in a registration's case: the company's data, and the signers."""

from collections.abc import Iterator

from django.db.models import Prefetch, prefetch_related_objects

from casework.models import Case
from casework.models.target import FIELD, Target
from casework.targets import Place
from registration_cases.models import CaseSigner, RegistrationCase

_SIGNERS_PART = "registration_cases/staff/_signer_in_short.html"


def read_signers(case: RegistrationCase) -> None:
    """Reads the signers once, for a page that asks for them in many places."""
    prefetch_related_objects([case], Prefetch("signers", CaseSigner.objects.select_related("removes__account")))


def places(envelope: Case) -> Iterator[Place]:
    """Each with its label and its value."""
    case = envelope.registration_case
    read_signers(case)
    for name in case.asked_fields:
        yield Place(Target(FIELD, name), RegistrationCase.label(name), case.shown(name))
    for signer in case.signers.all():
        yield Place(signer.target, signer.called, signer.persons_name, row=signer, part=_SIGNERS_PART)
