"""A part of a conversion alone, in a process of its own: prints the CPU seconds that it took.

.venv/bin/python benchmarks/inside.py reading|planning FOLDER

The garbage collector is off, as in the command.
"""

import gc
import sys
from pathlib import Path
from time import process_time

import ecriture
from ecriture.sources.documents import read_documents
from ecriture.sources.payments import read_payments


def reading(folder: Path) -> float:
    """The two readers, without the settings and without what documents and payments say of each other."""
    begun = process_time()
    with (folder / "documents.csv").open("rb") as documents, (folder / "payments.csv").open("rb") as payments:
        found = read_documents(documents, file="documents.csv"), read_payments(payments, file="payments.csv")
    seconds = process_time() - begun
    assert all(read.units for read in found)  # noqa: S101 - else there is nothing to measure
    return seconds


def planning(folder: Path) -> float:
    inputs = ecriture.read(
        company=folder / "company.toml", documents=folder / "documents.csv", payments=folder / "payments.csv"
    )
    begun = process_time()
    found = ecriture.plan(inputs)
    entries = list(found.entries)
    seconds = process_time() - begun
    assert entries  # noqa: S101 - see above
    return seconds


if __name__ == "__main__":
    gc.disable()
    print({"reading": reading, "planning": planning}[sys.argv[1]](Path(sys.argv[2])))
