"""The web server under visitors who send slowly, too much, or nothing."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ecriture.project import serving
from ecriture.project.serving import Server, server_of
from ecriture.web.bounds import SIGN_IN

Start = Callable[..., Any]


def application(environ: dict[str, Any], start_response: Start) -> list[bytes]:
    """Answers with the length of the body, or with 413 when it is told to."""
    refused = environ.get("HTTP_ECRITURE_TOO_LARGE")
    if environ["PATH_INFO"] == "/slow/":
        time.sleep(0.5)
    said = str(len(environ["wsgi.input"].read())).encode() + environ.get("HTTP_X_FORWARDED_FOR", "").encode()
    start_response("413 Too Large" if refused else "200 OK", [("Content-Length", str(len(said)))])
    return [said]


@pytest.fixture
def server() -> Iterator[Server]:
    listening = socket.create_server(("127.0.0.1", 0))
    made = server_of(application, listening, threads=2, behind_proxy=False)
    loop = threading.Thread(target=made.run)
    loop.start()
    yield made
    made.stop()
    loop.join(30)
    assert not loop.is_alive()


def opened(server: Server, *parts: bytes) -> socket.socket:
    visitor = socket.create_connection(("127.0.0.1", int(server.effective_port)), timeout=10)
    for part in parts:
        visitor.sendall(part)
    return visitor


def asked(server: Server, *parts: bytes) -> bytes:
    with opened(server, *parts) as visitor:
        found = b""
        while part := visitor.recv(65536):
            found += part
    return found


def post(length: int, *, path: str = "/", more: str = "") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n".encode()


GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_two_hundred_visitors_with_half_a_body_take_nobody_s_place(server: Server) -> None:
    waiting = [opened(server, post(1000), b"x" * 500) for _ in range(200)]
    started = time.monotonic()
    assert asked(server, GET).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - started < 5
    for visitor in waiting:
        visitor.close()


def test_a_request_that_is_not_there_in_time_is_dropped(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one whose bytes come one by one, which are signs of life."""
    monkeypatch.setattr(serving, "SECONDS", 0.5)
    server.adj.cleanup_interval = 0.1
    server.next_channel_cleanup = 0
    with opened(server, post(1000)) as visitor, pytest.raises(OSError, match=r"pipe|reset"):
        drip(visitor)


def drip(visitor: socket.socket) -> None:
    for _ in range(100):
        visitor.sendall(b"x")
        time.sleep(0.1)


def test_what_is_too_large_is_refused_and_not_kept(server: Server) -> None:
    answer = asked(server, post(SIGN_IN + 1), b"x" * (SIGN_IN + 1))
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.endswith(b"0")
    assert asked(server, post(SIGN_IN), b"x" * SIGN_IN).endswith(str(SIGN_IN).encode())


def test_it_is_refused_at_once_where_nothing_was_sent_yet(server: Server) -> None:
    assert asked(server, post(SIGN_IN + 1, more="Expect: 100-continue\r\n")).startswith(b"HTTP/1.1 413")
    assert asked(server, post(10**12)).startswith(b"HTTP/1.1 413")


def test_a_body_of_unknown_length_is_bounded_too(server: Server) -> None:
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with opened(server, head, chunk * 5) as visitor:
        assert visitor.recv(100).startswith(b"HTTP/1.1 413")
    head = head.replace(b"Transfer", b"Connection: close\r\nTransfer")
    assert asked(server, head, chunk, b"0\r\n\r\n").endswith(b"16384")


@pytest.mark.parametrize("header", ["X-Forwarded-For: 1.1.1.1", "Ecriture-Too-Large: 1"])
def test_what_only_a_proxy_or_the_server_says_is_dropped(server: Server, header: str) -> None:
    answer = asked(server, post(0, more=f"{header}\r\n"))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n0")


def test_a_request_under_way_is_finished(server: Server) -> None:
    with opened(server, post(0, path="/slow/")) as visitor:
        time.sleep(0.2)
        server.stop()
        assert visitor.recv(100).startswith(b"HTTP/1.1 200")
