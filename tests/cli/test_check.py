"""`ecriture check`: every problem, and nothing written."""

import json
from pathlib import Path

import pytest
from command_line import PREVIOUS, Desk, boreal, called, program

from forks import as_nobody, everybodys_folder, start, succeed

ERRORS = "document,date,amount\nF-1,2026-01-05,100.00\nF-2,,50.00\nF-3,2026-01-06,much\n"


def test_the_example_has_its_two_warnings() -> None:
    done = program("check", *boreal())
    assert done.status == 0
    assert [line.rpartition("[")[2].split(";")[0] for line in done.err.splitlines()] == [
        "item-archived",
        "item-unknown",
    ]
    assert "Batch 1, through 2026-02-28: 2 entries, 31 lines" in done.out
    assert done.out.splitlines()[-1] == "Checked: nothing was written."
    assert program("check", *boreal(), "--lang", "fr").out.splitlines()[-1].endswith("rien n’a été écrit.")


@pytest.mark.parametrize("more", [[], ["--skip-invalid"], ["--format", "json"], ["--explain"], ["--to", "hledger"]])
@pytest.mark.parametrize("documents", ["", ERRORS])
def test_nothing_is_written(tmp_path: Path, more: list[str], documents: str) -> None:
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--through", "2026-01-31").status == 0
    if documents:
        desk.put("documents.csv", documents)
    before = desk.files()
    done = desk.check(*more)
    assert done.status == (1 if documents and "--skip-invalid" not in more else 0)
    assert desk.files() == before


def test_nothing_is_written_where_there_was_no_memory(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    before = desk.files()
    assert desk.check().status == 0
    assert desk.files() == before


@pytest.mark.parametrize("form", ["today", "previous"])
def test_a_state_that_may_only_be_read_is_looked_at(form: str) -> None:
    """By somebody who may write neither the file nor beside it: what is pending is shown, and the batches listed."""
    with everybodys_folder() as folder:
        desk = Desk(folder, state=True)
        if form == "previous":
            desk.put("state.db", PREVIOUS.read_bytes())
        else:
            desk.convert("--through", "2026-01-31")
        expected, listed, before = desk.check(), desk.batches(), desk.files()
        desk.convert("--out", "-", "--to", "json", "--through", "2025-01-01")  # loads what the copy may not load
        desk.place.with_name(".state.db.lock").unlink(missing_ok=True)
        before.pop(".state.db.lock", None)
        desk.place.chmod(0o444)
        folder.chmod(0o555)

        def look() -> None:
            as_nobody()
            with pytest.raises(PermissionError):
                desk.place.open("r+b")
            assert (desk.check(), desk.batches()) == (expected, listed)
            assert (expected.status, "Batch " in expected.out) == (0, True)
            done = desk.batches("--confirm", "1")
            said = f"{desk.place} cannot be read or written: access is denied.\n"
            assert (done.status, done.out, done.err) == (2, "", said)

        succeed(start(look))
        assert desk.files() == before


def test_every_error_is_printed_and_no_word_of_a_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", ERRORS)
    done = desk.check()
    assert (done.status, done.out) == (1, "")
    assert [line.split(": ")[1] for line in done.err.splitlines()[:2]] == ["F-3", "F-2"]
    assert done.err.splitlines()[2:] == ["2 errors."]


def test_it_looks_at_what_the_memory_leaves(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    desk.convert("--through", "2026-01-31")
    assert "Batch 2, through 2026-02-12: 1 entry of 4 lines" in desk.check().out
    desk.convert()
    assert desk.check().out.splitlines() == ["0 left out.", "Checked: nothing was written."]


def test_the_report_has_the_entries_and_no_file() -> None:
    done = called("check", *boreal(), "--format", "json")
    found = json.loads(done.out)
    assert (done.status, done.err) == (0, "")
    assert found["file"] is None
    assert [entry["source"] for entry in found["entries"]] == ["EC000001-01", "EC000001-02"]
    assert [(it["code"], it["where"]["row"]) for it in found["problems"]] == [
        ("item-archived", 17),
        ("item-unknown", 27),
    ]


def test_through_and_from_hold_for_it_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = desk.check("--through", "2026-02-10", "--from", "2026-02-01")
    assert "Batch 1, through 2026-02-10: 1 entry of 2 lines, debits $250.50 = credits $250.50." in done.out
    assert done.err == "1 posting group is dated before --from, and was left out.\n"
