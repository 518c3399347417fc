"""The example cases that wait at the desk of the first chamber, and a year of decided ones for its numbers."""

import datetime as dt
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Account
from accounts.services import log_out
from accounts.sessions import SessionStore
from casework import examination, services
from casework.models import Case, CaseEvent
from casework.models.target import FIELD, Target
from chambers.models import Chamber
from demo.handwriting import draw_signature
from demo.papers import draw_paper
from documents.uploads import inspect
from email_verification.services import send_first_code
from registration_cases import filling_in
from registration_cases import services as registration_cases
from registration_cases.completeness import acceptable, required_documents, required_texts
from registration_cases.document_kinds import DATED, DocumentKind
from registration_cases.models import AcceptedText, RegistrationCase
from signers import holds
from signers import services as signers
from signers.models import Signer
from trade_registration.models import CompanyData, TradeRegistration

_NEWCOMERS = (
    ("株式会社越後物産", "Echigo Bussan Co., Ltd.", "米菓の製造および輸出"),
    ("佐渡海運株式会社", "Sado Shipping Co., Ltd.", "国際海上貨物の通関・輸送"),
    ("合同会社燕クラフト", "Tsubame Craft LLC", "金属洋食器の製造および輸出"),
)
_OLD_ONES = (
    ("長岡機械株式会社", "Nagaoka Machinery Co., Ltd."),
    ("株式会社三条金物", "Sanjo Hardware Co., Ltd."),
    ("上越化学工業株式会社", "Joetsu Chemical Industries, Ltd."),
    ("株式会社柏崎電機", "Kashiwazaki Electric Co., Ltd."),
    ("村上茶業株式会社", "Murakami Tea Co., Ltd."),
    ("糸魚川石材株式会社", "Itoigawa Stone Co., Ltd."),
)


def load_cases(chamber: Chamber, clerk: Account) -> None:
    """A new registration, a corrected one, one sent back, a change, an expiring company and a hold to release."""
    for number, (name, name_en) in enumerate(_OLD_ONES):
        _decided(chamber, clerk, name, name_en, months_ago=2 * number + 1)
    waiting, agent, sent_back = (_newcomer(chamber, *facts) for facts in _NEWCOMERS)
    _send(waiting, hours_ago=50)
    filling_in.save_company(agent, by=None, registration_type=CompanyData.Type.AGENT)
    _complete(agent)
    for case in (agent, sent_back):
        _send(case, hours_ago=75)
        examination.return_for_correction(
            case.envelope, {Target(FIELD, "address_en"): "英文住所に番地を入れてください。"}, by=clerk
        )
    filling_in.save_company(agent, by=None, address_en="2-1 Minato-machi, Sado, Niigata, Japan")
    _send(agent, hours_ago=20)
    _change(TradeRegistration.objects.get(registration_number="801000012"))
    _expiring_and_held(TradeRegistration.objects.get(company_name=_OLD_ONES[0][0]))


def _newcomer(chamber: Chamber, name: str, name_en: str, line: str) -> RegistrationCase:
    case = registration_cases.create(
        chamber,
        RegistrationCase.Kind.NEW,
        contact_email=f"trade@{name_en.split()[0].lower()}.example.jp",
        registration_type=CompanyData.Type.APPLICANT,
        legal_form=CompanyData.LegalForm.CORPORATION,
        is_member=True,
        company_name=name,
        company_name_en=name_en,
        representative_title="代表取締役",
        representative_name="見本 一郎",
        line_of_business=line,
        postal_code="950-0001",
        address="新潟市中央区古町1-2-3",
        address_en="1-2-3 Furumachi, Chuo-ku, Niigata, Japan",
        telephone="025-000-0000",
        contact_name="見本 花子",
    )
    filling_in.add_signer(
        case,
        by=None,
        name="見本 太郎",
        name_en="Taro Mihon",
        title_en="Export Manager",
        email=f"taro@{name_en.split()[0].lower()}.example.jp",
        specimen=draw_signature(name_en),
    )
    _complete(case)
    return case


