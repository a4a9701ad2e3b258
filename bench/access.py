"""What permission and tenancy checks add to a page: a page through its guard, against the same view entered bare.

Bare means: inside the workspace already, with what the member may do already known. Both are asked in turn by one process;
its processor's time counts, and the clock's is told.
"""

import inspect
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from bench import crowd, figures, pages
from infinitypro.accounts import access
from infinitypro.accounts.models import Membership, Team, TeamMember, User
from infinitypro.accounts.permissions import BUILT_IN, PERMISSIONS, BuiltIn, Scope
from infinitypro.core import clock, tenancy
from infinitypro.core.postgres import schema
from tests import studio

SIZE = crowd.Size(messages=10_000, contacts=600, long_ones=1, appointments=600)
ROUNDS = 60
WARM = 8
MOST_STATEMENTS = 2
MOST_MILLISECONDS = 3


def run() -> dict[str, Any]:
    """For each page, and for an owner and for somebody who sees their team's conversations alone, what the guard adds."""
    now = clock.now()
    made = crowd.gather(SIZE, now=now)
    with schema.as_owner(), connection.cursor() as cursor:  # what autovacuum would have done within minutes
        cursor.execute("VACUUM ANALYZE")
    who = {"an owner": made.studio.member, "somebody with a role and a team": _in_a_team(made)}
    return {
        f"{page}, {name}": _added(made, made.studio.path(rest), user)
        for page, rest in _pages(made, now).items()
        for name, user in who.items()
    }


def _pages(made: crowd.Crowd, now: datetime) -> dict[str, str]:
    monday = (now - timedelta(days=now.weekday())).date()
    return {
        "inbox": "inbox/",
        "inbox, a conversation open": f"inbox/{made.short}/",
        "calendar": "calendar/?view=week",
        "calendar, a week's events": f"calendar/events/?start={monday}&end={monday + timedelta(days=7)}",
    }


def _in_a_team(made: crowd.Crowd) -> User:
    """Somebody whose team has all conversations, so that they see the same, and their team has to be asked for."""
    space = made.studio.space
    team = {key: Scope.TEAM for key, one in PERMISSIONS.items() if one.is_scoped}
    mate = studio.a_member(space, grants={**BUILT_IN[BuiltIn.ADMIN], **team})
    everybody = Team.objects.create(workspace=space, name="Everybody")
    for one in Membership.objects.filter(workspace=space):
        TeamMember.objects.create(workspace=space, team=everybody, membership=one)
    return mate


@dataclass(frozen=True)
class Way:
    """A way to a page: what asks for it, and what it is asked inside of."""

    ask: Callable[[], HttpResponse]
    inside: Callable[[], AbstractContextManager[Any]]

    def statements(self) -> int:
        """How many it takes, to either database; keys that were opened a minute ago are opened again at times."""
        with self.inside():
            return min(pages.statements(self.ask) for _ in range(3))

    def taken(self) -> tuple[float, float]:
        """Milliseconds of this process's processor, and of the clock."""
        with self.inside():
            cpu, wall = time.process_time(), time.perf_counter()
            answer = self.ask()
            spent = (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"A page was answered with {answer.status_code}")
        return spent


def _ways(made: crowd.Crowd, path: str, user: User) -> tuple[Way, Way]:
    """Through the guard, and past it by somebody whose every right is known and reaches everything."""
    space, match = made.studio.space, resolve(path.partition("?")[0])
    view: Any = match.func
    named = {key: value for key, value in match.kwargs.items() if key != "workspace"}
    bare_view = inspect.unwrap(view)

    def request() -> Any:
        made_up: Any = RequestFactory().get(path)
        made_up.user, made_up.session, made_up.resolver_match = user, {}, match
        return made_up

    def bare() -> HttpResponse:
        asked = request()
        asked.workspace, asked.workspaces, asked.support, asked.access = space, [space], None, all_rights
        asked.has_picture = False
        found: HttpResponse = bare_view(asked, **named)
        return found

    @contextmanager
    def entered() -> Iterator[None]:
        with tenancy.workspace(space.id), access.asking(all_rights):
            yield

    all_rights = access.Access(space.id, user.id, BUILT_IN[BuiltIn.OWNER], view.permission)
    return Way(lambda: view(request(), **match.kwargs), nullcontext), Way(bare, entered)


def _added(made: crowd.Crowd, path: str, user: User) -> dict[str, Any]:
    guarded, bare = _ways(made, path, user)
    for _ in range(WARM):
        guarded.taken(), bare.taken()
    asked = guarded.statements() - bare.statements()
    pairs = [(guarded.taken(), bare.taken()) for _ in range(ROUNDS)]
    cpu, wall = (statistics.median(one[n] - two[n] for one, two in pairs) for n in (0, 1))
    return {
        "statements": figures.at_most(asked, MOST_STATEMENTS, "more"),
        "processor": figures.at_most(cpu, MOST_MILLISECONDS, "ms more"),
        "clock": figures.plain(wall, "ms more"),
    }
