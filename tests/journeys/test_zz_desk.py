import datetime as dt
from pathlib import Path
import pytest
from django.utils import timezone
from casework import examination, approval, services
from casework.models import Case, CaseDocument
from chambers.models import Fee
from demo.papers import draw_paper
from documents.uploads import inspect
from tests.casework.factories import *
from tests.casework.conftest import tick_everything
from tests.conftest import make_company, log_in_with
from tests.factories import *
from accounts.models import Role
from signers import services as signers
from trade_registration.models import TradeRegistration
from django.conf import settings
import re
def look(p, name):
    p.page.wait_for_load_state("networkidle")
    if "UNDEFINED(" in p.page.content(): print("UNDEF", name, re.findall(r"UNDEFINED\([^)]*\)", p.page.content()))
    from axe_playwright_python.sync_playwright import Axe
    found = Axe().run(p.page)
    (Path("/tmp/shots")/f"{name}-{p.width}.png").write_bytes(p.page.screenshot(full_page=True))
    wide = p.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    if found.violations_count: print("AXE", name, p.width, found.generate_report()[:1500])
    if wide: print("WIDE", name, p.width)
    if p.faults: print("FAULTS", name, p.faults); p.faults.clear()
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

def papers(case):
    case.documents.all().delete()
    for kind in ("company_register", "seal_certificate", "pledge", "specimen_notification"):
        k = CaseDocument.Kind(kind)
        png = draw_paper(str(k.label), (case.company_name, case.company_name_en, case.address))
        from PIL import Image; import io
        im = Image.open(io.BytesIO(png)).convert("RGB"); f = io.BytesIO()
        if kind == "pledge":
            im.save(f, "PDF", save_all=True, append_images=[im, im]); content = f.getvalue()
        else: content = png
        days = 100 if kind == "seal_certificate" else 20
        row = CaseDocument.objects.create(case=case, kind=kind, issued_on=timezone.localdate()-dt.timedelta(days=days) if k in CaseDocument.DATED else None, file_name=f"{k.label}.pdf", content_type="application/pdf" if kind=="pledge" else "image/png", size=len(content), pages=3 if kind=="pledge" else 1, sha256="0"*64)
        from casework.models import DocumentContent
        DocumentContent.objects.create(document=row, content=content)

def enter(p, account):
    c = log_in_with(account)
    p.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": c.cookies[settings.SESSION_COOKIE_NAME].value, "url": p.home}])

