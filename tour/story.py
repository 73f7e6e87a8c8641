"""The story of the film: a new company, from its first step to the proof of a month. Pages are found by addresses and
names of fields, never by their words, so both languages are one story."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from tour.acting import Acting, settle
from tour.files import CHANGED, HOUSEHOLD, Files
from tour.table import Words

COMPANY = "Entretien Boréal inc."
THROUGH, MONTH = date(2026, 3, 31), "2026-02"
QUARTER = ("2026-01-01", "2026-03-31")
ITEMS = (
    ("BUREAU", Words("Office cleaning", "Entretien de bureaux"), "4120"),
    ("MENAGE", Words("Residential cleaning", "Entretien ménager"), "4100"),
    ("VITRES", Words("Window cleaning", "Lavage de vitres"), "4110"),
    ("TAPIS", Words("Carpet cleaning", "Nettoyage de tapis"), "4130"),
)
TYPED = Words("office", "bureaux")
OTHERS = (
    ("invoices", (("discount", "4900"), ("shipping", "4200"), ("tip", "2400"), ("rounding", "5990"))),
    ("payments", (("fee", "5610"), ("deposit", "2450"))),
)
"""Accounts that the film does not show: the page of the settings, its fields."""


class Story(NamedTuple):
    """How it is told, in which language, with which files; the address of the company once it is there."""

    acting: Acting
    language: str
    files: Files
    root: str

    @property
    def page(self) -> Page:
        return self.acting.page

    def at(self, css: str) -> Locator:
        return self.page.locator(css).first

    def part(self, name: str) -> Locator:
        """A part of the page, by the id of its heading."""
        return self.at(f"[aria-labelledby={name}]")

    def go(self, address: str) -> None:
        self.page.goto(f"{self.root}{address}")
        settle(self.page)

    def onwards(self) -> None:
        """The button of a step. What comes next is the next caption's."""
        self.acting.click(self.at(".save-bar button"), looks=False)

    def fill(self, fields: Mapping[str, str]) -> None:
        """Fields that are filled while nobody looks."""
        for name, value in fields.items():
            field = self.at(f"[name='{name}']")
            field.fill(value)
            field.blur()  # else its list of accounts opens

    def choose(self, field: Locator, file: Path) -> None:
        """A file, which the window of the browser would give."""
        with self.page.expect_file_chooser() as asked:
            self.acting.click(field)
        asked.value.set_files(file)
        self.acting.look(0.8)


def begun(acting: Acting, language: str, files: Files) -> Story:
    """The story, with its company made and the page at its home."""
    page = acting.page
    page.goto(page.url.partition("/companies/")[0] + "/companies/new/")
    page.locator("main [name=name]").fill(COMPANY)
    page.locator("main [name=province]").select_option("QC")
    page.locator("main [name=language]").select_option(language)
    page.locator("main form button").click()
    page.wait_for_url("**/c/*/")
    return Story(acting, language, files, page.url)


def first_steps(it: Story) -> None:
    acting = it.acting
    acting.says("begin")
    acting.look(2)
    acting.says("home")
    acting.point(it.part("first"))
    acting.look(1)
    acting.click(it.part("first").locator("a.button"))
    it.at(".save-bar button").click()  # the company itself
    settle(it.page)
    acting.says("program")
    acting.look(0.6)
    acting.click(it.at("label.choice:has([value=sage50-ca])"))
    acting.picture("first-steps-program")
    it.onwards()
    acting.says("chart")
    it.choose(it.at("input[type=file]"), it.files.chart)
    acting.click(it.at("form:has(input[type=file]) button"))
    acting.says("chart-preview")
    acting.show(it.part("new"))
    it.onwards()
    acting.says("linked")
    acting.show(it.part("linked"))
    acting.click(it.at("label.choice:has([value='1200'])"))
    it.onwards()


