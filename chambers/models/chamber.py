"""The chamber itself, its seal, and when it works."""

import datetime as dt
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import RPad
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.text import english_text, japanese_text, no_hidden_characters


class Chamber(models.Model):
    """A chamber of commerce and industry. Companies register with one chamber at a time; chambers never see each other.

    Certificates take the chamber's code and names from here and nowhere else.
    """

    class LastDay(models.TextChoices):
        """Which day is the last of a validity of two years; both conventions are in use."""

        SAME_DAY = "same_day", _("2年後の同じ日")
        DAY_BEFORE = "day_before", _("2年後の前日")

    code = models.CharField(
        _("商工会議所コード"),
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^\d{3,4}$", _("3桁または4桁の数字です。"))],
    )
    name = models.CharField(_("名称"), max_length=60, validators=[japanese_text])
    name_en = models.CharField(_("英文名称"), max_length=120, validators=[english_text])
    postal_code = models.CharField(
        _("郵便番号"),
        max_length=8,
        validators=[
            RegexValidator(r"^[0-9]{3}-[0-9]{4}\Z", _("郵便番号は「950-8711」のように、数字7桁で入力してください。"))
        ],
    )
    address = models.CharField(_("所在地"), max_length=120, validators=[japanese_text])
    telephone = models.CharField(
        _("電話番号"),
        max_length=20,
        validators=[RegexValidator(r"^[0-9+()-]{9,20}\Z", _("電話番号は「025-290-4209」のように入力してください。"))],
    )
    email = models.EmailField(_("メールアドレス"))

    last_day = models.CharField(_("有効期間の最終日"), max_length=10, choices=LastDay, default=LastDay.SAME_DAY)
    renewal_opens_days = models.PositiveSmallIntegerField(
        _("更新の受付開始(満了日の何日前から)"), default=30, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    late_renewal_days = models.PositiveSmallIntegerField(
        _("満了後の更新(満了日の翌日から何日間)"), default=0, validators=[MaxValueValidator(365)]
    )
    evidence_months = models.PositiveSmallIntegerField(
        _("証明書類の発行日(何か月以内)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    most_signers_without_reason = models.PositiveSmallIntegerField(
        _("理由書なしで登録できる署名者数"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(999)],
    )

    class Meta:
        verbose_name = _("商工会議所")
        ordering = ("code",)
        constraints = [
            *no_hidden_characters("name", "name_en", "address"),
            # A registration number is the code and a serial number, nine digits in all: 8010 would be given those of 801.
            models.UniqueConstraint(
                RPad("code", 4, Value("0")),
                name="chambers_registration_numbers_differ",
                violation_error_message=_(
                    "末尾の0を除いて同じになる商工会議所コードがすでにあります。貿易登録番号が重複するため、このコードは使えません。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(renewal_opens_days__range=(1, 180), evidence_months__range=(1, 12))
                & Q(late_renewal_days__lte=365)
                & (Q(most_signers_without_reason__isnull=True) | Q(most_signers_without_reason__range=(1, 999))),
                name="chambers_windows_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def seal(self) -> bytes | None:
        """The seal as a PNG with a transparent ground; None where the chamber has given none."""
        row = Seal.objects.filter(chamber=self).first()
        return bytes(row.picture) if row else None

    def valid_until(self, first_day: dt.date) -> dt.date:
        """The last day of a registration accepted on ``first_day``.

        A 29 February without counterpart ends with its month under both conventions (Civil Code art. 143-2).
        """
        same_day = two_years_after(first_day)
        if self.last_day == self.LastDay.SAME_DAY or same_day.day != first_day.day:
            return same_day
        return same_day - dt.timedelta(days=1)

    def renewed_until(self, last_day: dt.date) -> dt.date:
        """The last day of the two years that follow a validity ending on ``last_day``."""
        # Two years after 28 February would miss a 29th, which is the day before 1 March.
        if self.last_day == self.LastDay.DAY_BEFORE:
            return self.valid_until(last_day + dt.timedelta(days=1))
        return two_years_after(last_day)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody receives cases at this moment."""
        local = timezone.localtime(at)
        return self.is_open_on(local.date()) and any(
            hours.opens_at <= local.time() < hours.closes_at
            for hours in self.opening_hours.all()
            if hours.weekday == local.weekday()
        )

    def is_open_on(self, day: dt.date) -> bool:
        """Whether this is a day on which the chamber works."""
        works = any(hours.weekday == day.weekday() for hours in self.opening_hours.all())
        return works and not any(closed.day == day for closed in self.closed_days.all())

    def next_open_day(self, after: dt.date) -> dt.date | None:
        """The first working day after the given one; None where there is none within 60 days."""
        weekdays = {hours.weekday for hours in self.opening_hours.all()}
        closed = {closed.day for closed in self.closed_days.all()}
        days = (after + dt.timedelta(days=distance) for distance in range(1, 61))
        return next((day for day in days if day.weekday() in weekdays and day not in closed), None)

    def days_to_close(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days from first to last that are not yet closed days."""
        closed = {closed.day for closed in self.closed_days.filter(day__range=(first, last))}
        days = (first + dt.timedelta(days=distance) for distance in range((last - first).days + 1))
        return [day for day in days if day not in closed]


def two_years_after(day: dt.date) -> dt.date:
    """The same date two years on (certification rules art. 2-4); 28 February for a 29th."""
    try:
        return day.replace(year=day.year + 2)
    except ValueError:
        return day.replace(year=day.year + 2, day=28)


class Seal(models.Model):
    """The picture of a chamber's seal (角印), in a row of its own because the chamber itself comes with every request."""

    chamber = models.OneToOneField(Chamber, on_delete=models.CASCADE, primary_key=True, related_name="+")
    picture = models.BinaryField(_("印影"))

    def __str__(self) -> str:
        return str(self.pk)


class OpeningHours(models.Model):
    """When the chamber receives cases on one day of the week; a second row is the afternoon after a break."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("月曜日")
        TUESDAY = 1, _("火曜日")
        WEDNESDAY = 2, _("水曜日")
        THURSDAY = 3, _("木曜日")
        FRIDAY = 4, _("金曜日")
        SATURDAY = 5, _("土曜日")
        SUNDAY = 6, _("日曜日")

    chamber = models.ForeignKey(Chamber, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("曜日"), choices=Weekday)
    opens_at = models.TimeField(_("開始"))
    closes_at = models.TimeField(_("終了"))

    class Meta:
        ordering = ("weekday", "opens_at")
        constraints = [
            models.UniqueConstraint(fields=("chamber", "weekday", "opens_at"), name="chambers_hours_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="chambers_hours_end_after_they_begin",
                violation_error_message=_("終了は開始より後の時刻にしてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"


class ClosedDay(models.Model):
    """A day on which the chamber does not work although its weekday says so: holidays, the turn of the year."""

    chamber = models.ForeignKey(Chamber, on_delete=models.CASCADE, related_name="closed_days")
    day = models.DateField(_("休業日"))
    name = models.CharField(_("名称"), max_length=40, blank=True, validators=[japanese_text])

    class Meta:
        ordering = ("day",)
        constraints = [
            models.UniqueConstraint(
                fields=("chamber", "day"),
                name="chambers_closed_once",
                violation_error_message=_("この日はすでに登録されています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
