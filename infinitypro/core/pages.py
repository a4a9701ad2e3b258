"""How a page answers: whole or the part that was asked for, with a short message and, where it can be, the way back."""

import json
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

FIRST_YEAR, LAST_YEAR = 1980, 2199
Key = tuple[datetime, UUID]  # the row after which a list goes on

WRONG = 422  # the form comes back with what was typed and what is wrong with it


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page that is open."""
    return request.headers.get("HX-Request") == "true"


def key(text: str) -> Key | None:
    """What `<time>~<id>` names; None for a text that no list gave out."""
    at, _, row_id = text.partition("~")
    try:
        found = datetime.fromisoformat(at), UUID(row_id)
    except ValueError:
        return None
    # A time at the calendar's very end cannot be reckoned with in every zone.
    return found if found[0].tzinfo and FIRST_YEAR <= found[0].year <= LAST_YEAR else None


def toasted(response: HttpResponse, text: str, *, undo: str = "") -> HttpResponse:
    """The response, with a message that the open page shows."""
    toast = {"text": text} | ({"undo": undo} if undo else {})
    response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


def moved_on(request: HttpRequest, url: str, text: str) -> HttpResponse:
    """The way to another page, which then shows the message."""
    messages.success(request, text)
    return redirect(url)
