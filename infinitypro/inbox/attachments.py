"""Files that customers send: fetched, looked at, made harmless, sealed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import puremagic

from infinitypro.channels import base, types
from infinitypro.channels import services as channels
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core import files, live, pictures, tenancy
from infinitypro.core.pictures import Unusable
from infinitypro.inbox.models import File, Message

LARGEST = 32 * 1024 * 1024
LONGEST_SIDE = 1600
# What a page may play; everything else, and whatever a page could run, is a download.
PLAYED = {
    "audio/ogg",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/amr",
    "audio/wav",
    "video/mp4",
    "video/3gpp",
}


@dataclass(frozen=True)
class Harmless:
    """A file as it is kept and shown."""

    content: bytes
    content_type: str
    is_inline: bool


def fetch(*, workspace_id: UUID, message_id: UUID, now: datetime) -> None:
    """Fetch and keep a message's file; a file that cannot be kept says why. Raises ChannelError to be tried again."""
    with tenancy.workspace(workspace_id):
        message = Message.objects.select_related("conversation__channel").get(id=message_id)
        file = File.objects.get(message=message)
        channel = message.conversation.channel
        credentials, media = channel.credentials, types.Media(**message.details["media"])
    if file.fetched_at is not None:
        return
    try:
        content = ADAPTERS[channel.kind].fetch_media(
            credentials=credentials,
            media=media,
            base_url=channels.api_url(channel.kind),
            client=base.http(),
            limit=LARGEST,
        )
        kept = make_harmless(content)
    except ChannelError as error:
        if not error.permanent:
            raise
        return _refuse(workspace_id, file, error.sentence, now)
    except Unusable as error:
        return _refuse(workspace_id, file, str(error), now)
    _keep(workspace_id, file, kept, now)


def make_harmless(content: bytes) -> Harmless:
    """The file as it may be kept: images encoded anew (which drops all hidden data), the rest by what its bytes say."""
    if not content:
        raise Unusable("The file is empty.")
    found = sniff(content)
    if found.startswith("image/"):
        return Harmless(pictures.webp(content, longest=LONGEST_SIDE), "image/webp", True)
    return Harmless(content, found, found in PLAYED)


def sniff(content: bytes) -> str:
    """The content type that the bytes tell; what the sender says of it counts for nothing."""
    if content[:4] == b"OggS":
        return "audio/ogg"
    if content[4:8] == b"ftyp":
        return "audio/mp4" if content[8:11] == b"M4A" else "video/mp4"
    try:
        return str(puremagic.from_string(content, mime=True)) or "application/octet-stream"
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"


def _keep(workspace_id: UUID, file: File, kept: Harmless, now: datetime) -> None:
    place = files.put(kept.content, workspace_id=workspace_id, subject_id=file.contact_id, file_id=file.id)
    with tenancy.workspace(workspace_id):
        File.objects.filter(id=file.id).update(
            place=place,
            content_type=kept.content_type[:80],
            is_inline=kept.is_inline,
            size=len(kept.content),
            fetched_at=now,
        )
        live.publish("conversation", id=file.message.conversation_id)


def _refuse(workspace_id: UUID, file: File, why: str, now: datetime) -> None:
    with tenancy.workspace(workspace_id):
        File.objects.filter(id=file.id).update(problem=why[:200], fetched_at=now)
        live.publish("conversation", id=file.message.conversation_id)
