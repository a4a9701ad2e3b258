"""The pages about one's own account, beside allauth's."""

from django.urls import path, re_path

from infinitypro.accounts import views

# As allauth has it.
BY_LINK = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
urlpatterns = [
    re_path(BY_LINK, views.NewPassword.as_view(), name="account_reset_password_from_key"),
    path("profile/", views.profile, name="profile"),
    path("sessions/", views.sessions_page, name="sessions"),
    path("not-me/<str:token>/", views.not_me_page, name="not-me"),
    path("sso/", views.sign_on_page, name="sign-on"),
    path("providers/", views.providers, name="providers"),
    path("providers/<str:provider>/connect/", views.connect, name="connect"),
    path("providers/<str:provider>/disconnect/", views.disconnect, name="disconnect"),
    path("picture/<uuid:person>/", views.picture, name="picture"),
]
