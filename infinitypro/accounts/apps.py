from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.module_loading import import_string


class AccountsConfig(AppConfig):
    name = "infinitypro.accounts"
    label = "accounts"

    def ready(self) -> None:
        """allauth writes down a session's whole address and asks nobody first; what it signals is kept."""
        pre_save.connect(import_string("infinitypro.accounts.devices.shorten"), "usersessions.UserSession")
        import_string("infinitypro.accounts.noting.connect")()
