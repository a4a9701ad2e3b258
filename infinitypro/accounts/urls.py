"""The pages about one's own account, beside allauth's."""

from django.urls import path

from infinitypro.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("picture/<uuid:person>/", views.picture, name="picture"),
]
