"""Addresses of the room's pages."""

from django.urls import path
from django.views.generic import RedirectView

app_name = "business"
urlpatterns = [
    path("", RedirectView.as_view(url="/app/"), name="facts"),
    path("of/<uuid:contact>/", RedirectView.as_view(url="/app/"), name="of_contact"),
]
