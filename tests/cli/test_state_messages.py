"""What is said of each state that is refused, in both languages: true, and what to do next."""

import errno
import os
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ecriture.cli.failures import in_words
from ecriture.cli.speech import Speech
from ecriture.core.batches import Batch
from ecriture.core.settings import Opening, Settings
from ecriture.memory.state import APPLICATION, VERSION, open_state

SETTINGS = Settings(name="Entretien Boréal inc.")


def make(place: Path) -> None:
    batch = Batch(
        number=1,
        target="sage50-ca",
        through=date(2026, 1, 31),
        content=b"x",
        entries=(),
        opening=Opening.SAGE,
        start_date=None,
        exported_at="2026-02-01T12:00:00+00:00",
    )
    with open_state(place, SETTINGS) as state:
        state.append(batch, ())


def foreign(place: Path) -> None:
    make(place)
    with open_state(place, Settings(name="Austral")):
        pass


def damaged(place: Path) -> None:
    make(place)
    changed(place, "UPDATE state SET sha256 = zeroblob(32)")
    with open_state(place):
        pass


def changed(place: Path, *statements: str) -> None:
    with sqlite3.connect(place) as db:
        for statement in statements:
            db.execute(statement)
    db.close()


def empty(place: Path) -> None:
    place.touch()
    with open_state(place):
        pass


def newer(place: Path) -> None:
    changed(
        place,
        "CREATE TABLE later (a)",
        f"PRAGMA application_id = {APPLICATION}",
        f"PRAGMA user_version = {VERSION + 1}",
    )
    with open_state(place):
        pass


def no_state(place: Path) -> None:
    place.write_text("document,date,amount\n")
    with open_state(place):
        pass


def linked(place: Path) -> None:
    make(place)
    place.with_name("second").hardlink_to(place)
    with open_state(place):
        pass


def locked(place: Path) -> None:
    make(place)
    with open_state(place), open_state(place, seconds=0):
        pass


def absent(place: Path) -> None:
    with open_state(place):
        pass


def folder(place: Path) -> None:
    place.mkdir()
    with open_state(place):
        pass


def full(place: Path) -> None:
    make(place)
    with open_state(place) as state:
        state._db.execute("PRAGMA max_page_count = 1")
        state.cancel(1, "é" * 100_000)


def cancelled_twice(place: Path) -> None:
    make(place)
    for _ in range(2):
        with open_state(place) as state:
            state.cancel(1, "x")


def another_number(place: Path) -> None:
    make(place)
    with open_state(place) as state:
        state.confirm(9)


LEFT = ", and was left as it is. "
LAISSE = ", et a été laissé tel quel. "
CASES: dict[Callable[[Path], None], tuple[str, str]] = {
    foreign: (
        "The state file is that of another company: Entretien Boréal inc. (CAD). Choose the right one.",
        "Le fichier d’état est celui d’une autre entreprise : Entretien Boréal inc. (CAD). Choisissez le bon.",
    ),
    damaged: (
        f"The state file is damaged (its first row does not agree with its checksum){LEFT}Restore it from a copy.",
        (
            "Le fichier d’état est endommagé (its first row does not agree with its checksum)"
            f"{LAISSE}Restaurez-le à partir d’une copie."
        ),
    ),
    empty: (
        f"The state file is damaged (it is empty){LEFT}Restore it from a copy.",
        f"Le fichier d’état est endommagé (it is empty){LAISSE}Restaurez-le à partir d’une copie.",
    ),
    newer: (
        f"The state file was written by a newer version of Écriture{LEFT}Use that version, or a later one.",
        (
            f"Le fichier d’état a été écrit par une version plus récente d’Écriture{LAISSE}"
            "Utilisez cette version ou une plus récente."
        ),
    ),
    no_state: (
        (
            f"The file given with --state is not a state file of Écriture{LEFT}"
            "Choose another; if it was one, restore it from a copy."
        ),
        (
            f"Le fichier donné avec --state n’est pas un fichier d’état d’Écriture{LAISSE}"
            "Choisissez-en un autre; si c’en était un, restaurez-le à partir d’une copie."
        ),
    ),
    linked: (
        (
            "{place} has a second name (a hard link), and would not be safe in a power cut. "
            "Delete the other name, or make it a symbolic link."
        ),
        (
            "{place} a un deuxième nom (un lien physique), et ne serait pas à l’abri d’une panne de courant. "
            "Supprimez l’autre nom, ou faites-en un lien symbolique."
        ),
    ),
    locked: (
        "Another command is using the state file. Wait until it is done, and try again.",
        "Une autre commande utilise le fichier d’état. Attendez qu’elle ait fini, puis recommencez.",
    ),
    absent: (
        "{place} cannot be read or written: there is no such file or folder.",
        "{place} ne peut être lu ou écrit : ce fichier ou ce dossier n’existe pas.",
    ),
    folder: (
        "{place} cannot be read or written: it is a folder.",
        "{place} ne peut être lu ou écrit : c’est un dossier.",
    ),
    full: (
        "{place} cannot be read or written: the disk is full.",
        "{place} ne peut être lu ou écrit : le disque est plein.",
    ),
    cancelled_twice: (
        "This batch is cancelled already. Its postings are pending again: export them.",
        "Ce lot est déjà annulé. Ses imputations sont de nouveau à transférer : exportez-les.",
    ),
    another_number: (
        "There is no batch 9.",
        "Il n’y a pas de lot 9.",
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_what_is_said(tmp_path: Path, case: Callable[[Path], None]) -> None:
    place = tmp_path / "state.db"
    with pytest.raises((OSError, ValueError)) as caught:
        case(place)
    for language, sentence in zip(("en", "fr"), CASES[case], strict=True):
        assert isinstance(caught.value, OSError | ValueError)
        said = in_words(caught.value, Speech(language)).replace("\N{NO-BREAK SPACE}", " ")
        assert said == sentence.replace("{place}", str(place))


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.EACCES, "access is denied"), (errno.EROFS, "the folder is read-only"), (errno.ENOSPC, "the disk is full")],
)
def test_what_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str) -> None:
    """SQLite only says that it could not write; why, is asked of the system."""
    place = tmp_path / "state.db"
    make(place)

    def refused(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("ecriture.memory.place.flush", refused)
    with open_state(place) as state:
        state._db.execute("PRAGMA query_only = ON")
        with pytest.raises(OSError, match="Errno") as caught:
            state.confirm(1)
    assert in_words(caught.value, Speech("en")) == f"{place} cannot be read or written: {reason}."
