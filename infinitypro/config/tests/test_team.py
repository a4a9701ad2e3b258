"""Who belongs to a workspace: invitations, roles, teams, leaving, tokens."""

import re
from uuid import UUID

import pytest

from infinitypro.accounts import team
from infinitypro.accounts.models import Membership, Role
from infinitypro.accounts.permissions import BUILT_IN, PERMISSIONS, BuiltIn, Scope
from infinitypro.core import clock, tenancy
from infinitypro.core.audit.models import AuditEntry
from infinitypro.inbox.models import Conversation
from tests import mailbox, studio
from tests.crew import an_owner, inside, joined

LONG = "an otter swims upriver"


@pytest.fixture
def mine(new_workspace):
    return studio.open_studio(new_workspace)


# What nobody may


def test_an_admin_makes_no_owner_and_moves_none(mine):
    admin, browser = joined(mine.space, BuiltIn.ADMIN)
    owner = an_owner(mine)
    for act in (
        lambda: inside(admin, team.invite, email="a@b.test", post=team.Post(BuiltIn.OWNER), now=clock.now()),
        lambda: inside(admin, team.set_post, member=admin, post=team.Post(BuiltIn.OWNER)),
        lambda: inside(admin, team.set_post, member=owner, post=team.Post(BuiltIn.VIEWER)),
        lambda: inside(admin, team.remove, member=owner),
    ):
        with pytest.raises(team.BeyondYou):
            act()
    assert browser.post(mine.path(f"team/{admin.id}/own/")).status_code == 403
    assert browser.post(mine.path(f"team/{owner.id}/remove/"), {"to": ""}).status_code == 422
    assert "owner" not in re.findall(
        r'value="(\w+)"', browser.get(mine.path("team/invite/")).content.decode()
    )


def test_nobody_gives_a_role_or_a_token_that_reaches_further_than_they_do(mine):
    grants = {"workspace.enter": Scope.ALL, "team.roles": Scope.ALL, "conversations.view": Scope.TEAM}
    role = Role.objects.create(workspace=mine.space, name="Half", kept_grants=grants)
    member, _ = joined(mine.space)
    Membership.objects.filter(id=member.id).update(built_in="", role=role)
    half = Membership.objects.get(id=member.id)
    for more in ({"conversations.view": Scope.ALL}, {"audit.view": Scope.ALL}):
        with pytest.raises(team.BeyondYou):
            inside(half, team.save_role, role=None, name="More", grants=more)
    inside(half, team.save_role, role=None, name="Less", grants={"conversations.view": Scope.OWN})
    with pytest.raises(team.BeyondYou):
        inside(
            half,
            team.make_token,
            label="x",
            grants={"contacts.view": Scope.ALL},
            is_personal=True,
            expires_at=None,
        )


def test_a_workspace_keeps_an_owner(mine):
    owner = an_owner(mine)
    browser = mine.client()
    answer = browser.post(mine.path("team/leave/"), {"to": ""})
    assert answer.status_code == 422
    assert "needs an owner" in answer.content.decode()
    with pytest.raises(team.LastOwner):
        inside(owner, team.set_post, member=owner, post=team.Post(BuiltIn.ADMIN))

    other, theirs = joined(mine.space)
    browser.post(mine.path(f"team/{other.id}/own/"))

    assert (Membership.objects.get(id=other.id).built_in, an_owner(mine).built_in) == ("owner", "admin")
    assert browser.post(mine.path("team/leave/"), {"to": ""}).status_code == 302
    assert browser.get(mine.path("inbox/")).status_code == 404
    assert theirs.get(mine.path("team/")).status_code == 200


def test_whoever_became_the_only_owner_meanwhile_does_not_leave(mine):
    owner = an_owner(mine)
    heir, _ = joined(mine.space, BuiltIn.ADMIN)
    as_it_was = Membership.objects.get(id=heir.id)
    inside(owner, team.hand_on, member=heir)
    for act in (
        lambda: inside(as_it_was, team.remove, member=as_it_was),
        lambda: inside(as_it_was, team.set_post, member=as_it_was, post=team.Post(BuiltIn.VIEWER)),
    ):
        with pytest.raises(team.LastOwner):
            act()
    assert Membership.objects.get(id=heir.id).built_in == "owner"


