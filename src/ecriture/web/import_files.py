"""A file of documents or payments as a company reads it: by its own mappings, and those that are shipped."""

from typing import BinaryIO
from uuid import UUID

from ecriture.sources.books_file import BooksRead, is_known, read_books_file
from ecriture.sources.mapping.sample import sample_of
from ecriture.store.comparing import known_again
from ecriture.store.importing import divided_in
from ecriture.store.mappings import mapping_of, mappings_for, own_mapping
from ecriture.store.models import Company
from ecriture.store.settings import settings_of


def is_mappable(company: Company, stream: BinaryIO) -> bool:
    """Whether a file has columns, and nothing says yet what they mean."""
    if is_known(stream, mappings_for(company, stream)):
        return False
    return len(sample_of(stream).columns) > 1


def read_by(company: Company, name: str, stream: BinaryIO, chosen: UUID | None = None) -> BooksRead:
    """A file by the mapping that was chosen for it, else by the one that its header fits."""
    mappings = [mapping_of(own_mapping(company, chosen))] if chosen else mappings_for(company, stream)
    read = read_books_file(stream, name, settings_of(company), mappings)
    return divided_in(company, known_again(company, read))
