"""The stream of what happens: its workspace's events only, signs of life between them, and an end at once."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import AsyncClient

from infinitypro.config import live
from infinitypro.core import clock, tenancy
from infinitypro.core import live as publishing
from infinitypro.core.postgres import address
from tests import reach, studio

# A listener that is cancelled while it still connects leaves its half-open connection to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


def hub():
    def conninfo():
        words = address.of(address.DATA).words() | {"dbname": reach.name()}
        return " ".join(f"{name}='{value}'" for name, value in words.items())

    return live.Hub(conninfo=conninfo)


def tell(workspace_id, topic, row_id):
    with tenancy.workspace(workspace_id):
        publishing.publish(topic, id=row_id)


async def listening(stream):
    """Past the retry line and the first resync: the listener is connected from here on."""
    assert await anext(stream) == b"retry: 2000\n\n"
    assert await anext(stream) == b'data: {"topic":"resync"}\n\n'


def test_an_event_reaches_its_own_workspace_and_no_other(new_workspace):
    mine, other, row_id = new_workspace().id, new_workspace().id, uuid4()

    async def run():
        one = hub()
        stream, foreign = one.stream(live.Listener(mine)), one.stream(live.Listener(other))
        await anext(foreign)
        await listening(stream)
        await anext(foreign)
        await asyncio.to_thread(tell, other, "appointment", uuid4())
        await asyncio.to_thread(tell, mine, "conversation", row_id)
        first = await asyncio.wait_for(anext(stream), 5)
        theirs = await asyncio.wait_for(anext(foreign), 5)
        one.close()
        return first, theirs

    first, theirs = asyncio.run(run())
    assert first == f'data: {{"topic":"conversation:{row_id}"}}\n\n'.encode()
    assert b"appointment:" in theirs


def test_a_quiet_stream_shows_that_it_lives(new_workspace, monkeypatch):
    monkeypatch.setattr(live, "KEEP_ALIVE_SECONDS", 0.05)

    async def run():
        one = hub()
        stream = one.stream(live.Listener(new_workspace_id))
        await listening(stream)
        said = await anext(stream)
        one.close()
        return said

    new_workspace_id = new_workspace().id
    assert asyncio.run(run()) == b": still here\n\n"


def test_closing_ends_every_stream_at_once_and_takes_no_new_one(new_workspace):
    workspace_id = new_workspace().id

    async def run():
        one = hub()
        stream = one.stream(live.Listener(workspace_id))
        await listening(stream)
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
        one.close()
        last = await asyncio.wait_for(waiting, 1)
        late = [event async for event in one.stream(live.Listener(workspace_id))]
        return last, late

    last, late = asyncio.run(run())
    assert last is None
    assert late in ([], [b"retry: 2000\n\n"])


@pytest.mark.parametrize("whose", ["user_id", "workspace_id"])
def test_who_lost_access_hears_nothing_more_and_others_go_on(new_workspace, whose):
    space = new_workspace().id
    gone, other = live.Listener(space, uuid4()), live.Listener(new_workspace().id, uuid4())

    async def run():
        one = hub()
        theirs, foreign = one.stream(gone), one.stream(other)
        await anext(foreign)
        await listening(theirs)
        await anext(foreign)
        await asyncio.to_thread(tell, space, publishing.ACCESS, getattr(gone, whose))
        await asyncio.to_thread(tell, space, "conversation", uuid4())
        await asyncio.to_thread(tell, other.workspace_id, publishing.ACCESS, gone.user_id)
        await asyncio.to_thread(tell, other.workspace_id, "conversation", uuid4())
        left = [event async for event in theirs]
        goes_on = await asyncio.wait_for(anext(foreign), 5)
        one.close()
        return left, goes_on

    left, goes_on = asyncio.run(run())
    assert left == []
    assert b"conversation:" in goes_on


def test_a_stream_ends_at_its_time_and_tells_of_nothing_but_its_things(new_workspace):
    space, wanted = new_workspace().id, uuid4()

    async def run():
        one = hub()
        ends_at = clock.now() + timedelta(seconds=2)
        stream = one.stream(live.Listener(space, uuid4(), frozenset({wanted}), ends_at))
        await listening(stream)
        for row_id in (uuid4(), wanted, uuid4()):
            await asyncio.to_thread(tell, space, "conversation", row_id)
        told = [event async for event in stream]
        late = (clock.now() - ends_at).total_seconds()
        one.close()
        return told, late

    told, late = asyncio.run(run())
    assert told == [f'data: {{"topic":"conversation:{wanted}"}}\n\n'.encode()]
    assert 0 <= late < 1


def test_a_browser_that_does_not_read_is_told_to_look_again(new_workspace):
    queue: asyncio.Queue[str | None] = asyncio.Queue(live.LONGEST_QUEUE)
    for n in range(live.LONGEST_QUEUE + 1):
        live.Hub._put(queue, str(n))
    assert [queue.get_nowait() for _ in range(queue.qsize())] == [
        '{"topic":"resync"}',
        str(live.LONGEST_QUEUE),
    ]


@pytest.mark.parametrize("who", ["nobody", "outsider"])
def test_nobody_else_gets_the_stream(new_workspace, who):
    mine = studio.open_studio(new_workspace)
    browser = AsyncClient(SERVER_NAME="localhost")
    if who == "outsider":
        browser.force_login(studio.a_member(new_workspace()))
    answer = asyncio.run(browser.get(mine.path("events/")))
    assert answer.status_code == 404
