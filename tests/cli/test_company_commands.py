"""A company of the server is transferred by command, as a nightly job does it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from command_line import BOREAL, Done, program
from homes import fill

COMPANY = "Entretien Boréal inc."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration in its database, whose January is transferred."""
    return fill(tmp_path_factory.mktemp("home"), "demo")


def surroundings(home: Path, **more: str) -> dict[str, str]:
    return {
        "ECRITURE_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "ecriture.project.settings",
        **more,
    }


def command(home: Path, *arguments: object, **more: str) -> Done:
    return program(*arguments, environment=surroundings(home, **more))


def test_a_nightly_job(home: Path, tmp_path: Path) -> None:
    """It plans, exports, asks, confirms, and has nothing left; the file is that of the command with the same history."""
    out = tmp_path / "february.txt"
    planned = command(home, "plan", "entretien boreal INC.", "--through", "2026-02-28")
    assert (planned.status, "EC000002-01" in planned.out) == (0, True)
    assert "add it under Settings → Products & Services" in planned.err
    assert ".toml" not in planned.err  # the remedy is on the pages, where these settings are made
    exported = command(home, "export", COMPANY, "--through", "2026-02-28", "--out", out)
    assert (exported.status, str(out) in exported.out) == (0, True)
    assert out.read_bytes() == by_files(tmp_path)
    again = command(home, "export", COMPANY, "--through", "2026-02-28", "--out", tmp_path / "again.txt")
    assert (again.status, "Nothing to transfer." in again.out) == (0, True)
    assert f'ecriture batches "{COMPANY}" --confirm 2' in again.err  # the words to type work as they are
    assert not (tmp_path / "again.txt").exists()
    assert command(home, "batches", COMPANY, "--confirm", "2").out == "Batch 2 is confirmed.\n"
    listed = command(home, "batches", COMPANY).out.splitlines()
    assert [line.split()[0::5][0] for line in listed[1:]] == ["1", "2"]
    assert listed[2].endswith("confirmed")
    shown = command(home, "batches", COMPANY, "--show", "2").out
    assert "F-1006" in shown
    command(home, "batches", COMPANY, "--write", "2", "--out", tmp_path / "written.txt")
    assert (tmp_path / "written.txt").read_bytes() == out.read_bytes()


def by_files(folder: Path) -> bytes:
    """The second batch of the command that keeps a state."""
    files = [f"--{name}={BOREAL / name}.csv" for name in ("documents", "payments", "chart")]
    for through in ("2026-01-31", "2026-02-28"):
        options = [*files, "--company", BOREAL / "company.toml", "--state", folder / "state", "--through", through]
        assert program("convert", *options, "--out", folder / "by-files.txt").status == 0
    return (folder / "by-files.txt").read_bytes()


def test_a_batch_is_cancelled_for_a_reason(home: Path, tmp_path: Path) -> None:
    refused = command(home, "batches", COMPANY, "--cancel", "1")
    assert (refused.status, "--reason" in refused.err) == (2, True)
    cancelled = command(home, "batches", COMPANY, "--cancel", "1", "--reason", "Sage refused it")
    assert (cancelled.status, "EC000001-01" in cancelled.out) == (0, True)
    again = command(home, "batches", COMPANY, "--cancel", "1", "--reason", "again")
    assert (again.status, "cancelled already" in again.err) == (2, True)
    assert command(home, "batches", COMPANY, "--confirm", "9").err == "There is no batch 9.\n"
    found = json.loads(command(home, "plan", COMPANY, "--through", "2026-01-31", "--format", "json").out)
    assert (found["batch"] >= 2, len(found["entries"])) == (True, 1)
    to_output = command(home, "export", COMPANY, "--through", "2026-01-31", "--out", "-")
    assert to_output.raw.startswith(b"01-31-26,")
    nowhere = command(home, "export", COMPANY, "--through", "2026-03-31", "--out", tmp_path / "no" / "folder.txt")
    assert nowhere.status in (0, 2)  # nothing is left, unless February waits too


