"""Settings → Company: name, language, province, fiscal years without an overlap, closed periods."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ecriture.core.settings import FiscalYear, Settings
from ecriture.store.models import AuditRecord
from ecriture.store.settings import change, settings_of
from server_world import World

SignedIn = Callable[[str], Client]
YEAR = FiscalYear(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def address(world: World) -> str:
    return reverse("company-settings", args=[world.company.pk])


def settings(world: World) -> Settings:
    world.company.refresh_from_db()
    return settings_of(world.company)


def sent(*years: tuple[str, str], **changed: str) -> dict[str, str]:
    rows = {
        f"year_{row}_{part}": day
        for row, year in enumerate(years)
        for part, day in zip(("first", "last"), year, strict=True)
    }
    return {"name": "Entretien Boréal inc.", "language": "fr", "province": "QC", **rows, **changed}


BOREAL = ("2026-01-01", "2026-12-31")


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_there_is_shown(client: Client, world: World) -> None:
    shown = text(client.get(address(world)))
    for words in ("Entretien Boréal inc.", "2026-01-01", "2026-12-31", 'readonly value="CAD"'):
        assert words in shown


def test_everything_is_saved_and_noted(client: Client, world: World) -> None:
    changed = sent(("2026-04-01", "2027-03-31"), name="Boréal", language="en", province="ON")
    assert client.post(address(world), changed).status_code == 302
    found = settings(world)
    assert (found.name, found.language, world.company.province) == ("Boréal", "en", "ON")
    assert found.fiscal_years == ((date(2026, 4, 1), date(2027, 3, 31)),)
    paths = {
        path for it in AuditRecord.objects.filter(company=world.company, area="company") for path, _, _ in it.changes
    }
    assert {
        "company.name",
        "company.language",
        "company.province",
        "company.fiscal_years",
    } <= paths


def test_saving_what_is_there_changes_nothing(client: Client, world: World) -> None:
    before = AuditRecord.objects.count()
    answer = client.post(address(world), sent(BOREAL, ("", "")), follow=True)
    assert "Rien n’a été changé." in text(answer)
    assert AuditRecord.objects.count() == before


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ((BOREAL, ("2026-12-31", "2027-12-30")), "2026-12-31 est déjà dans l’exercice du 2026-01-01 au 2026-12-31."),
        ((BOREAL, BOREAL), "est déjà dans l’exercice"),
        ((("2026-12-31", "2026-01-01"),), "Le dernier jour est avant le premier. Corrigez l’un des deux."),
        ((BOREAL, ("2027-01-01", "")), "Inscrivez le premier et le dernier jour de l’exercice."),
        ((BOREAL, ("", "2027-12-31")), "Inscrivez le premier et le dernier jour de l’exercice."),
        ((BOREAL, ("demain", "2027-12-31")), "demain"),
    ],
)
def test_years_that_cannot_be_are_said_beside_their_field(
    client: Client, world: World, years: tuple[tuple[str, str], ...], said: str
) -> None:
    answer = client.post(address(world), sent(*years))
    assert answer.status_code == 422
    assert said in text(answer)
    assert settings(world).fiscal_years == (YEAR,)


def test_years_come_in_any_order_and_one_is_taken_away_by_emptying_it(client: Client, world: World) -> None:
    client.post(address(world), sent(("2027-01-01", "2027-12-31"), BOREAL, ("", "")))
    assert [year.first.year for year in settings(world).fiscal_years] == [2026, 2027]
    client.post(address(world), sent(("", ""), ("2027-01-01", "2027-12-31")))
    assert [year.first.year for year in settings(world).fiscal_years] == [2027]


def test_the_next_year_is_added_by_one_click(client: Client, world: World) -> None:
    assert "Ajouter du 1er janvier 2027 au 31 décembre 2027" in text(client.get(address(world)))
    client.post(address(world), {"next_year": "1"})
    assert settings(world).fiscal_years == (YEAR, (date(2027, 1, 1), date(2027, 12, 31)))


def test_without_a_year_there_is_none_to_follow(client: Client, world: World) -> None:
    change(world.company, None, lambda it: replace(it, fiscal_years=()), area="company")
    assert "next_year" not in text(client.get(address(world)))
    client.post(address(world), {"next_year": "1"})
    assert settings(world).fiscal_years == ()


@pytest.mark.parametrize(
    ("changed", "there"),
    [
        ({"name": ""}, "name"),
        ({"language": "de"}, "language"),
        ({"province": "XX"}, "province"),
        ({"name": "a\x07b"}, "name"),
    ],
)
def test_a_wrong_answer_is_refused_and_nothing_saved(
    client: Client, world: World, changed: dict[str, str], there: str
) -> None:
    before = settings(world)
    answer = client.post(address(world), sent(BOREAL, **changed))
    assert answer.status_code == 422
    assert there in answer.context["form"].errors
    assert settings(world) == before
    assert world.company.province == "QC"


def test_the_currency_is_shown_and_never_taken(client: Client, world: World) -> None:
    client.post(address(world), sent(BOREAL, currency="USD"))
    assert settings(world).currency == "CAD"


def test_a_reader_sees_and_cannot_change(signed_in: SignedIn, world: World) -> None:
    shown = text(signed_in("reader").get(address(world)))
    assert "disabled" in shown
    assert 'name="next_year"' not in shown


WORDS = st.one_of(
    st.text(max_size=30), st.dates().map(str), st.sampled_from(["", "2026-01-01", "9999-12-31", "0001-01-01"])
)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "name",
                "language",
                "province",
                "next_year",
                *(f"year_{n}_{p}" for n in (0, 1, 7, 99) for p in ("first", "last")),
            ]
        ),
        WORDS,
    )
)
def test_no_answer_breaks_the_page(client: Client, world: World, answers: dict[str, str]) -> None:
    assert client.post(address(world), answers).status_code in {302, 422}
    assert client.get(address(world)).status_code == 200
