"""Settings → Products & Services: right and wrong input, many at once, the archive, files; no input breaks a page."""

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecriture.core.accounts import Account
from ecriture.core.settings import Item, Settings, frozen_mapping
from ecriture.store.catalogue import change_items
from ecriture.store.charts import put_account
from ecriture.store.models import AuditRecord, Company, Upload
from ecriture.store.models import Item as ItemRow
from ecriture.store.settings import change, make_company, settings_of
from server_world import World, other_company
from web_forms import shown

SignedIn = Callable[[str], Client]


def url(world: World, name: str = "items", *more: object) -> str:
    return reverse(name, args=[world.company.pk, *more])


def row(world: World, code: str) -> ItemRow:
    return ItemRow.objects.get(company=world.company, code=code)


def stored(world: World) -> Settings:
    return settings_of(Company.objects.get(pk=world.company.pk))


def item(world: World, code: str) -> Item:
    return stored(world).items[code]


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


@pytest.fixture
def bookkeeper(signed_in: SignedIn) -> Client:
    client = signed_in("bookkeeper")
    client.post(reverse("language"), {"language": "en"})
    return client


@pytest.fixture
def soap(world: World) -> str:
    """An item without accounts, which no document names."""

    def with_soap(before: Settings) -> Settings:
        return replace(before, items=frozen_mapping({**before.items, "SAVON": Item("SAVON", "Savon à vaisselle")}))

    change(world.company, None, with_soap, area="items")
    return "SAVON"


ALL = {"which_taxes": "all"}


# The list


def test_the_list_shows_the_accounts_that_an_item_goes_to(world: World, bookkeeper: Client, soap: str) -> None:
    page = said(bookkeeper.get(url(world)))
    assert "<b>4100</b> Residential Cleaning" in page
    assert "1201 Customers – Écriture (default)" in page
    assert "no account: goes to 4000" in page
    assert "1 item has no account of its own." in page
    assert "archived" in page


def test_without_a_default_an_item_without_account_is_said_to_be_held(
    world: World, bookkeeper: Client, soap: str
) -> None:
    bookkeeper.post(url(world), {"invoice_debit": "1201", "invoice_credit": ""})
    page = said(bookkeeper.get(url(world)))
    assert "no account: held" in page
    assert "There is no default credit account either" in page


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("show=without", ["SAVON"], ["MENAGE", "TAPIS"]),
        ("show=archived", ["TAPIS"], ["MENAGE", "SAVON"]),
        ("show=used", ["MENAGE", "SAVON"], ["TAPIS"]),
        ("q=menager", ["MENAGE"], ["TAPIS", "VITRES"]),
        ("q=4110", ["VITRES"], ["MENAGE"]),
        ("q=lavage+vitres", ["VITRES"], ["MENAGE"]),
        ("q=zzz", [], ["MENAGE", "VITRES", "TAPIS", "SAVON"]),
        ("show=nonsense&sort=nonsense&page=nonsense", ["MENAGE", "TAPIS"], []),
    ],
)
def test_filters_and_search(
    world: World, bookkeeper: Client, soap: str, query: str, there: list[str], not_there: list[str]
) -> None:
    page = said(bookkeeper.get(f"{url(world)}?{query}"))
    assert [code for code in there if f'value="{code}"' not in page] == []
    assert [code for code in not_there if f'value="{code}"' in page] == []


