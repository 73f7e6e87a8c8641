"""What can be wrong with a state, or with what is asked of it. Files that are refused are left as they are."""


class StateDamaged(ValueError):
    """The file is not what was written."""


class NotAState(StateDamaged):
    """The file is something else, or damaged where it says what it is."""


class StateNewer(ValueError):
    """The file was written by a later version of the program."""


class StateForeign(ValueError):
    """The file holds the batches of another company."""


class StateLinked(ValueError):
    """The file has a second name (a hard link), under which its journal would not be found after a power cut."""


class Locked(OSError):
    """Another command uses the state, and did not let go of it in time."""


class NoSuchBatch(ValueError):
    """The state has no batch of that number."""


class WrongState(ValueError):
    """What is asked for cannot follow the state that a batch is in."""
