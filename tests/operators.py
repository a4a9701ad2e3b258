"""An operator with a second factor, and their browser."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.test import Client

from infinitypro.accounts import operators, support
from infinitypro.accounts.models import User, Workspace
from infinitypro.core import clock, tenancy
from infinitypro.core.tenancy.models import new_id


def an_operator(*, has_factor: bool = True, name: str = "Olive Operator") -> User:
    """Somebody who runs the installation."""
    made = operators.add(email=f"{new_id().hex}@operator.test", name=name)
    if has_factor:
        Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": ""})
    return made


def browser_of(operator: User) -> Client:
    """A browser in which they are signed in and have shown a second factor."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(operator)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0.0}]
    session["account_authentication_methods_user"] = str(operator.id)
    session.save()
    return browser


def let_look(operator: User, space: Workspace, by: User, *, to: str, hours: int = 1, **chosen: Any) -> UUID:
    """What lets the operator look into that workspace."""
    with tenancy.workspace(space.id):
        grant = support.ask(operator_id=operator.id, reason="Something is wrong.", now=clock.now())
        support.allow(grant_id=grant.id, by=by.id, to=to, hours=hours, now=clock.now(), **chosen)
    return grant.id


def end(grant_id: UUID, space: Workspace) -> None:
    """Nobody looks in with it from now on."""
    with tenancy.workspace(space.id):
        support.end(grant_id=grant_id, now=clock.now())
