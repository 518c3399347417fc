"""What the audit says about a registration or a signer, in words."""

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Account, Kind
from audit.models import AuditEntry
from audit.services import entries_about, name_of
from chambers.models import Chamber
from foundation.paging import KeyedPage, page_by_key
from signers.models import Signer
from trade_registration.models import TradeRegistration

_ACTS_A_PAGE = 50
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
    "signer.password_issued": gettext_lazy("署名登録証の発行(初期パスワードの印字)"),
    "signer.certificate_output": gettext_lazy("署名登録証の出力"),
    "signer.held": gettext_lazy("発給申請の保留(管理者が設定したアドレスまたはパスワードでのログイン)"),
    "signer.hold_released": gettext_lazy("保留の解除(本人の依頼と確認)"),
    "signer.stopped": gettext_lazy("IDの停止(本人の操作ではないと確認)"),
}


@dataclass(frozen=True)
class Happening:
    """One act: when, what, who, and why where a reason was given."""

    at: dt.datetime
    what: str
    who: str
    reason: str


@dataclass(frozen=True)
class History:
    """A page of what the audit says, and the same in words."""

    page: KeyedPage[AuditEntry]
    acts: list[Happening]


def history_of(row: TradeRegistration | Signer, *, chamber: Chamber, asked: QueryDict) -> History:
    """The acts that concern the registration or the signer, the newest first: the page that the address asks for."""
    page = page_by_key(entries_about(row, chamber=chamber), asked, size=_ACTS_A_PAGE, name="history")
    names = _names(chamber, page.rows)
    acts = [
        Happening(entry.recorded_at, _what(entry), names.get(entry.actor, ""), str(entry.details.get("reason", "")))
        for entry in page.rows
    ]
    return History(page, acts)


def _what(entry: AuditEntry) -> str:
    return str(_WORDS.get(entry.action, entry.action))


def _names(chamber: Chamber, entries: list[AuditEntry]) -> dict[str, str]:
    """The actors, of whatever kind and whether they still work here, by the names that the audit has for them."""
    keys = {entry.actor.rpartition(":")[2] for entry in entries} - {""}
    people = Account.objects.get_queryset().filter(chamber=chamber, pk__in=keys)
    return {name_of(person): _name(person) for person in people}


def _name(person: Account) -> str:
    if person.kind == Kind.ADMINISTRATOR:
        return _("企業の管理者")
    return person.name if person.kind == Kind.STAFF else _("署名者のID")
