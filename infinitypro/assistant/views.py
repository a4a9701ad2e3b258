"""Why an answer was given, for members."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.assistant import explaining, loading, queries


@member
@require_GET
def why(request: MemberRequest, message: UUID) -> HttpResponse:
    """The trace of one answer, in words."""
    trace = queries.trace(message_id=message)
    if trace is None:
        raise Http404("Nothing is kept of this answer.")
    why = explaining.explain(trace, facts=loading.facts())
    return render(request, "inbox/_why.html", {"why": why, "workspace": request.workspace})