def account_1201(it: Story) -> None:
    acting = it.acting
    acting.says("why")
    acting.point(it.at(".lead p"))
    acting.look(1)
    acting.says("create")
    acting.show(it.at("ol.how"))
    for step in (2, 5, 6):
        acting.point(it.at("ol.how").locator("li").nth(step))
        acting.look(0.4)
    acting.says("choose")
    acting.picture("first-steps-clearing")
    acting.point(it.at("[name=invoice_debit]"))
    it.onwards()


def accounts_and_taxes(it: Story) -> None:
    acting = it.acting
    acting.says("start")
    acting.look()
    acting.click(it.at("label.choice:has([value=no])"))
    it.onwards()
    acting.says("accounts")
    acting.look(0.4)
    for name in ("invoice_debit", "invoice_credit", "payment_debit", "payment_credit"):
        acting.point(it.at(f"[name='{name}']"))
        acting.look(0.3)
    acting.says("switch")
    acting.point(it.at("[name=only_when_paid]"))
    acting.look(1)
    it.onwards()
    acting.says("taxes")
    acting.point(it.at("[name$='.debit']"))
    acting.point(it.at("[name$='.credit']"))
    acting.look(0.6)
    acting.picture("taxes-settings")
    it.onwards()
    acting.says("methods")
    acting.look(0.4)
    acting.write(it.at("[name='methods.card.debit']"), "1065")
    it.fill({"methods.card.debit": "1065", "methods.cash.debit": "1050"})
    acting.click(it.at("label.choice:has([value=reference])"))
    it.onwards()
    for address, fields in OTHERS:
        it.go(f"settings/{address}/")
        it.fill(dict(fields))
        it.at(".save-bar button").click()
        settle(it.page)
    it.go("first-steps/items/")


def products(it: Story) -> None:
    acting = it.acting
    acting.says("item")
    (code, name, account), *rest = ITEMS
    acting.write(it.at("[name=code_0]"), code)
    acting.write(it.at("[name=name_0]"), name.of(it.language))
    acting.says("find")
    acting.write(it.at("[name=credit_0]"), TYPED.of(it.language))
    acting.click(it.at(f".listbox:not([hidden]) [data-number='{account}']"))
    for row, (code, name, account) in enumerate(rest, start=1):
        it.fill({f"code_{row}": code, f"name_{row}": name.of(it.language), f"credit_{row}": account})
    acting.look(0.8)
    it.onwards()
    it.at(".save-bar button").click()  # the last step only says what comes next
    it.go("settings/items/")
    acting.says("archive")
    acting.look(0.6)
    acting.point(it.at("#rules li").locator("xpath=following-sibling::li"))
    acting.look(1)
    acting.show(it.at("#found"))
    acting.picture("items")


def imports(it: Story) -> None:
    acting = it.acting
    it.go("import/")
    acting.says("file")
    acting.look(0.4)
    it.choose(it.at("input[type=file]"), it.files.sales)
    acting.click(it.at("form:has(input[type=file]) button"))
    acting.says("columns")
    acting.point(it.part("first-rows"))
    acting.look(0.6)
    household = it.at("[name=d_customer]")
    acting.point(household)
    household.select_option(HOUSEHOLD.of(it.language))
    acting.look(1)
    acting.picture("import-mapping")
    acting.says("outcome")
    acting.point(it.at("#outcome li"))
    acting.look(1)
    acting.click(it.at("[name=act][value=use]"))
    acting.says("store")
    acting.show(it.part("effect"))
    acting.look(0.6)
    acting.click(it.at("form:has([name=asked]) button[type=submit]"))
    acting.says("payments")
    it.choose(it.at("input[type=file]"), it.files.payments)
    acting.click(it.at("form:has(input[type=file]) button"))
    acting.click(it.at("form:has([name=asked]) button[type=submit]"))


def documents(it: Story) -> None:
    acting = it.acting
    it.go("documents/")
    acting.says("documents")
    acting.look(0.8)
    acting.picture("documents")
    acting.click(it.page.get_by_role("link", name="F-1003", exact=True))
    acting.says("wants")
    acting.show(it.part("ledger"))
    for row in (0, 3):
        acting.point(it.part("ledger").locator("tbody tr").nth(row).locator("td").nth(1))
        acting.look(0.6)


