"""Whoever was let in by a check acts only while what was checked still holds.

In every round the owner's verb has done its work and has not committed yet; the attacker's request has passed its check by then
and waits for what the verb holds. The owner commits, and the attacker goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import initial_passwords, reset_links, second_factor, services, staff
from accounts.invitation_links import link_for
from accounts.models import Account, PasswordOrigin, PasswordReset, Role, Session
from accounts.sessions import SessionStore
from casework import services as casework
from email_verification.services import Answer, confirm, send_new_code, void_open_code
from foundation.errors import WrongStatus
from signers import services as signers
from signers.models import Signer
from tests.accounts.conftest import code_now, log_in
from tests.conftest import Company, log_in_with, make_company
from tests.factories import StaffFactory
from tests.support.hashing import QuickHasher
from tests.support.turns import in_turn
from trade_registration import services as registrations

ROUNDS = 3
NEW = "kaze ga fuku minato no asa"
NEW_TWICE = {"new_password": NEW, "new_password_again": NEW}

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Scene:
    """A company with its IDs, and a chamber with two managers and a clerk."""

    company: Company
    manager: Account
    other_manager: Account
    clerk: Account


def scenes() -> Iterator[Scene]:
    for _round in range(ROUNDS):
        company = make_company()
        manager, other = (StaffFactory(chamber=company.chamber, role=Role.MANAGER) for _each in range(2))
        yield Scene(company, manager, other, StaffFactory(chamber=company.chamber))


def wins(race: Callable[[Scene], bool]) -> int:
    """In how many rounds the attacker won."""
    return sum(race(scene) for scene in scenes())


def as_it_is(account: Account) -> Account:
    return Account.objects.get_queryset().select_related("chamber", "registration", "parent").get(pk=account.pk)


def reset_link(account: Account) -> tuple[PasswordReset, str]:
    """An open link for a forgotten password, as the mail bears it."""
    named = {"chamber_code": account.chamber.code, "login_id": account.login_id, "email": account.email}
    reset = PasswordReset.objects.create(**named)
    return reset, reset_links.link_for(reset, as_it_is(account), origin="")


def use_reset_link(account: Account) -> None:
    reset, _link = reset_link(account)
    assert services.reset_password(reset, as_it_is(account), NEW)


def attempt(verb: Callable[[], object]) -> Callable[[], object]:
    """The attacker's verb; None where it is refused as out of date."""

    def tried() -> object:
        try:
            return verb()
        except WrongStatus:
            return None

    return tried


# --- Logging in with the password that is being taken away ---

TAKING_THE_PASSWORD: dict[str, Callable[[Scene], object]] = {
    "the mailed link": lambda scene: use_reset_link(scene.company.signer),
    "the owner": lambda scene: services.set_password(
        scene.company.signer, NEW, origin=PasswordOrigin.OWN, by=scene.company.signer
    ),
    "the administrator": lambda scene: signers.change_password(
        scene.company.signer_row, NEW, by=scene.company.administrator
    ),
    "a new certificate": lambda scene: initial_passwords.reissue(scene.company.signer),
}
STOPPING: dict[str, Callable[[Scene], object]] = {
    "the registration is suspended": lambda scene: registrations.suspend(
        scene.company.registration, reason="調査中", by=scene.manager
    ),
    "the registration is deleted": lambda scene: casework.delete_registration(
        scene.company.registration, reason="廃業", by=scene.manager
    ),
    "the signer is removed": lambda scene: signers.remove_signer(scene.company.signer_row, by=scene.manager),
}


def logs_in(account: Account) -> bool:
    return log_in(Client(), account).status_code == 302


def has_session(account: Account) -> bool:
    return Session.objects.filter(account=account, ended_because="").exists()


@pytest.mark.parametrize("way", TAKING_THE_PASSWORD)
def test_nobody_logs_in_with_a_password_that_has_just_been_replaced(way: str) -> None:
    def race(scene: Scene) -> bool:
        signer = scene.company.signer
        (came_in,) = in_turn(lambda: TAKING_THE_PASSWORD[way](scene), lambda: logs_in(signer))
        return bool(came_in) or has_session(signer)

    assert wins(race) == 0


STOPPED_BY = [(way, who) for way in STOPPING for who in ("administrator", "signer", "sub_id")]
STOPPED_BY.remove(("the signer is removed", "administrator"))


@pytest.mark.parametrize(("way", "who"), STOPPED_BY)
def test_nobody_logs_in_with_an_id_that_has_just_been_stopped(way: str, who: str) -> None:
    def race(scene: Scene) -> bool:
        account = getattr(scene.company, who)
        (came_in,) = in_turn(lambda: STOPPING[way](scene), lambda: logs_in(account))
        return bool(came_in) or has_session(account)

    assert wins(race) == 0


