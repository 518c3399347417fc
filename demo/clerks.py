"""The example chambers' clerks. Their second factor is shown at /dev/codes/, for whoever has no application for it at hand."""

import time

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import Account, Kind, PasswordOrigin, Role
from chambers.models import Chamber

PASSWORD = "minato no akari 2026"  # noqa: S105 (example data)


def load_clerks(chamber: Chamber, prefix: str) -> None:
    """A manager and a reviewer, who have set up their second factor."""
    _clerk(chamber, f"{prefix}Manager", "責任 四郎", Role.MANAGER)
    _clerk(chamber, f"{prefix}Clerk", "審査 花子", Role.REVIEWER)


def _clerk(chamber: Chamber, login_id: str, name: str, role: Role) -> Account:
    clerk = Account.objects.create(
        chamber=chamber,
        kind=Kind.STAFF,
        role=role,
        login_id=login_id,
        name=name,
        email=f"{login_id.lower()}@chamber.example.jp",
    )
    services.set_password(clerk, PASSWORD, origin=PasswordOrigin.OWN, by=clerk)
    TOTPDevice.objects.create(user=clerk, name="telephone", confirmed=True)
    return clerk


def codes() -> list[tuple[Account, str]]:
    """Each example clerk with the code that the application on the telephone would show now."""
    devices = TOTPDevice.objects.filter(user__login_id__regex=r"^(niigata|minato)(Manager|Clerk)$", confirmed=True)
    return [(device.user, _code(device)) for device in devices.select_related("user__chamber").order_by("pk")]


def _code(device: TOTPDevice) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    return f"{totp.token():06d}"
