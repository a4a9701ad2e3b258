"""When somebody was last seen in a session."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

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