def test_no_clerk_logs_in_who_has_just_been_removed() -> None:
    def race(scene: Scene) -> bool:
        removal = lambda: staff.remove(scene.clerk, by=scene.manager)  # noqa: E731
        (came_in,) = in_turn(removal, lambda: logs_in(scene.clerk))
        return bool(came_in) or has_session(scene.clerk)

    assert wins(race) == 0


def test_renewing_an_old_hash_brings_no_replaced_password_back() -> None:
    """A login hashes the password anew when the parameters have changed; the owner has another password by then."""

    class Earlier(QuickHasher):
        time_cost = 2

    def race(scene: Scene) -> bool:
        signer = scene.company.signer
        old = Earlier().encode("kono fune wa minato ni iru", Earlier().salt())
        Account.objects.get_queryset().filter(pk=signer.pk).update(password=old)
        (came_in,) = in_turn(lambda: use_reset_link(signer), lambda: logs_in(signer))
        return bool(came_in) or not as_it_is(signer).check_password(NEW)

    assert wins(race) == 0


@pytest.mark.parametrize("way", ["stopped", "its signer stopped", "its registration suspended", "another password"])
def test_no_session_is_made_for_an_id_that_is_not_as_it_was_read(way: str) -> None:
    company = make_company()
    read = as_it_is(company.sub_id)
    if way == "stopped":
        signers.delete_sub_id(company.sub_id, by=company.signer)
    if way == "its signer stopped":
        Account.objects.get_queryset().filter(pk=company.signer.pk).update(status=Account.Status.SUSPENDED)
    if way == "its registration suspended":
        registrations.suspend(company.registration, reason="調査中", by=company.administrator)
    if way == "another password":
        Account.objects.get_queryset().filter(pk=company.sub_id.pk).update(password=make_password(NEW))
    session = SessionStore()
    with pytest.raises(WrongStatus):
        session.start(read)
    assert session.account is None
    assert not Session.objects.exists()


# --- Links for a forgotten password, and the password page ---


def test_of_two_open_reset_links_one_works() -> None:
    def race(scene: Scene) -> bool:
        signer = scene.company.signer
        (reset, _link), (_other, link) = reset_link(signer), reset_link(signer)
        other = {"new_password": f"{NEW} 2", "new_password_again": f"{NEW} 2"}
        (status,) = in_turn(
            lambda: services.reset_password(reset, as_it_is(signer), NEW),
            lambda: Client().post(link, other).status_code,
        )
        return status != 410 or not as_it_is(signer).check_password(NEW)

    assert wins(race) == 0


TAKING_THE_LINK = {**TAKING_THE_PASSWORD, **STOPPING} | {
    "another mailbox": lambda scene: signers.change_email(
        scene.company.signer_row, "owner@example.jp", by=scene.company.administrator
    )
}
del TAKING_THE_LINK["the mailed link"]


@pytest.mark.parametrize("way", TAKING_THE_LINK)
def test_a_reset_link_opens_nothing_that_has_just_changed(way: str) -> None:
    def race(scene: Scene) -> bool:
        signer = scene.company.signer
        _reset, link = reset_link(signer)
        thiefs = {"new_password": f"{NEW} 2", "new_password_again": f"{NEW} 2"}
        (status,) = in_turn(lambda: TAKING_THE_LINK[way](scene), lambda: Client().post(link, thiefs).status_code)
        return status != 410 or as_it_is(signer).check_password(f"{NEW} 2")

    assert wins(race) == 0


@pytest.mark.parametrize("way", {**TAKING_THE_PASSWORD, **STOPPING})
def test_the_old_password_changes_no_password_that_has_just_been_replaced(way: str) -> None:
    def race(scene: Scene) -> bool:
        signer = scene.company.signer
        thief = log_in_with(signer)
        typed = {"current_password": "kono fune wa minato ni iru"}
        typed |= {"new_password": f"{NEW} 2", "new_password_again": f"{NEW} 2"}
        (status,) = in_turn(
            lambda: {**TAKING_THE_PASSWORD, **STOPPING}[way](scene),
            lambda: thief.post(reverse("change_password"), typed).status_code,
        )
        return status == 302 or as_it_is(signer).check_password(f"{NEW} 2") or has_session(signer)

    assert wins(race) == 0


# --- Sub-IDs ---


def active_sub_ids(signer: Account) -> int:
    return Account.objects.get_queryset().filter(parent=signer, status=Account.Status.ACTIVE).count()


