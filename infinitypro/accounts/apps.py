from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "infinitypro.accounts"
    label = "accounts"