def test_htmx_gets_the_table_alone(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.get(f"{url(world)}?q=vitres", headers={"HX-Request": "true", "HX-Target": "found"})
    page = said(answer)
    assert "VITRES" in page
    assert "<html" not in page
    assert 'hx-swap-oob="true">1 item<' in page
    assert "HX-Target" in answer["Vary"]


@pytest.mark.parametrize(
    ("sort", "first"), [("code", "BUREAU"), ("-code", "VITRES"), ("name", "BUREAU"), ("credit", "MENAGE")]
)
def test_sorted(world: World, bookkeeper: Client, sort: str, first: str) -> None:
    page = said(bookkeeper.get(f"{url(world)}?sort={sort}"))
    codes = sorted(("BUREAU", "MENAGE", "TAPIS", "VITRES"), key=lambda code: page.index(f'value="{code}"'))
    assert codes[0] == first
    assert f'aria-sort="{"descending" if sort[0] == "-" else "ascending"}"' in page


def test_a_catalogue_of_many_is_paged(world: World, bookkeeper: Client) -> None:
    with_many(world, 250)
    page = said(bookkeeper.get(f"{url(world)}?last=1"))
    assert "254 items" in page
    assert page.count('name="chosen"') == 100
    assert 'value="VITRES"' in page
    assert 'rel="next"' not in page
    assert 'rel="prev"' in page


def with_many(world: World, count: int) -> None:
    many = {f"I{number:04}": Item(f"I{number:04}") for number in range(count)}
    change(world.company, None, lambda it: replace(it, items=frozen_mapping({**it.items, **many})), area="items")


def test_an_empty_catalogue_says_what_to_do_first(world: World, signed_in: SignedIn) -> None:
    company = make_company(Settings(name="Neuve"), owner=world.owner)
    page = said(signed_in("owner").get(reverse("items", args=[company.pk])))
    assert reverse("import-items", args=[company.pk]) in page
    assert 'name="chosen"' not in page


def test_the_two_defaults_are_those_of_accounting(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.post(url(world), {"invoice_debit": "1201", "invoice_credit": "4100"}, follow=True)
    assert "Saved." in said(answer)
    assert stored(world).accounts.invoice_credit == "4100"
    assert 'value="4100"' in said(bookkeeper.get(url(world, "accounting")))


def test_a_default_that_is_refused_stays_to_be_corrected(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.post(url(world), {"invoice_debit": "1200", "invoice_credit": "4000"})
    assert answer.status_code == 422
    assert "is linked to a module" in said(answer)
    assert 'value="1200"' in said(answer)
    assert stored(world).accounts.invoice_debit == "1201"


def test_a_reader_looks_and_has_nothing_to_press(world: World, signed_in: SignedIn) -> None:
    page = said(signed_in("reader").get(url(world)))
    assert "MENAGE" in page
    assert 'name="chosen"' not in page
    assert url(world, "new-item") not in page
    assert "disabled" in said(signed_in("reader").get(url(world, "item", row(world, "MENAGE").pk)))


# One item


def test_a_new_item(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.get(url(world, "new-item"))
    assert "First the account in Sage 50, then here." in said(answer)
    sent = {"code": " HAIE ", "name": "Taille de haie", "credit": "4100", **ALL, "note": ""}
    assert bookkeeper.post(url(world, "new-item"), sent)["Location"] == url(world)
    assert item(world, "HAIE") == Item("HAIE", "Taille de haie", credit="4100")
    assert list(stored(world).items)[-1] == "HAIE"
    record = AuditRecord.objects.filter(company=world.company, area="items").latest("at")
    assert ["items.HAIE.credit", "", "4100"] in record.changes


def test_a_new_item_with_some_taxes(world: World, bookkeeper: Client) -> None:
    sent = {"code": "LIVRE", "which_taxes": "these", "taxes": ["GST"]}
    bookkeeper.post(url(world, "new-item"), sent)
    assert item(world, "LIVRE").taxes == frozenset({"GST"})
    bookkeeper.post(url(world, "new-item"), {"code": "LAIT", "which_taxes": "none"})
    assert item(world, "LAIT").taxes == frozenset()


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"code": "MENAGE"}, "There is already an item MENAGE. Choose another code."),
        ({"code": ""}, ""),
        ({"code": "A\tB"}, "cannot be seen"),
        ({"code": "X" * 101}, ""),
        ({"credit": "1200"}, "is linked to a module"),
        ({"credit": "9999"}, "is not in the chart"),
        ({"credit": "1000"}, "is a heading"),
        ({"credit": "41 00"}, "is not an account number"),
        ({"which_taxes": "some"}, ""),
        ({"which_taxes": "these", "taxes": ["VAT"]}, ""),
        ({"note": "x" * 501}, ""),
    ],
)
def test_what_a_new_item_refuses(world: World, bookkeeper: Client, wrong: Mapping[str, Any], text: str) -> None:
    answer = bookkeeper.post(url(world, "new-item"), {"code": "HAIE", "name": "Haie", **ALL, **wrong})
    assert answer.status_code == 422
    assert "Nothing was saved." in said(answer)
    assert text in said(answer)
    assert "HAIE" not in stored(world).items


