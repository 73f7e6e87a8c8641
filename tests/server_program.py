"""The command of the server, in a process of its own with a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = (sys.executable, "-m", "ecriture.cli")


def surroundings(home: Path, said: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ECRITURE_", "DATABASE_", "DJANGO_"))
    }
    return {**kept, "ECRITURE_HOME": str(home), "LC_ALL": "C.UTF-8", "LANGUAGE": "", **said}


def done(home: Path, *arguments: str, typed: str = "", **said: str) -> "subprocess.CompletedProcess[str]":
    """What became of a command in a folder, with some variables of the environment."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=surroundings(home, said),
        capture_output=True,
        text=True,
        check=False,
        input=typed,
        timeout=120,
    )
