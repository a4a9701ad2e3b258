"""A client that costs little: many connections in one thread, requests made beforehand."""

import re
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Result:
    """What came of it."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def accepted(self) -> int:
        """How many were answered with 200."""
        return self.statuses[200]

    @property
    def per_second(self) -> float:
        """Accepted requests a second."""
        return self.accepted / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


class Connection:
    """One kept connection; at most one request is under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = 0.0
        self._received = b""

    def send(self, request: bytes, begun: float) -> None:
        """Send a request whose waiting time counts from `begun`."""
        self.begun, self._received = begun, b""
        self.socket.sendall(request)

    def status(self) -> int | None:
        """The status of the answer once all of it is there."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("The server closed the connection.")
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not end or (length and len(body) < int(length[1])):
            return None
        return int(head[9:12])


def flood(*, port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Result:
    """As many requests as the server takes on these connections in that time."""
    result, selector = Result(), selectors.DefaultSelector()
    begun = time.perf_counter()
    for connection in (Connection(port) for _ in range(connections)):
        connection.send(next(requests), time.perf_counter())
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    under_way = connections
    while under_way:
        for key, _ in selector.select(5.0):
            if (status := key.data.status()) is None:
                continue
            now = time.perf_counter()
            result.latencies.append(now - key.data.begun)
            result.statuses[status] += 1
            request = next(requests, None) if now - begun < seconds else None
            if request is None:
                under_way -= 1
            else:
                key.data.send(request, now)
    result.seconds = time.perf_counter() - begun
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return result


def paced(*, port: int, requests: list[bytes], connections: int, per_second: float) -> Result:
    """These requests at an even pace; one that finds no free connection waits, and its waiting counts."""
    result, selector = Result(), selectors.DefaultSelector()
    free = deque(Connection(port) for _ in range(connections))
    for connection in free:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    begun, sent = time.perf_counter(), 0
    while len(result.latencies) < len(requests):
        now = time.perf_counter()
        while free and sent < len(requests) and (due := begun + sent / per_second) <= now:
            free.popleft().send(requests[sent], due)
            sent += 1
        wait = begun + sent / per_second - now if sent < len(requests) and free else 5.0
        for key, _ in selector.select(max(wait, 0.0)):
            if (status := key.data.status()) is not None:
                result.latencies.append(time.perf_counter() - key.data.begun)
                result.statuses[status] += 1
                free.append(key.data)
    result.seconds = time.perf_counter() - begun
    for connection in free:
        connection.socket.close()
    return result
