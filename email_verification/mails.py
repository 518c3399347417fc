"""The manual's mail with the confirmation code."""

from accounts.models import Kind
from email_verification.models import EmailVerification
from mailing.letters import Letter, companys_page, letter

# Where the code is entered: an administrator's belongs to a mailbox to come.
_PAGES = {Kind.ADMINISTRATOR: "confirm_mailbox"}


@letter("email_verification.code")
def code(verification: int) -> Letter | None:
    """Not sent once the code is void, used or too old: the reader would only be misled."""
    row = EmailVerification.objects.select_related("account").get(pk=verification)
    if not row.may_be_entered:
        return None
    return Letter(
        to=row.address,
        subject="貿易関係証明発給システム - メールアドレス認証",
        template="confirmation_code",
        place=companys_page(_PAGES.get(Kind(row.account.kind), "enter_code")),
        context={"code": row.code},
    )
