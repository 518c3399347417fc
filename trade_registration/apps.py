from django.apps import AppConfig


class TradeRegistrationConfig(AppConfig):
    name = "trade_registration"
