"""Wrong usage, and files that cannot be read or written: status 2, one sentence, and nothing is changed."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from command_line import COMPANY, FILES, PROGRAM, Desk, boreal, called, program

from forks import as_nobody, everybodys_folder, start, succeed

COMMANDS = ("convert", "check", "verify", "batches", "probe")

WRONG = (
    ((), "Usage: ecriture", "Usage : ecriture"),
    (("convert",), "Missing option '--company'.", "Option manquante '--company'."),
    (("convert", "--company", "c"), "Missing option '--documents'.", "Option manquante '--documents'."),
    (("check",), "Missing option '--company'.", "Option manquante '--company'."),
    (
        ("check", "--company", "c", "--payments", "p", "--state", "s"),
        "--payments, --state: only with --documents.",
        "--payments, --state : seulement avec --documents.",
    ),
    (("convert", *boreal()), "Missing option '--out'.", "Option manquante '--out'."),
    (("verify",), "Missing option '--file'.", "Option manquante '--file'."),
    (
        ("batches",),
        "Give either --state FILE, or a company of the server.",
        "Donnez soit --state FICHIER, soit une entreprise du serveur.",
    ),
    (("probe", "--out", "x"), "Missing option '--company'.", "Option manquante '--company'."),
    (("nonsense",), "No such command 'nonsense'.", "Il n’y a pas de commande 'nonsense'."),
    (("chek",), "Did you mean 'check'?", "Vouliez-vous dire 'check'?"),
    (("convert", "--speed"), "No such option '--speed'.", "Il n’y a pas d’option '--speed'."),
    (("check", *boreal(), "--out", "x"), "No such option '--out'.", "Il n’y a pas d’option '--out'."),
    (("verify", "--file"), "Option '--file' requires an argument.", "Il manque une valeur à l’option '--file'."),
    (("check", "--lax=yes"), "No such option '--lax'.", "Il n’y a pas d’option '--lax'."),
    (("verify", "--lax=yes"), "Option '--lax' does not take a value.", "L’option '--lax' ne prend pas de valeur."),
    (("check", *boreal(), "january"), "Got unexpected extra argument (january)", "Argument en trop (january)"),
    (("check", *boreal(), "--to", "qb"), "'qb' is not one of 'sage50-ca', ", "'qb' n’est pas l’un de ceux-ci"),
    (("check", *boreal(), "--format", "xml"), "'xml' is not one of 'text', 'json'.", "'xml' n’est pas l’un de ceux"),
    (("check", *boreal(), "--batch", "0"), "0 is not in the range 1<=x<=999999.", "0 n’est pas dans 1<=x<=999999."),
    (("check", *boreal(), "--batch", "1000000"), "1000000 is not in the range", "1000000 n’est pas dans"),
    (("check", *boreal(), "--batch", "one"), "'one' is not a valid integer", "'one' n’est pas un nombre"),
    (
        ("check", *boreal(), "--through", "2026-02-30"),
        "“2026-02-30” is not a date.",
        "« 2026-02-30 » n’est pas une date.",
    ),
    (("check", *boreal(), "--from", "yesterday"), "“yesterday” is not a date.", "« yesterday » n’est pas une date."),
    (("batches", "--state", "s", "--confirm", "0"), "0 is not in the range x>=1.", "0 n’est pas dans x>=1."),
)


@pytest.mark.parametrize(("arguments", "english", "french"), WRONG, ids=lambda it: " ".join(it)[:40] if it else None)
def test_wrong_usage_is_said_in_both_languages(arguments: tuple[str, ...], english: str, french: str) -> None:
    for language, text in (("C", english), ("fr_CA.UTF-8", french)):
        done = called(*arguments, environment={"LC_ALL": language})
        assert done.status == 2
        assert text in done.err.replace("\N{NO-BREAK SPACE}", " ")
        assert done.out == ""


def test_a_wrong_language_is_said_in_that_of_the_locale() -> None:
    assert "n’est pas l’un de ceux-ci" in called("check", "--lang", "de", environment={"LC_ALL": "fr_CA"}).err
    assert called("check", "--lang", "de").status == 2


@pytest.mark.parametrize("option", ["--company", "--documents", "--payments", "--chart"])
@pytest.mark.parametrize(
    ("make", "why"), [(None, "there is no such file or folder"), (Path.mkdir, "it is a folder")], ids=["none", "folder"]
)
def test_an_input_that_cannot_be_read(tmp_path: Path, option: str, make: object, why: str) -> None:
    desk, wrong = Desk(tmp_path), tmp_path / "wrong"
    if callable(make):
        make(wrong)
    for name, more in (("convert", ["--out", desk.out]), ("check", [])):
        done = called(name, *desk.inputs, *more, option, wrong)
        assert (done.status, done.out, done.err) == (2, "", f"{wrong} cannot be read or written: {why}.\n")
    assert not desk.out.exists()


def test_the_file_to_verify_and_the_settings_of_a_probe(tmp_path: Path) -> None:
    sentence = f"{tmp_path} cannot be read or written: it is a folder.\n"
    assert called("verify", "--file", tmp_path)[0:3] == (2, "", sentence)
    assert called("probe", "--company", tmp_path, "--out", tmp_path / "out")[0:3] == (2, "", sentence)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_the_rights_forbid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rights do not bind the root user, as whom tests may run."""
    desk, opened = Desk(tmp_path), Path.open

    def forbidden(self: Path, mode: str = "r") -> object:
        if self.name == "documents.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", forbidden)
    done = desk.convert()
    assert (done.status, done.err) == (2, f"{tmp_path}/documents.csv cannot be read or written: access is denied.\n")


