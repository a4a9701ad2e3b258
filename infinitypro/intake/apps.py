from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "infinitypro.intake"
    label = "intake"
