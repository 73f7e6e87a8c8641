"""`ecriture convert`: what it writes, what it says of it and where, and what it leaves as it was."""

import base64
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from datetime import date
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from command_line import (
    BOREAL,
    COMPANY,
    DOCUMENTS,
    ENGLISH,
    FILES,
    PREVIOUS,
    PROGRAM,
    Desk,
    boreal,
    called,
    expected,
    on_terminal,
    prepared,
    program,
)

from ecriture.core.settings import Settings
from ecriture.memory import state as memory
from ecriture.targets.registry import TARGETS, target

ERROR = "document,date,amount\nF-1,2026-01-05,100.00\nF-2,2026-02-30,50.00\n"
FATAL = "document,date,amount\nF-1,2026-01-05,100.00,1\n"


def french(text: str) -> str:
    """A text without the no-break spaces of French."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


# The file


def test_the_program_writes_the_promised_file(tmp_path: Path) -> None:
    done = program("convert", *boreal(), "--out", tmp_path / "out.txt")
    assert done.status == 0
    assert (tmp_path / "out.txt").read_bytes() == expected("period-summary")
    assert "Batch 1, through 2026-02-28: 2 entries, 31 lines, debits $2,053.72 = credits $2,053.72." in done.out
    assert f"File: {tmp_path / 'out.txt'} (503 bytes)" in done.out
    assert "Next, in Sage 50: make a backup" in done.out
    assert done.err.splitlines()[0].startswith("Without a state file (--state), everything is written")
    assert [line.split(":")[0] for line in done.err.splitlines()[1:]] == ["Warning", "Warning"]


def test_through_is_the_last_own_date(tmp_path: Path) -> None:
    done = called("convert", *boreal(), "--through", "2026-01-31", "--out", tmp_path / "out.txt")
    assert done.status == 0
    assert (tmp_path / "out.txt").read_bytes() == expected("period-summary-january")


def test_without_through_the_latest_date_is_printed(tmp_path: Path) -> None:
    assert "through 2026-02-12: " in Desk(tmp_path).convert().out


def test_what_from_leaves_out_is_counted_on_standard_error(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = desk.convert("--from", "2026-02-11")
    assert done.err.splitlines()[-1] == "2 posting groups are dated before --from, and were left out."
    assert desk.out.read_bytes().splitlines()[1:] == [b"1060,100.00", b"1201,-100.00"]
    one = desk.convert("--from", "2026-02-01")
    assert one.err.splitlines()[-1] == "1 posting group is dated before --from, and was left out."
    assert "left out" not in desk.convert("--from", "2026-01-01").err


def test_the_batch_is_in_every_source(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert "Batch 123, " in desk.convert("--batch", "123").out
    assert b'"EC000123-01"' in desk.out.read_bytes()
    assert b'"EC000123-02"' in desk.out.read_bytes()


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_is_written_and_reads_back(tmp_path: Path, name: str) -> None:
    out = tmp_path / f"out{target(name).suffix}"
    done = called("convert", *boreal(), "--to", name, "--out", out)
    assert done.status == 0
    assert "\nNext" in done.out
    files = sorted(tmp_path.iterdir())
    assert len(files) == (2 if target(name).split_by else 1)
    entries = [entry for file in files for entry in target(name).read(file.read_bytes())]
    assert sum(entry.debit_cents for entry in entries) == 205_372
    assert all(called("verify", "--to", name, "--file", file).status == 0 for file in files)


def test_the_target_of_the_company_is_the_default(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("company.toml", COMPANY.replace("[accounting]\n", '[accounting]\ntarget = "hledger"\n'))
    assert f"Next: hledger -f {desk.out} balance" in desk.convert().out
    assert desk.out.read_text("utf-8").startswith(("2026-01-31", ";", "account", "comm", "decimal"))


def test_the_same_input_gives_the_same_bytes_in_any_language(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.convert("--lang", "en")
    english = desk.out.read_bytes()
    desk.convert("--lang", "fr")
    assert desk.out.read_bytes() == english


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    desk, real = Desk(tmp_path), tmp_path / "real.txt"
    real.write_text("the file of before")
    desk.out.symlink_to(real)
    assert desk.convert().status == 0
    assert desk.out.is_symlink()
    assert real.read_bytes().startswith(b"01-31-26")


def test_a_replaced_file_keeps_its_rights(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("out.txt", "before").chmod(0o640)
    assert desk.convert().status == 0
    assert desk.out.stat().st_mode & 0o777 == 0o640


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.convert()
    assert set(desk.files()) == {"company.toml", "documents.csv", "payments.csv", "out.txt"}


# Standard output


def test_standard_output_has_the_bytes_and_nothing_else() -> None:
    done = program("convert", *boreal(), "--out", "-")
    assert done.status == 0
    assert done.raw == expected("period-summary")
    assert "Batch 1, through 2026-02-28" in done.err
    assert "  1060  Chequing Bank Account  " in done.err
    assert "0 left out." in done.err


def test_standard_output_with_nothing_to_transfer(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = called("convert", *desk.inputs, "--through", "2025-12-31", "--out", "-")
    assert (done.status, done.raw) == (0, b"")
    assert done.err.splitlines()[-1] == "Nothing to transfer."


def test_standard_output_with_errors(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", ERROR)
    done = called("convert", *desk.inputs, "--out", "-")
    assert (done.status, done.raw) == (1, b"")


# Errors


@pytest.mark.parametrize("memory", [False, True])
def test_with_errors_no_file_is_written(tmp_path: Path, memory: bool) -> None:
    desk = Desk(tmp_path, state=memory)
    desk.put("documents.csv", ERROR)
    before = desk.files()
    done = desk.convert()
    assert (done.status, done.out) == (1, "")
    assert "Error: F-2: “2026-02-30” in the column “date” is not a date" in done.err
    assert "[date-unreadable; documents.csv, row 3]" in done.err
    assert done.err.splitlines()[-2:] == [
        "1 error.",
        "No file was written. To leave the documents and payments with errors out: --skip-invalid.",
    ]
    assert desk.files() == before


def test_with_errors_an_existing_file_is_untouched(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", ERROR)
    desk.put("out.txt", "the file of before")
    before = desk.files()
    assert desk.convert().status == 1
    assert desk.files() == before


def test_every_error_is_printed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", "document,date,amount\nF-1,,1.00\nF-2,2026-01-05,x\nF-3,soon,y\n")
    said = desk.convert().err
    codes = ("[date-missing; ", "[date-unreadable; ", "[amount-unreadable; ")
    assert [said.count(code) for code in codes] == [1, 1, 2]
    assert "4 errors." in said


def test_many_of_one_kind_are_not_all_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = "".join(f"F-{number},,1.00\n" for number in range(1, 53))
    desk.put("documents.csv", f"document,date,amount\n{rows}")
    desk.put("payments.csv", "payment,date,amount\n")
    done = desk.convert()
    assert done.err.count("[date-missing; ") == 20
    assert "  … and 32 more like this (date-missing); --format json lists them all." in done.err
    assert "52 errors." in done.err
    assert len(json.loads(desk.convert("--format", "json").out)["problems"]) == 52


def test_skip_invalid_leaves_out_what_has_errors(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", ERROR)
    desk.put("payments.csv", "payment,date,document,amount\nP-1,2026-01-20,F-2,50.00\nP-2,2026-01-21,F-9,1.00\n")
    done = desk.convert("--skip-invalid")
    assert done.status == 0
    assert "[date-unreadable; documents.csv, row 3]" in done.err
    assert desk.out.read_bytes().splitlines()[1:] == [b"1201,100.00", b"4000,-100.00"]
    held = done.out.partition("3 held back:\n")[2]
    assert "  document F-2 (date-unreadable)\n" in held
    assert "  payment P-2 (document-unknown)\n" in held
    assert "  payment P-1 $50.00 (its document is held back)\n" in held
    assert "Received, but not yet in the books: account 1060 $50.00." in held


def test_what_was_left_out_comes_with_a_later_export(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    desk.put("documents.csv", ERROR)
    desk.put("payments.csv", "payment,date,amount\n")
    assert desk.convert("--skip-invalid").status == 0
    desk.put("documents.csv", ERROR.replace("2026-02-30", "2026-02-28"))
    assert desk.convert().status == 0
    assert desk.out.read_bytes().splitlines()[1:] == [b"1201,50.00", b"4000,-50.00"]


@pytest.mark.parametrize("more", [[], ["--skip-invalid"]])
def test_an_error_of_a_file_always_stops(tmp_path: Path, more: list[str]) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", FATAL)
    desk.put("out.txt", "the file of before")
    before = desk.files()
    done = desk.convert(*more)
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-2:] == ["1 error.", "No file was written."]
    assert desk.files() == before


@pytest.mark.parametrize("more", [[], ["--skip-invalid"]])
def test_an_error_of_the_settings_always_stops(tmp_path: Path, more: list[str]) -> None:
    desk = Desk(tmp_path, state=True)
    desk.put("company.toml", COMPANY + "\n[accounting.more]\n" + 'wrong = "yes"\n')
    assert desk.convert(*more).status == 1
    assert not desk.out.exists()
    assert not (tmp_path / "state.db").exists()


def test_an_error_of_the_whole_batch_always_stops(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put(
        "company.toml",
        COMPANY.replace("[accounting]\n", '[accounting]\nsource_prefix = "ECR"\ngrouping = "document"\n'),
    )
    rows = "".join(f"F-{number},2026-01-05,1.00\n" for number in range(1000))
    desk.put("documents.csv", f"document,date,amount\n{rows}")
    desk.put("payments.csv", "payment,date,amount\n")
    done = desk.convert("--skip-invalid")
    assert done.status == 1
    assert "[too-many-entries]" in done.err
    assert "--skip-invalid" not in done.err
    assert not desk.out.exists()


@pytest.mark.parametrize("through", ["2026-01-31", "2026-01-30"])
def test_through_on_or_before_the_lock_date_is_wrong_usage(tmp_path: Path, through: str) -> None:
    desk = Desk(tmp_path)
    desk.put("company.toml", COMPANY.replace("fiscal_years", "lock_date = 2026-01-31\nfiscal_years"))
    done = desk.convert("--through", through)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1].startswith(f"through-locked: {through} is on or before the lock date 2026-01-31.")
    assert desk.convert("--through", "2026-02-01").status == 0


def test_input_without_anything_has_nothing_to_transfer(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", "document,date,amount\n")
    desk.put("payments.csv", "payment,date,amount\n")
    done = desk.convert()
    assert done.status == 0
    assert done.out.splitlines() == ["0 left out.", "Nothing to transfer."]
    assert json.loads(desk.convert("--format", "json").out)["through"] is None


# JSON


def report(desk: Desk, *more: str, status: int = 0) -> dict[str, Any]:
    done = desk.convert("--format", "json", *more)
    assert done.status == status
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_the_shape_of_the_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    found = report(desk)
    content = desk.out.read_bytes()
    assert list(found) == ["batch", "through", "entries", "problems", "held", "left_out", "file", "files"]
    assert (found["batch"], found["through"], found["left_out"]) == (1, "2026-02-12", 0)
    assert (found["problems"], found["held"]) == ([], [])
    assert found["file"] == {
        "path": str(desk.out),
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    assert found["entries"][0] == {
        "date": "2026-01-31",
        "source": "EC000001-01",
        "comment": "Ventes et paiements 2026-01",
        "lines": [
            {"account": "1201", "amount_cents": 10000, "comment": ""},
            {"account": "4000", "amount_cents": -10000, "comment": ""},
        ],
    }


def test_a_problem_in_the_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", ERROR)
    desk.put("payments.csv", "payment,date,amount\n")
    found = report(desk, status=1)
    assert found["file"] is None
    (problem,) = found["problems"]
    assert list(problem) == ["code", "severity", "where", "params", "message"]
    assert (problem["code"], problem["severity"]) == ("date-unreadable", "error")
    assert problem["where"] == {"file": "documents.csv", "row": 3, "kind": "document", "number": "F-2"}
    assert problem["params"] == {"column": "date", "text": "2026-02-30"}
    assert problem["message"].startswith("F-2: “2026-02-30” in the column “date” is not a date")
    assert french(report(desk, "--lang", "fr", status=1)["problems"][0]["message"]).startswith("F-2 : « 2026-02-30 »")
    assert report(desk, "--skip-invalid")["held"] == [{"kind": "document", "number": "F-2", "why": "date-unreadable"}]


def test_severities_in_the_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", "document,date,code,amount,Colour\nF-1,2026-01-05,HAT,100.00,red\n")
    severities = {problem["code"]: problem["severity"] for problem in report(desk)["problems"]}
    assert severities == {"item-unknown": "warning", "column-unknown": "notice"}
    desk.put("documents.csv", FATAL)
    assert [problem["severity"] for problem in report(desk, status=1)["problems"]] == ["error"]


def test_left_out_and_batch_in_the_report(tmp_path: Path) -> None:
    found = report(Desk(tmp_path), "--from", "2026-02-11", "--batch", "7")
    assert (found["left_out"], found["batch"]) == (2, 7)
    assert [entry["source"] for entry in found["entries"]] == ["EC000007-01"]


def test_the_report_is_of_the_text_that_the_file_has(tmp_path: Path) -> None:
    """Sage takes no accents, so that the entries of the report are those of the file."""
    desk = Desk(tmp_path)
    desk.put("company.toml", COMPANY.replace("[accounting]\n", '[accounting]\ngrouping = "document"\n'))
    assert "F-2 Notaires Gagne" in [entry["comment"] for entry in report(desk)["entries"]]


def test_explained_in_the_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    postings = report(desk, "--explain")["postings"]
    assert postings[0] == {
        "entry": 1,
        "line": 1,
        "kind": "document",
        "number": "F-1",
        "customer": "Lise Tremblay",
        "own_date": "2026-01-05",
        "open_date": "2026-01-05",
        "account": "1201",
        "amount_cents": 10000,
        "rule": "accounts.invoice_debit",
        "why": "new",
    }
    assert sum(posting["amount_cents"] for posting in postings) == 0
    assert "postings" not in report(desk)


def test_explained_as_text(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    said = desk.convert("--explain").out
    assert "Each posting, with the rule that chose its account:\n" in said
    assert "  EC000001-01  F-1  2026-01-05  1201  100.00  accounts.invoice_debit  (new)\n" in said
    assert "  EC000001-02  P-1  2026-02-12  1060  100.00  accounts.payment_debit  (new)\n" in said
    assert "accounts.invoice_debit" not in desk.convert().out


# Languages


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ({"LC_ALL": "fr_CA.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_CA.UTF-8", "LANG": "en_CA.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_FR"}, "fr"),
        ({"LC_ALL": "en_CA.UTF-8", "LANG": "fr_CA.UTF-8"}, "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_CA.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, "en"),
        ({"LC_ALL": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_of_the_locale(tmp_path: Path, locale: dict[str, str], language: str) -> None:
    said = Desk(tmp_path).convert(environment=locale).out
    assert ("0 laissé de côté." in said) == (language == "fr")
    assert ("0 left out." in said) == (language == "en")


@pytest.mark.parametrize("option", [["--lang", "fr"], ["--lang=fr"]])
def test_the_option_goes_before_the_locale(tmp_path: Path, option: list[str]) -> None:
    desk = Desk(tmp_path)
    done = desk.convert(*option, environment={"LC_ALL": "en_CA.UTF-8"})
    assert "Lot 1, jusqu’au 2026-02-12 : 2 écritures, 6 lignes, débits 450,50 $ = crédits 450,50 $." in french(done.out)
    assert done.err.startswith("Sans fichier d’état (--state), tout est écrit")
    assert "0 left out." in desk.convert("--lang", "en", environment={"LC_ALL": "fr_CA.UTF-8"}).out


def test_letters_that_the_terminal_lacks_are_no_crash(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", "document,date,amount\nFacture-é東,soon,1.00\n")
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = program("check", *desk.inputs, "--lang", "fr", environment=environment)
    assert done.status == 1
    assert "date-unreadable" in done.err
    assert "Traceback" not in done.err


# With a memory


def test_with_a_memory_only_the_difference_is_exported(tmp_path: Path) -> None:
    state, out = tmp_path / "state.db", tmp_path / "out.txt"
    first = called("convert", *boreal(), "--state", state, "--through", "2026-01-31", "--out", out)
    assert first.status == 0
    assert out.read_bytes() == expected("period-summary-january")
    assert "Without a state file" not in first.err
    company = tmp_path / "company.toml"
    settings = (BOREAL / "company.toml").read_text("utf-8")
    company.write_text(settings.replace("fiscal_years", "lock_date = 2026-01-31\nfiscal_years"), "utf-8")
    inputs = boreal(folder=BOREAL / "second")
    second = called("convert", *inputs, "--company", company, "--state", state, "--out", out)
    assert second.status == 0
    assert out.read_bytes() == expected("second-export")
    assert "Batch 2, " in second.out


def test_nothing_pending_leaves_the_older_export(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    assert desk.convert().status == 0
    before = desk.files()
    again = desk.convert()
    assert again.status == 0
    assert again.out.splitlines() == [
        "0 left out.",
        "Nothing to transfer.",
        f"{desk.out} is an older export, and was left as it is.",
    ]
    assert desk.files() == before
    desk.out.unlink()
    assert desk.convert().out.splitlines()[-1] == "Nothing to transfer."
    assert not desk.out.exists()
    assert desk.files() == {name: content for name, content in before.items() if name != "out.txt"}


def test_nothing_pending_does_not_even_touch_the_state(tmp_path: Path) -> None:
    """The same file with the same time of change: a backup by time does not copy it again."""
    desk = Desk(tmp_path, state=True)
    assert desk.convert().status == 0
    os.utime(desk.place, ns=(1, 1))
    before = desk.place.stat()
    assert "Nothing to transfer." in desk.convert().out
    after = desk.place.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_size, 1)


def test_nothing_pending_in_the_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    desk.convert()
    found = report(desk)
    assert (found["entries"], found["file"], found["batch"]) == ([], None, 2)


def test_batches_are_numbered(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    assert "Batch 1, " in desk.convert("--through", "2026-01-31").out
    assert "Batch 2, " in desk.convert("--batch", "2").out
    assert desk.out.read_bytes().startswith(b'02-12-26,"EC000002-01"')


@pytest.mark.parametrize("number", ["1", "3"])
def test_a_batch_that_contradicts_the_memory_is_wrong_usage(tmp_path: Path, number: str) -> None:
    desk = Desk(tmp_path, state=True)
    desk.convert("--through", "2026-01-31")
    before = desk.files()
    done = desk.convert("--batch", number)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1] == "With --state, batches are numbered automatically: the next is 2."
    assert desk.files() == before


def test_what_is_not_known_of_the_last_file_is_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    first = desk.convert("--through", "2026-01-31")
    assert "Did the program take" not in first.err
    assert f"When it is in: ecriture batches --state {tmp_path}/state.db --confirm 1" in first.out
    question = f"Did the program take batch 1? Record it: ecriture batches --state {tmp_path}/state.db --confirm 1, or"
    assert desk.check().err.startswith(question)
    assert desk.convert().err.startswith(question)
    assert desk.batches("--confirm", "1").status == 0
    assert "batch 1?" not in desk.check().err
    assert "batch 2?" in desk.check().err
    assert desk.batches("--cancel", "2", "--reason", "refused").status == 0
    assert "Did the program take" not in desk.check().err


def test_a_setting_changed_after_an_export_moves_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    desk.convert()
    desk.put("company.toml", COMPANY.replace('"4000"', '"4200"').replace('"1060"', '"1061"'))
    assert "Nothing to transfer." in desk.convert().out


DAMAGED = (b"", b"{}", b'{"format":"ecriture-state","version":99}')
NO_STATE = (
    b"SQLite format 3\0" + bytes(4080),
    b"null",
    b"not JSON",
    "a name that is café, in Windows' letters".encode("cp1252"),
)


@pytest.mark.parametrize("content", [*DAMAGED, *NO_STATE])
def test_what_is_no_sound_state_is_never_overwritten(tmp_path: Path, content: bytes) -> None:
    desk = Desk(tmp_path, state=True)
    desk.put("state.db", content)
    before = desk.files()
    for done in (desk.convert(), desk.check(), desk.batches(), desk.batches("--confirm", "1")):
        assert (done.status, done.out) == (2, "")
        if content in DAMAGED:
            assert done.err.startswith("The state file is damaged (")
            assert done.err.endswith("), and was left as it is. Restore it from a copy.\n")
        else:
            assert done.err.startswith(
                "The file given with --state is not a state file of Écriture, and was left as it is"
            )
    assert desk.files() == before


def test_one_changed_byte_of_a_batch_is_damage(tmp_path: Path) -> None:
    """In its head, its entries, its file or its units: never a wrong difference, and the state is left as it is."""
    desk = Desk(tmp_path, state=True)
    desk.convert("--through", "2026-01-31")
    desk.out.unlink()
    sound = desk.files()["state.db"]
    for old, new in (
        (b'"units":1,', b'"units":2,'),
        (b'"exported"', b'"confirmd"'),
        (b'"4000"', b'"4001"'),
        (b"F-1", b"F-7"),
    ):
        assert old in sound
        desk.put("state.db", sound.replace(old, new))
        before = desk.files()
        done = desk.convert()
        assert (done.status, done.out) == (2, "")
        assert "The state file is damaged (" in done.err
        assert desk.files() == before
    desk.put("state.db", sound.replace(b"4000,-100.00", b"4000,-100.01"))
    done = desk.batches("--write", "1", "--out", desk.out)
    assert (done.status, done.err.partition(" (")[0]) == (2, "The state file is damaged")
    assert not desk.out.exists()
    desk.put("state.db", sound)
    assert desk.convert().status == 0


@pytest.mark.parametrize(("old", "new"), [("Boréal", "Austral"), ("[company]\n", '[company]\ncurrency = "USD"\n')])
def test_the_memory_of_another_company_is_never_used(tmp_path: Path, old: str, new: str) -> None:
    desk = Desk(tmp_path, state=True)
    desk.convert("--through", "2026-01-31")
    desk.put("company.toml", COMPANY.replace(old, new))
    before = desk.files()
    done = desk.convert()
    assert (done.status, done.out) == (2, "")
    said = "The state file is that of another company: Entretien Boréal inc. (CAD). Choose the right one."
    assert done.err.splitlines()[-1] == said
    assert desk.files() == before


# Commands at the same time


def started(desk: Desk, *more: object) -> "subprocess.Popen[bytes]":
    arguments = [str(it) for it in (*desk.inputs, *more)]
    return subprocess.Popen(
        [*PROGRAM, "convert", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **ENGLISH},
    )


def ended(command: "subprocess.Popen[bytes]") -> tuple[int, str, str]:
    out, err = command.communicate(timeout=60)
    return command.returncode, out.decode(), err.decode()


WAITING = """
import sqlite3, sys
from functools import partial
from ecriture.memory import state

