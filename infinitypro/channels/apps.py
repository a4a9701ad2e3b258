from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "infinitypro.channels"
    label = "channels"
