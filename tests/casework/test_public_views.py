"""貿易登録 without login: the guide, the link that opens once, and the way back in another browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account
from casework import services
from casework.models import Case
from chambers.models import Chamber, ClosedDay, DatedText, Fee
from mailing.models import OutboxMail
from registration_cases import services as registration_cases
from registration_cases.links import link_to_begin, link_to_resume, link_to_status
from registration_cases.models import AcceptedText, RegistrationCase, RegistrationRequest
from tests.casework.conftest import local
from tests.casework.factories import CaseFactory, ready
from tests.casework.test_services import put
from tests.conftest import Company, CompletePages
from tests.factories import ChamberFactory

Open = Callable[[Account], Client]
Delivered = Callable[[], list[EmailMessage]]
EMAIL = "hanako@echigo.example.jp"


@pytest.fixture
def chamber(db: None) -> Chamber:
    return ready(ChamberFactory())


def accepted(chamber: Chamber, *, email: str = EMAIL) -> dict[str, str]:
    """The guide's form, filled in."""
    rules = chamber.texts.filter(kind__in=DatedText.RULES)
    return {"email": email, **{f"accept_{text.pk}": "on" for text in rules}}


@pytest.fixture
def request_for(chamber: Chamber) -> RegistrationRequest:
    """Somebody has asked for a link."""
    registration_cases.request_link(chamber, email=EMAIL, rules=chamber.texts.filter(kind__in=DatedText.RULES))
    return RegistrationRequest.objects.get()


@pytest.fixture
def resumption(chamber: Chamber) -> RegistrationRequest:
    """Somebody with an open draft has asked to go on with it."""
    CaseFactory(chamber=chamber, contact_email=EMAIL, company_name="株式会社続きから")
    registration_cases.request_resumption(chamber, email=EMAIL)
    return RegistrationRequest.objects.get(is_resumption=True)


def test_few_chambers_are_listed_and_many_are_searched(visitor: Client, chamber: Chamber) -> None:
    page = visitor.get(reverse("register")).content.decode()
    assert reverse("registration_guide", args=[chamber.code]) in page
    assert "検索条件" not in page
    for _each in range(20):
        ChamberFactory(name="ほかの商工会議所")
    assert "検索条件" in visitor.get(reverse("register")).content.decode()
    for term in ("新潟", chamber.code, "　新 潟"):
        found = visitor.get(reverse("register"), {"name": term}).context["chambers"]
        assert [each.code for each in found] == [chamber.code]
    assert "条件に合う商工会議所はありません" in visitor.get(reverse("register"), {"name": "札幌"}).content.decode()


def test_the_login_page_leads_newcomers_to_the_guide(visitor: Client) -> None:
    assert f'href="{reverse("register")}"' in visitor.get(reverse("login")).content.decode()


def test_the_guide_says_what_a_company_must_know(visitor: Client, chamber: Chamber) -> None:
    for is_member, amount in ((True, 1100), (False, 26400)):
        Fee.objects.filter(chamber=chamber, item=Fee.Item.REGISTRATION, is_member=is_member).update(amount=amount)
    today = timezone.localdate()
    ClosedDay.objects.create(chamber=chamber, day=today + timedelta(days=1), name="創立記念日")
    ClosedDay.objects.create(chamber=chamber, day=today - timedelta(days=1), name="済んだ休み")
    page = visitor.get(reverse("registration_guide", args=[chamber.code])).content.decode()
    for said in (
        "会員",
        "1,100円",
        "26,400円",
        "無料",
        "申請者かつ代行業者",
        "履歴事項全部証明書、印鑑証明書",
        "住民票",
        "9:00〜12:00",
        "創立記念日",
        "第2条(貿易登録)",
        "第4条(偽造)",
        chamber.telephone,
    ):
        assert said in page, said
    assert "済んだ休み" not in page


def test_a_chamber_without_rules_takes_no_registrations(visitor: Client) -> None:
    bare = ChamberFactory(defaults=False)
    url = reverse("registration_guide", args=[bare.code])
    assert "準備中" in visitor.get(url).content.decode()
    visitor.post(url, {"email": EMAIL})
    assert not RegistrationRequest.objects.exists()


def test_there_is_no_guide_of_an_unknown_chamber(visitor: Client, chamber: Chamber) -> None:
    assert visitor.get(reverse("registration_guide", args=["000"])).status_code == 404
    assert visitor.get(reverse("registration_sent", args=["000"])).status_code == 404


