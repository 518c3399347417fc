"""Addresses that another parser reads otherwise: none is taken, and none is written to. Each count says how many were tried."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from accounts.throttle import key_of_mailbox
from chambers.models import Chamber
from devtools.web import free_port
from foundation.errors import TooManyAttempts
from foundation.forms import MailboxField
from foundation.mailboxes import is_one_mailbox, mailbox_of
from mailing.models import OutboxMail
from mailing.services import deliver_due, put_in_outbox
from registration_cases.limits import MOST_DRAFTS, has_too_many_drafts
from registration_cases.link_limits import count_request
from registration_cases.models import RegistrationRequest
from tests.casework.factories import CaseFactory
from tests.conftest import Company
from tests.factories import ChamberFactory
from tests.support.sink import Sink, serving

# Words that decode to "victim", or to an address of theirs.
_ENCODED = [
    *("=?utf-8?q?v=69ctim?=", "=?UTF-8?Q?victim?=", "=?utf-8?b?dmljdGlt?=", "=?iso-8859-1?q?=76ictim?="),
    *("v=?utf-8?q?=69?=ctim", "=?utf-8?q?victim?=.", "=?us-ascii?q?victim?=", "=?utf-8*ja?q?victim?="),
    *("=?utf-8?q?victim=40example.jp?=", "=?utf-8?q?v=69?==?utf-8?q?ctim?=", "=?utf-8?q?=76=69=63tim=2C?="),
]
_QUOTED = [
    '"victim"',
    '"vic\\tim"',
    '"vic tim"',
    'vic."tim"',
    '"victim@evil.example"',
    '""',
    '"victim',
    'victim"',
    "\\victim",
]
_COMMENTED = ["victim(a)", "(a)victim", "(victim)", "vic(a)tim", "victim(", "victim (a)", "((a))victim"]
_FOLDED = ["vic\r\n tim", "victim\n", "vic\ntim", "vic tim", "vic\x00tim", "vic\x0btim", "vic\x7ftim", "vic\u2028tim"]
_LISTED = ["victim,x", "victim;x", "x,victim", "victim:", "x:victim", "<victim", "Victim <victim", "victim>", "x!y@z"]
_TURNED = [
    "vic\u202etim",
    "vic\u2067tim",
    "vic\u200ftim",
    "vic\u034ftim",
    "vic\u3164tim",
    "vićtim",
    "ｖｉｃｔım",
    "vіctim",
]
_DOTTED = ["victim.", ".victim", "vic..tim", ".", ".."]
LOCALS = [*_ENCODED, *_QUOTED, *_COMMENTED, *_FOLDED, *_LISTED, *_TURNED, *_DOTTED, "v" * 65, ""]
DOMAINS = [
    *(
        "example.jp.",
        ".example.jp",
        "example..jp",
        "example",
        "localhost",
        "example.jp(a)",
        "(a)example.jp",
        "exa mple.jp",
    ),
    *(
        "[127.0.0.1]",
        "[IPv6:::1]",
        "127.0.0.1",
        "10.0.0.10",
        "2130706433",
        "0x7f.1.10",
        "example.jp:25",
        "example.jp/x",
    ),
    *(
        "=?utf-8?q?example=2Ejp?=",
        "example.jp?=",
        "exam=ple.jp",
        "example.jp\r\nBcc: x@evil.example",
        "example.jp,x@evil.example",
    ),
    *(
        "-example.jp",
        "example-.jp",
        "exam_ple.jp",
        "example.jp>",
        "<example.jp",
        '"example.jp"',
        "example.jp;x",
        "example\x00.jp",
    ),
    *(
        "faß.example",
        "βόλος.example",
        "xn--.jp",
        "a\u0301\u200d.jp\u202e",
        "m" * 64 + ".jp",
        "exa\u034fmple.jp",
        "",
        "@example.jp",
    ),
    *("exam\u2028ple.jp", "\ud800.jp", "example。jp。"),
]
HOSTILE = [f"{local}@example.jp" for local in LOCALS] + [f"victim@{domain}" for domain in DOMAINS]


def taken(typed: str) -> str | None:
    """The address that the form keeps; None where it refuses."""
    try:
        return MailboxField().clean(typed)
    except ValidationError:
        return None


def header_and_envelope(address: str) -> tuple[str, list[str]]:
    """Who is shown in the mail and whom the server is told, after the mail system has read the address once more."""
    message = EmailMessage("x", "x", "eco@example.jp", [address])
    read = message_from_bytes(message.message().as_bytes(), policy=policy.default)
    return read["To"].addresses[0].addr_spec, message.recipients()


def test_what_another_parser_reads_otherwise_is_no_address() -> None:
    assert (len(HOSTILE), [typed for typed in HOSTILE if taken(typed) is not None]) == (99, [])


@pytest.fixture
def chamber(db: None) -> Chamber:
    return ChamberFactory()


def test_no_page_that_asks_a_stranger_for_an_address_takes_one(visitor: Client, chamber: Chamber) -> None:
    rules = {f"accept_{text.pk}": "on" for text in chamber.texts.filter(kind__in=("rules", "penalties"))}
    pages = {
        reverse("registration_guide", args=[chamber.code]): rules,
        reverse("resume"): {"chamber": chamber.code},
        reverse("forgotten"): {"chamber_code": chamber.code, "login_id": "testId000001"},
    }
    sendable = [typed for typed in HOSTILE if not any("\ud800" <= letter <= "\udfff" for letter in typed)]
    refused = [
        visitor.post(page, {**more, "email": typed}).context["form"].has_error("email")
        for page, more in pages.items()
        for typed in sendable
    ]
    assert (len(refused), refused.count(False)) == (3 * 98, 0)
    assert not RegistrationRequest.objects.exists()
    assert not OutboxMail.objects.exists()


@given(
    st.one_of(
        st.text(max_size=40),
        st.emails(),
        st.from_regex(r"[a-z0-9.=?_+\"()<>, -]{1,20}@[a-z0-9.=?-]{1,20}\.jp", fullmatch=True),
        st.tuples(st.sampled_from(LOCALS), st.sampled_from(DOMAINS)).map("@".join),
    )
)
def test_what_is_taken_is_stored_shown_and_written_to_alike(typed: str) -> None:
    kept = taken(typed)
    if kept is not None:
        assert kept.isascii()
        assert taken(kept) == kept
        assert header_and_envelope(kept) == (kept, [kept])


@pytest.mark.parametrize("length", [64 + 1 + 189, 244, 100])
def test_the_longest_addresses_are_written_to_as_they_are(length: int) -> None:
    domain = ".".join(["m" * 60] * 4)[: length - 65 - 3] + ".jp"
    kept = taken(f"{'m' * 64}@{domain}")
    assert kept
    assert header_and_envelope(kept) == (kept, [kept])


def test_a_hostile_address_that_is_stored_already_is_written_to_by_nobody(company: Company, settings: Any) -> None:
    """Rows from before the rule, or from elsewhere: the last look is taken where the mail is made."""
    storable = [typed for typed in HOSTILE if typed.isprintable() and len(typed) <= 254 and typed.isascii()]
    unsafe = [typed for typed in storable if not is_one_mailbox(typed)]
    assert len(unsafe) > 40
    with serving(Sink(free_port()), settings) as sink:
        for number, typed in enumerate(unsafe):
            Account.objects.get_queryset().filter(pk=company.signer.pk).update(email=typed)
            put_in_outbox(
                "accounts.password_changed", key=str(number), chamber=company.chamber, account=company.signer.pk
            )
            assert deliver_due() == 0
        assert sink.received == []
    assert set(OutboxMail.objects.values_list("status", flat=True)) == {OutboxMail.Status.FAILED}


SAME_MAILBOX = [
    *("victim@example.jp", "VICTIM@EXAMPLE.JP", "Victim@Example.jp", "victim+1@example.jp", "victim+eco+2@example.jp"),
    *(
        "ｖｉｃｔｉｍ＠ｅｘａｍｐｌｅ．ｊｐ",
        "victim@example。jp",
        "\u200bvictim@example.jp",
        "\u202dvictim@example.jp\u202c",
        " victim@example.jp ",
    ),
]


def test_limits_see_one_mailbox_in_all_its_spellings(db: None) -> None:
    kept = [taken(typed) for typed in SAME_MAILBOX]
    assert {mailbox_of(address) for address in kept if address} == {"victim@example.jp"}
    for address in kept[:5]:
        assert count_request("begin", address, address="192.0.2.1")
    with pytest.raises(TooManyAttempts):
        count_request("begin", "vicTIM+another@example.jp", address="192.0.2.1")
    assert count_request("begin", "someone@example.jp", address="192.0.2.1")


def test_a_mailbox_has_one_limit_of_drafts_in_all_its_spellings(chamber: Chamber) -> None:
    others = ("victims@example.jp", "vict.m@example.jp", "victim@exampleejp", "a+victim@example.jp")
    for address in others:
        CaseFactory(chamber=chamber, contact_email=address)
    for address in SAME_MAILBOX[:MOST_DRAFTS]:
        assert not has_too_many_drafts("victim@example.jp")
        CaseFactory(chamber=chamber, contact_email=address)
    assert all(has_too_many_drafts(address) for address in SAME_MAILBOX[:5])
    assert not any(has_too_many_drafts(address) for address in others)


def test_a_key_names_no_mailbox_to_whoever_tries_addresses(settings: Any) -> None:
    key = key_of_mailbox("victim@example.jp")
    settings.SECRET_KEY = "what only the server knows"
    assert key_of_mailbox("victim@example.jp") != key
