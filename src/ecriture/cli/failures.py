"""What stands in the way of a command, in one sentence."""

from ecriture.cli.convert import BatchWithoutFile
from ecriture.cli.speech import Speech, argument
from ecriture.cli.usage import WrongUsage
from ecriture.core.batches import NoReason, NoSuchBatch, WrongState
from ecriture.memory.errors import (
    Locked,
    NotAState,
    StateDamaged,
    StateForeign,
    StateLinked,
    StateNewer,
)
from ecriture.transfer import ThroughLocked


def in_words(error: OSError | ValueError, speech: Speech) -> str:
    """The sentence for what a person can do something about; empty for a fault of the program."""
    match error:
        case OSError():
            return _of_a_file(error, speech)
        case ThroughLocked():
            return speech(
                "through-locked: {through} is on or before the lock date {lock}. Choose a later --through, or move lock_date.",
                through=error.through,
                lock=error.lock_date,
            )
        case NoReason():
            return speech('Say why with --reason "…": it is kept with the batch.')
        case WrongUsage():
            return str(error)
        case _:
            return _of_the_state(error, speech)


def _of_a_file(error: OSError, speech: Speech) -> str:
    match error:
        case Locked():
            return speech("Another command is using the state file. Wait until it is done, and try again.")
        case BatchWithoutFile():
            return speech(
                "{file} cannot be read or written: {reason}. Batch {number} is recorded all the same. Write its file with:"
                " ecriture batches --state {state} --write {number} --out {file}",
                file=argument(error.filename),
                reason=speech.reason(error),
                number=error.number,
                state=argument(error.state),
            )
        case _:
            return speech(
                "{file} cannot be read or written: {reason}.", file=error.filename or "-", reason=speech.reason(error)
            )


def _of_the_state(error: ValueError, speech: Speech) -> str:  # noqa: PLR0911 - one sentence for each
    match error:
        case NotAState():
            return speech(
                "The file given with --state is not a state file of Écriture, and was left as it is. "
                "Choose another; if it was one, restore it from a copy."
            )
        case StateDamaged():
            return speech(
                "The state file is damaged ({error}), and was left as it is. Restore it from a copy.", error=error
            )
        case StateNewer():
            return speech(
                "The state file was written by a newer version of Écriture, and was left as it is. "
                "Use that version, or a later one."
            )
        case StateLinked():
            return speech(
                "{file} has a second name (a hard link), and would not be safe in a power cut. "
                "Delete the other name, or make it a symbolic link.",
                file=error,
            )
        case StateForeign():
            return speech("The state file is that of another company: {company}. Choose the right one.", company=error)
        case NoSuchBatch():
            return speech("There is no batch {number}.", number=error)
        case WrongState():
            return speech("This batch is cancelled already. Its postings are pending again: export them.")
        case _:
            return ""
