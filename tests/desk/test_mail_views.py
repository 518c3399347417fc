"""送信できなかったメール: the manager's list of what nobody received."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from desk.paging import ROWS_A_PAGE
from mailing.models import OutboxMail
from mailing.services import deliver_due
from tests.conftest import Company, log_in_with, queries_of
from tests.mailing.test_services import owe
from tests.support.mail import refused_mail
from tests.support.sink import Sink

PAGE = reverse("refused_mails")
NOTICE = "送信できなかったメールがあります"


@pytest.fixture
def client(manager: Account) -> Client:
    return log_in_with(manager)


def again(mail: OutboxMail) -> str:
    return reverse("send_mail_again", args=[mail.pk])


def aside(mail: OutboxMail) -> str:
    return reverse("set_mail_aside", args=[mail.pk])


def test_the_desk_tells_managers_that_something_waits(client: Client, reviewer: Account, company: Company) -> None:
    assert NOTICE not in client.get(reverse("desk")).content.decode()
    mail = refused_mail(company.chamber)
    assert NOTICE in client.get(reverse("desk")).content.decode()
    assert NOTICE not in log_in_with(reviewer).get(reverse("desk")).content.decode()
    client.post(aside(mail))
    assert NOTICE not in client.get(reverse("desk")).content.decode()


def test_the_page_names_the_mail_the_address_and_the_reason(client: Client, company: Company, sink: Sink) -> None:
    sink.refusals[company.signer.email] = "550 no such user"
    owe(company.signer)
    deliver_due()
    seen = client.get(PAGE).content.decode()
    for said in (
        company.signer.email,
        "パスワード変更のお知らせ",
        "あて先のアドレスが存在しないか、使えません。",
        "550",
    ):
        assert said in seen, said


def test_a_mail_that_is_sent_again_arrives_and_leaves_the_list(client: Client, company: Company, sink: Sink) -> None:
    sink.refusals[company.signer.email] = "550 no such user"
    mail = owe(company.signer)
    deliver_due()
    sink.refusals.clear()
    seen = client.post(again(mail), follow=True).content.decode()
    assert "再送します。" in seen
    assert company.signer.email not in seen
    assert deliver_due() == 1
    assert len(sink.received) == 1


def test_a_second_click_sends_nothing_twice(client: Client, company: Company, sink: Sink) -> None:
    sink.refusals[company.signer.email] = "550 no such user"
    mail = owe(company.signer)
    deliver_due()
    sink.refusals.clear()
    client.post(again(mail))
    assert "すでに再送されたか" in client.post(again(mail), follow=True).content.decode()
    deliver_due()
    assert "すでに再送されたか" in client.post(aside(mail), follow=True).content.decode()
    assert len(sink.received) == 1
    assert OutboxMail.objects.get(pk=mail.pk).status == OutboxMail.Status.SENT


def test_all_are_sent_again_at_once(client: Client, company: Company, stranger: Company) -> None:
    for _each in range(3):
        refused_mail(company.chamber)
    foreign = refused_mail(stranger.chamber)
    assert "3通を再送します。" in client.post(reverse("send_all_again"), follow=True).content.decode()
    assert list(OutboxMail.objects.refused()) == [foreign]


@pytest.mark.parametrize("name", ["send_mail_again", "set_mail_aside"])
def test_another_chambers_mail_does_not_exist(name: str, client: Client, stranger: Company) -> None:
    mail = refused_mail(stranger.chamber)
    foreign = client.post(reverse(name, args=[mail.pk]))
    absent = client.post(reverse(name, args=[mail.pk + 1_000]))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content
    assert OutboxMail.objects.get(pk=mail.pk).status == OutboxMail.Status.FAILED
    assert mail.refused_address not in client.get(PAGE).content.decode()


def test_settling_a_mail_hides_no_other_from_the_next_page(client: Client, company: Company) -> None:
    mails = [refused_mail(company.chamber) for _each in range(ROWS_A_PAGE + 10)]
    first = client.get(PAGE).context["page"]
    client.post(again(first.rows[0]))
    second = client.get(PAGE + first.next_address).context["page"]
    assert {mail.pk for mail in [*first.rows, *second.rows]} == {mail.pk for mail in mails}


def test_more_mails_need_no_more_queries(client: Client, company: Company) -> None:
    refused_mail(company.chamber)
    few = [queries_of(client, url) for url in (PAGE, reverse("desk"))]
    for _each in range(9):
        refused_mail(company.chamber)
    assert [queries_of(client, url) for url in (PAGE, reverse("desk"))] == few
