"""The clerks' second factor: set up at the first login, shown at every login, each code once."""

import re
from base64 import b32decode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor, services, staff
from accounts.models import Account, PasswordOrigin, RecoveryCode, Session
from accounts.sessions import SessionStore
from audit.models import AuditEntry
from foundation.errors import WrongStatus
from tests.accounts.conftest import TELEPHONE_KEY, code_now, give_telephone, log_in
from tests.conftest import Company, CompletePages, log_in_with
from tests.factories import PASSWORD, StaffFactory
from tests.support.turns import at_once

BrowserOf = Callable[[Account], Client]
Clock = time_machine.Traveller
MORNING = datetime.fromisoformat("2026-11-24T09:00:15+09:00")
STAFF_PAGES = ("desk", "companies", "numbers", "user_settings", "recovery_codes", "change_password", "clerks")


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Nine in the morning, in the middle of a step, and time stands still."""
    with time_machine.travel(MORNING, tick=False) as standing:
        yield standing


@pytest.fixture
def half_way(clock: Clock, reviewer: Account) -> Client:
    """A browser in which a clerk with a telephone has given the password only."""
    give_telephone(reviewer)
    return log_in_with(reviewer, second_factor=False)


@pytest.fixture
def newcomer(clock: Clock, reviewer: Account) -> Client:
    """A browser in which a clerk without a telephone has given the password."""
    return log_in_with(reviewer, second_factor=False)


def show(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("enter_second_factor"), {"code": code})


def is_in(client: Client) -> bool:
    return client.get(reverse("desk")).status_code == 200


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def key_on(page: HttpResponse) -> str:
    """The key of the page that sets the telephone up, in hexadecimal digits."""
    return b32decode("".join(page.context["key"])).hex()


def set_up(client: Client) -> list[str]:
    """Sets the telephone up and returns the recovery codes."""
    key = key_on(client.get(reverse("set_up_second_factor")))
    done = client.post(reverse("set_up_second_factor"), {"code": code_now(key=key)})
    return done.context["codes"]


# --- Setting up ---


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_first_login_leads_to_setting_up(method: str, newcomer: Client) -> None:
    for name in (*STAFF_PAGES[:-1], "enter_second_factor"):
        answer = getattr(newcomer, method)(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("set_up_second_factor")), name


def test_the_page_shows_the_key_as_picture_and_as_text(newcomer: Client, reviewer: Account) -> None:
    page = newcomer.get(reverse("set_up_second_factor"))
    key = "".join(page.context["key"])
    address = urlsplit(second_factor.address_to_scan(reviewer, key))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == f"/eCO:{reviewer.chamber.code} {reviewer.login_id}"
    assert parse_qs(address.query) == {"secret": [key], "issuer": ["eCO"]}
    said = page.content.decode()
    assert "<svg" in said
    assert " ".join(page.context["key"]) in said
    assert len(key_on(page)) == 40


def test_the_telephones_first_code_opens_the_way_in(newcomer: Client, reviewer: Account) -> None:
    codes = set_up(newcomer)
    assert is_in(newcomer)
    assert len(set(codes)) == 10
    assert "staff.second_factor_set_up" in acts()
    assert TOTPDevice.objects.get().user == reviewer


def test_a_wrong_code_sets_nothing_up(newcomer: Client) -> None:
    key = key_on(newcomer.get(reverse("set_up_second_factor")))
    refused = newcomer.post(reverse("set_up_second_factor"), {"code": code_now(key=key, steps=5)})
    assert "認証コードが正しくない" in refused.content.decode()
    assert key_on(refused) == key
    assert not is_in(newcomer)
    assert not TOTPDevice.objects.exists()
    assert not RecoveryCode.objects.exists()
    newcomer.post(reverse("set_up_second_factor"), {"code": code_now(key=key)})
    assert is_in(newcomer)


def test_a_code_without_having_seen_the_page_sets_nothing_up(newcomer: Client) -> None:
    newcomer.post(reverse("set_up_second_factor"), {"code": code_now(key="")})
    assert not TOTPDevice.objects.exists()


def test_the_first_code_cannot_be_used_again_to_log_in(newcomer: Client, reviewer: Account, clock: Clock) -> None:
    key = key_on(newcomer.get(reverse("set_up_second_factor")))
    first = code_now(key=key)
    newcomer.post(reverse("set_up_second_factor"), {"code": first})
    again = log_in_with(reviewer, second_factor=False)
    show(again, first)
    assert not is_in(again)
    clock.shift(30)
    show(again, code_now(key=key))
    assert is_in(again)


def test_the_key_belongs_to_the_session(newcomer: Client, reviewer: Account) -> None:
    """Whoever knows the password only must not learn the key that the owner sets up later."""
    seen_by_a_thief = key_on(newcomer.get(reverse("set_up_second_factor")))
    assert key_on(newcomer.get(reverse("set_up_second_factor"))) == seen_by_a_thief
    owner = log_in_with(reviewer, second_factor=False)
    assert key_on(owner.get(reverse("set_up_second_factor"))) != seen_by_a_thief
    owner.post(reverse("set_up_second_factor"), {"code": code_now(key=seen_by_a_thief)})
    assert not is_in(owner)


def test_recovery_codes_are_shown_once_and_kept_as_digests(newcomer: Client) -> None:
    codes = set_up(newcomer)
    answer = newcomer.get(reverse("set_up_second_factor"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, ' ') FROM accounts_recoverycode r")
        kept = cursor.fetchone()[0]
    assert kept
    assert not any(code in kept for code in codes)
    assert TELEPHONE_KEY not in "".join(Session.objects.values_list("session_data", flat=True))


def test_a_second_telephone_is_refused(newcomer: Client, reviewer: Account) -> None:
    session = SessionStore(newcomer.cookies[settings.SESSION_COOKIE_NAME].value)
    key = b32decode(second_factor.key_to_set_up(session)).hex()
    give_telephone(reviewer)
    with pytest.raises(WrongStatus):
        second_factor.set_up(reviewer, code_now(key=key), session=session)
    assert TOTPDevice.objects.get().key == TELEPHONE_KEY


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_set_ups_one_counts() -> None:
    clerk = StaffFactory()
    client = log_in_with(clerk, second_factor=False)
    key = key_on(client.get(reverse("set_up_second_factor")))
    cookie, code = client.cookies[settings.SESSION_COOKIE_NAME].value, code_now(key=key)

    def send() -> int:
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = cookie
        return browser.post(reverse("set_up_second_factor"), {"code": code}).status_code

    assert 200 in at_once(4, send)
    assert acts().count("staff.second_factor_set_up") == 1
    assert TOTPDevice.objects.count() == 1
    assert clerk.recovery_codes.count() == second_factor.RECOVERY_CODES


# --- Showing ---


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_password_alone_opens_nothing(method: str, half_way: Client) -> None:
    for name in (*STAFF_PAGES[:-1], "set_up_second_factor"):
        answer = getattr(half_way, method)(reverse(name))
        assert answer.status_code == 302
        assert answer["Location"].split("?")[0] == reverse("enter_second_factor"), name


def test_a_manager_with_the_password_alone_changes_nothing(manager: Account, reviewer: Account) -> None:
    give_telephone(manager)
    remove = reverse("remove_clerk", args=[reviewer.public_id])
    for client, remains in ((log_in_with(manager, second_factor=False), True), (log_in_with(manager), False)):
        client.post(remove)
        assert Account.objects.visible_to(manager).filter(pk=reviewer.pk).exists() is remains


def test_one_may_log_out_before_the_second_factor(half_way: Client) -> None:
    assert half_way.post(reverse("logout"))["Location"] == reverse("login")
    assert not Session.objects.filter(account__isnull=False).exists()


def test_the_telephones_code_opens_the_way_in(half_way: Client) -> None:
    assert show(half_way, code_now())["Location"] == reverse("desk")
    assert is_in(half_way)
    assert AuditEntry.objects.get(action="staff.second_factor_shown").details == {"way": "telephone"}


def test_one_returns_to_where_one_was(reviewer: Account, visitor: Client, clock: Clock) -> None:
    give_telephone(reviewer)
    asked = visitor.get(reverse("companies") + "?name=x")
    asked = log_in(visitor, reviewer, to=parse_qs(urlsplit(asked["Location"]).query)["next"][0])
    assert asked["Location"] == "/staff/companies/?name=x"
    asked = visitor.get(asked["Location"])
    assert asked["Location"].startswith(reverse("enter_second_factor") + "?next=")
    assert visitor.post(asked["Location"], {"code": code_now()})["Location"] == "/staff/companies/?name=x"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/menu/", "/staff/clerks/", "/no/page/"]
)
def test_one_returns_only_to_a_page_of_ones_own(wanted: str, half_way: Client) -> None:
    answer = half_way.post(reverse("enter_second_factor") + f"?next={wanted}", {"code": code_now()})
    assert answer["Location"] == reverse("desk")


def test_a_code_opens_once(half_way: Client, reviewer: Account, clock: Clock) -> None:
    used = code_now()
    show(half_way, used)
    again = log_in_with(reviewer, second_factor=False)
    assert "すでに使われています" in show(again, used).content.decode()
    assert not is_in(again)
    clock.shift(30)
    show(again, code_now())
    assert is_in(again)


def test_a_code_from_before_the_last_one_is_refused(half_way: Client, reviewer: Account) -> None:
    earlier = code_now(steps=-1)
    show(half_way, code_now())
    again = log_in_with(reviewer, second_factor=False)
    show(again, earlier)
    assert not is_in(again)


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_telephones_clock_may_be_half_a_minute_wrong(steps: int, opens: bool, half_way: Client) -> None:
    show(half_way, code_now(steps=steps))
    assert is_in(half_way) is opens


@pytest.mark.parametrize(
    ("typed", "opens"),
    [
        ("{0}{1} {2}{3}", True),
        (" {0}{1}\u3000{2}{3} ", True),
        ("{wide}", True),
        ("0{0}{1}{2}{3}", False),
        ("+{0}{1}{2}{3}", False),
        ("{0}_{1}{2}{3}", False),
        ("{0}{1}{2}", False),
        ("", False),
    ],
)
def test_spaces_and_full_width_are_forgiven_and_nothing_else(typed: str, opens: bool, half_way: Client) -> None:
    code = code_now()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    show(half_way, typed.format(code[:2], code[2:3], code[3:5], code[5:], wide=wide))
    assert is_in(half_way) is opens


def test_the_code_of_another_clerk_opens_nothing(half_way: Client, clock: Clock) -> None:
    other = StaffFactory()
    TOTPDevice.objects.create(user=other, name="telephone", key="ff" * 20)
    show(half_way, code_now(key="ff" * 20))
    assert not is_in(half_way)
    client = log_in_with(other, second_factor=False)
    show(client, code_now(key="ff" * 20))
    assert is_in(client)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["telephone", "recovery code"])
def test_of_simultaneous_uses_of_a_code_one_opens(kind: str) -> None:
    clerk: Account = StaffFactory()
    give_telephone(clerk)
    code = code_now() if kind == "telephone" else second_factor.renew_recovery_codes(clerk, code_now())[0]
    key = log_in_with(clerk, second_factor=False).cookies[settings.SESSION_COOKIE_NAME].value

    requests = [SessionStore(key) for _request in range(4)]
    assert all(session.account == clerk for session in requests)
    assert sorted(at_once(4, lambda: second_factor.show(clerk, code, session=requests.pop()))) == [False] * 3 + [True]
    shown = AuditEntry.objects.get(action="staff.second_factor_shown")
    assert shown.details == {"way": kind}


# --- The second factor belongs to the session ---


def test_every_login_asks_anew(half_way: Client, reviewer: Account, visitor: Client) -> None:
    show(half_way, code_now())
    assert is_in(half_way)
    log_in(visitor, reviewer)
    assert not is_in(visitor)
    assert not is_in(half_way)


def test_the_session_goes_on_under_a_new_key(half_way: Client) -> None:
    before = half_way.cookies[settings.SESSION_COOKIE_NAME].value
    show(half_way, code_now())
    assert half_way.cookies[settings.SESSION_COOKIE_NAME].value != before
    thief = CompletePages()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get(reverse("enter_second_factor"))["Location"].startswith(reverse("login"))
    assert Session.objects.filter(account__isnull=False).count() == 1


def test_a_session_that_has_ended_meanwhile_stays_ended(half_way: Client, reviewer: Account) -> None:
    late = SessionStore(half_way.cookies[settings.SESSION_COOKIE_NAME].value)
    assert late.account == reviewer
    services.set_password(reviewer, "kaze ga fuku asa", origin=PasswordOrigin.OWN, by=reviewer)
    with pytest.raises(WrongStatus):
        second_factor.show(reviewer, code_now(), session=late)
    assert not late.second_factor_passed
    assert Session.objects.get().second_factor_at is None


def test_an_idle_session_must_show_both_again(half_way: Client, clock: Clock) -> None:
    show(half_way, code_now())
    clock.shift(timedelta(minutes=32))
    assert half_way.get(reverse("desk"))["Location"].startswith(reverse("login"))


def test_a_password_changed_by_its_owner_keeps_the_session(half_way: Client) -> None:
    show(half_way, code_now())
    new = "kaze ga fuku minato no asa"
    typed = {"current_password": PASSWORD, "new_password": new, "new_password_again": new}
    assert half_way.post(reverse("change_password"), typed)["Location"] == reverse("desk")
    assert is_in(half_way)


def test_a_password_reset_by_mail_still_asks_for_the_second_factor(
    reviewer: Account, visitor: Client, delivered: Callable[[], list[EmailMessage]], clock: Clock
) -> None:
    give_telephone(reviewer)
    typed = {"chamber_code": reviewer.chamber.code, "login_id": reviewer.login_id, "email": reviewer.email}
    visitor.post(reverse("forgotten"), typed)
    link = re.search(r"http://testserver(/reset/\S+)", delivered()[-1].body)
    new = "kaze ga fuku minato no asa"
    visitor.post(link[1], {"new_password": new, "new_password_again": new})
    assert log_in(visitor, reviewer, new).status_code == 302
    assert visitor.get(reverse("desk"))["Location"].startswith(reverse("enter_second_factor"))
    show(visitor, code_now())
    assert is_in(visitor)


# --- Guessing ---


def test_guesses_are_counted_for_the_account(half_way: Client, reviewer: Account, clock: Clock) -> None:
    guesses = [show(log_in_with(reviewer, second_factor=False), "000000").status_code for _guess in range(6)]
    assert guesses == [200] * 5 + [429]
    client = log_in_with(reviewer, second_factor=False)
    refused = show(client, code_now())
    assert refused.status_code == 429
    assert "あと1分待ってから" in refused.content.decode()
    clock.shift(60)
    assert show(client, code_now()).status_code == 302
    assert acts().count("staff.second_factor_refused") == 5


def test_recovery_codes_are_guessed_under_the_same_count(half_way: Client) -> None:
    tries = ["000000", "abcdefghjk"] * 3
    assert [show(half_way, code).status_code for code in tries] == [200] * 5 + [429]


def test_another_clerk_is_not_held_up(half_way: Client, clock: Clock) -> None:
    for _guess in range(6):
        show(half_way, "000000")
    other = StaffFactory()
    give_telephone(other)
    assert show(log_in_with(other, second_factor=False), code_now()).status_code == 302


def test_a_right_code_gives_the_guesses_back(half_way: Client, reviewer: Account, clock: Clock) -> None:
    client = half_way
    for _login in range(3):
        for _guess in range(4):
            assert show(client, "000000").status_code == 200
        assert show(client, code_now()).status_code == 302
        clock.shift(30)
        client = log_in_with(reviewer, second_factor=False)


def test_set_up_codes_are_counted_too(newcomer: Client) -> None:
    newcomer.get(reverse("set_up_second_factor"))
    answers = [newcomer.post(reverse("set_up_second_factor"), {"code": "0"}).status_code for _guess in range(6)]
    assert answers == [200] * 5 + [429]


# --- Recovery codes ---


def test_a_recovery_code_opens_once(half_way: Client, reviewer: Account) -> None:
    first, second, *_others = second_factor.renew_recovery_codes(reviewer, code_now())
    assert show(half_way, f" {first[:5]} {first[5:]} ").status_code == 302
    assert is_in(half_way)
    again = log_in_with(reviewer, second_factor=False)
    show(again, first)
    assert not is_in(again)
    show(again, second)
    assert is_in(again)
    ways = AuditEntry.objects.filter(action="staff.second_factor_shown").values_list("details__way", flat=True)
    assert list(ways) == ["recovery code", "recovery code"]
    assert second_factor.unused_recovery_codes(reviewer) == 8


def test_a_recovery_code_of_another_clerk_opens_nothing(half_way: Client, clock: Clock) -> None:
    other = StaffFactory()
    give_telephone(other)
    code = second_factor.renew_recovery_codes(other, code_now())[0]
    show(half_way, code)
    assert not is_in(half_way)
    client = log_in_with(other, second_factor=False)
    show(client, code)
    assert is_in(client)


def test_new_recovery_codes_void_the_old_ones(half_way: Client, reviewer: Account, clock: Clock) -> None:
    old = second_factor.renew_recovery_codes(reviewer, code_now())
    clock.shift(30)
    show(half_way, code_now())
    assert "残っているリカバリーコードは 10 個です。" in half_way.get(reverse("recovery_codes")).content.decode()
    clock.shift(30)
    new = half_way.post(reverse("recovery_codes"), {"code": code_now()}).context["codes"]
    assert len(set(new) - set(old)) == 10
    for code, opens in ((old[0], False), (new[0], True)):
        client = log_in_with(reviewer, second_factor=False)
        show(client, code)
        assert is_in(client) is opens


@pytest.mark.parametrize("by", ["wrong code", "used code", "recovery code"])
def test_new_recovery_codes_need_a_fresh_code_of_the_telephone(by: str, half_way: Client, reviewer: Account) -> None:
    old = second_factor.renew_recovery_codes(reviewer, code_now(steps=-1))
    used = code_now()
    show(half_way, used)
    typed = {"wrong code": "000000", "used code": used, "recovery code": old[0]}[by]
    refused = half_way.post(reverse("recovery_codes"), {"code": typed})
    assert "認証コードが正しくない" in refused.content.decode()
    assert second_factor.unused_recovery_codes(reviewer) == 10
    client = log_in_with(reviewer, second_factor=False)
    show(client, old[0])
    assert is_in(client)


# --- Another manager's help ---


def test_a_reset_ends_the_session_and_the_next_login_sets_up_anew(
    half_way: Client, reviewer: Account, manager: Account, clock: Clock, delivered: Callable[[], list[EmailMessage]]
) -> None:
    codes = second_factor.renew_recovery_codes(reviewer, code_now(steps=-1))
    show(half_way, code_now())
    clock.shift(30)
    help_from = log_in_with(manager)
    assert help_from.post(reverse("reset_second_factor", args=[reviewer.public_id])).status_code == 302
    assert half_way.get(reverse("desk"))["Location"].startswith(reverse("login"))
    assert "二段階認証が解除されたため" in half_way.get(reverse("login")).content.decode()
    (mail,) = delivered()
    assert (mail.to, "二段階認証の解除" in mail.subject) == ([reviewer.email], True)
    entry = AuditEntry.objects.get(action="staff.second_factor_reset")
    assert (entry.actor, entry.subject) == (f"accounts.Account:{manager.pk}", f"accounts.Account:{reviewer.pk}")

    again = log_in_with(reviewer, second_factor=False)
    for code in (code_now(), codes[0]):
        again.post(reverse("set_up_second_factor"), {"code": code})
        assert not is_in(again)
    set_up(again)
    assert is_in(again)
    assert not second_factor.show(reviewer, codes[1], session=SessionStore())


def test_nobody_resets_their_own_second_factor(manager: Account) -> None:
    give_telephone(manager)
    client = log_in_with(manager)
    url = reverse("reset_second_factor", args=[manager.public_id])
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    assert second_factor.is_set_up(manager)
    assert url not in client.get(reverse("clerk", args=[manager.public_id])).content.decode()


def test_nothing_to_reset_is_a_wrong_status(manager: Account, reviewer: Account) -> None:
    client = log_in_with(manager)
    assert client.post(reverse("reset_second_factor", args=[reviewer.public_id])).status_code == 409
    assert "staff.second_factor_reset" not in acts()


def test_the_second_factor_of_a_removed_clerk_opens_nothing(
    half_way: Client, reviewer: Account, manager: Account
) -> None:
    session = SessionStore(half_way.cookies[settings.SESSION_COOKIE_NAME].value)
    assert session.account == reviewer
    staff.remove(reviewer, by=manager)
    with pytest.raises(WrongStatus):
        second_factor.show(reviewer, code_now(), session=session)
    assert not session.second_factor_passed


def test_members_are_never_asked_for_a_second_factor(company: Company, visitor: Client) -> None:
    for who in ("administrator", "signer", "sub_id"):
        log_in(visitor, getattr(company, who))
        assert visitor.get(reverse("menu")).status_code == 200
        assert visitor.get(reverse("set_up_second_factor")).status_code == 403


def test_a_managers_pages_need_the_second_factor_too(clock: Clock, manager: Account) -> None:
    give_telephone(manager)
    client = log_in_with(manager, second_factor=False)
    assert client.get(reverse("clerks"))["Location"].startswith(reverse("enter_second_factor"))
    show(client, code_now())
    assert client.get(reverse("clerks")).status_code == 200
