"""The chamber's clerks: invited, let in, given a role, removed; and the pages that they share with members."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import staff
from accounts.models import Account, Kind, PasswordOrigin, Role, Session
from audit.models import AuditEntry
from foundation.errors import WrongStatus
from mailing.models import OutboxMail
from tests.accounts.conftest import log_in
from tests.conftest import Company, log_in_with, queries_of
from tests.factories import PASSWORD, AccountFactory, ChamberFactory, StaffFactory
from tests.support.turns import at_once

Delivered = Callable[[], list[EmailMessage]]
NEW = "kaze ga fuku minato no asa"
NEW_TWICE = {"new_password": NEW, "new_password_again": NEW}
TYPED = {"name": "港 五郎", "login_id": "minato.goro", "email": "goro@example.jp", "role": "reviewer"}


@pytest.fixture
def client(manager: Account) -> Client:
    """The manager's browser."""
    return log_in_with(manager)


def clerks() -> dict[str, Account]:
    return {account.login_id: account for account in Account.objects.get_queryset().staff()}


def invite(client: Client, **instead: str) -> HttpResponse:
    return client.post(reverse("invite_clerk"), {**TYPED, **instead})


def link_in(mail: EmailMessage) -> str:
    found = re.search(rf"^{re.escape(settings.ECO_ORIGIN)}(/staff/invited/\S+)$", mail.body, re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture
def link(client: Client, delivered: Delivered) -> str:
    """A new clerk's link, as mailed."""
    invite(client)
    return link_in(delivered()[-1])


def is_dead(client: Client, link: str) -> bool:
    """Whether the link opens nothing, whether one looks or chooses a password."""
    answers = [client.get(link), client.post(link, NEW_TWICE)]
    assert all("このリンクは使えません" in answer.content.decode() for answer in answers if answer.status_code == 410)
    return [answer.status_code for answer in answers] == [410, 410]


# --- Invited ---


def test_an_invited_clerk_gets_a_link_and_no_password(
    client: Client, manager: Account, company: Company, delivered: Delivered
) -> None:
    assert invite(client)["Location"] == reverse("clerks")
    clerk = clerks()["minato.goro"]
    assert (clerk.kind, clerk.role, clerk.chamber) == (Kind.STAFF, Role.REVIEWER, company.chamber)
    assert clerk.is_invited
    assert not clerk.has_usable_password()
    (mail,) = delivered()
    assert mail.to == ["goro@example.jp"]
    for said in (company.chamber.name, company.chamber.code, "minato.goro", "7日間"):
        assert said in mail.body
    invited = AuditEntry.objects.get(action="staff.invited")
    assert (invited.actor, invited.details) == (f"accounts.Account:{manager.pk}", {"role": "reviewer"})
    page = client.get(reverse("clerks")).content.decode()
    assert "港 五郎" in page
    assert "招待中" in page


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "入力してください"),
        ("name", "港\u202e五郎", "目に見えない文字"),
        ("login_id", "abc", "4文字以上20文字以内"),
        ("login_id", "a" * 21, "4文字以上20文字以内"),
        ("login_id", "minato goro/", "4文字以上20文字以内"),
        ("login_id", "みなと", "4文字以上20文字以内"),
        ("email", "goro", "「@」がありません"),
        ("role", "operator", "選択"),
        ("role", "", "選択してください"),
    ],
)
def test_what_was_typed_wrongly_is_said_and_nobody_is_invited(
    field: str, value: str, error: str, client: Client
) -> None:
    before = len(clerks())
    refused = invite(client, **{field: value})
    assert refused.status_code == 200
    assert any(error in said for said in refused.context["form"].errors[field])
    assert len(clerks()) == before
    assert not OutboxMail.objects.exists()


def test_full_width_ids_are_written_in_half_width(client: Client) -> None:
    invite(client, login_id="ｍｉｎａｔｏ．ｇｏｒｏ ")
    assert "minato.goro" in clerks()


@pytest.mark.parametrize("whose", ["clerk", "removed clerk", "member"])
def test_an_id_is_given_once_in_a_chamber(whose: str, client: Client, company: Company) -> None:
    if whose == "member":
        Account.objects.get_queryset().filter(pk=company.signer.pk).update(login_id="Minato.Goro")
    else:
        status = Account.Status.DELETED if whose == "removed clerk" else Account.Status.ACTIVE
        StaffFactory(chamber=company.chamber, login_id="Minato.Goro", status=status)
    refused = invite(client)
    assert "このIDはすでに使われています" in refused.content.decode()
    with pytest.raises(WrongStatus):
        staff.invite(company.chamber, login_id="minato.goro", name="港", email="g@example.jp", role=Role.REVIEWER)
    StaffFactory(chamber=ChamberFactory(), login_id="sakura.hana")
    assert invite(client, login_id="sakura.hana").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_invitations_with_one_id_one_counts() -> None:
    key = log_in_with(StaffFactory(role=Role.MANAGER)).cookies[settings.SESSION_COOKIE_NAME].value

    def send() -> int:
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = key
        return invite(browser).status_code

    answers = at_once(4, send)
    assert answers.count(302) == 1
    assert set(answers) <= {302, 200, 409}
    assert AuditEntry.objects.filter(action="staff.invited").count() == 1


