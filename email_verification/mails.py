"""The manual's mail with the confirmation code."""

from email_verification.models import EmailVerification
from mailing.letters import Letter, letter


@letter("email_verification.code")
def code(verification: int) -> Letter | None:
    """Not sent once the code is void, used or too old: the reader would only be misled."""
    row = EmailVerification.objects.get(pk=verification)
    if not row.may_be_entered:
        return None
    return Letter(
        to=row.address,
        subject="貿易関係証明発給システム - メールアドレス認証",
        template="confirmation_code",
        context={"code": row.code},
    )
