"""From "never heard of it" to "administrator logged in", and on: a company and a clerk, each at a browser."""

import datetime as dt
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.models import Account, Kind
from casework.models import Case
from demo import clerks
from demo.companies import PASSWORD, load, load_with_cases
from demo.handwriting import draw_signature
from demo.papers import draw_paper
from signers.models import Signer
from tests.journeys.conftest import Person
from tests.support.pdf import text_of
from trade_registration.models import TradeRegistration
from trade_registration.services import remind_of_renewals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Delivered = Callable[[], list[EmailMessage]]
SitDown = Callable[[], Person]
MAILBOX = "boueki@echigo-bussan.example.jp"
OWN = "yuki no asa ni fune wa deru"
DATED = {"company_register", "seal_certificate"}


def on_paper(white: bytes) -> bytes:
    """A drawn signature as a scan: on white paper."""
    ink = Image.open(io.BytesIO(white))
    paper = Image.new("RGB", (ink.width + 200, ink.height + 200), "white")
    paper.paste(ink, (100, 100), ink)
    scan = io.BytesIO()
    paper.save(scan, "PNG")
    return scan.getvalue()


def link_in(mail: EmailMessage) -> str:
    return next(line for line in mail.body.splitlines() if line.startswith("http"))


def last_mail(mails: list[EmailMessage], subject: str, to: str) -> EmailMessage:
    return [mail for mail in mails if subject in mail.subject and mail.to == [to]][-1]


def asks_for_the_link(person: Person) -> None:
    """From the login page to the request for a link."""
    person.goes_to("/login/")
    person.follows("貿易登録のご案内")
    person.looks_at("register")
    person.follows("新潟商工会議所")
    person.sees("罰則規程")
    person.looks_at("registration-guide")
    person.clicks("申請ページのリンクをメールで受け取る")
    person.looks_at("registration-guide-refused")
    person.ticks_all()
    person.fills(email=MAILBOX)
    person.clicks("申請ページのリンクをメールで受け取る")
    person.sees(MAILBOX)
    person.looks_at("registration-sent")


def types_the_company(person: Person, *, kind: str = "applicant") -> None:
    for name, value in (("registration_type", kind), ("legal_form", "corporation"), ("is_member", "True")):
        person.page.check(f"[name={name}][value={value}]")
    person.fills(
        company_name="株式会社越後物産",
        company_name_en="Echigo Bussan Co., Ltd.",
        address_en="Furumachi, Niigata, Japan",
        representative_title="代表取締役",
        representative_name="越後 一郎",
        line_of_business="米菓の製造および輸出",
    )
    person.clicks("保存して次へ")


def types_the_contact(person: Person) -> None:
    person.fills(
        postal_code="９５００００１",
        address="新潟市中央区古町1-2-3",
        telephone="025-000-0000",
        contact_name="物産 花子",
    )
    person.clicks("保存して次へ")


def adds_a_signer(person: Person, name: str, name_en: str, email: str) -> None:
    person.clicks("署名者を追加する", role="link")
    person.fills(name=name, name_en=name_en, title_en="Manager", email=email)
    scan = {"name": "署名.png", "mimeType": "image/png", "buffer": on_paper(draw_signature(name_en))}
    person.page.set_input_files("[name=specimen]", scan)  # type: ignore[arg-type]
    person.clicks("保存")
    person.sees(name)


def pledges(person: Person) -> None:
    person.ticks_all()
    person.clicks("保存して次へ")


def brings(person: Person, *kinds: str) -> None:
    for kind in kinds:
        person.page.select_option("[name=kind]", kind)
        if kind in DATED:
            person.fills(issued_on=(timezone.localdate() - dt.timedelta(days=5)).isoformat())
        paper = {"name": f"{kind}.png", "mimeType": "image/png", "buffer": draw_paper(kind, ["越後物産"])}
        person.page.set_input_files("[name=file]", paper)  # type: ignore[arg-type]
        person.clicks("添付する")
        assert not person.page.locator(".error-summary").count(), person.page.inner_text("main")


