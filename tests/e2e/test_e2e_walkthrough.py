"""The set-up from end to end, in the order in which a bookkeeper is told to do it, on the pages of settings."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from browsing import SignIn
from ecriture.core.documents import RowKey, RowKind, invoice
from ecriture.core.settings import DefaultAccounts
from ecriture.store.models import Company
from ecriture.store.settings import settings_of
from ecriture.web.set_up import known_of
from ecriture.web.steps import Step, progress
from server_world import World, other_company, put

CHART = """VERNUM,CTYCODE,LEDGER
30001,1,Accounts
"1050","Petty Cash","G","Cash","",""
"1060","Chequing Bank Account","G","Bank","CAD","1002"
"1200","Accounts Receivable","G","Accounts Receivable","","1060"
"2310","GST Charged on Sales","G","Sales Tax Payable","",""
"2330","QST Charged on Sales","G","Sales Tax Payable","",""
"4000","Other Revenue","G","Operating Revenue","",""
"4100","Residential Cleaning","G","Operating Revenue","",""
"4110","Window Washing","G","Operating Revenue","",""
"""


def setting(page: Page, name: str) -> None:
    """Settings → a page of them."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
    page.get_by_role("navigation", name="Settings").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def put_two(part: Locator, debit: str, credit: str) -> None:
    """The two accounts of a part of a page."""
    for label, number in (("Debit account", debit), ("Credit account", credit)):
        field = part.get_by_label(label).first
        field.fill(number)
        field.press("Escape")


def have_two(part: Locator, debit: str, credit: str) -> None:
    expect(part.get_by_label("Debit account").first).to_have_value(debit)
    expect(part.get_by_label("Credit account").first).to_have_value(credit)


def saved(page: Page, button: str = "Save") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Saved.")


def now(company: Company) -> Company:
    company.refresh_from_db()
    return company


def test_the_set_up_as_a_user_is_told_to_do_it(  # noqa: PLR0915 - one way, told from its beginning to its end
    sign_in: SignIn, world: World, tmp_path: Path
) -> None:
    bookkeeper = world.people["stranger"]
    bookkeeper.language = "en"
    bookkeeper.save()
    company = other_company(bookkeeper, "Ménage Lise")
    page = sign_in("stranger")

    # Choose the accounting program.
    setting(page, "Accounting")
    page.get_by_role("combobox", name="Accounting program").select_option(label="Sage 50 (Canadian edition)")
    page.get_by_role("button", name="Save", exact=True).click()
    assert settings_of(now(company)).accounting.target == "sage50-ca"

    # Have the chart of accounts: export it from Sage, look at what it brings, say which account is linked.
    export = tmp_path / "ACCOUNTS.CSV"
    export.write_text(CHART, newline="\r\n")
    setting(page, "Chart of accounts")
    page.get_by_role("link", name="Import your chart").click()
    page.get_by_label("File of your chart of accounts").set_input_files(export)
    page.get_by_role("button", name="Preview the import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the chart will change")
    page.get_by_role("button", name="Use this chart").click()
    page.get_by_label("1200 Accounts Receivable").check()
    saved(page)

    # The linked account is refused where the clearing account is meant, so create 1201, in Sage and then here.
    setting(page, "Accounting")
    invoices = page.get_by_role("region", name="Accounts of an invoice")
    put_two(invoices, "1200", "4000")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    setting(page, "Chart of accounts")
    page.get_by_role("link", name="Add an account").click()
    page.get_by_label("Number").fill("1201")
    page.get_by_label("Name in English").fill("Customers – Écriture")
    saved(page)

    # The two accounts of invoices, the two of payments; save.
    setting(page, "Accounting")
    put_two(invoices, "1201", "4000")
    put_two(page.get_by_role("region", name="Accounts of a payment"), "1060", "1201")
    saved(page)
    assert settings_of(now(company)).accounts == DefaultAccounts("1201", "4000", "1060", "1201")

    # The switch: transactions only when invoices are paid. It says that GST and QST are owed all the same.
    page.get_by_label("Generate the transactions only when invoices are paid").check()
    expect(page.get_by_role("region", name="When", exact=True)).to_contain_text("GST and QST) is owed")
    saved(page)
    assert settings_of(now(company)).accounting.only_when_paid

    # Settings → Invoices: each tax with its two accounts.
    setting(page, "Invoices")
    page.get_by_role("button", name="Add these taxes").click()
    expect(page.locator(".messages")).to_contain_text("Saved.")
    for tax, number in (("GST", "2310"), ("QST", "2330")):
        put_two(page.get_by_role("region", name=tax, exact=True), "1201", number)
    saved(page)
    taxes = settings_of(now(company)).taxes
    assert {code: (tax.debit, tax.credit) for code, tax in taxes.items()} == {
        "GST": ("1201", "2310"),
        "QST": ("1201", "2330"),
    }

    # Settings → Products & Services: the two defaults again, the same stored values.
    setting(page, "Products & Services")
    defaults = page.get_by_role("region", name="Accounts of an invoice")
    have_two(defaults, "1201", "4000")

    # First the account in Sage, then the item here, each with its two accounts.
    for code, name, revenue in (("MENAGE", "Residential cleaning", "4100"), ("VITRES", "Windows", "4110")):
        page.get_by_role("link", name="New item").first.click()
        page.get_by_label("Code").fill(code)
        page.get_by_label("Name").fill(name)
        put_two(page.get_by_role("region", name="The item"), "1201", revenue)
        saved(page)
        setting(page, "Products & Services")
    items = settings_of(now(company)).items
    assert {code: (item.debit, item.credit) for code, item in items.items()} == {
        "MENAGE": ("1201", "4100"),
        "VITRES": ("1201", "4110"),
    }

    # An invoice uses an item. It cannot be deleted then, and the dialog says why: archive it, with a note.
    sale = invoice("F-1", date(2026, 1, 5), [(RowKey(RowKind.LINE, "VITRES"), 4000)], customer="Tremblay")
    put(company, sale)
    page.get_by_role("link", name="VITRES").click()
    page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 document uses this item: it cannot be deleted.")
    dialog.get_by_label("Note").fill("Do not use any more, replaced by MENAGE")
    dialog.get_by_role("button", name="Archive instead").click()
    expect(page.locator(".messages")).to_contain_text("Saved.")
    windows = settings_of(now(company)).items["VITRES"]
    assert windows.archived is not None
    assert windows.note == "Do not use any more, replaced by MENAGE"
    assert windows.credit == "4110"  # its late transactions still post there

    # What was set on these pages counts in the first steps too.
    done = progress(known_of(now(company))).done
    assert {Step.PROGRAM, Step.CHART, Step.CLEARING, Step.ACCOUNTS, Step.TAXES, Step.ITEMS} <= done