def test_desk(sit_down, delivered, db):
    company = make_company()
    chamber = ready(company.chamber)
    clerk = StaffFactory(chamber=chamber, name="山田 花子"); boss = StaffFactory(chamber=chamber, name="責任 四郎", role=Role.MANAGER)
    other = StaffFactory(chamber=chamber, name="鈴木 一郎")
    p = sit_down(); enter(p, clerk)
    p.goes_to("/staff/"); look(p, "d01-empty-desk")
    for m in (TradeRegistration, ):
        m.objects.filter(pk=company.registration.pk).update(valid_until=timezone.localdate()+dt.timedelta(days=12))
    Fee.objects.filter(chamber=chamber).update(amount=1100)
    case = CaseFactory(chamber=chamber); papers(case)
    services.submit(case, by=None) if False else None
    now = timezone.now()
    def sent(**kw):
        h = kw.pop("hours"); return CaseFactory(submitted=True, chamber=chamber, submitted_at=now-dt.timedelta(hours=h), **kw)
    new = sent(hours=75); papers(new)
    for i in range(4): sent(hours=30-5*i, company_name=f"株式会社長い名前の貿易商事ホールディングス{i}")
    chg = change_of(company.registration, company_name="株式会社新しい名前", submitted=True, submitted_at=now-dt.timedelta(minutes=20))
    from signers.models import Signer
    from casework.models import CaseSigner
    CaseSigner.objects.create(case=chg, removes=company.signer_row)
    papers(chg)
    sig = SignerFactory(account__registration=company.registration, account__name="高橋 直子")
    signers.change_email(sig, "new@example.jp", by=company.administrator); signers.change_password(sig, "atarashii kotoba wo kimeta", by=company.administrator)
    examination.take(Case.objects.get(pk=new.pk), by=other)
    CaseFactory(chamber=chamber, submitted=True, status="rejected", decided_at=now, company_name=new.company_name)
    examination.leave_all(by=other)
    s = new.signers.first(); d = new.documents.first()
    examination.return_for_correction(new, {"company_name": "登記と違います。株を株式会社に直してください。", f"signer:{s.public_id}": "署名がかすれています。", f"document:{d.public_id}": "2ページ目がありません。"}, by=other)
    Case.objects.filter(pk=new.pk).update(status="returned")
    new.documents.filter(kind="seal_certificate").update(issued_on=timezone.localdate()-dt.timedelta(days=10))
    services.submit(Case.objects.get(pk=new.pk), by=None)
    new.documents.filter(kind="seal_certificate").update(issued_on=timezone.localdate()-dt.timedelta(days=100))
    services.write_to_chamber(new, "印鑑証明書の原本は郵送しました。\nよろしくお願いします。", by=None)
    examination.write_note(new, "電話で確認済み。", by=other)
    examination.take(Case.objects.get(company_name__endswith="ス1"), by=other)
    p.goes_to("/staff/"); look(p, "d02-desk")
    p.goes_to("/staff/?tab=renewal"); look(p, "d03-desk-renewal")
    p.goes_to("/staff/expiring/"); look(p, "d04-expiring")
    p.goes_to("/staff/companies/"); look(p, "d05-companies")
    p.goes_to("/staff/companies/?q=越後"); look(p, "d06-search")
    p.goes_to("/staff/companies/?q=会議所"); look(p, "d07-search-ids")
    p.goes_to("/staff/companies/?q=zzzz"); look(p, "d08-search-none")
    p.goes_to(f"/staff/cases/{new.public_id}/"); p.page.wait_for_timeout(1500)
    for img in p.page.query_selector_all("img"): img.scroll_into_view_if_needed(); p.page.wait_for_timeout(300)
    p.page.evaluate("window.scrollTo(0,0); document.querySelector('.examination-evidence').scrollTo(0,0)")
    (Path("/tmp/shots")/f"d10-case-window-{p.width}.png").write_bytes(p.page.screenshot())
    look(p, "d10-case")
    p.page.evaluate("window.scrollTo(0, 900)"); p.page.wait_for_timeout(300)
    (Path("/tmp/shots")/f"d10-case-window2-{p.width}.png").write_bytes(p.page.screenshot())
    p.fills() ; p.clicks("メモを保存"); look(p, "d11-note-refused")
    p.goes_to(f"/staff/cases/{new.public_id}/"); p.page.check("#check-0"); p.clicks("チェックを保存"); look(p, "d12-ticked")
    p.clicks("承認へ進む"); look(p, "d13-approve-open")
    p.goes_to(f"/staff/cases/{new.public_id}/return/"); look(p, "d14-return"); p.clicks("修正を依頼する"); look(p, "d15-return-refused")
    p.goes_to(f"/staff/cases/{new.public_id}/reject/"); p.clicks("却下する"); look(p, "d16-reject-refused")
    doc = new.documents.get(kind="pledge")
    p.goes_to(f"/staff/cases/{new.public_id}/documents/{doc.public_id}/2/"); p.page.wait_for_timeout(1500); look(p, "d17-viewer")
    p.goes_to(f"/staff/cases/{new.public_id}/")
    for box in p.page.query_selector_all("input[type=checkbox]"): box.check()
    p.clicks("承認へ進む"); look(p, "d18-approve"); p.clicks("承認する"); look(p, "d19-registration-new")
    p.clicks("貿易登録証の印刷へ進む", role="link"); look(p, "d20-certificate"); p.clicks("発行する"); look(p, "d21-certificate-issued")
    p.clicks("再発行する", role="link"); look(p, "d22-reissue"); p.clicks("再発行する"); look(p, "d23-reissued")
    p.goes_to(f"/staff/cases/{chg.public_id}/"); look(p, "d24-change")
    p.goes_to(f"/staff/cases/{chg.public_id}/approve/"); look(p, "d25-approve-change")
    held = Case.objects.get(company_name__endswith="ス1")
    p.goes_to(f"/staff/cases/{held.public_id}/"); look(p, "d26-held-by-other")
    p.goes_to(f"/staff/holds/{sig.account.public_id}/"); look(p, "d27-hold")
    p.goes_to(f"/staff/cases/{new.public_id}/"); look(p, "d28-approved")
    import accounts.throttle as t, accounts.devices as dv
    for _ in range(5): t.reserve(t.password_limits(dv.names_begin(chamber.code, company.signer.login_id)+"elsewhere"))
    enter(p, boss)
    n = company.registration.registration_number
    p.goes_to(f"/staff/registrations/{n}/"); look(p, "d30-registration")
    p.goes_to(f"/staff/ids/{company.signer.public_id}/unlock/"); look(p, "d31-unlock"); p.clicks("ロックを解除する"); 
    p.goes_to(f"/staff/ids/{company.signer.public_id}/unlock/"); look(p, "d32-unlocked")
    p.goes_to(f"/staff/cases/{held.public_id}/"); look(p, "d33-held-manager"); p.clicks("鈴木 一郎さんの審査を解除して、自分が審査する"); look(p, "d34-released")
    p.goes_to(f"/staff/registrations/{n}/suspend/"); look(p, "d35-suspend"); p.clicks("停止する"); look(p, "d36-suspend-refused")
    p.fills(reason="罰則規程第2条による。"); p.clicks("停止する"); look(p, "d37-suspended")
    p.goes_to(f"/staff/registrations/{n}/certificate/"); look(p, "d38-cert-suspended")
    p.goes_to(f"/staff/cases/{chg.public_id}/approve/"); look(p, "d39-approve-suspended")
    p.goes_to(f"/staff/registrations/{n}/lift/"); look(p, "d40-lift")
    p.goes_to(f"/staff/registrations/{n}/delete/"); look(p, "d41-delete")
