from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "infinitypro.core"
    label = "core"
