"""One stand-in vendor for all of these tests, and the door that its webhooks go to."""

from __future__ import annotations

import multiprocessing
import signal

import pytest

from infinitypro.demo import vendor
from infinitypro.demo.tests import peer


@pytest.fixture(scope="module")
def shared_door():
    door = peer.Door()
    yield door
    door.close()


@pytest.fixture(scope="module")
def base_url(shared_door):
    settings = vendor.Settings(
        phone_number_id=peer.NUMBER_ID,
        access_token=peer.TOKEN,
        app_secret=peer.SECRET,
        webhook_url=shared_door.url,
        port=peer.free_port(),
        delivered_after=0.02,
        read_after=0.05,
    )
    process = multiprocessing.get_context("spawn").Process(target=vendor.serve, args=(settings,))
    process.start()
    peer.wait_for(lambda: peer.answers(settings.base_url), 15)
    yield settings.base_url
    process.terminate()
    process.join(5)
    # The server's own threads may panic while the interpreter ends; `up` leaves by os._exit for that reason.
    assert process.exitcode in (0, -signal.SIGABRT)


@pytest.fixture
def door(shared_door, base_url):
    # Statuses of the test before may still be under way.
    peer.wait_for(lambda: peer.control(base_url)["webhooks"]["waiting"] == 0, 10)
    shared_door.events.clear()
    shared_door.bodies.clear()
    shared_door.refusals = 0
    yield shared_door
    peer.control(base_url, clear=True)
