"""A 72-hour code that somebody typed, beside an account that is read by its key.

What decides whether a code is right is the query for the open one and the comparison. Proving the mailbox with it is more:
the account is locked, the code used up and the act put on record; that, and the whole page, are told beside.
"""

import hmac
from collections.abc import Callable, Iterator
from functools import partial

from accounts.models import Account
from benchmarks.bench import Bench
from benchmarks.company import company, new_signers
from benchmarks.letters import new_codes
from benchmarks.load import WrongAnswer
from benchmarks.measuring import Contender, Reading, wall
from benchmarks.people import browser_of
from email_verification import services
from email_verification.models import EmailVerification
from email_verification.services import Answer

_CHECKED, _CONFIRMED, _WRONG, _POSTED = (
    "code checked",
    "code confirmed",
    "wrong code counted",
    "code posted to its page",
)
_JOINED, _BARE = "account with select_related", "account alone"


def run(bench: Bench) -> None:
    """Every code is another signer's: a code can be used once."""
    signers = new_signers(company("801000103"), bench.times(100), prefix="benchCode")
    taken = bench.rounds(
        Contender(_CHECKED, partial(_each, signers, _check)),
        Contender(_CONFIRMED, partial(_each, signers, _confirm)),
        Contender(_WRONG, partial(_each, signers, _mistype)),
        Contender(_POSTED, partial(_post, signers)),
        Contender(_JOINED, partial(_each, signers, _read_joined)),
        Contender(_BARE, partial(_each, signers, _read_bare)),
    )
    bench.report.longer(_CHECKED, taken[_CHECKED], _JOINED, taken[_JOINED], at_most=2.0)
    bench.report.longer(_CHECKED, taken[_CHECKED], _BARE, taken[_BARE])
    for act in (_CONFIRMED, _WRONG, _POSTED):
        bench.report.longer(act, taken[act], _JOINED, taken[_JOINED])


def _each(signers: list[Account], act: Callable[[Account, str], None]) -> Reading:
    """What the act takes for a signer and the open code, in the median."""
    codes = iter(list(zip(signers, _new_codes(signers), strict=True)))
    return wall(lambda: act(*next(codes)), len(signers))


def _check(signer: Account, code: str) -> None:
    verification = services._open_codes(signer).filter(address=signer.email).first()
    if verification is None or verification.is_expired or not _is_right(verification, code):
        raise WrongAnswer("A right code was refused.")


def _is_right(verification: EmailVerification, code: str) -> bool:
    return hmac.compare_digest(services.code_in(code), verification.code)


def _confirm(signer: Account, code: str) -> None:
    if services.confirm(signer, code) is not Answer.VERIFIED:
        raise WrongAnswer("A right code was refused.")


def _mistype(signer: Account, code: str) -> None:
    if services.confirm(signer, code[:-1] + "x") is not Answer.WRONG:
        raise WrongAnswer("A wrong code was taken.")


def _read_joined(signer: Account, code: str) -> None:
    Account.objects.select_related("chamber", "registration", "parent").get(pk=signer.pk)


def _read_bare(signer: Account, code: str) -> None:
    Account.objects.get(pk=signer.pk)


def _post(signers: list[Account]) -> Reading:
    """The page, from the request to the answer that leads on, in this process."""
    browsers = (browser_of(signer) for signer in signers)
    asked = iter(list(zip(browsers, _new_codes(signers), strict=True)))

    def post() -> None:
        browser, code = next(asked)
        answer = browser.post("/email-verification/", {"code": code})
        if answer.status_code != 302:
            raise WrongAnswer(f"A right code was answered with {answer.status_code}.")

    return wall(post, len(signers))


def _new_codes(signers: list[Account]) -> Iterator[str]:
    """An open code for every signer, none of whom has proved the mailbox; earlier ones are gone."""
    EmailVerification.objects.filter(account__in=signers).delete()
    Account.objects.get_queryset().filter(pk__in=[signer.pk for signer in signers]).update(email_verified_at=None)
    return (row.code for row in new_codes(signers))
