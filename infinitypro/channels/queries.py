"""Reading channels."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from infinitypro.channels.models import Channel, ChannelHour, ChannelNotice
from infinitypro.core import statements
from infinitypro.core.statements import Given

LOOKED_BACK = timedelta(days=14)
BUSY_HOURS = 20  # a channel with messages in fewer hours than this in two weeks was never busy
LEAST_SILENCE = timedelta(hours=3)

_CONNECTED = statements.Select(lambda: Channel.objects.filter(id=Given("channel_id"), is_on=True))


@dataclass(frozen=True)
class Silence:
    """A channel that used to be busy and is not."""

    channel: Channel
    since: datetime
    usual: timedelta  # the longest silence that was usual before


def all_() -> list[Channel]:
    """Every channel, the oldest first."""
    return list(Channel.objects.order_by("id"))


def get(*, channel_id: UUID) -> Channel:
    """The channel; raises Channel.DoesNotExist."""
    return Channel.objects.get(id=channel_id)


def connected(*, channel_id: UUID) -> Channel | None:
    """The channel, unless it was disconnected."""
    return _CONNECTED.first(channel_id=channel_id)


def notices(*, channel_id: UUID, limit: int = 20) -> list[ChannelNotice]:
    """What the vendor said lately, newest first."""
    return list(ChannelNotice.objects.filter(channel_id=channel_id).order_by("-at", "-id")[:limit])


def silences(*, now: datetime) -> list[Silence]:
    """Channels on which nothing has come in for unusually long: longer than any gap of the two weeks before."""
    found = (_silence(channel, now) for channel in all_() if channel.is_on and channel.last_inbound_at)
    return [silence for silence in found if silence]


def _silence(channel: Channel, now: datetime) -> Silence | None:
    since = channel.last_inbound_at or now
    if now - since <= LEAST_SILENCE:
        return None
    hours = list(
        ChannelHour.objects.filter(channel=channel, hour__gte=since - LOOKED_BACK, hour__lte=since)
        .order_by("hour")
        .values_list("hour", flat=True)
    )
    if len(hours) < BUSY_HOURS:
        return None
    usual = max(LEAST_SILENCE, *(later - earlier for earlier, later in itertools.pairwise(hours)))
    return Silence(channel, since, usual) if now - since > usual * 1.5 else None