# --- Let in ---


def test_the_link_lets_the_clerk_in(link: str, visitor: Client, delivered: Delivered) -> None:
    page = visitor.get(link).content.decode()
    assert "minato.goro" in page
    assert visitor.post(link, NEW_TWICE)["Location"] == reverse("login")
    clerk = clerks()["minato.goro"]
    assert clerk.password_origin == PasswordOrigin.OWN
    assert clerk.email_verified_at
    assert log_in(visitor, clerk, NEW)["Location"] == reverse("desk")
    assert visitor.get(reverse("desk"))["Location"] == reverse("set_up_second_factor")
    assert AuditEntry.objects.filter(action="staff.invitation_accepted").count() == 1
    assert "変更のお知らせ" in delivered()[-1].subject


def test_before_that_no_password_opens_the_door(client: Client, visitor: Client) -> None:
    invite(client)
    clerk = clerks()["minato.goro"]
    for password in ("", "!", clerk.password, PASSWORD):
        assert log_in(visitor, clerk, password).status_code == 200
    assert not Session.objects.filter(account=clerk).exists()


def test_the_link_works_once(link: str, visitor: Client) -> None:
    assert visitor.get(link).status_code == 200
    for typed in ("short", "minato.goro minato.goro"):
        refused = visitor.post(link, {"new_password": typed, "new_password_again": typed})
        assert refused.status_code == 200
        assert refused.context["form"].errors
    assert visitor.post(link, NEW_TWICE).status_code == 302
    assert is_dead(visitor, link)


@pytest.mark.parametrize(("seconds", "dead"), [(-1, False), (0, True)])
def test_the_link_lasts_seven_days(
    seconds: int, dead: bool, client: Client, visitor: Client, delivered: Delivered
) -> None:
    now = timezone.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False) as clock:
        invite(client)
        link = link_in(delivered()[-1])
        clock.shift(timedelta(days=7, seconds=seconds))
        assert is_dead(visitor, link) is dead


@pytest.mark.parametrize("wrong", ["proof", "time", "clerk", "member"])
def test_a_wrong_link_opens_nothing(
    wrong: str, link: str, client: Client, company: Company, visitor: Client, delivered: Delivered
) -> None:
    *_path, public_id, sent_at, proof, _end = link.split("/")
    invite(client, login_id="another")
    args = {
        "proof": (public_id, sent_at, "0" * 40),
        "time": (public_id, int(sent_at) + 1, proof),
        "clerk": (clerks()["another"].public_id, sent_at, proof),
        "member": (company.signer.public_id, sent_at, proof),
    }[wrong]
    assert is_dead(visitor, reverse("accept_invitation", args=args))
    assert visitor.post(link, NEW_TWICE).status_code == 302


def test_the_link_of_a_removed_clerk_is_dead(link: str, client: Client, visitor: Client) -> None:
    assert visitor.get(link).status_code == 200
    client.post(reverse("remove_clerk", args=[clerks()["minato.goro"].public_id]))
    assert is_dead(visitor, link)


def test_a_second_invitation_may_correct_the_address(
    link: str, client: Client, visitor: Client, delivered: Delivered
) -> None:
    again = reverse("invite_clerk_again", args=[clerks()["minato.goro"].public_id])
    assert client.get(again).context["form"]["email"].value() == "goro@example.jp"
    assert "「@」がありません" in client.post(again, {"email": "x"}).content.decode()
    for typed in ("", "a guess"):
        form = client.post(again, {"email": "gorou@example.jp", "current_password": typed}).context["form"]
        assert list(form.errors) == ["current_password"]
    client.post(again, {"email": "gorou@example.jp", "current_password": PASSWORD})
    mail = delivered()[-1]
    assert mail.to == ["gorou@example.jp"]
    assert is_dead(visitor, link)
    assert visitor.post(link_in(mail), NEW_TWICE).status_code == 302
    assert client.get(again).status_code == client.post(again, {"email": "x@example.jp"}).status_code == 404


