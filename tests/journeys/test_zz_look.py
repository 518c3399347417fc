import io, re, os
from pathlib import Path
import pytest
from PIL import Image
from demo.handwriting import draw_signature
from chambers.models import ClosedDay, DatedText, Fee
from django.utils import timezone
import datetime as dt
from tests.casework.factories import ready, PDF
from tests.factories import ChamberFactory
from casework.models import Case, Remark, CaseMessage
from casework import examination, approval, services
from tests.conftest import make_company
from tests.factories import PASSWORD, StaffFactory, SignerFactory
from trade_registration.models import TradeRegistration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

def look(p, name):
    if "UNDEFINED(" in p.page.content(): print("UNDEF", name, __import__("re").findall(r"UNDEFINED\([^)]*\)", p.page.content()))
    from axe_playwright_python.sync_playwright import Axe
    found = Axe().run(p.page)
    (Path("/tmp/shots")/f"{name}-{p.width}.png").write_bytes(p.page.screenshot(full_page=True))
    wide = p.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if found.violations_count: print("AXE", name, p.width, found.generate_report()[:1500])
    if wide: print("WIDE", name, p.width)
    if p.faults: print("FAULTS", name, p.faults); p.faults.clear()

def photo():
    sig = Image.open(io.BytesIO(draw_signature("taro echigo")))
    ground = Image.new("RGB", (1200, 700), (236, 232, 224))
    ground.paste(sig, (150, 200), sig)
    f = io.BytesIO(); ground.save(f, "JPEG", quality=88); return f.getvalue()

def mail_link(delivered, to, pattern):
    mails = [m for m in delivered() if m.to == [to]]
    return re.search(pattern, mails[-1].body)[1]

