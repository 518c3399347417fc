"""The mails about signers and sub-IDs."""

from accounts.models import Account
from mailing.letters import Letter, clerks_page, companys_page, letter
from signers.models import CredentialChange, Signer


@letter("signers.email_changed")
def email_changed(*, change: int, to_old: bool) -> Letter | None:
    row = CredentialChange.objects.select_related("signer__account__chamber").get(pk=change)
    return _email_changed(row.signer.account, to=row.old_email if to_old else row.new_email, to_old=to_old)


def _email_changed(account: Account, *, to: str, to_old: bool) -> Letter:
    return Letter(
        to=to,
        subject="貿易関係証明発給システム メールアドレス変更のお知らせ",
        template="email_changed",
        place=companys_page("login"),
        context={"account": account, "to_old": to_old},
    )


@letter("signers.sub_id_created")
def sub_id_created(sub_id: int) -> Letter | None:
    account = Account.objects.select_related("chamber", "parent", "registration").get(pk=sub_id)
    if not account.is_usable:
        return None
    return Letter(
        to=account.email,
        subject="貿易関係証明発給用アカウント発行のお知らせ",
        template="sub_id_created",
        place=companys_page("login"),
        context={"account": account},
    )


@letter("signers.sub_id_moved")
def sub_id_moved(sub_id: int) -> Letter | None:
    """To the new mailbox of a sub-ID that is in use."""
    account = Account.objects.select_related("chamber", "parent", "registration").get(pk=sub_id)
    if not account.is_usable:
        return None
    return _email_changed(account, to=account.email, to_old=False)


@letter("signers.sub_id_left")
def sub_id_left(sub_id: int, to: str, was_proved: bool) -> Letter | None:  # noqa: FBT001 (an id of the outbox)
    """To the mailbox that no longer counts. Whoever never proved it may be a stranger, and learns no ID."""
    account = Account.objects.select_related("chamber", "parent", "registration").get(pk=sub_id)
    return Letter(
        to=to,
        subject="貿易関係証明発給システム メールアドレス変更のお知らせ",
        template="sub_id_left",
        place=companys_page("login"),
        context={"account": account, "was_proved": was_proved},
    )


@letter("signers.hold_to_chamber")
def hold_to_chamber(signer: int) -> Letter | None:
    row = _signer(signer)
    if not row.is_held:
        return None
    return Letter(
        to=row.account.chamber.email,
        subject="貿易関係証明発給システム 発給申請の保留のお知らせ",
        template="hold_to_chamber",
        place=clerks_page("hold", row.account.public_id),
        context={"signer": row},
    )


@letter("signers.held")
def held(signer: int, to: str) -> Letter | None:
    row = _signer(signer)
    if not row.is_held:
        return None
    return Letter(
        to=to,
        subject="貿易関係証明発給システム 発給申請の保留のお知らせ",
        template="hold_begun",
        place=companys_page("menu"),
        context={"signer": row, "changes": list(row.credential_changes.unanswered())},
    )


@letter("signers.hold_released")
def hold_released(signer: int, to: str) -> Letter | None:
    row = _signer(signer)
    if row.is_held or not row.account.is_usable:
        return None
    return Letter(
        to=to,
        subject="貿易関係証明発給システム 発給申請の保留解除のお知らせ",
        template="hold_released",
        place=companys_page("menu"),
        context={"account": row.account},
    )


@letter("signers.stopped")
def stopped(signer: int, to: str) -> Letter | None:
    return Letter(
        to=to,
        subject="貿易関係証明発給システム 署名者IDの停止のお知らせ",
        template="signer_stopped",
        place=companys_page("login"),
        context={"signer": _signer(signer)},
    )


def _signer(key: int) -> Signer:
    joined = ("account__chamber", "account__registration", "account__parent", "registration")
    return Signer.objects.select_related(*joined).defer("specimen").get(pk=key)
