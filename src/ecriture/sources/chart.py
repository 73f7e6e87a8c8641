"""Reads charts of accounts: our own table, Sage 50's export, and its printed report, recognized by their content."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart, is_account_number
from ecriture.core.problems import Problem, Where
from ecriture.sources.tables.csv_file import csv_file, guarded, unguarded
from ecriture.sources.tables.encoding import find_encoding
from ecriture.sources.tables.table import Column, Table, is_spreadsheet, places_of, plain_name

COLUMNS = (
    Column("number", "numéro", needed=True),
    Column("name", "nom"),
    Column("type", "type"),
    Column("linked", "associé"),
    Column("name_fr", "nom_fr"),
    Column("class", "classe"),
)
SAMPLE = 200
SAMPLE_TEXT = 1 << 16
MOST_PLACES = 64
"""How many rows, characters and columns are examined to recognize the kind of file."""


class ChartRead(NamedTuple):
    """A chart and its problems. `receivable` has the numbers whose class is Accounts Receivable."""

    chart: Chart
    problems: tuple[Problem, ...]
    receivable: tuple[str, ...] = ()


def suggested_linked(read: ChartRead) -> tuple[str, ...]:
    """Accounts to ask the user about: the class Accounts Receivable suggests a linked account, but does not prove it."""
    return tuple(number for number in read.receivable if not read.chart[number].linked)


def read_chart(stream: BinaryIO, *, file: str) -> ChartRead:
    """The chart in a CSV or XLSX file of any of the three kinds. The first row of a duplicate number is kept."""
    if is_spreadsheet(stream):
        return _read_spreadsheet(stream, file)
    encoding = find_encoding(stream)
    if encoding.fault:
        return _unreadable(file, encoding.line, encoding.fault)
    text = io.TextIOWrapper(stream, encoding=encoding.codec, newline="")
    try:
        read = _read(csv.reader(text, delimiter=_delimiter(text), strict=True), file)
    except UnicodeDecodeError:
        # A byte that Windows-1252 does not have, in a place that looked like UTF-8.
        return _unreadable(file, 0, "encoding")
    finally:
        text.detach()  # otherwise the caller's stream would be closed too
    notes = [Problem("encoding-windows", {}, Where(file))] if encoding.codec == "cp1252" else []
    return _not_empty(read._replace(problems=(*notes, *read.problems)), file)


def _not_empty(read: ChartRead, file: str) -> ChartRead:
    """Reports an empty chart, since every account would pass the checks against it."""
    if len(read.chart) or any(problem.stops for problem in read.problems):
        return read
    return read._replace(problems=(*read.problems, Problem("row-unreadable", {"reason": "no-accounts"}, Where(file))))


def _read_spreadsheet(stream: BinaryIO, file: str) -> ChartRead:
    from ecriture.sources.tables.spreadsheet import SpreadsheetFault, records_of  # noqa: PLC0415 - only when there is one

    try:
        return _read(records_of(stream), file)
    except SpreadsheetFault as fault:
        return _unreadable(file, 0, fault.reason)


def _unreadable(file: str, row: int, reason: str, **params: object) -> ChartRead:
    return ChartRead(Chart(), (Problem("row-unreadable", {"reason": reason, **params}, Where(file, row)),))


# What the words mean

_TYPES: Mapping[str, AccountType | None] = MappingProxyType(
    {
        "": None,
        **{kind.value.lower(): kind for kind in AccountType},
        **dict.fromkeys(("group_heading", "en_tete_de_groupe"), AccountType.HEADING),
        **dict.fromkeys(("subgroup_account", "compte_de_sous_groupe"), AccountType.SUBGROUP),
        **dict.fromkeys(("group_account", "compte_de_groupe"), AccountType.GROUP),
        **dict.fromkeys(("subgroup_total", "total_de_sous_groupe"), AccountType.SUBTOTAL),
        **dict.fromkeys(("group_total", "total_de_groupe"), AccountType.TOTAL),
    }
)
ACCEPTED_TYPES = "H, A, G, S, T"

_LINKED: Mapping[str, bool] = MappingProxyType(
    {
        **dict.fromkeys(("yes", "oui", "true", "vrai", "1", "x", "y", "o"), True),
        **dict.fromkeys(("", "no", "non", "false", "faux", "0", "n"), False),
    }
)
ACCEPTED_LINKED = "yes, no, oui, non"

# The classes of Sage 50. The English ones and those of expenses in French are in its help; the others in French are
# the usual words. An unknown class is not a mistake: the first digit of the number then gives the class.
_CLASS_NAMES: Mapping[AccountClass, str] = MappingProxyType(
    {
        AccountClass.ASSET: """Asset, Assets, Credit Card Receivable, Cash Equivalents, Marketable Securities,
            Accounts Receivable, Other Receivables, Allowance for Bad Debts, Inventory, Current Asset,
            Other Current Asset, Prepaid Expense, Prepaid Expenses, Investment, Long Term Investment, Fixed Asset,
            Capital Asset, Accumulated Depreciation, Accumulated Amortization,
            Accumulated Amortization and Depreciation, Intangible Asset, Other Asset, Other Non-Current Asset,
            Actif, Actifs, Carte de crédit à recevoir, Cartes de crédit à recevoir, Équivalents de trésorerie,
            Quasi-espèces, Titres négociables, Comptes clients, Comptes débiteurs, Débiteurs, Autres débiteurs,
            Autres comptes débiteurs, Autres comptes clients, Autres créances, Provision pour créances douteuses,
            Provision pour mauvaises créances, Stock, Stocks, Inventaire, Actif à court terme, Autre actif à court terme,
            Autres actifs à court terme, Charges payées d'avance, Frais payés d'avance, Placement, Placements,
            Placement à long terme, Immobilisation, Immobilisations, Actif immobilisé, Amortissement cumulé,
            Amortissements cumulés, Actif incorporel, Autre actif, Autres actifs, Autre actif à long terme""",
        AccountClass.LIABILITY: """Liability, Liabilities, Credit Card Payable, Accounts Payable, Other Payable,
            Other Payables, Sales Tax Payable, Payroll Tax Payable, Employee Deductions Payable, Income Tax Payable,
            Short-Term Debt, Current Liability, Other Current Liability, Long-Term Debt, Long-Term Liability,
            Other Non-Current Liability, Other Liability, Debt, Deferred Revenue, Deferred Income Taxes,
            Passif, Passifs, Carte de crédit à payer, Cartes de crédit à payer, Comptes fournisseurs, Créditeurs,
            Comptes créditeurs, Autres créditeurs, Autres comptes créditeurs, Autre montant à payer,
            Autres montants à payer, Taxe de vente à payer, Taxes de vente à payer, Taxes sur les ventes à payer,
            Retenues salariales à payer, Retenues à la source à payer, Déductions des employés à payer,
            Impôt sur le revenu à payer, Impôts sur le revenu à payer, Impôts à payer, Dette à court terme,
            Passif à court terme, Autre passif à court terme, Dette à long terme, Passif à long terme,
            Autre passif à long terme, Autre passif, Dette, Dettes, Produits reportés, Revenus reportés,
            Impôts reportés, Impôts futurs""",
        AccountClass.EQUITY: """Equity, Owner/Partner Contributions, Owner/Partner Withdrawals, Share Capital,
            Capital Stock, Dividend, Dividends, Retained Earnings, Contributed Surplus, Current Earnings,
            Avoir, Avoirs, Capitaux propres, Avoir des propriétaires, Avoir des actionnaires,
            Apports du propriétaire/de l'associé, Retraits du propriétaire/de l'associé, Capital-actions,
            Capital social, Dividendes, Bénéfices non répartis, Surplus d'apport, Bénéfices de l'exercice""",
        AccountClass.REVENUE: """Revenue, Revenues, Operating Revenue, Non-Operating Revenue, Other Revenue, Sales,
            Income, Gain, Extraordinary Gain, Interest Revenue,
            Produit, Produits, Revenu, Revenus, Produit d'exploitation, Produits d'exploitation,
            Revenu d'exploitation, Revenus d'exploitation, Produit hors exploitation, Produits hors exploitation,
            Produits accessoires, Autres produits, Autres revenus, Ventes, Gain exceptionnel""",
        AccountClass.EXPENSE: """Expense, Expenses, Cost of Goods Sold, Cost of Goods Sold (COGS), Operating Expense,
            General and Administrative Expense, Amortization and Depreciation Expense,
            Amortization/Depreciation Expense, Bad Debt Expense, Employee Benefits, Payroll Expense,
            Interest Expense, Income Tax Expense, Non-Operating Expense, Loss, Extraordinary Loss,
            Charge, Charges, Dépense, Dépenses, Coût des marchandises vendues, Coût des marchandises vendues (C.M.V.),
            Coût des ventes, Charge d'exploitation, Charges d'exploitation, Frais d'exploitation,
            Charge générale et administrative, Charges générales et administratives,
            Frais généraux et administratifs, Charge d'amortissement et de dépréciation, Charge d'amortissement,
            Charge pour mauvaise créance, Charge pour mauvaises créances, Créances irrécouvrables,
            Avantages sociaux des employés, Paie, Charge salariale, Charges salariales, Intérêts débiteurs,
            Charge d'intérêts, Charges fiscales, Charge fiscale, Charges accessoires, Perte, Perte exceptionnelle""",
    }
)
_CLASSES: Mapping[str, AccountClass] = MappingProxyType(
    {plain_name(name): kind for kind, names in _CLASS_NAMES.items() for name in names.split(",")}
)
# An overdraft is a bank account among the liabilities: Sage has these classes on both sides.
_MONEY = frozenset(
    map(plain_name, ("Cash", "Bank", "Encaisse", "Caisse", "Comptant", "Argent comptant", "Espèces", "Banque"))
)
_RECEIVABLE = frozenset(map(plain_name, ("Accounts Receivable", "Comptes clients", "Comptes débiteurs", "Débiteurs")))
_EARNINGS = frozenset(
    map(
        plain_name,
        (
            *("Current Earnings", "Current Year Earnings", "Net Income", "Bénéfice net", "Bénéfice net de l'exercice"),
            *("Bénéfice de l'exercice", "Bénéfices de l'exercice", "Bénéfices de l'exercice en cours"),
            *("Bénéfice de l'exercice en cours", "Résultat de l'exercice", "Résultat net de l'exercice"),
        ),
    )
)
_CLASS_TEXTS: Mapping[AccountClass, str] = MappingProxyType(
    {kind: names.partition(",")[0] for kind, names in _CLASS_NAMES.items()}
)