def test_a_second_invitation_to_the_same_address_leaves_the_first_link_alive(
    link: str, client: Client, visitor: Client, delivered: Delivered
) -> None:
    clerk = clerks()["minato.goro"]
    client.post(reverse("invite_clerk_again", args=[clerk.public_id]), {"email": clerk.email})
    assert len(delivered()) == 2
    assert visitor.post(link, NEW_TWICE).status_code == 302
    assert is_dead(visitor, link_in(delivered()[1]))


def test_who_has_come_in_is_not_invited_again(manager: Account, reviewer: Account, delivered: Delivered) -> None:
    with pytest.raises(WrongStatus):
        staff.invite_again(reviewer, email="x@example.jp", by=manager)
    assert delivered() == []


def test_an_invitation_that_is_no_longer_needed_is_not_sent(client: Client, delivered: Delivered) -> None:
    invite(client)
    invite(client, login_id="another", email="another@example.jp")
    client.post(reverse("remove_clerk", args=[clerks()["minato.goro"].public_id]))
    assert [mail.to for mail in delivered()] == [["another@example.jp"]]


def test_a_link_leads_to_the_site_on_which_it_was_asked_for(
    client: Client, manager: Account, visitor: Client, delivered: Delivered, settings: object
) -> None:
    """The members' site, whose worker may send the mail, can have another address than the staff's."""
    settings.ECO_ORIGIN = "https://staff.example.jp"  # type: ignore[attr-defined]
    invite(client)
    typed = {"chamber_code": manager.chamber.code, "login_id": manager.login_id, "email": manager.email}
    visitor.post(reverse("forgotten"), typed)
    settings.ECO_ORIGIN = "https://eco.example.jp"  # type: ignore[attr-defined]
    for mail in delivered():
        assert "\nhttps://staff.example.jp/" in mail.body


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_uses_of_a_link_one_counts(delivered: Delivered) -> None:
    chamber = ChamberFactory()
    clerk = staff.invite(chamber, login_id="minato.goro", name="港", email="g@example.jp", role=Role.MANAGER)
    link = link_in(delivered()[0])
    tried = [f"{NEW} {number}" for number in range(5)]
    to_try = list(tried)

    def use() -> int:
        typed = to_try.pop()
        return Client().post(link, {"new_password": typed, "new_password_again": typed}).status_code

    assert sorted(at_once(5, use)) == [302, 410, 410, 410, 410]
    clerk.refresh_from_db()
    assert sum(clerk.check_password(typed) for typed in tried) == 1


# --- Role ---


def test_a_new_role_applies_at_once(client: Client, reviewer: Account) -> None:
    theirs = log_in_with(reviewer)
    assert theirs.get(reverse("clerks")).status_code == 403
    url = reverse("change_role", args=[reviewer.public_id])
    assert client.post(url, {"role": "manager"})["Location"] == reverse("clerk", args=[reviewer.public_id])
    assert theirs.get(reverse("clerks")).status_code == 200
    client.post(url, {"role": "reviewer"})
    assert theirs.get(reverse("clerks")).status_code == 403
    changes = AuditEntry.objects.filter(action="staff.role_changed").order_by("pk")
    assert [entry.details["role"] for entry in changes] == ["manager", "reviewer"]


def test_an_unknown_role_is_refused(client: Client, reviewer: Account) -> None:
    assert client.post(reverse("change_role", args=[reviewer.public_id]), {"role": "operator"}).status_code == 200
    reviewer.refresh_from_db()
    assert reviewer.role == Role.REVIEWER


@pytest.mark.parametrize("page", ["change_role", "remove_clerk"])
def test_nobody_changes_or_removes_themselves(page: str, client: Client, manager: Account) -> None:
    StaffFactory(chamber=manager.chamber, role=Role.MANAGER)
    url = reverse(page, args=[manager.public_id])
    assert (client.get(url).status_code, client.post(url, {"role": "reviewer"}).status_code) == (404, 404)
    manager.refresh_from_db()
    assert (manager.role, manager.status) == (Role.MANAGER, Account.Status.ACTIVE)
    detail = client.get(reverse("clerk", args=[manager.public_id])).content.decode()
    assert url not in detail
    assert "ほかの責任者に依頼してください" in detail


