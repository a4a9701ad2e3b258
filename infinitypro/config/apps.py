from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "infinitypro.config"
    label = "config"

    def ready(self) -> None:
        """Every room's jobs are known to whoever runs or enqueues them."""
        autodiscover_modules("tasks")
