"""The addresses of how members log in, below `/app/<workspace>/security/policy/`."""

from django.urls import path

from infinitypro.config import policy_views as views

app_name = "policy"
DOMAIN = "domains/<uuid:domain>/"
urlpatterns = [
    path("", views.policy, name="policy"),
    path("provider/", views.provider, name="provider"),
    path("provider/remove/", views.remove_provider, name="remove_provider"),
    path("domains/", views.claim, name="claim"),
    path(f"{DOMAIN}check/", views.check, name="check"),
    path(f"{DOMAIN}remove/", views.remove_domain, name="remove_domain"),
]
