"""`ecriture check`: every problem, and nothing written."""

import json
from pathlib import Path

import pytest
from command_line import PREVIOUS, Desk, boreal, called, program

from ecriture.sources.chart import write_chart
from ecriture.sources.settings_file import write_company
from forks import as_nobody, everybodys_folder, start, succeed
from senseless import QUEBEC, SENSELESS, SOUND

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


# The settings alone


def put_set_up(folder: Path, name: str) -> list[str]:
    company = SENSELESS[name][0] if name else SOUND
    (folder / "company.toml").write_bytes(write_company(company))
    (folder / "chart.csv").write_bytes(write_chart(QUEBEC))
    return ["check", f"--company={folder / 'company.toml'}", f"--chart={folder / 'chart.csv'}"]


@pytest.mark.parametrize("name", SENSELESS)
def test_each_senseless_setting_is_named_once_by_the_command(tmp_path: Path, name: str) -> None:
    done = called(*put_set_up(tmp_path, name))
    *lines, count = done.err.splitlines()
    named = sorted((line.rpartition("[")[2].split(";")[0], line.split(": ")[1]) for line in lines)
    assert named == sorted(SENSELESS[name][1])
    assert all(line.startswith("Warning: ") and line.endswith("; company.toml]") for line in lines)
    assert count == ("1 point to check." if len(lines) == 1 else f"{len(lines)} points to check.")
    assert (done.status, done.out) == (0, "Checked: nothing was written.\n")


def test_sound_settings_have_no_point_to_check(tmp_path: Path) -> None:
    done = called(*put_set_up(tmp_path, ""))
    assert (done.status, done.err) == (0, "")
    assert done.out == "No problem in the settings.\nChecked: nothing was written.\n"
    french = called(*put_set_up(tmp_path, ""), "--lang=fr")
    assert french.out == "Aucun problème dans les réglages.\nVérifié\u00a0: rien n’a été écrit.\n"


def test_the_examples_settings_have_none() -> None:
    assert called("check", *boreal()[:2], *boreal()[-2:]).err == ""


def test_the_settings_alone_as_json(tmp_path: Path) -> None:
    done = called(*put_set_up(tmp_path, "cheques go to the clearing account"), "--format=json")
    found = json.loads(done.out)
    assert [(it["code"], it["severity"], it["params"]["other"]) for it in found["problems"]] == [
        ("account-same", "warning", "accounts.payment_credit")
    ]
    assert (found["entries"], found["file"], done.status) == ([], None, 0)


def test_settings_that_cannot_be_read_are_an_error_without_documents_too(tmp_path: Path) -> None:
    command = put_set_up(tmp_path, "")
    (tmp_path / "company.toml").write_text("[accounts]\ninvoice_debit = 1201\n", "utf-8")
    done = called(*command)
    assert done.status == 1
    assert done.err.splitlines()[-1] == "1 error."
    assert "setting-invalid" in done.err
    assert "account-missing" not in done.err
    assert called(*command, "--format=json").status == 1


def test_another_program_judges_its_own_numbers(tmp_path: Path) -> None:
    command = put_set_up(tmp_path, "a tax is revenue")
    assert called(*command, "--to=hledger").err == ""