def test_nobody_widens_what_they_see_by_teams(mine):
    grants = {"workspace.enter": "all", "team.edit": "all", "team.view": "all", "conversations.view": "team"}
    role = Role.objects.create(workspace=mine.space, name="Lead", kept_grants=grants)
    lead, mate, other = (joined(mine.space)[0] for _ in range(3))
    Membership.objects.filter(id=lead.id).update(built_in="", role=role)
    lead = Membership.objects.get(id=lead.id)
    ours, theirs = (
        inside(an_owner(mine), team.save_team, team=None, name=name, member_ids=people)
        for name, people in (("Ours", [lead.id, mate.id]), ("Theirs", [other.id]))
    )
    for act in (
        lambda: inside(lead, team.set_teams, member=lead, team_ids=[ours.id, theirs.id]),
        lambda: inside(lead, team.set_teams, member=other, team_ids=[ours.id]),
        lambda: inside(lead, team.save_team, team=ours, name="Ours", member_ids=[lead.id, mate.id, other.id]),
        lambda: inside(lead, team.save_team, team=None, name="New", member_ids=[lead.id, other.id]),
    ):
        with pytest.raises(team.BeyondYou):
            act()
    assert {one.name for one in lead.teams.all()} == {"Ours"}
    assert [one.id for one in theirs.members.all()] == [other.id]
    inside(lead, team.save_team, team=theirs, name="Theirs", member_ids=[other.id, mate.id])
    inside(lead, team.set_teams, member=mate, team_ids=[])


# Leaving


def test_who_is_removed_hands_over_what_they_had_open_and_loses_the_way_in(mine):
    leaver, browser = joined(mine.space)
    heir, _ = joined(mine.space)
    with tenancy.workspace(mine.space.id):
        open_, done = (studio.a_conversation(studio.a_contact("Carmen")) for _ in range(2))
        Conversation.objects.update(assignee_id=leaver.user_id)
        Conversation.objects.filter(id=done.id).update(status="resolved")
    token = inside(
        leaver,
        team.make_token,
        label="mine",
        grants={"contacts.view": Scope.ALL},
        is_personal=True,
        expires_at=None,
    )[1]
    assert studio.asks("contacts/", token=token).status_code == 200

    mine.client().post(mine.path(f"team/{leaver.id}/remove/"), {"to": str(heir.user_id)})

    with tenancy.workspace(mine.space.id):
        assert Conversation.objects.get(id=open_.id).assignee_id == heir.user_id
        assert Conversation.objects.get(id=done.id).assignee_id == leaver.user_id
    assert browser.get(mine.path("inbox/")).status_code == 404
    assert studio.asks("contacts/", token=token).status_code == 401
    assert "do not belong to" in mailbox.messages(leaver.user.email)[-1]


def test_whoever_is_made_the_owner_is_told(mine):
    heir, _ = joined(mine.space)
    mine.client().post(mine.path(f"team/{heir.id}/own/"))
    heir.refresh_from_db()
    assert heir.built_in == "owner"
    assert "You own" in mailbox.messages(heir.user.email)[-1]


def test_conversations_are_given_to_those_who_may_answer(mine):
    viewer, agent = (joined(mine.space, role)[0] for role in (BuiltIn.VIEWER, BuiltIn.AGENT))
    with tenancy.workspace(mine.space.id):
        talk = studio.a_conversation(studio.a_contact("Carmen"))
    page = mine.client().get(mine.path(f"inbox/{talk.id}/")).content.decode()
    assert str(agent.user_id) in page
    assert str(viewer.user_id) not in page
    refused = mine.client().post(mine.path(f"inbox/{talk.id}/assign/"), {"member": str(viewer.user_id)})
    assert refused.status_code == 404


# Roles and teams


def test_no_role_takes_the_name_of_one_that_is_always_there(mine):
    answer = mine.client().post(
        mine.path("team/roles/new/"), {"name": " agent ", "conversations.view": "all"}
    )
    assert answer.status_code == 422
    assert "already" in answer.content.decode()


def test_a_role_is_made_given_changed_and_kept_while_somebody_has_it(mine):
    owner = mine.client()
    said = {"name": "Desk", "conversations.view": "own", "calendar.view": "on"}
    assert owner.post(mine.path("team/roles/new/"), said).status_code == 302
    role = Role.objects.get(workspace=mine.space)
    member, browser = joined(mine.space)
    owner.post(mine.path(f"team/{member.id}/"), {"post": str(role.id)})
    assert browser.get(mine.path("calendar/")).status_code == 200
    assert browser.get(mine.path("business/")).status_code == 403

    owner.post(mine.path(f"team/roles/{role.id}/"), {"name": "Desk", "business.view": "on"})

    assert browser.get(mine.path("calendar/")).status_code == 403
    assert browser.get(mine.path("business/")).status_code == 200
    owner.post(mine.path(f"team/roles/{role.id}/remove/"))
    assert Role.objects.filter(id=role.id).exists()
    assert owner.post(mine.path("team/roles/new/"), said).status_code == 422


