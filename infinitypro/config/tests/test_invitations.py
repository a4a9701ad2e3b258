"""Inviting people, and their joining."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from infinitypro.accounts import team
from infinitypro.accounts.models import Invitation, Membership, User
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.core import clock, tenancy
from infinitypro.core.audit.models import AuditEntry
from infinitypro.core.tenancy.models import new_id
from infinitypro.core.vault import keyring
from tests import mailbox, studio
from tests.crew import an_owner, inside, joined

LONG = "an otter swims upriver"


@pytest.fixture
def mine(new_workspace):
    return studio.open_studio(new_workspace)


def link_to(browser, mine, **said):
    given = {"email": "new@example.test", "post": "agent", **said}
    browser.post(mine.path("team/invite/"), given)
    return mailbox.link(given["email"])


def test_somebody_new_joins_by_the_link_and_may_do_what_was_meant(mine):
    link = link_to(mine.client(), mine)
    browser = Client(SERVER_NAME="localhost")
    page = browser.get(link).content.decode()
    assert "new@example.test" in page
    assert "At least 10 characters" in page

    answer = browser.post(link, {"name": "Noor", "password": LONG, "is_of_age": "on"})

    assert answer.status_code == 302
    user = User.objects.get(email="new@example.test")
    assert user.name == "Noor"
    assert Membership.objects.get(user=user).built_in == "agent"
    assert browser.get(mine.path("inbox/")).status_code == 200
    assert browser.get(mine.path("audit/")).status_code == 403
    assert browser.get(link).status_code == 410
    with tenancy.workspace(mine.space.id):
        assert AuditEntry.objects.filter(action="team:joined", actor_id=user.id).exists()


def test_the_link_which_proves_an_address_is_shown_to_nobody_but_whoever_reads_its_mail(mine):
    answer = mine.client().post(mine.path("team/invite/"), {"email": "victim@example.test", "post": "agent"})
    assert answer.status_code == 200
    assert "/accounts/invitation/" in mailbox.link("victim@example.test")
    assert "/accounts/invitation/" not in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"password": "short", "is_of_age": "on"}, "at least 10"),
        ({"password": LONG}, "16 and older"),
        ({"password": "1234567890", "is_of_age": "on"}, "common"),
    ],
)
def test_an_account_needs_a_good_password_and_sixteen_years(mine, said, wrong):
    email = f"{new_id().hex}@example.test"
    link = link_to(mine.client(), mine, email=email)
    answer = Client(SERVER_NAME="localhost").post(link, {"name": "Noor", **said})
    assert answer.status_code == 422
    assert wrong in answer.content.decode()
    assert not User.objects.filter(email=email).exists()


def test_somebody_with_an_account_joins_with_it_and_nobody_else_does(mine, new_workspace):
    stranger = studio.open_studio(new_workspace)
    link = link_to(mine.client(), mine, email=stranger.member.email)
    other = studio.open_studio(new_workspace).client()
    assert "Log out" in other.get(link).content.decode()
    assert other.post(link).status_code == 200
    assert "Log in to join" in Client(SERVER_NAME="localhost").get(link).content.decode()

    assert stranger.client().post(link).status_code == 302

    assert Membership.objects.filter(user=stranger.member, workspace=mine.space).count() == 1


def test_an_invitation_ends_by_time_by_taking_back_and_by_a_newer_one(mine):
    owner = mine.client()
    first = link_to(owner, mine)
    second = link_to(owner, mine)
    guest = Client(SERVER_NAME="localhost")
    assert (guest.get(first).status_code, guest.get(second).status_code) == (410, 200)
    row = Invitation.objects.get(workspace=mine.space)
    owner.post(mine.path(f"team/invited/{row.id}/take-back/"))
    assert guest.get(second).status_code == 410
    third = link_to(owner, mine)
    Invitation.objects.filter(workspace=mine.space).update(expires_at=clock.now())
    assert guest.get(third).status_code == 410


def test_an_address_that_never_answered_is_forgotten_after_thirty_days(mine):
    link_to(mine.client(), mine)
    row = Invitation.objects.get(workspace=mine.space)
    Invitation.objects.filter(id=row.id).update(made_at=clock.now() - timedelta(days=31))
    team.forget_invitations(now=clock.now())
    assert not Invitation.objects.filter(id=row.id).exists()
    with pytest.raises(keyring.KeyDestroyed):
        _ = row.email


def test_who_belongs_here_already_is_not_invited_again(mine):
    member, _ = joined(mine.space)
    answer = mine.client().post(
        mine.path("team/invite/"), {"email": member.user.email.upper(), "post": "agent"}
    )
    assert answer.status_code == 422
    assert "already" in answer.content.decode()


def test_what_was_not_taken_back_after_all_can_still_be_read(mine):
    link_to(mine.client(), mine)
    row = Invitation.objects.get(workspace=mine.space)
    with transaction.atomic():
        inside(an_owner(mine), team.take_back, invitation=Invitation.objects.get(id=row.id))
        transaction.set_rollback(True)
    assert Invitation.objects.get(id=row.id).email == "new@example.test"


def test_an_invitation_is_accepted_once(mine, new_workspace):
    link_to(mine.client(), mine)
    row = Invitation.objects.get(workspace=mine.space)
    first, second = studio.a_member(new_workspace()), studio.a_member(new_workspace())
    with tenancy.workspace(mine.space.id):
        team.accept(invitation=Invitation.objects.get(id=row.id), user=first)
        with pytest.raises(team.Over):
            team.accept(invitation=row, user=second)


def test_an_admin_takes_no_owners_invitation_back(mine):
    link_to(mine.client(), mine, post="owner")
    admin, browser = joined(mine.space, BuiltIn.ADMIN)
    row = Invitation.objects.get(workspace=mine.space)
    browser.post(mine.path(f"team/invited/{row.id}/take-back/"))
    assert Invitation.objects.filter(id=row.id).exists()
    viewer = team.Post(BuiltIn.VIEWER)
    with pytest.raises(team.BeyondYou):
        inside(admin, team.invite, email="new@example.test", post=viewer, now=clock.now())


def test_whom_somebody_invited_who_then_left_nobody_vouches_for(mine):
    admin, browser = joined(mine.space, BuiltIn.ADMIN)
    link_to(browser, mine)
    mine.client().post(mine.path(f"team/{admin.id}/remove/"), {"to": ""})
    assert not Invitation.objects.filter(workspace=mine.space).exists()
