"""Who you are: the four kinds of ID that log in with chamber code, ID and password."""

from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.conflicts import Conflict
from accounts.passwords import as_printed, canonical
from chambers.models import Chamber
from foundation.errors import WrongStatus
from foundation.search import Folded, search_index, search_key_of
from foundation.text import japanese_text, no_hidden_characters

INITIAL_PASSWORD_LASTS = timedelta(days=30)
# Long enough for a long weekend, short enough that a slip of paper does not stay a key.
ADMINISTRATOR_PASSWORD_LASTS = timedelta(days=7)


class Kind(models.TextChoices):
    """The kinds of ID (manual, page 4). Administrators never apply; signers and their sub-IDs do. Staff are the chamber's."""

    ADMINISTRATOR = "administrator", _("管理者")
    SIGNER = "signer", _("署名者")
    SUB_USER = "sub_user", _("サブID")
    STAFF = "staff", _("商工会議所職員")


# The kinds of ID that a company has.
MEMBERS = (Kind.ADMINISTRATOR, Kind.SIGNER, Kind.SUB_USER)


@cache
def _name_of_kind(kind: str, _language: str | None) -> str:
    return str(Kind(kind).label)


class Role(models.TextChoices):
    """What a chamber's clerk may do. A manager may do everything that a reviewer may."""

    REVIEWER = "reviewer", _("審査担当")
    MANAGER = "manager", _("責任者")


class PasswordOrigin(models.TextChoices):
    """Whose choice the password is. Anything but the owner's own must be changed before all else."""

    NONE = "none", _("未発行")
    INITIAL = "initial", _("初期パスワード")
    ADMINISTRATOR = "administrator", _("管理者が設定")
    SIGNER = "signer", _("署名者が設定")
    OWN = "own", _("本人が設定")


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, account: "Account") -> "AccountQuerySet":
        """Staff see their chamber's IDs, an administrator the registration's, a signer itself and its sub-IDs, a sub-ID itself."""
        is_live = ~Q(status=Account.Status.DELETED)
        if account.kind == Kind.STAFF:
            return self.filter(is_live, chamber_id=account.chamber_id)
        if account.kind == Kind.ADMINISTRATOR:
            return self.filter(is_live, registration_id=account.registration_id)
        if account.kind == Kind.SIGNER:
            return self.filter(is_live, Q(pk=account.pk) | Q(parent_id=account.pk))
        return self.filter(is_live, pk=account.pk)

    def staff(self) -> "AccountQuerySet":
        return self.filter(kind=Kind.STAFF)

    def managers(self) -> "AccountQuerySet":
        """The clerks who can manage: in force, and no longer waiting to accept their invitation."""
        settled = self.staff().exclude(password_origin=PasswordOrigin.NONE)
        return settled.filter(role=Role.MANAGER, status=Account.Status.ACTIVE)

    def sub_ids(self) -> "AccountQuerySet":
        return self.filter(kind=Kind.SUB_USER)

    def with_mailbox(self, email: str) -> "AccountQuerySet":
        """IDs whose owner has proved to read this mailbox."""
        return self.filter(email__iexact=email, email_verified_at__isnull=False)

    def search(self, *, name: str = "", login_id: str = "", email: str = "") -> "AccountQuerySet":
        """IDs whose name, ID and address contain the given parts, whatever their width and case."""
        parts = {"name_folded": name, "login_id_folded": login_id, "email_folded": email}
        return self.filter(**{f"{column}__has_term": term for column, term in parts.items() if term})


class AccountManager(BaseUserManager["Account"]):
    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def visible_to(self, account: "Account") -> AccountQuerySet:
        return self.get_queryset().visible_to(account)


