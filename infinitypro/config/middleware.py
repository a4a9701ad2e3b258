"""What Django's answers get: JSON for programs, words for people, and one name for this site."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render

from infinitypro.config import api_token

# What Django answers before the API is reached.
API_ERRORS = {
    404: "There is nothing at this address. /api/v1/docs lists what there is.",
    405: "This address can only be read: use GET.",
}
ON_ANY_NAME = ("/api/", "/.well-known/", "/healthz", "/readyz", "/metrics", "/static/")


class ProgramsMiddleware:
    """Answers programs in JSON, also about errors, and has nobody keep it; a person who reloads an act gets a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        response = self.get_response(request)
        if request.path.startswith("/api/"):
            response = _for_programs(response)
            response.headers.setdefault("Cache-Control", "no-store")
            for name, value in api_token.headers(request).items():
                response.headers[name] = value
        elif response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            page = render(request, "405.html", status=response.status_code)
            page.headers["Allow"] = response.headers["Allow"]
            response = page
        if request.path.startswith("/accounts/"):  # codes, secrets, addresses
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _for_programs(response: HttpResponse) -> HttpResponse:
    """The response; a page about an error becomes JSON."""
    if response.status_code < HTTPStatus.BAD_REQUEST or "json" in response.headers.get("Content-Type", ""):
        return response
    said = API_ERRORS.get(response.status_code, "The request could not be answered.")
    allowed = {name: value for name, value in response.headers.items() if name == "Allow"}
    return JsonResponse({"error": said}, status=response.status_code, headers=allowed)


class OneNameMiddleware:
    """Sends pages from an address to `localhost`: browsers keep passkeys and cookies by name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, or the way to the name."""
        host, _, port = (
            request.get_host().rpartition(":") if ":" in request.get_host() else (request.get_host(), "", "")
        )
        is_page = request.method in ("GET", "HEAD") and not request.path.startswith(ON_ANY_NAME)
        if is_page and host in ("127.0.0.1", "[::1]") and "localhost" in settings.ALLOWED_HOSTS:
            where = f"{request.scheme}://localhost" + (f":{port}" if port else "")
            return HttpResponsePermanentRedirect(where + request.get_full_path())
        return self.get_response(request)