def test_an_odd_account_is_taken_and_said(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.post(url(world, "new-item"), {"code": "HAIE", "credit": "2310", **ALL}, follow=True)
    assert item(world, "HAIE").credit == "2310"
    assert "class 2 (liability)" in said(answer)


def test_an_item_changes_and_what_waits_is_said(world: World, bookkeeper: Client) -> None:
    sent = {"name": "Ménage", "credit": "4130", **ALL}
    answer = bookkeeper.post(url(world, "item", row(world, "MENAGE").pk), sent, follow=True)
    assert item(world, "MENAGE") == Item("MENAGE", "Ménage", credit="4130")
    assert "will go to 4130." in said(answer)


def test_a_default_that_does_not_go_with_an_item_is_said(world: World, bookkeeper: Client, soap: str) -> None:
    """The page of defaults reads no items, and still tells those that its change makes wrong."""
    put_account(world.company, Account("1070", "Other"), by=None)
    change_items(world.company, None, [soap], lambda it: {soap: replace(it[soap], debit="1070")})
    sent = {**shown(bookkeeper.get(url(world, "accounting"))), "payment_debit": "1070"}
    kept = {name: value for name, value in sent.items() if value is not None}
    answer = bookkeeper.post(url(world, "accounting"), kept, follow=True)
    assert "Saved." in said(answer)
    assert "Item SAVON" in said(answer)


def test_a_change_of_one_item_touches_no_other_row(world: World, bookkeeper: Client) -> None:
    with_many(world, 50)
    before = {it.code: (it.pk, it.position) for it in ItemRow.objects.filter(company=world.company)}
    bookkeeper.post(url(world, "item", row(world, "I0010").pk), {"name": "Other", **ALL})
    bookkeeper.post(url(world, "delete-item", row(world, "I0005").pk))
    after = {it.code: (it.pk, it.position) for it in ItemRow.objects.filter(company=world.company)}
    assert before.keys() - after.keys() == {"I0005"}
    assert [code for code in after if after[code] != before[code]] == []


def test_the_code_does_not_change(world: World, bookkeeper: Client) -> None:
    bookkeeper.post(url(world, "item", row(world, "MENAGE").pk), {"code": "AUTRE", "name": "x", **ALL})
    assert "AUTRE" not in stored(world).items
    assert item(world, "MENAGE").name == "x"


def test_an_item_of_another_company_is_not_there(world: World, signed_in: SignedIn) -> None:
    own = other_company(world.people["stranger"])
    for name in ("item", "archive-item", "delete-item"):
        there = reverse(name, args=[own.pk, row(world, "MENAGE").pk])
        assert signed_in("stranger").get(there).status_code == 404
        assert signed_in("stranger").post(there, {"archived": "2026-01-01"}).status_code == 404
    assert item(world, "MENAGE").archived is None


# The archive


def test_into_the_archive_with_a_note_and_back(world: World, bookkeeper: Client) -> None:
    found = row(world, "MENAGE")
    note = "do not use any more, replaced by VITRES"
    bookkeeper.post(url(world, "archive-item", found.pk), {"archived": "2026-03-01", "note": note})
    assert item(world, "MENAGE").archived == date(2026, 3, 1)
    page = said(bookkeeper.get(url(world)))
    assert note in page
    assert "from March 1, 2026" in page
    assert "Its late transactions still post to its own accounts" in said(bookkeeper.get(url(world, "item", found.pk)))
    answer = bookkeeper.post(url(world, "take-back-item", found.pk), follow=True)
    assert "The note is kept" in said(answer)
    assert item(world, "MENAGE").archived is None
    assert item(world, "MENAGE").credit == "4100"


@pytest.mark.parametrize("day", ["", "2026-02-30", "yesterday"])
def test_the_archive_asks_for_a_day(world: World, bookkeeper: Client, day: str) -> None:
    answer = bookkeeper.post(url(world, "archive-item", row(world, "MENAGE").pk), {"archived": day, "note": "n"})
    assert answer.status_code == 422
    assert item(world, "MENAGE").archived is None


def test_an_item_that_is_used_is_not_deleted(world: World, bookkeeper: Client) -> None:
    found = row(world, "MENAGE")
    page = said(bookkeeper.get(url(world, "delete-item", found.pk)))
    assert "use this item: it cannot be deleted." in page
    assert "Archive instead" in page
    answer = bookkeeper.post(url(world, "delete-item", found.pk))
    assert answer.status_code == 422
    assert "Documents use MENAGE: archive instead of deleting." in said(answer)
    assert "MENAGE" in stored(world).items


def test_an_item_that_no_document_names_is_deleted(world: World, bookkeeper: Client, soap: str) -> None:
    found = row(world, soap)
    page = said(bookkeeper.get(url(world, "delete-item", found.pk)))
    assert page.index("Archive it, with a note.") < page.index("Delete it for good")  # what is safe is proposed first
    assert "No document here uses this item. But invoices elsewhere" in page
    assert bookkeeper.post(url(world, "delete-item", found.pk))["Location"] == url(world)
    assert soap not in stored(world).items


# Many at once


def test_many_at_once(world: World, bookkeeper: Client, soap: str) -> None:
    sent = {"chosen": ["SAVON", "VITRES", "nobody"], "debit": "", "credit": "4120", "show": "without"}
    answer = bookkeeper.post(url(world, "many-items"), sent)
    assert answer["Location"] == f"{url(world)}?show=without"
    assert item(world, "SAVON").credit == item(world, "VITRES").credit == "4120"
    assert item(world, "SAVON").debit == ""
    assert item(world, "MENAGE").credit == "4100"


def test_all_that_were_found_at_once(world: World, bookkeeper: Client, soap: str) -> None:
    with_many(world, 150)
    sent = {"chosen": ["I0001"], "all": "1", "q": "", "show": "without", "credit": "4120"}
    bookkeeper.post(url(world, "many-items"), sent)
    found = stored(world).items
    assert {found[code].credit for code in ("SAVON", "I0000", "I0149")} == {"4120"}
    assert found["MENAGE"].credit == "4100"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"chosen": ["SAVON"]}, "Give a debit account, a credit account, or both."),
        ({"credit": "4120"}, "Choose at least one item."),
        ({"chosen": ["SAVON"], "credit": "1200"}, "is linked to a module"),
        ({"chosen": ["SAVON"], "credit": "4999"}, "is not in the chart"),
    ],
)
def test_what_many_at_once_refuses(
    world: World, bookkeeper: Client, soap: str, sent: dict[str, Any], text: str
) -> None:
    answer = bookkeeper.post(url(world, "many-items"), sent)
    assert answer.status_code == 422
    assert text in said(answer)
    assert item(world, soap).credit == ""
    assert f'value="{soap}" form="many" checked' in said(answer) or "chosen" not in sent


