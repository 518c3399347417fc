"""What the audit says about a registration, in words."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account, Kind
from audit.models import AuditEntry
from audit.services import entries_about, name_of
from trade_registration.models import TradeRegistration

_MOST_SHOWN = 50
_WORDS = {
    "registration.registered": gettext_lazy("貿易登録"),
    "registration.amended": gettext_lazy("登録内容の変更"),
    "registration.renewed": gettext_lazy("有効期間の更新"),
    "registration.contact_changed": gettext_lazy("連絡先の変更"),
    "registration.mailbox_changed": gettext_lazy("管理者のメールアドレスの変更"),
    "registration.suspended": gettext_lazy("停止"),
    "registration.in_force": gettext_lazy("停止の解除"),
    "registration.deleted": gettext_lazy("抹消"),
    "registration.certificate_issued": gettext_lazy("貿易登録証の発行"),
    "registration.certificate_reissued": gettext_lazy("貿易登録証の再発行"),
    "registration.certificate_output": gettext_lazy("貿易登録証の出力"),
}


@dataclass(frozen=True)
class Happening:
    """One act: when, what, who, and why where a reason was given."""

    at: dt.datetime
    what: str
    who: str
    reason: str


def history_of(registration: TradeRegistration) -> list[Happening]:
    """The latest acts that concern the registration, the newest first."""
    entries = list(entries_about(registration, chamber=registration.chamber)[:_MOST_SHOWN])
    names = _names(registration, entries)
    return [
        Happening(entry.recorded_at, _what(entry), names.get(entry.actor, ""), str(entry.details.get("reason", "")))
        for entry in entries
    ]


def _what(entry: AuditEntry) -> str:
    return str(_WORDS.get(entry.action, entry.action))


def _names(registration: TradeRegistration, entries: list[AuditEntry]) -> dict[str, str]:
    """The actors, of whatever kind and whether they still work here, by the names that the audit has for them."""
    keys = {entry.actor.rpartition(":")[2] for entry in entries} - {""}
    people = Account.objects.get_queryset().filter(chamber_id=registration.chamber_id, pk__in=keys)
    return {name_of(person): person.name if person.kind == Kind.STAFF else _("企業の管理者") for person in people}
