"""Addresses of the assistant's pages, below `/app/<workspace>/assistant/`."""

from django.urls import path

from infinitypro.assistant import views

app_name = "assistant"
urlpatterns = [path("why/<uuid:message>/", views.why, name="why")]