def transfer(it: Story) -> None:
    acting = it.acting
    it.go("transfer/")
    acting.says("plan")
    acting.look(1)
    acting.picture("plan")
    acting.says("look")
    acting.point(it.part("look-at").locator("li").first)
    acting.look(1)
    acting.says("made-of")
    acting.show(it.at("article.ledger"))
    acting.click(it.at("details.made summary"))
    acting.look(1)
    acting.says("export")
    acting.show(it.at("h1"))
    with it.page.expect_download():
        acting.click(it.part("export").locator(".actions button"))
    acting.says("steps")
    acting.show(it.part("steps"))
    acting.look(0.6)
    acting.point(it.at("ol.how li"))
    acting.point(it.part("steps").locator("table, ul").last)
    acting.look(0.6)
    acting.picture("batch")
    acting.says("went-in")
    acting.click(it.at("form[action$='/confirm/'] button"))
    changes_later(it)


def changes_later(it: Story) -> None:
    acting = it.acting
    it.go("import/")
    it.at("input[type=file]").set_input_files(it.files.changed)
    it.at("form:has(input[type=file]) button").click()
    settle(it.page)
    acting.says("change")
    acting.show(it.part("effect"))
    acting.point(it.part("effect").locator("tbody tr", has_text=CHANGED))
    acting.look(1)
    acting.click(it.at("form:has([name=asked]) button[type=submit]"))
    it.go("transfer/")
    acting.says("correction")
    acting.look(0.6)
    acting.show(it.at("#entries"))
    acting.look(1.2)
    acting.show(it.at("h1"))
    with it.page.expect_download():
        acting.click(it.part("export").locator(".actions button"))
    it.at("form[action$='/confirm/'] button").click()
    settle(it.page)


def control(it: Story) -> None:
    acting = it.acting
    it.go("control/")
    acting.says("control")
    acting.look(1)
    acting.picture("control")
    acting.show(it.part("open"))
    acting.look(0.8)
    acting.says("compare")
    acting.show(it.at("h1"))
    balance = it.part("balance").locator("header span").inner_text()
    acting.write(it.at("[name=shows]"), balance.replace("\N{NO-BREAK SPACE}", "").strip("$ "))
    acting.click(it.at("form.filter button"))
    acting.point(it.part("balance").locator(".note"))
    acting.look(1)


def taxes(it: Story) -> None:
    acting = it.acting
    it.go("taxes/")
    for name, day in zip(("first", "last"), QUARTER, strict=True):
        it.at(f"form[action$='/return/'] [name={name}]").fill(day)
    acting.says("return")
    acting.click(it.at("form[action$='/return/'] button"))
    acting.look(0.6)
    acting.show(it.part("form1"))
    acting.look(0.8)
    acting.picture("return")
    acting.says("posted")
    acting.show(it.part("posted"))
    acting.point(it.part("posted").locator("tbody tr td:last-child").first)
    acting.look(0.8)


def proof(it: Story) -> None:
    acting = it.acting
    it.go(f"proof/?month={MONTH}")
    acting.says("proof")
    acting.look(1)
    acting.show(it.page.locator("section.sheet").nth(1))
    acting.look(0.8)
    acting.says("looked")
    acting.click(it.at("form[action*='/proof/'][method=post] button"))
    acting.look(0.8)
    it.go("")
    acting.says("end")
    acting.look(3)


CHAPTERS: tuple[Callable[[Story], None], ...] = (
    first_steps,
    account_1201,
    accounts_and_taxes,
    products,
    imports,
    documents,
    transfer,
    control,
    taxes,
    proof,
)
"""In the order of the table's chapters."""


def settings_pictured(it: Story) -> None:
    """Pages of the guide that the film does not pass."""
    for address, name in (("chart", "chart"), ("invoices", "invoices-settings")):
        it.go(f"settings/{address}/")
        it.acting.picture(name)
