"""API tokens: made, used, ended."""

import re
from datetime import timedelta

import pytest

from infinitypro.accounts import team
from infinitypro.accounts.models import ApiToken, Membership, Role
from infinitypro.accounts.permissions import Scope
from infinitypro.core import clock
from tests import studio
from tests.crew import an_owner, inside, joined

LONG = "an otter swims upriver"


@pytest.fixture
def mine(new_workspace):
    return studio.open_studio(new_workspace)


def test_a_token_is_shown_once_and_does_what_it_was_made_for_until_it_is_revoked(mine):
    owner = mine.client()
    said = {"name": "Till", "conversations.view": "all", "is_personal": "", "lasts": "30"}
    page = owner.post(mine.path("team/tokens/new/"), said).content.decode()
    (token,) = set(re.findall(r"infinitypro_[\w-]{40,}", page))
    row = ApiToken.objects.get(workspace=mine.space, label="Till")
    assert (row.user_id, row.hint) == (None, token[:18])
    assert token not in owner.get(mine.path("team/tokens/")).content.decode()
    assert studio.asks("conversations/", token=token).status_code == 200
    assert studio.asks("contacts/", token=token).status_code == 403

    owner.post(mine.path(f"team/tokens/{row.id}/revoke/"))

    assert studio.asks("conversations/", token=token).status_code == 401


def test_a_token_ends_when_its_time_is_over_and_shrinks_with_its_person(mine):
    member, _ = joined(mine.space)
    row, token = inside(
        member,
        team.make_token,
        label="mine",
        grants={"contacts.view": Scope.ALL},
        is_personal=True,
        expires_at=clock.now() + timedelta(days=1),
    )
    assert studio.asks("contacts/", token=token).status_code == 200
    role = Role.objects.create(workspace=mine.space, name="none", kept_grants={"workspace.enter": "all"})
    Membership.objects.filter(id=member.id).update(built_in="", role=role)
    assert studio.asks("contacts/", token=token).status_code == 403
    Membership.objects.filter(id=member.id).update(built_in="agent", role=None)
    ApiToken.objects.filter(id=row.id).update(expires_at=clock.now())
    assert studio.asks("contacts/", token=token).status_code == 401


def test_members_see_their_own_tokens_and_not_each_others(mine):
    _member, browser = joined(mine.space)
    row, _ = inside(
        an_owner(mine), team.make_token, label="The owner's", grants={}, is_personal=True, expires_at=None
    )
    assert "The owner" not in browser.get(mine.path("team/tokens/")).content.decode()
    assert browser.post(mine.path(f"team/tokens/{row.id}/revoke/")).status_code == 404


def test_whoever_makes_a_token_says_once_more_who_they_are_and_loses_nothing(mine):
    mine.member.set_password(LONG)
    mine.member.save()
    browser = mine.client()
    asked = browser.post(mine.path("team/tokens/new/"), {"name": "Till", "conversations.view": "all"})
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.filter(workspace=mine.space, label="Till").exists()

    page = browser.post(asked["Location"], {"password": LONG})

    assert re.search(r"infinitypro_[\w-]{40,}", page.content.decode())
    assert ApiToken.objects.filter(workspace=mine.space, label="Till").count() == 1