# Places to write to


def places(tmp_path: Path) -> dict[str, str]:
    return {
        str(tmp_path / "nowhere" / "out.txt"): "there is no such file or folder",
        str(tmp_path / "out.txt" / "out.txt"): "there is no such file or folder",
        str(tmp_path): "it is a folder",
        "/dev/full": "the disk is full",
    }


@pytest.mark.parametrize("memory", [False, True])
def test_a_place_that_cannot_be_written_to(tmp_path: Path, memory: bool) -> None:
    """A device is written to after the batch was recorded, so with a memory it is the last one tried."""
    desk = Desk(tmp_path, state=memory)
    desk.put("out.txt", "the file of before")
    for place, why in places(tmp_path).items():
        done = called("convert", *desk.inputs, "--out", place)
        assert (done.status, done.out) == (2, "")
        last = done.err.splitlines()[-1]
        assert last.startswith(f"{place} cannot be read or written: {why}.")
        assert last.endswith(f"{why}.") or (memory and "Batch 1 is recorded all the same." in last)
        assert "Traceback" not in done.err
        assert "/dev/full" in place or set(desk.files()) == {*FILES.values(), "out.txt"}
    assert desk.out.read_bytes() == b"the file of before"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("memory", [False, True])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, memory: bool) -> None:
    desk = Desk(tmp_path, state=memory)
    desk.put("out.txt", "the file of before")
    before = desk.files()

    def full(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    done = desk.convert()
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1] == f"{desk.out} cannot be read or written: the disk is full."
    assert desk.files() == before


def test_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    desk.put("out.txt", "the file of before")
    before = desk.files()

    def read_only(**_options: str | Path) -> tuple[int, str]:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), "out.txt.new")

    monkeypatch.setattr(tempfile, "mkstemp", read_only)
    done = desk.convert("--lang", "fr")
    assert done.status == 2
    said = done.err.replace("\N{NO-BREAK SPACE}", " ").splitlines()[-1]
    assert said == f"{desk.out} ne peut être lu ou écrit : le dossier est en lecture seule."
    assert desk.files() == before


