"""Runs a command with a PostgreSQL of its own: `python tests/with_postgresql.py pytest tests/store`.

A new cluster in a temporary folder, reached by a socket in it alone, made for the command and gone after it. The programs
are those of the PATH, else Debian's. PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import server_program

DATABASE = "ecriture"
DEBIAN = Path("/usr/lib/postgresql")
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -k {folder}"
"""Nothing of this cluster outlives the command, so nothing is made safe on the disk."""

NONE = "PostgreSQL is not installed: `make test-tools` installs Debian's, or put initdb and pg_ctl on the PATH."


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs, the newest version's. Raises SystemExit when there is none."""
    of_debian = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = shutil.which(name) or (str(of_debian[-1]) if of_debian else None)
    if found is None:
        raise SystemExit(NONE)
    return found


def as_whom() -> dict[str, Any]:
    """As whom PostgreSQL is to run, as `subprocess` wants it."""
    if os.geteuid():
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def cluster() -> Iterator[str]:
    """The DATABASE_URL of a running PostgreSQL."""
    whom = as_whom()
    folder = Path(tempfile.mkdtemp(prefix="ecriture-pg-", dir="/tmp"))
    if whom:
        os.chown(folder, whom["user"], whom["group"])

    def done(name: str, *arguments: str) -> None:
        command = [program(name), *arguments]
        log = (folder / "log").read_text("utf-8", "replace") if (folder / "log").exists() else ""
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **whom)
        if made.returncode:
            raise SystemExit(f"{' '.join(command)}\n{made.stdout}{made.stderr}{log}")

    try:
        done("initdb", "-D", f"{folder}/data", "-U", "ecriture", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        done(
            "pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", OPTIONS.format(folder=folder), "start"
        )
        try:
            done("createdb", "-h", str(folder), "-U", "ecriture", DATABASE)
            yield f"postgresql://ecriture@{quote(str(folder), safe='')}/{DATABASE}"
        finally:
            done("pg_ctl", "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: Sequence[str]) -> int:
    """Tests begin with copies of the cluster's database, which is brought up to date once for all of their processes."""
    with cluster() as url, tempfile.TemporaryDirectory() as home:
        server_program.done(Path(home), "migrate", DATABASE_URL=url).check_returncode()
        here = {**os.environ, "DATABASE_URL": url, "ECRITURE_TEMPLATE": DATABASE}
        return subprocess.run(command, env=here, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
