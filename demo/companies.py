"""The example chambers and companies: the manual's own, and two more beside and across from it, so that their separation can
be seen."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import initial_passwords
from accounts import services as accounts
from accounts.models import Account, Kind, PasswordOrigin
from chambers.defaults import give_defaults
from chambers.models import Chamber, Counter
from demo.cases import load_cases
from demo.clerks import PASSWORD, load_clerks
from demo.handwriting import draw_signature
from signers import services
from signers.models import Signer
from trade_registration.models import TradeRegistration

# For the companies beside the manual's: they have been customers for long and chose their own passwords, as the clerks did.
_WITH_OWN_PASSWORDS = r"^((echigo|minato)(Admin|Signer\d|Sub\d)|(niigata|minato)(Manager|Clerk))$"


@transaction.atomic
def load_with_cases() -> None:
    """Loads everything, and work for the first chamber's desk."""
    load()
    niigata = Chamber.objects.get(code="801")
    load_cases(niigata, Account.objects.get_queryset().get(chamber=niigata, login_id="niigataClerk"))


@transaction.atomic
def load() -> None:
    """Loads the chambers with their clerks, and the companies."""
    niigata = Chamber.objects.create(
        code="801",
        name="新潟商工会議所",
        name_en="NIIGATA Chamber of Commerce & Industry",
        postal_code="950-8711",
        address="新潟市中央区万代島5-1万代島ビル7階",
        telephone="025-290-4209",
        email="boueki-shoumei@example.jp",
    )
    minato = Chamber.objects.create(
        code="802",
        name="みなと商工会議所",
        name_en="MINATO Chamber of Commerce & Industry",
        postal_code="105-0001",
        address="東京都港区みなと町1-2-3",
        telephone="03-0000-0000",
        email="boueki@minato.example.jp",
    )
    # The serial numbers that the companies below were given.
    for chamber, prefix, last in ((niigata, "niigata", 12), (minato, "minato", 1)):
        give_defaults(chamber)
        Counter.objects.create(chamber=chamber, name="registration", value=last)
        load_clerks(chamber, prefix)
    _manual_company(niigata)
    _old_customer(niigata, "801000012", "越後精密工業株式会社", "Echigo Precision Industries, Ltd.", "echigo")
    _old_customer(minato, "802000001", "株式会社みなと食品", "Minato Foods Co., Ltd.", "minato")


def logins() -> list[tuple[str, str, str, str]]:
    """The chamber code, ID and first password of every example account, and who it is."""
    first_passwords = {"uBoKtvlEe8JM": "XQ83y4D8HGpL", "X0qFBLTmNkhG": "(署名登録証に印字)"}
    accounts = Account.objects.get_queryset().select_related("chamber", "registration").order_by("pk")
    return [
        (
            account.chamber.code,
            account.login_id,
            first_passwords.get(account.login_id, PASSWORD),
            _who(account),
        )
        for account in accounts.filter(Q(login_id__in=first_passwords) | Q(login_id__regex=_WITH_OWN_PASSWORDS))
    ]


def _who(account: Account) -> str:
    of = account.registration.company_name if account.registration else account.chamber.name
    return f"{of} {account.get_role_display() or account.get_kind_display()} {account.name}"


def _manual_company(chamber: Chamber) -> None:
    """株式会社新潟CCI貿易 as the manual shows it, on the day of loading."""
    today = timezone.localdate()
    registration = TradeRegistration.objects.create(
        chamber=chamber,
        registration_number="801000005",
        registration_type=TradeRegistration.Type.APPLICANT,
        legal_form=TradeRegistration.LegalForm.CORPORATION,
        is_member=True,
        company_name="株式会社新潟CCI貿易",
        company_name_en="Niigata cci",
        postal_code="950-8711",
        address="新潟市中央区万代島5-1万代島ビル7階",
        address_en="niigatashi",
        representative_title="代表取締役",
        representative_name="会議所 一郎",
        line_of_business="機械器具の輸出",
        contact_name="会議所 花子",
        telephone="025-290-4209",
        registered_on=today,
        valid_until=chamber.valid_until(today),
        certificate_issued_on=today,
    )
    administrator = _administrator(registration, "uBoKtvlEe8JM", "admin@niigata-cci.example.jp")
    initial_passwords.issue(administrator, password="XQ83y4D8HGpL")
    signer = services.add_signer(
        registration,
        name="会議所 太郎",
        name_en="kaigisho taro",
        title_en="",
        email="taro@niigata-cci.example.jp",
        specimen=draw_signature("kaigisho taro"),
    )
    Account.objects.get_queryset().filter(pk=signer.account_id).update(login_id="X0qFBLTmNkhG")


def _old_customer(chamber: Chamber, number: str, company: str, company_en: str, domain: str) -> None:
    """A company with an administrator, two signers and two sub-IDs, all of whom have logged in before."""
    registered_on = timezone.localdate() - dt.timedelta(days=200)
    registration = TradeRegistration.objects.create(
        chamber=chamber,
        registration_number=number,
        registration_type=TradeRegistration.Type.APPLICANT,
        legal_form=TradeRegistration.LegalForm.CORPORATION,
        is_member=chamber.code == "801",
        company_name=company,
        company_name_en=company_en,
        postal_code=chamber.postal_code,
        address=chamber.address,
        address_en="1-2-3 Minato-machi, Japan",
        representative_title="代表取締役",
        representative_name="港 一郎",
        line_of_business="製品の製造および輸出",
        contact_name="港 さくら",
        telephone=chamber.telephone,
        registered_on=registered_on,
        valid_until=chamber.valid_until(registered_on),
        certificate_issued_on=registered_on,
    )
    administrator = _administrator(registration, f"{domain}Admin", f"admin@{domain}.example.jp")
    initial_passwords.issue(administrator)
    made = [administrator]
    for index, (name, name_en) in enumerate((("佐藤 健一", "Kenichi Sato"), ("鈴木 美咲", "Misaki Suzuki")), 1):
        signer = _signer(registration, name, name_en, f"{domain}Signer{index}", f"signer{index}@{domain}.example.jp")
        services.issue_passwords([signer], by=administrator)
        sub_id = services.create_sub_id(
            signer.account, name=f"通関担当 {index}", email=f"sub{index}@{domain}.example.jp", password=PASSWORD
        )
        Account.objects.get_queryset().filter(pk=sub_id.pk).update(login_id=f"{domain}Sub{index}")
        made += [signer.account, sub_id]
    for account in made:
        _settle(account)


def _administrator(registration: TradeRegistration, login_id: str, email: str) -> Account:
    return Account.objects.create(
        chamber=registration.chamber,
        registration=registration,
        kind=Kind.ADMINISTRATOR,
        login_id=login_id,
        name="管理者",
        email=email,
        email_verified_at=timezone.now(),
    )


def _signer(registration: TradeRegistration, name: str, name_en: str, login_id: str, email: str) -> Signer:
    signer = services.add_signer(
        registration, name=name, name_en=name_en, title_en="Manager", email=email, specimen=draw_signature(name_en)
    )
    signer.account.login_id = login_id
    signer.account.save(update_fields=("login_id",))
    return signer


def _settle(account: Account) -> None:
    """The account has proved its mailbox, chosen its password and logged in."""
    accounts.set_password(account, PASSWORD, origin=PasswordOrigin.OWN, by=account)
    now = timezone.now()
    Account.objects.get_queryset().filter(pk=account.pk).update(
        email_verified_at=now, first_login_at=now, last_login_at=now
    )