@pytest.mark.parametrize("name", ["out.txt", "new.txt"])
def test_a_file_in_a_folder_that_may_only_be_read(name: str) -> None:
    """It is tried before the batch is recorded: the state is as before, and the next export has it all."""
    with everybodys_folder() as folder:
        folder.chmod(0o777)
        desk, closed = Desk(folder, state=True), folder / "closed"
        assert desk.convert("--through", "2026-01-31").status == 0
        desk.place.chmod(0o666)
        closed.mkdir()
        (closed / "out.txt").write_text("the file of before")
        closed.chmod(0o555)
        before = desk.files()

        def write() -> None:
            as_nobody()
            done = desk.convert("--out", closed / name)
            said = f"{closed / name} cannot be read or written: access is denied."
            assert (done.status, done.out, done.err.splitlines()[-1]) == (2, "", said)

        succeed(start(write))
        assert desk.files() == before
        assert [it.read_text() for it in closed.iterdir()] == ["the file of before"]
        assert "Batch 2, " in desk.convert().out


def test_a_folder_of_the_system_in_which_nobody_writes() -> None:
    done = program("convert", *boreal(), "--out", "/proc/out.txt")
    assert done.status == 2
    assert done.err.splitlines()[-1].startswith("/proc/out.txt cannot be read or written: ")


def test_a_folder_for_the_state_in_which_nobody_writes(tmp_path: Path) -> None:
    done = Desk(tmp_path).convert("--state", "/proc/state.db")
    assert done.status == 2
    assert done.err.startswith("/proc/state.db cannot be read or written: ")
    assert not (tmp_path / "out.txt").exists()


