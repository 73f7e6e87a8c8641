"""Any program's file by a column mapping: what its columns mean is data, and one reader makes documents and payments of it.

What others call: `read_mapping` and `write_mapping` (TOML), `read_mapped` (a file), `first_rows`, `recognise`, `header_of`
and `propose` (a new file), `credit_note_rows` (what goes with a refund), and the shipped mappings.
"""

from ecriture.sources.mapping.credit_notes import credit_note_rows
from ecriture.sources.mapping.mapping_file import MappingRead, read_mapping, write_mapping
from ecriture.sources.mapping.model import ColumnMapping, Decision, Decisions
from ecriture.sources.mapping.proposal import header_of, propose
from ecriture.sources.mapping.reading import divided, read_mapped
from ecriture.sources.mapping.recognition import first_rows, mapping_for, recognise
from ecriture.sources.mapping.shipped import names, shipped, shipped_bytes
from ecriture.sources.units import MappedRead

__all__ = (
    "ColumnMapping",
    "Decision",
    "Decisions",
    "MappedRead",
    "MappingRead",
    "credit_note_rows",
    "divided",
    "first_rows",
    "header_of",
    "mapping_for",
    "names",
    "propose",
    "read_mapped",
    "read_mapping",
    "recognise",
    "shipped",
    "shipped_bytes",
    "write_mapping",
)
