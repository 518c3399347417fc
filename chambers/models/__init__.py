"""The issuing body, and what each chamber sets for itself: fees, opening days, texts, windows. Values have dates, never code."""

from chambers.models.chamber import Chamber, ClosedDay, OpeningHours, Seal, two_years_after
from chambers.models.counter import Counter
from chambers.models.fees import Fee, Price, fee, first_day_for_fee, prices
from chambers.models.texts import (
    MEMBERS_NOTICE,
    DatedText,
    first_day_for_text,
    items_of,
    members_notice,
    texts_in_force,
)

__all__ = [
    "MEMBERS_NOTICE",
    "Chamber",
    "ClosedDay",
    "Counter",
    "DatedText",
    "Fee",
    "OpeningHours",
    "Price",
    "Seal",
    "fee",
    "first_day_for_fee",
    "first_day_for_text",
    "items_of",
    "members_notice",
    "prices",
    "texts_in_force",
    "two_years_after",
]