class Told(sqlite3.Connection):
    def execute(self, sql, *more):
        if sql == "BEGIN IMMEDIATE":
            print("waits", file=sys.stderr, flush=True)
        return super().execute(sql, *more)

connect = sqlite3.connect
sqlite3.connect = lambda *arguments, **options: connect(*arguments, factory=Told, **options)
state.open_state = partial(state.open_state, seconds=600)
from ecriture.cli.__main__ import main
main()
"""
"""The command, which says when it is about to ask for the lock, and has all the time for it."""


def test_a_second_command_waits_for_the_first(tmp_path: Path) -> None:
    """It ends only after the lock was let go, and then does its work."""
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--through", "2026-01-31").status == 0
    holder = sqlite3.connect(desk.place, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    command = subprocess.Popen(
        [sys.executable, "-c", WAITING, "convert", *desk.inputs, "--out", str(desk.out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **ENGLISH},
    )
    assert command.stderr is not None
    assert command.stderr.readline() == b"waits\n"
    with pytest.raises(subprocess.TimeoutExpired):  # one that does not wait ends at once
        command.wait(0.5)
    assert b"EC000001-01" in desk.out.read_bytes()
    holder.close()
    out, _ = command.communicate(timeout=60)
    assert (command.returncode, "Batch 2, " in out.decode()) == (0, True)
    assert b"EC000002-01" in desk.out.read_bytes()


def test_a_second_command_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is a state, and where the first command is just making it."""
    desk = Desk(tmp_path, state=True)
    desk.put("out.txt", "the file of before")
    opened = memory.open_state
    at_once = partial(opened, seconds=0)
    monkeypatch.setattr("ecriture.memory.state.open_state", at_once)
    monkeypatch.setattr("ecriture.cli.batches.open_state", at_once)
    for _ in range(2):
        with opened(desk.place, Settings(name="Entretien Boréal inc.")):
            before = desk.files()
            for done in (desk.convert(), desk.check(), desk.batches("--confirm", "1")):
                assert (done.status, done.out) == (2, "")
                assert done.err == "Another command is using the state file. Wait until it is done, and try again.\n"
            assert desk.files() == before
        assert desk.convert().status == 0


