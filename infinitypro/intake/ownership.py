"""The secrets of businesses that bring their own vendor app."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from infinitypro.channels.models import Channel, ChannelRoute
from infinitypro.core import tenancy

KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Own:
    """What a business's own vendor app is checked with, and whom alone it may speak for."""

    app_secret: str
    verify_token: str
    speaks_for: frozenset[tuple[str, str]]  # kind and vendor's id, as the routes that lead here say


_kept: dict[UUID, tuple[float, Own | None]] = {}


def of(channel_id: UUID) -> Own | None:
    """A channel's own vendor app; None where it has none."""
    kept = _kept.get(channel_id)
    if kept is None or kept[0] < time.monotonic():
        if len(_kept) > 1000:
            _kept.clear()
        kept = (time.monotonic() + KEPT_SECONDS, _find(channel_id))
        _kept[channel_id] = kept
    return kept[1]


def _find(channel_id: UUID) -> Own | None:
    route = ChannelRoute.objects.filter(channel_id=channel_id).first()
    if route is None:
        return None
    with tenancy.workspace(route.workspace_id):
        channel = Channel.objects.filter(id=channel_id).first()
        credentials = channel.credentials if channel else {}
    if not credentials.get("app_secret"):
        return None
    # Not what its settings say: there a business can write the number or the account of another one.
    mine = Q(channel_id=channel_id) | Q(external_id=credentials.get("waba_id", ""), kind__endswith=".account")
    routes = ChannelRoute.objects.filter(mine, workspace_id=route.workspace_id)
    speaks_for = frozenset(routes.values_list("kind", "external_id"))
    return Own(credentials["app_secret"], credentials.get("verify_token", ""), speaks_for)
