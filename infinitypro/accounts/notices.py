"""What people are told about without asking: every event there is, and by which channels."""

from dataclasses import dataclass

from infinitypro.accounts.models import User


@dataclass(frozen=True)
class Notice:
    """An event that somebody is told of."""

    text: str  # as a person reads it in their profile
    channels: tuple[str, ...] = ("email",)
    can_be_muted: bool = True


NEW_SIGN_IN = "new-sign-in"
ACCOUNT_CHANGED = "account-changed"
ALARM = "alarm"
SUPPORT_ASKS = "support-asks"
BELONGING = "belonging"
NOTICES = {
    ACCOUNT_CHANGED: Notice("Your password, address or a second factor changes", can_be_muted=False),
    BELONGING: Notice("You are taken out of a workspace, or made its owner", can_be_muted=False),
    NEW_SIGN_IN: Notice("Somebody logs in as you from a device or country that is new"),
    SUPPORT_ASKS: Notice("Support asks to look into a workspace, and you may let it"),
    ALARM: Notice("A security alarm in a workspace whose security page you may see"),
}


def is_wanted(*, user: User, event: str, channel: str) -> bool:
    """Whether this person is told of this event by this channel."""
    notice = NOTICES[event]
    if channel not in notice.channels:
        return False
    return not notice.can_be_muted or mark(event, channel) not in user.muted


def mark(event: str, channel: str) -> str:
    """The name of an event by a channel, as it is kept of those who do not want it."""
    return f"{event}:{channel}"


def choices() -> list[tuple[str, str]]:
    """What may be muted, with its text."""
    return [
        (mark(event, channel), notice.text)
        for event, notice in NOTICES.items()
        if notice.can_be_muted
        for channel in notice.channels
    ]
