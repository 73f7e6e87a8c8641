"""The examples of the documentation: what they come from, so that a test compares them and `regenerate` writes them anew.

A block of the kind `console` holds commands (`$ ecriture ...`) and what they print. The sentences of problems.md are those
of `PROBLEMS`. After a change that is meant, from the repository; look at what `git diff docs README*` shows before it is
committed:

    PYTHONPATH=tests/docs .venv/bin/python -c "import doc_examples; doc_examples.regenerate()"
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from ecriture.core.problems import Problem, Where
from ecriture.speech.sentences import sentence

ROOT = Path(__file__).parents[2]
BOREAL = ROOT / "examples" / "boreal"
LANGUAGES = ("en", "fr")
READMES = {"en": ROOT / "README.md", "fr": ROOT / "README.fr.md"}

VARIANTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "february.toml": ("fiscal_years", "lock_date = 2026-01-31\nfiscal_years"),
        "both-sides.toml": ('payment_debit = "1060"', 'payment_debit = "1201"'),
        "paid.toml": ("only_when_paid = false", "only_when_paid = true"),
        "start.toml": ("only_when_paid", "start_date = 2026-02-01\nonly_when_paid"),
    }
)
"""Settings files of the examples: company.toml with one text replaced by another."""


def pages(language: str) -> list[Path]:
    return sorted((ROOT / "docs" / language).glob("*.md"))


def all_pages() -> list[tuple[str, Path]]:
    """Every page that has a language, with it."""
    return [(language, page) for language in LANGUAGES for page in (READMES[language], *pages(language))]


# Commands and what they print

_CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def with_outputs(text: str) -> str:
    """A page with what its commands print today. They are run in order, in a folder with the files of Boréal."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _furnish(folder)
        return _CONSOLE.sub(lambda block: "".join(_run_block(block[0], folder)), text)


def _furnish(folder: Path) -> None:
    shutil.copytree(BOREAL, folder, dirs_exist_ok=True)
    shutil.copytree(BOREAL, folder / "examples" / "boreal")
    (folder / "out").mkdir()
    settings = (BOREAL / "company.toml").read_text("utf-8")
    for variant, (before, after) in VARIANTS.items():
        (folder / variant).write_text(settings.replace(before, after, 1), "utf-8")
    rows = (BOREAL / "documents.csv").read_text("utf-8")
    (folder / "typing-error.csv").write_text(rows.replace("172.46", "172.64", 1), "utf-8")


def _run_block(block: str, folder: Path) -> Iterator[str]:
    for command in re.findall(r"^\$ (?:.*\\\n)*.*\n", block, re.MULTILINE):
        yield command
        yield _output(shlex.split(command[2:].replace("\\\n", " ")), folder)


