"""What the operator does for a chamber: make it with its first manager, and help the only manager who lost the telephone."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import Account, Role
from audit.models import AuditEntry
from chambers.models import Chamber
from mailing.models import OutboxMail
from tests.accounts.conftest import give_telephone, log_in
from tests.factories import ChamberFactory, StaffFactory

NEW = "kaze ga fuku minato no asa"
CHAMBER = {
    "code": "803",
    "name": "さくら商工会議所",
    "name_en": "SAKURA Chamber of Commerce & Industry",
    "postal_code": "100-0001",
    "address": "東京都千代田区さくら町1-1",
    "telephone": "03-0000-0001",
    "email": "boueki@sakura.example.jp",
    "manager_login_id": "sakura.hana",
    "manager_name": "桜 花",
    "manager_email": "hana@sakura.example.jp",
}


def add_chamber(**instead: str) -> str:
    said = StringIO()
    options = [f"--{name.replace('_', '-')}={value}" for name, value in {**CHAMBER, **instead}.items()]
    call_command("add_chamber", *options, stdout=said)
    return said.getvalue().strip()


@pytest.mark.django_db
def test_a_chamber_begins_with_a_manager_who_chooses_a_password(
    visitor: Client, delivered: Callable[[], list[EmailMessage]]
) -> None:
    link = add_chamber()
    chamber = Chamber.objects.get(code="803")
    (manager,) = Account.objects.get_queryset().staff()
    assert (manager.chamber, manager.role, manager.login_id) == (chamber, Role.MANAGER, "sakura.hana")
    assert chamber.texts.exists()
    (mail,) = delivered()
    assert mail.to == ["hana@sakura.example.jp"]
    path = link.removeprefix("http://testserver")
    assert visitor.post(path, {"new_password": NEW, "new_password_again": NEW})["Location"] == reverse("login")
    assert log_in(visitor, manager, NEW)["Location"] == reverse("desk")
    acts = AuditEntry.objects.filter(chamber=chamber).order_by("pk").values_list("action", flat=True)
    assert list(acts)[:3] == ["chamber.added", "staff.invited", "staff.invitation_mailed"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("code", "80", "--code: 3桁または4桁の数字です。"),
        ("code", "801", "--code:"),
        ("name", "", "--name:"),
        ("name_en", "さくら", "--name-en:"),
        ("email", "sakura", "--email:"),
        ("manager_login_id", "x", "--manager-login-id:"),
        ("manager_name", "", "--manager-name:"),
        ("manager_email", "hana", "--manager-email:"),
    ],
)
def test_a_wrong_value_is_named_and_leaves_nothing_behind(field: str, value: str, said: str) -> None:
    ChamberFactory(code="801")
    with pytest.raises(CommandError) as refused:
        add_chamber(**{field: value})
    assert str(refused.value).startswith(said)
    assert Chamber.objects.count() == 1
    assert not Account.objects.get_queryset().exists()
    assert not OutboxMail.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("there", "added", "fine"),
    [("801", "8010", False), ("8010", "801", False), ("801", "8011", True), ("801", "810", True)],
)
def test_no_chamber_is_added_whose_registration_numbers_are_anothers(there: str, added: str, *, fine: bool) -> None:
    ChamberFactory(code=there)
    if fine:
        add_chamber(code=added)
    else:
        with pytest.raises(CommandError, match=r"^末尾の0を除いて同じになる商工会議所コードがすでにあります。"):
            add_chamber(code=added)
    assert Chamber.objects.count() == 1 + fine


@pytest.mark.django_db
def test_a_chamber_is_not_added_where_its_manager_could_not_log_in(settings: object) -> None:
    settings.ECO_STAFF_SITE = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="ECO_STAFF_SITE is 0"):
        add_chamber()
    assert not Chamber.objects.exists()


@pytest.mark.django_db
def test_the_operator_resets_a_second_factor(delivered: Callable[[], list[EmailMessage]]) -> None:
    clerk: Account = StaffFactory(login_id="sakura.hana")
    other: Account = StaffFactory(login_id="sakura.hana")
    for each in (clerk, other):
        give_telephone(each)
    said = StringIO()
    call_command("reset_second_factor", clerk.chamber.code, "sakura.hana", stdout=said)
    assert said.getvalue() == f"The second factor of sakura.hana at {clerk.chamber.code} is forgotten.\n"
    assert [second_factor.is_set_up(each) for each in (clerk, other)] == [False, True]
    assert AuditEntry.objects.get(action="staff.second_factor_reset").actor == ""
    assert [mail.to for mail in delivered()] == [[clerk.email]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("unknown", "There is no such clerk."),
        ("member", "There is no such clerk."),
        ("removed", "There is no such clerk."),
        ("not set up", "This clerk has not set up a second factor."),
    ],
)
def test_a_reset_without_a_clerk_or_a_telephone_is_refused(case: str, said: str, company: object) -> None:
    member: Account = company.signer  # type: ignore[attr-defined]
    clerk = StaffFactory(status=Account.Status.DELETED if case == "removed" else Account.Status.ACTIVE)
    if case == "removed":
        give_telephone(clerk)
    asked = member if case == "member" else clerk
    login_id = "nobody" if case == "unknown" else asked.login_id
    with pytest.raises(CommandError, match=said):
        call_command("reset_second_factor", asked.chamber.code, login_id)
    assert not AuditEntry.objects.filter(action="staff.second_factor_reset").exists()
