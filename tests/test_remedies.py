"""Remedies that work: what the sentence of a problem says is done to the letter, the problem is gone, the books are right.

Every case of `tests/problems` has its remedies in `REMEDIES`: what is done to the files, and the entries that follow,
written by hand. Where a sentence shows what to write, the step takes it from the line that was printed, in each
language, and pastes it. A sentence that says two things to do has two remedies. `REASONS` says why a case has none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from io import BytesIO
from typing import NamedTuple

import pytest
from openpyxl import Workbook, load_workbook

from ecriture.cli.speech import Speech
from ecriture.core.amounts import show_number
from ecriture.core.entries import JournalEntry
from ecriture.core.problems import SEVERITIES
from ecriture.speech.language import LANGUAGES
from problem_cases import (
    BESIDES,
    CASES,
    FOLDER,
    Contents,
    code_of,
    contents_of,
    outcome,
    said,
    settings_of,
    transferred_before,
)

SHARED_SETTINGS = (FOLDER / "company.toml").read_bytes()

# What a person does


class Desk:
    """The files of a case, and the lines that were printed about them."""

    def __init__(self, case: str, language: str) -> None:
        self.files: Contents = contents_of(CASES[case])
        self.through: date | None = settings_of(CASES[case]).get("through")
        self.shown = [Speech(language).problem(it) for it in said(case) if it.code == code_of(case)]

    def text(self, file: str) -> str:
        return self.files[file][1].decode("utf-8-sig")

    def put(self, file: str, content: str | bytes, name: str = "") -> None:
        name = name or self.files.get(file, (f"{file}.csv", b""))[0]
        self.files[file] = name, content.encode("utf-8") if isinstance(content, str) else content

    def find(self, pattern: str, line: int = 0) -> str:
        """What the pattern's only group finds in a printed line; the place in brackets at its end does not count."""
        found = re.search(pattern, self.shown[line].rpartition(" [")[0])
        assert found, f"{pattern!r} is not in {self.shown[line]!r}"
        return found[1]


Step = Callable[[Desk], None]


def change(file: str, *pairs: str) -> Step:
    """Replaces texts in a file, each by the next one."""

    def step(desk: Desk) -> None:
        text = desk.text(file)
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert old in text
            text = text.replace(old, new)
        desk.put(file, text)

    return step


documents, payments, chart, company = (partial(change, file) for file in ("documents", "payments", "chart", "company"))
mapping = partial(change, "mapping")


def whole(file: str, content: str) -> Step:
    """Writes a file anew, as CSV."""
    return lambda desk: desk.put(file, content, f"{file}.csv")


def both(*steps: Step) -> Step:
    def step(desk: Desk) -> None:
        for one in steps:
            one(desk)

    return step


def with_key(toml: str, table: str, key: str, value: str) -> str:
    """The settings with `key = value` below `[table]`, which is added at the end where it is not there yet."""
    header = f"[{table}]\n"
    if header not in toml:
        return f"{toml}\n{header}{key} = {value}\n"
    before, _, after = toml.partition(header)
    own, bracket, others = after.partition("\n[")
    own = re.sub(rf"^{key} = .*\n?", "", own, flags=re.MULTILINE)
    return f"{before}{header}{key} = {value}\n{own}{bracket}{others}"


def set_key(desk: Desk, path: str, value: str) -> None:
    table, _, key = path.rpartition(".")
    desk.put("company", with_key(desk.text("company"), table, key, value))


SETTING = r'((?:company|accounting|accounts|extras|taxes|items|methods)\.(?:"[^"]+"|[\w-]+)(?:\.\w+)?)'
"""The name of a setting, as the sentences show it."""


TABLE = r"\[(taxes\.\w+)\]"
"""The table that a sentence says to add."""


def account(*numbers: str) -> Step:
    """Gives the account to the setting that is named first; of several lines one account to each."""

    def step(desk: Desk) -> None:
        for line in range(len(desk.shown)):
            set_key(desk, desk.find(SETTING, line), f'"{numbers[min(line, len(numbers) - 1)]}"')

    return step


def shown_account(desk: Desk) -> None:
    """Gives the account that the sentence names to the setting that it names."""
    for line in range(len(desk.shown)):
        number = desk.find(r".*\b(\d{4})\b", line)
        set_key(desk, desk.find(SETTING, line), f'"{number}"')


def paste(number: str) -> Step:
    """Pastes the shown table and key into company.toml, with an account where `…` stands."""

    def step(desk: Desk) -> None:
        table, key = desk.find(r'\[(\w+(?:\.(?:"[^"]+"|[\w-]+))?)\]'), desk.find(r'(\w+) = "…"')
        desk.put("company", with_key(desk.text("company"), table, key, f'"{number}"'))

    return step


def paste_example(desk: Desk) -> None:
    """Gives the setting the value that is shown as an example."""
    set_key(desk, desk.find(SETTING), desk.find(r"(?:, as in|, comme) (.+)\."))


def paste_choice(desk: Desk) -> None:
    set_key(desk, desk.find(SETTING), desk.find(r': ("\w+")'))


def paste_year(desk: Desk) -> None:
    """Adds the shown fiscal year to those of the settings."""
    year = desk.find(r"(\[\d{4}-\d\d-\d\d, \d{4}-\d\d-\d\d\])")
    change("company", "fiscal_years = [", f"fiscal_years = [{year}, ")(desk)


def paste_rounding(desk: Desk) -> None:
    """Adds the shown row, with the shown amount, to the end of the documents."""
    kind, cents = desk.find(r"(rounding|arrondi)\b"), desk.find(r"([\d.,]+)(?: as its amount| comme montant)")
    desk.put("documents", f'{desk.text("documents")}F-1042,,{kind},,"{cents}",\n')


def paste_references(desk: Desk) -> None:
    first, second = desk.find(r"(P-1-1)\b"), desk.find(r"(P-1-2)\b")
    payments("P-1,2026-01-20", f"{first},2026-01-20", "P-1,,", f"{second},2026-01-20,")(desk)


def paste_columns(desk: Desk) -> None:
    """Makes a chart with the shown columns."""
    names = desk.find(r"(?:columns|colonnes) (.+)\.")
    rows = ("1060,Bank,", "1201,Customers,", "4000,Sales,", "2310,GST,", "2330,QST,")
    desk.put("chart", "\n".join([names.replace(", ", ","), *rows]))


def saved_again(file: str, codec: str) -> Step:
    """Opens a file in its own encoding, and saves it as CSV UTF-8."""
    return lambda desk: desk.put(file, desk.files[file][1].decode(codec).encode("utf-8-sig"))


def round_cells(desk: Desk) -> None:
    """Rounds the numbers of a workbook to two decimals, as ROUND does."""
    book, saved = load_workbook(BytesIO(desk.files["documents"][1])), BytesIO()
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if isinstance(cell.value, float):
                cell.value = float(Decimal(str(cell.value)).quantize(Decimal("0.01"), ROUND_HALF_UP))
    book.save(saved)
    desk.put("documents", saved.getvalue())


