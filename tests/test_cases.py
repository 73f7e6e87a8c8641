"""Situations met in the field, tests/golden/cases: the right books, as the README of each says them."""

from pathlib import Path

import pytest

from ecriture.cli.commands import run

FOLDER = Path(__file__).parent / "golden" / "cases"
BASE, DISPUTE, TIP, WIDENED = (
    FOLDER / name for name in ("base", "stripe-dispute-fee-sign", "jobber-tip-on-payment", "sage50-account-6xxx")
)

DISPUTED = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1065,111.35
1201,114.98
5610,3.63
1201,-114.98
4100,-114.98
02-10-26,"EC000001-02","Sales and payments 2026-02"
1201,114.98
5610,15.00
1065,-129.98
"""
GIVEN_BACK = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1065,111.35
1201,114.98
5610,3.63
1201,-114.98
4100,-114.98
02-10-26,"EC000001-02","Sales and payments 2026-02"
1201,114.98
1065,-99.98
5610,-15.00
"""
TIPPED = """\
01-12-26,"EC000001-01","Sales and payments 2026-01"
1201,114.98
2310,-5.00
2330,-9.98
4100,-100.00
02-02-26,"EC000002-01","Sales and payments 2026-02"
1065,126.08
5610,3.90
1201,-114.98
2400,-15.00
"""
IN_6100 = """\
01-06-26,"EC000001-01","Sales and payments 2026-01"
1065,96.80
1201,100.00
6100,3.20
1201,-100.00
4000,-100.00
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "")  # the command sets it, for the words of click


def converted(case: Path, payments: str, out: Path, *options: str) -> str:
    """The file that the command writes of a case, without the line ends of the program."""
    own = case if (case / "company.toml").exists() else BASE
    files = {
        "company": own / "company.toml",
        "chart": own / "chart.csv",
        "documents": case / "documents.csv",
        "payments": case / payments,
    }
    inputs = [f"--{name}={file}" for name, file in files.items()]
    assert run(["convert", *inputs, "--lang=en", f"--out={out}", *options]) == 0
    return out.read_bytes().decode("ascii").replace("\r\n", "\n")


def test_the_fee_of_a_dispute_leaves_the_bank_too(tmp_path: Path) -> None:
    assert converted(DISPUTE, "payments.csv", tmp_path / "out.txt") == DISPUTED


def test_a_fee_below_zero_of_a_refund_was_given_back(tmp_path: Path) -> None:
    assert converted(DISPUTE, "as-charge.csv", tmp_path / "out.txt") == GIVEN_BACK


@pytest.mark.parametrize("payments", ["with-tip.csv", "with-pourboire.csv"])
def test_a_tip_paid_with_the_payment_is_owed_to_the_staff(payments: str, tmp_path: Path) -> None:
    """And nothing is too much: 114.98 pays the invoice, on the day of the payment."""
    state, out = f"--state={tmp_path / 'state.json'}", tmp_path / "out.txt"
    january = converted(TIP, payments, out, state, "--through=2026-01-12")
    assert january + converted(TIP, payments, out, state) == TIPPED


def test_a_tip_is_not_too_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    converted(TIP, "with-tip.csv", tmp_path / "out.txt")
    assert "overpaid" not in capsys.readouterr().err


def test_without_its_column_a_tip_is_too_much(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    converted(TIP, "payments.csv", tmp_path / "out.txt")
    assert "overpaid" in capsys.readouterr().err


def test_a_chart_may_have_accounts_from_6_to_9(tmp_path: Path) -> None:
    assert converted(WIDENED, "payments.csv", tmp_path / "out.txt") == IN_6100


def test_a_file_with_an_account_of_6_has_no_fault() -> None:
    chart, file = WIDENED / "chart.csv", WIDENED / "f.txt"
    assert run(["verify", "--to=sage50-ca", f"--file={file}", f"--chart={chart}"]) == 0


# Readings

MANY_DECIMALS = "“124.995” in the column “{}” has more than two decimals"
LAWN = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1201,114.98
2310,-5.00
2330,-9.98
4100,-100.00
"""
ODOO = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1201,64.33
2310,-2.80
2330,-5.58
4100,-55.95
"""
BY_METHOD = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1050,{cash}
1060,{bank}
{card}1201,100.00
1201,-100.00
4100,-100.00
"""
TEXTS = """\
01-31-26,"EC000001-01","Sales and payments 2026-01"
1201,1264.73
2310,-55.00
2330,-109.73
4100,-1100.00
"""


