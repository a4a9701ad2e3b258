"""Addresses of the room's pages."""

from django.urls import path
from django.views.generic import RedirectView

app_name = "booking"
urlpatterns = [
    path("", RedirectView.as_view(url="/app/"), name="calendar"),
    path("of/<uuid:contact>/", RedirectView.as_view(url="/app/"), name="of_contact"),
]