def in_workbook(act: Callable[[Workbook], None]) -> Step:
    """Does something in the spreadsheet program, and saves the file again."""

    def step(desk: Desk) -> None:
        book, saved = load_workbook(BytesIO(desk.files["documents"][1])), BytesIO()
        act(book)
        book.save(saved)
        desk.put("documents", saved.getvalue())

    return step


def amounts_without_units(book: Workbook) -> None:
    for place, amount in (("C2", 137.5), ("C3", 12.5)):
        book.worksheets[0][place].value = amount
        book.worksheets[0][place].number_format = "General"


def moved_to_one_sheet(book: Workbook) -> None:
    for row in [*book["February"].iter_rows(min_row=2, values_only=True)]:
        book["January"].append(row)
    del book["February"], book["Tips"]


def formatted_as_date(desk: Desk) -> None:
    """Gives the cell the shown format: the spreadsheet counts the days since 30 December 1899."""
    assert re.search("yyyy-mm-dd|aaaa-mm-jj", desk.shown[0])
    documents("46053", str(date(1899, 12, 30) + timedelta(days=46053)))(desk)


def void_row(file: str, row: str) -> Step:
    """Adds a row with an old number, and the status that is shown, to a file that may not have the column yet."""

    def step(desk: Desk) -> None:
        header, *rows = desk.text(file).splitlines() if file in desk.files else ["payment,date,amount"]
        if "status" not in header:
            header, rows = f"{header},status", [f"{it}," for it in rows]
        number, _, day = row.partition(" ")
        cells = {header.split(",")[0]: number, "date": day, "status": desk.find(r"\b(void)\b")}
        added = ",".join(cells.get(column, "") for column in header.split(","))
        desk.put(file, "\n".join([header, *rows, added]))

    return step


def shows(pattern: str) -> Step:
    """Nothing is done; but the sentence must show this."""

    def step(desk: Desk) -> None:
        desk.find(pattern)

    return step


def add_leave_out(condition: str) -> Step:
    """Leaves out the rows of which the shown column meets a condition."""

    def step(desk: Desk) -> None:
        header, column = desk.find(r"(\[\[leave_out\]\])"), desk.find(r"(?:column|colonne) [“«]\s?(\w+)\s?[”»]")
        rule = f'{header}\nwhen = [{{ column = "{column}", {condition} }}]\n'
        desk.put("mapping", f"{desk.text('mapping')}\n{rule}")

    return step


def decide(*patterns: str) -> Step:
    """Adds to the mapping what is shown of the document: its table, and below it what the patterns find."""

    def step(desk: Desk) -> None:
        table = desk.find(r"(\[decisions\.documents\.[^\]]+\])")
        lines = "\n".join(desk.find(pattern) for pattern in patterns)
        desk.put("mapping", f"{desk.text('mapping')}\n{table}\n{lines}\n")

    return step


def copy(file: str, old: str, pattern: str, form: str = "{}") -> Step:
    """Replaces a text in a file by what the sentence shows."""
    return lambda desk: change(file, old, form.format(desk.find(pattern)))(desk)


def set_shown(pattern: str) -> Step:
    """Gives the setting that is named the value that is shown."""
    return lambda desk: set_key(desk, desk.find(SETTING), desk.find(pattern))


def write_shown_table(desk: Desk) -> None:
    header = desk.find(r"(\[\w+\])")
    accounts = 'invoice_debit = "1201"', 'invoice_credit = "4000"', 'payment_debit = "1060"', 'payment_credit = "1201"'
    desk.put("company", "\n".join([header, *accounts]))


QUOTED = r"[“«]\s?(\w+)\s?[”»]"
"""The first text between quotation marks."""

full_chart = change("chart", "4000,Revenue", "2310,GST\n2330,QST\n4000,Revenue")
"""The charts of these cases lack the accounts of the taxes, which nobody can see before the chart can be read."""

full_chart_with_types = change("chart", "4000,Revenue", "2310,GST,G\n2330,QST,G\n4000,Revenue")


def without_empty_columns(desk: Desk) -> None:
    rows = [line.split(",") for line in desk.text("documents").splitlines()]
    desk.put("documents", "\n".join(",".join(row[:3]) for row in rows))


def write_shown_columns(desk: Desk) -> None:
    """Begins an empty file with the columns that are missing, one in each line that was printed."""
    names = ",".join(desk.find(QUOTED, line) for line in range(len(desk.shown)))
    desk.put("documents", f"{names}\nF-1,2026-01-05,100.00\n")


# What is in the books then


def divide_as_shown(desk: Desk) -> None:
    """Gives the document the rows that the sentence shows: what is left without the taxes, and each tax."""
    net, gst, qst = (
        desk.find(before + r" \$?(\d+[.,]\d\d)").replace(",", ".") for before in ("(?:is|c’est)", "GST", "QST")
    )
    documents("114.98", f"{net}\nF-1042,,,tax,GST,{gst}\nF-1042,,,tax,QST,{qst}")(desk)


TAXES_OF_100 = "\nF-1042,,,tax,GST,5.00\nF-1042,,,tax,QST,9.98"


def books(entries: Iterable[JournalEntry]) -> str:
    """`01-05 1201 100.00 4000 -100.00`, one line for each entry."""
    return "\n".join(
        " ".join([f"{it.date:%m-%d}", *(f"{line.account} {show_number(line.amount_cents, 'en')}" for line in it.lines)])
        for it in entries
    )


class Remedy(NamedTuple):
    """What is done, the entries that follow, and the codes of what stays or is said of it, with no error among them."""

    step: Step
    books: str
    then: frozenset[str] = frozenset()


class Reason(NamedTuple):
    """Why nothing is done to the files, and the entries as they are."""

    why: str
    books: str


SALE = "01-05 1201 100.00 4000 -100.00"
ALIASES = r"(\[aliases\])"
TWO_SALES = "01-31 1201 200.00 4000 -200.00"
PAID = "01-20 1060 100.00 1201 100.00 1201 -100.00 4000 -100.00"
IN_4100 = "01-05 1201 100.00 4100 -100.00"
GST = "01-05 1201 105.00 2310 -5.00 4000 -100.00"
BOTH_TAXES = "01-05 1201 114.98 2310 -5.00 2330 -9.98 4000 -100.00"
ALL_ROWS = "01-05 1201 1,249.50 4900 120.00 5990 0.01 1201 -120.01 2400 -5.00 4000 -1,234.50 4200 -10.00"
HEADER = "document,date,amount"
GAGNE = "01-05 1201 350.00 4000 -350.00"
CREDITED = "01-05 4000 40.00 1201 -40.00"