def logs_in_as_clerk(clerk: Person, login_id: str) -> None:
    clerk.logs_in("801", login_id, clerks.PASSWORD)
    clerk.fills(code=next(code for account, code in clerks.codes() if account.login_id == login_id))
    clerk.submits()
    clerk.sees("審査を待っている申請")


def opens_the_case(clerk: Person, company: str) -> None:
    clerk.goes_to("/staff/")
    clerk.follows(f"{company}.*の審査を開く")


def approves(clerk: Person, picture: str = "") -> None:
    clerk.ticks_all("#checklist-form")
    clerk.clicks("承認へ進む")
    clerk.sees("承認後の内容")
    if picture:
        clerk.looks_at(picture)
    clerk.clicks("承認する")


def administrators_password(certificate: str, registration: TradeRegistration) -> str:
    administrator = registration.administrator
    start = certificate.index(administrator.login_id) + len(administrator.login_id)
    candidates = (certificate[i : i + 12] for i in range(start, len(certificate) - 12))
    plain = (each for each in candidates if each.isascii() and each.isalnum())
    return next(each for each in plain if administrator.check_password(each))


def test_a_company_registers_and_adds_a_signer(
    sit_down: SitDown, delivered: Delivered, code_mailed: Callable[[str], str], settings: Settings
) -> None:
    load()
    company = sit_down()
    settings.ECO_ORIGIN = settings.ECO_COMPANY_ORIGIN = company.home

    # The link, once; then the steps, with a pause in which the browser is closed.
    asks_for_the_link(company)
    link = link_in(last_mail(delivered(), "申請ページのご案内", MAILBOX))
    company.page.goto(link)
    company.looks_at("registration-link")
    company.clicks("申請を始める")
    company.looks_at("case-draft")
    company.goes_to("/application/company/")
    company.looks_at("case-company")
    types_the_company(company)
    company.sees("登録に関する連絡先")
    company.looks_at("case-contact")
    company.page.goto(link)
    company.sees("このリンクは使えません")
    company.faults.clear()  # the browser reports the 410 itself
    company.looks_at("registration-link-dead")

    company = sit_down()
    company.goes_to("/register/resume/")
    company.looks_at("registration-resume")
    company.page.select_option("[name=chamber]", "801")
    company.fills(email=MAILBOX)
    company.submits()
    company.page.goto(link_in(last_mail(delivered(), "再開のご案内", MAILBOX)))
    company.clicks("申請を再開する")
    company.sees("株式会社越後物産")
    company.goes_to("/application/check/")
    company.sees("送信するには、次の項目が必要です")
    company.looks_at("case-check-missing")
    company.goes_to("/application/contact/")
    types_the_contact(company)
    company.looks_at("case-signers-none")
    adds_a_signer(company, "越後 太郎", "Taro Echigo", "taro@echigo-bussan.example.jp")
    company.looks_at("case-signers")
    company.clicks("越後 太郎 を修正する", role="link")
    company.looks_at("case-signer")
    company.goes_to("/application/pledge/")
    company.looks_at("case-pledge")
    pledges(company)
    company.looks_at("case-documents-none")
    assert "株式会社越後物産" in text_of(company.downloads("/application/papers/pledge.pdf"))
    assert "TaroEchigo" in text_of(company.downloads("/application/papers/signers.pdf"))
    assert "米菓の製造および輸出" in text_of(company.downloads("/application/papers/profile.pdf"))
    brings(company, "company_register", "seal_certificate", "pledge", "specimen_notification")
    company.looks_at("case-documents")
    company.goes_to("/application/check/")
    company.looks_at("case-check")
    company.clicks("送信")
    company.sees("受付番号")
    company.looks_at("case-sent")
    number = Case.objects.get(registration_case__contact_email=MAILBOX).receipt_number
    assert number in last_mail(delivered(), "受け付けました", MAILBOX).body

    # The clerk sends it back.
    clerk = sit_down()
    logs_in_as_clerk(clerk, "niigataClerk")
    clerk.looks_at("desk")
    opens_the_case(clerk, "株式会社越後物産")
    clerk.sees("あなたが審査中です")
    clerk.sees_pictures(".paper")
    clerk.looks_at("staff-case")
    case = Case.objects.get(registration_case__contact_email=MAILBOX)
    clerk.goes_to(f"/staff/cases/{case.public_id}/reject/")
    clerk.looks_at("staff-reject")
    clerk.goes_to(f"/staff/cases/{case.public_id}/documents/{case.documents.first().public_id}/1/")
    clerk.looks_at("staff-document")
    clerk.goes_to(f"/staff/cases/{case.public_id}/")
    clerk.clicks("修正を依頼する", role="link")
    clerk.page.get_by_label("英文住所").fill("番地がありません。登記のとおりに入れてください。")
    clerk.looks_at("staff-return")
    clerk.clicks("修正を依頼する")
    clerk.sees("審査デスク")

    # The company corrects it, behind the link in the mail.
    company.page.goto(link_in(last_mail(delivered(), "修正のお願い", MAILBOX)))
    company.sees("番地がありません。")
    company.looks_at("case-returned")
    company.goes_to("/application/company/")
    company.sees("番地がありません。")
    company.looks_at("case-company-remark")
    company.fills(address_en="1-2-3 Furumachi, Chuo-ku, Niigata, Japan")
    company.clicks("保存して次へ")
    company.goes_to("/application/check/")
    company.clicks("再送信")
    company.clicks("申請の状況を見る", role="link")
    company.looks_at("case-waiting")
    company.goes_to("/application/withdraw/")
    company.looks_at("case-withdraw")

    # Approval, and the certificate at the desk.
    opens_the_case(clerk, "株式会社越後物産")
    clerk.sees("再申請")
    approves(clerk, "staff-approve")
    registration = TradeRegistration.objects.get(company_name="株式会社越後物産")
    assert registration.registration_number == "801000013"
    clerk.looks_at("staff-registration")
    clerk.goes_to("/staff/registrations/801000013/certificate/")
    clerk.looks_at("staff-certificate-before")
    clerk.clicks("発行する")
    clerk.looks_at("staff-certificate")
    certificate = text_of(clerk.downloads("/staff/registrations/801000013/certificate.pdf"))
    assert "株式会社越後物産" in certificate
    initial = administrators_password(certificate, registration)

    # The administrator's first login, and a second signer.
    to_status = link_in(last_mail(delivered(), "受け付けました", MAILBOX))
    company.page.goto(to_status)
    company.sees("承認")
    company.looks_at("case-approved")
    elsewhere = sit_down()
    elsewhere.page.goto(to_status)
    elsewhere.looks_at("registration-status-link")
    elsewhere.clicks("申請の画面を開く")
    elsewhere.sees("承認")
    administrator = sit_down()
    administrator.logs_in("801", registration.administrator.login_id, initial)
    administrator.fills(current_password=initial, new_password=OWN, new_password_again=OWN)
    administrator.clicks("更新")
    administrator.sees("メインメニュー")
    administrator.clicks("登録内容変更/有効期間更新", role="link")
    administrator.looks_at("change-registration")
    administrator.clicks("登録内容を変更する")
    administrator.looks_at("change-draft")
    administrator.goes_to("/application/signers/")
    adds_a_signer(administrator, "越後 次郎", "Jiro Echigo", "jiro@echigo-bussan.example.jp")
    administrator.looks_at("change-signers")
    administrator.goes_to("/application/documents/")
    brings(administrator, "specimen_notification")
    administrator.goes_to("/application/check/")
    administrator.looks_at("change-check")
    administrator.clicks("送信")
    administrator.goes_to("/registration/change/")
    administrator.looks_at("change-waiting")
    assert Signer.objects.filter(registration=registration).count() == 1
    opens_the_case(clerk, "株式会社越後物産")
    clerk.sees("署名者の追加")
    clerk.looks_at("staff-case-change")
    approves(clerk)

    # What was decided can be read again; a new mailbox counts once its code is entered.
    administrator.goes_to("/registration/change/")
    administrator.follows("の詳細")
    administrator.sees("越後 次郎")
    administrator.looks_at("past-case")
    administrator.goes_to("/registration/contact/")
    administrator.looks_at("change-contact")
    administrator.fills(email="new@echigo-bussan.example.jp", current_password=OWN)
    administrator.submits()
    administrator.looks_at("confirm-mailbox")
    administrator.fills(code=code_mailed("new@echigo-bussan.example.jp"))
    administrator.clicks("確認")
    assert registration.administrator.email == "new@echigo-bussan.example.jp"

    # The new signer's first login.
    signer = Signer.objects.select_related("account").get(registration=registration, user_number=2)
    administrator.goes_to("/signers/certificates/")
    administrator.leaves_by(administrator.page.get_by_role("button", name=re.compile("初期パスワードを発行する")))
    pdf = text_of(administrator.downloads(f"/signers/{signer.account.public_id}/certificate.pdf"))
    signer.account.refresh_from_db()
    candidates = (pdf[i : i + 12] for i in range(pdf.index(signer.account.login_id) + 12, len(pdf) - 12))
    password = next(
        each for each in candidates if each.isascii() and each.isalnum() and signer.account.check_password(each)
    )
    newcomer = sit_down()
    newcomer.logs_in("801", signer.account.login_id, password)
    newcomer.fills(code=code_mailed("jiro@echigo-bussan.example.jp"))
    newcomer.clicks("確認")
    own = "haru no umi hinemosu notari"
    newcomer.fills(current_password=password, new_password=own, new_password_again=own)
    newcomer.clicks("更新")
    newcomer.sees("発給申請状況一覧")


