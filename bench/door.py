"""The door: accepted webhooks against PostgreSQL's own one-row inserts on the same server, at 64 connections.

A round is pgbench for four seconds, then a flood of requests signed beforehand for four; the median round counts. The
client is one thread of ours (12 to 16 µs a request, less than `wrk` needs with a script), but it and pgbench share
the cores with what they measure. CPU is what all our processes and PostgreSQL used during the flood, over what was
accepted. The workers are busy with what the floods before have left. The paced requests count from when they were
due.
"""

import itertools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import figures, load, webhooks
from bench.installation import Installation
from infinitypro.core.postgres import embedded

STARTS_ITS_OWN = True
CONNECTIONS = 64
SECONDS = 4
ROUNDS = 3
TABLE = "CREATE TABLE IF NOT EXISTS bench_row (id uuid PRIMARY KEY, body bytea NOT NULL)"
INSERT = "INSERT INTO bench_row VALUES (gen_random_uuid(), '\\xBODY'::bytea);\n"


def run() -> dict[str, Any]:
    """Rates, their ratio to pgbench in the same round (the median round), waiting times and CPU."""
    quiet = _rates(workers=0)
    busy = _rates(workers=2)
    return {
        "pgbench inserts": figures.plain(quiet["pgbench"], "/s"),
        "accepted, workers off": figures.plain(quiet["door"], "/s"),
        "ratio, workers off": figures.at_least(quiet["ratio"], 0.45, "× pgbench"),
        "CPU a request, PostgreSQL included": figures.at_most(quiet["cpu"], 150, "µs"),
        "accepted, two workers busy": figures.plain(busy["door"], "/s"),
        "ratio, two workers busy": figures.at_least(busy["door"] / quiet["pgbench"], 0.20, "× pgbench"),
        "p99 at 1,000/s, two workers busy": figures.at_most(busy["p99"], 50, "ms"),
    }


def _rates(*, workers: int) -> dict[str, float]:
    with_vendor_away = {"WORKERS": str(workers), "WHATSAPP_API_URL": "http://127.0.0.1:9"}
    place = Installation(settings=with_vendor_away)
    try:
        place.start()
        signer = webhooks.Signer(place.access()["whatsapp"]["app_secret"], f"127.0.0.1:{place.port}")
        rounds = [_round(place, signer, with_pgbench=not workers) for _ in range(ROUNDS)]
        middle = sorted(rounds, key=lambda one: one["ratio"] or one["door"])[ROUNDS // 2]
        if workers:
            requests = list(itertools.islice(_requests(signer), 8_000))
            paced = load.paced(port=place.port, requests=requests, connections=CONNECTIONS, per_second=1000)
            middle["p99"] = paced.percentile(0.99)
        return middle
    finally:
        place.remove()


def _round(place: Installation, signer: webhooks.Signer, *, with_pgbench: bool) -> dict[str, float]:
    inserts = pgbench(place) if with_pgbench else 0.0
    requests = iter(list(itertools.islice(_requests(signer), SECONDS * 8_000)))
    cpu = place.cpu_seconds()
    flood = load.flood(port=place.port, requests=requests, connections=CONNECTIONS, seconds=SECONDS)
    cpu = place.cpu_seconds() - cpu
    return {
        "pgbench": inserts,
        "door": flood.per_second,
        "ratio": flood.per_second / inserts if inserts else 0.0,
        "cpu": cpu / flood.accepted * 1e6,
    }


def _requests(signer: webhooks.Signer) -> Iterator[bytes]:
    for number in itertools.count():
        yield signer.request(
            webhooks.message(
                sender=f"1212556{number % 500:04}",
                text="Could I come on Saturday afternoon?",
                vendor_id=webhooks.new_vendor_id(),
            )
        )


def pgbench(place: Installation) -> float:
    """One-row inserts a second of about a raw event's size."""
    url = place.command("db", "url", "--owner").strip()
    programs = Path(str(embedded.binaries()))
    subprocess.run([programs / "psql", url, "-qc", TABLE], check=True, capture_output=True)
    script = place.home / "insert.sql"
    script.write_text(INSERT.replace("BODY", "a7" * 600))
    script.chmod(0o644)
    words = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(SECONDS), "-f", str(script)]
    result = subprocess.run([programs / "pgbench", *words, url], check=True, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", result.stdout)
    if found is None:
        raise RuntimeError(result.stdout)
    return float(found[1])
