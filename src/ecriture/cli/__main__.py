"""Where the command begins: quick for `--version`, one sentence for whatever goes wrong, never a traceback."""

import gc
import os
import sys

UNUSABLE = 2


def main() -> None:
    """Runs the command and exits with its status: 0 done, 1 errors in the input, 2 wrong usage or an unreadable file."""
    if sys.argv[1:] == ["--version"]:
        print(f"ecriture {version()}")
        return
    gc.disable()  # the command ends soon: looking for cycles among its tuples would cost a quarter of its time
    from ecriture.cli.commands import run  # noqa: PLC0415 - click is not needed for --version

    try:
        sys.exit(run(sys.argv[1:]))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(UNUSABLE)
    except Exception as error:
        if os.environ.get("ECRITURE_DEBUG"):
            raise
        _say_fault(error)
        sys.exit(UNUSABLE)


def version() -> str:
    """The version of the installed package."""
    from importlib.metadata import version as installed  # noqa: PLC0415 - only when asked

    return installed("ecriture")


def _say_fault(error: Exception) -> None:
    from ecriture.language import N_, language_of, translate  # noqa: PLC0415 - only when something is broken

    message = N_(
        "This is a fault of the program, not of your files: {error}. No file was written. Please report it; with"
        " ECRITURE_DEBUG=1 the details are shown."
    )
    named = f"{type(error).__name__}: {error}"
    print(translate(message, language_of(os.environ)).format(error=named), file=sys.stderr)


if __name__ == "__main__":
    main()