def test_an_agent_registers_without_signers(sit_down: SitDown, delivered: Delivered, settings: Settings) -> None:
    load()
    company = sit_down()
    settings.ECO_ORIGIN = settings.ECO_COMPANY_ORIGIN = company.home
    asks_for_the_link(company)
    company.page.goto(link_in(last_mail(delivered(), "申請ページのご案内", MAILBOX)))
    company.clicks("申請を始める")
    company.goes_to("/application/company/")
    types_the_company(company, kind="agent")
    types_the_contact(company)
    company.sees("規程・誓約")
    pledges(company)
    brings(company, "company_register", "seal_certificate", "pledge")
    company.goes_to("/application/check/")
    company.looks_at("case-check-agent")
    company.clicks("送信")
    clerk = sit_down()
    logs_in_as_clerk(clerk, "niigataManager")
    opens_the_case(clerk, "株式会社越後物産")
    approves(clerk)
    registration = TradeRegistration.objects.get(company_name="株式会社越後物産")
    assert not registration.signers.exists()
    assert list(registration.accounts.values_list("kind", flat=True)) == [Kind.ADMINISTRATOR]


def test_renewal_and_expiry(sit_down: SitDown, delivered: Delivered, settings: Settings) -> None:
    load()
    registration = TradeRegistration.objects.get(registration_number="801000012")
    end = registration.valid_until
    before = timezone.now()

    def days_before_the_end(days: int) -> timedelta:
        return timedelta(days=(end - timezone.localdate(before)).days - days)

    with time_machine.travel(before + days_before_the_end(31)):
        administrator = sit_down()
        settings.ECO_ORIGIN = settings.ECO_COMPANY_ORIGIN = administrator.home
        administrator.logs_in("801", "echigoAdmin", PASSWORD)
        administrator.goes_to("/registration/change/")
        administrator.sees("更新のお手続きは")
        assert administrator.page.get_by_role("button", name="有効期間を更新する").count() == 0
    with time_machine.travel(before + days_before_the_end(30)):
        remind_of_renewals()
        reminder = last_mail(delivered(), "有効期間更新のご案内", "admin@echigo.example.jp")
        assert "あと30日" in reminder.body
        administrator.logs_in("801", "echigoAdmin", PASSWORD)
        administrator.looks_at("menu-renewal")
        administrator.goes_to("/registration/change/")
        administrator.looks_at("renewal-open")
        administrator.clicks("有効期間を更新する")
        administrator.goes_to("/application/company/")
        administrator.fills(representative_name="越後 二郎")
        administrator.clicks("保存して次へ")
        administrator.goes_to("/application/pledge/")
        pledges(administrator)
        brings(administrator, "company_register", "seal_certificate", "pledge")
        administrator.goes_to("/application/check/")
        administrator.looks_at("renewal-check")
        administrator.clicks("送信")
        clerk = sit_down()
        logs_in_as_clerk(clerk, "niigataClerk")
        opens_the_case(clerk, registration.company_name)
        approves(clerk, "staff-approve-renewal")
        registration.refresh_from_db()
        assert registration.valid_until == end.replace(year=end.year + 2)
        assert registration.representative_name == "越後 二郎"
    with time_machine.travel(before + days_before_the_end(-732)):
        administrator.logs_in("801", "echigoAdmin", PASSWORD)
        administrator.sees("に満了しました")
        administrator.looks_at("menu-expired")
        signer = sit_down()
        signer.logs_in("801", "echigoSigner1", PASSWORD)
        signer.sees("に満了しました")
        signer.looks_at("menu-signer-expired")
    assert Account.objects.get_queryset().get(login_id="echigoSigner1").status == Account.Status.ACTIVE


