from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    name = "casework"

    def ready(self) -> None:
        autodiscover_modules("case_kinds")
        from casework import checks  # noqa: F401 (registers them)
