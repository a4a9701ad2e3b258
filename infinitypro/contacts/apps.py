from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "infinitypro.contacts"
    label = "contacts"