# --- Removed ---


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_removed_clerks_next_request_is_refused(
    method: str, client: Client, reviewer: Account, visitor: Client
) -> None:
    theirs = log_in_with(reviewer)
    assert theirs.get(reverse("desk")).status_code == 200
    assert client.post(reverse("remove_clerk", args=[reviewer.public_id]))["Location"] == reverse("clerks")
    refused = getattr(theirs, method)(reverse("change_password"))
    assert refused["Location"].startswith(reverse("login"))
    assert "このIDは現在ご利用になれません" in theirs.get(reverse("login")).content.decode()
    assert log_in(visitor, reviewer).status_code == 200
    assert reviewer.login_id not in client.get(reverse("clerks")).content.decode()
    assert client.get(reverse("clerk", args=[reviewer.public_id])).status_code == 404
    assert AuditEntry.objects.filter(action="staff.removed").count() == 1


@pytest.mark.parametrize("step", ["before the second factor", "invited"])
def test_a_clerk_is_removed_at_every_stage(step: str, client: Client, manager: Account, visitor: Client) -> None:
    if step == "invited":
        invite(client)
        clerk = clerks()["minato.goro"]
    else:
        clerk = StaffFactory(chamber=manager.chamber)
        log_in(visitor, clerk)
    client.post(reverse("remove_clerk", args=[clerk.public_id]))
    clerk.refresh_from_db()
    assert clerk.status == Account.Status.DELETED
    assert visitor.get(reverse("set_up_second_factor"))["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("verb", ["invite_again", "change_role", "remove", "accept_invitation"])
def test_nothing_happens_to_a_removed_clerk_any_more(verb: str, manager: Account, reviewer: Account) -> None:
    staff.remove(reviewer, by=manager)
    acts: dict[str, Callable[[], object]] = {
        "invite_again": lambda: staff.invite_again(reviewer, email="x@example.jp", by=manager),
        "change_role": lambda: staff.change_role(reviewer, Role.MANAGER, by=manager),
        "remove": lambda: staff.remove(reviewer, by=manager),
        "accept_invitation": lambda: staff.accept_invitation(reviewer, NEW),
    }
    with pytest.raises(WrongStatus):
        acts[verb]()


# --- The last manager ---


def demote(clerk: Account, by: Account) -> None:
    staff.change_role(clerk, Role.REVIEWER, by=by)


def remove(clerk: Account, by: Account) -> None:
    staff.remove(clerk, by=by)


OTHERS = {
    "a settled manager": ({"role": Role.MANAGER}, True),
    "a reviewer": ({"role": Role.REVIEWER}, False),
    "an invited manager": ({"role": Role.MANAGER, "password_origin": PasswordOrigin.NONE}, False),
    "a removed manager": ({"role": Role.MANAGER, "status": Account.Status.DELETED}, False),
}


@pytest.mark.parametrize("verb", [demote, remove])
@pytest.mark.parametrize("other", OTHERS)
def test_a_chamber_never_loses_its_last_manager(
    other: str, verb: Callable[[Account, Account], None], manager: Account, stranger: Company
) -> None:
    facts, allowed = OTHERS[other]
    colleague = StaffFactory(chamber=manager.chamber, **facts)
    StaffFactory(chamber=stranger.chamber, role=Role.MANAGER)
    if allowed:
        verb(manager, colleague)
    else:
        with pytest.raises(WrongStatus):
            verb(manager, manager)
    managers = Account.objects.get_queryset().managers().filter(chamber=manager.chamber)
    assert managers.count() == 1
    assert managers.filter(pk=manager.pk).exists() is not allowed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", [demote, remove])
def test_two_managers_who_remove_each_other_at_once_leave_one(verb: Callable[[Account, Account], None]) -> None:
    chamber = ChamberFactory()
    one, other = (StaffFactory(chamber=chamber, role=Role.MANAGER) for _each in range(2))
    pairs = [(one, other), (other, one)]

    def act() -> bool:
        clerk, by = pairs.pop()
        try:
            verb(clerk, by)
        except WrongStatus:
            return False
        return True

    assert sorted(at_once(2, act)) == [False, True]
    assert Account.objects.get_queryset().managers().filter(chamber=chamber).count() == 1


# --- Who sees whom ---


def test_a_manager_sees_the_chambers_clerks_and_nobody_else(
    client: Client, manager: Account, reviewer: Account, company: Company, stranger: Company
) -> None:
    foreign = StaffFactory(chamber=stranger.chamber, name="ヨソノヒト")
    assert {clerk.pk for clerk in client.get(reverse("clerks")).context["clerks"]} == {manager.pk, reviewer.pk}
    page = client.get(reverse("clerks")).content.decode()
    assert foreign.name not in page
    assert company.signer.login_id not in page


def test_the_list_needs_the_same_number_of_queries_for_1_and_30_clerks(client: Client, manager: Account) -> None:
    for rows in (0, 29):
        for _each in range(rows):
            StaffFactory(chamber=manager.chamber)
        assert queries_of(client, reverse("clerks")) == 2


def test_staff_see_their_chambers_ids(manager: Account, company: Company, rival: Company, stranger: Company) -> None:
    seen = set(Account.objects.visible_to(manager).values_list("pk", flat=True))
    own = {getattr(each, who).pk for each in (company, rival) for who in ("administrator", "signer", "sub_id")}
    assert seen == own | {manager.pk}


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": ""},
        {"role": "operator"},
        {"kind": Kind.SIGNER},
        {"kind": Kind.SIGNER, "role": ""},
    ],
)
def test_the_database_keeps_staff_and_members_apart(wrong: dict[str, str], reviewer: Account, company: Company) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.get_queryset().filter(pk=reviewer.pk).update(**wrong)
    for changed in ({"role": "manager"}, {"registration": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.get_queryset().filter(pk=company.signer.pk).update(**changed)


# --- Pages that staff and members share ---


def test_staff_change_their_password(client: Client, manager: Account) -> None:
    page = client.get(reverse("change_password")).content.decode()
    assert manager.chamber.name in page
    assert "職員メニュー" in page
    typed = {"current_password": PASSWORD, **NEW_TWICE}
    assert client.post(reverse("change_password"), typed)["Location"] == reverse("desk")
    manager.refresh_from_db()
    assert manager.check_password(NEW)


def test_a_members_password_page_keeps_the_members_frame(company: Company) -> None:
    page = log_in_with(company.signer).get(reverse("change_password")).content.decode()
    assert company.registration.company_name in page
    assert "職員メニュー" not in page


@pytest.mark.parametrize("typed", ["{id} {id}", "{chamber}"])
def test_a_clerks_password_is_not_made_of_own_words(typed: str, client: Client, manager: Account) -> None:
    password = typed.format(id=manager.login_id, chamber=manager.chamber.name_en)
    refused = client.post(
        reverse("change_password"),
        {"current_password": PASSWORD, "new_password": password, "new_password_again": password},
    )
    assert "ID、氏名、企業名、登録番号などを使ったパスワードです" in refused.content.decode()


def test_error_pages_lead_back_to_the_desk(client: Client) -> None:
    for answer, status in (
        (client.get(reverse("menu")), 403),
        (client.get("/no/such/page/"), 404),
        (client.get(reverse("clerk", args=[uuid4()])), 404),
        (client.get(reverse("logout")), 405),
    ):
        assert answer.status_code == status
        assert f'href="{reverse("home")}"' in answer.content.decode()
    assert client.get(reverse("home"))["Location"] == reverse("desk")


@pytest.mark.parametrize("name", ["home", "login"])
def test_who_is_logged_in_begins_at_the_desk(name: str, client: Client) -> None:
    assert client.get(reverse(name))["Location"] == reverse("desk")


def test_staff_log_out(client: Client, manager: Account) -> None:
    assert client.post(reverse("logout"))["Location"] == reverse("login")
    assert client.get(reverse("desk"))["Location"].startswith(reverse("login"))


def test_navigation_offers_what_the_role_may_open(client: Client, reviewer: Account) -> None:
    for page, offered in ((client.get(reverse("desk")), True), (log_in_with(reviewer).get(reverse("desk")), False)):
        for name in ("clerks", "chamber_settings"):
            assert (f'href="{reverse(name)}"' in page.content.decode()) is offered


def test_a_forgotten_password_of_an_invited_clerk_is_not_mailed(
    client: Client, manager: Account, visitor: Client, delivered: Delivered
) -> None:
    """Only the invitation proves the mailbox."""
    invite(client)
    for clerk in (clerks()["minato.goro"], manager):
        typed = {"chamber_code": clerk.chamber.code, "login_id": clerk.login_id, "email": clerk.email}
        visitor.post(reverse("forgotten"), typed)
    resets = [mail for mail in delivered() if "再設定" in mail.subject]
    assert [mail.to for mail in resets] == [[manager.email]]


def test_staff_of_two_chambers_may_have_the_same_id(visitor: Client) -> None:
    for _each in range(2):
        clerk: Account = StaffFactory(login_id="same.name", chamber=ChamberFactory())
    log_in(visitor, clerk)
    assert Session.objects.get(account__isnull=False).account == clerk


def test_a_member_never_gets_a_staff_page(company: Company) -> None:
    client = log_in_with(AccountFactory(registration=company.registration, kind=Kind.SIGNER))
    for name in ("desk", "clerks", "set_up_second_factor", "user_settings"):
        assert client.get(reverse(name)).status_code == 403
