from django.apps import AppConfig


class RegistrationCasesConfig(AppConfig):
    name = "registration_cases"