def _output(words: Sequence[str], folder: Path) -> str:
    """Standard output, and standard error before it if the command ends in `2>&1`."""
    program, *arguments = words
    if program == "cat":
        return (folder / arguments[0]).read_bytes().decode().replace("\r\n", "\n")
    assert program == "ecriture", f"only ecriture and cat are run: {program}"
    merged = arguments[-1:] == ["2>&1"]
    done = subprocess.run(
        [sys.executable, "-m", "ecriture.cli", *(arguments[:-1] if merged else arguments)],
        cwd=folder,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", "LANGUAGE": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    return (done.stderr.decode() if merged else "") + done.stdout.decode().replace("\r\n", "\n")


# Sentences of problems


def _document(code: str, row: int, number: str, **params: object) -> Problem:
    return Problem(code, params, Where("documents.csv", row, "document", number))


def _payment(code: str, row: int, number: str, **params: object) -> Problem:
    return Problem(code, params, Where("payments.csv", row, "payment", number))


def _file(code: str, file: str, row: int = 0, **params: object) -> Problem:
    return Problem(code, params, Where(file, row))


def _setting(setting: str, value: object, kind: str, accepted: object = "") -> Problem:
    return _file("setting-invalid", "company.toml", setting=setting, value=value, kind=kind, accepted=accepted)


_PAIR: Mapping[str, object] = {"setting": "accounts.payment_debit", "other": "accounts.payment_credit"}
_BANK: Mapping[str, object] = {
    "account": "1060",
    "setting": "accounts.invoice_debit",
    "other": "accounts.payment_debit",
}
_CLEARING = "accounts.invoice_debit"
_ROWS = (("line", "", 10000), ("tax", "GST", 500), ("tax", "QST", 998))
_UNREADABLE: tuple[tuple[str, dict[str, object]], ...] = (
    ("columns", {"found": 14, "expected": 13}),
    ("columns", {"found": 12, "expected": 13}),
    ("quote-unclosed", {}),
    ("quote", {}),
    ("field-long", {}),
    ("line-long", {}),
    ("nul", {}),
    ("encoding", {}),
    ("number-missing", {"column": "document"}),
    ("value", {"value": "estimate", "column": "type", "accepted": "invoice, credit_note"}),
    ("number-mapped", {"column": "Invoice #"}),
    ("mapped", {"value": "Sent", "column": "Status", "accepted": "final, draft, void"}),
    ("unmapped", {"value": "Adjustment", "column": "Type", "count": 3}),
    ("cell-error", {"column": "document", "value": "#REF!"}),
    ("total-row", {"column": "document", "value": "Total"}),
    ("header-again", {}),
    ("account-twice", {"account": "1201"}),
    ("no-accounts", {}),
    ("spreadsheet-damaged", {}),
    ("spreadsheet-large", {}),
)


def _untaxed(count: int, numbers: Sequence[str], **params: object) -> Problem:
    units = tuple(("document", number) for number in numbers)
    return Problem("tax-missing", {"count": count, "units": units, **params}, Where("documents.csv"))


_EXAMPLES: tuple[Problem, ...] = (
    *(_file("row-unreadable", "documents.csv", 7, reason=reason, **params) for reason, params in _UNREADABLE),
    _file("column-missing", "payments.csv", 1, column="amount", french="montant", headers="payment, date, paid"),
    _file("column-missing", "sales.csv", 1, column="Total ($)", french="", headers="Invoice #, Date", mapped=True),
    _file("column-unknown", "documents.csv", 1, column="salesperson"),
    _file("column-unknown", "documents.csv", 1, column="montant", reason="twice", same="amount"),
    _file(
        "chart-rows-skipped", "chart.csv", 1, reason="no-number", count=2, skipped=((1, "Boréal inc."), (9, "TOTAL"))
    ),
    _file("chart-rows-skipped", "chart.csv", 4, reason="no-name", count=1, skipped=((4, "1300"),)),
    _file("chart-rows-skipped", "chart.csv", 5, reason="odd-number", count=1, skipped=((5, "12O1 Customers"),)),
    _file("rows-above-header", "documents.csv", 4, text="Factures 2026"),
    _file("rows-hidden", "documents.xlsx", 0, count=3),
    _file("sheets-unread", "documents.xlsx", 0, sheet="2026", others=("2025", "Notes"), count=2),
    _file("encoding-windows", "documents.csv"),
    _file("setting-unknown", "company.toml", setting="accounting.max_line", nearest="max_lines", known=""),
    _file(
        "setting-unknown", "company.toml", setting="notes", nearest="", known="company, accounting, accounts, extras"
    ),
    _setting("accounting.grouping", "week", "choice", "period, day, document"),
    _setting("accounts.invoice_debit", "1201", "account"),
    _setting("company.lock_date", "31 January", "date"),
    _setting("accounting.max_lines", "1", "count"),
    _setting("accounting.source_prefix", "ECR-", "prefix"),
    _setting("company.fiscal_years", "[[2026-12-31, 2026-01-01]]", "years"),
    _setting("taxes.HST.rates", "13", "rates"),
    _setting("taxes.HST.rate", "13", "rate-or-rates"),
    _file(
        "setting-invalid", "mapping.toml", setting="documents[1].date", value="", kind="mapping-missing", accepted=""
    ),
    _setting("accounting.start_date", "2026-02-01", "start-date", "2026-01-01"),
    _document("amount-unreadable", 12, "F-1042", text="1 2345.00", column="amount"),
    _document("amount-unreadable", 12, "F-1042", text="124.995", column="amount", reason="decimals"),
    _document("amount-unreadable", 12, "F-1042", text="100 USD", column="amount", reason="unit"),
    _document("amount-ambiguous", 12, "F-1042", text="1,234", column="amount"),
    _payment("amount-negative", 5, "P-12", amount_cents=-5000, column="amount"),
    _payment("amount-negative", 5, "P-12", amount_cents=-290, column="fee"),
    _payment("amount-negative", 5, "P-12", amount_cents=-1500, column="tip"),
    _payment("amount-negative", 5, "P-12", amount_cents=-290, column="Fee", mapped=True),
    _payment("tip-above-amount", 5, "P-12", tip_cents=15000, amount_cents=11498),
    _document("date-missing", 12, "F-1042", column="date", text=""),
    _document("date-unreadable", 12, "F-1042", column="date", text="2026-02-30"),
    _document("date-unreadable", 12, "F-1042", column="date", text="05/01/2026", reason="two-days"),
    _document("date-unreadable", 12, "F-1042", column="date", text="46053", reason="number"),
    _document("document-duplicate", 30, "F-1042", reason="again"),
    _document("document-duplicate", 13, "F-1042", reason="contradicts", column="customer"),
    _document("document-duplicate", 13, "F-1042", reason="each-row", column="GST", amount_cents=200, first_cents=500),
    _payment("payment-duplicate", 30, "P-12", reason="again"),
    _payment("payment-duplicate", 6, "P-12", reason="contradicts", column="date"),
    _document("number-similar", 31, "f-1042", other="F-1042"),
    _document("total-differs", 12, "F-1042", rows=_ROWS, rows_cents=11498, total_cents=12000),
    _document("total-differs", 12, "F-1042", rows=_ROWS, rows_cents=11498, total_cents=11500),
    _document("credit-note-negative", 24, "N-2001", total_cents=-10061),
    _payment("document-unknown", 9, "P-12", amount_cents=11498, document="F-1024"),
    _payment("document-unknown", 9, "P-12", amount_cents=11498, document="F-1041, F-1042"),
    _payment("document-not-final", 9, "P-12", amount_cents=11498, document="F-1042", status="void"),
    _payment("document-not-final", 9, "P-12", amount_cents=11498, document="F-1042", status="draft"),
    _payment("opening-document", 4, "P-3", amount_cents=14210, document="F-1003"),
    _payment("opening-document", 4, "P-3", amount_cents=15710, tip_cents=1500, document="F-1003"),
    _payment("opening-payment", 3, "P-2", amount_cents=20000, document="F-1002", account="2450", reason="payment"),
    Problem("transferred-missing", {"count": 1, "units": (("document", "F-1042"),)}),
    Problem(
        "transferred-missing",
        {"count": 9, "units": (*(("document", f"F-{number}") for number in range(1042, 1046)), ("payment", "P-12"))},
    ),
    _document("overpaid", 2, "F-1001", paid_cents=17246, total_cents=16097, excess_cents=1149),
    _document("item-unknown", 27, "F-1008", item="INCONNU", amount_cents=4000),
    _document("item-unknown", 27, "F-1008", item="tapis", amount_cents=4000, nearest="TAPIS"),
    _document("item-archived", 17, "F-1006", item="TAPIS", archived=date(2026, 1, 31), note=""),
    _document("item-archived", 17, "F-1006", item="TAPIS", archived=date(2026, 1, 31), note="TAPIS2"),
    _payment("method-unknown", 9, "P-12", method="crypto"),
    _document("tax-unknown", 12, "F-1042", tax="HST", amount_cents=1300, setting="taxes.HST.credit"),
    _document("tax-unknown", 12, "F-1042", tax="TPS", amount_cents=500, setting="taxes.TPS.credit", nearest="GST"),
    _document("tax-account-missing", 12, "F-1042", tax="QST", amount_cents=998, setting="taxes.QST.credit"),
    _document(
        "tax-differs",
        12,
        "F-1042",
        tax="QST",
        recorded_cents=1098,
        expected_cents=998,
        base_cents=10000,
        rate=Decimal("9.975"),
    ),
    _document("account-missing", 8, "F-1003", amount_cents=505, setting="extras.tip", account=""),
    _document("account-unknown", 12, "F-1042", amount_cents=10000, account="4150", setting="items.MENAGE.credit"),
    _document(
        "account-not-postable",
        12,
        "F-1042",
        amount_cents=10000,
        account="1290",
        name="TOTAL CURRENT ASSETS",
        setting="accounts.invoice_debit",
    ),
    _document(
        "account-linked",
        12,
        "F-1042",
        amount_cents=11498,
        account="1200",
        setting="accounts.invoice_debit",
        clearing="1201",
        reason="clearing",
    ),
    _document(
        "account-wrong-length",
        12,
        "F-1042",
        amount_cents=10000,
        account="41000",
        setting="items.MENAGE.credit",
        digits=4,
    ),
    _document(
        "account-wrong-length",
        12,
        "F-1042",
        amount_cents=10000,
        account="410",
        setting="items.MENAGE.credit",
        digits=None,
    ),
    _untaxed(1, ("F-1042",)),
    _untaxed(7, ("F-1042", "F-1043", "F-1044", "F-1045", "F-1046")),
    _untaxed(1, ("F-1042",), document="F-1042", total_cents=11498, net_cents=10000, taxes=(("GST", 500), ("QST", 998))),
    _untaxed(
        2,
        ("F-1042", "F-1043"),
        document="F-1043",
        total_cents=22995,
        net_cents=20000,
        taxes=(("GST", 1000), ("QST", 1995)),
    ),
    _document("account-class", 12, "F-1042", account="2310", setting="items.MENAGE.credit", found="2", expected=("4",)),
    _document("receivable-split", 12, "F-1042", account="1202", clearing="1201", setting="items.MENAGE.debit"),
    _document("receivable-split", 12, "F-1042", account="1202", clearing="1201"),
    _file("receivable-split", "company.toml", account="1203", clearing="1201", setting="accounts.refund_debit"),
    _payment("account-same", 7, "P-12", amount_cents=11498, account="1201", **_PAIR),
    _file(
        "account-same", "company.toml", account="1201", setting="methods.cheque.debit", other="accounts.payment_credit"
    ),
    _document("account-bank", 12, "F-1042", amount_cents=11498, **_BANK, reason="clearing"),
    _file("account-bank", "company.toml", 0, **_BANK, reason="clearing"),
    _file(
        "account-bank", "company.toml", account="1060", name="Chequing Bank Account", reason="name", setting=_CLEARING
    ),
    _file("account-missing", "company.toml", setting="accounts.payment_debit", account=""),
    _file("tax-account-missing", "company.toml", setting="taxes.QST.credit", account=""),
    _file("account-unknown", "company.toml", setting="items.MENAGE.credit", account="4150"),
    _file("tax-account-shared", "company.toml", account="2310", setting="taxes.QST.credit", other="taxes.GST.credit"),
    _file(
        "tax-account-purchases",
        "company.toml",
        account="2315",
        name="GST Paid on Purchases",
        setting="taxes.GST.credit",
    ),
    _document("date-locked", 12, "F-1042", amount_cents=11498, date=date(2026, 1, 28), lock_date=date(2026, 1, 31)),
    _document(
        "date-outside-fiscal-year",
        12,
        "F-1042",
        amount_cents=11498,
        open_date=date(2027, 1, 4),
        reason="year",
        first=date(2027, 1, 1),
        last=date(2027, 12, 31),
    ),
    Problem("carried-across-year", {"year": date(2027, 1, 1), "accounts": (("1201", 11498), ("4100", -11498))}),
    _document("currency-foreign", 12, "F-1042", currency="USD", company="CAD"),
    _payment("currency-foreign", 9, "P-12", currency="USD", company="CAD", payment=True),
    _document(
        "tax-split",
        12,
        "F-1042",
        reason="none",
        amount_cents=899,
        base_cents=10000,
        taxes=(("GST", 500), ("QST", 998), ("GST + QST", 1498)),
        key="F-1042",
    ),
    _document(
        "tax-split",
        12,
        "F-1042",
        reason="several",
        amount_cents=700,
        base_cents=10000,
        taxes=(("PST-BC", 700), ("RST-MB", 700)),
        key="F-1042",
    ),
    _document("tax-split", 12, "F-1042", reason="included", amount_cents=11300, taxes=(("HST", 0),), key="F-1042"),
    _document("refund-undated", 12, "F-1042", amount_cents=4000, key="F-1042"),
    _file(
        "payout-differs",
        "payouts.csv",
        2,
        payout="po_1",
        brought_cents=9700,
        paid_out_cents=14700,
        excess_cents=-5000,
        count=1,
    ),
    *(
        _file("row-set-aside", "payouts.csv", 3, reason=reason, amount_cents=-1250, count=2)
        for reason in ("fee", "transfer", "reserve", "loan", "chargeback", "other")
    ),
    Problem("text-shortened", {"shortened": 3, "replaced": 0, "target": "sage50-ca"}),
    Problem("text-shortened", {"shortened": 3, "replaced": 1, "target": "sage50-ca"}),
    _document("entry-long", 12, "F-1042", lines=612),
    Problem(
        "does-not-fit",
        {
            "reason": "amount",
            "target": "Acomba",
            "source": "EC000001-01",
            "date": date(2026, 1, 31),
            "account": "1201",
            "amount_cents": 125_000_000,
            "limit": 9,
        },
    ),
    Problem("does-not-fit", {"reason": "nameless", "target": "QuickBooks Online", "account": "4100"}),
    Problem("too-many-entries", {"reason": "file", "entries": 1200, "limit": 998}),
    Problem("too-many-entries", {"entries": 1200, "source": "ECR000001-1200", "limit": 13}),
)

PROBLEMS: Mapping[str, tuple[Problem, ...]] = MappingProxyType(
    {problem.code: tuple(other for other in _EXAMPLES if other.code == problem.code) for problem in _EXAMPLES}
)
"""Problems of each code, to be shown on its page."""

SECTION = re.compile(r"^### `([a-z-]+)`\n.*?(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_QUOTES = re.compile(r"(?:^>.*\n)+", re.MULTILINE)


def quotes(code: str, language: str) -> str:
    """The sentences of a code, as its section quotes them."""
    return ">\n".join(f"> {sentence(problem, language)}\n" for problem in PROBLEMS[code])


def with_sentences(text: str, language: str) -> str:
    """problems.md with the sentences as the program says them today."""

    def section(found: re.Match[str]) -> str:
        return _QUOTES.sub(lambda _: quotes(found[1], language), found[0], count=1)

    return SECTION.sub(section, text)


# French as it is set in Québec

_AS_IT_IS = re.compile(r"(^```.*?^```$|`[^`\n]*`|\]\([^)\n]*\)|^>[^\n]*$)", re.MULTILINE | re.DOTALL)
"""Code, the addresses of links, and what the program says, which is tested with its messages."""


def set_in_french(text: str) -> str:
    """A page with a no-break space before each colon, inside guillemets and in numbers, none before `; ? !`, and with ’."""
    parts = _AS_IT_IS.split(text)
    return "".join(part if at % 2 else _set_prose(part) for at, part in enumerate(parts))


def _set_prose(text: str) -> str:
    text = re.sub(r"(?<=\w)'", "’", text)
    text = re.sub(r" :(?=\s|$)", "\u00a0:", text)
    text = re.sub(r"\s+([;?!])(?=\s)", r"\1", text)
    text = text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return re.sub(r"(?<=\d) (?=\d{3}(?!\d)|[$%])", "\u00a0", text)


def regenerate() -> None:
    """Writes all examples anew, and sets the French."""
    for language, page in all_pages():
        text = with_outputs(page.read_text("utf-8"))
        text = with_sentences(text, language) if page.name == "problems.md" else text
        page.write_text(set_in_french(text) if language == "fr" else text, "utf-8")
