"""Settings → Chart of accounts: the list, a file with its preview, an account by hand, the linked ones."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from ecriture.core.accounts import Account, AccountType, Chart
from ecriture.sources.chart import read_chart, write_chart
from ecriture.store import models
from ecriture.store.charts import chart_of, put_account, put_chart, used_accounts
from ecriture.store.models import AuditRecord, Company
from ecriture.store.settings import change, settings_of
from server_world import World

SignedIn = Callable[[str], Client]
SAGE = b"""13000,1,"Accounts"\r
"1060","Compte de banque","G","Bank","",""\r
"1200","Comptes clients","G","Accounts Receivable","",""\r
"1201","Compte Client - Ecriture","G","Other Receivables","",""\r
"4000","Autres revenus","G","Revenue","",""\r
"""


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def page(name: str, company: Company, *args: Any, guide: str = "") -> str:
    return reverse(name, args=[company.pk, *args]) + (f"?guide={guide}" if guide else "")


def send(client: Client, company: Company, content: bytes, name: str = "charte.csv", guide: str = "") -> Any:
    return client.post(page("chart-import", company, guide=guide), {"file": SimpleUploadedFile(name, content)})


def waiting(client: Client, company: Company, content: bytes, name: str = "charte.csv") -> str:
    """The address of a file's preview."""
    return str(send(client, company, content, name)["Location"])


def text(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


# The list


def test_the_list_says_type_class_and_state_in_words(client: Client, world: World) -> None:
    shown = text(client.get(page("chart", world.company)))
    for words in ("Compte de banque", "Compte de groupe (G)", "En-tête (H)", "Actif", "associé", "dans les réglages"):
        assert words in shown
    assert "ne prend pas d’écritures" in shown


def test_the_list_speaks_the_language_of_the_screen(client: Client, world: World) -> None:
    client.post(reverse("language"), {"language": "en"})
    shown = text(client.get(page("chart", world.company)))
    assert "Chequing Bank Account" in shown
    assert "Group account (G)" in shown


@pytest.mark.parametrize(
    ("asked", "there", "absent"),
    [
        ({"q": "tapis"}, "4130", "1060"),
        ({"q": "TÀPIS"}, "4130", "1060"),
        ({"q": "carpet"}, "4130", "1060"),
        ({"q": "106"}, "1060", "4130"),
        ({"show": "4"}, "4130", "1060"),
        ({"show": "linked"}, "1200", "1060"),
        ({"show": "used"}, "1060", "1000"),
        ({"show": "nothing such"}, "1060", "zzz"),
    ],
)
def test_accounts_are_found_by_number_by_word_and_by_kind(
    client: Client, world: World, asked: dict[str, str], there: str, absent: str
) -> None:
    numbers = [line.key for line in client.get(page("chart", world.company), asked).context["rows"]]
    assert there in numbers
    assert absent not in numbers


def test_a_search_that_finds_nothing_says_so(client: Client, world: World) -> None:
    assert "Aucun compte ne correspond" in text(client.get(page("chart", world.company), {"q": "girafe"}))


def large_chart(count: int = 2000) -> list[Account]:
    return [Account(str(10_000 + place), f"Account {place}", f"Compte {place}") for place in range(count)]


def test_two_thousand_accounts_come_a_page_at_a_time(client: Client, world: World) -> None:
    put_chart(world.company, large_chart(), by=None)
    answer = client.get(page("chart", world.company), {"q": "compte 19", "last": "1"})
    assert len(answer.context["rows"]) == 100
    assert answer.context["rows"][-1].key == "11999"
    assert f"{sum('19' in str(place) for place in range(2000))} comptes" in text(answer)


def test_the_number_of_queries_does_not_follow_the_chart(client: Client, world: World) -> None:
    address = page("chart", world.company)
    put_chart(world.company, large_chart(150), by=None)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    put_chart(world.company, large_chart(), by=None)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) <= 8


def test_an_empty_chart_says_what_to_do_first(client: Client, world: World) -> None:
    put_chart(world.company, (), by=None)
    shown = text(client.get(page("chart", world.company)))
    assert "Il n’y a pas encore de plan comptable" in shown
    assert "plan comptable de départ" in shown


# Out


def test_the_export_is_read_back_as_the_same_chart(client: Client, world: World) -> None:
    answer = client.get(page("chart-csv", world.company))
    assert answer["Content-Type"].startswith("text/csv")
    read = read_chart(io.BytesIO(answer.content), file="charte.csv")
    assert list(read.chart) == list(chart_of(world.company))


# A file


