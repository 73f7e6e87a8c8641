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
