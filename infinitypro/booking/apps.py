from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "infinitypro.booking"
    label = "booking"