def test_who_may_change_something_may_open_it(mine):
    said = {
        "name": "Closer",
        "conversations.close": "team",
        "conversations.view": "own",
        "business.hours": "on",
    }
    mine.client().post(mine.path("team/roles/new/"), said)
    assert Role.objects.get(workspace=mine.space).kept_grants == {
        "workspace.enter": "all",
        "conversations.close": "team",
        "conversations.view": "team",
        "business.hours": "all",
        "business.view": "all",
    }


def test_the_audit_log_says_who_was_what_before(mine):
    owner = mine.client()
    member, _ = joined(mine.space)
    owner.post(mine.path(f"team/{member.id}/"), {"post": "viewer"})
    with tenancy.workspace(mine.space.id):
        entry = AuditEntry.objects.get(action="team:one", subject_id=member.user_id)
        assert entry.details["changes"][0]["fields"] == {"role": ["agent", "viewer"]}
    assert "viewer" in owner.get(mine.path("audit/")).content.decode()


def test_scopes_say_whose_conversations_one_sees(mine):
    member, browser = joined(mine.space)
    mate, _ = joined(mine.space)
    other, _ = joined(mine.space)
    with tenancy.workspace(mine.space.id):
        talks = {
            who: studio.a_conversation(studio.a_contact(who)) for who in ("own", "mate", "other", "nobody")
        }
        for who, one in (("own", member), ("mate", mate), ("other", other)):
            Conversation.objects.filter(id=talks[who].id).update(assignee_id=one.user_id)
    mine.client().post(
        mine.path("team/teams/new/"), {"name": "Front", "members": [str(member.id), str(mate.id)]}
    )

    def sees(scope):
        role = Role.objects.create(
            workspace=mine.space,
            name=f"sees {scope}",
            kept_grants={
                "workspace.enter": "all",
                "conversations.view": scope,
                "conversations.reply": "own",
                "contacts.view": scope,
            },
        )
        Membership.objects.filter(id=member.id).update(built_in="", role=role)
        token = inside(
            Membership.objects.get(id=member.id),
            team.make_token,
            label="mine",
            grants=dict.fromkeys(("conversations.view", "contacts.view"), Scope(scope)),
            is_personal=True,
            expires_at=None,
        )[1]
        listed = {who for who in talks if who in browser.get(mine.path("inbox/?status=any")).content.decode()}
        opened = {
            who
            for who, talk in talks.items()
            if browser.get(mine.path(f"inbox/{talk.id}/")).status_code == 200
        }
        answered = {UUID(one["id"]) for one in studio.asks("conversations/", token=token).json()["items"]}
        people = {one["name"] for one in studio.asks("contacts/", token=token).json()["items"]}
        assert {who for who, talk in talks.items() if talk.id in answered} == opened == listed == people
        return opened

    assert sees("own") == {"own"}
    assert sees("team") == {"own", "mate", "nobody"}
    assert sees("all") == set(talks)
    reply = mine.path(f"inbox/{talks['mate'].id}/reply/")
    assert browser.post(reply, {"text": "Hello"}).status_code == 403


def test_a_conversation_given_out_of_ones_own_sight_leaves_the_page(mine):
    member, browser = joined(mine.space)
    role = Role.objects.create(
        workspace=mine.space,
        name="own",
        kept_grants={"workspace.enter": "all", "conversations.view": "own", "conversations.assign": "own"},
    )
    Membership.objects.filter(id=member.id).update(built_in="", role=role)
    with tenancy.workspace(mine.space.id):
        talk = studio.a_conversation(studio.a_contact("Carmen"))
        Conversation.objects.filter(id=talk.id).update(assignee_id=member.user_id)
    answer = browser.post(
        mine.path(f"inbox/{talk.id}/assign/"), {"member": ""}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"] == mine.path("inbox/")


# The table


def test_the_roles_that_come_with_the_program():
    assert set(BUILT_IN[BuiltIn.OWNER]) == set(PERMISSIONS)
    assert set(PERMISSIONS) - set(BUILT_IN[BuiltIn.ADMIN]) == {"workspace.own"}
    assert all(key == "workspace.enter" or "." in key for key in BUILT_IN[BuiltIn.VIEWER])
    assert not any(key in BUILT_IN[BuiltIn.AGENT] for key in ("audit.view", "team.edit", "channels.edit"))
