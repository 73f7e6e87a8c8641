import io
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecriture.core.problems import Severity
from ecriture.core.settings import (
    Accounting,
    BankLines,
    DefaultAccounts,
    Detail,
    Extras,
    FiscalYear,
    Grouping,
    Item,
    Method,
    Opening,
    PaidSaleDate,
    Settings,
    frozen_mapping,
)
from ecriture.core.taxes import Rate, Tax
from ecriture.sources import settings_file
from ecriture.sources.settings_file import (
    NAMED_TABLES,
    TABLES,
    CompanyRead,
    read_company,
    setting_key,
    write_company,
)
from ecriture.sources.toml_file import LARGEST, MOST_DOTS, MOST_PROBLEMS
from ecriture.targets.registry import OTHER, TARGETS
from patience import patience
from strategies_company import companies


def read(content: str | bytes) -> CompanyRead:
    return read_company(io.BytesIO(content.encode() if isinstance(content, str) else content), file="c.toml")


def sound(content: str) -> Settings:
    found = read(content)
    assert found.problems == ()
    return found.company


def said(content: str | bytes) -> list[tuple[str, object, object]]:
    """Code, setting, and kind or nearest of each problem, all of which stop everything."""
    problems = read(content).problems
    assert all(problem.severity is Severity.FATAL and problem.where.file == "c.toml" for problem in problems)
    return [(p.code, p.params["setting"], p.params.get("kind", p.params.get("nearest"))) for p in problems]


EXAMPLE = """
[company]
name = "Entretien Boréal inc."
language = "fr"                      # of comments in entries
currency = "CAD"
fiscal_years = [[2026-01-01, 2026-12-31]]
lock_date = 2025-12-31               # optional

[accounting]
target = "sage50-ca"
only_when_paid = false
paid_sale_date = "payment"           # or "document"
grouping = "period"                  # period | day | document
detail = "summary"                   # summary | document | line
bank_lines = "total"                 # total | day | payment | reference
max_lines = 500
source_prefix = "EC"                 # 1 to 3 of A-Z 0-9
linked_accounts = ["1200"]           # accounts that the program refuses in a journal entry
start_date = 2026-01-01              # optional: what is older is in the books already
opening = "sage"                     # sage | clearing
carry = true                         # false: a locked date is an error

[accounts]
invoice_debit  = "1201"              # clearing account
invoice_credit = "4000"              # default revenue
payment_debit  = "1060"              # bank
payment_credit = "1201"
refund_debit   = "1201"              # optional: payment_credit when absent
refund_credit  = "1060"              # optional: the method's debit, else payment_debit

[taxes.GST]
credit = "2310"                      # debit = invoice_debit unless given
rate = "5"
[taxes.QST]
credit = "2330"
rate = "9.975"
[taxes.HST]
credit = "2320"
rates = [["2010-07-01", "15"], ["2025-04-01", "14"]]     # instead of rate: each from its date on

[items.CLEAN]
credit = "4100"                      # debit = invoice_debit unless given
name = "Entretien ménager"
archived = 2026-06-30                # optional: date from which it is not to be used
note = "Remplacé par MENAGE2"        # optional
taxes = ["GST", "QST"]              # optional: the taxes that apply; all when absent, none when empty

[methods.card]
debit = "1065"

[extras]
discount = "4900"
tip = "2400"
shipping = "4200"
rounding = "5990"
fee = "5610"
deposit = "2450"
"""
"""The one in the description of the files, to the letter."""