def test_the_wait_is_ten_seconds() -> None:
    assert signature(memory.open_state).parameters["seconds"].default == memory.SECONDS == 10


@pytest.mark.parametrize("begin", ["absent", "there", "previous"])
def test_two_programs_at_once_transfer_everything_once(tmp_path: Path, begin: str) -> None:
    """By path and through a link. The second of them, which waited, finds nothing to transfer."""
    desk = prepared(tmp_path, begin)
    before = len(desk.kept()) if begin != "absent" else 0
    link = tmp_path / "link"
    link.symlink_to(desk.place)
    outs = [tmp_path / "one.txt", tmp_path / "two.txt"]
    commands = [started(desk, "--out", outs[0]), started(desk, "--state", link, "--out", outs[1])]
    said = [ended(command) for command in commands]
    assert [status for status, _, _ in said] == [0, 0]
    assert sorted("Nothing to transfer." in out for _, out, _ in said) == [False, True]
    kept = desk.kept()
    assert [it.number for it in kept] == list(range(1, before + 2))
    assert [out.read_bytes() for out in outs if out.exists()] == [kept[-1].content]
    assert link.is_symlink()


@pytest.mark.parametrize("begin", ["absent", "there", "previous"])
def test_two_programs_with_documents_of_their_own_write_a_batch_each(tmp_path: Path, begin: str) -> None:
    """By path and through a link: the numbers differ, each file is that of its batch, and no document is in both."""
    desk = prepared(tmp_path, begin)
    before = len(desk.kept()) if begin != "absent" else 0
    link = tmp_path / "link"
    link.symlink_to(desk.place)
    commands, outs = [], []
    for name, way in (("A", desk.place), ("B", link)):
        documents = desk.put(
            f"{name}.csv", f"document,date,amount\n{name}-1,2026-03-02,10.00\n{name}-2,2026-03-03,5.00\n"
        )
        outs.append(tmp_path / f"{name}.txt")
        more = ("--documents", documents, "--payments", desk.put("none.csv", "payment,date,amount\n"))
        commands.append(started(desk, *more, "--state", way, "--out", outs[-1]))
    assert [ended(command)[0] for command in commands] == [0, 0]
    kept = desk.kept()
    assert [it.number for it in kept] == list(range(1, before + 3))
    assert {out.read_bytes() for out in outs} == {it.content for it in kept[-2:]}
    assert sorted(sorted({*it.units}) for it in kept[-2:]) == [["A-1", "A-2"], ["B-1", "B-2"]]


