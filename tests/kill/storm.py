"""Customers who write, a vendor that tries again, and processes that are killed in between."""

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass, field

from bench import webhooks
from bench.installation import Installation
from bench.poster import Poster

CUSTOMERS = 500
VICTIMS = ("web", "worker", "postgres")


@dataclass
class Storm:
    """What was done."""

    accepted: dict[str, tuple[str, float]] = field(default_factory=dict)  # vendor id: customer, when
    kills: list[tuple[float, str]] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    repeated: int = 0


async def rage(
    *, place: Installation, app_secret: str, messages: int, kills: int, chance: random.Random
) -> Storm:
    """Send the messages at 20 to 100 a second, with kills at random moments; returns once all were accepted."""
    storm, poster = Storm(), Poster(port=place.port, connections=64)
    signer = webhooks.Signer(app_secret, f"127.0.0.1:{place.port}")
    gaps = _gaps(messages, chance)
    killing = asyncio.create_task(_kill(place, storm, kills, sum(gaps), chance))
    tasks = []
    for number, gap in enumerate(gaps):
        await asyncio.sleep(gap)
        customer = f"1917{chance.randrange(min(CUSTOMERS, max(5, messages // 10))):07}"
        tasks.append(asyncio.create_task(_write(poster, signer, storm, customer, number, chance)))
    await asyncio.gather(*tasks, killing)
    storm.refused = poster.refused
    poster.forget()
    return storm


def _gaps(messages: int, chance: random.Random) -> list[float]:
    found: list[float] = []
    while len(found) < messages:
        pace = chance.uniform(20, 100)
        found += [1 / pace] * min(int(pace * 3), messages - len(found))
    return found


async def _write(
    poster: Poster, signer: webhooks.Signer, storm: Storm, customer: str, number: int, chance: random.Random
) -> None:
    vendor_id = webhooks.new_vendor_id()
    text = f"Message {number}: could I come on Saturday?"
    request = signer.request(webhooks.message(sender=customer, text=text, vendor_id=vendor_id))
    await poster.deliver(request)
    storm.accepted[vendor_id] = (customer, time.monotonic())
    if chance.random() < 0.02:  # the vendor did not hear the 200
        storm.repeated += 1
        await poster.deliver(request)


async def _kill(place: Installation, storm: Storm, kills: int, seconds: float, chance: random.Random) -> None:
    moments = sorted(chance.uniform(1.0, max(2.0, seconds)) for _ in range(kills))
    kinds = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
    chance.shuffle(kinds)
    begun = time.monotonic()
    for moment, kind in zip(moments, kinds, strict=True):
        await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
        while not (pids := victims(place, kind)):
            await asyncio.sleep(0.05)
        os.kill(chance.choice(pids), signal.SIGKILL)
        storm.kills.append((time.monotonic(), kind))


def victims(place: Installation, kind: str) -> list[int]:
    """The living processes of that kind; of PostgreSQL the postmaster."""
    found = [pid for pid, name in place.processes().items() if name.split(" ")[0] == kind]
    return found[:1] if kind == "postgres" else found
