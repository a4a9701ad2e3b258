"""Connecting channels and noting what happens on them."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from infinitypro.channels import base, types
from infinitypro.channels.models import Channel, ChannelHour, ChannelNotice, ChannelRoute
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core import audit, statements
from infinitypro.core.errors import Problem
from infinitypro.core.statements import Given
from infinitypro.core.tenancy import scope

# Together they keep any one second within the vendor's rate: what may go at once, and how fast the rest follows.
AT_ONCE = timedelta(seconds=0.2)
PACE = 0.8
API_URLS = {"whatsapp": "WHATSAPP_API_URL"}
# To the minute: a row that every message wrote would have them all wait for one another.
_HEARD = statements.Update(
    lambda: Channel.objects.filter(
        Q(last_inbound_at=None) | Q(last_inbound_at__lt=Given("before")), id=Given("channel_id")
    ),
    last_inbound_at=Given("at"),
)
_COUNTED = statements.Update(
    lambda: ChannelHour.objects.filter(channel_id=Given("channel_id"), hour=Given("hour")),
    count=F("count") + Given("count"),
)
_TURN_TAKEN = statements.Update(
    lambda: Channel.objects.filter(
        # Turns are taken a moment ahead; what lies further was taken before the clock was set back.
        Q(next_send_at=None) | Q(next_send_at__lte=Given("latest")) | Q(next_send_at__gt=Given("unlikely")),
        id=Given("channel_id"),
    ),
    next_send_at=Least(Greatest("next_send_at", Given("now")), Given("latest"))
    + Given("step", models.DurationField()),
)
ACCOUNT_FIELDS = {"whatsapp": "waba_id"}  # what a vendor calls the account that several channels may share


def external_id(*, kind: str, credentials: Mapping[str, str]) -> str:
    """What the vendor's calls name the channel by: the first thing that its adapter asks for."""
    return credentials.get(ADAPTERS[kind].FIELDS[0].name, "")


def connected() -> Iterator[audit.Thing]:
    """Every channel as the audit log compares it: of a secret only whether it changed."""
    for row in Channel.objects.order_by("id"):
        shown = {field.name for field in ADAPTERS[row.kind].FIELDS if not field.is_secret}
        fields = {"name": row.name, "is_on": row.is_on} | {
            name: value if name in shown else audit.Secret(value) for name, value in row.credentials.items()
        }
        yield audit.Thing(id=row.id, kind="channel", name=row.name, fields=fields)


@audit.changes(connected)
def connect(*, kind: str, name: str, external_id: str, credentials: Mapping[str, str]) -> Channel:
    """A connected channel; raises Problem when another business has connected it."""
    channel = Channel.objects.filter(kind=kind, external_id=external_id).first()
    if channel is None:
        channel = Channel(kind=kind, external_id=external_id)
    # A vendor app of the business's own proves itself with a token that is made here, once.
    own = {"verify_token": secrets.token_urlsafe(24)} if credentials.get("app_secret") else {}
    channel.name, channel.credentials, channel.is_on = name.strip(), {**own, **credentials}, True
    channel.tested_at, channel.trouble = None, ""
    try:
        with transaction.atomic():
            channel.save()
            _route(channel)
    except IntegrityError as error:
        raise Problem(
            "This number is connected to another business here. Disconnect it there first."
        ) from error
    return channel


def _route(channel: Channel) -> None:
    mine = ChannelRoute.objects.filter(
        kind=channel.kind, external_id=channel.external_id, channel_id=channel.id
    )
    if not mine.exists():
        ChannelRoute.objects.create(
            kind=channel.kind,
            external_id=channel.external_id,
            workspace_id=scope.current(),
            channel_id=channel.id,
        )
    _route_account(channel)


def _route_account(channel: Channel) -> None:
    """News of a vendor's account goes to the first of its channels."""
    kind, account = f"{channel.kind}.account", _account(channel)
    ChannelRoute.objects.filter(kind=kind, channel_id=channel.id).exclude(external_id=account).delete()
    if account:
        route = ChannelRoute(
            kind=kind, external_id=account, workspace_id=scope.current(), channel_id=channel.id
        )
        ChannelRoute.objects.bulk_create([route], ignore_conflicts=True)


def _account(channel: Channel) -> str:
    return str(channel.credentials.get(ACCOUNT_FIELDS.get(channel.kind, ""), ""))


@audit.changes(connected)
def disconnect(*, channel_id: UUID) -> None:
    """Nothing comes in or goes out any more; credentials are forgotten, history stays."""
    channel = Channel.objects.get(id=channel_id)
    account = _account(channel)
    channel.is_on, channel.credentials = False, {}
    channel.save(update_fields=["is_on", "credentials"])
    ChannelRoute.objects.filter(channel_id=channel_id).delete()
    others = Channel.objects.filter(kind=channel.kind, is_on=True).order_by("id")
    if heir := next((other for other in others if account and _account(other) == account), None):
        _route_account(heir)


def test(*, kind: str, credentials: Mapping[str, str]) -> types.Health:
    """What the vendor says of the channel; raises ChannelError with a sentence."""
    return ADAPTERS[kind].test(credentials=credentials, base_url=api_url(kind), client=base.http())


def note_test(*, channel_id: UUID, trouble: str, at: datetime) -> None:
    """Keep what the vendor said of the channel's credentials: nothing where it accepts them."""
    Channel.objects.filter(id=channel_id).update(tested_at=at, trouble=trouble[:400])


def api_url(kind: str) -> str:
    """Where a vendor's interface is."""
    return str(getattr(settings, API_URLS[kind]))


def is_api_local(kind: str) -> bool:
    """Whether a stand-in on this machine plays the vendor."""
    return urlsplit(api_url(kind)).hostname in ("localhost", "127.0.0.1", "::1")


def note_inbound(*, channel_id: UUID, at: datetime, count: int = 1) -> None:
    """Count messages that came in."""
    _HEARD(channel_id=channel_id, at=at, before=at - timedelta(minutes=1))
    hour = at.replace(minute=0, second=0, microsecond=0)
    if not _COUNTED(channel_id=channel_id, hour=hour, count=count):
        ChannelHour.objects.bulk_create(
            [ChannelHour(channel_id=channel_id, hour=hour, count=count)],
            update_conflicts=True,
            unique_fields=["workspace_id", "channel", "hour"],
            update_fields=["count"],
        )


def note(*, channel_id: UUID, notice: types.Notice) -> None:
    """Keep what the vendor said about the channel, once."""
    text = f"{notice.kind}|{notice.summary}|{notice.at.isoformat()}"
    ChannelNotice.objects.bulk_create(
        [
            ChannelNotice(
                channel_id=channel_id,
                kind=notice.kind[:60],
                level=notice.level,
                summary=notice.summary[:400],
                digest=hashlib.sha256(text.encode()).digest()[:16],
                at=notice.at,
            )
        ],
        ignore_conflicts=True,
    )


def take_turn(*, channel_id: UUID, per_second: int, now: datetime) -> datetime | None:
    """None when a message may go now, and its turn is taken; else when the number's rate lets one go."""
    step = timedelta(seconds=1 / (per_second * PACE))
    unlikely = now + timedelta(minutes=1)
    if _TURN_TAKEN(channel_id=channel_id, now=now, latest=now + AT_ONCE, unlikely=unlikely, step=step):
        return None
    due = Channel.objects.only("id", "next_send_at").get(id=channel_id).next_send_at
    return max(due or now, now + AT_ONCE) - AT_ONCE