def make_sub_id(company: Company) -> Account:
    return signers.create_sub_id(as_it_is(company.signer), name="補助", email="sub@example.jp", password=NEW)


@pytest.mark.parametrize("signer_comes_first", [True, False])
def test_no_sub_id_outlives_its_signer(*, signer_comes_first: bool) -> None:
    def race(scene: Scene) -> bool:
        company = scene.company
        verbs: list[Callable[[], object]] = [
            attempt(lambda: make_sub_id(company)),
            lambda: signers.remove_signer(Signer.objects.get(account=company.signer), by=scene.manager),
        ]
        in_turn(*(verbs if signer_comes_first else verbs[::-1]))
        return active_sub_ids(company.signer) > 0

    assert wins(race) == 0


def test_a_sub_id_made_meanwhile_has_no_session_when_its_registration_is_suspended() -> None:
    def race(scene: Scene) -> bool:
        made: list[Account] = []

        def make_and_use() -> None:
            made.append(make_sub_id(scene.company))
            SessionStore().start(as_it_is(made[0]))

        in_turn(make_and_use, lambda: STOPPING["the registration is suspended"](scene))
        return has_session(made[0])

    assert wins(race) == 0


SUB_ID_VERBS: dict[str, Callable[[Company], object]] = {
    "rename": lambda company: signers.change_sub_id(
        company.sub_id, name="通関 花子", email=company.sub_id.email, by=company.signer
    ),
    "give another mailbox": lambda company: signers.change_sub_id(
        company.sub_id, name=company.sub_id.name, email="new@example.jp", by=company.signer
    ),
    "give a password": lambda company: signers.change_sub_id_password(company.sub_id, NEW, by=company.signer),
    "delete": lambda company: signers.delete_sub_id(company.sub_id, by=company.signer),
}


@pytest.mark.parametrize("verb", SUB_ID_VERBS)
def test_nothing_happens_to_a_sub_id_that_has_just_been_deleted(verb: str) -> None:
    def race(scene: Scene) -> bool:
        before = as_it_is(scene.company.sub_id)

        def attack() -> bool:
            SUB_ID_VERBS[verb](scene.company)
            return True

        (done,) = in_turn(lambda: STOPPING["the signer is removed"](scene), attempt(attack))
        after = as_it_is(scene.company.sub_id)
        return bool(done) or (after.name, after.email, after.password) != (before.name, before.email, before.password)

    assert wins(race) == 0


SIGNER_VERBS: dict[str, Callable[[Company], object]] = {
    "mailbox": lambda company: signers.change_email(company.signer_row, "new@example.jp", by=company.administrator),
    "password": lambda company: signers.change_password(company.signer_row, NEW, by=company.administrator),
}


@pytest.mark.parametrize("verb", SIGNER_VERBS)
def test_an_administrator_changes_nothing_of_a_signer_who_has_just_been_removed(verb: str) -> None:
    def race(scene: Scene) -> bool:
        before = as_it_is(scene.company.signer)

        def attack() -> bool:
            SIGNER_VERBS[verb](scene.company)
            return True

        (done,) = in_turn(lambda: STOPPING["the signer is removed"](scene), attempt(attack))
        after = as_it_is(scene.company.signer)
        return bool(done) or (after.email, after.password) != (before.email, before.password)

    assert wins(race) == 0


OTHERS_VERBS: dict[str, Callable[[Company], object]] = {
    **SIGNER_VERBS,
    "sub-ID": lambda company: signers.change_sub_id(
        company.sub_id, name="通関 次郎", email="thief@example.jp", by=company.administrator
    ),
}


@pytest.mark.parametrize("verb", OTHERS_VERBS)
def test_a_replaced_password_gives_no_right_over_the_ids_of_others(verb: str) -> None:
    def race(scene: Scene) -> bool:
        company = scene.company

        def attack() -> bool:
            OTHERS_VERBS[verb](company)
            return True

        before = [(each.email, each.password) for each in map(as_it_is, (company.signer, company.sub_id))]
        (done,) = in_turn(lambda: use_reset_link(company.administrator), attempt(attack))
        after = [(each.email, each.password) for each in map(as_it_is, (company.signer, company.sub_id))]
        return bool(done) or after != before

    assert wins(race) == 0


# --- Codes ---


@pytest.mark.parametrize("way", ["the mailed link", "the owner keeps the mailbox"])
def test_a_thiefs_mailbox_is_not_proved_once_the_owner_has_acted(way: str) -> None:
    """The thief has asked for another mailbox in the administrator's session."""

    def race(scene: Scene) -> bool:
        administrator = as_it_is(scene.company.administrator)
        send_new_code(administrator, address="thief@example.jp")
        code = administrator.email_verifications.get().code

        def owner() -> None:
            if way == "the mailed link":
                use_reset_link(administrator)
            else:
                void_open_code(administrator)

        def thief() -> bool:
            return confirm(administrator, code, address="thief@example.jp") is Answer.VERIFIED

        (proved,) = in_turn(owner, attempt(thief))
        return bool(proved) or as_it_is(administrator).email == "thief@example.jp"

    assert wins(race) == 0