def _complete(case: RegistrationCase) -> None:
    """Everything accepted, every document brought that the case still lacks."""
    wanted = [(text, item) for text in required_texts(case) for item in acceptable(text)]
    AcceptedText.objects.bulk_create(
        [AcceptedText(case=case, text=text, item=item) for text, item in wanted], ignore_conflicts=True
    )
    brought = {document.kind for document in case.envelope.documents.all()}
    for alternatives in required_documents(case):
        if not brought.intersection(alternatives):
            _bring(case, alternatives[0])


def _bring(case: RegistrationCase, kind: DocumentKind) -> None:
    lines = (
        case.company_name,
        case.company_name_en,
        case.address,
        f"{case.representative_title} {case.representative_name}",
    )
    issued_on = timezone.localdate() - dt.timedelta(days=12) if kind in DATED else None
    paper = inspect(draw_paper(str(kind.label), lines))
    services.add_document(case.envelope, paper, kind=kind, issued_on=issued_on, file_name=f"{kind.label}.png", by=None)


def _send(case: RegistrationCase, *, hours_ago: int) -> None:
    sent = services.submit(case.envelope, by=None)
    then = timezone.now() - timedelta(hours=hours_ago)
    Case.objects.filter(pk=sent.pk, submissions=1).update(submitted_at=then)
    Case.objects.filter(pk=sent.pk).update(waiting_since=then)
    CaseEvent.objects.filter(pk=sent.events.latest("pk").pk).update(at=then)
    case.refresh_from_db()


def _change(registration: TradeRegistration) -> None:
    case = registration_cases.start_change(registration, by=registration.administrator).registration_case
    filling_in.save_company(case, by=registration.administrator, representative_name="越後 二郎")
    filling_in.add_signer(
        case,
        by=registration.administrator,
        name="高橋 直子",
        name_en="Naoko Takahashi",
        title_en="Assistant Manager",
        email="naoko@echigo.example.jp",
        specimen=draw_signature("Naoko Takahashi"),
    )
    _complete(case)
    _send(case, hours_ago=4)


def _decided(chamber: Chamber, clerk: Account, name: str, name_en: str, *, months_ago: int) -> None:
    """A registration of some months ago, as if the clerk had decided a few days after it was sent."""
    case = _newcomer(chamber, name, name_en, "機械器具の製造および輸出")
    services.submit(case.envelope, by=None)
    checklist = examination.checklist_of(case.envelope)
    examination.tick(case.envelope, range(len(checklist.items) if checklist else 0), by=clerk)
    examination.approve(case.envelope, by=clerk)
    decided = timezone.now() - timedelta(days=30 * months_ago)
    _move_back(case.envelope, sent=decided - timedelta(hours=20 + 9 * months_ago), decided=decided)
    first_day = timezone.localdate(decided)
    TradeRegistration.objects.filter(cases=case.pk).update(
        registered_on=first_day, valid_until=chamber.valid_until(first_day)
    )


def _move_back(case: Case, *, sent: datetime, decided: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(created_at=sent, submitted_at=sent, waiting_since=sent, decided_at=decided)
    case.events.filter(to_status=Case.Status.SUBMITTED).update(at=sent)
    case.events.filter(to_status=Case.Status.APPROVED).update(at=decided)


def _expiring_and_held(registration: TradeRegistration) -> None:
    """Its last day is in 20 days, and somebody has come in by the mailbox that the administrator gave a signer."""
    today = timezone.localdate()
    TradeRegistration.objects.filter(pk=registration.pk).update(
        registered_on=today - dt.timedelta(days=710), valid_until=today + dt.timedelta(days=20)
    )
    signer = Signer.objects.select_related("account__chamber").get(registration=registration)
    administrator = registration.administrator
    signers.change_email(signer, "new-taro@nagaoka.example.jp", by=administrator)
    _comes_in(signer.account)


def _comes_in(account: Account) -> None:
    """Somebody proves the mailbox that the administrator has given."""
    session = SessionStore()
    session.start(account)
    code = send_first_code(account)
    if code is not None:
        holds.prove_mailbox(account, code.code, session=session)
    log_out(account, session=session)
