"""Documents and payments on a phone, in English, by keyboard: an import with errors, a refund, a deposit, a cheque, a draft."""

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from browsing import SignIn, faults, overflows
from ecriture.store.models import Document, Mapping
from ecriture.store.units import books_of
from keyboard import Keyboard
from server_world import World

SHOP = """name = "Shop"
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
WRONG = "No,Day,Who,Net,Back,Back on\nS-1,2026-13-02,Luc,100.00,40.00,2026-03-09\n"


@pytest.fixture
def phone(sign_in: SignIn, world: World) -> Page:
    world.people["office"].language = "en"
    world.people["office"].save()
    page = sign_in("office")
    page.set_viewport_size({"width": 360, "height": 740})
    return page


def opened(page: Page, world: World, name: str, *arguments: object) -> None:
    page.goto(page.url.partition("/c/")[0] + reverse(name, args=[world.company.pk, *arguments]))


def pressed(page: Page, name: str, role: str = "button") -> None:
    """A button or link that is taken by keyboard."""
    page.get_by_role(role, name=name).first.focus()  # type: ignore[arg-type] # a role
    page.keyboard.press("Enter")


def given(page: Page, content: str) -> None:
    page.get_by_label("File with documents or payments").set_input_files(
        FilePayload(name="shop.csv", mimeType="text/csv", buffer=content.encode())
    )
    pressed(page, "Look at it")


def test_a_file_with_an_error_is_mended_and_its_refund_credited(phone: Page, world: World) -> None:
    Mapping.objects.create(company=world.company, name="Shop", toml=SHOP)
    opened(phone, world, "imports")
    given(phone, WRONG)
    expect(phone.get_by_role("alert")).to_contain_text("shop.csv, row 2")
    assert not overflows(phone)
    phone.go_back()
    given(phone, WRONG.replace("-13-", "-03-"))
    phone.get_by_label("S-1-N").focus()
    phone.keyboard.press("Space")
    assert faults(phone) == []
    assert not overflows(phone)
    pressed(phone, "Store them")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Import documents and payments")
    stored = books_of(world.company).documents
    assert (stored["S-1"].total_cents, stored["S-1-N"].total_cents) == (10000, 4000)
    pressed(phone, "Undo shop.csv")
    expect(phone.get_by_text("undone")).to_be_visible()
    assert not {"S-1", "S-1-N"} & books_of(world.company).documents.keys()


def test_a_deposit_is_allocated_later_and_a_cheque_comes_back(phone: Page, world: World) -> None:
    opened(phone, world, "new-payment")
    keys = Keyboard(phone)
    keys.write("Customer", "Nguyễn", kind="[name=customer]")
    before = phone.locator("#shares").element_handle()
    phone.keyboard.press("Tab")
    before.wait_for_element_state("hidden")  # the lines of this customer have come in its place
    phone.locator("[name=share-1-amount]").fill("50.00")
    assert not overflows(phone)
    pressed(phone, "Record it")
    pressed(phone, "Allocate the deposit", "link")
    phone.get_by_label("Amount for F-1006").fill("20")
    pressed(phone, "Allocate")
    expect(phone.locator(".messages")).to_contain_text("The deposit is allocated.")
    pressed(phone, "Returned by the bank", "link")
    pressed(phone, "Record it")
    expect(phone.locator(".messages")).to_contain_text("is recorded.")
    assert not overflows(phone)
    back = books_of(world.company).payments["R-1001"]
    assert [(it.document, it.amount_cents) for it in back.rows] == [("F-1006", 2000), ("", 3000)]


def test_a_draft_is_deleted_after_a_question(phone: Page, world: World) -> None:
    draft = Document.objects.get(company=world.company, number="F-1005")
    opened(phone, world, "document", draft.pk)
    pressed(phone, "Delete", "link")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Delete Invoice F-1005?")
    assert faults(phone) == []
    assert not overflows(phone)
    pressed(phone, "Delete it")
    expect(phone.locator(".messages")).to_contain_text("Invoice F-1005 is deleted.")
    assert not Document.objects.filter(pk=draft.pk).exists()