def test_the_link_is_mailed_once_both_rule_sets_are_accepted(
    visitor: Client, chamber: Chamber, delivered: Delivered
) -> None:
    url = reverse("registration_guide", args=[chamber.code])
    response = visitor.post(url, accepted(chamber, email="Ｈａｎａｋｏ@ECHIGO.example.jp "), follow=True)
    assert response.redirect_chain == [(reverse("registration_sent", args=[chamber.code]), 302)]
    assert "Hanako@echigo.example.jp にメールでお送りします。" in response.content.decode()
    (mail,) = delivered()
    assert mail.to == ["Hanako@echigo.example.jp"]
    assert "/register/open/" in mail.body


@pytest.mark.parametrize("forgotten", ["email", "certification_rules", "penalty_rules"])
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    forgotten: str, visitor: Client, chamber: Chamber
) -> None:
    typed = accepted(chamber)
    name = "email" if forgotten == "email" else f"accept_{chamber.texts.get(kind=forgotten).pk}"
    del typed[name]
    response = visitor.post(reverse("registration_guide", args=[chamber.code]), typed)
    assert list(response.context["form"].errors) == [name]
    page = response.content.decode()
    assert (EMAIL in page) == (forgotten != "email")
    assert page.count("checked") == len(typed) - ("email" in typed)
    assert not RegistrationRequest.objects.exists()


def test_a_mailbox_cannot_be_flooded(visitor: Client, chamber: Chamber) -> None:
    url = reverse("registration_guide", args=[chamber.code])
    long = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.jp"
    for _each in range(5):
        assert visitor.post(url, accepted(chamber, email=long)).status_code == 302
    assert visitor.post(url, accepted(chamber, email=long.upper().replace(".JP", ".jp"))).status_code == 429
    resume = {"chamber": chamber.code, "email": long}
    assert CompletePages().post(reverse("resume"), resume).status_code == 429
    assert OutboxMail.objects.count() == 5


def test_only_the_button_uses_the_link(visitor: Client, request_for: RegistrationRequest) -> None:
    link = local(link_to_begin(request_for))
    for method in (visitor.get, visitor.head, visitor.get):
        assert method(link).status_code == 200
    assert not Case.objects.exists()
    response = visitor.post(link, follow=True)
    case = Case.objects.get()
    assert response.redirect_chain == [(reverse("case"), 302)]
    assert (case.registration_case.contact_email, case.kind, case.status) == (
        EMAIL,
        RegistrationCase.Kind.NEW,
        Case.Status.DRAFT,
    )
    assert AcceptedText.objects.filter(case=case.pk).count() == 2


def test_the_link_opens_once(visitor: Client, request_for: RegistrationRequest) -> None:
    link = local(link_to_begin(request_for))
    visitor.post(link)
    for again in (CompletePages().get(link), CompletePages().post(link)):
        assert again.status_code == 410
        assert reverse("resume") in again.content.decode()
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (24, 410)])
def test_the_link_is_good_for_24_hours(
    hours: float, status: int, visitor: Client, request_for: RegistrationRequest
) -> None:
    link = local(link_to_begin(request_for))
    with time_machine.travel(request_for.requested_at + timedelta(hours=hours), tick=False):
        assert visitor.get(link).status_code == status


def test_a_forged_link_is_dead(
    visitor: Client, request_for: RegistrationRequest, resumption: RegistrationRequest
) -> None:
    case = Case.objects.get()
    proof = local(link_to_begin(request_for)).split("/")[-2]
    forged = [
        reverse("open_registration", args=[request_for.public_id, proof[::-1]]),
        reverse("open_registration", args=[resumption.public_id, proof]),
        reverse("open_registration", args=[uuid4(), proof]),
        reverse("resume_registration", args=[request_for.public_id, case.public_id, proof]),
        reverse("resume_registration", args=[resumption.public_id, uuid4(), proof]),
        reverse("case_status", args=[case.public_id, proof]),
    ]
    for url in forged:
        assert visitor.get(url).status_code == 410, url
    assert "eco-session" not in visitor.cookies


def test_whoever_was_logged_in_here_is_no_longer(
    company: Company, browser_of: Open, request_for: RegistrationRequest
) -> None:
    client = browser_of(company.signer)
    link = local(link_to_begin(request_for))
    assert "ログアウト" in client.get(link).content.decode()
    assert client.get(reverse("menu")).status_code == 200
    client.post(link)
    assert client.get(reverse("menu")).status_code == 302
    assert client.get(reverse("case")).status_code == 200


