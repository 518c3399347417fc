"""What a registration's case would change, old and new side by side."""

from django.utils.translation import gettext as _

from casework.kinds import Difference
from casework.models import Case
from registration_cases.completeness import changed_fields
from registration_cases.models import RegistrationCase


def differences(envelope: Case) -> list[Difference]:
    """Against what is in force now. None for a new registration."""
    case = envelope.registration_case
    return [] if case.registration is None else [*_of_fields(case), *_of_signers(case), *_of_validity(case)]


def _of_fields(case: RegistrationCase) -> list[Difference]:
    old = case.registration or case
    return [
        Difference(RegistrationCase.label(field), old.shown(field), case.shown(field)) for field in changed_fields(case)
    ]


def _of_signers(case: RegistrationCase) -> list[Difference]:
    if not case.has_signers:
        return _leaving_with_the_right_to_sign(case)
    said = []
    for change in case.signers.select_related("removes__account"):
        if change.removes:
            said.append(Difference(_("署名者の削除"), _named(change.removes.account.name, change.removes.name_en), ""))
        else:
            said.append(Difference(_("署名者の追加"), "", _named(change.name, change.name_en)))
    return said


def _leaving_with_the_right_to_sign(case: RegistrationCase) -> list[Difference]:
    """A company that becomes an agent keeps none of its signers."""
    if case.registration is None:
        return []
    leaving = case.registration.signers.exclude(account__status="deleted").select_related("account")
    return [Difference(_("署名者の削除"), _named(signer.account.name, signer.name_en), "") for signer in leaving]


def _of_validity(case: RegistrationCase) -> list[Difference]:
    registration = case.registration
    if not case.is_renewal or registration is None:
        return []
    until = registration.valid_until
    return [Difference(_("有効期間"), f"{until.year}年{until.month}月{until.day}日", _("承認により2年間更新"))]


def _named(name: str, name_en: str) -> str:
    return f"{name} ({name_en})" if name_en else name
