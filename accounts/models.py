"""Who you are: the four kinds of ID that log in with chamber code, ID and password."""

from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chambers.models import Chamber
from eco_portal.search import Folded, search_index, search_key_of
from eco_portal.text import japanese_text, no_hidden_characters

if TYPE_CHECKING:
    from accounts.sessions import SessionStore

SESSION_LASTS = timedelta(hours=8)
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
def _name_of_kind(kind: str) -> str:
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
        "trade_registration.TradeRegistration", on_delete=models.PROTECT, null=True, related_name="accounts"
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sub_accounts")
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
            models.Index(fields=("chamber",), condition=Q(kind="staff"), name="accounts_staff_of_chamber"),
            models.Index(fields=("chamber", "id"), name="accounts_newest_of_chamber"),
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
        return _name_of_kind(self.kind)

    @property
    def is_usable(self) -> bool:
        """Whether this ID may act now: it, its signer and its registration are all in force."""
        return (
            self.status == self.Status.ACTIVE
            and (self.parent is None or self.parent.status == self.Status.ACTIVE)
            and (self.registration is None or self.registration.is_in_force)
        )

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
        return self.kind in (Kind.SIGNER, Kind.SUB_USER) and self.email_verified_at is None

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

    def own_words(self) -> list[str]:
        """What a stranger would try first as this account's password."""
        words_of_company = self.registration.own_words() if self.registration else []
        return [self.login_id, self.name, self.email.split("@")[0], self.chamber.name_en, *words_of_company]


class Ending(models.TextChoices):
    """Why a session is over, in the words that the login page shows."""

    IDLE = "idle", _("30分間操作がなかったため、ログアウトしました。続けるには、もう一度ログインしてください。")
    TOO_LONG = (
        "too_long",
        _("ログインから8時間が過ぎたため、ログアウトしました。続けるには、もう一度ログインしてください。"),
    )
    SECOND_LOGIN = (
        "second_login",
        _(
            "同じIDで別のログインがあったため、こちらのログインを終了しました。お心当たりがない場合は、パスワードを変更してください。"
        ),
    )
    CREDENTIALS = (
        "credentials",
        _("パスワードまたはメールアドレスが変更されたため、ログアウトしました。もう一度ログインしてください。"),
    )
    SECOND_FACTOR = (
        "second_factor",
        _("二段階認証が解除されたため、ログアウトしました。もう一度ログインして、二段階認証を設定し直してください。"),
    )
    STOPPED = "stopped", _("このIDは現在ご利用になれません。管理者または商工会議所にお問い合わせください。")


class Session(AbstractBaseSession):
    """A browser's session. Ended rows stay for a day to say why they ended."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(default=timezone.now)
    # When whoever holds this session has shown the clerk's second factor.
    second_factor_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=15, choices=Ending.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("account",),
                condition=Q(ended_because="", account__isnull=False),
                name="accounts_one_live_session",
            )
        ]

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from accounts.sessions import SessionStore

        return SessionStore

    def ending(self, now: datetime) -> Ending | None:
        """Why this session is over at the moment ``now``; None while it lives."""
        if self.ended_because:
            return Ending(self.ended_because)
        if now < self.expire_date:
            return None
        return Ending.IDLE if self.expire_date < self.started_at + SESSION_LASTS else Ending.TOO_LONG


class PasswordReset(models.Model):
    """A request for a one-time link, as typed. Whether it fits an ID is looked up when the mail is sent and when the link is
    used, so that the page does the same work for everybody."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    chamber_code = models.CharField(max_length=20)
    login_id = models.CharField(max_length=40)
    email = models.CharField(max_length=254)
    requested_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    LASTS = timedelta(minutes=30)

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_open(self) -> bool:
        return self.used_at is None and timezone.now() < self.requested_at + self.LASTS

    def account(self) -> Account | None:
        """The usable account with this chamber code, ID and proven mailbox."""
        found = Account.objects.get_queryset().filter(
            chamber__code=self.chamber_code,
            login_id=self.login_id,
            email__iexact=self.email,
            email_verified_at__isnull=False,
        )
        account = found.select_related("chamber", "registration", "parent").first()
        return account if account and account.is_usable and account.may_enter_here else None


class Attempts(models.Model):
    """How often something guarded was tried under a key in the window that ends at ``ends_at`` (accounts/throttle.py)."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class DayKey(models.Model):
    """The random key under which one Japanese day's initial passwords are kept, wrapped by the master key.

    The table is UNLOGGED: it is in no WAL and no base backup, and a crash empties it.
    """

    day = models.DateField(primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return self.day.isoformat()


class InitialPassword(models.Model):
    """An initial password as it can be printed on the Japanese day of its first output. Unreadable without that day's key."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="initial_password")
    issued_on = models.DateField()
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.issued_on}"


class RecoveryCode(models.Model):
    """Stands in once for a clerk's second factor when the telephone is lost. Only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("account", "digest"), name="accounts_recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.account_id}"
