"""What stands above a workspace's pages: who looks in, what the operator announces, what is wrong."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from infinitypro.accounts import queries as accounts
from infinitypro.accounts.models import SupportGrant
from infinitypro.business.queries import Place
from infinitypro.channels import queries as channels
from infinitypro.console import queries as console
from infinitypro.core import clock

Banner = dict[str, str]


def of(request: Any, *, place: Place) -> Iterator[Banner]:
    """As components/banner.html takes them, the most pressing first."""
    now = clock.now()
    yield from _support(request, place, now)
    for row in console.announced(workspace_id=request.workspace.id, now=now):
        yield {"tone": "", "text": row.text}
    if request.support is None:
        for silence in channels.silences(now=now):
            yield _silence(silence, request, now)


def _support(request: Any, place: Place, now: datetime) -> Iterator[Banner]:
    slug = request.workspace.slug
    if request.support is not None:
        yield {
            "tone": "warn",
            "text": f"You look at this workspace as the operator, until {_until(request.support, place, now)}: "
            f"{request.support.get_scope_display()}. Each look stands in its audit log.",
            "action_url": reverse("operator:workspace", args=[slug]),
            "action_text": "Back to the console",
        }
        return
    found = accounts.support(workspace_id=request.workspace.id, now=now)
    names = accounts.names(user_ids=[row.operator_id for row in found]) if found else {}
    may_end = request.access.may("security.grants")
    way = {"action_url": reverse("support:list", args=[slug])} if may_end else {}
    for row in found:
        name = names.get(row.operator_id, "An operator")
        if row.decided_at:
            text = f"{name} of support may look until {_until(row, place, now)}: {row.get_scope_display()}."
            yield {"tone": "warn", "text": text, **way, "action_text": "See it or end it"}
        elif may_end:
            yield {"tone": "", "text": f"{name} of support asks to look in.", **way, "action_text": "Answer"}


def _until(row: SupportGrant, place: Place, now: datetime) -> str:
    moment = row.ends_at or now
    days = [clock.local(one, place.zone).date() for one in (moment, now)]
    time = clock.say_time(moment, zone=place.zone, region=place.region)
    return (
        time
        if days[0] == days[1]
        else f"{clock.say_short_day(days[0], today=days[1], region=place.region)}, {time}"
    )


def _silence(silence: channels.Silence, request: Any, now: datetime) -> Banner:
    hours = int((now - silence.since).total_seconds() // 3600)
    text = f"Nothing has come in on {silence.channel.name} for {hours} hours, which is unusual."
    shown = {"tone": "warn", "text": text}
    if request.access.may("channels.view"):
        verb = "Test" if request.access.may("channels.test") else "See"
        shown["action_url"] = reverse("channels:list", args=[request.workspace.slug])
        shown["action_text"] = f"{verb} the channel"
    return shown
