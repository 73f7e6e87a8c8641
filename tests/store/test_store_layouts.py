"""A company's own layout: kept once for each program, in the log, in the company's file, and the one its file is written by."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from ecriture.cli.__main__ import status_of
from ecriture.store import demonstration
from ecriture.store.layouts import delete_layout, own_layout, put_layout, target_for, toml_of, toml_of_shipped
from ecriture.store.models import AuditRecord, Batch, Company, OwnLayout
from ecriture.store.own_texts import ChangedMeanwhile, mark_of, went_and_came
from ecriture.store.removal import remove, zipped
from ecriture.store.transfer import NothingPending, PlanChanged, export, plan
from ecriture.targets.layout import shipped_bytes
from ecriture.targets.registry import OTHER, TARGETS, layout_names, target
from server_world import World, other_company

MARCH = date(2026, 3, 31)
BOREAL = Path(demonstration.__file__).parent / "boreal"


def with_target(world: World, name: str) -> Company:
    Company.objects.filter(pk=world.company.pk).update(target=name)
    world.company.refresh_from_db()
    return world.company


def ours(name: str = "acomba", **changed: str) -> str:
    toml = toml_of_shipped(name)
    if name == OTHER:  # which has no name yet
        toml = toml.replace("[layout]\n", '[layout]\nname = "Avantage"\n')
    for old, new in changed.items():
        assert old in toml
        toml = toml.replace(old, new)
    return toml


def exported(company: Company) -> Batch:
    company.refresh_from_db()
    return export(company, MARCH, plan(company, MARCH).fingerprint, None, skip_invalid=True)


def by_the_command(folder: Path, to: str) -> list[bytes]:
    files = [f"--{name}={BOREAL / f'{name}.csv'}" for name in ("documents", "payments", "chart")]
    out = folder / "out.txt"
    company = f"--company={BOREAL / 'company.toml'}"
    asked = ["convert", company, *files, f"--through={MARCH}", f"--out={out}", f"--to={to}", "--skip-invalid"]
    assert status_of([*asked, f"--state={folder / 'state.sqlite'}"]) == 0
    return [file.read_bytes() for file in sorted(folder.glob("out*.txt"))]


# Kept


def test_a_layout_is_kept_under_what_one_saw_and_the_log_has_what_changed(world: World) -> None:
    company, owner = with_target(world, "acomba"), world.member("owner")
    assert own_layout(company) is None
    put_layout(company, "acomba", ours(Ecriture="Boreal"), by=owner, seen="")
    with pytest.raises(ChangedMeanwhile):
        put_layout(company, "acomba", ours(), by=owner, seen="")
    put_layout(company, "acomba", ours(Ecriture="Bor"), by=owner, seen=mark_of(ours(Ecriture="Boreal")))
    assert toml_of(company) == ours(Ecriture="Bor")
    record = AuditRecord.objects.filter(company=company, action="layout-kept").latest("at")
    [[name, went, came]] = record.changes
    assert (name, "Boreal" in went, '"Bor"' in came, record.area) == ("acomba", True, True, "layouts")


def test_going_back_to_the_shipped_one_needs_what_one_saw_too(world: World) -> None:
    company = with_target(world, "acomba")
    put_layout(company, "acomba", ours(Ecriture="Boreal"), by=None, seen="")
    with pytest.raises(ChangedMeanwhile):
        delete_layout(company, "acomba", by=None, seen="")
    delete_layout(company, "acomba", by=None, seen=mark_of(ours(Ecriture="Boreal")))
    assert not OwnLayout.objects.exists()
    assert AuditRecord.objects.filter(company=company, action="layout-deleted").exists()


def test_another_program_has_its_own_and_no_other_company_sees_it(world: World) -> None:
    company = with_target(world, "acomba")
    put_layout(company, "acomba", ours(Ecriture="Boreal"), by=None, seen="")
    assert target_for(with_target(world, "xero")).title == "Xero"
    assert own_layout(company, "xero") is None
    assert toml_of(with_target(world, "acomba")) == ours(Ecriture="Boreal")
    other = other_company(world.people["stranger"])
    assert own_layout(other, "acomba") is None


@pytest.mark.parametrize("name", [*TARGETS, OTHER])
def test_without_one_the_target_is_the_shipped_one(world: World, name: str) -> None:
    found = target_for(with_target(world, name))
    assert (found.name, found.suffix) == (name, target(name).suffix)


def test_it_leaves_with_the_company(world: World) -> None:
    company = with_target(world, OTHER)
    toml = ours(OTHER).replace('suffix = ".csv"\n', "")  # .txt is the default
    put_layout(company, OTHER, toml, by=None, seen="")
    exported(company)
    put_layout(company, OTHER, ours(OTHER), by=None, seen=mark_of(toml))
    with zipfile.ZipFile(io.BytesIO(zipped(company))) as archive:
        assert archive.read("layout.toml").decode() == ours(OTHER)
        assert b'target = "layout"' in archive.read("company.toml")
        assert "batches/0001.txt" in archive.namelist()
    remove(company, by=None)
    assert not OwnLayout.objects.exists()


# Used


@pytest.mark.parametrize("name", layout_names())
def test_the_files_are_those_of_the_command_month_by_month(world: World, tmp_path: Path, name: str) -> None:
    company = with_target(world, name)
    expected = by_the_command(tmp_path, name)
    made: list[bytes] = []
    while len(made) < len(expected):
        company.refresh_from_db()
        planned = plan(company, MARCH)
        assert len(planned.plan.periods) == (len(expected) - len(made) if len(expected) - len(made) > 1 else 0)
        made.append(bytes(export(company, MARCH, planned.fingerprint, None, skip_invalid=True).content))
    assert made == expected
    company.refresh_from_db()
    with pytest.raises(NothingPending):
        export(company, MARCH, plan(company, MARCH).fingerprint, None, skip_invalid=True)


def test_a_layout_of_ones_own_writes_what_the_command_does_from_its_file(world: World, tmp_path: Path) -> None:
    company = with_target(world, "acomba")
    toml = shipped_bytes("acomba").decode().replace("LGL7", "LGL8").replace('decimal = "."', 'decimal = ","')
    (tmp_path / "own.toml").write_text(toml, "utf-8")
    put_layout(company, "acomba", toml, by=None, seen="")
    expected = by_the_command(tmp_path, f"layout:{tmp_path / 'own.toml'}")
    made: list[bytes] = []
    for _ in expected:
        company.refresh_from_db()
        planned = plan(company, MARCH)
        made.append(bytes(export(company, MARCH, planned.fingerprint, None, skip_invalid=True).content))
    assert made == expected
    assert b"LGL8" in made[0]
    assert {it.target for it in Batch.objects.all()} == {"acomba"}


def test_the_mark_of_a_plan_covers_the_layout(world: World) -> None:
    company = with_target(world, "acomba")
    seen = plan(company, MARCH).fingerprint
    put_layout(company, "acomba", ours(Ecriture="Boreal"), by=None, seen="")
    assert plan(company, MARCH).fingerprint != seen
    with pytest.raises(PlanChanged):
        export(company, MARCH, seen, None)


def test_a_layout_of_another_program_changes_no_plan(world: World) -> None:
    seen = plan(world.company, MARCH).fingerprint
    put_layout(world.company, "acomba", ours(Ecriture="Boreal"), by=None, seen="")
    assert plan(world.company, MARCH).fingerprint == seen


def test_the_settings_and_the_layout_of_the_server_are_those_of_the_command(world: World, tmp_path: Path) -> None:
    company = with_target(world, OTHER)
    put_layout(company, OTHER, ours(OTHER, Account="Compte"), by=None, seen="")
    with zipfile.ZipFile(io.BytesIO(zipped(company))) as archive:
        for name in ("company.toml", "layout.toml", "chart.csv"):
            (tmp_path / name).write_bytes(archive.read(name))
    files = [f"--{name}={BOREAL / f'{name}.csv'}" for name in ("documents", "payments")]
    own = [f"--company={tmp_path / 'company.toml'}", f"--chart={tmp_path / 'chart.csv'}"]
    out = tmp_path / "out.csv"
    assert status_of(["convert", *own, *files, f"--through={MARCH}", f"--out={out}", "--skip-invalid"]) == 0
    company.refresh_from_db()
    made = export(company, MARCH, plan(company, MARCH).fingerprint, None, skip_invalid=True)
    assert out.read_bytes() == bytes(made.content)
    assert b";Compte;" in out.read_bytes()


def test_a_batch_keeps_the_layout_of_its_day(world: World) -> None:
    """The shipped one too, since a later version of the program may ship another."""
    company = with_target(world, "acomba")
    first = exported(company)
    own = ours(**{"(GLimport).": "Autre menu).", 'suffix = ".001"': 'suffix = ".txt"'})
    put_layout(company, "acomba", own, by=None, seen="")
    second = exported(company)
    delete_layout(company, "acomba", by=None, seen=mark_of(own))
    with_target(world, "sage50-ca")
    found = [target_for(company, it.target, Batch.objects.get(pk=it.pk).layout) for it in (first, second)]
    assert [it.suffix for it in found] == [".001", ".txt"]
    assert ["Autre menu" in "".join(it.steps_in("fr")) for it in found] == [False, True]


def test_a_program_without_layouts_leaves_none_in_its_batch(world: World) -> None:
    assert exported(with_target(world, "sage50-ca")).layout == ""


def test_the_log_is_written_as_fast_of_any_two_texts() -> None:
    """The company is locked meanwhile, and on SQLite every other one."""
    before = [f"#{number}" for number in range(20_000)]
    after = [line if number % 2 else f"{line}x" for number, line in enumerate(before)]
    begun = time.process_time()
    assert went_and_came(before, after) == (before[:-1], after[:-1])
    assert time.process_time() - begun < 0.5
    assert went_and_came(["a", "b", "c"], ["a", "x", "c", "c"]) == (["b"], ["x", "c"])
    assert went_and_came([], ["a"]) == ([], ["a"])
    assert went_and_came(["a", "a"], ["a"]) == (["a"], [])
