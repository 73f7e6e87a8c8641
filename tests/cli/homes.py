"""Folders of a server with its database, made once in a test process and copied: to make one takes seconds."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Literal

from server_program import done


def fill(folder: Path, command: Literal["migrate", "demo"]) -> Path:
    """Makes the folder what that command leaves in an empty one, open to nobody else; returns it."""
    shutil.copytree(_made(command), folder, dirs_exist_ok=True)
    folder.chmod(0o700)
    return folder


@cache
def _made(command: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ecriture-home-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    ended = done(folder, command)
    assert ended.returncode == 0, ended.stderr
    return folder