def _class_of(text: str, number: str) -> AccountClass | None:
    name = plain_name(text)
    if name in _MONEY:
        return AccountClass.LIABILITY if number.startswith("2") else AccountClass.ASSET
    return _CLASSES.get(name)


def _type_of(kind: AccountType | None, texts: Mapping[str, str]) -> AccountType:
    """Guesses the type if the table does not give one, or cannot express current earnings.

    The name decides only for an equity account without a type, since "Net Income" is also a line of a report.
    """
    named = kind is None and texts["number"].startswith("3") and plain_name(texts["name"]) in _EARNINGS
    if named or plain_name(texts["class"]) in _EARNINGS:
        return AccountType.CURRENT_EARNINGS
    return kind or AccountType.GROUP


# The three kinds


class _Kind(NamedTuple):
    """The rows under a header of `COLUMNS`, and the offset from a row's index to its number in the file."""

    records: Iterator[list[str]]
    offset: int
    is_report: bool = False


_SAGE_NAMES = ("number", "name", "type", "class", "", "")
_REPORT_NAMES = ("number", "name", "type", "class")
_LEDGERS = frozenset({"accounts", "account", "comptes", "compte"})
_OTHER_LEDGERS = frozenset(
    {
        *("vendors", "suppliers", "customers", "employees", "inventory", "project", "projects"),
        *("fournisseurs", "clients", "employés", "employes", "stocks", "stock", "projet", "projets"),
    }
)
_NUMBER = re.compile("[0-9]{4,8}")


