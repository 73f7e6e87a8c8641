"""A mail server of one's own, which takes letters, refuses them, or says nothing at all."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from threading import Event, Thread
from typing import NamedTuple


class Mood(Enum):
    TAKES = "takes"
    REFUSES = "refuses"
    REFUSES_THE_ADDRESS = "refuses the address"
    IS_SILENT = "is silent"


class MailServer(NamedTuple):
    port: int
    letters: list[str]
    """What it took, with headers."""
    came: Event
    """Set once it took one."""


@contextmanager
def mail_server(mood: Mood = Mood.TAKES) -> Iterator[MailServer]:
    found: list[str] = []
    came, over = Event(), Event()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if mood is Mood.IS_SILENT:
                over.wait(60)
                return
            self.say("220 here")
            while line := self.rfile.readline().decode():
                if not self.answer(line.split(":")[0].split()[0].upper()):
                    return

        def answer(self, word: str) -> bool:
            if word == "QUIT":
                self.say("221 bye")
                return False
            if word == "DATA":
                self.say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                found.append("".join(lines))
                came.set()
            is_refused = (word == "MAIL" and mood is Mood.REFUSES) or (
                word == "RCPT" and mood is Mood.REFUSES_THE_ADDRESS
            )
            self.say("550 not here" if is_refused else "250 good")
            return True

        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Talk) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield MailServer(server.server_address[1], found, came)
        over.set()
        server.shutdown()