def test_nothing_is_replaced_before_the_preview_is_agreed_to(client: Client, world: World) -> None:
    before = list(chart_of(world.company))
    answer = send(client, world.company, SAGE)
    assert answer.status_code == 302
    assert list(chart_of(world.company)) == before
    shown = text(client.get(answer["Location"]))
    assert "charte.csv" in shown
    assert list(chart_of(world.company)) == before


def test_the_preview_lists_every_row_that_is_not_read(client: Client, world: World) -> None:
    rows = "".join(f";Titre {number};\n" for number in range(1, 251))
    preview = waiting(client, world.company, f"1060;Encaisse;G\n1201;Clients;G\n{rows}".encode())
    shown = text(client.get(preview))
    assert [number for number in range(1, 251) if f"ligne {number + 2} « Titre {number} »" not in shown] == []


def test_the_preview_says_what_is_gone_and_which_setting_uses_it(client: Client, world: World) -> None:
    answer = client.get(waiting(client, world.company, SAGE))
    lost = {it.account.number: it.settings for it in answer.context["spoiled"]}
    assert lost["4130"] == ("Article TAPIS\u00a0: compte de crédit",)
    assert "Pourboires" in lost["2400"]
    assert "1060" not in lost
    shown = text(answer)
    assert "Article TAPIS" in shown
    assert "comptes des réglages ne peuvent plus servir" in shown


def test_the_preview_says_which_account_of_the_settings_becomes_a_heading(client: Client, world: World) -> None:
    lines = [
        "number,name,type",
        *(f"{it.number},{it.name},{'H' if it.number == '4000' else it.type.value}" for it in chart_of(world.company)),
    ]
    preview = waiting(client, world.company, "\n".join(lines).encode())
    answer = client.get(preview)
    (lost,) = [it for it in answer.context["spoiled"] if it.account.number == "4000"]
    assert "titre" in lost.text
    assert "Factures\u00a0: compte de crédit" in lost.settings
    client.post(preview)
    home = text(client.get(reverse("company", args=[world.company.pk])))
    assert "Factures : compte de crédit" in home
    assert "Aucun problème" not in home
    assert "Tout est réglé" not in text(client.get(reverse("first-steps", args=[world.company.pk])))


def test_the_preview_can_be_looked_at_twice_and_in_the_other_language(client: Client, world: World) -> None:
    preview = waiting(client, world.company, SAGE)
    assert "Modifiés" in text(client.get(preview))
    client.post(reverse("language"), {"language": "en"})
    shown = text(client.get(preview))
    assert "Use this chart" in shown
    assert "would do has changed" not in shown


def test_what_was_agreed_to_is_put_in_place_and_the_linked_account_asked_for(client: Client, world: World) -> None:
    answer = client.post(waiting(client, world.company, SAGE))
    assert answer["Location"] == page("chart-linked", world.company)
    assert [account.number for account in chart_of(world.company)] == ["1060", "1200", "1201", "4000"]
    record = AuditRecord.objects.filter(company=world.company, action="chart-changed").latest("at")
    assert record.who == world.people["bookkeeper"]
    asked = text(client.get(answer["Location"]))
    assert "1200" in asked


def test_a_preview_is_used_once(client: Client, world: World) -> None:
    preview = waiting(client, world.company, SAGE)
    client.post(preview)
    put_chart(world.company, large_chart(3), by=None)
    answer = client.post(preview)
    assert answer.status_code == 404
    assert "Ce fichier est déjà en place" in text(answer)
    assert len(chart_of(world.company)) == 3


def test_a_spreadsheet_is_read_too(client: Client, world: World) -> None:
    book = Workbook()
    for row in (("Numéro", "Nom"), ("1060", "Banque"), ("4000", "Revenus")):
        book.active.append(row)  # type: ignore[union-attr]
    content = io.BytesIO()
    book.save(content)
    assert client.get(waiting(client, world.company, content.getvalue(), "charte.xlsx")).context["count"] == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"number,name\r\n1060,Bank\r\n1060,Bank again\r\nx y,Bad\r\n", "« x y »"),
        (b"number,name,type\r\n1060,Bank,Z\r\n", "H, A, G, S, T"),
        (b"hello\r\n", ""),
        (b"PK\x03\x04broken", ""),
        (b"\x00\x01\x02", ""),
        (b'VERNUM,CTYCODE,"Vendors"\r\n', ""),
    ],
)
def test_a_file_with_mistakes_is_refused_with_all_of_them_in_words(
    client: Client, world: World, content: bytes, said: str
) -> None:
    before = list(chart_of(world.company))
    answer = send(client, world.company, content)
    assert answer.status_code == 422
    shown = text(answer)
    assert "Rien n’a été importé." in shown
    assert said in shown
    assert list(chart_of(world.company)) == before
    assert not models.Upload.objects.exists()