# Files


def sent_file(content: str | bytes, name: str = "items.csv") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)}


@pytest.mark.parametrize(("name", "suffix"), [("items-csv", "csv"), ("items-xlsx", "xlsx")])
def test_what_goes_out_comes_in_again(world: World, bookkeeper: Client, name: str, suffix: str) -> None:
    answer = bookkeeper.get(url(world, name))
    assert f'filename="items.{suffix}"' in answer["Content-Disposition"]
    page = bookkeeper.post(url(world, "import-items"), sent_file(answer.content, f"items.{suffix}"))
    assert page.status_code == 200
    assert "The file changes nothing: everything is already here." in said(page)


def test_a_file_is_looked_at_first_and_then_taken_in(world: World, bookkeeper: Client) -> None:
    content = "code;nom;crédit\nHAIE;Taille de haie;4100\nVITRES;Vitres;4110\nTAPIS;Nettoyage de tapis;4130\n"
    preview = bookkeeper.post(url(world, "import-items"), sent_file(content))["Location"]
    page = said(bookkeeper.get(preview))
    assert "1 new" in page
    assert "1 changed" in page
    assert "1 unchanged" in page
    assert "HAIE" not in stored(world).items
    answer = bookkeeper.post(preview, follow=True)
    assert "Saved." in said(answer)
    assert item(world, "HAIE") == Item("HAIE", "Taille de haie", credit="4100")
    assert item(world, "VITRES").name == "Vitres"
    assert item(world, "TAPIS").archived == date(2026, 1, 31)
    assert item(world, "MENAGE").name == "Entretien ménager résidentiel"


def test_everything_wrong_with_a_file_is_said_at_once(world: World, bookkeeper: Client) -> None:
    content = "code,credit,taxes,archived\nA,41 00,,\nB,,VAT,\nC,,,31-31-2026\nA,,,\n,4100,,\n"
    answer = bookkeeper.post(url(world, "import-items"), sent_file(content))
    assert answer.status_code == 422
    page = said(answer)
    for text in ("items.csv, row 2", "items.csv, row 3", "items.csv, row 4", "items.csv, row 5", "items.csv, row 6"):
        assert text in page
    assert not Upload.objects.exists()


def test_accounts_that_the_chart_refuses_are_said_item_by_item(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.post(url(world, "import-items"), sent_file("code,credit\nA,1200\nB,4999\nC,4100\n"))
    page = said(answer)
    assert answer.status_code == 422
    assert "2 items have an account that cannot be used." in page
    assert "is linked to a module" in page
    assert "is not in the chart" in page
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01", b"PK\x03\x04broken", b"name,credit\nx,4100\n", b"code\n\xff\xfe\n"]
)
def test_a_file_that_is_none_is_said(world: World, bookkeeper: Client, content: bytes) -> None:
    before = stored(world)
    answer = bookkeeper.post(url(world, "import-items"), sent_file(content))
    assert answer.status_code in (200, 302, 422)
    assert stored(world) == before