# A state of the previous form


def test_a_state_of_the_previous_form_is_taken_over_by_the_first_export(tmp_path: Path) -> None:
    """Looking at it changes nothing; after the export all is in the new form, and the old one is kept."""
    desk, content = Desk(tmp_path, state=True), PREVIOUS.read_bytes()
    desk.put("state.db", content)
    batches = json.loads(content)["batches"]
    listed = desk.batches()
    assert [line.split()[0] for line in listed.out.splitlines()[1:]] == [str(it["number"]) for it in batches]
    assert desk.check().status == 0
    assert desk.files()["state.db"] == content
    assert "state.db.old" not in desk.files()
    done = desk.convert()
    assert (done.status, f"Batch {len(batches) + 1}, " in done.out) == (0, True)
    files = desk.files()
    assert files["state.db"].startswith(b"SQLite format 3\0")
    assert files["state.db.old"] == content
    assert {*files} == {*FILES.values(), "out.txt", "state.db", "state.db.old"}
    assert desk.batches().out.startswith(listed.out)
    assert [it.content for it in desk.kept()][:-1] == [base64.b64decode(it["content"]) for it in batches]
    assert "Nothing to transfer." in desk.convert().out
    assert desk.files() == files


def test_what_a_state_of_the_previous_form_has_is_not_transferred_again(tmp_path: Path) -> None:
    """The next export is the one that a state of today would give, but for the number of its batch."""
    state, out, today = tmp_path / "state.db", tmp_path / "out.txt", tmp_path / "today.db"
    state.write_bytes(PREVIOUS.read_bytes())
    second = boreal(folder=BOREAL / "second")
    again = called("convert", *second, "--state", state, "--out", out)
    assert (again.status, "Nothing to transfer." in again.out) == (0, True)
    assert state.read_bytes() == PREVIOUS.read_bytes()
    assert called("convert", *boreal(), "--state", state, "--out", out).status == 0
    for inputs in ([*boreal(), "--through", "2026-01-31"], second, boreal()):
        assert called("convert", *inputs, "--state", today, "--out", tmp_path / "today.txt").status == 0
    assert b"EC000004-01" in out.read_bytes()
    assert out.read_bytes().replace(b"EC000004", b"EC000003") == (tmp_path / "today.txt").read_bytes()


