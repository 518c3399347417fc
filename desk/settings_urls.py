"""The chamber's settings. What is not a kind, a payer or a day has no address here."""

import datetime as dt

from django.db.models import TextChoices
from django.urls import path, register_converter

from chambers.models import DatedText, Fee
from desk import settings_views as views
from desk.settings_summary import Payer


class ChoiceConverter:
    """One of a list of choices."""

    regex = "[a-z_]+"
    choices: type[TextChoices]

    def to_python(self, value: str) -> TextChoices:
        return self.choices(value)

    def to_url(self, value: str) -> str:
        return str(value)


class FeeItemConverter(ChoiceConverter):
    choices = Fee.Item


class PayerConverter(ChoiceConverter):
    choices = Payer


class TextKindConverter(ChoiceConverter):
    choices = DatedText.Kind


class DayConverter:
    """A date, as 2026-04-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(FeeItemConverter, "fee_item")
register_converter(PayerConverter, "payer")
register_converter(TextKindConverter, "text_kind")
register_converter(DayConverter, "day")

urlpatterns = [
    path("", views.overview, name="chamber_settings"),
    path("profile/", views.change_profile, name="change_profile"),
    path("seal/", views.change_seal, name="change_seal"),
    path("seal/remove/", views.remove_seal, name="remove_seal"),
    path("seal.png", views.seal, name="chamber_seal"),
    path("windows/", views.change_windows, name="change_windows"),
    path("opening-hours/", views.change_opening_hours, name="change_opening_hours"),
    path("closed-days/", views.closed_days, name="closed_days"),
    path("closed-days/<day:day>/remove/", views.remove_closed_day, name="remove_closed_day"),
    path("fees/", views.fees, name="chamber_fees"),
    path("fees/<fee_item:item>/<payer:payer>/", views.fee, name="chamber_fee"),
    path("fees/<fee_item:item>/<payer:payer>/<day:day>/cancel/", views.cancel_fee, name="cancel_fee"),
    path("texts/", views.texts, name="chamber_texts"),
    path("texts/<text_kind:kind>/", views.text, name="chamber_text"),
    path("texts/<text_kind:kind>/new/", views.new_text, name="new_chamber_text"),
    path("texts/<text_kind:kind>/<int:version>/cancel/", views.cancel_text, name="cancel_text"),
]