def test_no_file_an_empty_one_and_one_too_large_are_said_beside_the_field(client: Client, world: World) -> None:
    address = page("chart-import", world.company)
    assert "Choisissez d’abord un fichier." in text(client.post(address))
    assert "Le fichier est vide." in text(send(client, world.company, b""))
    large = text(send(client, world.company, b"x" * (10 * 1024 * 1024 + 1), "grand.csv"))
    assert "« grand.csv » a 10 Mo." in large


def test_more_accounts_than_a_chart_has_are_refused(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecriture.web.views.chart.MOST_ACCOUNTS", 2)
    answer = send(client, world.company, SAGE)
    assert answer.status_code == 422
    assert "20 000 comptes" in text(answer)


def test_two_thousand_accounts_are_put_in_place(client: Client, world: World) -> None:
    client.post(waiting(client, world.company, write_chart(Chart(large_chart()))))
    assert len(chart_of(world.company)) == 2000


def test_what_the_old_chart_alone_knew_to_be_linked_is_asked_about_again(client: Client, world: World) -> None:
    change(
        world.company,
        None,
        lambda it: replace(it, accounting=replace(it.accounting, linked_accounts=frozenset())),
        area="x",
    )
    assert chart_of(world.company)["1200"].linked
    client.post(waiting(client, world.company, b"number,name\r\n1060,Bank\r\n1200,Debtors\r\n"))
    form = client.get(page("chart-linked", world.company)).context["form"]
    assert [value for value, _ in form.fields["linked"].choices] == ["1200"]


# Linked accounts


def without_linked(world: World) -> None:
    put_chart(world.company, [it._replace(linked=False) for it in chart_of(world.company)], by=None)
    change(
        world.company,
        None,
        lambda it: replace(it, accounting=replace(it.accounting, linked_accounts=frozenset())),
        area="x",
    )


def linked(world: World) -> frozenset[str]:
    world.company.refresh_from_db()
    return settings_of(world.company).accounting.linked_accounts


def test_a_linked_account_is_proposed_and_never_taken_silently(client: Client, world: World) -> None:
    without_linked(world)
    form = client.get(page("chart-linked", world.company)).context["form"]
    assert form["linked"].value() == []
    answer = client.post(page("chart-linked", world.company), {"others": ""})
    assert answer.status_code == 422
    assert "Choisissez le compte associé, ou cochez qu’il n’y en a pas." in text(answer)
    assert linked(world) == frozenset()


def test_the_answer_goes_to_the_settings(client: Client, world: World) -> None:
    without_linked(world)
    client.post(page("chart-linked", world.company), {"linked": ["1200"], "others": "2310, 2330"})
    assert linked(world) == {"1200", "2310", "2330"}


@pytest.mark.parametrize("typed", ["abc, 9999", "9999", "abc"])
def test_a_linked_account_that_nobody_has_is_refused(client: Client, world: World, typed: str) -> None:
    """It would protect nothing, and look as if it did."""
    before = linked(world)
    for name, field in (("chart-linked", "others"), ("accounting", "linked_accounts")):
        answer = client.post(page(name, world.company), {field: typed, "nothing": ""})
        assert answer.status_code == 422
        assert typed.split(", ", maxsplit=1)[0] in answer.context["form"].errors[field][0]
    assert linked(world) == before


def test_only_the_line_of_receivables_is_meant(client: Client, world: World) -> None:
    assert (
        "Seule la ligne Comptes clients est visée" in client.get(page("chart-linked", world.company)).content.decode()
    )


def test_that_there_is_none_is_an_answer_too(client: Client, world: World) -> None:
    without_linked(world)
    answer = client.post(page("chart-linked", world.company), {"nothing": "on"})
    assert answer.status_code == 302
    assert client.post(page("chart-linked", world.company), {"nothing": "on", "others": "1200"}).status_code == 422


def test_a_number_that_can_be_none_is_said(client: Client, world: World) -> None:
    answer = client.post(page("chart-linked", world.company), {"others": "1200, 12345678901234567"})
    assert answer.status_code == 422
    assert "12345678901234567" in text(answer)


# A chart to begin with


def test_the_starter_chart_comes_where_there_is_none_and_replaces_nothing(client: Client, world: World) -> None:
    client.post(page("chart-starter", world.company), {"province": "QC"})
    assert "2330" in chart_of(world.company)
    assert len(chart_of(world.company)) < 60
    put_chart(world.company, (), by=None)
    client.post(page("chart-starter", world.company), {"province": "ON"})
    assert chart_of(world.company)["2310"].name == "GST/HST Charged on Sales"


def test_a_province_that_is_none_makes_no_chart(client: Client, world: World) -> None:
    put_chart(world.company, (), by=None)
    client.post(page("chart-starter", world.company), {"province": "XX"})
    assert len(chart_of(world.company)) == 0


# By hand


def account_id(world: World, number: str) -> object:
    return models.Account.objects.get(company=world.company, number=number).pk


def test_an_account_is_added_between_its_neighbours(client: Client, world: World) -> None:
    answers = {"number": "1202", "name_fr": "Autre créance", "name": "", "type": "G"}
    assert client.post(page("chart-add", world.company), answers).status_code == 302
    numbers = [account.number for account in chart_of(world.company)]
    assert numbers.index("1202") == numbers.index("1201") + 1
    assert chart_of(world.company)["1202"] == Account("1202", "", "Autre créance")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "1060"}, "existe déjà : Compte de banque"),
        ({"number": "12 02"}, "n’est pas un numéro de compte"),
        ({"number": ""}, ""),
        ({"name_fr": ""}, "Inscrivez un nom"),
        ({"type": "Q"}, ""),
    ],
)
def test_a_wrong_account_is_refused_beside_its_field(
    client: Client, world: World, changed: dict[str, str], said: str
) -> None:
    before = list(chart_of(world.company))
    answers = {"number": "1202", "name_fr": "Autre créance", "name": "", "type": "G", **changed}
    answer = client.post(page("chart-add", world.company), answers)
    assert answer.status_code == 422
    assert said in text(answer)
    assert list(chart_of(world.company)) == before


