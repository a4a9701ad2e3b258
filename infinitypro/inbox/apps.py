from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "infinitypro.inbox"
    label = "inbox"