def test_the_file_of_the_description_is_read() -> None:
    company = sound(EXAMPLE)
    assert company == Settings(
        name="Entretien Boréal inc.",
        fiscal_years=(FiscalYear(date(2026, 1, 1), date(2026, 12, 31)),),
        lock_date=date(2025, 12, 31),
        accounting=Accounting(linked_accounts=frozenset({"1200"}), start_date=date(2026, 1, 1)),
        accounts=DefaultAccounts("1201", "4000", "1060", "1201", "1201", "1060"),
        taxes=frozen_mapping(
            {
                "GST": Tax("GST", "", "2310", (Rate(date.min, Decimal(5)),)),
                "QST": Tax("QST", "", "2330", (Rate(date.min, Decimal("9.975")),)),
                "HST": Tax(
                    "HST", "", "2320", (Rate(date(2010, 7, 1), Decimal(15)), Rate(date(2025, 4, 1), Decimal(14)))
                ),
            }
        ),
        items=frozen_mapping(
            {
                "CLEAN": Item(
                    "CLEAN",
                    name="Entretien ménager",
                    credit="4100",
                    archived=date(2026, 6, 30),
                    note="Remplacé par MENAGE2",
                    taxes=frozenset({"GST", "QST"}),
                )
            }
        ),
        methods=frozen_mapping({"card": Method("card", "1065")}),
        extras=Extras("4900", "2400", "4200", "5990", "5610", "2450"),
    )


def test_everything_has_a_default() -> None:
    assert sound("") == Settings()
    assert sound("[company]\n[accounting]\n[accounts]\n[extras]\n[taxes]\n[items]\n[methods]\n") == Settings()
    assert sound("[items.A]\n[taxes.B]\n[methods.C]\n") == Settings(
        items=frozen_mapping({"A": Item("A")}),
        taxes=frozen_mapping({"B": Tax("B")}),
        methods=frozen_mapping({"C": Method("C")}),
    )


# Every key, with what it takes and what it refuses

ACCOUNT = (
    ('"1201"', '"0100"', '"1060-A"', '"É"', '"123456789012345"'),
    (
        *(
            '""',
            '"12 01"',
            '"1201 "',
            '"1234567890123456"',
            "1201",
            '"12\\t01"',
            '"12\\u00a001"',
            "true",
            "[]",
            '"\\u202e1"',
        ),
    ),
)
DAY = (
    ("2026-01-31", '"2026-01-31"', "2024-02-29"),
    (*('"2026-02-30"', '"31/01/2026"', '""', "20260131", "2026-01-31T00:00:00", "12:00:00", "true", "[2026-01-31]"),),
)
FLAG = ("true", "false"), ('"true"', "1", "0", '"yes"', "[]")
TEXT = (
    ('"Boréal"', '""', '"« Prix : 5 $ »"', '"Prix\\u00a0: 5\\u202f$"', "'=1+1'", '"""Une ligne"""'),
    (*("1", '"a\\nb"', '"a\\tb"', '"\\u202e"', '"\\u0007"', "[]", "{}", "2026-01-31", "true"),),
)
WRONG_WORD = ('"PERIOD"', '"x"', '""', "1", "true", "[]", "{}")
PERCENT = (
    ('"5"', '"9.975"', '"9,975"', "5", "9.975", '"0"', '"100"', '"0.000001"'),
    (
        *('"-1"', '"100.1"', '"9.9750001"', '"1e1"', '"5 %"', '""', "true", "nan", "inf", "-5", "[]", '"0E-999999999"'),
        *('"NaN"', '"1_0"', "0x" + "f" * 5000, '"' + "9" * 5000 + '"'),
    ),
)
RATES = (
    ('[["2010-07-01", "15"], [2025-04-01, 14]]', "[]", "[[2026-01-01, 5.5]]"),
    (
        *('"5"', '["2010-07-01", "15"]', "[[2026-01-01]]", '[["2026-01-01", "x"]]', '[["x", "5"]]', "[1]", "{}"),
        '[["2026-01-01", "5"], ["2026-01-01", "7"]]',
    ),
)
YEARS = (
    ("[[2026-01-01, 2026-12-31]]", "[]", '[["2027-01-01", "2027-12-31"], ["2026-01-01", "2026-12-31"]]'),
    (
        *("[2026-01-01, 2026-12-31]", "[[2026-12-31, 2026-01-01]]", "[[2026-01-01]]", "[[1, 2]]", "2026", '"2026"'),
        "[[2026-01-01, 2026-12-31], [2026-12-31, 2027-12-30]]",
    ),
)
COUNT = ("2", "500", "1000000"), ("1", "0", "-2", "1000001", '"500"', "500.0", "true", "0x" + "f" * 5000)