# No input breaks a page

TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "MENAGE", "4100", "1200", "1000", "=1", "'", "\0", "2026-01-31", "all", "these", "GST", "-1"]),
)
FIELDS = (
    *("code", "name", "debit", "credit", "which_taxes", "taxes", "note", "archived", "chosen", "all", "q", "show"),
    *("sort", "seen", "form", "invoice_debit", "invoice_credit", "another"),
)
ANYTHING = st.dictionaries(st.sampled_from(FIELDS), st.one_of(TEXTS, st.lists(TEXTS, max_size=3)), max_size=8)
PAGES = ("items", "new-item", "many-items", "import-items", "item", "archive-item", "take-back-item", "delete-item")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sent=ANYTHING, page=st.sampled_from(PAGES))
def test_no_input_breaks_a_page(world: World, signed_in: SignedIn, sent: dict[str, Any], page: str) -> None:
    more = [row(world, "MENAGE").pk] if "item" in page.split("-") and page != "new-item" else []
    answer = signed_in("bookkeeper").post(url(world, page, *more), sent)
    assert answer.status_code in (200, 302, 400, 422)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(q=TEXTS, show=TEXTS, sort=TEXTS, page=TEXTS)
def test_no_question_breaks_the_list(
    world: World, signed_in: SignedIn, q: str, show: str, sort: str, page: str
) -> None:
    asked = {"q": q, "show": show, "sort": sort, "page": page}
    assert signed_in("bookkeeper").get(url(world), asked).status_code == 200


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda it: f"code,taxes,note\n{it}".encode("utf-8", "replace")),
    )
)
def test_no_file_breaks_the_import(world: World, signed_in: SignedIn, content: bytes) -> None:
    answer = signed_in("bookkeeper").post(url(world, "import-items"), sent_file(content))
    assert answer.status_code in (200, 302, 422)


# What the form says twice, or not at all


def test_a_ticked_tax_beside_all_of_them_is_not_guessed_at(world: World, bookkeeper: Client) -> None:
    address = url(world, "item", row(world, "MENAGE").pk)
    before = item(world, "MENAGE").taxes
    for which in ("all", "none"):
        answer = bookkeeper.post(address, {"which_taxes": which, "taxes": ["GST"], "name": "x"})
        assert answer.status_code == 422
        assert "GST is ticked: choose “some of them”, or untick it." in html.unescape(said(answer))
    answer = bookkeeper.post(address, {"which_taxes": "these"})
    assert "Tick at least one tax" in said(answer)
    assert item(world, "MENAGE").taxes == before


def test_an_item_may_have_all_taxes_some_or_none(world: World, bookkeeper: Client) -> None:
    address = url(world, "item", row(world, "MENAGE").pk)
    some = {"which_taxes": "these", "taxes": ["GST"]}
    for sent, kept in (
        (some, frozenset({"GST"})),
        ({"which_taxes": "none"}, frozenset()),
        ({"which_taxes": "all"}, None),
    ):
        page = bookkeeper.get(address)
        assert bookkeeper.post(address, {"seen": page.context["form"].seen, **sent}).status_code == 302
        assert item(world, "MENAGE").taxes == kept
        assert bookkeeper.get(address).context["form"]["which_taxes"].value() == sent["which_taxes"]


def test_a_code_that_differs_only_in_capitals_is_another_item_for_nobody(world: World, bookkeeper: Client) -> None:
    answer = bookkeeper.post(url(world, "new-item"), {"code": "ménage", "which_taxes": "all"})
    assert answer.status_code == 422
    assert "There is already an item MENAGE." in said(answer)


def test_the_list_says_both_rules(world: World, bookkeeper: Client) -> None:
    page = said(bookkeeper.get(url(world)))
    assert "First the account in Sage 50, then here." in page
    assert "Do not delete an item: archive it, with a note." in page


def test_an_item_that_is_gone_is_said_to_be_gone(world: World, bookkeeper: Client, soap: str) -> None:
    address = url(world, "item", row(world, soap).pk)
    ItemRow.objects.filter(company=world.company, code=soap).delete()
    for answer in (bookkeeper.get(address), bookkeeper.post(address, {"name": "x", "which_taxes": "all"})):
        assert answer.status_code == 404
        assert "somebody deleted it meanwhile" in said(answer)
        assert url(world) in said(answer)
