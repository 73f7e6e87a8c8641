"""The quarter worked by hand (tests/golden/quarter/expected.md) as a bookkeeper lives it, in both languages.

The figures are those of expected.md. Where the story adds to it, a comment works the new one out.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from browsing import SignIn, faults, look, overflows
from ecriture.core.amounts import show_amount, show_number
from ecriture.store import models
from ecriture.store.demonstration import company_of
from ecriture.store.models import Company
from ecriture.web import words
from quarter_books import MONTHS, OPEN, QUARTER
from server_world import World
from test_quarter import FEBRUARY, JANUARY, MARCH, as_file

TABLE = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"

# R-101 was a sale of goods: 400.00 leaves 4100 for 4110. Its taxes and what is owed stay, so no other figure moves.
CORRECTION = """\
01-31-26,"EC000003-01","Corrections 2026-01"
4100,400.00,"R-101 Halte Cafe"
4110,-400.00,"R-101 Halte Cafe"
"""

# P-25, 100.00 of R-101 dated in January, comes after January is closed: its entry stands on the first open day.
CARRIED = """\
02-01-26,"EC000004-01","Sales and payments 2026-01 (carried)"
1060,100.00
1201,-100.00
"""
PAID_LATE = {"R-101": 6_792}
"""Cents: 167.92 of section 2 less that 100.00, on 28 February and 31 March."""


def cents(dollars: str) -> int:
    return int(dollars.replace(".", ""))


class Quarter(NamedTuple):
    """The pages of the company, in the language of the person who looks at them."""

    page: Page
    company: Company
    language: str

    def say(self, text: str, **parts: str | int) -> str:
        """A text as the page has it."""
        with override(self.language):
            return gettext(text) % parts if parts else gettext(text)

    def open(self, address: str) -> None:
        self.page.goto(urljoin(self.page.url, f"/c/{self.company.pk}/{address}"))

    def button(self, text: str, **parts: str | int) -> Locator:
        return self.page.get_by_role("button", name=self.say(text, **parts), exact=True)

    def link(self, text: str) -> Locator:
        return self.page.get_by_role("link", name=self.say(text), exact=True)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(self.say(label), exact=True)

    def told(self, text: str) -> None:
        """What the page says was done."""
        expect(self.page.locator(".messages")).to_contain_text(text)

    def headed(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def sound(self, name: str) -> None:
        assert faults(self.page) == []
        assert not overflows(self.page)
        look(self.page, f"quarter-{name}-{self.language}")

    def part(self, name: str) -> Locator:
        return self.page.locator(f"section[aria-labelledby={name}]")

    def rows(self, part: str) -> dict[str, list[str]]:
        """The rows of a part of the page, by the first word of each."""
        found = self.part(part).locator("tbody tr").evaluate_all(TABLE)
        return {row[0].split()[0]: row[1:] for row in found}

    def shown(self, *dollars: str) -> list[str]:
        return [show_number(cents(amount), self.language) for amount in dollars]

    def day(self, day: date) -> str:
        with override(self.language):
            return words.day(day)

    def money(self, dollars: str) -> str:
        return show_amount(cents(dollars), self.language)

    # What a bookkeeper does

    def brings(self, file: Path, *, corrects: int = 0) -> None:
        """Imports a file, which changes so much of what was transferred."""
        self.open("import/")
        self.field("File with documents or payments").set_input_files(file)
        self.button("Look at it").click()
        self.headed(file.name)
        expect(self.part("effect").locator(".state.wait")).to_have_count(corrects)
        if file.stem != "payments":  # the same page again
            self.sound(f"import-{file.stem}")
        self.button("Store them").click()
        self.headed(self.say("Import documents and payments"))

    def transfers(self, number: int, through: date, debits: str) -> bytes:
        """The file of the next batch."""
        self.open(f"transfer/?through={through}")
        expect(self.part("export")).to_contain_text(self.money(debits))
        if number != 2:  # its plan is that of batch 1 again
            self.sound(f"plan-{number}")
        with self.page.expect_download() as found:
            self.button("Export batch %(number)s", number=number).click()
        self.headed(self.say("Batch %(number)s", number=number))
        return Path(found.value.path()).read_bytes()

    def confirms(self, number: int) -> None:
        self.button("It went in").click()
        self.told(self.say("Batch %s went in.") % number)

    def proves(self, month: date, owed: str, held: str, story: Mapping[str, int] | None = None) -> None:
        """The proof of a month: what is open as in section 2, but for what the story left otherwise; 1201 and 2450."""
        self.open(f"proof/?month={month:%Y-%m}")
        documents, deposits = OPEN[month]
        for account, its, balance in (("1201", {**documents, **(story or {})}, owed), ("2450", deposits, held)):
            rows = self.rows(f"account-{account}")
            assert {number: row[-1] for number, row in rows.items()} == {
                number: show_number(amount, self.language) for number, amount in its.items()
            }
            expect(self.part(f"account-{account}")).to_contain_text(self.money(balance))


def files_of_the_story(folder: Path) -> tuple[Path, Path, Path]:
    """The documents; the payments without P-17, the cheque that comes back by hand; the documents with another R-101."""
    documents, payments = ((QUARTER / f"{name}.csv").read_text("utf-8") for name in ("documents", "payments"))
    mended = documents.replace("Halte Café,line,REPAIR,Overhaul", "Halte Café,line,GOODS,Overhaul")
    assert mended != documents
    texts = {
        "documents": documents,
        "payments": re.sub("^P-17,.*\n", "", payments, flags=re.MULTILINE),
        "documents-mended": mended,
    }
    assert "P-17" not in texts["payments"]
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    first, second, third = (folder / f"{name}.csv" for name in texts)
    return first, second, third


def company_with_a_wrong_account(folder: Path, world: World) -> Company:
    """The quarter's company without books. Discounts go to 4910, which is not in Sage."""
    folder.mkdir()
    for name in ("documents", "payments"):
        (folder / f"{name}.csv").write_text((QUARTER / f"{name}.csv").read_text("utf-8").partition("\n")[0], "utf-8")
    chart = (QUARTER / "chart.csv").read_text("utf-8")
    (folder / "chart.csv").write_text(f"{chart}4910,Old Discounts,Anciens rabais,G,no\n", "utf-8")
    settings = (QUARTER / "company.toml").read_text("utf-8").replace('discount = "4900"', 'discount = "4910"')
    (folder / "company.toml").write_text(settings, "utf-8")
    return company_of(folder, world.owner)


