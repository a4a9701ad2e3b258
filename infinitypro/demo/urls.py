"""The demo's pages. Everything below the telephone's is forwarded to the stand-in vendor (`demo.proxy`)."""

from __future__ import annotations

from django.urls import path

from infinitypro.demo import views

urlpatterns = [
    path("demo/phone/", views.phone, name="demo-phone"),
    path("demo/mail/", views.mail, name="demo-mail"),
]
