"""Why an answer was given, for members."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from infinitypro.accounts.access import MemberRequest, member
from infinitypro.assistant import explaining, loading, queries
from infinitypro.inbox import queries as inbox


@member("conversations.explain")
@require_GET
def why(request: MemberRequest, message: UUID) -> HttpResponse:
    """The trace of one answer, in words."""
    trace = queries.trace(message_id=message)
    if trace is None or not inbox.may_explain(message_id=message):
        raise Http404("Nothing is kept of this answer.")
    why = explaining.explain(trace, facts=loading.facts(), may=request.access.may)
    return render(request, "inbox/_why.html", {"why": why, "workspace": request.workspace})
