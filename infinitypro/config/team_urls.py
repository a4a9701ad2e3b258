"""The addresses of team, roles and tokens, below `/app/<workspace>/team/`."""

from django.urls import path

from infinitypro.config import team_views as views
from infinitypro.config import token_views

app_name = "team"
MEMBER, TEAM, ROLE = "<uuid:member>/", "teams/<uuid:team>/", "roles/<uuid:role>/"
urlpatterns = [
    path("", views.members, name="members"),
    path("invite/", views.invite, name="invite"),
    path("invited/<uuid:invitation>/take-back/", views.take_back, name="take_back"),
    path("leave/", views.leave, name="leave"),
    path(MEMBER, views.one, name="one"),
    path(f"{MEMBER}remove/", views.remove, name="remove"),
    path(f"{MEMBER}own/", views.hand_on, name="hand_on"),
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.new_team, name="new_team"),
    path(TEAM, views.team_, name="team"),
    path(f"{TEAM}remove/", views.remove_team, name="remove_team"),
    path("roles/", views.roles, name="roles"),
    path("roles/new/", views.new_role, name="new_role"),
    path(ROLE, views.role, name="role"),
    path(f"{ROLE}remove/", views.remove_role, name="remove_role"),
    path("tokens/", token_views.tokens, name="tokens"),
    path("tokens/new/", token_views.new_token, name="new_token"),
    path("tokens/<uuid:token>/revoke/", token_views.revoke_token, name="revoke_token"),
]