def _read(records: Iterator[list[str]], file: str) -> ChartRead:
    sample, records = _sampled(records)
    first = next((place for place, record in enumerate(sample) if "".join(record).strip()), 0)
    head = sample[first] if sample else []
    if (ledger := _ledger_of(head)) is not None and ledger not in _LEDGERS:
        return _unreadable(file, first + 1, "value", column="LEDGER", value=ledger, accepted="Accounts")
    kind = _kind(sample, records, first, sage=ledger is not None)
    return _Accounts(kind, Table(kind.records, file=file, columns=COLUMNS), file).read()


def _sampled(records: Iterator[list[str]]) -> tuple[list[list[str]], Iterator[list[str]]]:
    """The first rows, and an iterator over all rows. A read error is raised when its row is reached."""
    sample: list[list[str]] = []
    try:
        sample.extend(islice(records, SAMPLE))
    except csv.Error as error:
        return sample, chain(sample, _failing(error))
    return sample, chain(sample, records)


def _failing(error: csv.Error) -> Iterator[list[str]]:
    raise error
    yield  # never reached: it makes this a generator


def _kind(sample: Sequence[list[str]], records: Iterator[list[str]], first: int, *, sage: bool) -> _Kind:
    if sage:
        # Some exports have the values on a second line, below the names.
        lines = 1 + (_ledger_of(sample[first + 1]) is not None if len(sample) > first + 1 else 0)
        rows = islice(records, first + lines, None)
        return _Kind(chain([[*_SAGE_NAMES]], map(_sage_row, rows)), first + lines - 1)
    head = sample[first] if sample else []
    if "number" not in places_of(head, COLUMNS) and (layout := _layout(sample)) is not None:
        return _Kind(chain([[*_REPORT_NAMES]], map(layout.row, records)), -1, is_report=True)
    return _Kind(islice(records, first, None), first)


