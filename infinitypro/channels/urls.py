"""The channels' addresses, below `/app/<workspace>/channels/`."""

from django.urls import path

from infinitypro.channels import views

app_name = "channels"
ONE = "<uuid:channel>/"
urlpatterns = [
    path("", views.list_, name="list"),
    path("new/<slug:kind>/", views.new, name="new"),
    path(ONE, views.edit, name="edit"),
    path(f"{ONE}test/", views.test, name="test"),
    path(f"{ONE}disconnect/", views.disconnect, name="disconnect"),
]