def words(*good: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(f'"{word}"' for word in good), WRONG_WORD


KEYS: dict[str, tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "company.name": ("text", TEXT),
    "company.language": ("choice", words("fr", "en")),
    "company.currency": ("currency", (('"CAD"', '"USD"'), ('"cad"', '"CA"', '"CADX"', "1", '""', '"ÉUR"', "[]"))),
    "company.fiscal_years": ("years", YEARS),
    "company.lock_date": ("date", DAY),
    "accounting.target": ("choice", words(*TARGETS, OTHER)),
    "accounting.only_when_paid": ("flag", FLAG),
    "accounting.paid_sale_date": ("choice", words("payment", "document")),
    "accounting.grouping": ("choice", words("period", "day", "document")),
    "accounting.detail": ("choice", words("summary", "document", "line")),
    "accounting.bank_lines": ("choice", words("total", "day", "payment", "reference")),
    "accounting.max_lines": ("count", COUNT),
    "accounting.source_prefix": (
        "prefix",
        (('"E"', '"EC9"', '"007"'), ('""', '"ec"', '"ECOL"', '"E-"', '"É"', "7", "[]")),
    ),
    "accounting.linked_accounts": (
        "accounts",
        (('["1200"]', "[]", '["1200", "2100"]'), ('"1200"', "[1200]", '["12 00"]', "[[]]", "{}", "1200")),
    ),
    "accounting.start_date": ("date", DAY),
    "accounting.opening": ("choice", words("sage", "clearing")),
    "accounting.carry": ("flag", FLAG),
    **{f"accounts.{one.name}": ("account", ACCOUNT) for one in fields(DefaultAccounts)},
    **{f"extras.{one.name}": ("account", ACCOUNT) for one in fields(Extras)},
    "taxes.GST.debit": ("account", ACCOUNT),
    "taxes.GST.credit": ("account", ACCOUNT),
    "taxes.GST.rate": ("percent", PERCENT),
    "taxes.GST.rates": ("rates", RATES),
    "items.A.name": ("text", TEXT),
    "items.A.debit": ("account", ACCOUNT),
    "items.A.credit": ("account", ACCOUNT),
    "items.A.archived": ("date", DAY),
    "items.A.note": ("text", TEXT),
    "items.A.taxes": ("texts", (('["GST"]', "[]"), ('"GST"', "[1]", '["a\\nb"]', "{}"))),
    "items.A.untaxed": ("choice", words("zero-rated", "exempt")),
    "methods.card.debit": ("account", ACCOUNT),
    "methods.card.write_off": ("flag", FLAG),
}


def line(setting: str, value: str) -> str:
    table, _, key = setting.rpartition(".")
    return f"[{table}]\n{key} = {value}\n"


def test_every_key_is_tried() -> None:
    names = {"taxes": "GST", "items": "A", "methods": "card"}
    named = {f"{table}.{names[table]}.{key}" for table, keys in NAMED_TABLES.items() for key in keys}
    assert {f"{table}.{key}" for table, keys in TABLES.items() for key in keys} | named == KEYS.keys()


@pytest.mark.parametrize("setting", KEYS)
def test_a_right_value_is_taken(setting: str) -> None:
    for value in KEYS[setting][1][0]:
        company = sound(line(setting, value))
        assert sound(write_company(company).decode()) == company


@pytest.mark.parametrize("setting", KEYS)
def test_a_wrong_value_is_refused_with_the_name_of_its_setting(setting: str) -> None:
    kind, (_, wrong) = KEYS[setting]
    for value in wrong:
        assert said(line(setting, value)) == [("setting-invalid", setting, kind)], value


@pytest.mark.parametrize("setting", KEYS)
def test_a_mistyped_key_is_refused_with_the_nearest(setting: str) -> None:
    key = setting.rpartition(".")[2]
    wrong = f"{setting}x"
    assert said(line(wrong, '"1"')) == [("setting-unknown", wrong, key)]


@pytest.mark.parametrize(
    ("setting", "good", "expected"),
    [
        ("company.lock_date", '"2026-01-31"', date(2026, 1, 31)),
        ("company.lock_date", "2026-01-31", date(2026, 1, 31)),
        ("accounting.grouping", '"day"', Grouping.DAY),
        ("accounting.detail", '"line"', Detail.LINE),
        ("accounting.bank_lines", '"reference"', BankLines.REFERENCE),
        ("accounting.opening", '"clearing"', Opening.CLEARING),
        ("accounting.paid_sale_date", '"document"', PaidSaleDate.DOCUMENT),
        ("accounting.carry", "false", False),
        ("accounting.max_lines", "2", 2),
    ],
)
def test_a_value_comes_to_its_place(setting: str, good: str, expected: object) -> None:
    table, key = setting.split(".")
    company = sound(line(setting, good))
    assert getattr(company if table == "company" else company.accounting, key) == expected


def test_a_choice_says_what_it_accepts() -> None:
    (problem,) = read('[accounting]\ngrouping = "month"\n').problems
    assert problem.params == {
        "setting": "accounting.grouping",
        "value": '"month"',
        "kind": "choice",
        "accepted": "period, day, document",
    }


def test_an_unknown_key_says_what_is_known() -> None:
    (problem,) = read("[methods.card]\ncompte = 1\n").problems
    assert problem.params == {"setting": "methods.card.compte", "nearest": "", "known": "debit, write_off"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("[acounts]\n", ("setting-unknown", "acounts", "accounts")),
        ("xyz = 'x'\n", ("setting-unknown", "xyz", "")),
        ("company = 1\n", ("setting-invalid", "company", "table")),
        ("[[company]]\n", ("setting-invalid", "company", "table")),
        ("items = []\n", ("setting-invalid", "items", "table")),
        ("[[items]]\n", ("setting-invalid", "items", "table")),
        ("[items]\nA = 'x'\n", ("setting-invalid", "items.A", "table")),
        ("taxes.GST = 5\n", ("setting-invalid", "taxes.GST", "table")),
        ("[company.name.x]\n", ("setting-invalid", "company.name", "text")),
        ("[taxes.GST]\nrate='5'\nrates=[['2026-01-01','5']]\n", ("setting-invalid", "taxes.GST.rate", "rate-or-rates")),
        ("[taxes.GST]\nrate='5'\nrates=[]\n", ("setting-invalid", "taxes.GST.rate", "rate-or-rates")),
    ],
)
def test_tables_in_the_wrong_place(content: str, expected: tuple[str, str, str]) -> None:
    assert said(content) == [expected]