OWN_ACCOUNTS: Mapping[str, tuple[Remedy, ...]] = {
    "account-bank/name": (Remedy(copy("company", '"1060"', r".*\b(\d{4})\b", '"{}"'), SALE),),
    "account-bank/posted": (Remedy(shown_account, SALE),),
    "account-bank/posted-revenue": (Remedy(account("4000"), SALE),),
    "account-bank/unused": (Remedy(shown_account, SALE),),
    "account-bank/unused-tax": (Remedy(account("2310"), SALE),),
    "account-class/bank": (Remedy(account("1060"), PAID),),
    "account-class/revenue": (Remedy(account("4000"), SALE),),
    "account-linked/chart": (Remedy(shown_account, SALE),),
    "account-linked/clearing": (Remedy(shown_account, SALE),),
    "account-linked/other-role": (Remedy(account("2400"), "01-05 1201 110.00 2400 -10.00 4000 -100.00"),),
    "account-linked/setting": (Remedy(shown_account, SALE),),
    "account-missing/bank": (Remedy(paste("1060"), PAID),),
    "account-missing/default-revenue": (Remedy(paste("4000"), SALE),),
    "account-missing/fee": (Remedy(paste("5610"), "01-20 1060 97.10 1201 100.00 5610 2.90 1201 -100.00 4000 -100.00"),),
    "account-missing/payment-tip": (
        Remedy(paste("2400"), "01-20 1060 115.00 1201 100.00 1201 -100.00 2400 -15.00 4000 -100.00"),
    ),
    "account-missing/tip": (Remedy(paste("2400"), "01-05 1201 110.00 2400 -10.00 4000 -100.00"),),
    "account-missing/unused": (Remedy(account("1060", "1201"), SALE),),
    "account-not-postable/earnings": (Remedy(account("4000"), SALE),),
    "account-not-postable/heading": (Remedy(account("1060"), PAID),),
    "account-not-postable/nameless": (
        Remedy(both(chart("4000,T", "4000,T\n4010,G"), account("4010")), "01-05 1201 100.00 4010 -100.00"),
    ),
    "account-same/posted": (Remedy(account("1060"), PAID),),
    "account-same/unused": (Remedy(account("4100", "1060"), SALE),),
    "account-unknown": (
        Remedy(account("4000"), SALE),
        Remedy(chart("4000,Sales,Ventes,G,no", "4000,Sales,Ventes,G,no\n4100,Cleaning,Entretien,G,no"), IN_4100),
    ),
    "account-wrong-length/digits": (Remedy(account("4000"), SALE),),
    "account-wrong-length/form": (Remedy(account("4100"), IN_4100),),
    "receivable-split/document": (Remedy(shown_account, IN_4100),),
    "receivable-split/item": (Remedy(shown_account, SALE),),
    "receivable-split/recorded": (Remedy(company('"1201"', '"1202"'), "01-05 1202 20.00 4000 -20.00"),),
    "receivable-split/refund": (Remedy(shown_account, SALE), Remedy(company('refund_debit = "1202"', ""), SALE)),
    "tax-account-missing/posted": (Remedy(paste("2310"), GST),),
    "tax-account-missing/quoted": (Remedy(paste("2320"), "01-05 1201 113.00 2320 -13.00 4000 -100.00"),),
    "tax-account-missing/unused": (Remedy(account("2330"), SALE),),
    "tax-account-purchases": (Remedy(account("2310"), SALE),),
    "tax-account-shared": (Remedy(account("2330"), SALE),),
}

OF_SETTINGS: Mapping[str, tuple[Remedy, ...]] = {
    "item-unknown/nearest": (
        Remedy(copy("documents", "Ménage", r"(MENAGE)\?"), IN_4100),
        Remedy(paste("4150"), "01-05 1201 100.00 4150 -100.00"),
    ),
    "item-unknown/plain": (Remedy(paste("4100"), "01-05 1201 120.00 4100 -120.00"),),
    "item-unknown/quoted": (Remedy(paste("4100"), IN_4100),),
    "method-unknown/plain": (
        Remedy(payments("paypal", "card"), PAID),
        Remedy(paste("1065"), PAID.replace("1060", "1065")),
    ),
    "method-unknown/quoted": (Remedy(paste("1065"), PAID.replace("1060", "1065")),),
    "tax-unknown/item": (
        Remedy(company('taxes = ["TPS"]', 'taxes = ["GST"]'), SALE),
        Remedy(
            lambda desk: desk.put("company", f'{desk.text("company")}\n[{desk.find(TABLE)}]\ncredit = "2310"\n'), SALE
        ),
    ),
    "tax-unknown/nearest": (
        Remedy(copy("documents", "TPS", r"(GST)\?"), GST),
        Remedy(paste("2311"), GST.replace("2310", "2311")),
    ),
    "tax-unknown/plain": (Remedy(paste("2311"), GST.replace("2310", "2311")),),
    "tax-unknown/quoted": (Remedy(paste("2320"), "01-05 1201 113.00 2320 -13.00 4000 -100.00"),),
    "setting-unknown/known": (
        Remedy(copy("company", "wxyz", r"\b(credit)\b"), SALE),
        Remedy(company('wxyz = "4100"', ""), SALE),
    ),
    "setting-unknown/nearest": (Remedy(copy("company", "payement_credit", r"[“«]\s?(payment_credit)"), SALE),),
    "setting-unknown/table": (Remedy(copy("company", "[tax.", r".*[“«]\s?(\w+)\s?[”»]\?", "[{}."), SALE),),
    "setting-invalid/account": (Remedy(company("= 4000", '= "4000"'), SALE),),
    "setting-invalid/accounts": (Remedy(paste_example, SALE),),
    "setting-invalid/choice": (Remedy(paste_choice, SALE),),
    "setting-invalid/count": (Remedy(company("= 1\n", "= 2\n"), SALE),),
    "setting-invalid/currency": (Remedy(paste_example, SALE),),
    # The example is a later day than the invoice: what counts is its form.
    "setting-invalid/date": (Remedy(company('"31/12/2025"', "2025-12-31"), SALE),),
    "setting-invalid/flag": (
        Remedy(set_shown(r"\b(false)\b"), SALE),
        Remedy(set_shown(r"\b(true)\b"), ""),
    ),
    "setting-invalid/percent": (Remedy(paste_example, SALE), Remedy(company('"5 %"', '"5"'), SALE)),
    "setting-invalid/prefix": (Remedy(paste_example, SALE),),
    "setting-invalid/rate-or-rates": (
        Remedy(company('rate = "5"\n', ""), SALE),
        Remedy(company('rates = [["2008-01-01", "5"]]\n', ""), SALE),
    ),
    "setting-invalid/rates": (Remedy(paste_example, SALE),),
    "setting-invalid/start-date/moved": (Remedy(set_shown(r".* (\d{4}-\d\d-\d\d)\."), ""),),
    "setting-invalid/start-date/new": (Remedy(company("start_date = 2026-02-01", ""), ""),),
    "setting-invalid/table": (Remedy(write_shown_table, SALE),),
    "setting-invalid/text": (Remedy(company("\\n", " "), SALE),),
    # The example has codes that these settings do not have.
    "setting-invalid/texts": (Remedy(paste_example, SALE, frozenset({"tax-unknown"})),),
    "setting-invalid/toml": (Remedy(company("“4000”", '"4000"'), SALE),),
    "setting-invalid/toml-backslash": (
        Remedy(company('"A\\Z Entretien inc."', "'A\\Z Entretien inc.'"), SALE),
        Remedy(company("A\\Z", "A\\\\Z"), SALE),
    ),
    "setting-invalid/toml-bracket": (Remedy(company("2026-12-31]", "2026-12-31]]"), SALE),),
    "setting-invalid/toml-character": (Remedy(company('invoice_credit = "4000\a"', 'invoice_credit = "4000"'), SALE),),
    "setting-invalid/toml-deep": (
        Remedy(company("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s = 1\n", 'refund_credit = "1060"\n'), SALE),
    ),
    "setting-invalid/toml-encoding": (Remedy(saved_again("company", "cp1252"), SALE),),
    "setting-invalid/toml-large": (Remedy(lambda desk: desk.put("company", SHARED_SETTINGS, "company.toml"), SALE),),
    "setting-invalid/toml-quote": (Remedy(company('"1201\n', '"1201"\n'), SALE),),
    "setting-invalid/toml-twice": (
        Remedy(company('invoice_debit = "1201"\npayment_credit', "payment_credit"), SALE),
        Remedy(company('invoice_debit = "1201"\ninvoice_credit', "invoice_credit"), SALE),
    ),
    "setting-invalid/years": (
        Remedy(paste_example, SALE),
        Remedy(company("2026-12-01, 2027-11-30", "2027-01-01, 2027-12-31"), SALE),
    ),
    "date-locked": (
        Remedy(documents("2026-01-05", "2026-01-15"), "01-31 1201 100.00 4000 -100.00"),
        Remedy(
            both(shows(r"(carry = true)"), company("carry = false", "carry = true")), "01-11 1201 100.00 4000 -100.00"
        ),
    ),
    "date-outside-fiscal-year/april": (Remedy(paste_year, "04-02 1201 100.00 4000 -100.00"),),
    "date-outside-fiscal-year/carried": (
        Remedy(paste_year, "01-01 1201 100.00 4000 -100.00", frozenset({"carried-across-year"})),
        Remedy(company("lock_date = 2026-12-31", "lock_date = 2025-12-31"), SALE.replace("01-05", "01-31")),
    ),
    "date-outside-fiscal-year/early": (
        Remedy(documents("2025-12-05", "2026-01-05"), "01-05 1201 150.00 4000 -150.00"),
        Remedy(paste_year, "12-31 1201 100.00 4000 -100.00\n01-05 1201 50.00 4000 -50.00"),
    ),
    "date-outside-fiscal-year/sage": (Remedy(documents("1998", "2026"), SALE),),
    "entry-long": (
        Remedy(both(shows('(detail = "summary")'), company('"line"', '"summary"')), "01-05 1201 150.00 4000 -150.00"),
    ),
    "too-many-entries/file": (
        Remedy(
            both(shows('(grouping = "period")'), company('"document"', '"period"')),
            "01-06 1201 150.00 4000 -150.00",
        ),
    ),
    "too-many-entries/rows": (
        Remedy(
            both(shows('(detail = "summary")'), company('"document"', '"summary"')),
            "01-06 1201 150.00 4000 -150.00",
        ),
    ),
    "does-not-fit/amount": (
        Remedy(
            both(shows('(grouping = "day")'), company('"acomba"', '"acomba"\ngrouping = "day"')),
            "01-05 1201 600,000.00 4000 -600,000.00\n01-06 1201 700,000.00 4000 -700,000.00",
            frozenset({"text-shortened"}),
        ),
    ),
    "does-not-fit/source": (
        Remedy(change("layout", "width = 10", "width = 11"), SALE),
        Remedy(
            both(shows("(source_prefix)"), company("[taxes.GST]", '[accounting]\nsource_prefix = "E"\n\n[taxes.GST]')),
            SALE,
        ),
    ),
    "does-not-fit/account": (Remedy(company('"41000000"', '"4000"'), SALE, frozenset({"text-shortened"})),),
    "does-not-fit/nameless": (Remedy(chart("4000,,", "4000,Sales,Ventes"), SALE),),
    "does-not-fit/name": (Remedy(chart("Revenue of all sales", "Sales"), SALE),),
    "does-not-fit/same-name": (Remedy(chart("1201,Sales", "1201,Customers"), SALE),),
    "too-many-entries/source": (
        Remedy(
            both(shows('(grouping = "period")'), company('"document"', '"period"')),
            "01-05 1201 100,000.00 4000 -100,000.00",
        ),
    ),
}

