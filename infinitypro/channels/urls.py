"""Addresses of the room's pages."""

from django.urls import path
from django.views.generic import RedirectView

app_name = "channels"
urlpatterns = [
    path("", RedirectView.as_view(url="/app/"), name="list"),
    path("of/<uuid:contact>/", RedirectView.as_view(url="/app/"), name="of_contact"),
]
