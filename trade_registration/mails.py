"""The mails about a registration."""

from django.utils import timezone

from mailing.letters import Letter, letter
from trade_registration.models import TradeRegistration

_STATUS_SUBJECTS = {
    TradeRegistration.Status.SUSPENDED: "貿易関係証明発給システム 貿易登録の停止のお知らせ",
    TradeRegistration.Status.IN_FORCE: "貿易関係証明発給システム 貿易登録の停止解除のお知らせ",
    TradeRegistration.Status.DELETED: "貿易関係証明発給システム 貿易登録の抹消のお知らせ",
}


def _registration(key: int) -> TradeRegistration:
    return TradeRegistration.objects.select_related("chamber").get(pk=key)


@letter("trade_registration.status")
def status(registration: int, status: str) -> Letter | None:
    row = _registration(registration)
    if row.status != status:
        return None
    return Letter(
        to=row.administrator.email,
        subject=_STATUS_SUBJECTS[TradeRegistration.Status(status)],
        template="registration_status",
        context={"registration": row},
    )


@letter("trade_registration.contact_changed")
def contact_changed(registration: int, fields: list[str]) -> Letter | None:
    """To the chamber."""
    row = _registration(registration)
    labels = [TradeRegistration.label(field) if field != "email" else "メールアドレス" for field in fields]
    return Letter(
        to=row.chamber.email,
        subject="貿易関係証明発給システム 連絡先等変更のお知らせ",
        template="contact_changed",
        context={"registration": row, "labels": labels},
    )


@letter("trade_registration.mailbox_changed")
def mailbox_changed(registration: int, to: str) -> Letter | None:
    """To the address that no longer counts: whoever reads it learns that the account has moved."""
    return Letter(
        to=to,
        subject="貿易関係証明発給システム メールアドレス変更のお知らせ",
        template="mailbox_changed",
        context={"registration": _registration(registration)},
    )


@letter("trade_registration.renewal_due")
def renewal_due(registration: int, days: int) -> Letter | None:
    """Not sent once the registration is renewed, ended, or over."""
    row = _registration(registration)
    left = (row.valid_until - timezone.localdate()).days
    if not row.is_in_force or not 0 <= left <= days:
        return None
    return Letter(
        to=row.administrator.email,
        subject="貿易関係証明発給システム 有効期間更新のご案内",
        template="renewal_due",
        context={"registration": row, "left": left},
    )
