"""Where somebody lands, and what they are told who may not go on."""

import pytest
from django.test import Client

from conftest import make_workspace
from infinitypro.accounts.models import Membership, User
from infinitypro.accounts.permissions import ENTER, BuiltIn, Scope
from tests import studio


@pytest.fixture(scope="module")
def mine(django_db_setup):
    return studio.open_studio(make_workspace)


def lands(mine, *permissions):
    grants = dict.fromkeys((ENTER, *permissions), Scope.ALL)
    return mine.client(studio.a_member(mine.space, grants=grants)).get("/app/", follow=True)


@pytest.mark.parametrize(
    ("permissions", "rest"),
    [
        (("audit.view", "calendar.view", "conversations.view"), "inbox/"),
        (("audit.view", "calendar.view"), "calendar/"),
        (("services.view", "channels.view"), "services/"),
        (("audit.view",), "audit/"),
    ],
)
def test_one_lands_on_the_first_page_that_is_open(mine, permissions, rest):
    answer = lands(mine, *permissions)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, mine.path(rest))


def test_whose_role_opens_nothing_is_told_so_and_can_log_out(mine):
    answer = lands(mine)
    assert answer.status_code == 200
    assert "Nothing is open to you here yet" in answer.content.decode()
    assert 'action="/accounts/logout/"' in answer.content.decode()


def test_who_is_in_no_workspace_is_told_so_and_can_log_out(mine):
    left = studio.a_member(mine.space)
    Membership.objects.filter(user=left).delete()
    answer = mine.client(left).get("/app/")
    assert answer.status_code == 403
    assert "You are in no workspace yet" in answer.content.decode()
    assert 'action="/accounts/logout/"' in answer.content.decode()


def test_the_other_workspaces_open_where_the_member_may_go(mine, new_workspace):
    other = studio.open_studio(new_workspace)
    who = studio.a_member(mine.space)
    Membership.objects.create(user=User.objects.get(id=who.id), workspace=other.space, built_in="viewer")
    said = mine.client(who).get(mine.path("inbox/")).content.decode()
    assert f'href="{other.path()}"' in said


@pytest.mark.parametrize(
    ("headers", "kind"),
    [({}, "text/html; charset=utf-8"), ({"HX-Request": "true"}, "text/plain; charset=utf-8")],
)
def test_a_refusal_says_what_is_missing(mine, headers, kind):
    viewer = mine.client(studio.a_member(mine.space, BuiltIn.VIEWER))
    answer = viewer.post(mine.path("business/hours/closed/"), headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (403, kind)
    said = answer.content.decode()
    assert "Your role does not let you change opening hours, holidays and days closed." in said
    assert ("<" in said) == (kind.startswith("text/html"))


def test_nobody_signed_in_is_sent_to_log_in(mine):
    answer = Client(SERVER_NAME="localhost").get(mine.path())
    assert answer["Location"] == f"/accounts/login/?next={mine.path()}"
