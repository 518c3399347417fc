"""What the menu has to know beside the account, in one round trip: it is opened more often than any other page."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Account
from casework.models import Case
from chambers.models import MEMBERS_NOTICE, members_notice
from email_verification.models import LASTS
from foundation.prepared import PreparedText
from registration_cases.models import REGISTRATION_KINDS, RegistrationCase
from signers.checklist import COUNTS, Step, steps_for

# A registration has at most one open case, an ID at most one open code; both have an index of their own.
_ADMINISTRATORS = PreparedText(
    "administrators_menu",
    f"""
    SELECT counts.*, notice.body, open_case.*, unread.*, wanted.address
    FROM ({COUNTS.format(registration="$1")}) counts
    LEFT JOIN ({MEMBERS_NOTICE.format(chamber="$2", day="$3")}) notice ON true
    LEFT JOIN (
      SELECT kind, status, created_at FROM casework_case
      WHERE registration_id = $1 AND status IN ('draft', 'submitted', 'returned') AND kind IN {REGISTRATION_KINDS}
    ) open_case ON true
    LEFT JOIN (
      SELECT count(*), (array_agg(own.public_id ORDER BY message.id DESC))[1]
      FROM casework_case own JOIN casework_casemessage message ON message.case_id = own.id
      WHERE own.registration_id = $1 AND own.kind IN {REGISTRATION_KINDS}
        AND message.clerk_id IS NOT NULL AND message.read_at IS NULL
    ) unread ON true
    LEFT JOIN (
      SELECT address FROM email_verification_emailverification
      WHERE account_id = $4 AND used_at IS NULL AND voided_at IS NULL AND issued_at > $5 AND address <> $6
    ) wanted ON true
    """,  # noqa: S608 (texts of ours)
    *("bigint", "bigint", "date", "bigint", "timestamptz", "text"),
)
_SIGNERS = PreparedText(
    "signers_menu",
    f"""
    SELECT notice.body, unproved.count
    FROM (
      SELECT count(*) FROM accounts_account
      WHERE parent_id = $3 AND status <> 'deleted' AND email_verified_at IS NULL
    ) unproved
    LEFT JOIN ({MEMBERS_NOTICE.format(chamber="$1", day="$2")}) notice ON true
    """,  # noqa: S608 (texts of ours)
    *("bigint", "date", "bigint"),
)


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the company: in words, and where it is done."""

    text: str
    url: str
    button: str


@dataclass(frozen=True)
class Menu:
    """``notice`` is the chamber's to its members; ``steps`` are those of a new company, empty once all are done."""

    notice: str
    waiting: list[Waiting]
    steps: list[Step]
    open_case: Case | None


def administrators_menu(account: Account) -> Menu:
    """What an administrator's company has to do, and how far it is."""
    now = timezone.now()
    values = (
        account.registration_id,
        account.chamber_id,
        timezone.localdate(now),
        account.pk,
        now - LASTS,
        account.email,
    )
    [(signers, printed, verified, held, notice, kind, status, created_at, unread, case_id, wanted)] = (
        _ADMINISTRATORS.rows(*values)
    )
    steps = steps_for(account, signers, printed, verified)
    open_case = _open_case(account, kind, status, created_at) if kind else None
    return Menu(
        notice=notice or "",
        waiting=[
            *_waiting_case(open_case),
            *_waiting_messages(unread, case_id),
            *_waiting_mailbox(wanted),
            *_waiting_signers(held),
        ],
        steps=[] if all(step.is_done for step in steps) else steps,
        open_case=open_case,
    )


def signers_menu(account: Account) -> Menu:
    """What waits for a signer; that the right to apply is held is said by the menu itself."""
    [(notice, unproved)] = _SIGNERS.rows(account.chamber_id, timezone.localdate(), account.pk)
    text = _("サブID%(count)d件のメールアドレスの認証が終わっていません。本人がログインして認証するまで、使えません。")
    waiting = [Waiting(text % {"count": unproved}, reverse("sub_ids"), _("サブIDを見る"))] if unproved else []
    return Menu(notice or "", waiting, [], None)


def sub_ids_menu(account: Account) -> Menu:
    """Nothing waits for a sub-ID."""
    return Menu(members_notice(account.chamber_id, on=timezone.localdate()), [], [], None)


def _open_case(account: Account, kind: str, status: str, created_at: datetime) -> Case:
    """As much of the case as the menu speaks of."""
    if account.registration:
        account.registration.chamber = account.chamber
    case = Case(kind=kind, status=status, created_at=created_at, registration=account.registration)
    case.registration_case = RegistrationCase(envelope=case)
    return case


def _waiting_case(case: Case | None) -> list[Waiting]:
    if case is None or not case.is_editable:
        return []
    kind = {"kind": case.get_kind_display()}
    if case.status == Case.Status.RETURNED:
        return [Waiting(_("%(kind)sの申請に、修正のお願いが届いています。") % kind, reverse("case"), _("修正する"))]
    text = _("%(kind)sの申請を、まだ送信していません。%(day)sを過ぎると、入力した内容は削除されます。")
    return [
        Waiting(text % {**kind, "day": _shown(case.registration_case.draft_ends_on)}, reverse("case"), _("続きを入力"))
    ]


def _waiting_messages(unread: int, case_id: UUID | None) -> list[Waiting]:
    if not unread:
        return []
    text = _("商工会議所からの未読のメッセージが%(count)d件あります。") % {"count": unread}
    return [Waiting(text, reverse("past_case", args=[case_id]), _("メッセージを読む"))]


def _waiting_mailbox(wanted: str | None) -> list[Waiting]:
    if not wanted:
        return []
    text = _("新しいメールアドレス %(address)s の確認が終わっていません。届いた確認コードを入力してください。")
    return [Waiting(text % {"address": wanted}, reverse("confirm_mailbox"), _("確認コードを入力"))]


def _waiting_signers(held: int) -> list[Waiting]:
    if not held:
        return []
    text = _("署名者%(count)d名の発給申請を保留しています。商工会議所の確認をお待ちください。") % {"count": held}
    return [Waiting(text, reverse("signers"), _("署名者を見る"))]


def _shown(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
