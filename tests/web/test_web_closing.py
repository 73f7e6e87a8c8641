"""Closing a period, opening it again, and the archive of a year."""

import io
from collections.abc import Callable
from csv import DictReader
from dataclasses import replace
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from test_web_books import invoice
from test_web_transfer import exported

from ecriture.core.money import plain
from ecriture.core.settings import FiscalYear
from ecriture.core.tax_return import Period
from ecriture.store import audit, filing
from ecriture.store.access import Right, membership_of
from ecriture.store.control import control_on
from ecriture.store.filed import withdraw
from ecriture.store.models import AuditRecord
from ecriture.store.settings import OnlyOwnerReopens, change, settings_of
from ecriture.store.tax_returns import prepared
from ecriture.web.closing_page import State, proposed
from server_world import World, put
from web_forms import words_of

SignedIn = Callable[[str], Client]
MARCH = date(2026, 3, 31)
YEAR = FiscalYear(date(2026, 1, 1), date(2026, 12, 31))


def url(world: World, name: str, *arguments: object) -> str:
    return reverse(name, args=[world.company.pk, *arguments])


def lock_of(world: World) -> date | None:
    world.company.refresh_from_db()
    return world.company.lock_date


def closed(client: Client, world: World, through: str = "2026-03-31", **more: str) -> Any:
    seen = lock_of(world)
    return client.post(url(world, "closing"), {"through": through, "seen": seen.isoformat() if seen else "", **more})


def states(page: Any) -> list[State]:
    return [point.state for point in page.context["points"]]


