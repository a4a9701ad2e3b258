"""Which entries of the audit log a request asks for."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from infinitypro.accounts import queries as accounts
from infinitypro.accounts.access import MemberRequest
from infinitypro.booking import offered
from infinitypro.business import queries as business
from infinitypro.channels import services as channels
from infinitypro.config.audit_words import GROUPS, LOOKED, WORDS
from infinitypro.core import pages
from infinitypro.core.audit import queries

ACTORS = {"token": "A program", "operator": "The operator", "system": "The system"}
LONGEST_SEARCH = 80


class Asked:
    """The filters of a request; what makes no sense is as if it were not there."""

    def __init__(self, request: MemberRequest) -> None:
        self.slug = request.workspace.slug
        members = accounts.members(workspace_id=request.workspace.id)
        self.members = {str(user.id): user.name for user in members}
        others = accounts.names(user_ids=queries.actors() - {user.id for user in members})
        self.members |= {str(user_id): name for user_id, name in others.items()}
        self.place = business.place()
        get = request.GET
        self.who = get.get("who", "") if get.get("who") in self.members | ACTORS else ""
        self.what = get.get("what", "") if get.get("what") in GROUPS else ""
        self.about = _id(get.get("about", ""))
        self.text = get.get("q", "").strip()[:LONGEST_SEARCH]
        self.since, self.until = self._day(get.get("since")), self._day(get.get("until"))
        self.before = pages.key(get.get("before", ""))

    def _day(self, text: str | None) -> datetime | None:
        try:
            day = datetime.fromisoformat(f"{text}T00:00")
        except ValueError:
            return None
        return day.replace(tzinfo=ZoneInfo(self.place.zone)) if 2000 < day.year < 9999 else None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.who or self.what or self.about or self.text or self.since or self.until)

    def which(self) -> queries.Which:
        """For the query; `until` is the last day and not the first after it."""
        return queries.Which(
            actor=self.who,
            actions=tuple(GROUPS[self.what]) if self.what else (),
            prefix=LOOKED if self.what == "Support" else "",
            object_id=self.about,
            hit=self._hit() if self.text else None,
            start=self.since,
            end=self.until and self.until + timedelta(days=1),
        )

    def _hit(self) -> queries.Hit:
        """What has the words in it that are searched for: an act, an actor, a thing by its name, a network, an id."""
        words = self.text.casefold()
        things = (*business.settings(), *offered.settings(), *channels.connected())
        typed = _id(self.text)
        return queries.Hit(
            actions=tuple(action for action, said in WORDS.items() if words in said.casefold()),
            actors=tuple(UUID(one) for one, name in self.members.items() if words in name.casefold()),
            objects=(
                *([typed] if typed else ()),
                *(thing.id for thing in things if words in thing.name.casefold()),
            ),
            place=self.text if "/" in self.text else "",
        )

    def address(self, name: str, **more: str) -> str:
        """An address with these filters in it."""
        days = {"since": self.since, "until": self.until}
        asked = {"who": self.who, "what": self.what, "about": str(self.about or ""), "q": self.text}
        asked |= {key: f"{day:%Y-%m-%d}" for key, day in days.items() if day}
        query = urlencode({key: value for key, value in (asked | more).items() if value})
        return f"{reverse(f'audit:{name}', args=[self.slug])}?{query}"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
