"""`ecriture batches`: what was exported, what became of it, and its exact bytes again."""

import sqlite3
from pathlib import Path

import pytest
from command_line import Desk, called, program

from ecriture.memory.place import connected


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two exports: of January, and of what came later."""
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--through", "2026-01-31").status == 0
    desk.out.rename(tmp_path / "first.txt")
    assert desk.convert().status == 0
    return desk


def test_the_list(desk: Desk) -> None:
    assert desk.batches().out.splitlines() == [
        "Batches of Entretien Boréal inc.:",
        "  1  2026-01-31  sage50-ca  1 entry  $100.00  exported, not confirmed",
        "  2  2026-02-12  sage50-ca  1 entry  $350.50  exported, not confirmed",
    ]
    french = program("batches", *desk.state, "--lang", "fr").out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert french[:2] == [
        "Lots — Entretien Boréal inc. :",
        "  1  2026-01-31  sage50-ca  1 écriture  100,00 $  exporté, non confirmé",
    ]


def test_the_list_of_a_company_that_has_exported_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    desk.convert()
    desk.batches("--cancel", "1", "--reason", "never sent")
    assert desk.batches().out.splitlines()[1:] == [
        "  1  2026-02-12  sage50-ca  2 entries  $450.50  cancelled (never sent)"
    ]


def test_a_batch_is_confirmed(desk: Desk) -> None:
    assert desk.batches("--confirm", "1")[0:2] == (0, "Batch 1 is confirmed.\n")
    assert "  1  2026-01-31  sage50-ca  1 entry  $100.00  confirmed\n" in desk.batches().out
    assert desk.batches("--confirm", "1").status == 0


def test_a_batch_is_cancelled_and_its_entries_are_named(desk: Desk) -> None:
    done = desk.batches("--cancel", "2", "--reason", "wrong company")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "Batch 2 is cancelled: its postings are pending again.",
        "If the program has taken the file, reverse these entries there:",
        "  EC000002-01  2026-02-12  $350.50",
    ]
    assert "cancelled (wrong company)" in desk.batches().out


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_cancelled_batch_held_is_pending_again_to_the_cent(desk: Desk, number: int) -> None:
    """Any of them can be cancelled, also before a later one; its number and sources are never used again."""
    file = {1: desk.folder / "first.txt", 2: desk.out}[number]
    before = file.read_bytes()
    desk.batches("--cancel", str(number), "--reason", "refused")
    assert desk.convert().status == 0
    source = b"EC00000%d-01" % number
    assert desk.out.read_bytes() == before.replace(source, b"EC000003-01")
    assert "Nothing to transfer." in desk.convert().out


def test_a_cancelled_batch_keeps_its_bytes(desk: Desk) -> None:
    before = desk.out.read_bytes()
    desk.batches("--cancel", "2", "--reason", "refused")
    again = desk.folder / "again.txt"
    assert desk.batches("--write", "2", "--out", again).status == 0
    assert again.read_bytes() == before


def test_a_confirmed_batch_can_be_cancelled(desk: Desk) -> None:
    desk.batches("--confirm", "1")
    assert desk.batches("--cancel", "1", "--reason", "reversed in Sage").status == 0


def test_a_cancelled_batch_stays_cancelled(desk: Desk) -> None:
    desk.batches("--cancel", "1", "--reason", "refused")
    before = desk.files()
    sentence = "This batch is cancelled already. Its postings are pending again: export them.\n"
    assert desk.batches("--confirm", "1")[0:3] == (2, "", sentence)
    assert desk.batches("--cancel", "1", "--reason", "again")[0:3] == (2, "", sentence)
    assert desk.files() == before


@pytest.mark.parametrize("reason", [[], ["--reason", ""], ["--reason", "  "]])
def test_a_batch_is_not_cancelled_without_a_reason(desk: Desk, reason: list[str]) -> None:
    before = desk.files()
    done = desk.batches("--cancel", "1", *reason)
    assert done[0:3] == (2, "", 'Say why with --reason "…": it is kept with the batch.\n')
    assert desk.files() == before


def test_the_bytes_of_a_batch_again(desk: Desk) -> None:
    again, first = desk.folder / "again.txt", (desk.folder / "first.txt").read_bytes()
    done = desk.batches("--write", "1", "--out", again)
    assert done[0:3] == (0, f"File: {again} ({len(first)} bytes)\n", "")
    assert again.read_bytes() == first
    printed = program("batches", *desk.state, "--write", "1", "--out", "-")
    assert (printed.status, printed.raw) == (0, first)


def test_the_bytes_of_a_batch_need_a_place(desk: Desk) -> None:
    assert desk.batches("--write", "1")[0:3] == (2, "", "Choose the file with --out FILE.\n")
    done = desk.batches("--write", "1", "--out", desk.folder)
    assert done[0:3] == (2, "", f"{desk.folder} cannot be read or written: it is a folder.\n")


def test_the_listing_of_a_batch(desk: Desk) -> None:
    assert desk.batches("--show", "2").out.splitlines() == [
        "EC000002-01  2  F-2  Notaires Gagné  2026-02-10  1201  250.50  new",
        "EC000002-01  4  F-2  Notaires Gagné  2026-02-10  4000  -250.50  new",
        "EC000002-01  1  P-1  Lise Tremblay  2026-02-12  1060  100.00  new",
        "EC000002-01  3  P-1  Lise Tremblay  2026-02-12  1201  -100.00  new",
    ]


def test_the_listing_says_why(desk: Desk) -> None:
    """A correction, and a void, each with what it takes back."""
    desk.put("documents.csv", "document,status,date,amount\nF-1,final,2026-01-05,90.00\nF-2,void,2026-02-10,250.50\n")
    assert desk.convert().status == 0
    listed = [line.split("  ")[2:] for line in desk.batches("--show", "3").out.splitlines()]
    assert [line for line in listed if line[0] == "F-1"] == [
        ["F-1", "", "2026-01-05", "1201", "-10.00", "correction"],
        ["F-1", "", "2026-01-05", "4000", "10.00", "correction"],
    ]
    assert [line[-1] for line in listed if line[0] == "F-2"] == ["void", "void"]


WISHES = (["--confirm", "9"], ["--cancel", "9", "--reason", "x"], ["--show", "9"], ["--write", "9", "--out", "x.txt"])


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish[0])
def test_a_batch_that_is_not_there(desk: Desk, wish: list[str]) -> None:
    before = desk.files()
    assert desk.batches(*wish)[0:3] == (2, "", "There is no batch 9.\n")
    assert desk.files() == before


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--confirm", "1", "--reason", "x"], "Use --reason only with --cancel.\n"),
        (["--show", "1", "--out", "x.txt"], "Use --out only with --write.\n"),
    ],
)
def test_an_option_that_goes_with_another(desk: Desk, more: list[str], sentence: str) -> None:
    before = desk.files()
    assert desk.batches(*more)[0:3] == (2, "", sentence)
    assert desk.files() == before


def test_one_thing_at_a_time(desk: Desk) -> None:
    before = desk.files()
    done = desk.batches("--confirm", "1", "--cancel", "2", "--reason", "x")
    assert done[0:3] == (2, "", "One at a time: --confirm, --cancel, --write or --show.\n")
    assert desk.files() == before


def test_a_state_file_that_is_not_there(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    done = called("batches", "--state", state)
    assert done[0:3] == (2, "", f"{state} cannot be read or written: there is no such file or folder.\n")
    assert not state.exists()


def test_a_disk_that_is_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a batch is cancelled: the state is the one of before."""
    before = desk.files()

    def full(place: Path, seconds: int) -> sqlite3.Connection:
        db = connected(place, seconds)
        db.execute("PRAGMA max_page_count = 1")
        return db

    monkeypatch.setattr("ecriture.memory.state.connected", full)
    done = desk.batches("--cancel", "1", "--reason", "x" * 100_000)
    assert (done.status, done.err) == (2, f"{desk.state[1]} cannot be read or written: the disk is full.\n")
    assert desk.files() == before