TIPPED = "01-20 1060 {} 1201 100.00 1201 {} 2400 {} 4000 -100.00"
FEE = "01-20 1060 97.10 1201 100.00 5610 2.90 1201 -100.00 4000 -100.00"

layout = partial(change, "layout")

OF_LAYOUTS: Mapping[str, tuple[Remedy, ...]] = {
    "setting-invalid/layout-missing": (Remedy(layout("[layout]", '[layout]\nname = "Ours"'), SALE),),
    "setting-invalid/layout-large": (Remedy(layout("width = 1000 },\n]", "width = 900 },\n]"), SALE),),
    "setting-invalid/layout-values": (
        Remedy(
            layout(
                *('"%d %B %Y"', '"%Y-%m-%d"', "max_lines = 1", "max_lines = 2", '"txt"', '".txt"', "de =", "fr ="),
                *('[{ field = "constant", value = "Head" }]', '[[{ field = "constant", value = "Head" }]]'),
                *("entry_head = [[]]", "entry_head = []", '{ title = "Day" }', '{ field = "date", title = "Day" }'),
            ),
            SALE,
        ),
    ),
    "setting-invalid/layout-whole": (
        Remedy(
            layout(
                *(
                    "spreadsheet = true\n",
                    "",
                    '{ field = "source"',
                    '{ field = "constant", value = "H" }, { field = "source"',
                ),
                *(
                    "width = 13 }]",
                    'width = 13 }, { field = "date" }]',
                    ' align = "right", pad = "0" },\n  { field = "amount"',
                    ' align = "right" },\n  { field = "amount"',
                ),
                *('{ field = "account"', '{ field = "constant", value = "L" }, { field = "account"'),
            ),
            SALE,
        ),
    ),
}

