"""What things cost: amounts from a day on, never changed afterwards."""

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chambers.models.chamber import Chamber


class Fee(models.Model):
    """What one act costs at one chamber, from a day on. Amounts are yen, tax included."""

    class Item(models.TextChoices):
        REGISTRATION = "registration", _("貿易登録(新規)")
        RENEWAL = "renewal", _("貿易登録(更新)")
        CERTIFICATE_OF_ORIGIN = "certificate_of_origin", _("原産地証明書")
        SIGNATURE_CERTIFICATE = "signature_certificate", _("サイン証明")

    chamber = models.ForeignKey(Chamber, on_delete=models.PROTECT, related_name="fees")
    item = models.CharField(_("項目"), max_length=30, choices=Item)
    is_member = models.BooleanField(_("会員"))
    amount = models.PositiveIntegerField(_("金額(円・税込)"))
    valid_from = models.DateField(_("適用開始日"))

    class Meta:
        ordering = ("item", "-is_member", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=("chamber", "item", "is_member", "valid_from"), name="chambers_one_fee_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_item_display()} {self.amount}"

    @property
    def shown(self) -> str:
        """The amount as people read it."""
        return _("%(amount)s円") % {"amount": f"{self.amount:,}"}


def fee(chamber: Chamber, item: Fee.Item, *, is_member: bool, on: dt.date) -> int | None:
    """The price on a day in yen; None where the chamber has set none."""
    begun = chamber.fees.filter(item=item, is_member=is_member, valid_from__lte=on).order_by("valid_from")
    return begun.values_list("amount", flat=True).last()


@dataclass(frozen=True)
class Price:
    """What one act costs members, or others. ``amount`` is in yen, None where the chamber has set none; ``to_come`` are the
    prices after it, the soonest first."""

    is_member: bool
    amount: int | None
    to_come: list[Fee]

    @property
    def payer(self) -> str:
        """Who pays it."""
        return str(_("会員") if self.is_member else _("非会員"))


def prices(chamber: Chamber, *items: Fee.Item, on: dt.date) -> dict[tuple[str, bool], Price]:
    """The prices of the items on a day and after it, by item and whether for members; also those that are not set."""
    rows = list(chamber.fees.filter(item__in=items).order_by("valid_from"))

    def of(item: Fee.Item, *, is_member: bool) -> Price:
        own = [row for row in rows if row.item == item and row.is_member == is_member]
        begun = [row.amount for row in own if row.valid_from <= on]
        return Price(is_member, begun[-1] if begun else None, [row for row in own if row.valid_from > on])

    return {(item, is_member): of(item, is_member=is_member) for item in items for is_member in (True, False)}


def first_day_for_fee(chamber: Chamber, item: Fee.Item, *, is_member: bool) -> dt.date:
    """The earliest day from which a price may be set: the price of today stays, for somebody may have been told it."""
    today = timezone.localdate()
    return today if fee(chamber, item, is_member=is_member, on=today) is None else today + dt.timedelta(days=1)
