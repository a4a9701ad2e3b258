"""The whole business as one file: downloaded, edited elsewhere, checked and taken over."""

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.booking import offer_file, offer_pages
from infinitypro.business import editing, queries
from infinitypro.business import file as business_file
from infinitypro.business import services as business
from infinitypro.business.file import BadBusinessFile
from infinitypro.core import clock, pages

LARGEST = 256 * 1024
EXAMPLE = """\
workspace: {slug}
name: My business
timezone: America/New_York
currency: USD

hours:
  monday: ["09:00-17:00"]
  tuesday: ["09:00-12:30", "13:30-18:00"]

services:          # minutes of work; price in the smallest unit, so 4800 is 48.00
  - {{name: First visit, minutes: 30, price: 4800}}

staff:
  - name: Maya
"""


@member("business.file", change="business.import")
@require_http_methods(["GET", "POST"])
def file(request: MemberRequest) -> HttpResponse:
    """The file's text; a posted one is checked first and taken over at the second step."""
    if request.method == "GET":
        return _show(request, text=_text(request) or EXAMPLE.format(slug=request.workspace.slug))
    text, problem = _posted(request)
    try:
        found = None if problem else business_file.read(text)
    except BadBusinessFile as bad:
        return _show(request, text=text, problems=bad.problems, status=pages.WRONG)
    if found is None:
        return _show(request, text=text, problems=[problem], status=pages.WRONG)
    known = editing.seen([_text(request), text.split()])
    if request.POST.get("step") != "load" or request.POST.get("seen") != known:
        was = request.POST.get("step") == "load"
        return _show(request, text=text, changes=offer_file.changes(found), seen=known, is_overtaken=was)
    business.lock()
    offer_file.load(file=found)
    business.note_edit(thing="file", member_id=request.user.id, now=clock.now())
    done = "The file is taken over. It counts from the next message on."
    if not pages.is_part(request):
        return pages.moved_on(request, offer_pages.address(request, "file"), done)
    return pages.toasted(_show(request, text=_text(request)), done)


def _show(request: MemberRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    has_facts = bool(_text(request))
    return offer_pages.show(request, "file", known="file", status=status, has_facts=has_facts, **context)


def _posted(request: MemberRequest) -> tuple[str, str]:
    """The text that was uploaded or typed, and what keeps it from being read."""
    typed: str = request.POST.get("text", "")
    upload = request.FILES.get("file")
    if upload is None or not hasattr(upload, "read"):
        return typed, ""
    if (upload.size or 0) > LARGEST:
        return typed, "That file is larger than 256 kB: it is hardly a business file."
    try:
        return upload.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return typed, "That file is not text. Save it as UTF-8, and choose it again."


def _text(request: MemberRequest) -> str:
    try:
        return business_file.dump(offer_file.written(slug=request.workspace.slug))
    except queries.NoBusiness:
        return ""


@member("business.file")
@require_GET
def download(request: MemberRequest) -> HttpResponse:
    """The business as a file."""
    text = _text(request)
    if not text:
        raise Http404("There are no facts yet.")
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{request.workspace.slug}.yaml"'
    return response