def test_a_period_is_closed_once_nothing_of_it_waits(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    asked = closed(client, world)
    assert (asked.status_code, lock_of(world)) == (422, None)
    assert states(asked) == [State.OPEN, State.DONE, State.OPEN]
    exported(client, world)
    assert states(closed(client, world)) == [State.DONE, State.OPEN, State.OPEN], "nobody said that the batch went in"
    client.post(url(world, "confirm-batch", 1))
    assert states(closed(client, world)) == [State.DONE, State.DONE, State.OPEN], "nobody looked at the proof"
    assert client.post(f"{url(world, 'proof')}?month=2026-03").status_code == 302
    assert closed(client, world).status_code == 302
    assert lock_of(world) == MARCH
    record = AuditRecord.objects.get(company=world.company, area="closing")
    assert [*record.changes[0]] == ["company.lock_date", "", "2026-03-31"]


def test_a_person_may_close_although_a_point_is_open(world: World, signed_in: SignedIn) -> None:
    assert closed(signed_in("bookkeeper"), world, although="on").status_code == 302
    assert lock_of(world) == MARCH


def test_closing_goes_forward_and_only_an_owner_goes_back(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    closed(client, world, although="on")
    assert closed(client, world, "2026-02-28", although="on").status_code == 422
    back = {"through": "2026-02-28", "seen": "2026-03-31", "reason": "The accountant asked"}
    assert client.post(url(world, "reopen-period"), back).status_code == 403
    assert lock_of(world) == MARCH
    owner = signed_in("owner")
    assert owner.post(url(world, "reopen-period"), {**back, "reason": " "}).status_code == 422
    for day in ("2026-04-30", "0001-01-01", "0026-01-31"):
        assert owner.post(url(world, "reopen-period"), {**back, "through": day}).status_code == 422
    assert lock_of(world) == MARCH
    assert owner.post(url(world, "reopen-period"), back).status_code == 302
    assert lock_of(world) == date(2026, 2, 28)
    record = AuditRecord.objects.get(company=world.company, action="period-reopened")
    assert record.subject == "The accountant asked"


def test_a_day_that_cannot_be_closed_is_not_replaced_by_another(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    for day in ("9999-12-31", "0001-01-01", "x"):
        page = client.get(url(world, "closing"), {"through": day})
        assert (page.status_code, page.context["day"], page.context["points"]) == (422, None, [])
    page = client.get(url(world, "closing"), {"through": "2026-02-28"})
    assert page.context["day"] == date(2026, 2, 28)
    assert page.content.decode().count('name="csrfmiddlewaretoken"') == page.content.decode().count('method="post"')


def test_no_other_page_or_file_moves_it_back(world: World) -> None:
    """Whoever may change settings, whatever the way: the writer of settings refuses."""
    change(world.company, None, lambda it: replace(it, lock_date=MARCH), area="closing")
    bookkeeper, owner = (
        membership_of(world.people[it], world.company.pk, Right.READ) for it in ("bookkeeper", "owner")
    )
    for day in (None, date(2026, 3, 30)):
        with pytest.raises(OnlyOwnerReopens):
            change(world.company, bookkeeper, lambda it, day=day: replace(it, lock_date=day), area="file")  # type: ignore[misc]
    assert settings_of(world.company).lock_date == MARCH
    change(world.company, bookkeeper, lambda it: replace(it, lock_date=date(2026, 4, 30)), area="file")
    change(world.company, owner, lambda it: replace(it, lock_date=None), area="file")
    assert settings_of(world.company).lock_date is None


def test_somebody_who_moved_it_meanwhile_is_not_undone(world: World, signed_in: SignedIn) -> None:
    client = signed_in("owner")
    closed(client, world, "2026-01-31", although="on")
    stale = {"through": "2026-03-31", "seen": "", "although": "on"}
    answer = client.post(url(world, "closing"), stale, follow=True)
    assert "quelqu’un a déplacé la date de fermeture entre-temps" in words_of(answer)
    assert lock_of(world) == date(2026, 1, 31)
    back = {"through": "", "seen": "2025-12-31", "reason": "x"}
    assert "entre-temps" in words_of(client.post(url(world, "reopen-period"), back, follow=True))
    assert lock_of(world) == date(2026, 1, 31)


def test_what_is_proposed() -> None:
    today = date(2027, 2, 10)
    assert proposed(None, (), today) == date(2027, 1, 31)
    assert proposed(date(2026, 11, 30), (YEAR,), today) == date(2026, 12, 31), "the end of the year comes first"
    assert proposed(date(2026, 12, 31), (YEAR,), today) == date(2027, 1, 31)
    assert proposed(date(2027, 1, 31), (YEAR,), today) is None


TEXTS = st.one_of(st.text(max_size=20), st.dates().map(str), st.sampled_from(("", "2026-03-31", "on", "0001-01-01")))


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(("through", "seen", "although", "reason", "check")), TEXTS))
def test_no_answer_breaks_the_pages(signed_in: SignedIn, world: World, answers: dict[str, str]) -> None:
    client = signed_in("owner")
    for name in ("closing", "reopen-period"):
        assert client.post(url(world, name), answers).status_code in {302, 422}
    assert client.get(url(world, "closing"), answers).status_code in {200, 422}


# The archive


def archive(client: Client, world: World, first: str = "2026-01-01") -> ZipFile:
    answer: Any = client.get(url(world, "year-archive", first))
    assert answer.status_code == 200
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def table(found: ZipFile, name: str) -> list[dict[str, str]]:
    return [*DictReader(io.StringIO(found.read(name).decode("utf-8-sig")))]


def test_a_year_is_kept_readable_without_the_program(world: World, signed_in: SignedIn) -> None:
    put(world.company, invoice("X-1", "2026-03-02", 100), invoice("X-4", "2026-03-03", 100))
    client = signed_in("bookkeeper")
    exported(client, world)
    file = client.get(url(world, "batch-file", 1))
    found = archive(signed_in("reader"), world)
    assert found.testzip() is None
    (name,) = [name for name in found.namelist() if name.startswith("batches/")]
    assert found.read(name) == file.content
    postings = table(found, "postings.csv")
    assert sum(round(float(row["amount"]) * 100) for row in postings) == 0
    sums: dict[str, int] = {}
    for row in postings:
        sums[row["account"]] = sums.get(row["account"], 0) + round(float(row["amount"]) * 100)
    for row in table(found, "balances.csv"):
        sums[row["account"]] -= round(float(row["debit"]) * 100) - round(float(row["credit"]) * 100)
    assert not any(sums.values())
    owed = table(found, "owed.csv")
    assert (
        sum(round(float(row["open"]) * 100) for row in owed if row["account"] == "1201")
        == control_on(world.company, YEAR.last).balance("1201").cents
    )
    gaps = [[*row.values()] for row in table(found, "gaps.csv")]
    assert ["document", "X-1", "X-2", "X-3", "X-4", "2"] in gaps
    assert table(found, "audit.csv")[-1]["action"] == "batch-exported"


def test_the_archive_has_the_filed_returns_with_what_they_are_made_of(world: World, signed_in: SignedIn) -> None:
    exported(signed_in("bookkeeper"), world)
    member, period = world.member("owner"), Period(date(2026, 1, 1), date(2026, 3, 31))
    (figures,) = filing.figures_of(prepared(world.company, period))
    kept = filing.file_return(member, figures.form.name, period, {}, figures.shows)
    withdraw(member, kept, "a slip")
    found = archive(signed_in("reader"), world)
    assert "(FPZ-500) 1er janvier 2026 – 31 mars 2026" in words_of(signed_in("reader").get(url(world, "audit")))
    lines = table(found, "returns.csv")
    assert {row["line"]: row["amount"] for row in lines} == {
        str(number): "" if cents is None else plain(cents) for number, cents in kept.lines
    }
    assert {(row["form"], row["first"], row["last"], row["reason"]) for row in lines} == {
        (kept.form, "2026-01-01", "2026-03-31", "a slip")
    }
    entries = table(found, "return-entries.csv")
    assert {row["number"] for row in entries} == {it.number for it in filing.entries_filed(kept)}
    sales = [round(float(row["amount"]) * 100) for row in entries if row["what"].startswith("sales ")]
    assert sum(sales) == filing.read(kept.amounts).sales_cents
    assert "return-entries.csv" in found.read("README.txt").decode()
    before = FiscalYear(date(2025, 1, 1), date(2025, 12, 31))
    change(world.company, None, lambda it: replace(it, fiscal_years=(before, YEAR)), area="company")
    assert table(archive(signed_in("reader"), world, "2025-01-01"), "returns.csv") == []


def test_the_archive_has_all_changes_of_a_large_import(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "AT_FIRST", 1)
    exported(signed_in("bookkeeper"), world)
    put(world.company, *(invoice(f"Z-{it}", "2026-03-02", 100) for it in range(3)))
    rows = table(archive(signed_in("reader"), world), "audit.csv")
    assert [row["setting"] for row in rows[-3:]] == ["document Z-0", "document Z-1", "document Z-2"]


def test_what_is_no_year_has_none(world: World, signed_in: SignedIn) -> None:
    client = signed_in("reader")
    assert client.get(url(world, "closing")).context["years"] == [YEAR]
    for first in ("2026-01-02", "x", "2019-01-01"):
        assert client.get(url(world, "year-archive", first)).status_code == 404


def test_an_entry_outside_the_years_has_its_year(world: World, signed_in: SignedIn) -> None:
    exported(signed_in("bookkeeper"), world)
    later = (FiscalYear(date(2027, 1, 1), date(2027, 12, 31)),)
    change(world.company, None, lambda it: replace(it, fiscal_years=later), area="company")
    assert signed_in("reader").get(url(world, "closing")).context["years"] == [*later, YEAR]
    change(world.company, None, lambda it: replace(it, fiscal_years=()), area="company")
    assert signed_in("reader").get(url(world, "closing")).context["years"] == [YEAR]
