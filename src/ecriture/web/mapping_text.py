"""A mapping as text, with what is wrong with it in words."""

from io import BytesIO
from typing import NamedTuple

from django.utils.translation import gettext as say

from ecriture.core.text import is_storable
from ecriture.sources.mapping.mapping_file import read_mapping, write_mapping
from ecriture.sources.mapping.model import ColumnMapping
from ecriture.web.import_preview import said
from ecriture.web.toml_text import both, too_long
from ecriture.web.words import language

LONGEST_TOML = 200_000


class Written(NamedTuple):
    """A mapping as text, with all its problems in words."""

    mapping: ColumnMapping
    toml: str
    faults: tuple[str, ...] = ()


def written(mapping: ColumnMapping) -> Written:
    return read_text(write_mapping(mapping).decode())


def read_text(text: str | bytes) -> Written:
    """A mapping as it was typed, or as a file. To be kept it needs a name, and a source, to which its numbers belong.

    One that is too long is said, never cut: what it lost, as the last decisions, nobody would see.
    """
    toml, content = both(text)
    if len(toml) > LONGEST_TOML:
        return Written(ColumnMapping(), toml, (too_long(say("The mapping as text"), LONGEST_TOML),))
    read = read_mapping(BytesIO(content))
    faults = tuple(said(it, language()) for it in read.problems)
    if not faults and not (is_storable(toml) and read.mapping.name.strip() and read.mapping.source.strip()):
        faults = (say("A mapping needs a “name” and a “source”, the program that the file comes from."),)
    return Written(read.mapping, toml, faults)