def test_new(sit_down, delivered, db):
    chamber = ready(ChamberFactory(code="801"))
    Fee.objects.filter(chamber=chamber, is_member=True, item="registration").update(amount=1100)
    Fee.objects.filter(chamber=chamber, is_member=False, item="registration").update(amount=26400)
    ClosedDay.objects.create(chamber=chamber, day=timezone.localdate()+dt.timedelta(days=30), name="年末年始")
    p = sit_down()
    p.goes_to("/login/"); look(p, "01-login")
    p.clicks("はじめての方(貿易登録のご案内)", role="link"); look(p, "02-register")
    p.clicks("新潟商工会議所", role="link"); look(p, "03-guide")
    p.fills(email="bad@@"); p.clicks("申請ページのリンクをメールで受け取る"); look(p, "04-guide-refused")
    p.page.get_by_label("「認証規程」を読み、同意します。").check()
    p.page.get_by_label("「罰則規程」を読み、同意します。").check()
    p.fills(email="hanako@echigo.example.jp"); p.clicks("申請ページのリンクをメールで受け取る"); look(p, "05-sent")
    link = mail_link(delivered, "hanako@echigo.example.jp", r"http://testserver(/register/open/\S+)")
    p.goes_to(link); look(p, "06-open")
    p.clicks("申請を始める"); look(p, "07-draft")
    p.clicks("企業情報を入力する", role="link"); look(p, "08-company")
    p.fills(company_name_en="越後物産", company_name="株式会社越後物産"); p.clicks("保存して次へ"); look(p, "09-company-refused")
    p.page.get_by_label("申請者(自社").check(); p.page.get_by_label("法人", exact=True).check(); p.page.get_by_label("会員", exact=True).check()
    p.fills(company_name_en="Echigo Bussan Co., Ltd.", address_en="1-2-3 Furumachi, Chuo-ku, Niigata, Japan", representative_title="代表取締役", representative_name="越後 一郎", line_of_business="米菓の製造\nおよび輸出")
    p.clicks("保存して次へ"); look(p, "10-contact")
    p.fills(postal_code="９５００００１", address="新潟市中央区古町1-2-3"); p.clicks("一時保存"); look(p, "11-draft-half")
    p.goes_to("/application/contact/"); look(p, "12-contact-half")
    p.fills(telephone="０２５ー０００ー００００", contact_name="物産 花子"); p.clicks("保存して次へ"); look(p, "13-signers-none")
    p.clicks("署名者を追加する", role="link"); look(p, "14-signer-new")
    p.fills(name="越後 太郎", name_en="Taro Echigo", title_en="Manager", email="taro@echigo.example.jp")
    p.page.set_input_files("[name=specimen]", {"name": "sig.txt", "mimeType": "text/plain", "buffer": b"hello"})
    p.clicks("保存"); look(p, "15-signer-refused")
    p.page.set_input_files("[name=specimen]", {"name": "sig.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    p.clicks("保存"); look(p, "16-signers")
    p.clicks("越後 太郎 を修正する", role="link"); look(p, "17-signer")
    p.goes_to("/application/signers/"); p.clicks("次へ", role="link"); look(p, "18-pledge")
    p.clicks("保存して次へ"); look(p, "19-pledge-refused")
    for box in p.page.query_selector_all("input[type=checkbox]"): box.check()
    p.clicks("保存して次へ"); look(p, "20-documents")
    p.clicks("添付する"); look(p, "21-documents-refused")
    p.goes_to("/application/check/"); look(p, "22-check-missing")
    pledge = p.downloads("/application/papers/pledge.pdf"); assert pledge[:5] == b"%PDF-"
    Path(f"/tmp/shots/pledge.pdf").write_bytes(pledge)
    Path(f"/tmp/shots/profile.pdf").write_bytes(p.downloads("/application/papers/profile.pdf"))
    Path(f"/tmp/shots/signers.pdf").write_bytes(p.downloads("/application/papers/signers.pdf"))
    for kind, day in (("company_register", True), ("seal_certificate", True), ("pledge", False), ("specimen_notification", False)):
        p.goes_to("/application/documents/")
        p.page.select_option("[name=kind]", kind)
        if day: p.page.fill("[name=issued_on]", (timezone.localdate()-dt.timedelta(days=9)).isoformat())
        p.page.set_input_files("[name=file]", {"name": f"C:\\scan {kind}.PDF", "mimeType": "application/pdf", "buffer": pledge})
        p.clicks("添付する")
    look(p, "23-documents-full")
    p.clicks("次へ", role="link"); look(p, "24-check")
    p.clicks("送信"); look(p, "25-sent")
    p.clicks("申請の状況を見る", role="link"); look(p, "26-submitted")
    case = Case.objects.get()
    clerk = StaffFactory(chamber=chamber)
    examination.write_to_company(case, "印鑑証明書の原本を郵送してください。\n\nよろしくお願いします。", by=clerk)
    signer, doc = case.signers.get(), case.documents.first()
    examination.return_for_correction(case, {"company_name": "登記の名称と違います。", f"signer:{signer.public_id}": "署名がかすれています。", f"document:{doc.public_id}": "2ページ目がありません。", "": "お電話ください。"}, by=clerk)
    p.goes_to("/application/"); p.fills(text=""); look(p, "27-returned")
    p.clicks("メッセージを送信"); look(p, "28-message-refused")
    p.fills(text="承知しました。\n明日郵送します。"); p.clicks("メッセージを送信")
    p.goes_to("/application/company/"); look(p, "29-company-remark")
    p.goes_to("/application/signers/"); look(p, "30-signers-remark")
    p.goes_to("/application/documents/"); look(p, "31-documents-remark")
    p.goes_to("/application/check/"); p.clicks("送信")
    p.goes_to("/application/withdraw/"); look(p, "32-withdraw")
    case.refresh_from_db()
    examination.tick(case, range(len(examination.checklist_of(case).items)), by=clerk)
    approval.approve(case, by=clerk)
    link = mail_link(delivered, "hanako@echigo.example.jp", r"http://testserver(/status/\S+)") if False else None
    p.goes_to("/application/"); look(p, "33-approved")
    p.goes_to("/application/check/"); look(p, "34-409")
    p.goes_to("/application/"); p.clicks("この端末での入力を終える"); look(p, "35-left")
    p.goes_to("/register/resume/sent/"); look(p, "36-resume-sent")
    p.goes_to(link or "/status/00000000-0000-0000-0000-000000000000/x/"); look(p, "37-status-dead")
    p.goes_to("/register/open/00000000-0000-0000-0000-000000000000/x/"); look(p, "38-dead")

def test_member(sit_down, delivered, db):
    company = make_company()
    ready(company.chamber)
    SignerFactory(account__registration=company.registration, account__name="鈴木 次郎")
    DatedText.objects.filter(chamber=company.chamber, kind="members_notice").update(body="年末年始は12月29日から1月3日まで休業します。\n\nご不便をおかけします。")
    TradeRegistration.objects.update(valid_until=timezone.localdate()+dt.timedelta(days=10), registered_on=timezone.localdate()-dt.timedelta(days=700))
    clerk = StaffFactory(chamber=company.chamber)
    p = sit_down()
    p.logs_in(company.chamber.code, company.administrator.login_id, PASSWORD); look(p, "50-menu-due")
    p.clicks("有効期間の更新へ", role="link"); look(p, "51-change")
    p.clicks("登録内容を変更する"); look(p, "52-change-company")
    p.fills(company_name="株式会社新しい名前"); p.clicks("保存して次へ"); look(p, "53-change-signers")
    p.clicks("鈴木 次郎 を削除する"); look(p, "54-change-signers-removed")
    p.goes_to("/application/check/"); look(p, "55-change-check")
    p.goes_to("/registration/change/"); look(p, "56-change-open")
    p.goes_to("/menu/"); look(p, "57-menu-open")
    p.goes_to("/application/documents/"); look(p, "58-change-documents")
    p.page.select_option("[name=kind]", "company_register"); p.page.fill("[name=issued_on]", timezone.localdate().isoformat())
    p.page.set_input_files("[name=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": p.downloads("/application/papers/profile.pdf")})
    p.clicks("添付する")
    p.goes_to("/application/check/"); p.clicks("送信"); look(p, "59-change-sent")
    p.goes_to("/application/"); look(p, "60-change-submitted")
    case = Case.objects.get()
    examination.reject(case, reason="登記と違います。\n登記の後で申請してください。", by=clerk)
    p.goes_to("/application/"); look(p, "61-change-after")
    p.page.get_by_role("link", name="の詳細").first.click(); look(p, "62-past")
    p.goes_to("/registration/contact/"); look(p, "63-contact")
    p.fills(email="atarashii@example.jp", postal_code="1"); p.clicks("変更"); look(p, "64-contact-refused")
    p.fills(postal_code="1000001"); p.clicks("変更"); look(p, "65-confirm-mailbox")
    p.fills(code="x"); p.clicks("確認"); look(p, "66-confirm-refused")
    p.goes_to("/registration/contact/"); look(p, "67-contact-waiting")
    TradeRegistration.objects.update(valid_until=timezone.localdate()-dt.timedelta(days=1))
    p.goes_to("/menu/"); look(p, "68-menu-expired")
    p.goes_to("/registration/change/"); look(p, "69-change-expired")
