from django.apps import AppConfig


class BusinessConfig(AppConfig):
    name = "infinitypro.business"
    label = "business"