OF_VALUES: Mapping[str, tuple[Remedy, ...]] = {
    "amount-ambiguous": (
        Remedy(documents("1,234", "1,234.00"), "01-05 1201 1,234.00 4000 -1,234.00"),
        Remedy(documents("1,234", "1,23"), "01-05 1201 1.23 4000 -1.23"),
    ),
    "amount-negative/amount": (
        Remedy(payments("-100.00", "100.00"), PAID),
        Remedy(
            payments("document,", "document,type,", "F-1,-100.00", "F-1,refund,100.00"),
            "01-20 1201 200.00 1060 -100.00 4000 -100.00",
        ),
    ),
    "amount-negative/discount": (
        Remedy(documents("-10.00", "10.00"), "01-05 1201 110.00 4000 10.00 1201 -10.00 4000 -110.00"),
        Remedy(documents("discount,-10.00", "line,10.00"), "01-05 1201 120.00 4000 -120.00"),
    ),
    "amount-negative/fee": (Remedy(payments("-2.90", "2.90"), FEE),),
    "amount-negative/tip": (Remedy(payments("-5.00", "5.00"), TIPPED.format("100.00", "-95.00", "-5.00")),),
    "amount-unreadable/decimals": (
        Remedy(documents("1,234.567", "1234.57", "0.0499", "0.05"), "01-12 1201 1,234.62 4000 -1,234.62"),
    ),
    "amount-unreadable/document": (Remedy(documents("12.345.6", "12345.60"), "01-05 1201 12,345.60 4000 -12,345.60"),),
    "amount-unreadable/empty": (
        Remedy(documents("2026-01-05,", "2026-01-05,100.00"), SALE),
        Remedy(documents("2026-01-05,", "2026-01-05,0.00"), ""),
    ),
    "amount-unreadable/payment": (Remedy(payments("2.9 %", "2.90"), FEE),),
    "amount-unreadable/spreadsheet": (Remedy(round_cells, "01-06 1201 210.50 4000 -210.50"),),
    "amount-unreadable/unit": (Remedy(in_workbook(amounts_without_units), "01-06 1201 150.00 4000 -150.00"),),
    "date-missing/document": (Remedy(documents("F-1,,", "F-1,2026-01-05,"), SALE),),
    "date-missing/payment": (Remedy(payments("P-1,,", "P-1,2026-01-20,"), PAID),),
    "date-unreadable/ambiguous": (Remedy(documents("05/01/2026", "2026-01-05"), SALE),),
    "date-unreadable/applied": (Remedy(payments("soon", "2026-01-20"), PAID),),
    "date-unreadable/impossible": (Remedy(documents("2026-02-30", "2026-02-28"), "02-28 1201 100.00 4000 -100.00"),),
    "date-unreadable/number": (Remedy(formatted_as_date, "01-31 1201 100.00 4000 -100.00"),),
    "credit-note-negative": (
        Remedy(documents("-40.00", "40.00"), CREDITED),
        Remedy(documents("-40.00", "40.00", "credit_note", "invoice"), "01-05 1201 40.00 4000 -40.00"),
    ),
    "tip-above-amount": (
        Remedy(payments("10.00,15.00", "25.00,15.00"), TIPPED.format("25.00", "-10.00", "-15.00")),
        Remedy(payments("15.00", "1.50"), TIPPED.format("10.00", "-8.50", "-1.50")),
    ),
    "total-differs/all-rows": (
        Remedy(both(company("[extras]", '[extras]\ndiscount = "4900"'), documents("1100.00", "1129.49")), ALL_ROWS),
    ),
    "total-differs/other": (
        Remedy(documents("120.00", "114.98"), BOTH_TAXES),
        Remedy(
            documents("line,,100.00", "line,,105.02"),
            "01-05 1201 120.00 2310 -5.00 2330 -9.98 4000 -105.02",
        ),
    ),
    "total-differs/taxes": (
        Remedy(documents("115.00", "114.98"), BOTH_TAXES),
        Remedy(paste_rounding, "01-05 1201 115.00 2310 -5.00 2330 -9.98 4000 -100.00 5990 -0.02"),
    ),
    "tax-differs/discount": (
        Remedy(documents("9.98", "7.98"), "01-05 1201 107.98 4900 20.00 1201 -20.00 2330 -7.98 4000 -100.00"),
    ),
    "tax-missing/one": (Remedy(documents("line,,100.00", f"line,,100.00{TAXES_OF_100}"), BOTH_TAXES),),
    "tax-missing/one-included": (Remedy(divide_as_shown, BOTH_TAXES),),
    "tax-missing/several": (
        Remedy(
            change("company", "[items.MENAGE]", "[items.MENAGE]\ntaxes = []"),
            "01-05 1201 7,385.00 2310 -5.00 4000 -100.00 4100 -7,280.00",
        ),
    ),
    "tax-missing/several-included": (
        Remedy(
            documents(
                "line,,90.01",
                "line,,78.29\nF-1042,,,,tax,GST,3.91\nF-1042,,,,tax,QST,7.81",
                "line,,229.95",
                "line,,200.00\nF-1043,,,,tax,GST,10.00\nF-1043,,,,tax,QST,19.95",
                "line,,57.49",
                "line,,50.00\nN-1,,,,tax,GST,2.50\nN-1,,,,tax,QST,4.99",
            ),
            "01-06 1201 319.96 2310 2.50 2330 4.99 4000 50.00 1201 -57.49 2310 -13.91 2330 -27.76 4000 -278.29",
        ),
    ),
    "tax-differs/one": (Remedy(documents("15.00", "5.00"), GST),),
    "tax-differs/shipping": (
        Remedy(documents("8.00", "5.00"), "01-05 1201 125.00 2310 -5.00 4000 -100.00 4200 -20.00"),
    ),
}


