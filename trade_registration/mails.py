"""The mails about a registration."""

from django.utils import timezone

from mailing.letters import Letter, clerks_page, companys_page, letter
from trade_registration.models import TradeRegistration

_STATUS_SUBJECTS = {
    TradeRegistration.Status.SUSPENDED: "貿易関係証明発給システム 貿易登録の停止のお知らせ",
    TradeRegistration.Status.IN_FORCE: "貿易関係証明発給システム 貿易登録の停止解除のお知らせ",
    TradeRegistration.Status.DELETED: "貿易関係証明発給システム 貿易登録の抹消のお知らせ",
}


def _registration(key: int) -> TradeRegistration:
    return TradeRegistration.objects.select_related("chamber").get(pk=key)


def _place(row: TradeRegistration) -> str:
    """Where its IDs log in; whoever has none any more reads how to register."""
    if row.status == TradeRegistration.Status.DELETED:
        return companys_page("registration_guide", row.chamber.code)
    return companys_page("login")


@letter("trade_registration.status")
def status(registration: int, status: str) -> Letter | None:
    row = _registration(registration)
    if row.status != status:
        return None
    return Letter(
        to=row.administrator.email,
        subject=_STATUS_SUBJECTS[TradeRegistration.Status(status)],
        template="registration_status",
        place=_place(row),
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
        place=clerks_page("staff_registration", row.registration_number),
        context={"registration": row, "labels": labels},
    )


@letter("trade_registration.mailbox_changed")
def mailbox_changed(registration: int, to: str) -> Letter | None:
    """To the address that no longer counts: whoever reads it learns that the account has moved."""
    return Letter(
        to=to,
        subject="貿易関係証明発給システム メールアドレス変更のお知らせ",
        template="mailbox_changed",
        place=companys_page("login"),
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
        place=companys_page("change_registration"),
        context={"registration": row, "left": left},
    )
