"""The audit log's addresses."""

from django.urls import path

from infinitypro.config import audit_views as views

app_name = "audit"
urlpatterns = [
    path("", views.list_, name="list"),
    path("keep/", views.keep, name="keep"),
    path("export/", views.export, name="export"),
]