def test_no_code_is_sent_to_a_thiefs_mailbox_once_the_owner_has_another_password() -> None:
    def race(scene: Scene) -> bool:
        administrator = as_it_is(scene.company.administrator)
        (sent,) = in_turn(
            lambda: use_reset_link(administrator),
            attempt(lambda: send_new_code(administrator, address="thief@example.jp")),
        )
        return bool(sent) or administrator.email_verifications.exists()

    assert wins(race) == 0


# --- Clerks ---


def test_a_link_to_a_wrong_mailbox_lets_nobody_in_once_it_is_corrected() -> None:
    def race(scene: Scene) -> bool:
        invited = staff.invite(
            scene.company.chamber,
            login_id="newClerk",
            name="新人 五郎",
            email="wrong@example.jp",
            role=Role.REVIEWER,
            by=scene.manager,
        )
        link = link_for(invited, int(timezone.now().timestamp()), origin="")
        (status,) = in_turn(
            lambda: staff.invite_again(invited, email="right@example.jp", by=scene.manager),
            lambda: Client().post(link, NEW_TWICE).status_code,
        )
        return status != 410 or not as_it_is(invited).is_invited

    assert wins(race) == 0


CLERK_ATTACKS: dict[str, Callable[[Scene], object]] = {
    "remove": lambda scene: staff.remove(scene.other_manager, by=scene.manager),
    "demote": lambda scene: staff.change_role(scene.other_manager, Role.REVIEWER, by=scene.manager),
    "promote": lambda scene: staff.change_role(scene.clerk, Role.MANAGER, by=scene.manager),
    "invite": lambda scene: staff.invite(
        scene.company.chamber,
        login_id="accomplice",
        name="共犯 六郎",
        email="a@example.jp",
        role=Role.MANAGER,
        by=scene.manager,
    ),
    "reset the second factor": lambda scene: staff.reset_second_factor(scene.other_manager, by=scene.manager),
}


@pytest.mark.parametrize("attack", CLERK_ATTACKS)
@pytest.mark.parametrize("end", ["removed", "demoted"])
def test_a_manager_manages_nobody_once_removed_or_demoted(end: str, attack: str) -> None:
    def race(scene: Scene) -> bool:
        before = set(Account.objects.get_queryset().staff().values_list("pk", "role", "status"))

        def owner() -> None:
            if end == "removed":
                staff.remove(scene.manager, by=scene.other_manager)
            else:
                staff.change_role(scene.manager, Role.REVIEWER, by=scene.other_manager)

        def managed() -> bool:
            CLERK_ATTACKS[attack](scene)
            return True

        (done,) = in_turn(owner, attempt(managed))
        after = set(Account.objects.get_queryset().staff().values_list("pk", "role", "status"))
        return bool(done) or {row[0] for row in before ^ after} != {scene.manager.pk}

    assert wins(race) == 0


def session_of(account: Account) -> SessionStore:
    """As the request of a logged-in thief has read it."""
    key = log_in_with(account, second_factor=False).cookies[settings.SESSION_COOKIE_NAME].value
    session = SessionStore(key)
    assert session.account == account
    return session


def test_a_thief_sets_up_no_telephone_once_the_clerk_has_another_password() -> None:
    def race(scene: Scene) -> bool:
        session = session_of(scene.clerk)
        second_factor.key_to_set_up(session)
        code = code_now(key=session["key_of_telephone"])
        (codes,) = in_turn(
            lambda: use_reset_link(scene.clerk),
            attempt(lambda: second_factor.set_up(as_it_is(scene.clerk), code, session=session)),
        )
        return bool(codes) or second_factor.is_set_up(scene.clerk)

    assert wins(race) == 0


def test_an_invitation_is_no_way_past_a_removal() -> None:
    def race(scene: Scene) -> bool:
        invited = StaffFactory(chamber=scene.company.chamber, password="!", password_origin=PasswordOrigin.NONE)
        link = link_for(invited, int(timezone.now().timestamp()), origin="")
        (status,) = in_turn(
            lambda: staff.remove(invited, by=scene.manager),
            lambda: Client().post(link, NEW_TWICE).status_code,
        )
        return status == 302 or as_it_is(invited).check_password(NEW)

    assert wins(race) == 0
