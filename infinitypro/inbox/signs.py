"""Signs of life: read and typing, shown in the customer's app while an answer is written."""

from contextlib import suppress
from uuid import UUID

from infinitypro.channels import base
from infinitypro.channels import services as channels
from infinitypro.channels.errors import ChannelError
from infinitypro.channels.registry import ADAPTERS
from infinitypro.core import tenancy
from infinitypro.inbox.models import Message


def show_typing(*, workspace_id: UUID, message_id: UUID) -> None:
    """Show that the message was read and that someone types; a vendor that refuses is no matter."""
    with tenancy.workspace(workspace_id):
        message = Message.objects.select_related("conversation__channel").filter(id=message_id).first()
        if message is None or message.is_answered or not message.conversation.is_assistant_on:
            return
        channel, vendor_id = message.conversation.channel, message.vendor_id
        credentials = channel.credentials
    with suppress(ChannelError):
        ADAPTERS[channel.kind].mark_read(
            credentials=credentials,
            vendor_id=vendor_id,
            typing=True,
            base_url=channels.api_url(channel.kind),
            client=base.http(),
        )
