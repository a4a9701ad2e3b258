"""Every address the program answers, but for `/hooks/` and the telephone's (see asgi)."""

from allauth.account import views as account
from django.urls import include, path

from infinitypro.accounts.even_time import evened
from infinitypro.config import invitation_views, views
from infinitypro.config.api import api

WORKSPACE = "app/<slug:workspace>/"
handler403 = views.refused

urlpatterns = [
    path("", views.home, name="home"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("accounts/signup/", evened(account.signup), name="account_signup"),
    path("accounts/password/reset/", evened(account.password_reset), name="account_reset_password"),
    path("accounts/email/", evened(account.email), name="account_email"),
    path("accounts/invitation/<str:token>/", invitation_views.invitation, name="invitation"),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("accounts/", include("infinitypro.accounts.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/social/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("app/", views.app, name="app"),
    path(WORKSPACE, views.enter, name="enter"),
    path(f"{WORKSPACE}events/", views.events, name="events"),
    path(f"{WORKSPACE}inbox/", include("infinitypro.inbox.urls")),
    path(f"{WORKSPACE}assistant/", include("infinitypro.assistant.urls")),
    path(f"{WORKSPACE}calendar/", include("infinitypro.booking.urls")),
    path(f"{WORKSPACE}business/", include("infinitypro.business.urls")),
    path(f"{WORKSPACE}services/", include("infinitypro.booking.offer_urls")),
    path(f"{WORKSPACE}team/", include("infinitypro.config.team_urls")),
    path(f"{WORKSPACE}security/policy/", include("infinitypro.config.policy_urls")),
    path(f"{WORKSPACE}security/", include("infinitypro.config.security_urls")),
    path(f"{WORKSPACE}audit/", include("infinitypro.config.audit_urls")),
    path(f"{WORKSPACE}security/support/", include("infinitypro.console.support_urls")),
    path(f"{WORKSPACE}channels/", include("infinitypro.channels.urls")),
    path("operator/", include("infinitypro.console.urls")),
    path("api/v1/", api.urls),
    path("", include("infinitypro.demo.urls")),
]
