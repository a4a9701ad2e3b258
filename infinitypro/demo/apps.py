from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "infinitypro.demo"
    label = "demo"