def test_standard_output_on_a_full_disk(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for arguments in (["convert", *desk.inputs, "--out", "-"], ["check", *desk.inputs], ["--help"], ["--version"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=english()
            )
        assert done.returncode == 2, arguments
        assert done.stderr.splitlines()[-1] == "- cannot be read or written: the disk is full."
        assert "Traceback" not in done.stderr


def english() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def test_both_on_standard_output(tmp_path: Path) -> None:
    done = called("convert", *Desk(tmp_path).inputs, "--out", "-", "--format", "json")
    assert (done.status, done.out) == (2, "")
    assert done.err == "--out - and --format json both use standard output. Choose a file for --out.\n"


@pytest.mark.parametrize("name", ["company.toml", "documents.csv", "payments.csv", "state.db", "./state.db"])
def test_no_file_of_the_command_is_written_over(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path, state=True)
    assert desk.convert("--through", "2026-01-31").status == 0
    before, file = desk.files(), tmp_path / name
    sentence = f"{file} is read by this command: writing would destroy it. Choose another --out.\n"
    assert called("convert", *desk.inputs, "--out", file)[0:3] == (2, "", sentence)
    if "state" in name:
        assert desk.batches("--write", "1", "--out", file)[0:3] == (2, "", sentence)
    if "company" in name:
        assert called("probe", "--company", file, "--out", file)[0:3] == (2, "", sentence)
    assert desk.files() == before


# A reader that goes away


@pytest.mark.parametrize("more", [["--explain"], [], ["--format", "json"], ["--help"]])
def test_a_pipe_that_is_closed_ends_the_command_in_silence(tmp_path: Path, more: list[str]) -> None:
    """`ecriture check … | head -0`, with much to say and with little."""
    desk = Desk(tmp_path)
    rows = "".join(f"F-{number},2026-01-05,,1.00\n" for number in range(2000 if more else 1))
    desk.put("documents.csv", f"document,date,customer,amount\n{rows}")
    desk.put("payments.csv", "payment,date,amount\n")
    process = subprocess.Popen(
        [*PROGRAM, "check", *desk.inputs, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=english()
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 2
    assert said == b""


# A fault of the program

BROKEN = """
import sys
from ecriture import transfer

def write(*arguments, **options):
    raise RuntimeError("the sum is not zero")

transfer.write = write
from ecriture.cli.__main__ import main
main()
"""


FAULT = (
    "This is a fault of the program, not of your files: RuntimeError: the sum is not zero. No file was written. Please"
    " report it; with ECRITURE_DEBUG=1 the details are shown."
)


def broken(desk: Desk, **environment: str) -> tuple[int, str, str]:
    start = (sys.executable, "-c", BROKEN)
    done = program("convert", *desk.inputs, "--out", desk.out, start=start, environment=environment)
    assert not desk.out.exists()
    return done.status, done.out, done.err.splitlines()[-1] if "Traceback" not in done.err else done.err


def test_an_unexpected_exception_is_one_sentence(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert broken(desk) == (
        2,
        "",
        FAULT,
    )
    assert broken(desk, LC_ALL="fr_CA.UTF-8")[2].startswith("C’est une faute du programme, et non de vos fichiers")


def test_with_debugging_it_is_the_traceback(tmp_path: Path) -> None:
    status, _, said = broken(Desk(tmp_path), ECRITURE_DEBUG="1")
    assert status != 0
    assert said.startswith("Without a state file")
    assert "Traceback (most recent call last)" in said
    assert said.splitlines()[-1] == "RuntimeError: the sum is not zero"


# Help


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_shows_the_commands_and_examples(option: str) -> None:
    english, french = called(option), called(option, environment={"LANG": "fr_CA.UTF-8", "LC_ALL": ""})
    for done in (english, french):
        assert (done.status, done.err) == (0, "")
        assert all(f"\n  {command} " in done.out for command in COMMANDS)
        assert "  ecriture convert --company company.toml" in done.out
    assert "Examples:" in english.out
    assert "Exemples\N{NO-BREAK SPACE}:" in french.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained_in_both_languages(command: str) -> None:
    texts = {language: called(command, "--lang", language, "--help").out for language in ("en", "fr")}
    assert texts["en"] != texts["fr"]
    for language, text in texts.items():
        assert "--lang" in text
        assert ("Show this message and exit." if language == "en" else "Afficher cette aide.") in text


def test_the_documented_options_are_there() -> None:
    documented = {
        "convert": "--company --documents --payments --chart --state --through --from --batch --to --skip-invalid --explain"
        " --format --lang --out",
        "check": "--company --documents --payments --chart --state --through --from --batch --to --skip-invalid --explain"
        " --format --lang",
        "verify": "--to --file --chart --lax",
        "batches": "--state --confirm --cancel --reason --write --out",
        "probe": "--company --out",
    }
    for command, options in documented.items():
        help_text = called(command, "--help").out
        assert [option for option in options.split() if f" {option} " not in help_text.replace("\n", " ")] == []


# What is loaded


def loaded_by(*arguments: object) -> set[str]:
    """The modules that a command has loaded when it ends."""
    script = (
        "import sys\n"
        "from ecriture.cli import __main__\n"
        "assert __main__.status_of(sys.argv[1:]) == 0\n"
        "print(*sys.modules, sep='\\n', file=sys.stderr)\n"
    )
    done = program(*arguments, start=(sys.executable, "-c", script))
    assert done.status == 0
    return set(done.err.split())


HEAVY = frozenset({"rich", "openpyxl", "pyexpat", "django", "difflib", "zipfile", "tomli_w"})


def test_a_plain_conversion_loads_nothing_heavy(tmp_path: Path) -> None:
    loaded = loaded_by("convert", *boreal(), "--out", tmp_path / "out.txt")
    assert HEAVY & loaded == set()
    assert "ecriture.core.plan" in loaded


def test_a_workbook_is_what_loads_the_reader_of_workbooks(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None
    for row in (("document", "date", "amount"), ("F-1", "2026-01-05", "100.00")):
        book.active.append(row)
    book.save(tmp_path / "documents.xlsx")
    company = tmp_path / "company.toml"
    company.write_text(COMPANY, "utf-8")
    loaded = loaded_by("check", "--company", company, "--documents", tmp_path / "documents.xlsx")
    assert {"ecriture.sources.tables.spreadsheet", "pyexpat", "openpyxl"} <= loaded


def test_the_version_loads_neither_click_nor_the_core() -> None:
    loaded = loaded_by("--version")
    assert {name for name in loaded if name.startswith(("click", "ecriture"))} <= {
        *("ecriture", "ecriture.cli", "ecriture.cli.__main__")
    }


def test_the_version() -> None:
    from importlib.metadata import version

    assert program("--version")[0:3] == (0, f"ecriture {version('ecriture')}\n", "")
    assert called("--version").out == f"ecriture {version('ecriture')}\n"
