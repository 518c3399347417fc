"""A chamber's clerks: invited by a manager, let in by a link, removed."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import second_factor, services
from accounts.conflicts import Conflict
from accounts.models import Account, Ending, Kind, PasswordOrigin, Role
from accounts.sessions import end_sessions
from audit.services import record
from chambers.models import Chamber
from foundation.errors import WrongStatus
from foundation.versions import UNKNOWN, Shown
from mailing.services import put_in_outbox


@transaction.atomic
def invite(chamber: Chamber, *, login_id: str, name: str, email: str, role: Role, by: Account | None = None) -> Account:
    """A new clerk without password; the mail brings a link on which the clerk chooses one. ``by`` is None for the operator.

    Raises WrongStatus when somebody has just taken the ID.
    """
    _lock_staff(chamber.pk, by=by)
    if chamber.accounts.filter(login_id__iexact=login_id).exists():
        raise WrongStatus(Conflict.ID_TAKEN)
    clerk = Account(chamber=chamber, kind=Kind.STAFF, role=role, login_id=login_id, name=name, email=email)
    clerk.set_unusable_password()
    clerk.save()
    record("staff.invited", chamber=chamber, actor=by, subject=clerk, role=role.value)
    _mail_invitation(clerk, by=by)
    return clerk


@transaction.atomic
def invite_again(clerk: Account, *, email: str, by: Account, shown: Shown = UNKNOWN) -> None:
    """Mails a new link; links to an address that was wrong are dead. Raises WrongStatus when the clerk has come in already,
    and ChangedMeanwhile where the address is not any more the one ``shown``."""
    locked = _locked(clerk, by=by)
    if not locked.is_invited:
        raise WrongStatus(Conflict.CAME_IN)
    locked.email = shown.merged({"email": locked.email}, {"email": email}).get("email", locked.email)
    locked.save(update_fields=("email",))
    _mail_invitation(locked, by=by)


def _mail_invitation(clerk: Account, *, by: Account | None) -> None:
    """The link leads to the site on which the manager works: the members' site may have another address."""
    entry = record("staff.invitation_mailed", chamber=clerk.chamber, actor=by, subject=clerk)
    put_in_outbox(
        "accounts.invitation",
        key=str(entry.pk),
        chamber=clerk.chamber,
        account=clerk.pk,
        sent_at=int(timezone.now().timestamp()),
        origin=settings.ECO_ORIGIN,
    )


@transaction.atomic
def accept_invitation(clerk: Account, password: str) -> bool:
    """Uses the link: the mailbox is proved and the password chosen. Returns False when somebody has just used it, or the
    clerk has been invited at another mailbox meanwhile. Raises WrongStatus for one that has been removed."""
    locked = _locked(clerk, by=None)
    if not locked.is_invited or locked.email != clerk.email:
        return False
    locked.email_verified_at = timezone.now()
    locked.save(update_fields=("email_verified_at",))
    record("staff.invitation_accepted", chamber=locked.chamber, actor=locked, subject=locked)
    services.set_password(locked, password, origin=PasswordOrigin.OWN, by=locked)
    return True


@transaction.atomic
def change_role(clerk: Account, role: Role, *, by: Account, shown: Shown = UNKNOWN) -> None:
    """Raises WrongStatus when the chamber would be left without a manager, and ChangedMeanwhile where the role is not any more
    the one ``shown``."""
    locked = _locked(clerk, by=by)
    if not shown.merged({"role": locked.role}, {"role": role}):
        return
    if role != Role.MANAGER:
        _keep_a_manager(locked)
    locked.role = role
    locked.save(update_fields=("role",))
    record("staff.role_changed", chamber=locked.chamber, actor=by, subject=locked, role=role.value)


@transaction.atomic
def remove(clerk: Account, *, by: Account) -> None:
    """Ends the clerk's ID at once. Raises WrongStatus when the chamber would be left without a manager."""
    locked = _locked(clerk, by=by)
    _keep_a_manager(locked)
    locked.status = Account.Status.DELETED
    locked.save(update_fields=("status",))
    end_sessions(locked, because=Ending.STOPPED)
    record("staff.removed", chamber=locked.chamber, actor=by, subject=locked)


@transaction.atomic
def reset_second_factor(clerk: Account, *, by: Account) -> None:
    """A manager's help for a clerk who has lost the telephone. Raises WrongStatus when nothing is set up."""
    second_factor.reset(_locked(clerk, by=by), by=by)


def _lock_staff(chamber_id: int, *, by: Account | None) -> list[Account]:
    """A chamber's clerks, removed ones too, locked in one order: changes to a chamber's staff happen one after the other.
    Raises WrongStatus when the manager who makes this change has been removed, or is no manager any more."""
    staff = Account.objects.get_queryset().staff().filter(chamber_id=chamber_id).order_by("pk")
    locked = list(staff.select_related("chamber").select_for_update(no_key=True, of=("self",)))
    if by is not None and not any(each == by and each.is_usable and each.is_manager for each in locked):
        raise WrongStatus(Conflict.NO_MANAGER)
    return locked


def _locked(clerk: Account, *, by: Account | None) -> Account:
    """The clerk as it is now. Raises WrongStatus for one that has been removed."""
    for each in _lock_staff(clerk.chamber_id, by=by):
        if each.pk == clerk.pk and each.status == Account.Status.ACTIVE:
            return each
    raise WrongStatus(Conflict.CLERK_REMOVED)


def _keep_a_manager(clerk: Account) -> None:
    """Raises WrongStatus when no other manager than this clerk can manage the chamber."""
    others = Account.objects.get_queryset().managers().filter(chamber_id=clerk.chamber_id).exclude(pk=clerk.pk)
    if clerk.is_manager and not others.exists():
        raise WrongStatus(Conflict.LAST_MANAGER)