def said(case: str, documents: str, *options: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What `check` says of the documents of a case, and of payments given as an option."""
    inputs = (f"--company={BASE / 'company.toml'}", f"--chart={BASE / 'chart.csv'}")
    run(["check", *inputs, f"--documents={FOLDER / case / documents}", "--lang=en", *options])
    return capsys.readouterr().err


def written(case: str, documents: str, out: Path, *options: str) -> str:
    """The file that the command writes of the documents of a case."""
    inputs = (f"--company={BASE / 'company.toml'}", f"--chart={BASE / 'chart.csv'}", f"--out={out}")
    assert run(["convert", *inputs, f"--documents={FOLDER / case / documents}", "--lang=en", *options]) == 0
    return out.read_bytes().decode("ascii").replace("\r\n", "\n")


def test_a_number_of_a_spreadsheet_is_never_a_thousand_times_more(capsys: pytest.CaptureFixture[str]) -> None:
    payments = f"--payments={FOLDER / 'xlsx-number-times-1000' / 'payments.xlsx'}"
    found = said("xlsx-number-times-1000", "documents.xlsx", payments, capsys=capsys)
    assert found.count(MANY_DECIMALS.format("amount")) == 2
    assert MANY_DECIMALS.format("total") in found
    assert "124,995" not in found
    assert "85,50" not in found


def test_dates_that_can_be_one_day_only_are_read(tmp_path: Path) -> None:
    """And Q-2 is 5 January, as Q-1 shows."""
    state, out = f"--state={tmp_path / 'state.db'}", tmp_path / "out.txt"
    assert "4000,-20.00" in written("dates-forms", "documents.csv", out, state, "--through=2026-01-05")
    assert "4000,-10.00" in written("dates-forms", "documents.csv", out, state, "--through=2026-01-13")
    assert "4000,-20.00" in written("dates-forms", "documents.csv", out, state, "--through=2026-01-31")


@pytest.mark.parametrize(("case", "books"), [("dolibarr-eight-decimals", LAWN), ("odoo-float-export", ODOO)])
def test_decimals_that_programs_write_are_read(case: str, books: str, tmp_path: Path) -> None:
    assert written(case, "documents.csv", tmp_path / "out.txt") == books


@pytest.mark.parametrize("payments", ["method-capitals", "french-method-names"])
def test_methods_are_known_by_the_words_of_the_trade(
    payments: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = f"--payments={FOLDER / payments / 'payments.csv'}", "--through=2026-01-31"
    french = BY_METHOD.format(cash="50.00", bank="20.00", card="1065,30.00\n")
    english = BY_METHOD.format(cash="20.00", bank="80.00", card="")
    found = written(payments, "documents.csv", tmp_path / "out.txt", *options)
    assert found == (french if payments == "french-method-names" else english)
    assert "method-unknown" not in capsys.readouterr().err


ENCODINGS = ["blankrows", "bom", "cp1252", "cr-only", "pipe", "sep", "tab", "title", "trailing-columns", "utf8"]


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_form_of_a_text_file_gives_the_same_books(name: str, tmp_path: Path) -> None:
    file = f"{name}.tsv" if name == "tab" else f"{name}.csv"
    found = written("encodings", file, tmp_path / "out.txt")
    assert found == TEXTS.replace("01-31-26", "01-05-26")


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        ("commas-unquoted", 2, "9 columns, but the header has 7"),
        ("mac", 2, "neither UTF-8 nor Windows-1252"),
        ("utf16", 1, "CSV UTF-8"),
        ("utf16le", 1, "CSV UTF-8"),
        ("totalrow", 5, "number is missing"),
        ("totalrow2", 5, "looks like the total of a report"),
    ],
)
def test_other_forms_are_refused_with_their_row(
    name: str, row: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said("encodings", f"{name}.csv", capsys=capsys)
    assert words in found
    assert f"{name}.csv, row {row}]" in found


def test_titles_above_the_header_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        "not read: Factures 2026. If these are only titles, there is nothing to do. [rows-above-header; title.csv, row 3]"
        in said("encodings", "title.csv", capsys=capsys)
    )
    assert "rows-above-header" not in said("encodings", "sep.csv", capsys=capsys)


@pytest.mark.parametrize(
    ("case", "file", "row", "headers"),
    [
        ("layout-jobber", "invoices.csv", 1, "Invoice #, Client name, Client email, Subject, Issued date, Due date"),
        ("layout-jobber", "transactions.csv", 6, "Client name, Date, Type, Total $, Tip $, Note, Cheque #, Invoice #"),
        ("layout-qbo", "invoices.csv", 5, "Date, Transaction type, Num, Name, Memo, Due date, Amount, Open balance"),
    ],
)
def test_an_export_of_another_program_is_told_which_headers_were_found_and_where(
    case: str, file: str, row: int, headers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = said(case, file, capsys=capsys)
    assert f"The column “document” is missing. Row {row} has: {headers}" in found
    assert f"[column-missing; {file}, row {row}]" in found


def test_the_payments_of_stripe_are_told_which_headers_were_found(capsys: pytest.CaptureFixture[str]) -> None:
    case = "layout-stripe"
    found = said(case, "documents.csv", f"--payments={FOLDER / case / 'payments.csv'}", capsys=capsys)
    assert "“payment” (in French “paiement”) is missing. Row 1 has: automatic_payout_id, automatic_payout_eff" in found
    assert "reporting_category, source_id" in found


def test_what_a_user_meets_who_renames_the_columns_of_jobber(capsys: pytest.CaptureFixture[str]) -> None:
    """The dates are read; the total, which has the taxes, still differs from the one row."""
    found = said("layout-jobber", "renamed2.csv", capsys=capsys)
    assert "date-unreadable" not in found
    assert found.count("total-differs") == 3


def test_a_receipt_of_two_methods_is_told_to_be_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And followed to the letter the remedy gives the right books."""
    case = FOLDER / "payment-two-methods"
    assert "as in R-900-1 and R-900-2" in said(
        case.name, "documents.csv", f"--payments={case / 'payments.csv'}", capsys=capsys
    )
    rows = (case / "payments.csv").read_text("utf-8").replace("R-900", "R-900-1", 1).replace("R-900,", "R-900-2,")
    (tmp_path / "followed.csv").write_text(rows, "utf-8")
    found = written(case.name, "documents.csv", tmp_path / "out.txt", f"--payments={tmp_path / 'followed.csv'}")
    assert "\n1050,50.00\n1065,64.98\n" in found


def test_the_keys_that_are_shown_can_be_pasted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = FOLDER / "tax-codes-as-exported"
    found = said(case.name, "documents.csv", f"--payments={case / 'payments.csv'}", capsys=capsys)
    assert '[taxes."HST (ON) 13%"]' in found
    assert '[items."Lawn care - weekly"]' in found
    assert "method-unknown" not in found
    assert "of tax TPS, which is not in the settings. Did you mean GST?" in found
    assert "of tax TVQ, which is not in the settings. Did you mean QST?" in found
    assert "of tax gst, which is not in the settings. Did you mean GST?" in found
    assert "item lawn is not in the settings: its $100.00 goes to the default accounts. Did you mean LAWN?" in found
    settings = (BASE / "company.toml").read_text("utf-8")
    (tmp_path / "company.toml").write_text(f'{settings}\n[taxes."HST (ON) 13%"]\ncredit = "2320"\n', "utf-8")
    inputs = (f"--company={tmp_path / 'company.toml'}", f"--documents={case / 'documents.csv'}", "--lang=en")
    run(["check", *inputs])
    again = capsys.readouterr().err
    assert "setting-invalid" not in again
    assert "HST (ON)" not in again


def test_a_document_in_another_currency_is_left_out_with_its_payments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = FOLDER / "usd-invoice"
    found = said(case.name, "documents.csv", f"--payments={case / 'payments.csv'}", capsys=capsys)
    assert "Leave it and its payments out of the files" in found
    for name in ("documents.csv", "payments.csv"):
        kept = [line for line in (case / name).read_text("utf-8").splitlines() if "F-71" not in line]
        (tmp_path / name).write_text("\n".join(kept), "utf-8")
    inputs = [f"--company={BASE / 'company.toml'}", *(f"--{n}={tmp_path / n}.csv" for n in ("documents", "payments"))]
    assert run(["check", *inputs]) == 0


def test_a_document_without_any_tax_row_is_pointed_out_and_one_of_two_taxes_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = said("tax-rows-missing", "documents.csv", capsys=capsys)
    assert "document F-1. The amounts seem to include the taxes: $114.98 is $100.00 + GST 5.00 + QST 9.98." in found
    assert "F-2" not in found