def test_all_mistakes_are_said_and_what_is_right_is_read() -> None:
    content = "[company]\nname='B'\nlang='fr'\nlock_date='x'\n[items.A]\ncredit='4000'\ndebit=1\n[metods]\n"
    assert said(content) == [
        ("setting-unknown", "metods", "methods"),
        ("setting-unknown", "company.lang", "language"),
        ("setting-invalid", "company.lock_date", "date"),
        ("setting-invalid", "items.A.debit", "account"),
    ]
    company = read(content).company
    assert (company.name, company.items["A"]) == ("B", Item("A", credit="4000"))


def test_rates_are_put_in_order() -> None:
    tax = sound("[taxes.HST]\nrates = [[2025-04-01, '14'], [2010-07-01, '15']]\n").taxes["HST"]
    assert [str(rate.percent) for rate in tax.rates] == ["15", "14"]
    assert tax.percent_on(date(2025, 3, 31)) == 15
    assert tax.percent_on(date(2025, 4, 1)) == 14
    assert tax.percent_on(date(2010, 6, 30)) is None


def test_accounts_keep_their_zeros_and_names_their_signs() -> None:
    company = sound("[accounts]\ninvoice_debit = '0100'\n[items.\"0012\"]\nname = '= \"a\" \\ b'\n")
    assert company.accounts.invoice_debit == "0100"
    assert company.items["0012"].name == '= "a" \\ b'


# Files that are none


