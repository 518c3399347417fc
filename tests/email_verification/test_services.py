"""The 72-hour confirmation code."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import Account
from audit.models import AuditEntry
from email_verification import services
from email_verification.forms import CodeForm
from email_verification.models import EmailVerification
from email_verification.services import Answer, confirm, send_first_code, send_new_code
from tests.conftest import Company, make_company
from tests.support.turns import on_its_own_connection

NOW = timezone.datetime(2026, 11, 14, 23, 2, 30, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def newcomer(company: Company) -> Account:
    """A signer who has not proved the mailbox."""
    company.signer.email_verified_at = None
    company.signer.save()
    return company.signer


def test_the_code_looks_as_in_the_manual(newcomer: Account) -> None:
    verification = send_first_code(newcomer)
    assert re.fullmatch(r"\d{10}\.0-[0-9a-f]{32}", verification.code)
    assert verification.code.startswith(f"{int(verification.issued_at.timestamp())}.0-")


def test_arriving_again_sends_no_second_mail(newcomer: Account, delivered: Callable[[], list[EmailMessage]]) -> None:
    first, second = send_first_code(newcomer), send_first_code(newcomer)
    assert first == second
    assert len(delivered()) == 1


def test_the_first_code_goes_to_the_address_that_the_account_has_by_then(
    newcomer: Account, delivered: Callable[[], list[EmailMessage]]
) -> None:
    earlier = send_first_code(newcomer)
    Account.objects.get_queryset().filter(pk=newcomer.pk).update(email="new@example.jp")
    code = send_first_code(newcomer)
    assert (code.address, newcomer.email) == ("new@example.jp", "new@example.jp")
    assert delivered()[-1].to == ["new@example.jp"]
    assert confirm(newcomer, earlier.code) == Answer.SUPERSEDED
    assert confirm(newcomer, code.code) == Answer.VERIFIED


def test_an_address_that_comes_back_gets_a_new_code(
    newcomer: Account, delivered: Callable[[], list[EmailMessage]]
) -> None:
    first = newcomer.email
    with time_machine.travel(NOW, tick=False) as clock:
        for address in (first, "other@example.jp", first):
            Account.objects.get_queryset().filter(pk=newcomer.pk).update(email=address)
            code = send_first_code(newcomer)
            clock.shift(60)
            assert delivered()[-1].to == [address]
            assert code.code in delivered()[-1].body
        assert len(delivered()) == 3
        assert confirm(newcomer, code.code) is Answer.VERIFIED


def test_whoever_arrives_after_72_hours_gets_a_new_code(
    newcomer: Account, delivered: Callable[[], list[EmailMessage]]
) -> None:
    with time_machine.travel(NOW, tick=False):
        old = send_first_code(newcomer)
    with time_machine.travel(NOW + timedelta(hours=72), tick=False):
        new = send_first_code(newcomer)
        assert new != old
        assert new.code in delivered()[-1].body
        assert confirm(newcomer, new.code) is Answer.VERIFIED


def test_arriving_sends_no_more_than_the_days_codes(newcomer: Account) -> None:
    with time_machine.travel(NOW, tick=False):
        for _each in range(5):
            assert send_first_code(newcomer)
            services.void_open_code(newcomer)
        assert send_first_code(newcomer) is None
    with time_machine.travel(NOW + timedelta(days=1, seconds=1), tick=False):
        assert send_first_code(newcomer)


def test_the_mail_is_the_manuals_word_for_word(newcomer: Account, delivered: Callable[[], list[EmailMessage]]) -> None:
    code = send_first_code(newcomer).code
    (mail,) = delivered()
    assert mail.to == [newcomer.email]
    manuals = (
        "貿易関係証明発給システムのメールアドレス認証 確認コードを発行しましたのでお知らせします。 "
        "○貿易関係証明発給システム - メールアドレス認証 "
        f"・確認コード: {code} "
        "※上記確認コードはメール送信後3日間(72時間)となります。 "
        "※本メールはシステムより送信しております。"
    ).split()
    assert mail.body.split()[: len(manuals)] == manuals


@pytest.mark.parametrize(
    ("later", "answer"),
    [
        (timedelta(0), Answer.VERIFIED),
        (timedelta(hours=71, minutes=59, seconds=59), Answer.VERIFIED),
        (timedelta(hours=72), Answer.EXPIRED),
        (timedelta(hours=81), Answer.EXPIRED),
    ],
)
def test_a_code_is_valid_for_72_hours(later: timedelta, answer: Answer, newcomer: Account) -> None:
    with time_machine.travel(NOW, tick=False):
        code = send_first_code(newcomer).code
    with time_machine.travel(NOW + later, tick=False):
        assert confirm(newcomer, code) is answer
    newcomer.refresh_from_db()
    assert newcomer.must_verify_mailbox is (answer is not Answer.VERIFIED)


@pytest.mark.parametrize(
    "typed",
    [
        " {} ",
        "{}\n",
        "\ufeff{}",
        "\u3000{}",
        "{}\u200b",
        "\t{}\r\n",
    ],
)
def test_what_comes_along_when_pasting_is_forgiven(typed: str, newcomer: Account) -> None:
    assert confirm(newcomer, typed.format(send_first_code(newcomer).code)) is Answer.VERIFIED


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda code: code.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789abcdef.-"}),
        lambda code: code[:20] + "\n" + code[20:],
        *(lambda code, dash=dash: code.replace("-", dash) for dash in "‐‑‒–—―−─━ー－ｰ"),
        "・確認コード: {}".format,
        "確認コード：「{}」です。".format,
        "> 1. {}\n> ※上記確認コードはメール送信後3日間(72時間)となります。".format,
        lambda code: " ".join(code),
    ],
)
def test_other_spellings_of_the_code_are_forgiven(change: Callable[[str], str], newcomer: Account) -> None:
    assert confirm(newcomer, change(send_first_code(newcomer).code)) is Answer.VERIFIED


def test_the_whole_mail_may_be_pasted(newcomer: Account, delivered: Callable[[], list[EmailMessage]]) -> None:
    send_first_code(newcomer)
    assert CodeForm(partial(confirm, newcomer), {"code": delivered()[0].body}).is_valid()


@pytest.mark.parametrize(
    "entered", ["1", "確認コード", "kono fune wa minato ni iru", "1731679350.0-86be1bf6", "-" * 45, "0" * 45]
)
def test_no_try_is_counted_for_what_holds_no_code(entered: str, newcomer: Account) -> None:
    code = send_first_code(newcomer)
    assert [confirm(newcomer, entered) for _try in range(11)] == [Answer.NO_CODE] * 11
    assert confirm(newcomer, code.code[:-1]) is Answer.NO_CODE
    code.refresh_from_db()
    assert code.attempts == 0
    assert not AuditEntry.objects.filter(action="email.code_entered").exists()
    assert confirm(newcomer, code.code) is Answer.VERIFIED


def test_a_code_works_once(newcomer: Account) -> None:
    code = send_first_code(newcomer).code
    assert confirm(newcomer, code) is Answer.VERIFIED
    assert confirm(newcomer, code) is Answer.NONE_OPEN


def test_ten_wrong_codes_are_the_end_even_for_the_right_one(newcomer: Account) -> None:
    code = send_first_code(newcomer).code
    answers = [confirm(newcomer, "1731679350.0-" + "0" * 32) for _try in range(11)]
    assert answers == [Answer.WRONG] * 9 + [Answer.TOO_MANY] * 2
    assert confirm(newcomer, code) is Answer.TOO_MANY


def test_a_new_code_voids_the_old_one(newcomer: Account) -> None:
    with time_machine.travel(NOW, tick=False):
        old = send_first_code(newcomer).code
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        send_new_code(newcomer)
        assert confirm(newcomer, old) is Answer.SUPERSEDED
        latest = services.latest_to_present_address(newcomer)
        assert latest
        assert confirm(newcomer, latest.code) is Answer.VERIFIED


def test_five_codes_a_day_are_the_most(newcomer: Account) -> None:
    with time_machine.travel(NOW, tick=False):
        send_first_code(newcomer)
        assert [send_new_code(newcomer) for _each in range(5)] == [True] * 4 + [False]
    with time_machine.travel(NOW + timedelta(days=1, seconds=1), tick=False):
        assert send_new_code(newcomer)


def test_another_accounts_code_is_wrong(newcomer: Account, rival: Company) -> None:
    rival.signer.email_verified_at = None
    rival.signer.save()
    send_first_code(newcomer)
    assert confirm(newcomer, send_first_code(rival.signer).code) is Answer.WRONG


def test_a_code_to_the_old_address_does_not_prove_the_new_one(newcomer: Account) -> None:
    code = send_first_code(newcomer).code
    newcomer.email = "elsewhere@example.jp"
    newcomer.save()
    assert confirm(newcomer, code) is Answer.NONE_OPEN
    assert newcomer.must_verify_mailbox


def test_nothing_stored_reveals_the_code(newcomer: Account) -> None:
    code = send_first_code(newcomer).code
    assert code.split("-")[1] not in str(list(EmailVerification.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_entries_of_the_right_code_one_succeeds() -> None:
    account = make_company().signer
    account.email_verified_at = None
    account.save()
    code = send_first_code(account).code

    def enter() -> Answer:
        return confirm(Account.objects.get_queryset().get(pk=account.pk), code)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(on_its_own_connection, [enter] * 30))
    assert answers.count(Answer.VERIFIED) == 1
    assert set(answers) == {Answer.VERIFIED, Answer.NONE_OPEN}


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_arrivals_one_sends_a_mail(delivered: Callable[[], list[EmailMessage]]) -> None:
    account = make_company().signer

    def arrive() -> int:
        return send_first_code(Account.objects.get_queryset().get(pk=account.pk)).pk

    with ThreadPoolExecutor(10) as threads:
        assert len(set(threads.map(on_its_own_connection, [arrive] * 20))) == 1
    assert len(delivered()) == 1
