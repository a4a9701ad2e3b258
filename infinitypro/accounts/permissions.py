"""What a member or a token may be allowed to do: every permission by name, and the roles that come with the program.

A view or an API operation names one of these (see `access`); a role or a token holds some of them, the scoped ones for all
conversations, those of one's team, or one's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """How far a permission about conversations reaches."""

    OWN = "own"  # assigned to oneself
    TEAM = "team"  # assigned to oneself or to somebody in one of one's teams, and those that nobody has
    ALL = "all"


Grants = Mapping[str, Scope]


@dataclass(frozen=True)
class Permission:
    """One thing that may be allowed, in words."""

    key: str
    words: str  # what it lets somebody do, as the end of "Lets a member …"
    is_scoped: bool = False

    @property
    def group(self) -> str:
        """The heading it stands under."""
        return GROUPS[self.key.partition(".")[0]]


GROUPS = {
    "workspace": "Workspace",
    "conversations": "Conversations",
    "contacts": "Contacts",
    "calendar": "Calendar",
    "business": "Business facts",
    "services": "Services and staff",
    "channels": "Channels",
    "team": "Team",
    "security": "Security",
    "audit": "Audit log",
}
ENTER = "workspace.enter"

_ALL = (
    Permission(ENTER, "open the workspace and its frame"),
    Permission("workspace.own", "hand the workspace on, and say whose sign-in opens it"),
    Permission("conversations.view", "read conversations", is_scoped=True),
    Permission("conversations.files", "open the files that customers sent", is_scoped=True),
    Permission("conversations.explain", "see why the assistant answered as it did", is_scoped=True),
    Permission("conversations.reply", "answer customers and send again what failed", is_scoped=True),
    Permission("conversations.note", "write internal notes", is_scoped=True),
    Permission("conversations.assign", "give conversations to others", is_scoped=True),
    Permission("conversations.assistant", "take over from the assistant and give back to it", is_scoped=True),
    Permission("conversations.close", "resolve, reopen and snooze conversations", is_scoped=True),
    Permission("contacts.view", "see who the customers are", is_scoped=True),
    Permission("contacts.phone", "see telephone numbers"),
    Permission("contacts.email", "see email addresses"),
    Permission("contacts.notes", "read internal notes about customers"),
    Permission("calendar.view", "see the calendar and free times"),
    Permission("calendar.book", "book appointments by hand"),
    Permission("calendar.move", "move appointments"),
    Permission("calendar.confirm", "confirm appointments, and say who came and who did not"),
    Permission("calendar.cancel", "cancel appointments"),
    Permission("business.view", "see the business's facts, hours and questions"),
    Permission("business.facts", "change name, address and what the business says of itself"),
    Permission("business.hours", "change opening hours, holidays and days closed"),
    Permission("business.rules", "change the rules of booking"),
    Permission("business.questions", "change questions and answers"),
    Permission("business.file", "download the whole business as a file"),
    Permission("business.import", "replace the business from a file"),
    Permission("services.view", "see services, staff and resources"),
    Permission("services.edit", "change services and prices"),
    Permission("services.staff", "change staff, their hours and what they do"),
    Permission("services.away", "enter time off"),
    Permission("services.resources", "change rooms and other resources"),
    Permission("channels.view", "see the connected channels"),
    Permission("channels.edit", "connect channels and change their credentials"),
    Permission("channels.test", "test a channel"),
    Permission("channels.disconnect", "disconnect a channel"),
    Permission("team.view", "see members, teams and roles"),
    Permission("team.invite", "invite people and take invitations back"),
    Permission("team.edit", "change members' roles and teams"),
    Permission("team.remove", "remove members"),
    Permission("team.roles", "make and change roles"),
    Permission("security.view", "see what the security page lists"),
    Permission("security.policy", "change how members sign in"),
    Permission("security.tokens", "make and revoke the workspace's API tokens"),
    Permission("security.grants", "let the operator's support look in"),
    Permission("audit.view", "read the audit log"),
    Permission("audit.export", "download the audit log"),
    Permission("audit.keep", "set how long the audit log is kept"),
)
PERMISSIONS = {one.key: one for one in _ALL}


# What the API's operations ask for, and so what a token can be given.
API_PERMISSIONS = (
    *("conversations.view", "contacts.view", "contacts.phone", "contacts.email", "calendar.view"),
)


# What is shown of a contact wherever one is shown, and so no act on contacts.
_FIELDS = ("contacts.phone", "contacts.email", "contacts.notes")


class BuiltIn(StrEnum):
    """The roles every workspace has."""

    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    VIEWER = "viewer"


ROLE_WORDS = {
    BuiltIn.OWNER: "May do everything, and hand the workspace on",
    BuiltIn.ADMIN: "May do everything but hand the workspace on",
    BuiltIn.AGENT: "Answers customers and keeps the calendar",
    BuiltIn.VIEWER: "Sees conversations, calendar and facts; changes nothing",
}
_AGENT = ("business.view", "services.view", "services.away", "channels.view", "team.view")
_LOOKS = (
    "contacts.phone",
    "contacts.email",
    "contacts.notes",
    "conversations.files",
    "conversations.explain",
)


def _holds(role: BuiltIn, key: str) -> bool:
    match role:
        case BuiltIn.OWNER:
            return True
        case BuiltIn.ADMIN:
            return key != "workspace.own"
        case BuiltIn.AGENT:
            return (
                key == ENTER or key in _AGENT or key.startswith(("conversations.", "contacts.", "calendar."))
            )
        case BuiltIn.VIEWER:
            is_seen = key.endswith(".view") and not key.startswith(("security.", "audit."))
            return key == ENTER or key in _LOOKS or is_seen


BUILT_IN: dict[BuiltIn, Grants] = {
    role: {key: Scope.ALL for key in PERMISSIONS if _holds(role, key)} for role in BuiltIn
}

# What a support grant lets the operator look at, by its scope; `access.Only` narrows the first two to what was chosen.
_TALK = (ENTER, "conversations.view", "conversations.files", "conversations.explain")
_CUSTOMER = (
    *("contacts.view", "contacts.phone", "contacts.email", "contacts.notes"),
    "calendar.view",
)
SUPPORT: dict[str, Grants] = {
    "conversations": dict.fromkeys(_TALK, Scope.ALL),
    "contact": dict.fromkeys((*_TALK, *_CUSTOMER), Scope.ALL),
    "settings": dict.fromkeys(
        (ENTER, "business.view", "services.view", "channels.view", "team.view"), Scope.ALL
    ),
    "all": BUILT_IN[BuiltIn.VIEWER],
}


def read(kept: Mapping[str, str]) -> Grants:
    """Grants as a table keeps them; names that are no permission any more are left out."""
    known = {key: Scope(scope) for key, scope in kept.items() if key in PERMISSIONS}
    return {key: scope if PERMISSIONS[key].is_scoped else Scope.ALL for key, scope in known.items()}


def completed(grants: Grants) -> Grants:
    """The grants, with looking wherever something may be done: nobody changes what they may not open."""
    found = dict(grants)
    order = list(Scope)
    for key, scope in grants.items():
        view = f"{key.partition('.')[0]}.view"
        if view in PERMISSIONS and key not in _FIELDS:
            found[view] = max(found.get(view, scope), scope, key=order.index)
    return found


def narrowed(grants: Grants, to: Grants) -> Grants:
    """What both allow, each as far as the narrower one reaches."""
    order = list(Scope)
    return {key: min(scope, to[key], key=order.index) for key, scope in grants.items() if key in to}


def covers(grants: Grants, other: Grants) -> bool:
    """Whether `grants` reach as far as `other` in everything."""
    return narrowed(other, grants) == dict(other)
