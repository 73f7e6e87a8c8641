"""Sage 50, Canadian edition: the general-journal import file, written, read back, and checked whoever wrote it (`check`)."""

from ecriture.targets.registry import Target
from ecriture.targets.sage50_ca.read_back import read
from ecriture.targets.sage50_ca.write import FIRST_DATE, LAST_DATE, SOURCE_LIMIT, fit, write

TARGET = Target(
    name="sage50-ca",
    suffix=".txt",
    source_limit=SOURCE_LIMIT,
    first_date=FIRST_DATE,
    last_date=LAST_DATE,
    sage_numbers=True,
    fit=fit,
    write=write,
    read=read,
)