@pytest.mark.parametrize(
    ("content", "line", "kind"),
    [
        ("[company]\nname = x\n", 2, "toml"),
        ("[company]\nname = 'a' 'b'\n", 2, "toml"),
        ("[company]\ncédit = 'a'\n", 2, "toml"),
        ("[company]\nname\n", 2, "toml"),
        ("[company\n", 1, "toml"),
        ("[company]\nname = 1__0\n", 2, "toml"),
        ("[company]\nlock_date = 2026-02-30\n", 2, "toml"),
        ("[company]\nname = “Boréal”\n", 2, "toml"),
        ("[company]\n\n\nname = 'a'\nname = 'b'\n", 5, "toml-twice"),
        ("[company]\n[company]\n", 2, "toml-twice"),
        ("[taxes]\nGST = {rate = '5', rate = '5'}\n", 2, "toml-twice"),
        ("[company]\nname = 'a'\nname = 'b'", 3, "toml-twice"),
        (f"[company]\n'{'x' * 5000}' = 1\n'{'x' * 5000}' = 1\n", 3, "toml-twice"),
        ("[company]\nname = 'a\n", 2, "toml-quote"),
        ('[company]\nname = "a\nlanguage = "fr"\n', 2, "toml-quote"),
        ('[company]\nname = """a\nlanguage = "fr"\n\n', 3, "toml-quote"),
        ("[accounting]\nlinked_accounts = ['1200'\n", 2, "toml-bracket"),
        ("[taxes]\nGST = {rate = '5',\ncredit = '2310'}\n", 2, "toml"),
        ("[taxes]\nGST = {rate = '5'\n}\n", 2, "toml-bracket"),
        ('[company]\nname = "C:\\Users"\n', 2, "toml-backslash"),
        ('[company]\nname = "C:\\Comptes"\n', 2, "toml-backslash"),
        ('[company]\nname = "\\ud800"\n', 2, "toml-backslash"),
        ("[company]\nname = 'some\x01thing'\n", 2, "toml-character"),
        ("# some\0thing\n", 1, "toml-character"),
        ("[company]\na" + ".a" * (MOST_DOTS + 1) + " = 1\n", 2, "toml-deep"),
        ("a = " + "[" * 5000, 0, "toml-deep"),
    ],
)
def test_a_file_that_is_no_toml_names_the_line_and_what_is_wrong(content: str, line: int, kind: str) -> None:
    found = read(content)
    assert said(content) == [("setting-invalid", "", kind)]
    (problem,) = found.problems
    assert problem.where.row == line
    written = content.splitlines()[line - 1].strip() if line else ""
    assert str(problem.params["value"])[:60] == re.sub(r"[\x00-\x1f]", "\ufffd", written)[:60]
    assert len(str(problem.params["value"])) <= 120
    assert found.company == Settings()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("[company]\nname = 'Boréal'\n".encode("cp1252"), "toml-encoding"),
        ("[company]\nname = 'B'\n".encode("utf-16"), "toml-encoding"),
        (b"\0", "toml"),
        (b"\xff\xfe", "toml-encoding"),
        (b"[company]\nname = '\xed\xa0\x80'\n", "toml-encoding"),
        (b"PK\x03\x04", "toml"),
        (b"#" * (LARGEST + 1), "toml-large"),
        (b"[company]\nname = '" + b"x" * (5 << 20) + b"'\n", "toml-large"),
    ],
)
def test_bytes_that_are_no_toml(content: bytes, kind: str) -> None:
    assert said(content) == [("setting-invalid", "", kind)]


def test_a_mark_of_utf8_and_windows_line_ends_are_no_fault() -> None:
    assert sound("\ufeff[company]\r\nname = 'B'\r\n").name == "B"


# Files that mean harm

