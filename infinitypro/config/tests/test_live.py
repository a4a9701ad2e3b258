"""The stream of what happens: its workspace's events only, signs of life between them, and an end at once."""

import asyncio
from uuid import uuid4

import pytest
from django.test import AsyncClient

from infinitypro.config import live
from infinitypro.core import live as publishing
from infinitypro.core import tenancy
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
        stream, foreign = one.stream(mine), one.stream(other)
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
        stream = one.stream(new_workspace_id)
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
        stream = one.stream(workspace_id)
        await listening(stream)
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
        one.close()
        last = await asyncio.wait_for(waiting, 1)
        late = [event async for event in one.stream(workspace_id)]
        return last, late

    last, late = asyncio.run(run())
    assert last is None
    assert late in ([], [b"retry: 2000\n\n"])


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
