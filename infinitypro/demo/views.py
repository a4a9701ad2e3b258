"""The telephone's page; what it shows comes from the stand-in vendor."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """A telephone in the browser, beside the way to the demo's inbox."""
    return render(request, "demo/phone.html", {"inbox_url": "/app/demo/inbox/"})
