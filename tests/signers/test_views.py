"""署名者管理, as the administrator sees it."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from signers.models import Signer
from tests.conftest import Company, queries_of
from tests.factories import PASSWORD, SignerFactory, SubIdFactory

NEW = "atarashii aikotoba desu"
Open = Callable[[Account], Client]


@pytest.fixture
def client(company: Company, browser_of: Open) -> Client:
    return browser_of(company.administrator)


def names(client: Client, **query: str) -> list[str]:
    return [account.name for account in client.get(reverse("signers"), query).context["page"].rows]


def test_the_list_shows_signers_and_on_request_their_sub_ids(client: Client, company: Company) -> None:
    assert names(client) == [company.signer.name]
    assert names(client, sub_ids="1") == [company.signer.name, company.sub_id.name]


def test_the_list_shows_no_other_company(client: Client, company: Company, rival: Company, stranger: Company) -> None:
    for other in (rival, stranger):
        Account.objects.get_queryset().filter(registration=other.registration).update(name="ヨソノヒト")
    page = client.get(reverse("signers"), {"sub_ids": "1"}).content.decode()
    assert "ヨソノヒト" not in page
    assert company.signer.name in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"name": "ﾔﾏﾀﾞ"}, True),
        ({"name": "ヤマダハナコ"}, True),
        ({"name": "hanako"}, True),
        ({"name": "ＨＡＮＡＫＯ"}, True),
        ({"name": "鈴木"}, False),
        ({"login_id": "ＸＹＺ"}, True),
        ({"email": "YAMADA@"}, True),
        ({"email": "%"}, False),
        ({"name": "_"}, False),
        ({"name": "ヤマダ", "email": "suzuki"}, False),
    ],
)
def test_search_ignores_width_case_and_spaces(
    query: dict[str, str], found: bool, client: Client, company: Company
) -> None:
    SignerFactory(
        account__registration=company.registration,
        account__name="ヤマダ ハナコ Hanako",
        account__login_id="abcXYZ",
        account__email="yamada@example.jp",
    )
    assert ("ヤマダ ハナコ Hanako" in names(client, **query)) is found


def test_a_signer_who_never_logged_in_is_marked(client: Client, company: Company) -> None:
    assert "未アクティブ" not in client.get(reverse("signers")).content.decode()
    Account.objects.get_queryset().filter(pk=company.signer.pk).update(first_login_at=None, last_login_at=None)
    assert "未アクティブ" in client.get(reverse("signers")).content.decode()


def test_a_long_list_is_paged_and_counted(client: Client, company: Company) -> None:
    for _each in range(25):
        SignerFactory(account__registration=company.registration)
    first = client.get(reverse("signers"))
    second = client.get(reverse("signers") + first.context["page"].next_address)
    assert len(first.context["page"].rows) == 20
    assert len(second.context["page"].rows) == 6
    assert "検索件数" in first.content.decode()
    assert "26" in first.content.decode()


def test_the_list_is_one_query_and_its_count_where_it_does_not_fit_a_page(client: Client, company: Company) -> None:
    for rows in (1, 30):
        while Signer.objects.filter(registration=company.registration).count() < rows:
            SubIdFactory(parent=SignerFactory(account__registration=company.registration).account)
        assert queries_of(client, reverse("signers"), {"sub_ids": "1"}) == (2 if rows == 1 else 3)


def test_a_sub_ids_page_has_no_buttons_for_the_administrator(client: Client, company: Company) -> None:
    page = client.get(reverse("account_detail", args=[company.sub_id.public_id])).content.decode()
    assert company.sub_id.login_id in page
    assert reverse("change_signer_email", args=[company.sub_id.public_id]) not in page


def test_an_administrator_cannot_change_a_sub_id(client: Client, company: Company) -> None:
    for name in ("change_signer_email", "change_signer_password", "signer_certificate"):
        assert client.post(reverse(name, args=[company.sub_id.public_id])).status_code == 404


def test_a_new_address_is_taken_and_told(
    client: Client, company: Company, delivered: Callable[[], list[EmailMessage]]
) -> None:
    url = reverse("change_signer_email", args=[company.signer.public_id])
    response = client.post(url, {"email": "new@example.jp", "current_password": PASSWORD}, follow=True)
    assert "new@example.jp" in response.content.decode()
    assert len(delivered()) == 2


@pytest.mark.parametrize("typed", ["", "a guess"])
def test_a_new_address_needs_the_administrators_password(
    typed: str, client: Client, company: Company, delivered: Callable[[], list[EmailMessage]]
) -> None:
    url = reverse("change_signer_email", args=[company.signer.public_id])
    form = client.post(url, {"email": "new@example.jp", "current_password": typed}).context["form"]
    assert list(form.errors) == ["current_password"]
    assert form["email"].value() == "new@example.jp"
    assert delivered() == []


@pytest.mark.parametrize("email", ["", "no address", "a@[127.0.0.1]", "a\u202e@example.jp"])
def test_a_wrong_address_is_refused_at_its_field(email: str, client: Client, company: Company) -> None:
    response = client.post(reverse("change_signer_email", args=[company.signer.public_id]), {"email": email})
    assert response.context["form"].errors["email"]
    company.signer.refresh_from_db()
    assert company.signer.email != email


def test_the_present_address_is_no_change(client: Client, company: Company) -> None:
    url = reverse("change_signer_email", args=[company.signer.public_id])
    response = client.post(url, {"email": company.signer.email})
    assert "現在のメールアドレスと同じ" in response.content.decode()


def test_a_new_password_works_after_it_is_set(client: Client, company: Company) -> None:
    url = reverse("change_signer_password", args=[company.signer.public_id])
    client.post(url, {"password": NEW, "password_again": NEW})
    company.signer.refresh_from_db()
    assert company.signer.check_password(NEW)


def test_two_different_passwords_are_refused(client: Client, company: Company) -> None:
    url = reverse("change_signer_password", args=[company.signer.public_id])
    response = client.post(url, {"password": NEW, "password_again": NEW + "x"})
    assert "一致していません" in response.content.decode()


def test_a_hold_is_shown_to_administrator_and_signer(client: Client, company: Company, browser_of: Open) -> None:
    Signer.objects.filter(account=company.signer).update(held_at="2026-01-01T00:00Z")
    detail = client.get(reverse("account_detail", args=[company.signer.public_id]))
    assert "発給申請を保留" in detail.content.decode()
    signer = Account.objects.get_queryset().get(pk=company.signer.pk)
    assert "発給申請を保留" in browser_of(signer).get(reverse("menu")).content.decode()


def test_the_page_says_when_a_password_would_hold_the_signer(client: Client, company: Company) -> None:
    newcomer = SignerFactory(account__registration=company.registration, account__first_time=True).account
    for account, said in ((company.signer, True), (newcomer, False)):
        page = client.get(reverse("change_signer_password", args=[account.public_id])).content.decode()
        assert ("発給申請ができません" in page) is said
