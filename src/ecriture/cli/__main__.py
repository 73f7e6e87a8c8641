"""Entry point of the command: fast for `--version`, and one sentence instead of a traceback for any failure."""

import gc
import os
import sys

UNUSABLE = 2


def main() -> None:
    """Runs the command and exits with its status: 0 done, 1 errors in the input, 2 wrong usage or an unreadable file."""
    status = _told(status_of(sys.argv[1:]))
    sys.stderr.flush()
    os._exit(status)  # skip freeing objects one by one: the system reclaims the memory faster


def status_of(arguments: list[str]) -> int:
    """Runs the command and returns its exit status."""
    try:
        if arguments == ["--version"]:
            print(f"ecriture {version()}")
            return 0
        gc.disable()  # a short-lived command: collecting cycles would cost a quarter of its time
        from ecriture.cli.commands import run  # noqa: PLC0415 - click is not needed for --version

        return run(arguments)
    except OSError as error:  # of standard output: each command handles errors of its own files
        _say_unwritable(error)
    except Exception as error:
        if os.environ.get("ECRITURE_DEBUG"):
            raise
        _say_fault(error)
    return UNUSABLE


def _told(status: int) -> int:
    """Flushes standard output: returns the status if everything was written, else 2."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # otherwise the final flush would fail again
        if status != UNUSABLE:
            _say_unwritable(error)
        return UNUSABLE
    return status


def _say_unwritable(error: OSError) -> None:
    """Says why the output stopped, unless the reader closed it (a broken pipe)."""
    if isinstance(error, BrokenPipeError):
        return
    from ecriture.cli.commands import language_for  # noqa: PLC0415 - only when something is in the way
    from ecriture.cli.failures import in_words  # noqa: PLC0415
    from ecriture.cli.speech import Speech  # noqa: PLC0415

    print(in_words(error, Speech(language_for(sys.argv[1:]))), file=sys.stderr)


def version() -> str:
    """The version of the installed package."""
    from importlib.metadata import version as installed  # noqa: PLC0415 - only when asked

    return installed("ecriture")


def _say_fault(error: Exception) -> None:
    from ecriture.cli.commands import language_for  # noqa: PLC0415 - only when something is broken
    from ecriture.speech.language import N_, translate  # noqa: PLC0415

    message = N_(
        "This is a fault of the program, not of your files: {error}. No file was written. Please report it; with"
        " ECRITURE_DEBUG=1 the details are shown."
    )
    named = f"{type(error).__name__}: {error}"
    print(translate(message, language_for(sys.argv[1:])).format(error=named), file=sys.stderr)


if __name__ == "__main__":
    main()
