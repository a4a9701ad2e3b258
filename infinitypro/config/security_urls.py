"""The security page's addresses."""

from django.urls import path

from infinitypro.config import security_views as views

app_name = "security"
urlpatterns = [
    path("", views.list_, name="list"),
    path("tripwire/", views.tripwire, name="tripwire"),
    path("tripwire/<uuid:token>/remove/", views.remove_tripwire, name="remove_tripwire"),
    path("alerts/", views.alerts, name="alerts"),
]