def is_refused_and_mended(it: Quarter) -> None:
    """Sage refuses 4910; the batch is cancelled, and discounts go to 4900 from now on."""
    it.sound("batch")
    it.link("It was refused…").click()
    it.link("an account: unknown, linked, or that takes no entry").click()
    it.sound("refused")
    it.button("Cancel batch %(number)s", number=1).click()
    expect(it.page.locator("p.note.wait")).to_contain_text(it.say("refused: an account"))
    it.sound("cancelled")
    it.open("settings/invoices/")
    field = it.page.locator("[name=discount]")
    field.fill("4900")
    field.press("Escape")
    it.button("Save").click()
    it.told(it.say("Saved."))


def closes_january(it: Quarter) -> None:
    """Looks at its proof, after which no point is open."""
    it.proves(MONTHS[0], "1349.80", "-500.00")
    it.button("I have looked at it").click()
    expect(it.part("looked")).to_contain_text(it.say("As it is now"))
    it.open("closing/")
    it.field("Close everything through").fill("2026-01-31")
    it.button("Check this day").click()
    expect(it.page.locator(".points .done")).to_have_count(3)
    it.sound("closing")
    it.button("Close through %(day)s", day=it.day(MONTHS[0])).click()
    it.told(it.say("Everything is closed through %s.") % it.day(MONTHS[0]))


def cheque_comes_back(it: Quarter) -> None:
    """P-12 of R-111, on 4 March: P-17 of expected.md, by hand."""
    it.open(f"payments/{models.Payment.objects.get(company=it.company, number='P-12').pk}/")
    it.link("Returned by the bank…").click()
    it.field("Returned on").fill("2026-03-04")
    it.sound("returned")
    number = it.page.locator("[name=number]").input_value()
    it.button("Record it").click()
    it.told(number)


def pays_late(it: Quarter) -> None:
    """P-25: 100.00 of R-101, received on 29 January."""
    it.open(f"payments/new/?document={models.Document.objects.get(company=it.company, number='R-101').pk}")
    it.page.locator("[name=number]").fill("P-25")
    it.page.locator("[name=date]").fill("2026-01-29")
    it.page.locator("[name=method]").select_option("etransfer")
    expect(it.page.locator("[name=share-0-document]")).to_have_value("R-101")
    it.page.locator("[name=share-0-amount]").fill("100.00")
    it.sound("late")
    it.button("Record it").click()
    it.told("P-25")


