"""Whatever file and mapping come, no page of an import answers 500, and it is stored whole or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.project.working import Worker
from ecriture.sources.mapping.shipped import all_shipped, shipped_bytes
from ecriture.store.models import Import, ImportJob
from ecriture.store.units import books_of
from ecriture.web import import_work
from server_world import World

SignedIn = Callable[[str], Client]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MAPPINGS = Path(__file__).parents[1] / "mappings"
FILES = [
    next(it for it in (MAPPINGS / name).iterdir() if it.stem == "export").read_bytes() for name, _ in all_shipped()
]
OURS = [
    b"document,date,customer,row,code,amount\nS-1,2026-03-02,A,line,,100.00\nS-1,,,tax,GST,5.00\nF-1001,2026-01-05,,line,,1.00\n",
    b"payment,date,document,amount,method\nQ-1,2026-03-03,S-1,105.00,card\nQ-2,2026-03-03,F-1001,1.00,\n",
]
CELLS = st.one_of(
    st.sampled_from(
        ["", "S-1", "F-1001", "2026-03-02", "hier", "1.00", "-5", "1,5", "line", "GST", "final", "void", "\x00", "=1"]
    ),
    st.text(max_size=8),
)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=7), max_size=6).map(
    lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
)
HEADERS = st.sampled_from(["document,date,amount", "payment,date,document,amount", "Day,Who,Paid"])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of some program, with a piece taken out, doubled or replaced."""
    content = draw(st.sampled_from([*FILES, *OURS]))
    first = draw(st.integers(0, len(content)))
    last = draw(st.integers(first, min(len(content), first + 60)))
    piece = draw(st.one_of(st.just(b""), st.just(content[first:last] * 2), st.binary(max_size=6)))
    return content[:first] + piece + content[last:]


CONTENTS = st.one_of(
    damaged(),
    st.binary(max_size=60),
    st.builds(lambda head, rows: head.encode() + b"\n" + rows, HEADERS, TABLES),
)
TEXTS = [shipped_bytes(name).decode() for name, _ in all_shipped()]


@st.composite
def mappings(draw: st.DrawFn) -> str:
    """A shipped mapping with a piece taken out or doubled, or any text."""
    toml = draw(st.sampled_from(TEXTS))
    rows = toml.splitlines()
    at = draw(st.integers(0, len(rows) - 1))
    changed = draw(st.sampled_from([[], [rows[at]] * 2, ['name = "x"'], ["[[payments]]"], [rows[at][:-2]]]))
    return draw(st.one_of(st.just("\n".join([*rows[:at], *changed, *rows[at + 1 :]])), st.text(max_size=40)))


@pytest.fixture(autouse=True)
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASKS = QUEUE
    for module in ("ecriture.project.working", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)


def answered(answer: Any) -> Any:
    assert answer.status_code < 500, answer.status_code
    return answer


def pages_of(client: Client, world: World, content: bytes, name: str, toml: str) -> Iterator[Any]:
    """All that a person does with a file, as far as its pages let them."""
    page = reverse("imports", args=[world.company.pk])
    yield (answer := client.post(page, {"file": SimpleUploadedFile(name, content)}))
    for step in range(6):
        Worker().round()
        if answer.status_code != 302:
            return
        address = str(answer["Location"])
        yield (shown := client.get(address))
        if "/mapping/" in address:
            yield (answer := client.post(address, {"mode": "text", "toml": toml, "act": "use"}))
        elif shown.status_code == 200 and shown.context and shown.context.get("choices") is not None:
            job = shown.context.get("job")
            answers = {"asked": shown.context["choices"].shows, "same-all": "same", **({"job": job.pk} if job else {})}
            yield (answer := client.post(address, answers))
        elif shown.status_code == 302:
            answer = shown
        elif step:
            return


def is_whole(world: World, before: Any) -> None:
    """What is stored is all that an import says, or nothing."""
    made, after = Import.objects.filter(company=world.company).first(), books_of(world.company)
    count = {it.id: it for it in after.units}
    if made is None:
        assert count == before
    else:
        assert len(count) - len(before) == made.new
        assert sum(count[it] != unit for it, unit in before.items()) == made.changed


@pytest.mark.parametrize("size", [0, 1 << 20], ids=["by the worker", "at once"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(content=CONTENTS, name=st.sampled_from(["a.csv", "a.xlsx", "é\x00.csv"]), toml=mappings())
def test_no_file_and_no_mapping_breaks_an_import(
    size: int, content: bytes, name: str, toml: str, world: World, signed_in: SignedIn
) -> None:
    client = signed_in("office")
    client.raise_request_exception = True
    before = {it.id: it for it in books_of(world.company).units}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_work, "LARGE_TEXT", size)
        with transaction.atomic():
            for answer in pages_of(client, world, content, name, toml):
                answered(answer)
            assert not [it for it in ImportJob.objects.all() if it.outcome.get("reason") == "broken"]
            is_whole(world, before)
            transaction.set_rollback(True)
