"""`ecriture verify`: a target file, whoever wrote it."""

from pathlib import Path

import pytest
from command_line import BOREAL, called, expected, program

from ecriture.targets.registry import TARGETS

GOOD = b'01-31-26,"EC000001-01","Sales"\r\n1201,10.00\r\n4000,-10.00\r\n'
GOLDEN = BOREAL.parent


def put(folder: Path, content: bytes) -> Path:
    file = folder / "out.txt"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("file", sorted((BOREAL / "expected").iterdir()), ids=lambda file: file.stem)
def test_every_promised_file_is_in_order(file: Path) -> None:
    done = called("verify", "--file", file, "--chart", BOREAL / "chart.csv", "--company", BOREAL / "company.toml")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0] == f"{file.name}: no problems found."


def test_the_balance_of_each_account_is_shown(tmp_path: Path) -> None:
    done = program("verify", "--to", "sage50-ca", "--file", put(tmp_path, GOOD), "--lang", "fr")
    assert done.status == 0
    assert done.out.replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
        "out.txt : aucun problème trouvé.",
        "1 écriture. Solde de chaque compte :",
        "  1201  10,00",
        "  4000  -10,00",
    ]


FAULTS = (
    (GOOD.replace(b"-10.00", b"-9.99"), "GJ-05", 1, "the lines of entry EC000001-01 add up to 0.01 instead of zero."),
    (GOOD.replace(b"01-31", b"02-30"), "GJ-03", 1, "there is no such day: 02-30-26 (month-day-year)."),
    (GOOD.replace(b"Sales", "Été".encode()), "GJ-01", 1, "is not plain ASCII. Write it without accents."),
    (GOOD.replace(b"\r\n", b"\n"), "GJ-01", 1, "lines end with LF"),
    (GOOD + GOOD, "GJ-09", 4, "source EC000001-01 was already used, in line 1."),
    (b"", "GJ-02", 1, "there is no entry in the file."),
)


@pytest.mark.parametrize(
    ("content", "rule", "line", "text"), FAULTS, ids=[f"{it[1]}-{at}" for at, it in enumerate(FAULTS)]
)
def test_a_fault_names_its_line_and_rule(tmp_path: Path, content: bytes, rule: str, line: int, text: str) -> None:
    done = called("verify", "--file", put(tmp_path, content))
    assert (done.status, done.err) == (1, "")
    assert any(it.startswith(f"out.txt, line {line}, {rule}: ") and text in it for it in done.out.splitlines())
    assert done.out.splitlines()[-1] == "1 problem found."
    french = called("verify", "--file", tmp_path / "out.txt", "--lang", "fr").out
    assert f"out.txt, ligne {line}, {rule}" in french
    assert text not in french


def test_several_faults_are_counted(tmp_path: Path) -> None:
    done = called("verify", "--file", put(tmp_path, GOOD.replace(b"-10.00", b"0.00").replace(b"4000", b"9000")))
    assert done.status == 1
    assert done.out.splitlines()[-1] == f"{len(done.out.splitlines()) - 1} problems found."


def test_the_chart_says_which_accounts_there_are(tmp_path: Path) -> None:
    file, chart = put(tmp_path, GOOD), tmp_path / "chart.csv"
    chart.write_text("number,name,linked\n1201,Customers,yes\n4100,Cleaning,no\n", "utf-8")
    said = called("verify", "--file", file, "--chart", chart).out
    assert "out.txt, line 2, GJ-08: account 1201 is linked" in said
    assert "out.txt, line 3, GJ-07: account 4000 is not in the chart of accounts." in said
    chart.write_text("number,name\n1201,Customers\n4000,Sales\n", "utf-8")
    assert called("verify", "--file", file, "--chart", chart).status == 0


def test_the_settings_say_which_years_and_linked_accounts_there_are(tmp_path: Path) -> None:
    file, company = put(tmp_path, GOOD), tmp_path / "company.toml"
    company.write_text("[company]\nfiscal_years = [[2025-01-01, 2025-12-31]]\n", "utf-8")
    assert (
        "GJ-03: 2026-01-31 is not in an open fiscal year." in called("verify", "--file", file, "--company", company).out
    )
    company.write_text('[accounting]\nlinked_accounts = ["1201"]\n', "utf-8")
    assert "GJ-08: account 1201 is linked" in called("verify", "--file", file, "--company", company).out


@pytest.mark.parametrize("option", ["--chart", "--company"])
def test_a_chart_or_settings_with_errors(tmp_path: Path, option: str) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("nothing = [\n", "utf-8")
    done = called("verify", "--file", put(tmp_path, GOOD), option, wrong)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("Error: ")


def test_lax_accepts_what_sage_documents(tmp_path: Path) -> None:
    file = put(tmp_path, GOOD.replace(b"EC000001-01", b"EC000001-01-AND-MORE"))
    assert called("verify", "--file", file).status == 1
    done = called("verify", "--file", file, "--lax")
    assert (done.status, done.out) == (0, "out.txt: no problems found.\n")


def test_every_golden_file_is_in_order() -> None:
    tried = set()
    for name in TARGETS:
        for file in sorted((GOLDEN / name).rglob("expected*")):
            if file.is_file():
                assert called("verify", "--to", name, "--file", file).status == 0, file
                tried.add(name)
    assert tried == set(TARGETS) - {"sage50-ca"}


@pytest.mark.parametrize("name", sorted(set(TARGETS) - {"sage50-ca"}))
def test_a_file_of_another_target_is_refused(tmp_path: Path, name: str) -> None:
    done = called("verify", "--to", name, "--file", put(tmp_path, expected("period-summary")))
    assert done.status == 1
    assert done.out.startswith(f"out.txt is not a file for {name}: ")


HOSTILE = (
    b"\0" * 100,
    b"\xff\xfe" + GOOD,
    b"," * 5000,
    b'"' * 5001,
    b"\r" * 3000,
    b"PK\x03\x04" + b"x" * 99,
    b"[[" * 3000,
)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("content", HOSTILE, ids=lambda it: repr(it[:6]))
def test_no_bytes_make_it_fall(tmp_path: Path, name: str, content: bytes) -> None:
    done = called("verify", "--to", name, "--file", put(tmp_path, content))
    assert done.status == 1
    assert "fault of the program" not in done.out + done.err
