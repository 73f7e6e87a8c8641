"""GLimport.err, in which Acomba writes why it did not take a file: its messages, and which entries of the file they are about.

What is public of it: Acomba writes the name of the file, then a list of errors, and adds to what an earlier import left there.
The form of a message is not public, so a message is about the entries of which it repeats something: a source, a whole line, an
account.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

LARGEST = 4 << 20
MOST_MESSAGES = 1000
LONGEST = 500
"""Characters of a message."""

_FILE = re.compile(
    r"(?:^|[\\/:\s\"«'])([^\\/:\s\"«»']*glimport[^\\/:\s\"«»']*|[^\\/:\s\"«»']+\.(?:[0-9]{3}|txt|asc))[\"»'.]?\s*$",
    re.IGNORECASE,
)
_FRENCH = frozenset("éèêëàâçîïôùûÉÈÊÀÂÇÎÔÛ«»’")
_SHORT_ENTRY = re.compile(r"moins\s+de\s+42\s+caract", re.IGNORECASE)


class Found(StrEnum):
    """What of the file a message repeats."""

    SOURCE = "source"
    LINE = "line"
    ACCOUNT = "account"
    NOTHING = "nothing"


class Message(NamedTuple):
    """A message of Acomba's. `file` is the one whose name stands above it, `older` whether another import followed."""

    text: str
    file: str
    older: bool

    @property
    def is_short_entry(self) -> bool:
        """Whether it is the one message that is public: the line of an entry has fewer than 42 characters."""
        return _SHORT_ENTRY.search(self.text) is not None


class Meaning(NamedTuple):
    """Which entries a message is about, from 1, and how that was found."""

    found: Found
    entries: tuple[int, ...] = ()
    account: str = ""


def read_messages(content: bytes) -> tuple[Message, ...]:
    """The messages of a GLimport.err, at most MOST_MESSAGES, the last ones. Any bytes are read."""
    attempts = [*_attempts(_text(content[-LARGEST:]))]
    last = len(attempts) - 1
    found = [Message(line, file, place < last) for place, (file, lines) in enumerate(attempts) for line in lines]
    return tuple(found[-MOST_MESSAGES:])


def _text(content: bytes) -> str:
    """Windows' letters, or those of its older console: whichever gives more letters of French."""
    readings = [content.decode(encoding, "replace") for encoding in ("cp1252", "cp850")]
    return max(readings, key=lambda text: sum(letter in _FRENCH for letter in text))


def _attempts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each name of a file with the lines below it; what stands above the first has none."""
    file, lines = "", list[str]()
    shown = "".join(letter if letter.isprintable() or letter in "\r\n" else " " for letter in text)
    for line in map(str.strip, re.split(r"[\r\n]+", shown)):
        name = _FILE.search(line)
        if name and len(line.split()) <= 6:
            if file or lines:
                yield file, lines
            file, lines = name[1], []
        elif line:
            lines.append(line[:LONGEST])
    if file or lines:
        yield file, lines


def meaning(message: Message, written: bytes, sources: Sequence[str]) -> Meaning:
    """What a message is about in the file that was written. `sources` are those of its entries, in order."""
    text = message.text
    named = tuple(place for place, source in enumerate(sources, 1) if source and source in text)
    if named:
        return Meaning(Found.SOURCE, named)
    lines = [*_lines(written, sources)]
    repeated = {entry for line, entry in lines if len(line) >= 8 and entry and line in text}
    if repeated:
        return Meaning(Found.LINE, tuple(sorted(repeated)))
    for number in re.findall(r"\b[0-9]{3,15}\b", text):
        of_account = {entry for line, entry in lines if entry and number in line.split()}
        if of_account:
            return Meaning(Found.ACCOUNT, tuple(sorted(of_account)), number)
    return Meaning(Found.NOTHING)


def _lines(written: bytes, sources: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The lines of the file, each with its entry: 0 above the first. The mark of a line's kind may touch its account."""
    entry = 0
    for line in written.decode("cp1252", "replace").splitlines():
        if entry < len(sources) and sources[entry] in line:
            entry += 1
        yield re.sub(r"^T(?=\s*[0-9])", "T ", line).strip(), entry
