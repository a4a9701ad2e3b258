from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "infinitypro.console"
    label = "console"
