"""The addresses of a workspace's support grants, below `/app/<workspace>/security/support/`."""

from django.urls import path

from infinitypro.console import support_views as views

app_name = "support"
ONE = "<uuid:grant>/"
urlpatterns = [
    path("", views.list_, name="list"),
    path(f"{ONE}allow/", views.allow, name="allow"),
    path(f"{ONE}refuse/", views.refuse, name="refuse"),
    path(f"{ONE}end/", views.end, name="end"),
]
