"""`python -m tests.kill --messages 5000 --kills 24`: prints what happened; ends with 1 when something was lost."""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from typing import Any

from bench import vendor
from bench.installation import Installation, free_port
from infinitypro.core import clock
from tests.kill import storm

DRAINS_WITHIN = 300.0
NAMED_WITHIN = 30.0
# Each of these must be nothing.
WRONG = (
    *("missing", "unknown", "stored_twice", "unanswered", "unsent", "failed_replies"),
    *("not_answered_last", "never_reached_vendor", "unknown_to_us", "failed"),
)


def main() -> None:
    """Run it and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=int(clock.now().timestamp()))
    parser.add_argument("--drain", type=float, default=DRAINS_WITHIN, help="seconds at most")
    parser.add_argument("--keep", action="store_true", help="leave the home where it is")
    chosen = parser.parse_args()
    found = _run(chosen)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    sys.exit(0 if found["is_kept"] else 1)


def _run(chosen: argparse.Namespace) -> dict[str, Any]:
    vendor_port = free_port()
    place = Installation(settings={"WHATSAPP_API_URL": f"http://127.0.0.1:{vendor_port}"})
    place.port = vendor_port + 1000
    meta = None
    try:
        place.start()
        secret = place.access()["whatsapp"]["app_secret"]
        meta = vendor.start(door_port=place.port, app_secret=secret, port=vendor_port)
        begun = time.monotonic()
        done = asyncio.run(
            storm.rage(
                place=place,
                app_secret=secret,
                messages=chosen.messages,
                kills=chosen.kills,
                chance=random.Random(chosen.seed),
            )
        )
        stormed = time.monotonic()
        state = _drain(place, done, chosen.drain)
        times = {"stormed": round(stormed - begun, 1), "drained": round(time.monotonic() - stormed, 1)}
        return {"seed": chosen.seed, "home": str(place.home), **times, **_judge(done, state, meta.journal())}
    finally:
        if meta is not None:
            meta.stop()
        if chosen.keep:
            place.stop()
        else:
            place.remove()


def _drain(place: Installation, done: storm.Storm, within: float) -> dict[str, Any]:
    deadline = time.monotonic() + within
    while True:
        state = _verify(place, list(done.accepted))
        queue = state["queue"]
        is_done = not (state["missing"] or state["unanswered"] or state["unsent"] or queue["running"])
        if (is_done and not queue["waiting"]) or time.monotonic() > deadline:
            return state
        time.sleep(3.0)


def _verify(place: Installation, accepted: list[str]) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "tests.kill.verify"],
        env=place.environment,
        input=json.dumps(accepted),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def _judge(done: storm.Storm, state: dict[str, Any], journal: list[dict[str, Any]]) -> dict[str, Any]:
    sends: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in journal:
        sends[entry["ours"]].append(entry)
    doubled = [_explain(entries, done) for entries in sends.values() if len(entries) > 1]
    replies = set(state.pop("replies"))
    found = {
        "accepted": len(done.accepted),
        "repeated_by_vendor": done.repeated,
        "refused": {str(status): count for status, count in done.refused.items()},
        "kills": {kind: sum(one == kind for _at, one in done.kills) for kind in storm.VICTIMS},
        **state,
        "replies": len(replies),
        "never_reached_vendor": len(replies - sends.keys()),
        "unknown_to_us": len(sends.keys() - replies),
        "doubled": doubled,
    }
    found["is_kept"] = not any(found[name] for name in WRONG) and all(one["is_explained"] for one in doubled)
    return found


def _explain(entries: list[dict[str, Any]], done: storm.Storm) -> dict[str, Any]:
    """A second send is as promised where a kill followed the first and no status had been accepted before it."""
    first, second = entries[0], entries[1]
    killed = [kind for at, kind in done.kills if first["at"] - 0.1 <= at <= first["at"] + 15.0]
    named = first["named_at"] is not None and first["named_at"] < second["at"]
    return {
        "times": len(entries),
        "after_seconds": round(second["at"] - first["at"], 2),
        "killed": killed,
        "named_before": round(second["at"] - first["named_at"], 2) if named else None,
        "is_explained": bool(killed) and not named and second["at"] - first["at"] >= NAMED_WITHIN - 1,
    }


if __name__ == "__main__":
    main()
