"""Members of the demo with less than all rights. Called in a process beside the program, with its settings."""

import json
import sys
from collections.abc import Mapping

from django.test import Client

from infinitypro.accounts.models import Membership, User, Workspace
from infinitypro.accounts.permissions import BUILT_IN, PERMISSIONS, BuiltIn, Scope
from infinitypro.core import clock, tenancy
from infinitypro.inbox import services as inbox
from infinitypro.inbox.models import Conversation
from tests import studio


def make(role: str, name: str) -> None:
    """Somebody new: a viewer, or an agent who sees and answers their own conversations alone; prints their session."""
    space = Workspace.objects.get(slug="demo")
    made = studio.a_member(space, BuiltIn.VIEWER, grants=_own() if role == "own" else None)
    made.name = name
    made.save()
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(made)
    sys.stdout.write(json.dumps({"user": str(made.id), "session": browser.cookies["sessionid"].value}))


def _own() -> Mapping[str, str]:
    scoped = {key: Scope.OWN for key, one in PERMISSIONS.items() if one.is_scoped}
    return {key: scoped.get(key, scope) for key, scope in BUILT_IN[BuiltIn.AGENT].items()}


def give(user: str, customer: str) -> None:
    """That customer's conversation is that member's."""
    space = Workspace.objects.get(slug="demo")
    with tenancy.workspace(space.id):
        row = next(one for one in Conversation.objects.all() if one.contact.name == customer)
        who = User.objects.get(id=user)
        inbox.take_over(conversation_id=row.id, by=who.id, now=clock.now())
        inbox.assign(conversation_id=row.id, assignee_id=who.id, by=who.id, now=clock.now())


def demote(user: str) -> None:
    """They may look, and no more."""
    Membership.objects.filter(user_id=user).update(built_in=BuiltIn.VIEWER, role=None)