class Account(AbstractBaseUser):
    """One ID. ``login_id`` is unique within its chamber; ``parent`` is the signer that made a sub-ID.

    Staff have a role and no registration; everybody else has a registration and no role.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("利用中")
        SUSPENDED = "suspended", _("停止中")
        DELETED = "deleted", _("削除済")

    last_login = None

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="accounts", db_index=False)
    registration = models.ForeignKey(
        "trade_registration.TradeRegistration",
        on_delete=models.PROTECT,
        null=True,
        related_name="accounts",
        db_index=False,
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sub_accounts", db_index=False)
    kind = models.CharField(_("種別"), max_length=15, choices=Kind.choices)
    role = models.CharField(_("役割"), max_length=10, choices=Role.choices, blank=True)
    login_id = models.CharField(_("ユーザー名"), max_length=20)
    name = models.CharField(_("氏名(和文)"), max_length=60, validators=[japanese_text])
    email = models.EmailField(_("E-mail"), max_length=254)
    email_verified_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    password_origin = models.CharField(max_length=15, choices=PasswordOrigin.choices, default=PasswordOrigin.NONE)
    password_set_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    first_login_at = models.DateTimeField(null=True)
    last_login_at = models.DateTimeField(null=True)

    name_folded = models.GeneratedField(expression=Folded("name"), output_field=models.TextField(), db_persist=True)
    login_id_folded = models.GeneratedField(
        expression=Folded("login_id"), output_field=models.TextField(), db_persist=True
    )
    email_folded = models.GeneratedField(expression=Folded("email"), output_field=models.TextField(), db_persist=True)
    search_key = search_key_of("name", "login_id", "email")

    objects = AccountManager()

    USERNAME_FIELD = "public_id"

    class Meta:
        verbose_name = _("ID")
        indexes = [
            models.Index(fields=("registration", "kind", "id"), name="accounts_of_registration"),
            models.Index(fields=("registration", "id"), name="accounts_made_for_registration"),
            models.Index(fields=("parent", "id"), name="accounts_of_signer"),
            models.Index(fields=("chamber",), condition=Q(kind="staff"), name="accounts_staff_of_chamber"),
            models.Index(fields=("chamber", "id"), name="accounts_newest_of_chamber"),
            models.Index(Upper("email"), name="accounts_of_mailbox", condition=Q(email_verified_at__isnull=False)),
            search_index("accounts_search"),
        ]
        constraints = [
            models.UniqueConstraint(fields=("chamber", "login_id"), name="accounts_login_id_once_a_chamber"),
            models.UniqueConstraint(
                fields=("registration",),
                condition=Q(kind="administrator") & ~Q(status="deleted"),
                name="accounts_one_administrator",
            ),
            models.CheckConstraint(
                condition=Q(kind="sub_user", parent__isnull=False) | (~Q(kind="sub_user") & Q(parent__isnull=True)),
                name="accounts_sub_id_has_its_signer",
            ),
            models.CheckConstraint(
                condition=Q(kind="staff", registration__isnull=True, role__in=Role.values)
                | (~Q(kind="staff") & Q(registration__isnull=False, role="")),
                name="accounts_staff_has_role_and_no_registration",
            ),
            models.CheckConstraint(
                condition=Q(first_login_at__isnull=True) | Q(last_login_at__gte=F("first_login_at")),
                name="accounts_login_times_in_order",
            ),
            *no_hidden_characters("name", "email"),
        ]

    def __str__(self) -> str:
        return f"{self.login_id} {self.name}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """As Django's own, which translates all kinds to name one: lists show it in every row."""
        return _name_of_kind(self.kind, get_language())

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's. A hash of old parameters is renewed only in the place of the one that was checked: a password that was
        set meanwhile stays."""
        checked = self.password

        def renew(raw: str) -> None:
            self.set_password(raw)
            Account.objects.filter(pk=self.pk, password=checked).update(password=self.password)

        return check_password(raw_password, checked, renew)

    @property
    def is_usable(self) -> bool:
        """Whether this ID may act now: it, its signer and its registration are all in force."""
        return (
            self.status == self.Status.ACTIVE
            and (self.parent is None or self.parent.status == self.Status.ACTIVE)
            and (self.registration is None or self.registration.is_in_force)
        )

    def demand_right(self) -> None:
        """Raises WrongStatus for a clerk who has been removed, or has got another role, since this was read. What companies do
        asks for it where it matters (accounts/locks.py)."""
        if self.kind != Kind.STAFF:
            return
        unchanged = Account.objects.get_queryset().filter(pk=self.pk, status=self.Status.ACTIVE, role=self.role)
        if not unchanged.exists():
            raise WrongStatus(Conflict.RIGHT_GONE)

    @property
    def may_enter_here(self) -> bool:
        """Where no staff page is served (ECO_STAFF_SITE), staff are nobody."""
        return self.kind != Kind.STAFF or settings.ECO_STAFF_SITE

    @property
    def is_manager(self) -> bool:
        return self.role == Role.MANAGER

    @property
    def is_invited(self) -> bool:
        """Whether this is a clerk who has not accepted the invitation yet."""
        return self.kind == Kind.STAFF and self.password_origin == PasswordOrigin.NONE

    @property
    def has_logged_in(self) -> bool:
        return self.first_login_at is not None

    @property
    def must_verify_mailbox(self) -> bool:
        """Whether the owner has not proved the mailbox. A clerk's is proved by the invitation."""
        return self.kind in MEMBERS and self.email_verified_at is None

    @property
    def must_prove_to_be_the_owner(self) -> bool:
        """Whether every login must prove the mailbox anew, because somebody else knows the password: who set it, or printed it.

        Not with an administrator's first password, which the chamber hands over on paper (manual, page 3).
        """
        if self.password_origin == PasswordOrigin.OWN:
            return False
        return self.kind in (Kind.SIGNER, Kind.SUB_USER) or self.replaces_a_password_in_use

    @property
    def replaces_a_password_in_use(self) -> bool:
        """Whether somebody else has set the password after the owner had logged in with another one."""
        is_anothers = self.password_origin != PasswordOrigin.OWN
        if not is_anothers or self.first_login_at is None or self.password_set_at is None:
            return False
        return self.first_login_at < self.password_set_at

    @property
    def must_change_password(self) -> bool:
        return self.password_origin != PasswordOrigin.OWN

    @property
    def password_expires_at(self) -> datetime | None:
        """When a password that is not the owner's own stops opening the door; None for one that is."""
        if self.password_origin == PasswordOrigin.OWN or self.password_set_at is None:
            return None
        initial = self.password_origin == PasswordOrigin.INITIAL
        return self.password_set_at + (INITIAL_PASSWORD_LASTS if initial else ADMINISTRATOR_PASSWORD_LASTS)

    @property
    def is_password_expired(self) -> bool:
        return self.password_expires_at is not None and timezone.now() >= self.password_expires_at

    def has_password(self, typed: str) -> bool:
        """Whether this was meant as the password; in one that the system made, blanks are forgiven."""
        is_printed = self.password_origin == PasswordOrigin.INITIAL
        return self.check_password(as_printed(typed) if is_printed else canonical(typed))

    def own_words(self) -> list[str]:
        """What a stranger would try first as this account's password."""
        words_of_company = self.registration.own_words() if self.registration else []
        return [self.login_id, self.name, self.email.split("@")[0], self.chamber.name_en, *words_of_company]
