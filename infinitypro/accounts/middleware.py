"""Sessions: when somebody was last seen in one, and what one that a workspace's provider opened may not."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from infinitypro.accounts import sign_on
from infinitypro.core import clock

NOTED_EVERY = 300  # seconds; to the minute would be a write at each click


class SeenMiddleware:
    """Notes that a session is in use, every five minutes at most."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        response = self.get_response(request)
        key = request.session.session_key
        # Whoever the page asked about: a page that asked about nobody costs no query here.
        if key and request.session.accessed and cache.add(f"seen:{key}", True, NOTED_EVERY):
            UserSession.objects.filter(session_key=key).update(last_seen_at=clock.now())
        return response


class OwnPagesMiddleware:
    """Keeps who came by a workspace's provider from the account's pages: its owner says who they are, and must not be
    able to take their account over."""

    ALLOWED = (
        "/accounts/log",
        "/accounts/sso/",
        "/accounts/oidc/",
        "/accounts/invitation/",
        "/accounts/picture/",
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, or the way back to work."""
        is_own = request.path.startswith("/accounts/") and not request.path.startswith(self.ALLOWED)
        if is_own and sign_on.OPENS in request.session:
            return redirect("app")
        return self.get_response(request)