# A month's files


def test_the_files_of_a_month_are_enough(tmp_path: Path) -> None:
    """Three documents against a state of fifty: a payment names one of those, and nothing of the others is touched."""
    desk = Desk(tmp_path, state=True)
    rows = "".join(f"F-{number},2026-01-{1 + number % 28:02},Client {number},10.00\n" for number in range(1, 51))
    desk.put("documents.csv", f"document,date,customer,amount\n{rows}")
    desk.put("payments.csv", "payment,date,document,amount\n")
    assert desk.convert().status == 0
    more = "".join(f"F-{number},2026-02-0{number - 50},Client {number},{number}.00\n" for number in (51, 52, 53))
    month = f"document,date,customer,amount\n{more}"
    paid = "payment,date,document,amount\nP-1,2026-02-10,F-7,10.00\nP-2,2026-02-11,F-51,51.00\n"
    desk.put("documents.csv", month)
    desk.put("payments.csv", paid)
    done = desk.convert()
    assert (done.status, "Batch 2, " in done.out) == (0, True)
    assert done.err.splitlines()[1:] == []
    first, second = desk.kept()
    assert {*first.units} == {f"F-{number}" for number in range(1, 51)}
    assert {*second.units} == {"F-51", "F-52", "F-53", "P-1", "P-2"}
    assert desk.out.read_bytes().splitlines()[1:] == [b"1060,61.00", b"1201,156.00", b"1201,-61.00", b"4000,-156.00"]
    assert "Nothing to transfer." in desk.convert().out
    desk.put("payments.csv", f"{paid}P-3,2026-02-12,F-99,1.00\n")
    unknown = desk.convert()
    assert (unknown.status, "[document-unknown; payments.csv, row 4]" in unknown.err) == (1, True)