OF_UNITS: Mapping[str, tuple[Remedy, ...]] = {
    "currency-foreign/document": (
        # Enter it by hand: that is done in the accounting program.
        Remedy(
            both(documents("F-1,2026-01-05,USD,100.00\n", ""), payments("P-1,2026-01-20,F-1,100.00\n", "")),
            "01-20 1060 80.00 1201 80.00 1201 -80.00 4000 -80.00",
        ),
    ),
    "document-duplicate/again": (
        Remedy(documents("F-1,2026-01-07", "F-3,2026-01-07"), "01-07 1201 240.00 4000 -240.00"),
    ),
    "document-duplicate/apart": (
        Remedy(
            whole("documents", f"{HEADER}\nF-1,2026-01-05,100.00\nF-1,2026-01-05,60.00\nF-2,2026-01-05,80.00\n"),
            "01-05 1201 240.00 4000 -240.00",
        ),
    ),
    "document-duplicate/contradicts": (
        Remedy(documents("2026-01-06", ""), "01-05 1201 150.00 4000 -150.00"),
        Remedy(documents("F-1,2026-01-06", "F-2,2026-01-06"), "01-06 1201 150.00 4000 -150.00"),
    ),
    "document-duplicate/each-row": (
        Remedy(mapping("once = true", ""), "01-05 1201 147.00 2310 -7.00 4000 -140.00"),
        Remedy(
            documents("40.00,2.00", "40.00,"), "01-05 1201 145.00 2310 -5.00 4000 -140.00", frozenset({"tax-differs"})
        ),
    ),
    "payment-duplicate/again": (Remedy(payments("P-1,2026-01-22", "P-3,2026-01-22"), PAID.replace("01-20", "01-22")),),
    "payment-duplicate/apart": (
        Remedy(
            whole(
                "payments",
                "payment,date,document,amount\nP-1,2026-01-20,F-1,60.00\nP-1,2026-01-20,F-1,20.00\n"
                "P-2,2026-01-20,F-1,20.00\n",
            ),
            PAID,
        ),
    ),
    "payment-duplicate/contradicts": (
        Remedy(paste_references, PAID),
        Remedy(payments("cheque", ""), PAID),
    ),
    "document-not-final/credit-note": (
        Remedy(
            documents("40.00,F-1", "40.00,F-2", "100.00,\n", "100.00,\nF-2,invoice,final,2026-01-05,100.00,\n"),
            "01-20 1201 100.00 4000 40.00 1201 -40.00 4000 -100.00",
        ),
        Remedy(documents("40.00,F-1", "40.00,"), "01-20 4000 40.00 1201 -40.00"),
    ),
    "document-not-final/draft": (
        Remedy(copy("documents", "draft", "(final)"), PAID),
        Remedy(both(documents("100.00\n", "100.00\nF-2,final,2026-01-05,100.00\n"), payments("F-1", "F-2")), PAID),
    ),
    "document-not-final/void": (
        Remedy(
            both(documents("100.00\n", "100.00\nF-2,final,2026-01-05,100.00\n"), payments("F-1", "F-2")),
            "01-20 1201 200.00 1060 -100.00 4000 -100.00",
        ),
        Remedy(payments("F-1", ""), "01-20 1201 100.00 1060 -100.00"),
    ),
    "document-unknown/applies-to-credit-note": (
        Remedy(
            documents("40.00,N-1", "40.00,F-1", "40.00,\n", "40.00,\nF-1,invoice,2026-01-05,100.00,\n"),
            "01-06 1201 100.00 4000 80.00 1201 -80.00 4000 -100.00",
        ),
        Remedy(documents("40.00,N-1", "40.00,"), "01-06 4000 80.00 1201 -80.00"),
    ),
    "document-unknown/credit-note": (
        Remedy(
            documents("40.00,F-9\n", "40.00,F-9\nF-9,invoice,2026-01-05,100.00,\n"),
            "01-05 1201 100.00 4000 40.00 1201 -40.00 4000 -100.00",
        ),
        Remedy(
            documents("40.00,F-9\n", "40.00,F-1\nF-1,invoice,2026-01-05,100.00,\n"),
            "01-05 1201 100.00 4000 40.00 1201 -40.00 4000 -100.00",
        ),
    ),
    "document-unknown/numbered-like-a-class": (Remedy(payments(",1,", ",F-1,"), PAID),),
    "document-unknown/payment": (
        Remedy(payments("F-9", "F-1"), PAID),
        Remedy(documents("F-1,", "F-9,"), PAID),
        Remedy(payments("F-9", ""), PAID),
    ),
    "document-unknown/several": (
        Remedy(
            payments('"9001, 9002",100.00', "9001,60.00\nP-1,2026-01-20,9002,40.00"),
            PAID,
        ),
    ),
    "item-archived/note": (
        # TAPIS2 has no accounts of its own in this case: it is added to the settings too.
        Remedy(
            both(
                copy("documents", "CARPET", r"(TAPIS2)"),
                company("[items.CARPET]", '[items.TAPIS2]\ncredit = "4131"\n\n[items.CARPET]'),
            ),
            "01-05 1201 100.00 4131 -100.00",
        ),
    ),
    "item-archived/plain": (Remedy(documents("CARPET", ""), SALE),),
    "number-similar/capitals": (Remedy(documents("f-1,2026-01-06,80.00\n", ""), SALE),),
    "number-similar/unseen": (Remedy(documents("F\u00a01,2026-01-05,50.00\n", ""), SALE),),
    "number-similar/zeros": (
        Remedy(payments("0012,2026-01-21,F-1,40.00\n", ""), "01-20 1060 60.00 1201 100.00 1201 -60.00 4000 -100.00"),
    ),
    "overpaid/below-zero": (
        Remedy(
            both(documents("-40.00\n", "-40.00\nF-2,2026-01-05,10.00\n"), payments("F-1", "F-2")),
            "01-20 1060 10.00 1201 10.00 4000 40.00 1201 -50.00 4000 -10.00",
        ),
    ),
    "overpaid/credit-note": (
        Remedy(payments("50.00", "40.00"), "01-20 1201 40.00 4000 40.00 1060 -40.00 1201 -40.00"),
        Remedy(
            both(
                payments("50.00", "40.00\nR-1,refund,2026-01-20,N-2,10.00"),
                documents("40.00", "40.00\nN-2,credit_note,2026-01-05,10.00"),
            ),
            "01-20 1201 50.00 4000 50.00 1060 -50.00 1201 -50.00",
        ),
    ),
    "overpaid/invoice": (
        Remedy(
            payments(
                "document,", "document,type,", "F-1,", "F-1,,", "40.00\n", "40.00\nR-1,2026-01-26,F-1,refund,20.00\n"
            ),
            "01-26 1060 120.00 1201 120.00 1060 -20.00 1201 -120.00 4000 -100.00",
        ),
        Remedy(
            both(
                payments("40.00", "20.00\nP-2,2026-01-25,F-2,20.00"),
                documents("100.00\n", "100.00\nF-2,2026-01-05,30.00\n"),
            ),
            "01-25 1060 120.00 1201 130.00 1201 -120.00 4000 -130.00",
        ),
    ),
    # The old one is reversed, and the new one posted: together once.
    "transferred-missing/document": (
        Remedy(void_row("documents", "F-1 2026-01-05"), "01-05 1201 80.00 4000 -80.00\n01-05 4000 100.00 1201 -100.00"),
    ),
    "transferred-missing/nine": (
        Remedy(
            both(
                *(void_row("documents", f"F-{number}") for number in range(1, 5)),
                *(void_row("payments", f"P-{number}") for number in range(1, 6)),
            ),
            "01-31 1201 200.00 4000 -200.00\n01-31"
            + 4 * " 4000 100.00 1201 -100.00"
            + " 1201 50.00 1060 -50.00"
            + 2 * " 1201 100.00 1060 -100.00"
            + 2 * " 1201 25.00 1060 -25.00",
        ),
    ),
    "transferred-missing/payment": (
        Remedy(void_row("payments", "P-1"), "01-25 1060 10.00 1201 -10.00\n01-25 1201 100.00 1060 -100.00"),
    ),
    "transferred-missing/three": (
        Remedy(
            both(void_row("documents", "F-1"), void_row("documents", "F-2"), void_row("payments", "P-9")),
            "01-20 1201 200.00 4000 -200.00\n01-20" + 2 * " 4000 100.00 1201 -100.00" + " 1201 100.00 1060 -100.00",
        ),
    ),
}

TAXED = "01-05 1201 108.99 {}4000 -100.00"
MONEY = "01-20 1060 100.00 2450 -100.00"

