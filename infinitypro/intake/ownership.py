"""The secrets of businesses that bring their own vendor app."""

import time
from uuid import UUID

from infinitypro.channels.models import Channel, ChannelRoute
from infinitypro.core import tenancy

KEPT_SECONDS = 60.0
_kept: dict[UUID, tuple[float, tuple[str, str] | None]] = {}


def secrets(channel_id: UUID) -> tuple[str, str] | None:
    """The app secret and verify token of a channel that has its own; None where it has none."""
    kept = _kept.get(channel_id)
    if kept is None or kept[0] < time.monotonic():
        if len(_kept) > 1000:
            _kept.clear()
        kept = (time.monotonic() + KEPT_SECONDS, _find(channel_id))
        _kept[channel_id] = kept
    return kept[1]


def _find(channel_id: UUID) -> tuple[str, str] | None:
    route = ChannelRoute.objects.filter(channel_id=channel_id).first()
    if route is None:
        return None
    with tenancy.workspace(route.workspace_id):
        channel = Channel.objects.filter(id=channel_id).first()
        credentials = channel.credentials if channel else {}
    if not credentials.get("app_secret"):
        return None
    return credentials["app_secret"], credentials.get("verify_token", "")
