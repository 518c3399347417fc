"""The mails about an account."""

from django.urls import reverse

from accounts import invitation_links, reset_links
from accounts.models import Account, IdReminder, Kind, PasswordOrigin, PasswordReset
from mailing.letters import Letter, clerks_page, companys_page, letter


def _login_of(account: Account) -> str:
    return clerks_page("login") if account.kind == Kind.STAFF else companys_page("login")


@letter("accounts.password_reset")
def password_reset(reset: int, origin: str) -> Letter | None:
    request = PasswordReset.objects.get(pk=reset)
    account = request.account() if request.is_open else None
    if account is None:
        return None
    return Letter(
        to=account.email,
        subject="貿易関係証明発給システム パスワード再設定のご案内",
        template="password_reset",
        place=reset_links.link_for(request, account, origin=origin),
        context={"account": account},
        chamber=account.chamber,
    )


@letter("accounts.ids")
def ids(reminder: int, origin: str) -> Letter | None:
    """To the mailbox as it was proved, not as it was typed. Not sent where the mailbox has no ID."""
    found = IdReminder.objects.get(pk=reminder).accounts()
    if not found:
        return None
    return Letter(
        to=found[0].email,
        subject="貿易関係証明発給システム IDのご案内",
        template="ids",
        place=origin + reverse("login"),
        context={
            "accounts": found,
            "chamber": found[0].chamber,
            "forgotten": origin + reverse("forgotten"),
        },
        chamber=found[0].chamber,
    )


@letter("accounts.password_changed")
def password_changed(account: int, origin: str = PasswordOrigin.OWN.value) -> Letter | None:
    owner = Account.objects.select_related("chamber").get(pk=account)
    return Letter(
        to=owner.email,
        subject="貿易関係証明発給システム パスワード変更のお知らせ",
        template="password_changed",
        place=_login_of(owner),
        context={"account": owner, "origin": origin},
    )


@letter("accounts.invitation")
def invitation(account: int, sent_at: int, origin: str) -> Letter | None:
    clerk = Account.objects.select_related("chamber").get(pk=account)
    if not (clerk.is_invited and clerk.is_usable):
        return None
    return Letter(
        to=clerk.email,
        subject="貿易関係証明発給システム 職員IDのご案内",
        template="invitation",
        place=invitation_links.link_for(clerk, sent_at, origin=origin),
        context={"account": clerk},
    )


@letter("accounts.second_factor_reset")
def second_factor_reset(account: int) -> Letter | None:
    clerk = Account.objects.select_related("chamber").get(pk=account)
    return Letter(
        to=clerk.email,
        subject="貿易関係証明発給システム 二段階認証の解除のお知らせ",
        template="second_factor_reset",
        place=_login_of(clerk),
        context={"account": clerk},
    )
