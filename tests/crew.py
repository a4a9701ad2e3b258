"""Members of a workspace, for tests of who may do what."""

from django.test import Client

from infinitypro.accounts.access import Access
from infinitypro.accounts.models import Membership
from infinitypro.accounts.permissions import BuiltIn
from infinitypro.core import tenancy
from tests import studio


def joined(space, role=BuiltIn.AGENT):
    """Another member, and their browser."""
    user = studio.a_member(space)
    Membership.objects.filter(user=user).update(built_in=role)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    return Membership.objects.get(user=user), browser


def inside(who, act, **said):
    """What a service does for that member, in their workspace."""
    with tenancy.workspace(who.workspace_id):
        return act(by=access_of(who), **said)


def access_of(member):
    return Access(member.workspace_id, member.user_id, member.grants(), "team.view")


def an_owner(mine):
    return Membership.objects.get(workspace=mine.space, user=mine.member)