# On a terminal


def test_plain_text_when_it_is_no_terminal(tmp_path: Path) -> None:
    done = program("convert", *boreal(), "--lang", "fr", "--out", tmp_path / "out.txt")
    assert "\x1b" not in done.out + done.err
    assert "┃" not in done.out
    assert french(done.out).splitlines()[:2] == [
        "2026-01-31  EC000001-01  Ventes et paiements 2026-01",
        "  1060  Compte de banque            200,00",
    ]


def test_a_table_on_a_terminal(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", DOCUMENTS.replace("Lise Tremblay", "[red]Lise[/red]"))
    desk.put("company.toml", COMPANY.replace("[accounting]\n", '[accounting]\ndetail = "document"\n'))
    done = on_terminal("convert", *desk.inputs, "--out", desk.out)
    assert done.status == 0
    assert "┃" in done.out
    assert "\x1b[1m" in done.out
    assert "Account" in done.out
    assert "F-1 [red]Lise[/red]" in done.out
    assert "Batch 1, through 2026-02-12: 2 entries" in done.out


def test_a_dumb_terminal_has_plain_text(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = on_terminal("convert", *desk.inputs, "--out", desk.out, environment={"TERM": "dumb"})
    assert done.status == 0
    assert "┃" not in done.out
    assert "\x1b" not in done.out


def test_long_entries_are_shown_in_part(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("company.toml", COMPANY.replace("[accounting]\n", '[accounting]\ndetail = "line"\n'))
    rows = "".join(f"F-{number},2026-01-05,1.00\n" for number in range(50))
    desk.put("documents.csv", f"document,date,amount\n{rows}")
    desk.put("payments.csv", "payment,date,amount\n")
    done = desk.convert()
    assert "  … and 60 more lines\n" in done.out
    assert done.out.count("  1201  ") + done.out.count("  4000  ") == 40
    assert len(desk.out.read_bytes().splitlines()) == 101


HOSTILE = '"F-1\x1b[2J\nError: all lost\u202e"'


def test_a_hostile_number_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """A number with control characters in it is shown without them."""
    desk = Desk(tmp_path)
    desk.put("documents.csv", f"document,date,customer,amount\n{HOSTILE},soon,x,1.00\n")
    desk.put("payments.csv", "payment,date,amount\n")
    done = desk.convert()
    assert done.status == 1
    assert "Error: F-1�[2J�Error: all lost�: “soon”" in done.err


@pytest.mark.parametrize("terminal", [False, True])
def test_a_hostile_customer_does_not_steer_the_terminal(tmp_path: Path, terminal: bool) -> None:
    desk = Desk(tmp_path)
    desk.put("company.toml", COMPANY.replace("[accounting]\n", '[accounting]\ndetail = "document"\n'))
    desk.put("documents.csv", "document,date,customer,amount\nF-1,2026-01-05,A\x1b[2J\u202eB,1.00\n")
    desk.put("payments.csv", "payment,date,amount\n")
    done = (on_terminal if terminal else called)("check", *desk.inputs)
    assert done.status == 0
    assert "F-1 A�[2J�B" in done.out
    assert "\x1b[2J" not in done.out


def test_the_report_for_programs_has_every_text_as_it_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put("documents.csv", f"document,date,customer,amount\n{HOSTILE},soon,x,1.00\n")
    numbers = [problem["where"]["number"] for problem in report(desk, status=1)["problems"]]
    assert "F-1\x1b[2J\nError: all lost\u202e" in numbers


def test_today_is_asked_of_nobody(tmp_path: Path) -> None:
    """The file and the report depend on the input alone: dates are those of the books."""
    desk = Desk(tmp_path)
    first = report(desk)
    assert date.today().isoformat() not in json.dumps(first)  # noqa: DTZ011 - the day of the computer is meant
    assert report(desk) == first
