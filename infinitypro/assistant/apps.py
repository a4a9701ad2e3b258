from django.apps import AppConfig


class AssistantConfig(AppConfig):
    name = "infinitypro.assistant"
    label = "assistant"
