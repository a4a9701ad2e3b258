"""The demo's pages: the telephone, whose content comes from the stand-in vendor, and the mail that was sent."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from infinitypro.core.mail import folder

SHOWN = 20


@require_safe
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """A telephone in the browser, beside the way to the demo's inbox."""
    return render(request, "demo/phone.html", {"inbox_url": "/app/demo/inbox/"})


@require_safe
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """What was mailed last, for whoever tries the demo; there is no such page elsewhere."""
    if not settings.DEMO_VENDOR_URL:
        raise Http404("Only the demo shows its mail.")
    letters = [
        {
            "to": one["To"],
            "subject": one["Subject"],
            "at": parsedate_to_datetime(str(one["Date"])),
            "text": one.get_content(),
        }
        for one in folder.newest(at_most=SHOWN)
    ]
    return render(request, "demo/mail.html", {"letters": letters})