OF_MAPPINGS: Mapping[str, tuple[Remedy, ...]] = {
    "setting-invalid/mapping-column": (
        Remedy(both(copy("mapping", "customer = 5", r'("Invoice #")', "customer = {}")), SALE),
    ),
    "setting-invalid/mapping-columns": (Remedy(mapping('"Net"\n\n[[', '["Net"]\n\n[['), SALE),),
    "setting-invalid/mapping-tables": (
        Remedy(
            copy("mapping", 'leave_out = "Total"', r"(\[\[\w+\]\])", '{}\nwhen = [{{ column = "Net", is = [""] }}]'),
            SALE,
        ),
    ),
    "setting-invalid/mapping-missing": (
        Remedy(
            copy(
                "mapping", 'document = "Invoice #"', r"documents\[1\]\.(\w+)", 'document = "Invoice #"\n{} = "Issued"'
            ),
            SALE,
        ),
    ),
    "setting-invalid/mapping-amount": (
        Remedy(
            mapping('"three"', '"3.00"'),
            "01-05 1201 108.00 2310 -5.00 2330 -3.00 4000 -100.00",
            frozenset({"tax-differs"}),
        ),
    ),
    "row-unreadable/unmapped": (
        Remedy(both(mapping('["Invoice"]', '["Invoice", "Total"]'), documents("\n,Total", "\nF-2,Total")), TWO_SALES),
        Remedy(add_leave_out('is = ["Total"]'), SALE),
    ),
    "row-unreadable/unmapped-blank": (
        Remedy(both(mapping('is = ["Invoice"]', "is_not = []"), documents("\n,,", "\nF-2,,")), TWO_SALES),
        Remedy(add_leave_out("empty = true"), SALE),
    ),
    "row-unreadable/mapped": (
        Remedy(
            copy("mapping", 'Draft = "draft"', r": (?:one of|l’un de) (\w+),", 'Draft = "draft", Sent = "{}"'), SALE
        ),
    ),
    "row-unreadable/number-mapped": (
        Remedy(
            lambda desk: desk.put(
                "mapping",
                desk.text("mapping")
                + desk.find(r"(\[\[leave_out\]\])")
                + '\nwhen = [{ column = "Invoice #", empty = true }]\n',
            ),
            SALE,
        ),
        Remedy(documents("\n,", "\nF-2,"), TWO_SALES),
    ),
    "amount-negative/mapped": (
        Remedy(
            copy("mapping", 'fee = "Fee"', "(negated = true)", 'fee = {{ column = "Fee", {} }}'),
            "01-20 1060 97.00 5610 3.00 2450 -100.00",
        ),
        Remedy(
            both(
                documents("100.00,-3.00", "-100.00,3.00"),
                lambda desk: desk.put("mapping", f"{desk.text('mapping')}{desk.find('(negative_is_refund = true)')}\n"),
            ),
            "01-20 2450 100.00 5610 3.00 1060 -103.00",
        ),
    ),
    "total-differs/mapped": (
        Remedy(documents("4.00,105.00", "5.00,105.00"), "01-05 1201 105.00 2310 -5.00 4000 -100.00"),
        Remedy(
            both(
                documents("GST,Total", "GST,Trip,Total", "4.00,", "4.00,1.00,"),
                lambda desk: desk.put(
                    "mapping", desk.text("mapping") + '\n[[documents.rows]]\nrow = "line"\namount = "Trip"\n'
                ),
            ),
            "01-05 1201 105.00 2310 -4.00 4000 -101.00",
            frozenset({"tax-differs"}),
        ),
    ),
    "currency-foreign/payment": (Remedy(payments("P-1,2026-01-20,F-1,USD,100.00\n", ""), SALE),),
    "tax-split/none": (
        Remedy(decide(r"(taxes = \[.*?\])"), TAXED.format("2330 -8.99 "), frozenset({"tax-differs"})),
        Remedy(decide(r"(tax_amounts = \{.*?\})"), TAXED.format("2330 -8.99 "), frozenset({"tax-differs"})),
    ),
    "tax-split/no-rates": (
        Remedy(company('credit = "2310"', 'credit = "2310"\nrate = "5"'), "01-05 1201 105.00 2310 -5.00 4000 -100.00"),
        Remedy(decide(r"(tax_amounts = \{.*?\})"), "01-05 1201 105.00 2310 -5.00 4000 -100.00"),
    ),
    "tax-split/several": (Remedy(decide(r"(taxes = \[.*?\])"), "01-05 1201 107.00 2340 -7.00 4000 -100.00"),),
    "tax-split/included": (
        Remedy(
            lambda desk: desk.put("company", desk.text("company") + '\n[taxes.HST]\ncredit = "2320"\nrate = "13"\n'),
            "01-05 1201 113.00 2320 -13.00 4000 -100.00",
        ),
        Remedy(mapping('["HST"]', '["GST"]'), "01-05 1201 113.00 2310 -5.38 4000 -107.62"),
    ),
    "tax-split/decided": (
        Remedy(
            mapping('"4.99"', '"5.00"'),
            "01-05 1201 108.00 2310 -3.00 2330 -5.00 4000 -100.00",
            frozenset({"tax-differs"}),
        ),
        Remedy(
            mapping('tax_amounts = { GST = "3.00", QST = "4.99" }', 'taxes = ["QST"]'),
            "01-05 1201 108.00 2330 -8.00 4000 -100.00",
            frozenset({"tax-differs"}),
        ),
    ),
    "refund-undated": (
        Remedy(decide(r"(refunded = \d{4}-\d\d-\d\d)"), "01-31 1201 140.00 1060 -40.00 4000 -100.00"),
        Remedy(
            decide(r"(refunded = \d{4}-\d\d-\d\d)", r"(credit_note = true)"),
            "01-31 1201 140.00 4000 40.00 1060 -40.00 1201 -40.00 4000 -100.00",
        ),
    ),
    "payout-differs": (
        Remedy(
            documents("X-1", "P-3,charge,2026-01-21,51.00,1.00,50.00,po_1\nX-1"),
            "01-21 1060 196.00 5610 5.00 2450 -201.00",
        ),
        Remedy(
            mapping(
                '[payouts]\npayout = "Payout"\nnet = "Net"\ntotal =',
                "[[leave_out]]\nwhen =",
            ),
            "01-20 1060 146.00 5610 4.00 2450 -150.00",
        ),
    ),
}

