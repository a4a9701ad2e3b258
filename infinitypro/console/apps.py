from django.apps import AppConfig
from django.core.signals import got_request_exception
from django.utils.module_loading import import_string


class ConsoleConfig(AppConfig):
    name = "infinitypro.console"
    label = "console"

    def ready(self) -> None:
        """Requests that break are counted."""
        got_request_exception.connect(import_string("infinitypro.console.errors.note"))
