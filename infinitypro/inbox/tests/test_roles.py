"""What the inbox offers to those who may do only some of it."""

import pytest

from conftest import make_workspace
from infinitypro.accounts.access import Access, asking
from infinitypro.accounts.permissions import Scope
from infinitypro.core import clock, tenancy
from infinitypro.inbox import queries
from infinitypro.inbox.models import Conversation
from tests import studio

OWN, TEAM = Scope.OWN, Scope.TEAM
NEEDS = "conversations.reply"


@pytest.fixture(scope="module")
def salon(django_db_setup):
    return studio.open_studio(make_workspace)


@pytest.fixture(scope="module")
def talk(salon):
    with tenancy.workspace(salon.space.id):
        made = studio.a_conversation(studio.a_contact("Carmen"), at=clock.now())
        made.last_inbound_at = clock.now()
        made.save()
    return made


def shown(salon, grants, rest="inbox/"):
    return salon.client(studio.a_member(salon.space, grants=grants)).get(salon.path(rest)).content.decode()


@pytest.mark.parametrize(
    ("scope", "title", "has_tabs"),
    [
        (OWN, "Nothing is yours", False),
        (TEAM, "Nothing for your team", True),
        (Scope.ALL, "No conversations yet", True),
    ],
)
def test_a_first_look_fits_what_one_can_see(new_workspace, scope, title, has_tabs):
    made = studio.open_studio(new_workspace)
    said = shown(made, studio.everything(conversations=scope))
    assert title in said
    assert ('aria-label="Whose"' in said) == has_tabs
    assert ("See your channels" in said) == (scope == Scope.ALL)


def test_a_tab_that_is_not_there_cannot_be_asked_for(salon, talk):
    mine = studio.a_member(salon.space, grants=studio.everything(conversations=OWN))
    with tenancy.workspace(salon.space.id):
        Conversation.objects.filter(id=talk.id).update(assignee=mine)
    assert "Carmen" in salon.client(mine).get(salon.path("inbox/?tab=unassigned")).content.decode()


@pytest.mark.parametrize(
    ("lacks", "reply", "note"),
    [
        ("workspace.own", True, True),
        ("conversations.reply", False, True),
        ("conversations.note", True, False),
    ],
)
def test_one_writes_what_one_may(salon, talk, lacks, reply, note):
    said = shown(salon, studio.everything(but=lacks), f"inbox/{talk.id}/")
    assert ('id="kind-reply"' in said, 'id="kind-note"' in said) == (reply, note)
    assert (">Send</button>" in said, ">Add note</button>" in said) == (reply, note)
    where = "reply" if reply else "note"
    assert f'method="post" action="{salon.path(f"inbox/{talk.id}/{where}/")}"' in said


@pytest.mark.parametrize(
    ("scope", "sentence"),
    [
        (None, "Your role lets you read conversations, not answer them."),
        (OWN, "You can write here once this conversation is assigned to you."),
        (TEAM, "You can write here once this conversation is assigned to you or to somebody in your teams."),
    ],
)
def test_who_may_not_write_is_told_why(salon, talk, scope, sentence):
    with tenancy.workspace(salon.space.id):
        Conversation.objects.filter(id=talk.id).update(assignee=salon.member)
    grants = studio.everything(but="conversations.note")
    grants = grants | {NEEDS: scope} if scope else {key: grants[key] for key in grants if key != NEEDS}
    said = shown(salon, grants, f"inbox/{talk.id}/")
    assert sentence in said
    assert "data-composer" not in said


@pytest.mark.parametrize("scope", [OWN, TEAM, Scope.ALL, None])
@pytest.mark.parametrize("whose", ["mine", "theirs", "nobody's"])
@pytest.mark.parametrize("has_person", [True, False])
def test_a_conversation_at_hand_is_reached_as_one_in_the_database_is(salon, talk, scope, whose, has_person):
    me = studio.a_member(salon.space)
    assignee = {"mine": me, "theirs": salon.member, "nobody's": None}[whose]
    asker = Access(salon.space.id, me.id if has_person else None, {NEEDS: scope} if scope else {}, NEEDS)
    with tenancy.workspace(salon.space.id), asking(asker):
        Conversation.objects.filter(id=talk.id).update(assignee=assignee)
        row = Conversation.objects.get(id=talk.id)
        found = Conversation.objects.filter(queries.reach(NEEDS), id=talk.id).exists()
        assert queries.reaches(row, permission=NEEDS) == found
        if scope == OWN:
            assert found == (whose == "mine" and has_person)
