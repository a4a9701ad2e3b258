"""What the frame around a workspace's pages shows."""

from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from infinitypro.accounts import sign_on, switches
from infinitypro.business import queries as business
from infinitypro.config import banners
from infinitypro.core.templatetags.look import initials
from infinitypro.inbox import queries as inbox


def shell(request: Any) -> dict[str, Any]:
    """For templates inside a workspace: `may`, what this member may do, and `shell`, as app.html describes it; outside
    one whether people may sign up, and by Google."""
    workspace = getattr(request, "workspace", None)
    if workspace is None:
        return {"is_signup_open": switches.is_sign_up_open, "google": sign_on.google()}
    # Parts of a page never read the frame, so it is worked out at its first use only.
    may = request.access.grants
    return {"workspace": workspace, "may": may, "shell": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: Any) -> dict[str, Any]:
    user, workspace, may = request.user, request.workspace, request.access.grants
    spaces = [
        {
            "name": space.slug,
            "initials": initials(space.slug),
            "url": reverse("enter", args=[space.slug]),
            "is_current": space.id == workspace.id,
        }
        for space in request.workspaces
    ]
    place = business.place()
    name = place.name or workspace.slug
    return {
        "workspace": {"slug": workspace.slug, "name": name, "initials": initials(name)},
        "workspaces": spaces,
        "person": {
            "name": user.name,
            "initials": initials(user.name),
            "email": user.email,
            "picture_url": reverse("picture", args=[user.id]) if request.has_picture else "",
        },
        "inbox_count": inbox.count_waiting(user_id=user.id) if "conversations.view" in may else 0,
        "inbox_count_url": reverse("inbox:count", args=[workspace.slug]),
        "live_url": reverse("events", args=[workspace.slug]),
        "banners": list(banners.of(request, place=place)),
        "log_out_url": reverse("account_logout"),
    }
