"""What is wrong with the options of a command, whichever it is."""

import os
from pathlib import Path

from ecriture.cli.speech import Speech


class WrongUsage(ValueError):
    """Options that do not go together; its text is the sentence to show."""


def keep_apart(out: Path, *others: Path | None, speech: Speech) -> None:
    """Raises WrongUsage when the file to write is one that the command reads or keeps its batches in."""
    if any(other is not None and os.path.realpath(other) == os.path.realpath(out) for other in others):
        raise WrongUsage(
            speech("{file} is read by this command: writing would destroy it. Choose another --out.", file=out)
        )
