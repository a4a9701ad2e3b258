"""Pages that must not tell by their time what they do not tell by their words: whether an address has an account."""

import functools
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

SECONDS = 0.4  # longer than the longest way through any of these pages on a small machine


def evened(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view, whose answer to what is sent to it leaves no sooner than SECONDS after it came."""

    @functools.wraps(view)
    def waiting(request: HttpRequest, **rest: Any) -> HttpResponseBase:
        began = time.monotonic()
        response = view(request, **rest)
        if request.method == "POST":
            time.sleep(max(0.0, began + SECONDS - time.monotonic()))
        return response

    return waiting
