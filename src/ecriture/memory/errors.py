"""What can be wrong with a state, or with what is asked of it. A file that is refused is left as it is."""


class StateDamaged(ValueError):
    """The file is not what was written."""


class NotAState(StateDamaged):
    """The file is something else, or damaged where it says what it is."""


class StateNewer(ValueError):
    """A later version of the program wrote the file."""


class StateForeign(ValueError):
    """The file has the batches of another company."""


class StateLinked(ValueError):
    """The file has a second name (a hard link). SQLite would not find its journal under that name after a power cut."""


class Locked(OSError):
    """Another command was still using the state at the end of the time to wait."""


class NoSuchBatch(ValueError):
    """The state has no batch of that number."""


class WrongState(ValueError):
    """A cancelled batch is neither confirmed nor cancelled again."""


class NoReason(ValueError):
    """A batch is cancelled for a reason that is written down."""
