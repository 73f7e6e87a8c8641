"""What a change will cause of what was transferred, shown before it is made: the lines that the next transfer then has."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.core.batches import postings_of
from ecriture.core.documents import Document as Sold
from ecriture.core.documents import Payment as Paid
from ecriture.core.documents import Status, Unit
from ecriture.store.importing import effect_of
from ecriture.store.models import Company, Document, Payment
from ecriture.store.settings import change
from ecriture.store.standing import pending_if
from ecriture.store.transfer import export, plan
from ecriture.store.units import books_of
from ecriture.web import corrections, import_work
from ecriture.web.corrections import Correction, corrections_by, if_void, of_plain, plain
from large_company import queries
from server_world import World, put

SignedIn = Callable[[str], Client]
END = date(2026, 12, 31)


@pytest.fixture
def transferred(world: World) -> World:
    through_all(world.company)
    return world


def through_all(company: Company) -> None:
    company.refresh_from_db()
    export(company, END, plan(company, END).fingerprint, None, skip_invalid=True)


def sums(found: Sequence[Correction]) -> dict[tuple[str, str], list[tuple[date, str, int]]]:
    return {it.unit: sorted((line.own_date, line.account, line.cents) for line in it.lines) for it in found if it.lines}


def in_the_plan(company: Company) -> dict[tuple[str, str], list[tuple[date, str, int]]]:
    """What the next transfer has of each unit, by day and account."""
    company.refresh_from_db()
    found: dict[tuple[str, str], dict[tuple[date, str], int]] = {}
    for unit in plan(company, END).units:
        of_unit = found.setdefault(unit.unit, {})
        for part in unit.parts:
            for posting in postings_of(unit.unit, part):
                key = posting.own_date, posting.account
                of_unit[key] = of_unit.get(key, 0) + posting.amount_cents
    return {it: sorted((*key, cents) for key, cents in lines.items() if cents) for it, lines in found.items()}


def changed_somehow(unit: Unit, chance: Random, documents: Sequence[str]) -> Unit:
    kind = chance.randrange(3)
    if kind == 0:
        return unit._replace(status=Status.VOID)
    if kind == 1:
        return unit._replace(date=unit.date.replace(day=chance.randrange(1, 28)))
    if isinstance(unit, Sold):
        return unit._replace(amounts=(unit.amounts[0] + 100, *unit.amounts[1:]))
    first = unit.rows[0]
    other = first._replace(amount_cents=first.amount_cents + 100, document=chance.choice(documents))
    return unit._replace(rows=(other, *unit.rows[1:]))


@pytest.mark.parametrize("seed", range(30))
def test_what_is_shown_is_what_the_next_transfer_then_has(world: World, seed: int) -> None:
    """Changes of what was transferred, among new documents and payments that decide when others count as sold."""
    chance, company = Random(seed), world.company  # noqa: S311 - the same changes each time
    if seed % 2:
        change(
            company,
            None,
            lambda it: replace(it, accounting=replace(it.accounting, only_when_paid=True)),
            area="accounting",
        )
    through_all(company)
    every = [*books_of(company).units]
    sold, paid = [it for it in every if isinstance(it, Sold)], [it for it in every if isinstance(it, Paid)]
    documents = ["", "N-1", *(it.number for it in sold)]
    units = [changed_somehow(it, chance, documents) for it in every if (it.id.kind, it.number) in held(company)]
    units = chance.sample(units, min(5, len(units)))
    units.append(chance.choice(sold)._replace(number="N-1"))
    for at in range(4):
        like = chance.choice(paid)
        row = like.rows[0]._replace(
            document=chance.choice(documents), amount_cents=chance.choice((5749, 11498, 100000))
        )
        units.append(like._replace(number=f"N-{at}", rows=(row,)))
    effect = effect_of(company, units, "")
    before = sums(corrections_by(company, effect))
    assert [it.unit for it in corrections_by(company, effect)] == [
        after.id for _, after in effect.changed if after.id in effect.transferred
    ]
    put(company, *effect.units)
    after = in_the_plan(company)
    assert {it: lines for it, lines in after.items() if it in before} == before
    assert not {unit.id for unit in units if unit.id in after and unit.id in effect.transferred} - before.keys()


def test_without_a_change_nothing_is_shown(transferred: World) -> None:
    company = transferred.company
    units = [it.id for it in books_of(company).units]
    assert not any(pending_if(company, units, {})[1].get(it) for it in units if it in dict.fromkeys(held(company)))


def held(company: Company) -> "list[tuple[str, str]]":
    found: list[tuple[str, str]] = []
    for kind, model in (("document", Document), ("payment", Payment)):
        found += [
            (kind, it) for it in model.objects.filter(company=company, held=True).values_list("number", flat=True)
        ]
    return found


def test_they_are_put_down_and_read_again(transferred: World) -> None:
    unit = next(it for it in books_of(transferred.company).units if it.number == "F-1001")
    found = if_void(transferred.company, unit.id)
    assert found[0].lines
    assert of_plain(plain(found)) == found


def sent(client: Client, world: World) -> str:
    content = b"document,date,customer,row,code,amount\nF-1001,2026-01-05,,line,,1.00\n"
    answer = client.post(reverse("imports", args=[world.company.pk]), {"file": SimpleUploadedFile("mars.csv", content)})
    return str(answer["Location"])


@pytest.mark.parametrize("size", [0, 1 << 20], ids=["by the worker", "at once"])
def test_the_preview_shows_them_on_demand(
    size: int, transferred: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_work, "LARGE_TEXT", size)
    client = signed_in("office")
    address = sent(client, transferred)
    first = client.get(address).content.decode()
    assert "corrections=1" in first
    assert "Les corrections" not in first
    shown = client.get(f"{address}?corrections=1")
    (correction,) = shown.context["corrections"]
    assert queries(client, f"{address}?corrections=1") <= 45
    assert correction.unit.number == "F-1001"
    text = shown.content.decode()
    assert "Document F-1001" in text
    assert all(line.account in text for line in correction.lines)
    assert sum(line.cents for line in correction.lines) == 0
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert "The corrections" in client.get(f"{address}?corrections=1").content.decode()


def test_only_the_first_ones_are_made(transferred: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "MOST_CORRECTIONS", 1)
    units = [it._replace(status=Status.VOID) for it in books_of(transferred.company).units]
    effect = effect_of(transferred.company, units, "")
    assert len(effect.transferred) > 1
    assert len(corrections_by(transferred.company, effect)) == 1


def test_who_voids_sees_them_first(transferred: World, signed_in: SignedIn) -> None:
    client = signed_in("office")
    for model, name in ((Document, "void-document"), (Payment, "void-payment")):
        row = model.objects.filter(company=transferred.company, held=True).exclude(status="void").order_by("number")[0]
        page = client.get(reverse(name, args=[transferred.company.pk, row.pk]))
        lines = page.context["corrections"][0].lines
        assert queries(client, reverse(name, args=[transferred.company.pk, row.pk])) <= 40
        assert lines
        assert all(line.account in page.content.decode() for line in lines)
