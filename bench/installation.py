"""An installation of the program's own: a fresh home, its processes, what they cost."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PROGRAM = Path(sys.executable).with_name("infinitypro")
FIRST_PORT = 8300
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    for port in range(FIRST_PORT + os.getpid() % 600, FIRST_PORT + 1600):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("No port is free.")


@dataclass
class Installation:
    """`infinitypro up --demo` on a home of its own."""

    settings: dict[str, str] = field(default_factory=dict)
    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ip-")))
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables its commands run with."""
        return {**os.environ, "INFINITYPRO_HOME": str(self.home), **self.settings}

    @property
    def log(self) -> Path:
        """What it said on standard error."""
        return self.home / "up.log"

    @property
    def door(self) -> str:
        """Where webhooks go."""
        return f"http://127.0.0.1:{self.port}/hooks/whatsapp/"

    def start(self, *, within: float = 120.0) -> float:
        """Start it; returns the seconds until it is ready."""
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = self._spawn(log)
        while not self.is_ready():
            if self.process.poll() is not None or time.perf_counter() - begun > within:
                raise RuntimeError(f"up did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.01)
        return time.perf_counter() - begun

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        command = [str(PROGRAM), "up", "--demo", "--port", str(self.port)]
        return subprocess.Popen(
            command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            return error.code == 404  # it serves, and has no such page
        except OSError:
            return False

    def stop(self, *, number: int = signal.SIGTERM) -> float:
        """Stop it; returns the seconds until it was gone."""
        begun = time.perf_counter()
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=60)
        return time.perf_counter() - begun

    def remove(self) -> None:
        """Stop it if it runs, and delete its home."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def command(self, *words: str) -> str:
        """What a command of it prints."""
        result = subprocess.run(
            [str(PROGRAM), *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return result.stdout

    def access(self) -> dict[str, Any]:
        """What `infinitypro demo --json` prints."""
        found: dict[str, Any] = json.loads(self.command("demo", "--json"))
        return found

    def processes(self) -> dict[int, str]:
        """Its living processes by number: `up`, its children by their names, and PostgreSQL's."""
        if self.process is None:
            raise RuntimeError("It is not started.")
        return {self.process.pid: "up", **dict(_below(self.process.pid))}

    def cpu_seconds(self) -> float:
        """What all its processes, PostgreSQL's included, have used so far."""
        return sum(map(_cpu_seconds, self.processes()))

    def memory_megabytes(self) -> float:
        """The proportional set size of its own processes, PostgreSQL and the stand-in vendor apart."""
        own = (pid for pid, name in self.processes().items() if name not in ("postgres", "stand-in vendor"))
        return sum(map(_proportional_kilobytes, own)) / 1024


def _below(parent: int) -> Iterator[tuple[int, str]]:
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        try:
            children = [int(word) for word in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            try:
                yield child, Path(f"/proc/{child}/comm").read_text().strip()
            except OSError:
                continue
            yield from _below(child)


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS  # its own, and those of its children that ended


def _proportional_kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