OF_FILES: Mapping[str, tuple[Remedy, ...]] = {
    "row-unreadable/account-number": (Remedy(both(chart("40 00", "4000"), full_chart), SALE),),
    "row-unreadable/account-twice": (Remedy(both(chart("1201,Other\n", ""), full_chart), SALE),),
    "row-unreadable/cell-error": (Remedy(documents("#REF!", "F-1"), SALE),),
    "row-unreadable/header-again": (Remedy(documents("100.00\ndocument,date,amount\n", "100.00\n"), SALE),),
    "row-unreadable/total-row": (Remedy(documents('Total général,,"100,00"\n', ""), SALE),),
    # The spreadsheet still has the number: it shows all its digits in that format.
    "row-unreadable/shortened": (Remedy(documents("1.23457E+11", "123456789012"), SALE),),
    "row-unreadable/columns": (Remedy(documents("Gagné & fils, notaires", '"Gagné & fils, notaires"'), GAGNE),),
    "row-unreadable/columns-few": (Remedy(documents("Gagné\n&", "Gagné &"), GAGNE),),
    "row-unreadable/columns-many": (Remedy(without_empty_columns, SALE),),
    "row-unreadable/encoding": (Remedy(saved_again("documents", "mac_roman"), "01-05 1201 180.00 4000 -180.00"),),
    "row-unreadable/field-long": (Remedy(documents('"Cleaning', '"Cleaning"'), "01-05 1201 4,600.00 4000 -4,600.00"),),
    "row-unreadable/line-long": (Remedy(whole("documents", f"{HEADER}\nF-1,2026-01-05,100.00\n"), SALE),),
    "row-unreadable/no-accounts": (Remedy(paste_columns, SALE),),
    "row-unreadable/number-missing/document": (
        Remedy(documents("\n,,line", "\nF-1,,line"), "01-05 1201 150.00 4000 -150.00"),
        Remedy(documents("\n,,line,50.00", ""), SALE),
    ),
    "row-unreadable/number-missing/payment": (Remedy(payments("\n,", "\nP-1,"), PAID),),
    "row-unreadable/quote": (Remedy(documents('"et"', '""et""'), GAGNE),),
    "row-unreadable/quote-unclosed": (
        Remedy(documents("fils,", 'fils",'), GAGNE),
        Remedy(documents('"Gagné & fils', '"""Gagné & fils"'), GAGNE),
    ),
    "row-unreadable/spreadsheet-damaged": (Remedy(whole("documents", f"{HEADER}\nF-1,2026-01-05,100.00\n"), SALE),),
    "row-unreadable/spreadsheet-large": (Remedy(whole("documents", f"{HEADER}\nF-1,2026-01-05,100.00\n"), SALE),),
    "row-unreadable/value/chart-type": (
        Remedy(both(copy("chart", "Revenue,Q", r"\b(G)\b", "Revenue,{}"), full_chart_with_types), SALE),
    ),
    "row-unreadable/value/row": (Remedy(copy("documents", "freight", r": (\w+),"), SALE),),
    "row-unreadable/value/status": (
        Remedy(copy("payments", "pending", r": (\w+),"), PAID),
        Remedy(copy("payments", "pending", r"\b(void)\b"), SALE.replace("01-05", "01-20")),
    ),
    "row-unreadable/value/type": (Remedy(copy("documents", "receipt", r": (\w+),"), SALE),),
    "row-unreadable/nul": (Remedy(documents("2026-01-\0", "2026-01-06"), "01-06 1201 180.00 4000 -180.00"),),
    "column-missing/amount": (
        Remedy(both(copy("documents", "date\n", QUOTED, "date,{}\n"), documents("01-05", "01-05,100.00")), SALE),
    ),
    "column-missing/mapped": (
        Remedy(copy("mapping", '"Net"', r"\b(Netto)\b", '"{}"'), SALE),
        Remedy(
            lambda desk: desk.put(
                "mapping", f'{desk.text("mapping")}\n{desk.find(ALIASES)}\nNet = ["{desk.find("(Netto)")}"]\n'
            ),
            SALE,
        ),
    ),
    "column-missing/date": (
        Remedy(
            both(copy("documents", "document,", QUOTED, "document,{},"), documents("F-1,", "F-1,2026-01-05,")), SALE
        ),
    ),
    "column-missing/none": (Remedy(write_shown_columns, SALE),),
    "column-missing/number": (
        Remedy(copy("chart", "compte", QUOTED), "01-05 AB 100.00 CD -100.00", frozenset({"column-unknown"})),
    ),
    "column-missing/payment": (
        Remedy(both(copy("payments", "date,", QUOTED, "{},date,"), payments("2026-", "P-1,2026-")), PAID),
    ),
    "column-unknown/twice": (
        Remedy(documents(",Montant", "", ",90.00", ""), "01-12 1201 100.00 4000 -100.00"),
        Remedy(documents("amount,Montant", "description,Montant"), "01-12 1201 90.00 4000 -90.00"),
    ),
    "column-unknown/unknown": (Remedy(documents("Colour", "description"), SALE),),
    "chart-rows-skipped/no-name": (Remedy(chart("1300,", "1300,Loans"), SALE),),
    "chart-rows-skipped/odd-number": (Remedy(chart("12O2", "1202"), SALE),),
    "rows-hidden": (Remedy(in_workbook(lambda book: book.worksheets[0].delete_rows(3)), SALE),),
    "sheets-unread": (Remedy(in_workbook(moved_to_one_sheet), "01-06 1201 150.00 4000 -150.00"),),
    "encoding-windows": (Remedy(saved_again("documents", "cp1252"), SALE),),
}


REMEDIES: Mapping[str, tuple[Remedy, ...]] = {
    **OWN_ACCOUNTS,
    **OF_SETTINGS,
    **OF_VALUES,
    **OF_LAYOUTS,
    **OF_UNITS,
    **OF_FILES,
    **OF_MAPPINGS,
}

ASIDE = ("fee", "transfer", "reserve", "loan", "chargeback", "other")
BY_HAND = "it is done in the accounting program, and there is nothing to change in the files"
NOTHING = "there is nothing to do"

REASONS: Mapping[str, Reason] = {
    "carried-across-year": Reason(
        "the accountant is asked, who decides about a closed year", "01-01 1201 1,234.50 4000 -1,234.50"
    ),
    "chart-rows-skipped/no-number": Reason(NOTHING, SALE),
    "opening-document/credit-note": Reason(BY_HAND, ""),
    "opening-document/payment": Reason(BY_HAND, ""),
    "opening-document/refund": Reason(BY_HAND, ""),
    "opening-document/tip": Reason(BY_HAND, ""),
    "opening-payment/payment": Reason(BY_HAND, SALE),
    "opening-payment/refund": Reason(BY_HAND, "01-05 1201 120.00 2450 60.00 1201 -60.00 2450 -20.00 4000 -100.00"),
    "opening-payment/tip": Reason(BY_HAND, SALE),
    **{f"row-set-aside/{kind}": Reason(BY_HAND, MONEY) for kind in ASIDE},
    "rows-above-header": Reason(NOTHING, "01-12 1201 100.00 4000 -100.00"),
    "text-shortened/both": Reason(NOTHING, "\n".join([SALE, *2 * ["01-06 1201 50.00 4000 -50.00"]])),
    "text-shortened/replaced": Reason(NOTHING, SALE),
    "text-shortened/shortened": Reason(NOTHING, SALE),
}

ALL = [(case, number) for case, remedies in REMEDIES.items() for number in range(len(remedies))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("case", "number"), ALL)
def test_after_the_remedy_the_problem_is_gone_and_the_books_are_right(case: str, number: int, language: str) -> None:
    remedy, desk = REMEDIES[case][number], Desk(case, language)
    remedy.step(desk)
    found = outcome(desk.files, transferred_before(CASES[case]), desk.through)
    besides = BESIDES - {code_of(case)}
    left = [it for it in found.problems if it.code not in besides]
    assert [Speech(language).problem(it) for it in left if it.code not in remedy.then or it.stops] == []
    assert {it.code for it in left} == remedy.then
    assert books(found.entries) == remedy.books


@pytest.mark.parametrize("case", REASONS)
def test_where_there_is_nothing_to_change_the_books_are_right_as_they_are(case: str) -> None:
    folder = CASES[case]
    found = outcome(contents_of(folder), transferred_before(folder), settings_of(folder).get("through"))
    assert books(found.entries) == REASONS[case].books


@pytest.mark.parametrize(("language", "words"), [("en", "nothing to do"), ("fr", "rien à faire")])
@pytest.mark.parametrize("case", [case for case, reason in REASONS.items() if reason.why == NOTHING])
def test_where_there_is_nothing_to_do_the_sentence_says_so(case: str, language: str, words: str) -> None:
    assert all(words in line for line in Desk(case, language).shown)


def test_every_case_has_its_remedies_or_a_reason() -> None:
    assert REMEDIES.keys() | REASONS.keys() == CASES.keys()
    assert not REMEDIES.keys() & REASONS.keys()


def test_every_code_has_a_remedy_or_a_reason() -> None:
    assert {code_of(case) for case in (*REMEDIES, *REASONS)} == SEVERITIES.keys()
