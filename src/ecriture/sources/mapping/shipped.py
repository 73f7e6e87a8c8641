"""The mappings that come with Écriture: a TOML each in the folder `shipped`."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from ecriture.sources.mapping.mapping_file import MappingRead, read_mapping

FOLDER = Path(__file__).parent / "shipped"


def names() -> tuple[str, ...]:
    """The names of all shipped mappings, in alphabetical order."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def shipped_bytes(name: str) -> bytes:
    """The TOML of a shipped mapping. Raises KeyError for a name that is none of `names`."""
    if name not in names():
        raise KeyError(name)
    return (FOLDER / f"{name}.toml").read_bytes()


def shipped(name: str) -> MappingRead:
    """A shipped mapping. Raises KeyError for a name that is none of `names`."""
    return read_mapping(BytesIO(shipped_bytes(name)), file=f"{name}.toml")


def all_shipped() -> Iterator[tuple[str, MappingRead]]:
    """Each shipped mapping with its name."""
    return ((name, shipped(name)) for name in names())
