"""What the command prints, in one language, to the right stream."""

import errno
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from unicodedata import category

from ecriture.core.problems import Problem, Severity
from ecriture.speech.language import N_, translate, translate_count
from ecriture.speech.sentences import SEVERITY_WORDS, SettingName, place, sentence

SHOWN_OF_A_KIND = 20
"""At most this many problems of one code are shown: hundreds of them usually have the same cause."""

_ORDER = tuple(Severity)

_REASONS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("access is denied"),
    errno.EPERM: N_("access is denied"),
    errno.EROFS: N_("the folder is read-only"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("there is no such file or folder"),
    errno.ELOOP: N_("the link leads to itself"),
}


@dataclass(frozen=True, slots=True)
class Speech:
    """The output in one language. `tell` writes to standard output, `warn` to standard error."""

    language: str
    screen_name: SettingName | None = None
    """How the pages call a setting, where the books are on the server: remedies are then on its pages."""

    def __call__(self, message: str, **values: object) -> str:
        """A message in the language, with its values filled in."""
        return translate(message, self.language).format(**values)

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        return translate_count(one, many, count, self.language).format(count=count, **values)

    def reason(self, error: OSError) -> str:
        """The reason why a file cannot be read or written."""
        known = _REASONS.get(error.errno or 0)
        return translate(known, self.language) if known else (error.strerror or str(error))

    def problems(self, problems: Iterable[Problem], *, in_files: bool = False) -> list[str]:
        """One line per problem, errors first; of many with one code the first few, and the number of the others.

        `in_files`: they are of files, although the books are on the server.
        """
        lines = []
        ranked = sorted(problems, key=lambda problem: (_ORDER.index(problem.severity), problem.code))
        for _, same in groupby(ranked, attrgetter("code")):
            alike = list(same)
            lines += [self.problem(problem, in_files=in_files) for problem in alike[:SHOWN_OF_A_KIND]]
            if more := len(alike) - SHOWN_OF_A_KIND if len(alike) > SHOWN_OF_A_KIND else 0:
                lines.append(
                    self.plural(
                        "  … and {count} more like this ({code}); --format json lists it.",
                        "  … and {count} more like this ({code}); --format json lists them all.",
                        more,
                        code=alike[0].code,
                    )
                )
        return lines

    def sentence(self, problem: Problem) -> str:
        return sentence(problem, self.language, screen_name=self.screen_name)

    def problem(self, problem: Problem, *, in_files: bool = False) -> str:
        """`Error: F-1042: … [total-differs; documents.csv, row 12]`."""
        where = place(problem, self.language) if in_files or not self.screen_name else ""
        known = f"{problem.code}; {where}" if where else problem.code
        severity = translate(SEVERITY_WORDS[problem.severity], self.language)
        text = self.sentence(problem)
        return shown(self(N_("{severity}: {text} [{known}]"), severity=severity, text=text, known=known))


def tell(text: str, *, to_errors: bool = False) -> None:
    """Prints one line, with control characters replaced, wherever they came from."""
    hand_over(shown(text), to_errors=to_errors)


def hand_over(text: str, *, to_errors: bool = False) -> None:
    """Prints a text; characters that the terminal does not support are replaced instead of raising an error."""
    stream = sys.stderr if to_errors else sys.stdout
    try:
        stream.write(f"{text}\n")
    except UnicodeEncodeError:
        stream.write(f"{text}\n".encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii"))


_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and bidirectional characters, surrogates, line ends."""


def shown(text: str) -> str:
    """A text without invisible characters: each control character becomes `�`."""
    if text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if category(letter) in _STEERING else letter for letter in text)


_PLAIN_ARGUMENT = re.compile(r"[\w./:\\-]+")


def argument(text: object) -> str:
    """A text or path as it is typed as one argument: in quotes if it has a blank or another sign that a shell reads."""
    return f"{text}" if _PLAIN_ARGUMENT.fullmatch(f"{text}") else f'"{text}"'


def on_terminal() -> bool:
    """Whether standard output is a terminal that supports tables and colours."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
