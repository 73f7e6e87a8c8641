"""The web server: waitress, with a bound on the size and the time of every request.

A request is received whole by one loop before a thread is given to it, so that slow or silent visitors cost a socket and
no thread. What waitress has one bound for is bounded by kind here (`ecriture.web.bounds`).
"""

import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from types import MappingProxyType
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from ecriture.web.bounds import MEGABYTE, TOO_LARGE, largest_body

MOST_DISCARDED = 64 * MEGABYTE
"""A body above its bound is received and thrown away up to this size, since browsers show no answer before they have sent
everything. Above, the connection is closed after the answer."""

SECONDS = 60
"""The time in which a request must have arrived, from its first byte; a large one has more, for a slow line."""

SLOWEST = MEGABYTE / 4
"""The bytes a second of such a line: two megabits."""

IDLE_SECONDS = 30
STOPPING_SECONDS = 20
"""How long the server waits for requests under way when it is asked to stop."""

CONNECTIONS = 1000 if sys.platform != "win32" else 400
"""Open at once. Windows' `select` takes 512 sockets."""


class Discarded:
    """Receives a body and keeps nothing of it."""

    completed = False
    error = None

    def __init__(self, remaining: int) -> None:
        self.remaining = remaining

    def __len__(self) -> int:
        return 0

    def received(self, data: bytes) -> int:
        taken = min(len(data), self.remaining)
        self.remaining -= taken
        self.completed = self.remaining == 0
        return taken

    def getfile(self) -> BytesIO:
        return BytesIO()

    getbuf = getfile


class Request(HTTPRequestParser):  # type: ignore[misc] # it has no types
    """A request, whose headers decide how much may follow them."""

    content_length: int
    chunked: bool
    expect_continue: bool
    body_rcv: Any

    def __init__(self, adjustments: Adjustments) -> None:
        super().__init__(adjustments)
        self.since = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        self.headers.pop(TOO_LARGE, None)
        self.most = largest_body(self.path)
        if self.content_length > self.most:
            self._refuse()

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.chunked and self.body_bytes_received > self.most:
            self._refuse()
            self.completed = True
        return consumed

    def _refuse(self) -> None:
        """Has the application answer. The body is thrown away if it is of a size that people upload."""
        length, was_waiting = self.content_length, self.expect_continue
        self.headers |= {TOO_LARGE: "1", "CONTENT_LENGTH": "0"}
        self.content_length, self.expect_continue, self.chunked = 0, False, False
        if self.body_rcv is not None:
            self.body_rcv.getbuf().close()
        self.body_rcv = None
        if 0 < length <= MOST_DISCARDED and not was_waiting:
            self.body_rcv = Discarded(length)
        else:
            self.headers["CONNECTION"] = "close"


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection of one visitor."""

    parser_class = Request

    def is_late(self) -> bool:
        """Whether a request began to arrive and is not there in time, however busily its bytes come."""
        request: Request | None = self.request
        if request is None:
            return False
        seconds: float = SECONDS + request.content_length / SLOWEST
        return time.monotonic() - request.since > seconds

    def is_busy(self) -> bool:
        """Whether a request is being answered, or its answer is on the way."""
        return bool(self.requests or self.total_outbufs_len)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Serves one listening socket until it is asked to stop, and then finishes what is under way."""

    channel_class = Channel
    stop_by: float | None = None

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_late():
                channel.will_close = True

    def stop(self, *_signal: object) -> None:
        """Stops accepting visitors; a signal handler."""
        self.accepting = False
        self.stop_by = self.stop_by or time.monotonic() + STOPPING_SECONDS
        with suppress(OSError):  # it has ended already: a second signal
            self.pull_trigger()

    def run(self) -> None:
        while not self._is_done():
            self.asyncore.loop(timeout=1, map=self._map, use_poll=self.adj.asyncore_use_poll, count=1)
        self.task_dispatcher.shutdown()
        self.asyncore.close_all(self._map)

    def _is_done(self) -> bool:
        if self.stop_by is None:
            return False
        is_busy = any(channel.is_busy() for channel in self.active_channels.values())
        return not is_busy or time.monotonic() > self.stop_by


OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "ident": None,  # the name of the server is nobody's business
        "connection_limit": CONNECTIONS,
        "channel_timeout": IDLE_SECONDS,
        "cleanup_interval": 5,
        "max_request_header_size": 64 * 1024,
        "max_request_body_size": MOST_DISCARDED + MEGABYTE,
        "inbuf_overflow": MEGABYTE // 2,  # a larger body goes to the disk; `OPEN_FILE` must stay below
        "asyncore_use_poll": True,  # `select` ends at 1,024 descriptors
        "log_socket_errors": False,  # visitors who leave early
        "backlog": 2048,
    }
)


def server_of(application: Any, listening: socket.socket, *, threads: int, behind_proxy: bool) -> Server:
    """A server of a socket that listens already. A proxy's X-Forwarded headers are dropped if there should be none."""
    adjustments = Adjustments(**OPTIONS, threads=threads, clear_untrusted_proxy_headers=not behind_proxy)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    where = (listening.family, listening.type, listening.proto, listening.getsockname())
    return Server(
        application,
        {},
        _sock=listening,
        dispatcher=dispatcher,
        adj=adjustments,
        sockinfo=where,
        bind_socket=False,
    )


def run(server: Server, ready: Callable[[], None]) -> None:
    """Serves until Ctrl-C or SIGTERM."""
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, server.stop)
    _allow_descriptors()
    ready()
    server.run()


def _allow_descriptors() -> None:
    """Raises the limit of open files as far as it may be, since every visitor is one, and every large upload another."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