def test_an_account_is_corrected_and_keeps_its_number_and_its_address(client: Client, world: World) -> None:
    address = page("chart-account", world.company, account_id(world, "1060"))
    client.post(address, {"number": "9999", "name": "Bank", "name_fr": "Banque", "type": "A", "linked": "on"})
    assert chart_of(world.company)["1060"] == Account("1060", "Bank", "Banque", AccountType.SUBGROUP, linked=True)
    assert "9999" not in chart_of(world.company)
    assert client.get(address).status_code == 200


def test_what_may_not_be_changed_is_kept(world: World) -> None:
    """An import keeps the row of an account whose number stays, so that its address stays good."""
    kept = account_id(world, "1060")
    put_chart(world.company, [Account("4000", "Revenue"), Account("1060", "Bank")], by=None)
    assert account_id(world, "1060") == kept
    assert [it.number for it in chart_of(world.company)] == ["4000", "1060"]


def test_put_account_into_an_empty_chart_and_at_both_ends(world: World) -> None:
    put_chart(world.company, (), by=None)
    for number in ("4000", "1060", "5000"):
        put_account(world.company, Account(number, "x"), by=None)
    assert [it.number for it in chart_of(world.company)] == ["1060", "4000", "5000"]


def test_every_account_of_the_settings_is_found_with_its_settings(world: World) -> None:
    found = used_accounts(settings_of(world.company))
    assert found["1201"] == ("accounts.invoice_debit", "accounts.payment_credit")
    assert found["2310"] == ("taxes.GST.credit",)
    assert found["1065"] == ("methods.card.debit",)
    assert found["5990"] == ("extras.rounding",)
    assert "EC" not in found


# Where the first steps lead here, they go on afterwards


def test_the_first_steps_are_taken_up_again_after_an_import(client: Client, world: World) -> None:
    answer = send(client, world.company, SAGE, guide="chart")
    upload = models.Upload.objects.get(company=world.company)
    assert answer["Location"] == page("chart-preview", world.company, upload.pk, guide="chart")
    assert f'action="{answer["Location"]}"' in text(client.get(answer["Location"]))
    answer = client.post(answer["Location"])
    assert answer["Location"] == page("first-step", world.company, "chart")


@pytest.mark.parametrize("guide", ["https://example.com/", "//example.com", "nowhere"])
def test_nobody_is_led_elsewhere(client: Client, world: World, guide: str) -> None:
    address = f"{page('chart-add', world.company)}?guide={guide}"
    answer = client.post(address, {"number": "1202", "name_fr": "Autre", "type": "G"})
    assert answer["Location"] == page("chart", world.company)


def test_a_reader_sees_the_chart_and_no_buttons(signed_in: SignedIn, world: World) -> None:
    shown = text(signed_in("reader").get(page("chart", world.company)))
    assert "Compte de banque" in shown
    assert "Importer le plan comptable" not in shown


def test_names_are_shown_as_text(client: Client, world: World) -> None:
    content = b"number,name\r\n1060,<script>x</script>\r\n"
    shown = text(client.get(waiting(client, world.company, content, "<b>.csv")))
    assert "<script>x" not in shown
    assert "&lt;script&gt;x" in shown
