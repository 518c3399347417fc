"""The mails about an account."""

from accounts.models import Account, PasswordReset
from accounts.reset_links import link_for
from mailing.letters import Letter, letter


@letter("accounts.password_reset")
def password_reset(reset: int) -> Letter | None:
    request = PasswordReset.objects.get(pk=reset)
    account = request.account() if request.is_open else None
    if account is None:
        return None
    return Letter(
        to=account.email,
        subject="貿易関係証明発給システム パスワード再設定のご案内",
        template="password_reset",
        context={"account": account, "link": link_for(request, account)},
    )


@letter("accounts.password_changed")
def password_changed(account: int) -> Letter | None:
    owner = Account.objects.select_related("chamber").get(pk=account)
    return Letter(
        to=owner.email,
        subject="貿易関係証明発給システム パスワード変更のお知らせ",
        template="password_changed",
        context={"account": owner},
    )
