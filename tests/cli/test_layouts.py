"""Layouts from the command: listed, printed, named by `--to` and by company.toml; one file a month; Acomba's messages."""

import json
from pathlib import Path

import pytest
from command_line import Desk, called

from ecriture.targets.layout import shipped_bytes
from ecriture.targets.registry import layout_names

CHART = "number,name\n1060,Bank\n1201,Customers\n4000,Sales\n"


def test_the_list_says_what_is_to_be_confirmed() -> None:
    done = called("layouts")
    assert [line.split()[0] for line in done.out.splitlines()] == [*layout_names()]
    assert done.out.splitlines()[0] == "acomba             Acomba (to be confirmed in your program)"
    assert "à confirmer dans votre logiciel" in called("layouts", "--lang", "fr").out


@pytest.mark.parametrize("name", layout_names())
def test_a_layout_is_printed_as_it_is_shipped(name: str) -> None:
    assert called("layouts", name).raw == shipped_bytes(name)


def test_another_name_is_told_the_known_ones() -> None:
    done = called("layouts", "akomba")
    assert done.status == 2
    assert "acomba, quickbooks-online" in done.err


def own(desk: Desk, **changed: str) -> Path:
    text = shipped_bytes("xero").decode()
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    return desk.put("own.toml", text)


def test_a_layout_of_ones_own_by_its_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    own(desk, Narration="Text")
    done = desk.convert("--to", f"layout:{tmp_path / 'own.toml'}")
    assert (done.status, desk.out.read_bytes()[:6]) == (0, b"*Text,")
    assert f"layout:{tmp_path / 'own.toml'}" in desk.batches().out
    assert called("verify", "--to", f"layout:{tmp_path / 'own.toml'}", "--file", desk.out).status == 0
    assert called("verify", "--to", "xero", "--file", desk.out).status == 1


def test_a_layout_named_by_the_settings_stands_beside_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    own(desk, Narration="Text")
    settings = (tmp_path / "company.toml").read_text("utf-8")
    desk.put("company.toml", settings.replace("[accounting]\n", '[accounting]\ntarget = "layout:own.toml"\n'))
    monkeypatch.chdir("/")
    assert desk.convert().status == 0
    assert desk.out.read_bytes().startswith(b"*Text,")
    assert (
        called("probe", "--company", tmp_path / "company.toml", "--date", "2026-03-02", "--out", desk.out).status == 0
    )
    assert b"TEST-01" in desk.out.read_bytes()


def test_a_layout_with_mistakes_writes_nothing_and_says_all(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    own(desk, delimited="delimeted", amount="amuont")
    done = desk.convert("--to", f"layout:{tmp_path / 'own.toml'}")
    assert (done.status, desk.out.exists()) == (1, False)
    assert "layout.kind = " in done.err
    assert "layout.columns[6].field = " in done.err
    missing = desk.convert("--to", f"layout:{tmp_path / 'nothing.toml'}")
    assert (missing.status, "no such file" in missing.err) == (2, True)


def test_accounts_by_name_need_the_chart(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = desk.convert("--to", "quickbooks-online")
    assert (done.status, "[does-not-fit]" in done.err, desk.out.exists()) == (1, True, False)
    chart = desk.put("chart.csv", CHART)
    assert desk.convert("--to", "quickbooks-online", "--chart", chart).status == 0
    assert b",Customers,100.00,,,Lise Tremblay\r\n" in desk.out.read_bytes()


# One month in a file


@pytest.mark.parametrize("state", [True, False])
def test_each_month_has_its_number_its_file_and_its_state(tmp_path: Path, state: bool) -> None:
    desk = Desk(tmp_path, state=state)
    done = desk.convert("--to", "acomba")
    assert (done.status, desk.out.exists()) == (0, False)
    january, february = (tmp_path / f"out-2026-{month}.txt" for month in ("01", "02"))
    assert b"E260131EC000001-01" in january.read_bytes()
    assert b"E260212EC000002-01" in february.read_bytes()
    assert january.read_bytes().count(b"\r\nE") == february.read_bytes().count(b"\r\nE") == 1
    assert done.out.count("Next, in Acomba") == 1
    if state:
        assert [it.units for it in desk.kept()] == [["F-1", "F-1"], ["F-2", "F-2", "P-1", "P-1"]]
        assert [it.content for it in desk.kept()] == [january.read_bytes(), february.read_bytes()]
        assert "Nothing to transfer" in desk.convert("--to", "acomba").out
        assert desk.batches("--cancel", 1, "--reason", "wrong").status == 0
        assert desk.convert("--to", "acomba").status == 0
        assert b"E260131EC000003-01" in desk.out.read_bytes()


def test_one_month_alone_goes_to_the_file_that_was_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.convert("--to", "acomba", "--through", "2026-01-31").status == 0
    assert b"EC000001-01" in desk.out.read_bytes()


def test_several_months_are_checked_and_are_one_object(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert "Batch 2" in desk.check("--to", "acomba").out
    found = json.loads(desk.convert("--to", "acomba", "--format", "json").out)
    assert [it["batch"] for it in found["files"]] == [1, 2]
    assert found["file"]["path"] == found["files"][0]["path"]
    assert [it["source"] for it in found["entries"]] == ["EC000001-01", "EC000002-01"]


def test_standard_output_takes_one_month(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    done = called("convert", *desk.inputs, "--to", "acomba", "--out", "-")
    assert (done.status, done.raw) == (2, b"")
    assert "2026-01, 2026-02" in done.err


def test_an_amount_without_room_in_a_later_month_writes_no_month(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    documents = (tmp_path / "documents.csv").read_text("utf-8").replace("250.50", "1250000.50")
    desk.put("documents.csv", documents)
    done = desk.convert("--to", "acomba", "--skip-invalid")
    assert done.status == 1
    assert "$1,250,000.50" in done.err
    assert not list(tmp_path.glob("out*"))
    assert not desk.place.exists()


# Acomba's messages


def test_what_acomba_says_is_set_beside_the_documents(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--to", "acomba").status == 0
    lines = (
        r"C:\Acomba\Old\GLImport.001",
        "Écriture EC000001-01 refusée",
        r"C:\Acomba\GLImport.001",
        "Compte 4000 : inexistant",
        "Autre chose",
        "Format de l'écriture invalide (moins de 42 caractères après C)",
    )
    for encoding in ("cp1252", "cp850"):
        file = desk.put("GLimport.err", "\r\n".join(lines).encode(encoding))
        done = called("glimport", "--file", file, *desk.state, "--batch", 1)
        assert done.status == 0
        said = done.out
        assert "Of an earlier import (GLImport.001):\n  Écriture EC000001-01 refusée\n" in said
        assert "It names account 4000, which is in EC000001-01. Documents and payments on it: F-1." in said
        assert "  Autre chose\n  → It repeats nothing of this batch's file" in said
        assert "shorter than your Acomba expects" in said
        assert "messages of earlier imports may still be in it" in said


def test_a_batch_that_is_not_there_and_a_file_without_messages(tmp_path: Path) -> None:
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--to", "acomba").status == 0
    empty = desk.put("GLimport.err", b"")
    assert called("glimport", "--file", empty, *desk.state).out == "There is no message in this file.\n"
    done = called("glimport", "--file", empty, *desk.state, "--batch", 9)
    assert (done.status, done.err) == (2, "There is no batch 9.\n")
