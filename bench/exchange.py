"""From a customer's webhook to the reply at the vendor: waiting times when idle, and what two workers sustain."""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import figures, vendor, webhooks
from bench.installation import Installation, free_port
from bench.poster import Poster

STARTS_ITS_OWN = True
EXCHANGES = 120
SETTLED = 15
PACE = 25.0  # what must be sustained, a second
SECONDS = 20.0
LONGEST = 120.0  # seconds that all at once may take


def run() -> dict[str, Any]:
    """Milliseconds, exchanges a second, CPU an exchange."""
    with _running(settle="0") as (place, meta, signer):
        idle = sorted(_idle(place, meta, signer, EXCHANGES))
        kept_up = asyncio.run(_sustain(place, meta, signer, per_second=PACE))
        most = asyncio.run(_most(place, meta, signer))
    with _running(settle="2") as (place, meta, signer):
        settled = max(_idle(place, meta, signer, SETTLED)) - 2000
    return {
        "idle, p50": figures.at_most(idle[len(idle) // 2], 60, "ms"),
        "idle, p99": figures.at_most(idle[int(len(idle) * 0.99)], 200, "ms"),
        "after the settle time of 2 s, longest": figures.at_most(settled, 500, "ms"),
        f"at {PACE:g}/s: backlog after {SECONDS:g} s": figures.at_most(kept_up["backlog"], PACE, "exchanges"),
        f"at {PACE:g}/s: reply p99": figures.plain(kept_up["p99"], "ms"),
        f"at {PACE:g}/s: CPU an exchange": figures.at_most(kept_up["cpu"], 40, "ms"),
        "most exchanges": figures.at_least(most["per_second"], 25, "/s"),
        "CPU an exchange at most": figures.at_most(most["cpu"], 40, "ms"),
    }


@contextmanager
def _running(*, settle: str) -> Iterator[tuple[Installation, vendor.Running, webhooks.Signer]]:
    vendor_port = free_port()
    place = Installation(
        settings={"WHATSAPP_API_URL": f"http://127.0.0.1:{vendor_port}", "SETTLE_SECONDS": settle},
        port=vendor_port + 1000,
    )
    meta = None
    try:
        place.start()
        secret = place.access()["whatsapp"]["app_secret"]
        meta = vendor.start(door_port=place.port, app_secret=secret, port=vendor_port)
        yield place, meta, webhooks.Signer(secret, f"127.0.0.1:{place.port}")
    finally:
        if meta is not None:
            meta.stop()
        place.remove()


def _request(signer: webhooks.Signer, customer: str) -> bytes:
    value = webhooks.message(sender=customer, text="Are you open today?", vendor_id=webhooks.new_vendor_id())
    return signer.request(value)


def _idle(place: Installation, meta: vendor.Running, signer: webhooks.Signer, count: int) -> Iterator[float]:
    """Milliseconds of one exchange after the other; every fifth is a new customer's first."""
    seen: dict[str, int] = {}
    for number in range(count):
        customer = f"1646{number if number % 5 == 0 else number % 5:07}"
        begun = time.monotonic()
        asyncio.run(Poster(port=place.port).deliver(_request(signer, customer)))
        reply = meta.wait(customer, seen=seen.get(customer, 0))
        seen[customer] = seen.get(customer, 0) + 1
        if number >= 5:  # the first ones fill caches
            yield (reply["at"] - begun) * 1000
        time.sleep(0.05 if count > SETTLED else 0.0)


async def _sustain(
    place: Installation, meta: vendor.Running, signer: webhooks.Signer, *, per_second: float
) -> dict[str, float]:
    poster, begun_at = Poster(port=place.port), dict[str, float]()
    cpu, before, begun = place.cpu_seconds(), len(meta.journal()), time.monotonic()
    tasks = []
    for number in range(int(per_second * SECONDS)):
        await asyncio.sleep(max(0.0, begun + number / per_second - time.monotonic()))
        customer = f"1718{number:07}" if random.random() < 0.2 else f"1719{number % 200:07}"
        begun_at.setdefault(customer, time.monotonic())
        tasks.append(asyncio.create_task(poster.deliver(_request(signer, customer))))
    await asyncio.gather(*tasks)
    cpu = place.cpu_seconds() - cpu
    journal = (await asyncio.to_thread(meta.journal))[before:]
    first = {entry["to"]: entry["at"] for entry in reversed(journal)}
    waits = sorted(first[customer] - at for customer, at in begun_at.items() if customer in first)
    return {
        "backlog": len(tasks) - len(journal),
        "p99": waits[int(len(waits) * 0.99)] * 1000,
        "cpu": cpu / max(1, len(journal)) * 1000,
    }


async def _most(place: Installation, meta: vendor.Running, signer: webhooks.Signer) -> dict[str, float]:
    """All at once from as many customers; until the last reply and all of its statuses came."""
    count = int(PACE * SECONDS)
    poster, before = Poster(port=place.port), len(await asyncio.to_thread(meta.journal))
    cpu, begun = place.cpu_seconds(), time.monotonic()
    await asyncio.gather(*(poster.deliver(_request(signer, f"1332{n:07}")) for n in range(count)))
    deadline = begun + LONGEST
    while len(journal := (await asyncio.to_thread(meta.journal))[before:]) < count:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.2)
    while time.monotonic() < deadline and place.command("jobs").split()[0] != "0":
        await asyncio.sleep(0.2)
    cpu = place.cpu_seconds() - cpu
    return {
        "per_second": len(journal) / (max(entry["at"] for entry in journal) - begun),
        "cpu": cpu / len(journal) * 1000,
    }
