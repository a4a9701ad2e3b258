"""One parent for all processes: starts them as forks of itself, starts again what dies, and ends all of it."""

import contextlib
import gc
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from infinitypro.core.errors import Problem
from infinitypro.core.postgres.embedded import Server

STOPS_WITHIN = 20.0
TOO_SOON = 3.0  # a child that lives shorter than this waits before it is started again
logger = logging.getLogger(__name__)


def _name_process(name: str) -> None:
    """What `ps` and `top` show; Linux keeps 15 characters."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name[:15])


@dataclass
class Child:
    """A process to keep running."""

    name: str
    run: Callable[[], None]
    pid: int | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = field(default=0)


class Supervisor:
    """Keeps children, and the embedded server where there is one, running until SIGTERM or SIGINT."""

    def __init__(self, *, children: list[Child], server: Server | None) -> None:
        self.children = children
        self.server = server
        self._is_stopping = False
        self._alive_read, self._alive_write = os.pipe()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def run(self) -> None:
        """Start everything, wait for the signal, stop everything."""
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        gc.collect()
        gc.freeze()
        try:
            while not self._is_stopping:
                self._look_after()
                select.select([self._wake_read], [], [], 0.5)
                self._drain()
        finally:
            self._end()

    def _stop(self, *_: object) -> None:
        self._is_stopping = True

    def _drain(self) -> None:
        os.set_blocking(self._wake_read, False)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 4096)

    def _look_after(self) -> None:
        if self.server is not None and not self.server.is_running():
            logger.error("PostgreSQL died; it is started again")
            with contextlib.suppress(Problem):
                self.server.restart()
        for child in self.children:
            if child.pid is not None and self._is_dead(child.name, child.pid):
                child.pid = None
                self._delay(child)
            if child.pid is None and time.monotonic() >= child.start_at:
                self._start(child)

    @staticmethod
    def _is_dead(name: str, pid: int) -> bool:
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return True
        if ended:
            code = os.waitstatus_to_exitcode(status)
            logger.error("%s (%s) ended with %s; it is started again", name, pid, code)
        return bool(ended)

    @staticmethod
    def _delay(child: Child) -> None:
        lived = time.monotonic() - child.started_at
        child.deaths = child.deaths + 1 if lived < TOO_SOON else 0
        child.start_at = time.monotonic() + min(0.25 * child.deaths, 5.0)

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.pid = os.fork()
        if child.pid == 0:
            self._be(child)

    def _be(self, child: Child) -> None:
        """The child's whole life; never returns."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._alive_write)
            _name_process(child.name)
            threading.Thread(target=self._die_with_parent, daemon=True).start()
            child.run()
            code = 0
        except BaseException as error:
            logger.error(
                "%s failed: %s: %s",
                child.name,
                type(error).__name__,
                error if isinstance(error, Problem) else "",
            )
        finally:
            logging.shutdown()
            os._exit(code)

    def _die_with_parent(self) -> None:
        """When the parent is gone its end of the pipe closes."""
        os.read(self._alive_read, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOPS_WITHIN)
        os._exit(1)

    def _end(self) -> None:
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + STOPS_WITHIN
        while self._living() and time.monotonic() < deadline:
            time.sleep(0.02)
        self._signal(signal.SIGKILL)
        while self._living():
            time.sleep(0.02)

    def _signal(self, number: int) -> None:
        for child in self.children:
            if child.pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, number)

    def _living(self) -> bool:
        for child in self.children:
            if child.pid is not None and self._is_gone(child.pid):
                child.pid = None
        return any(child.pid is not None for child in self.children)

    @staticmethod
    def _is_gone(pid: int) -> bool:
        try:
            return os.waitpid(pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            return True
