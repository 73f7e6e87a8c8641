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

_SEPARATORS = re.compile(r"[\\/:\s\"'«»]")
_FILE = re.compile(r".+\.(?:[0-9]{3}|txt|asc)", re.IGNORECASE)
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
        name = _file_of(line)
        if name:
            if file or lines:
                yield file, lines
            file, lines = name, []
        elif line:
            lines.append(line[:LONGEST])
    if file or lines:
        yield file, lines


def _file_of(line: str) -> str:
    """The name of a file, if a line is one: a short path, of which it is the end. Each sign of the line is seen once."""
    if len(line) > LONGEST or len(line.split()) > 6:
        return ""
    ending = line[:-1] if line.endswith(('"', "'", "»", ".")) else line
    name = _SEPARATORS.split(ending.rstrip())[-1]
    return name if "glimport" in name.lower() or _FILE.fullmatch(name) else ""


class Meanings:
    """What messages are about in the file that was written, which is gone through once for all of them.

    `sources` are those of its entries, in order.
    """

    def __init__(self, written: bytes, sources: Sequence[str]) -> None:
        self._sources = sources
        self._lines: dict[str, set[int]] = {}
        self._numbers: dict[str, set[int]] = {}
        for line, entry in _lines(written, sources):
            if entry and entry not in (known := self._lines.setdefault(line, set())):
                known.add(entry)
                for word in line.split():
                    if word.isdigit():
                        self._numbers.setdefault(word, set()).add(entry)

    def of(self, message: Message) -> Meaning:
        text = message.text
        named = tuple(place for place, source in enumerate(self._sources, 1) if _is_named(source, text))
        if named:
            return Meaning(Found.SOURCE, named)
        repeated = {it for line, entries in self._lines.items() if len(line) >= 8 and line in text for it in entries}
        if repeated:
            return Meaning(Found.LINE, tuple(sorted(repeated)))
        for number in re.findall(r"\b[0-9]{3,15}\b", text):
            if number in self._numbers:
                return Meaning(Found.ACCOUNT, tuple(sorted(self._numbers[number])), number)
        return Meaning(Found.NOTHING)


def _is_named(source: str, text: str) -> bool:
    """EC000001-100 does not name EC000001-10."""
    return bool(source) and source in text and re.search(f"{re.escape(source)}(?![0-9])", text) is not None


def _lines(written: bytes, sources: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The lines of the file, each with its entry: 0 above the first. The mark of a line's kind may touch its account."""
    entry = 0
    for line in written.decode("cp1252", "replace").splitlines():
        if entry < len(sources) and sources[entry] in line:
            entry += 1
        yield re.sub(r"^T(?=\s*[0-9])", "T ", line).strip(), entry