def _ledger_of(record: Sequence[str]) -> str | None:
    """What the first line of Sage's export announces; None for another line, `accounts` if it does not say.

    The punctuation of this line is not published, so only its words are compared, whether names, values or both.
    """
    words = re.findall(r"\w+", " ".join(record[:MOST_PLACES]).casefold())
    *numbers, last = words or [""]
    if "vernum" not in words and not (2 <= len(numbers) <= 4 and all(map(str.isdigit, numbers))):
        return None
    ledgers = [word for word in words if word in _LEDGERS | _OTHER_LEDGERS]
    return (ledgers or ["accounts"])[0] if "vernum" in words or last in ledgers else None


def _sage_row(record: list[str]) -> list[str]:
    """A row of six fields; missing fields at the end are filled in."""
    width = max((place for place, text in enumerate(record, 1) if text.strip()), default=0)
    return (record + [""] * 6)[: max(6, width)]


class _Layout(NamedTuple):
    """The columns of a report's numbers, types and classes; -1 if missing. The name is the first text beside the number."""

    number: int
    type: int
    kind: int

    def row(self, record: Sequence[str]) -> list[str]:
        """The row of an account; a blank row for titles, amount totals and page footers."""
        name = _name_beside(record, self.number, (self.type, self.kind))
        if not name:
            return [""] * 4
        return [record[self.number].strip(), name, _cell(record, self.type), _cell(record, self.kind)]


def _cell(record: Sequence[str], place: int) -> str:
    return record[place] if 0 <= place < len(record) else ""


def _name_beside(record: Sequence[str], place: int, others: Sequence[int] = ()) -> str:
    """The name of the account whose number is in a column; empty if there is none."""
    if not _NUMBER.fullmatch(_cell(record, place).strip()):
        return ""
    places = (*range(place + 1, min(MOST_PLACES, len(record))), *range(place))
    return next((record[at].strip() for at in places if at not in others and _has_letter(record[at])), "")


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def _layout(sample: Sequence[list[str]]) -> _Layout | None:
    """Finds the columns of a report; None if there is no account in the first rows."""
    width = min(MOST_PLACES, max(map(len, sample), default=0))
    counts = [sum(bool(_name_beside(record, place)) for record in sample) for place in range(width)]
    if not any(counts):
        return None
    number = counts.index(max(counts))
    rows = [record for record in sample if _name_beside(record, number)]
    columns = {place: {plain_name(_cell(record, place)) for record in rows} - {""} for place in range(width)}
    kind = next((place for place, names in columns.items() if names - {"x"} and names <= _TYPES.keys()), -1)
    known = _CLASSES.keys() | _MONEY | _EARNINGS
    names = next(
        (at for at in columns if at not in {number, kind} and any(_has_letter(_cell(row, at)) for row in rows)), -1
    )
    classes = [place for place, texts in columns.items() if texts and texts <= known and place != names]
    return _Layout(number, kind, classes[-1] if classes else -1)


