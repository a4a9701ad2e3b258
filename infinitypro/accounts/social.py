"""What allauth asks us about sign-in providers."""

from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.shortcuts import render

from infinitypro.accounts import sign_on
from infinitypro.accounts.models import SignInProvider, User
from infinitypro.core import outbound_session

CONNECTING = (
    "connecting"  # in a session: the provider that a page of ours sent the person to, to be connected
)
NOT_HERE = (
    "Nobody in this workspace is known by that. Ask an owner to invite you, then connect it in your account."
)
NOT_ASKED = "Begin again at the page of your account where providers are connected."


class Adapter(DefaultSocialAccountAdapter):
    """A workspace's provider lets in that workspace's members alone; nobody is made by it."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The provider of that id; without one none, for a page must not list the workspaces there are."""
        if provider == sign_on.KIND and client_id:  # a log-in that waits for its second step is read back
            found = sign_on.app_of_client(client_id)
        else:
            found = sign_on.app(provider) if provider else None
        return [] if found is None else [found]

    def get_requests_session(self) -> requests.Session:
        """What providers are called with."""
        return outbound_session.session()

    def serialize_instance(self, instance: models.Model) -> dict[str, Any]:
        """What a session keeps of a log-in under way: of a person nothing but who they are there."""
        if isinstance(instance, User):
            return {"id": str(instance.id), "email": instance.email}
        return super().serialize_instance(instance)

    def deserialize_instance(self, model: type[models.Model], data: dict[str, Any]) -> models.Model:
        """The same read back, its id as the model has it."""
        found: models.Model = super().deserialize_instance(model, data)
        found.pk = model._meta.pk.to_python(found.pk)
        return found

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether somebody new may sign up by that provider."""
        return bool(settings.SIGNUP_OPEN) and sign_on.by_provider_id(sociallogin.account.provider) is None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in, or connect, whom that provider may speak for; others get a page that says so."""
        row = sign_on.by_provider_id(sociallogin.account.provider)
        if sociallogin.state.get("process") == "connect":
            self._may_connect(request, row, sociallogin.account.provider)
        elif row is not None:
            user = self._found(row, sociallogin)
            if not sociallogin.is_existing:
                sociallogin.connect(request, user)

    def _may_connect(self, request: Any, row: SignInProvider | None, provider_id: str) -> None:
        if request.session.pop(CONNECTING, None) != provider_id:
            raise _refusal(request, NOT_ASKED)
        if row is not None and not sign_on.is_member(row=row, user=request.user):
            raise _refusal(request, NOT_HERE)

    def _found(self, row: SignInProvider, sociallogin: SocialLogin) -> User:
        if sociallogin.is_existing:
            user = sociallogin.user if sign_on.is_member(row=row, user=sociallogin.user) else None
        else:
            addresses = [one.email for one in sociallogin.email_addresses if one.verified]
            user = sign_on.member_by_address(row=row, addresses=addresses)
        if user is None:
            raise _refusal(self.request, NOT_HERE)
        return user


def _refusal(request: HttpRequest, why: str) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, "socialaccount/refused.html", {"why": why}, status=403))
