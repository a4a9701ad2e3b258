"""The operator's addresses, below `/operator/`."""

from django.urls import path

from infinitypro.console import sign_in, views

app_name = "operator"
ONE = "workspaces/<slug:workspace>/"
urlpatterns = [
    path("", views.workspaces, name="workspaces"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/passkey/", sign_in.passkey, name="passkey"),
    path(ONE, views.workspace, name="workspace"),
    path(f"{ONE}suspend/", views.suspend, name="suspend"),
    path(f"{ONE}resume/", views.resume, name="resume"),
    path(f"{ONE}ask/", views.ask, name="ask"),
    path(f"{ONE}announce/", views.announce, name="announce"),
    path("support/", views.support, name="support"),
    path("support/<uuid:grant>/end/", views.end_support, name="end_support"),
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/all/", views.announce_to_all, name="announce_to_all"),
    path("announcements/<uuid:announcement>/end/", views.end_announcement, name="end_announcement"),
    path("switches/", views.switches, name="switches"),
    path("switches/<slug:key>/", views.turn, name="turn"),
    path("errors/", views.errors, name="errors"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:job>/again/", views.job_again, name="job_again"),
    path("log/", views.log, name="log"),
]
