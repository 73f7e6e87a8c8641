"""`ecriture mappings`, and the mappings that `--mapping` names."""

import sys
from pathlib import Path

from ecriture.cli.speech import Speech, argument, tell
from ecriture.cli.usage import WrongUsage
from ecriture.sources.mapping.mapping_file import MappingRead, read_mapping
from ecriture.sources.mapping.shipped import all_shipped, names, shipped, shipped_bytes


def read_named(name: str, speech: Speech) -> MappingRead:
    """The mapping in a file, or the shipped one of that name. Raises OSError for a file that cannot be read."""
    path = Path(name)
    if not path.exists() and path.suffix != ".toml" and path.name == name:
        if name in names():
            return shipped(name)
        raise WrongUsage(_unknown(name, speech))
    with path.open("rb") as stream:
        return read_mapping(stream, file=path.name)


def mappings(name: str | None, speech: Speech) -> int:
    """Lists the shipped mappings with what each is for, or prints the TOML of one."""
    if name is None:
        width = max(map(len, names()))
        for its, found in all_shipped():
            tell(f"{its.ljust(width)}  {found.mapping.name}")
        return 0
    if name not in names():
        raise WrongUsage(_unknown(name, speech))
    sys.stdout.write(shipped_bytes(name).decode())
    return 0


def _unknown(name: str, speech: Speech) -> str:
    return speech(
        "There is no file and no mapping {name}. Known: {known}.", name=argument(name), known=", ".join(names())
    )