def test_a_file_that_cannot_be_written_is_given_again_by_its_batch(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = fill(tmp_path_factory.mktemp("other"), "demo")
    refused = command(home, "export", COMPANY, "--through", "2026-02-28", "--out", home / "no" / "folder.txt")
    assert refused.status == 2
    assert f'Write it again: ecriture batches "{COMPANY}" --write 2 --out FILE' in refused.err
    assert command(home, "batches", COMPANY, "--write", "2", "--out", home / "again.txt").status == 0
    assert (home / "again.txt").read_bytes().startswith(b"02-28-26,")


def test_what_is_in_the_way_is_said_in_one_sentence(home: Path, tmp_path: Path) -> None:
    unknown = command(home, "plan", "Nobody inc.", "--through", "2026-02-28")
    assert (unknown.status, unknown.err) == (
        2,
        "There is no company “Nobody inc.” on this server. See them all: ecriture companies list\n",
    )
    neither = command(home, "batches")
    assert (neither.status, "--state FILE" in neither.err) == (2, True)
    elsewhere = command(home, "batches", COMPANY, "--database", "mysql://x/y")
    assert (elsewhere.status, "DATABASE_URL" in elsewhere.err) == (2, True)
    other = command(home, "batches", COMPANY, "--database", f"sqlite:///{home}/ecriture.sqlite3")
    assert other.status == 0
    french = command(home, "plan", "Personne", "--through", "2026-02-28", "--lang", "fr")
    assert french.err == (
        "Il n’y a pas d’entreprise «\N{NO-BREAK SPACE}Personne\N{NO-BREAK SPACE}» sur ce serveur."
        " Pour les voir toutes\N{NO-BREAK SPACE}: ecriture companies list\n"
    )


def test_the_words_to_type_are_those_of_one_company_in_its_database(home: Path, tmp_path: Path) -> None:
    """An id where a name would not do, and the database if one was given; quotes as shells know them."""
    folder = fill(tmp_path / "other", "demo")
    other = f"sqlite:///{folder}/ecriture.sqlite3"
    export = ("export", "--through", "2026-02-28", "--out", folder / "no" / "file.txt", "--database", other)
    refused = command(home, *export, COMPANY)
    assert f'ecriture batches "{COMPANY}" --database URL --write 2 --out FILE' in refused.err
    assert command(home, "batches", COMPANY, "--database", other, "--write", "2", "--out", folder / "2.txt").status == 0
    again = command(home, *export, COMPANY)
    assert f'ecriture batches "{COMPANY}" --database URL --confirm 2, or --cancel 2 --reason "…".' in again.err
    (pk,) = rename(folder, "-x")
    assert f"ecriture batches {pk} --database URL --confirm 2" in command(home, *export, pk).err
    assert command(home, "batches", pk, "--database", other, "--confirm", "2").status == 0


def rename(home: Path, name: str) -> list[str]:
    """The ids of the companies, which all have the name from now on."""
    with closing(sqlite3.connect(home / "ecriture.sqlite3")) as database, database:
        database.execute("UPDATE store_company SET name = ?", (name,))
        return [str(UUID(pk)) for (pk,) in database.execute("SELECT id FROM store_company")]


def test_a_database_that_was_never_set_up_is_said_with_its_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    refused = command(tmp_path, "plan", COMPANY, "--through", "2026-02-28")
    file = tmp_path / "ecriture.sqlite3"
    assert (refused.status, f"There is no database at {file}." in refused.err) == (2, True)
    assert not file.exists()
    file.touch()
    refused = command(tmp_path, "plan", COMPANY, "--through", "2026-02-28")
    assert (refused.status, "ecriture migrate" in refused.err) == (2, True)
    assert command(tmp_path, "migrate").status == 0
    assert "There is no company" in command(tmp_path, "plan", COMPANY, "--through", "2026-02-28").err


def test_a_reason_with_a_byte_that_the_system_cannot_read_is_kept_without_it(home: Path, tmp_path: Path) -> None:
    assert command(home, "export", COMPANY, "--through", "2026-03-31", "--out", tmp_path / "f").status == 0
    number = max(
        line.split()[0] for line in command(home, "batches", COMPANY).out.splitlines()[1:] if "cancelled" not in line
    )
    cancelled = command(home, "batches", COMPANY, "--cancel", number, "--reason", "caf\udce9")
    assert (cancelled.status, "is cancelled" in cancelled.out) == (0, True)
    assert "caf\ufffd" in command(home, "batches", COMPANY).out


def test_files_are_imported_all_or_none(tmp_path: Path) -> None:
    home = fill(tmp_path / "home", "demo")
    good, more, bad = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "bad.csv"
    good.write_text("document,date,customer,amount\nS-1,2026-03-02,Éva,10.00\nF-1001,2026-01-05,,1.00\n", "utf-8")
    more.write_text("payment,date,document,amount\nQ-1,2026-03-03,S-1,10.00\n")
    bad.write_text("payment,date,amount\nQ-2,hier,x\n")
    refused = command(home, "import", COMPANY, good, bad)
    assert refused.status == 1
    assert "date-unreadable; bad.csv, row 2" in refused.err
    assert "amount-unreadable; bad.csv, row 2" in refused.err
    assert "Nothing was stored." in refused.err
    trial = command(home, "import", COMPANY, good, more, "--dry-run")
    stored = command(home, "import", COMPANY, good, more)
    for done in (trial, stored):
        assert (done.status, done.out.splitlines()[:2]) == (
            0,
            [
                "a.csv: 1 new, 1 changed, 0 unchanged. 1 was transferred already: the next transfer has its correction.",
                "b.csv: 1 new, 0 changed, 0 unchanged.",
            ],
        )
    assert command(home, "import", COMPANY, good, more).out.splitlines() == [
        "a.csv: 0 new, 0 changed, 2 unchanged.",
        "b.csv: 0 new, 0 changed, 1 unchanged.",
    ]
    jobber = BOREAL.parents[1] / "mappings" / "jobber-transactions" / "export.csv"
    assert command(home, "import", COMPANY, jobber).status == 0
    other = tmp_path / "other.csv"
    other.write_text("payment,date,amount\nch_t1,2026-03-03,10.00\n")
    owned = command(home, "import", COMPANY, more, other)
    assert (owned.status, "payment ch_t1 came from jobber" in owned.err) == (1, True)
    assert command(home, "import", COMPANY, tmp_path / "no.csv").status == 2


RECEIPTS = """name = "ours"
source = "ours"

[[payments]]
identity = ["Day", "Who"]
date = "Day"
customer = "Who"
document = "For"
document_separator = ","
amount = "Paid"
"""


def test_a_payment_of_several_documents_is_divided_by_those_of_all_files_and_of_the_store(tmp_path: Path) -> None:
    home = fill(tmp_path / "home", "demo")
    sold, more, paid, mapping = (tmp_path / name for name in ("a.csv", "b.csv", "paid.csv", "ours.toml"))
    sold.write_text("document,date,customer,amount\nS-1,2026-03-02,Luc,10.00\n")
    more.write_text("document,date,customer,amount\nS-2,2026-03-02,Luc,5.00\n")
    paid.write_text('Day,Who,For,Paid\n2026-03-03,Luc,"S-1, S-2",15.00\n')
    mapping.write_text(RECEIPTS)
    assert command(home, "import", COMPANY, sold).status == 0
    assert command(home, "import", COMPANY, paid, more, "--mapping", mapping).status == 0
    plan = command(home, "plan", COMPANY, "--through", "2026-03-31")
    assert "document-unknown" not in plan.out + plan.err
    again = command(home, "import", COMPANY, paid, "--mapping", mapping)
    assert again.out.splitlines() == ["paid.csv: 0 new, 0 changed, 1 unchanged."]
    mapping.write_text(RECEIPTS.replace('"Day", "Who"', '"Who", "Day"'))
    renamed = command(home, "import", COMPANY, paid, "--mapping", mapping)
    assert (renamed.status, "equals 2026-03-03 Luc" in renamed.err) == (1, True)


def test_a_program_that_takes_one_month_gets_one_with_each_export(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = fill(tmp_path_factory.mktemp("acomba"), "demo")
    assert command(home, "batches", COMPANY, "--cancel", "1", "--reason", "another program").status == 0
    with closing(sqlite3.connect(next(home.glob("*.sqlite3")))) as database:
        database.execute("UPDATE store_company SET target = 'acomba'")
        database.commit()
    planned = command(home, "plan", COMPANY, "--through", "2026-02-28")
    assert "E260131" not in planned.out
    assert "These wait for the next ones: 2026-02." in planned.out
    for month, entry in (("01", b"E260131EC000002-01"), ("02", b"E260228EC000003-01")):
        out = home / f"{month}.001"
        exported = command(home, "export", COMPANY, "--through", "2026-02-28", "--out", out)
        assert (exported.status, "Next, in Acomba" in exported.out) == (0, True)
        assert out.read_bytes().count(b"\r\nE") == out.read_bytes().count(b"\r\n" + entry) == 1
    assert (
        "Nothing to transfer." in command(home, "export", COMPANY, "--through", "2026-02-28", "--out", home / "x").out
    )
