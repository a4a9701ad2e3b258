"""The pages about one's own account, beside allauth's."""

from django.urls import path

from infinitypro.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("sessions/", views.sessions_page, name="sessions"),
    path("not-me/<str:token>/", views.not_me_page, name="not-me"),
    path("picture/<uuid:person>/", views.picture, name="picture"),
]
