"""What the operator can switch off for the whole installation; everything is on until then."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Exists

from infinitypro.accounts.models import Switch, Workspace
from infinitypro.core import statements
from infinitypro.core.statements import Given


@dataclass(frozen=True)
class Known:
    """One switch, in words."""

    title: str
    off: str  # what happens while it is off


SIGN_UP, ASSISTANT = "sign-up", "assistant"
SWITCHES = {
    SIGN_UP: Known(
        "Sign-up", "Nobody can open a workspace by themselves. Whoever has an account logs in as before."
    ),
    ASSISTANT: Known(
        "Assistant", "No customer is answered by the assistant. Whoever writes waits for a person."
    ),
}
_ANSWERED = statements.Select(
    lambda: (
        Workspace.objects.filter(id=Given("workspace_id"), suspended_at=None)
        .exclude(Exists(Switch.objects.filter(key=ASSISTANT, is_on=False)))
        .only("id")
    )
)


def off() -> set[str]:
    """Those that are off."""
    return set(Switch.objects.filter(key__in=SWITCHES, is_on=False).values_list("key", flat=True))


def turn(*, key: str, is_on: bool) -> None:
    """Switch it; raises KeyError for one that there is not."""
    if key not in SWITCHES:
        raise KeyError(key)
    Switch.objects.update_or_create(key=key, defaults={"is_on": is_on})


def is_sign_up_open() -> bool:
    """Whether people may open workspaces by themselves."""
    return bool(settings.SIGNUP_OPEN) and SIGN_UP not in off()


def is_assistant_answering(*, workspace_id: UUID) -> bool:
    """Whether the assistant answers this workspace's customers."""
    return _ANSWERED.first(workspace_id=workspace_id) is not None