def files_the_return(it: Quarter) -> None:
    """Section 3."""
    it.open("taxes/")
    it.field("From").fill("2026-01-01")
    it.field("Through").fill("2026-03-31")
    it.button("Show the figures").click()
    it.page.get_by_label("BEANS", exact=True).select_option("zero-rated")
    it.page.get_by_label("RENT", exact=True).select_option("exempt")
    untaxed = it.page.locator("[action$='/untaxed/']")
    untaxed.get_by_role("button").click()
    expect(untaxed).to_have_count(0)
    for sales in it.shown("3420.00", "600.00", "1450.00", "480.00", "2700.00"):
        expect(it.part("sales")).to_contain_text(sales)
    lines = it.rows("form1")
    figures = [lines[line][-1] for line in ("101", "103", "105", "203", "205")]
    assert figures == it.shown("8650.00", "389.50", "389.50", "341.15", "341.15")
    assert it.rows("posted") == {
        # debits, credits, posted, documents, difference
        "2310": it.shown("14.00", "215.00", "201.00", "201.00", "0.00"),
        "2330": it.shown("27.93", "369.08", "341.15", "341.15", "0.00"),
        "2340": it.shown("0.00", "188.50", "188.50", "188.50", "0.00"),
    }
    assert [*it.rows("received")] == ["P-05", "P-15", "P-24"]
    expect(it.part("received").locator("header")).to_contain_text(it.money("386.09"))
    it.sound("return")
    it.button("Mark as filed").click()
    expect(it.part("since")).to_contain_text(it.say("Nothing of this period changed since."))


def credits_after(it: Quarter) -> None:
    """R-120, 459.90, is credited on 2 April: in its own period, so there is nothing to decide about the return."""
    filed = it.page.url
    it.open(f"documents/{models.Document.objects.get(company=it.company, number='R-120').pk}/")
    it.link("Credit it").click()
    it.page.locator("[name=number]").fill("C-203")
    it.page.locator("[name=date]").fill("2026-04-02")
    it.button("Finalise").click()
    it.told("C-203")
    it.page.goto(filed)
    since = it.part("since")
    expect(since).to_contain_text(it.say("Nothing of this period changed since."))
    expect(since.get_by_role("button")).to_have_count(0)
    expect(since.get_by_role("listitem")).to_contain_text("C-203")
    expect(since.get_by_role("listitem")).to_contain_text(it.money("459.90"))
    figures = it.rows("figures")
    assert [figures[line][-1] for line in ("101", "103", "203")] == it.shown("8650.00", "389.50", "341.15")
    it.sound("since-filed")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_quarter_from_its_files_to_its_return(sign_in: SignIn, world: World, tmp_path: Path, language: str) -> None:
    world.owner.language = language
    world.owner.save()
    documents, payments, mended = files_of_the_story(tmp_path)
    it = Quarter(sign_in("owner"), company_with_a_wrong_account(tmp_path / "company", world), language)
    it.brings(documents)
    it.brings(payments)
    january, february, march = MONTHS
    assert it.transfers(1, january, "8174.64") == as_file(JANUARY.replace("4900,", "4910,"))
    is_refused_and_mended(it)
    assert it.transfers(2, january, "8174.64") == as_file(JANUARY.replace("EC000001", "EC000002"))
    it.confirms(2)
    it.brings(mended, corrects=1)
    assert it.transfers(3, january, "400.00") == as_file(CORRECTION)
    it.confirms(3)
    cheque_comes_back(it)
    closes_january(it)
    pays_late(it)
    rest = FEBRUARY.replace("EC000002-01", "EC000004-02") + MARCH.replace("EC000003-01", "EC000004-03")
    # 100.00 + 6925.15 + 5425.44
    assert it.transfers(4, march, "12450.59") == as_file(CARRIED + rest)
    it.confirms(4)
    # The late 100.00 leaves January's proof as it was looked at, and takes 100.00 from what is owed afterwards:
    # 167.92 - 100.00 on 28 February, 1162.82 - 100.00 on 31 March. No deposit is touched.
    it.proves(january, "1349.80", "-500.00")
    expect(it.part("looked")).to_contain_text(it.say("As it is now"))
    it.proves(february, "67.92", "-86.09", PAID_LATE)
    it.proves(march, "1062.82", "-386.09", PAID_LATE)
    it.sound("proof")
    files_the_return(it)
    credits_after(it)
