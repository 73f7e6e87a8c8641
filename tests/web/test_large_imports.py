"""A large file: a worker looks at it and stores it, the page says how far it is, and it ends right whatever happens."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ecriture.project.working import MOST_TRIES, QUIET, Worker
from ecriture.store import import_jobs
from ecriture.store.books import Changes, record
from ecriture.store.import_jobs import Phase
from ecriture.store.models import Document, Import, ImportJob, ImportPage, Mapping, Membership, Payment, Upload
from ecriture.store.units import books_of
from ecriture.web import import_choices, import_work
from server_world import World

SignedIn = Callable[[str], Client]
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOBBER = Path(__file__).parents[1] / "mappings" / "jobber-transactions"
DOCUMENTS = "document,date,customer,row,code,amount\n"
PART = {"HX-Request": "true", "HX-Target": "progress"}


@pytest.fixture(autouse=True)
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of the program, and files that are large from the first byte."""
    settings.TASKS = QUEUE
    for module in ("ecriture.project.working", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
    monkeypatch.setattr(import_work, "LARGE_TEXT", 0)


@pytest.fixture
def office(signed_in: SignedIn) -> Client:
    return signed_in("office")


def work() -> None:
    Worker().round()


def lines(count: int, cents: int = 100) -> str:
    return DOCUMENTS + "".join(f"S-{it},2026-03-02,Éva <b>,line,,{cents // 100}.00\n" for it in range(count))


def sent(client: Client, world: World, content: str | bytes, name: str = "mars.csv") -> str:
    """The address of the page of a file."""
    raw = content if isinstance(content, bytes) else content.encode()
    answer = client.post(reverse("imports", args=[world.company.pk]), {"file": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 302
    return str(answer["Location"])


def pressed(client: Client, address: str, **more: object) -> Any:
    """Stores what the page shows."""
    shown = client.get(address).context
    return client.post(address, {"job": shown["job"].pk, "asked": shown["choices"].shows, **more})


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def stored() -> int:
    return Document.objects.filter(number__startswith="S-").count()


def test_it_is_looked_at_and_stored_by_the_worker(world: World, office: Client) -> None:
    address = sent(office, world, lines(150))
    assert "<progress" in text(office, address)
    part = office.get(address, headers=PART)
    assert part.content.decode().startswith("<section")
    assert "HX-Refresh" not in part
    work()
    assert office.get(address, headers=PART)["HX-Refresh"] == "true"
    first = text(office, address)
    assert "150 nouveaux" in first
    assert "Éva &lt;b&gt;" in first
    assert "S-99<" in first
    assert "S-100<" not in first
    assert "S-149<" in text(office, f"{address}?page=2")
    assert "S-149<" in text(office, f"{address}?page=999")
    assert "S-0<" in text(office, f"{address}?page=x")
    assert stored() == 0
    answer = pressed(office, address)
    assert answer["Location"] == address
    assert "<progress" in text(office, address)
    assert "mars.csv" in text(office, reverse("imports", args=[world.company.pk]))
    assert stored() == 0
    work()
    made = Import.objects.get(company=world.company)
    assert (stored(), made.new, made.by_name) == (150, 150, "Office <office@example.com>")
    assert office.get(address, headers=PART)["HX-Refresh"] == "true"
    assert str(made.pk) in office.get(address)["Location"]
    assert office.post(reverse("undo-import", args=[world.company.pk, made.pk])).status_code == 302
    assert stored() == 0


def test_it_does_what_it_does_at_once(world: World, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    content = lines(120) + "F-1001,2026-01-05,,line,,1.00\nS-7,hier,,line,,1.00\nS-300,2026-03-02,,tax,TVX,1.00\n"
    large = sent(office, world, content)
    work()
    monkeypatch.setattr(import_work, "LARGE_TEXT", 1 << 20)
    small = sent(office, world, content)
    one, other = (office.get(address).context["preview"] for address in (large, small))
    assert one._replace(pages=1) == other
    assert one.told.faults


def test_much_in_a_small_file_is_for_the_worker_too(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_work, "LARGE_TEXT", 1 << 20)
    monkeypatch.setattr(import_work, "MOST_AT_ONCE", 5)
    sent(office, world, lines(5))
    assert not ImportJob.objects.exists()
    sent(office, world, lines(6))
    assert ImportJob.objects.exists()


def test_a_second_press_and_a_second_tab_store_once(world: World, office: Client) -> None:
    address = sent(office, world, lines(3))
    work()
    shown = office.get(address).context
    answers = {"job": shown["job"].pk, "asked": shown["choices"].shows}
    for _ in range(3):
        assert office.post(address, answers)["Location"] == address
    assert ImportJob.objects.filter(act="store").count() == 1
    work()
    assert office.post(address, answers).status_code == 302
    work()
    assert (stored(), Import.objects.count()) == (3, 1)


def test_what_is_not_what_somebody_looked_at_is_not_stored(world: World, office: Client) -> None:
    address = sent(office, world, f"{DOCUMENTS}F-1001,2026-01-05,,line,,1.00\n")
    work()
    unit = books_of(world.company).documents["F-1001"]
    record(world.company, Changes([unit._replace(customer="X")]), by=None, source="somebody else")
    pressed(office, address)
    work()
    page = text(office, address)
    assert "a changé depuis" in page
    assert books_of(world.company).documents["F-1001"].customer == "X"
    assert office.post(address, {"act": "look"})["Location"] == address
    work()
    pressed(office, address)
    work()
    assert books_of(world.company).documents["F-1001"].customer == ""


def test_errors_stop_all_of_it(world: World, office: Client) -> None:
    address = sent(office, world, lines(3) + "S-9,hier,,line,,1.00\n")
    work()
    assert "mars.csv, ligne 5" in text(office, address)
    assert office.post(address, {"job": ImportJob.objects.get().pk}).status_code == 422
    assert not ImportJob.objects.filter(act="store").exists()
    english = office
    english.post(reverse("language"), {"language": "en", "next": "/"})
    assert "mars.csv, row 5" in text(english, address)


def test_an_unknown_file_is_mapped_first(world: World, office: Client) -> None:
    address = sent(office, world, "Day,Who,Paid\n2026-03-03,Ève,15.00\n", "ours.csv")
    work()
    mapping = str(office.get(address)["Location"])
    toml = (
        'name = "ours"\nsource = "ours"\n\n[[payments]]\ndate = "Day"\ncustomer = "Who"\namount = "Paid"\n'
        'identity = ["Day", "Who"]\n'
    )
    answer = office.post(mapping, {"mode": "text", "toml": toml, "act": "use"})
    assert answer["Location"] == address
    work()
    assert "ours" in text(office, address)
    pressed(office, address)
    work()
    assert Payment.objects.filter(origin="ours").count() == 1
    again = sent(office, world, "Day,Who,Paid\n2026-03-04,Ève,15.00\n", "ours.csv")
    work()
    office.post(again, {"act": "look", "first": "2026-03-01", "last": "2026-03-31"})
    work()
    (lost,) = office.get(again).context["choices"].lost
    pressed(office, again, void=lost.value, first="2026-03-01", last="2026-03-31")
    work()
    assert sorted(Payment.objects.filter(origin="ours").values_list("status", flat=True)) == ["final", "void"]
    Mapping.objects.all().delete()


KEPT = """name = "ours"
source = "ours"

[[payments]]
identity = ["Day", "Who", "Paid"]
date = "Day"
customer = "Who"
amount = "Paid"
"""
RECEIVED = "Day,Who,Paid\n2026-03-02,Luc,10.00\n2026-03-03,Ève,20.00\n"


def keep(client: Client, world: World, toml: str) -> None:
    assert client.post(reverse("new-mapping", args=[world.company.pk]), {"toml": toml}).status_code == 302


def under_other_numbers(client: Client, world: World) -> str:
    """The address of a file whose payments are here already, by a mapping that tells them apart by other columns now."""
    keep(client, world, KEPT)
    pressed_and_done(client, looked_at(client, world, RECEIVED))
    Mapping.objects.update(toml=KEPT.replace('["Day", "Who", "Paid"]', '["Who", "Day"]'))
    return looked_at(client, world, RECEIVED)


def looked_at(client: Client, world: World, content: str) -> str:
    address = sent(client, world, content)
    work()
    return address


def pressed_and_done(client: Client, address: str, **more: object) -> None:
    pressed(client, address, **more)
    work()


def brought() -> dict[str, int]:
    found = Document.objects.filter(origin="shop").order_by("number")
    return {it.number: it.total_cents for it in found}


def test_the_same_payments_are_asked_about_and_known_again(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_choices, "MOST_QUESTIONS", 1)
    address = under_other_numbers(office, world)
    shown = office.get(address).context
    assert (shown["new_count"], shown["choices"].unanswered_count, shown["choices"].more_questions) == (0, 2, 1)
    assert text(office, address).count("à répondre</span>") == 2, "also those that are answered for all alike"
    assert pressed(office, address, **{shown["choices"].questions[0].field: "same"}).status_code == 422
    pressed_and_done(office, address, **{"same-all": "same"})
    made = Import.objects.latest("at")
    assert made.known_as == {"Luc 2026-03-02": "2026-03-02 Luc 10.00", "Ève 2026-03-03": "2026-03-03 Ève 20.00"}
    again = office.get(looked_at(office, world, RECEIVED)).context
    assert (again["choices"].questions, again["preview"].changes) == ([], False)
    assert Payment.objects.filter(origin="ours").count() == 2


SHOP = """name = "shop"
source = "shop"

[[documents]]
document = "No"
date = "Day"
customer = "Who"
refunded = "Back"
refunded_on = "Back on"

[[documents.rows]]
row = "line"
amount = "Net"
"""
BACK = """No,Day,Who,Net,Back,Back on
S-1,2026-03-02,Luc,100.00,21.00,2026-03-20
S-2,2026-03-03,Ève,40.00,40.00,2026-04-01
S-3,2026-03-04,Zoé,40.00,,
"""


def test_refunds_get_their_credit_notes_by_ticks_and_all_is_undone_together(
    world: World, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(office, world, SHOP)
    monkeypatch.setattr(import_choices, "MOST_OFFERED", 1)
    address = looked_at(office, world, BACK)
    choices = office.get(address).context["choices"]
    assert [(it.credit.note.number, it.credit.note.total_cents) for it in choices.credits] == [("S-1-N", 2100)]
    assert [(it.words, it.cents) for it in choices.credits[0].shares] == [("ligne", 2100)]
    assert choices.more_credits == 1
    pressed_and_done(office, address, credit=["S-1-N", "S-2-N", "S-3-N"])
    assert brought() == {"S-1": 10000, "S-1-N": 2100, "S-2": 4000, "S-3": 4000}, "what is not offered is not made"
    again = looked_at(office, world, BACK)
    assert [it.credit.note.number for it in office.get(again).context["choices"].credits] == ["S-2-N"]
    pressed_and_done(office, again)
    assert "ne change rien" in text(office, again)
    office.post(again, {"act": "look"})
    work()
    pressed_and_done(office, again, **{"credit-all": "1"})
    assert brought()["S-2-N"] == 4000
    for made in Import.objects.order_by("-at"):
        assert office.post(reverse("undo-import", args=[world.company.pk, made.pk])).status_code == 302
    assert brought() == {}


MONEY = """name = "money"
source = "shop"

[[payments]]
identity = ["Day", "Who", "Paid"]
date = "Day"
customer = "Who"
document = "No"
amount = "Paid"
negative_is_refund = true
"""
PAID = "Day,Who,No,Paid\n2026-03-05,Luc,S-1,100.00\n"


def test_answers_that_change_what_is_offered_are_kept_when_it_is_looked_at_again(world: World, office: Client) -> None:
    """A payment that is not the same as one that is here pays the invoice twice: then its refund needs no credit note."""
    keep(office, world, SHOP)
    keep(office, world, MONEY)
    pressed_and_done(office, looked_at(office, world, "No,Day,Who,Net,Back,Back on\nS-1,2026-03-02,Luc,100.00,,\n"))
    pressed_and_done(office, looked_at(office, world, PAID))
    Mapping.objects.filter(name="money").update(toml=MONEY.replace('["Day", "Who", "Paid"]', '["Who", "Day"]'))
    address = looked_at(office, world, f"{PAID}2026-03-20,Luc,S-1,-21.00\n")
    asked = office.get(address).context["choices"]
    assert (len(asked.questions), len(asked.credits)) == (1, 1)
    pressed_and_done(office, address, **{asked.questions[0].field: "another"})
    assert "a changé depuis" in text(office, address)
    office.post(address, {"act": "look"})
    work()
    asked = office.get(address).context["choices"]
    assert ([it.answer for it in asked.questions], asked.credits) == (["another"], [])
    pressed_and_done(office, address, **{asked.questions[0].field: "another"})
    assert Payment.objects.filter(origin="shop").count() == 3


def test_a_mapping_that_is_deleted_meanwhile_is_said(world: World, office: Client) -> None:
    address = sent(office, world, "Day,Who,Paid\n2026-03-03,Ève,15.00\n", "ours.csv")
    work()
    office.post(address, {"act": "look", "mapping": "00000000-0000-7000-8000-000000000000"})
    work()
    assert "n’est plus là" in text(office, address)
    assert office.post(address, {"act": "look", "mapping": "x"}).status_code == 404
    assert "n’est plus là" in text(office, address)


def test_who_may_no_longer_record_does_not(world: World, office: Client, signed_in: SignedIn) -> None:
    address = sent(office, world, lines(3))
    work()
    pressed(office, address)
    Membership.objects.filter(user=world.people["office"]).update(role="reader")
    work()
    assert stored() == 0
    assert "n’a plus le droit" in text(signed_in("owner"), address)


# What goes wrong


def claimed(job: ImportJob, worker: str = "dead") -> None:
    """The worker that ran a job was killed."""
    queued = DBTaskResult.objects.get(pk=job.job)
    queued.claim(worker)
    DBTaskResult.objects.filter(pk=job.job).update(started_at=timezone.now() - 2 * QUIET)


def test_a_job_whose_worker_was_killed_is_taken_up_again(world: World, office: Client) -> None:
    address = sent(office, world, lines(3))
    job = ImportJob.objects.get()
    import_jobs.note(job, Phase.READS, place=1, total=2)
    claimed(job)
    assert "35" in text(office, address)
    work()
    pressed(office, address)
    store = ImportJob.objects.get(act="store")
    import_jobs.note(store, Phase.STORES, total=3)
    claimed(store)
    work()
    assert (stored(), Import.objects.count()) == (3, 1)
    import_work.work.call(str(store.pk))
    import_work.work.call(str(job.pk))
    assert (stored(), Import.objects.count()) == (3, 1)


def test_a_job_that_kills_its_workers_says_so_and_can_be_tried_again(world: World, office: Client) -> None:
    address = sent(office, world, lines(3))
    claimed(ImportJob.objects.get())
    DBTaskResult.objects.update(worker_ids=["dead"] * MOST_TRIES)
    work()
    assert "n’a pas pu" in text(office, address)
    office.post(address, {"act": "look"})
    work()
    assert "3 nouveaux" in text(office, address)


def test_a_fault_of_the_program_is_said(world: World, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = sent(office, world, lines(3))
    monkeypatch.setattr(import_work, "effect_of", lambda *_: 1 // 0)
    work()
    assert "n’a pas pu" in text(office, address)
    assert DBTaskResult.objects.get().status == "FAILED", "the log has it"


def test_another_company_s_job_is_not_there(world: World, office: Client, signed_in: SignedIn) -> None:
    from server_world import other_company

    sent(office, world, lines(3))
    work()
    own = other_company(world.people["stranger"])
    address = reverse("import-preview", args=[own.pk, Upload.objects.get().pk])
    stranger = signed_in("stranger")
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"job": ImportJob.objects.get().pk}).status_code == 404


def test_what_is_over_is_swept(world: World, office: Client) -> None:
    sent(office, world, lines(3))
    work()
    assert ImportPage.objects.exists()
    ImportJob.objects.update(at=timezone.now() - timedelta(days=3))
    Upload.objects.update(expires_at=timezone.now() - timedelta(days=1))
    work()
    assert not ImportJob.objects.exists()
    assert not ImportPage.objects.exists()


def test_the_page_reads_as_much_for_any_size_and_writes_nothing(world: World, office: Client) -> None:
    counts = []
    for size in (150, 1_500):
        address = sent(office, world, lines(size))
        for phase in range(2):
            with CaptureQueriesContext(connection) as seen:
                assert office.get(address).status_code == 200
            counts.append((phase, len(seen)))
            assert not [it for it in seen if it["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE", "BEGIN")]
            work()
    assert counts[:2] == counts[2:]
    assert max(count for _, count in counts) <= 14