class _Accounts:
    """Builds accounts from the rows of a table, and collects their problems."""

    def __init__(self, kind: _Kind, table: Table, file: str) -> None:
        self._kind, self._table, self._file = kind, table, file
        self._accounts: dict[str, Account] = {}
        self._receivable: list[str] = []
        self._untyped: set[str] = set()

    def read(self) -> ChartRead:
        for chunk in self._table.chunks():
            for row, *texts in zip(chunk.rows, *(chunk.texts[column.name] for column in COLUMNS), strict=True):
                self._add(row, {column.name: text.strip() for column, text in zip(COLUMNS, texts, strict=True)})
        problems = sorted(map(self._placed, self._table.problems), key=lambda problem: problem.where.row)
        return ChartRead(Chart(self._typed()), tuple(problems), tuple(self._receivable))

    def _typed(self) -> Iterator[Account]:
        """The accounts; in a report without types, headings and totals are recognized by name.

        Sage's own charts have CURRENT ASSETS and TOTAL CURRENT ASSETS, always in capitals.
        """
        guessed = self._untyped if self._kind.is_report else ()
        totals = {account.name.removeprefix("TOTAL ") for account in self._accounts.values() if _is_total(account.name)}
        for account in self._accounts.values():
            if account.number in guessed and _is_total(account.name):
                yield account._replace(type=AccountType.TOTAL)
            elif account.number in guessed and account.name in totals:
                yield account._replace(type=AccountType.HEADING)
            else:
                yield account

    def _placed(self, problem: Problem) -> Problem:
        row = problem.where.row
        return replace(problem, where=problem.where._replace(row=row + self._kind.offset if row else 0))

    def _add(self, row: int, texts: Mapping[str, str]) -> None:
        number = unguarded(texts["number"])
        if not is_account_number(number):
            self._table.unreadable(row, "account-number", value=number[:60])
        elif number in self._accounts:
            self._table.unreadable(row, "account-twice", account=number)
        elif self._is_known(row, texts, "type", _TYPES, ACCEPTED_TYPES) & self._is_known(
            row, texts, "linked", _LINKED, ACCEPTED_LINKED
        ):
            self._accounts[number] = _account(number, texts)
            if plain_name(texts["class"]) in _RECEIVABLE:
                self._receivable.append(number)
            if not texts["type"]:
                self._untyped.add(number)

    def _is_known(
        self, row: int, texts: Mapping[str, str], column: str, known: Mapping[str, object], accepted: str
    ) -> bool:
        if plain_name(texts[column]) in known and _has_sense(texts[column]):
            return True
        self._table.unreadable(row, "value", column=column, value=texts[column][:60], accepted=accepted)
        return False


def _has_sense(text: str) -> bool:
    """Whether a text has a letter or digit, or is empty."""
    return not text or bool(plain_name(text))


def _account(number: str, texts: Mapping[str, str]) -> Account:
    return Account(
        number=number,
        name=unguarded(texts["name"]),
        name_fr=unguarded(texts["name_fr"]),
        type=_type_of(_TYPES[plain_name(texts["type"])], texts),
        linked=_LINKED[plain_name(texts["linked"])],
        account_class=_class_of(texts["class"], number),
    )


def _is_total(name: str) -> bool:
    return name.startswith("TOTAL ") and name.isupper()


def _delimiter(text: io.TextIOWrapper) -> str:
    """The delimiter with which the start of the text looks most like a chart; rewinds the text."""
    start = text.read(SAMPLE_TEXT)
    text.seek(0)
    return max(",;\t", key=lambda mark: _likeness(start, mark))


def _likeness(text: str, delimiter: str) -> tuple[int, int]:
    """A score: the number of known columns in the header, and of rows that have an account."""
    sample, _ = _sampled(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    head = next((record for record in sample if "".join(record).strip()), [])
    accounts = sum(
        any(_name_beside(record, place) for place in range(min(MOST_PLACES, len(record)))) for record in sample
    )
    return len(places_of(head, COLUMNS)), accounts


# Writing


def write_chart(chart: Chart) -> bytes:
    """Writes the chart as our own table, so that `read_chart` gives the same accounts, except for spaces around a name."""
    return csv_file((column.name for column in COLUMNS), map(_written, chart))


def _written(account: Account) -> tuple[str, ...]:
    kind = _CLASS_TEXTS[account.account_class] if account.account_class else ""
    linked = "yes" if account.linked else "no"
    names = (
        guarded(account.number),
        guarded(account.name.strip()),
        account.type.value,
        linked,
        guarded(account.name_fr.strip()),
    )
    return *names, kind
