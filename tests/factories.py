"""The cast of the tests. Accounts are settled by default: mailbox proved, own password, logged in before."""

import datetime as dt
from functools import cache

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Account, Kind, PasswordOrigin, Role
from chambers.defaults import give_defaults
from chambers.models import Chamber
from signers.models import Signer
from trade_registration.models import TradeRegistration

PASSWORD = "kono fune wa minato ni iru"


@cache
def hashed_password() -> str:
    return make_password(PASSWORD)


class ChamberFactory(DjangoModelFactory[Chamber]):
    """A chamber with what a new one starts with; ``defaults=False`` for one that has set nothing."""

    class Meta:
        model = Chamber
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"{801 + n}")
    name = "新潟商工会議所"
    name_en = "NIIGATA Chamber of Commerce & Industry"
    postal_code = "950-8711"
    address = "新潟市中央区万代島5-1万代島ビル7階"
    telephone = "025-290-4209"
    email = "boueki-shoumei@example.jp"

    @factory.post_generation  # type: ignore[untyped-decorator]
    def defaults(self, create: bool, wanted: bool | None, **kwargs: object) -> None:
        if create and wanted is not False:
            give_defaults(self)


def _old_number(code: str, n: int) -> str:
    """From the upper end of the chamber's numbers, away from those that it gives out."""
    return f"{code}{9 * 10 ** (8 - len(code)) + n}"


class TradeRegistrationFactory(DjangoModelFactory[TradeRegistration]):
    class Meta:
        model = TradeRegistration

    chamber = factory.SubFactory(ChamberFactory)
    registration_number = factory.LazyAttributeSequence(lambda row, n: _old_number(row.chamber.code, n))
    registration_type = TradeRegistration.Type.APPLICANT
    legal_form = TradeRegistration.LegalForm.CORPORATION
    is_member = True
    company_name = "株式会社新潟CCI貿易"
    company_name_en = "Niigata cci"
    postal_code = "950-8711"
    address = "新潟市中央区万代島5-1"
    address_en = "niigatashi"
    representative_title = "代表取締役"
    representative_name = "会議所 一郎"
    line_of_business = "工作機械の製造および輸出"
    contact_name = "会議所 花子"
    telephone = "025-290-4209"
    registered_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))
    valid_until = factory.LazyAttribute(lambda row: row.registered_on + dt.timedelta(days=730))
    certificate_issued_on = factory.SelfAttribute("registered_on")


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account
        skip_postgeneration_save = True

    class Params:
        unverified = factory.Trait(email_verified_at=None)
        first_time = factory.Trait(
            email_verified_at=None, first_login_at=None, last_login_at=None, password_origin=PasswordOrigin.INITIAL
        )

    registration = factory.SubFactory(TradeRegistrationFactory)
    chamber = factory.SelfAttribute("registration.chamber")
    kind = Kind.ADMINISTRATOR
    login_id = factory.Sequence(lambda n: f"testId{n:06d}")
    name = "管理者"
    email = factory.LazyAttribute(lambda row: f"{row.login_id.lower()}@example.jp")
    email_verified_at = factory.LazyFunction(timezone.now)
    password = factory.LazyFunction(hashed_password)
    password_origin = PasswordOrigin.OWN
    password_set_at = factory.LazyFunction(timezone.now)
    first_login_at = factory.LazyFunction(timezone.now)
    last_login_at = factory.SelfAttribute("first_login_at")


class SignerAccountFactory(AccountFactory):
    kind = Kind.SIGNER
    name = "会議所 太郎"


class SubIdFactory(AccountFactory):
    kind = Kind.SUB_USER
    name = "通関 次郎"
    parent = factory.SubFactory(SignerAccountFactory)
    registration = factory.SelfAttribute("parent.registration")


class StaffFactory(AccountFactory):
    """A clerk of the chamber: a reviewer, unless said otherwise. The second factor belongs to the session."""

    registration = None
    chamber = factory.SubFactory(ChamberFactory)
    kind = Kind.STAFF
    role = Role.REVIEWER
    name = "審査 三郎"


class SignerFactory(DjangoModelFactory[Signer]):
    class Meta:
        model = Signer

    account = factory.SubFactory(SignerAccountFactory)
    registration = factory.SelfAttribute("account.registration")
    user_number = factory.Sequence(lambda n: n + 1)
    name_en = "kaigisho taro"
    title_en = ""
    specimen = None