def test_the_chamber_suspends_releases_and_reissues(sit_down: SitDown, settings: Settings) -> None:
    load_with_cases()
    manager = sit_down()
    settings.ECO_ORIGIN = settings.ECO_COMPANY_ORIGIN = manager.home
    logs_in_as_clerk(manager, "niigataManager")
    manager.looks_at("desk-busy")
    manager.goes_to("/staff/companies/?q=越後")
    manager.looks_at("staff-search")
    manager.goes_to("/staff/companies/")
    manager.looks_at("staff-companies")
    manager.goes_to("/staff/expiring/")
    manager.looks_at("staff-expiring")
    manager.goes_to("/staff/numbers/")
    manager.looks_at("staff-numbers")
    held = Signer.objects.select_related("account").get(held_at__isnull=False)
    manager.goes_to(f"/staff/holds/{held.account.public_id}/")
    manager.sees("taro@nagaoka.example.jp")
    manager.looks_at("staff-hold")
    manager.clicks("本人の操作ではない", role="link")
    manager.looks_at("staff-stop-signer")
    manager.clicks("キャンセル", role="link")
    manager.fills(reason="総務部 山田様。本人が頼んだとのこと。")
    manager.clicks("本人の依頼と確認したので、保留を解除する")
    held.refresh_from_db()
    assert held.held_at is None
    guesser = sit_down()
    for _guess in range(6):
        guesser.logs_in("801", "echigoSigner1", "not the password")
    guesser.sees("試行回数が多すぎます")
    locked = Account.objects.get_queryset().get(login_id="echigoSigner1")
    manager.goes_to(f"/staff/ids/{locked.public_id}/unlock/")
    manager.looks_at("staff-unlock")
    manager.clicks("ロックを解除する")
    guesser.logs_in("801", "echigoSigner1", PASSWORD)
    guesser.sees("発給申請状況一覧")
    manager.goes_to("/staff/registrations/801000012/certificate/reissue/")
    manager.looks_at("staff-reissue")
    manager.goes_to("/staff/registrations/801000012/suspend/")
    manager.looks_at("staff-suspend")
    manager.page.locator("main textarea").fill("事実と異なる申請のため")
    manager.submits()
    manager.sees("停止中")
    manager.looks_at("staff-registration-suspended")
    for verb in ("lift", "delete"):
        manager.goes_to(f"/staff/registrations/801000012/{verb}/")
        manager.looks_at(f"staff-{verb}")
    company = sit_down()
    company.logs_in("801", "echigoAdmin", PASSWORD)
    company.sees("ログインできませんでした")