SIZE = 1 << 20
HOSTILE: dict[str, Callable[[], str]] = {
    "a key of half a million parts": lambda: "a" + ".a" * (SIZE // 2) + "=1",
    "a table of half a million parts": lambda: "[a" + ".a" * (SIZE // 2) + "]",
    "a quoted key of many parts": lambda: '"a"' + '."#"' * (SIZE // 4) + "=1",
    "many parts within an inline table": lambda: "a={b" + ".a" * (SIZE // 2) + "=1}",
    "parts behind the end of a text": lambda: 'a={b="""\n""", c' + ".a" * (SIZE // 2) + ', d="',
    "nested lists": lambda: "a=" + "[" * SIZE,
    "nested tables": lambda: "a=" + "{a=" * (SIZE // 3),
    "nested tables of many parts": lambda: "a=" + "[{a.a.a.a.a.a.a.a.a.a=\n" * (SIZE // 25),
    "quotes": lambda: '"' * SIZE,
    "apostrophes": lambda: "'" * SIZE,
    "escapes": lambda: '"\\' * (SIZE // 2),
    "texts in three quotes": lambda: '"""' * (SIZE // 3) + "\\",
    "escapes in three quotes": lambda: '"""\\' * (SIZE // 4),
    "one key": lambda: "a" * SIZE + "=1",
    "comments": lambda: "#\n" * (SIZE // 10),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_to_its_end(name: str) -> None:
    content = HOSTILE[name]().encode()
    with patience():
        found = read(content)
    assert len(repr(found.problems)) < 10_000_000
    assert found.problems or name == "comments"


def test_a_hundred_thousand_unknown_settings() -> None:
    with patience():
        found = read("[company]\n" + "".join(f"langu{number}age = 1\n" for number in range(100_000)))
    assert len(found.problems) == MOST_PROBLEMS


def test_a_table_deeper_than_python_can_show() -> None:
    """Parts of a key nest without the reader's knowing; showing the value would end in a RecursionError."""
    part = ".".join("a" * MOST_DOTS)
    content = "[company]\nname = " + f"[\n{{{part} = " * 70 + "1" + "}]" * 70 + "\n"
    assert tomllib.loads(content)
    assert said(content) == [("setting-invalid", "company.name", "text")]


@pytest.mark.parametrize("number", ["0x" + "f" * 10_000, "0b" + "1" * 100_000, "[0x" + "f" * 10_000 + "]"])
def test_a_number_larger_than_python_shows(number: str) -> None:
    for setting in ("accounting.max_lines", "company.name", "taxes.GST.rates", "accounting.linked_accounts"):
        assert said(line(setting, number)) == [("setting-invalid", setting, KEYS[setting][0])]


def test_the_worst_settings_take_bounded_memory() -> None:
    """A quarter of the largest file, in a process that has a quarter of a gibibyte to itself."""
    program = """
import io, resource, sys
from ecriture.sources.settings_file import read_company
from ecriture.sources.toml_file import LARGEST, MOST_DOTS
with open("/proc/self/statm") as file:
    pages = int(file.read().split()[0])
limit = pages * resource.getpagesize() + (1 << 28)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
line = "a{}" + ".b" * MOST_DOTS + " = 1\\n"
content = "".join(line.format(number) for number in range(LARGEST // 4 // (len(line) + 5))).encode()
print(len(read_company(io.BytesIO(content)).problems), len(read_company(io.BytesIO(b"a" + b".a" * 2_000_000)).problems))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout.split(), run.stderr) == ([str(MOST_PROBLEMS), "1"], "")


@pytest.mark.parametrize(
    "text",
    [
        '"' + "a." * 50 + '"',
        "'" + "a." * 50 + "'",
        '"\\"' + "a." * 50 + '" # ' + "." * 50,
        '""" ' + "a." * 50 + '"""',
        "''' " + "a." * 50 + "'''",
        '"""\\\n   ' + "a." * 50 + '"""',
    ],
)
def test_dots_in_a_text_or_comment_are_no_parts_of_a_key(text: str) -> None:
    assert "a.a.a." in sound(f"[company]\nname = {text} # {'.' * 50}\n").name


@given(st.binary() | st.binary().map(lambda rest: b"[company]\nname = " + rest))
@example(b"[company]\nname = [0x" + b"f" * 5000 + b"]")
@example(b"[accounting]\nmax_lines = 0x" + b"f" * 5000)
def test_no_bytes_are_an_exception(content: bytes) -> None:
    found = read(content)
    assert isinstance(found.company, Settings)
    assert not found.problems or all(problem.stops for problem in found.problems)


def toml_values() -> st.SearchStrategy[str]:
    """Values of every kind that TOML has."""
    numbers = st.integers().map(str) | st.floats().map(lambda number: repr(number).replace("e+", "e"))
    texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'"), max_size=8).map(
        "'{}'".format
    )
    days = st.dates().map(str) | st.dates().map("'{}'".format) | st.datetimes().map(lambda day: day.isoformat())
    simple = numbers | texts | days | st.sampled_from(["true", "false", '"\\u202e"', '"""\na"""'])
    return st.recursive(
        simple,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda some: f"[{', '.join(some)}]") | inner.map("{{ a.b = {} }}".format)
        ),
        max_leaves=5,
    )


@given(st.sampled_from(sorted(KEYS)), toml_values())
def test_any_value_anywhere_is_taken_or_refused(setting: str, value: str) -> None:
    found = read(line(setting, value))
    if found.problems:
        assert said(line(setting, value)) == [("setting-invalid", setting, KEYS[setting][0])]
    else:
        assert sound(write_company(found.company).decode()) == found.company


# Writing


@pytest.mark.parametrize("table", ["taxes", "items", "methods"])
def test_a_code_is_never_blank_because_a_row_without_one_would_be_taken_for_it(table: str) -> None:
    for name in ("", " "):
        (problem,) = read(f'[{table}."{name}"]\n'.encode()).problems
        assert (problem.code, problem.params["setting"]) == ("setting-invalid", table)


@settings(max_examples=60)  # each of them is long
@given(companies())
@example(Settings(taxes=frozen_mapping({"T": Tax("T", rates=(Rate(date.min, Decimal("1E+1")),))})))
@example(Settings(items=frozen_mapping({"\x7f\x85": Item("\x7f\x85", name="\u2028".strip(), taxes=frozenset())})))
def test_what_is_written_reads_back(company: Settings) -> None:
    content = write_company(company)
    assert read(content)[:2] == (company, ())
    assert write_company(company) == write_company(read(content).company) == content


def test_every_setting_is_written_from_the_example() -> None:
    content = write_company(sound(EXAMPLE)).decode()
    assert sound(content) == sound(EXAMPLE)
    assert content.startswith('[company]\nname = "Entretien Boréal inc."\nfiscal_years = [[2026-01-01, 2026-12-31]]\n')


def test_what_is_at_its_default_is_not_written() -> None:
    assert write_company(Settings()) == b""
    assert write_company(Settings(name="B")) == b'[company]\nname = "B"\n'


def settings_of(company: object) -> Iterator[str]:
    return (one.name for one in fields(company))  # type: ignore[arg-type]


def test_the_format_has_every_field_of_the_company() -> None:
    """A field that was added and cannot be read or written would be at its default for ever."""
    assert {*settings_file.COMPANY, "accounting", "accounts", "taxes", "items", "methods", "extras"} == {
        *settings_of(Settings)
    }
    assert {*settings_file.ACCOUNTING} == {*settings_of(Accounting)}
    assert {*settings_file.ITEM, "code"} == {*settings_of(Item)}
    assert {*settings_file.METHOD, "name"} == {*settings_of(Method)}
    assert {*settings_file.TAX, "code"} == {*settings_of(Tax), "rate"}


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        ("accounts.invoice_debit", "accounts.invoice_debit"),
        ("items.CLEAN.credit", "items.CLEAN.credit"),
        ("taxes.HST (ON) 13%.credit", 'taxes."HST (ON) 13%".credit'),
        ("taxes.H.S.T.credit", 'taxes."H.S.T".credit'),
        ("items.Lawn care", 'items."Lawn care"'),
        ("items", "items"),
    ],
)
def test_a_setting_is_shown_as_it_is_written(setting: str, written: str) -> None:
    assert setting_key(setting) == written
