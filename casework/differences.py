"""Old and new side by side: what a case would change, and, once decided, what it changed."""

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from casework.completeness import changed_fields
from casework.models import Case


@dataclass(frozen=True)
class Difference:
    """One thing that changes, in words for people; ``old`` is empty for what is added, ``new`` for what is removed."""

    label: str
    old: str
    new: str


def differences(case: Case) -> list[Difference]:
    """Of an open case, against what is in force now; of a decided one, as it was at the decision. None for a new registration."""
    if not case.is_open:
        return [Difference(**said) for said in case.changes.get("differences", [])]
    if case.registration is None:
        return []
    return [*_of_fields(case), *_of_signers(case), *_of_validity(case)]


def keep_differences(case: Case) -> None:
    """Notes on a case that is about to be decided what it changes; the caller saves it."""
    case.changes = {"differences": [asdict(each) for each in differences(case)]}


def _of_fields(case: Case) -> list[Difference]:
    old = case.registration or case
    return [Difference(Case.label(field), old.shown(field), case.shown(field)) for field in changed_fields(case)]


def _of_signers(case: Case) -> list[Difference]:
    if not case.has_signers:
        return _leaving_with_the_right_to_sign(case)
    said = []
    for change in case.signers.select_related("removes__account"):
        if change.removes:
            said.append(Difference(_("署名者の削除"), _named(change.removes.account.name, change.removes.name_en), ""))
        else:
            said.append(Difference(_("署名者の追加"), "", _named(change.name, change.name_en)))
    return said


def _leaving_with_the_right_to_sign(case: Case) -> list[Difference]:
    """A company that becomes an agent keeps none of its signers."""
    if case.registration is None:
        return []
    leaving = case.registration.signers.exclude(account__status="deleted").select_related("account")
    return [Difference(_("署名者の削除"), _named(signer.account.name, signer.name_en), "") for signer in leaving]


def _of_validity(case: Case) -> list[Difference]:
    registration = case.registration
    if not case.is_renewal or registration is None:
        return []
    until = registration.valid_until
    return [Difference(_("有効期間"), f"{until.year}年{until.month}月{until.day}日", _("承認により2年間更新"))]


def _named(name: str, name_en: str) -> str:
    return f"{name} ({name_en})" if name_en else name