def test_asking_to_go_on_is_answered_alike_whether_there_is_a_case_or_not(
    chamber: Chamber, delivered: Delivered
) -> None:
    CaseFactory(chamber=chamber, contact_email=EMAIL)
    answers = []
    for email in (EMAIL, "nobody@example.jp"):
        client = CompletePages()
        response = client.post(reverse("resume"), {"chamber": chamber.code, "email": email})
        page = client.get(response["Location"])
        answers.append((response.status_code, response["Location"], dict(response.headers), page.content))
    assert answers[0] == answers[1]
    assert OutboxMail.objects.filter(kind="registration_cases.resumption").count() == 2
    assert [mail.to for mail in delivered()] == [[EMAIL]]


def test_resuming_needs_a_chamber_and_a_mailbox_and_keeps_what_was_typed(visitor: Client, chamber: Chamber) -> None:
    response = visitor.post(reverse("resume"), {"chamber": "999", "email": EMAIL})
    assert "一覧から選択してください" in response.content.decode()
    assert EMAIL in response.content.decode()
    page = visitor.get(reverse("resume"), {"chamber": chamber.code}).content.decode()
    assert re.search(rf'<option value="{chamber.code}" selected', page)


def test_a_draft_goes_on_in_another_browser(visitor: Client, resumption: RegistrationRequest) -> None:
    case = Case.objects.get()
    link = local(link_to_resume(resumption, case))
    assert case.company_name in visitor.get(link).content.decode()
    page = visitor.post(link, follow=True).content.decode()
    assert case.company_name in page
    assert visitor.get(reverse("case_company")).context["form"]["company_name"].value() == case.company_name
    assert CompletePages().post(link).status_code == 410


def test_capitals_in_the_mailbox_do_not_matter_for_going_on(chamber: Chamber, delivered: Delivered) -> None:
    CaseFactory(chamber=chamber, contact_email="Hanako@echigo.example.jp")
    registration_cases.request_resumption(chamber, email=EMAIL)
    assert len(delivered()) == 1


def test_a_case_that_has_ended_cannot_be_resumed(visitor: Client, resumption: RegistrationRequest) -> None:
    case = Case.objects.get()
    link = local(link_to_resume(resumption, case))
    services.withdraw(case, by=None)
    assert visitor.get(link).status_code == 410
    assert visitor.post(link).status_code == 410


@pytest.mark.parametrize("status", [Case.Status.SUBMITTED, Case.Status.RETURNED, Case.Status.REJECTED])
def test_the_mailed_link_shows_where_the_case_is(status: str, visitor: Client, chamber: Chamber) -> None:
    case = put(CaseFactory(chamber=chamber, company_name="株式会社状況"), status)
    page = visitor.post(local(link_to_status(case)), follow=True).content.decode()
    assert str(Case.Status(status).label) in page
    assert case.receipt_number in page


def test_the_link_of_a_decided_case_closes_after_30_days(visitor: Client, chamber: Chamber) -> None:
    case = put(CaseFactory(chamber=chamber), Case.Status.REJECTED)
    link = local(link_to_status(case))
    assert case.decided_at
    with time_machine.travel(case.decided_at + timedelta(days=29, hours=23), tick=False):
        assert visitor.get(link).status_code == 200
        assert visitor.post(link).status_code == 302
    with time_machine.travel(case.decided_at + timedelta(days=30), tick=False):
        assert CompletePages().get(link).status_code == 410
        assert CompletePages().post(link).status_code == 410


def test_a_link_to_anothers_case_replaces_ones_own(visitor: Client, chamber: Chamber) -> None:
    first, second = (CaseFactory(chamber=chamber, company_name=name) for name in ("甲社", "乙社"))
    visitor.post(local(link_to_status(first)))
    assert visitor.get(local(link_to_status(first))).status_code == 302
    assert "別の申請を開いています" in visitor.get(local(link_to_status(second))).content.decode()
    assert "甲社" in visitor.get(reverse("case")).content.decode()
    visitor.post(local(link_to_status(second)))
    page = visitor.get(reverse("case")).content.decode()
    assert "乙社" in page
    assert "甲社" not in page


@pytest.mark.parametrize("name", ["register", "registration_sent", "resume_sent"])
def test_pages_that_are_only_read_refuse_other_methods(name: str, visitor: Client, chamber: Chamber) -> None:
    args = [chamber.code] if name == "registration_sent" else []
    assert visitor.get(reverse(name, args=args)).status_code == 200
    assert visitor.post(reverse(name, args=args)).status_code == 405


@pytest.mark.parametrize("code", ["%00", "801%00", "９９９", "../801"])
def test_an_address_that_names_no_chamber_does_not_exist(code: str, visitor: Client) -> None:
    assert visitor.get(f"/register/{code}/").status_code == 404
