"""The control, the program's report, an account explained and the month's proof, on pages in both languages."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ecriture.core.settings import Opening
from ecriture.store.batches import entries_of
from ecriture.store.figures import Owed
from ecriture.store.models import AuditRecord, Batch, Company, Document, Membership, User
from ecriture.store.proof import deposits_in, month_of, sums_of
from ecriture.store.settings import change, make_company
from ecriture.store.transfer import cancel, confirm
from ecriture.web.compare_page import MOST_OF_CLASS
from ecriture.web.proof_page import Proof
from ecriture.web.templatetags.ecriture import age_name
from large_company import MODEL_BACKEND
from quarter_books import MONTHS, OPEN, exported, quarter
from sage_reports import KINDS, entered, report
from server_world import World, other_company, put
from small_books import COMPANY, accounting, invoice, line

SignedIn = Callable[[str], Client]
Deposits = dict[str, tuple[tuple[str, int, str], ...]]
BANK: dict[int, Deposits] = {
    1: {
        "1060": (
            ("01-12", 90000, "P-01 Flat 2"),
            ("01-15", 20000, "P-02 Halte Café"),
            ("01-20", 118650, "P-03 Lakeview Roasters ON"),
            ("01-20", 59595, "SLIP-1"),
            ("01-22", 50000, "P-05 Auberge du Lac"),
        ),
        "1065": (("01-30", 24300, "PAYOUT-A"),),
    },
    2: {
        "1060": (
            ("02-06", 63000, "P-09 Foothills Coffee AB"),
            ("02-16", 90000, "P-11 Flat 2"),
            ("02-18", 27594, "P-12 Halte Café"),
            ("02-20", 41980, "P-13 Auberge du Lac"),
            ("02-24", 50000, "P-15 Salon Ouest"),
        ),
        "1065": (("02-01", 44690, "PAYOUT-A"), ("02-14", 30934, "PAYOUT-B")),
    },
    3: {
        "1060": (
            ("03-03", 90000, "P-16 Flat 2"),
            ("03-04", -27594, "P-17 Halte Café"),
            ("03-20", 13795, "SLIP-2"),
            ("03-27", 10000, "P-23 Marché Central"),
            ("03-30", 30000, "P-24 Auberge du Lac"),
        ),
        "1065": (("03-09", -12998, "DISPUTE-1"), ("03-11", 44590, "PAYOUT-C")),
    },
}
"""Section 4 of expected.md: each deposit with its date, net and what the statement says."""
TAXES = {
    1: {"2310": -9200, "2330": -12369, "2340": -13650},
    2: {"2310": -7900, "2330": -15761, "2340": 0},
    3: {"2310": -3000, "2330": -5985, "2340": -5200},
}
IN_TRANSIT = {1: 24300, 2: 99924, 3: 131516}


@pytest.fixture
def of_quarter(db: None) -> Company:
    return quarter(*MONTHS)


@pytest.fixture
def owner(of_quarter: Company) -> Client:
    client = Client()
    user = Membership.objects.get(company=of_quarter).user
    client.force_login(user, backend=MODEL_BACKEND)
    return client


def page(client: Client, company: Company, name: str, asked: str = "", *, language: str = "en") -> str:
    User.objects.update(language=language)
    answer = client.get(f"{reverse(name, args=[company.pk])}?{asked}")
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def text_of(html: str) -> str:
    """Without the marks that lead to the guide."""
    main = re.sub('<a class="help".*?</a>', "", html.partition("<main")[2].partition("</main>")[0])
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def money(cents: int) -> str:
    return f"{cents / 100:,.2f}"


@pytest.mark.parametrize("day", MONTHS)
def test_the_control_shows_every_open_document(of_quarter: Company, owner: Client, day: date) -> None:
    documents, deposits = OPEN[day]
    shown = page(owner, of_quarter, "control", f"day={day}")
    assert f"Balance ${money(sum(documents.values()))}" in shown
    for number, cents in documents.items():
        assert re.search(rf"{number} [\w.]+ \d+, 2026 [^$]*? days {re.escape(money(cents))}", shown), number
    deposit = page(owner, of_quarter, "control", f"day={day}&account=2450")
    for number, cents in deposits.items():
        assert re.search(rf"{number} payment .*?-{re.escape(money(cents))}", deposit), number


def test_an_age_has_one_name_on_all_pages() -> None:
    with translation.override("en"):
        assert [age_name(Owed(days, 0, 0)) for days in (30, 60, 90, None)] == [
            *("0 to 30 days", "31 to 60 days", "61 to 90 days"),
            "more than 90 days",
        ]


def test_the_customer_who_owes_on_two_documents_is_one(of_quarter: Company, owner: Client) -> None:
    assert "Halte Café 443.86" in page(owner, of_quarter, "control", "day=2026-03-31")
    assert "Halte Café 443,86" in page(owner, of_quarter, "control", "day=2026-03-31", language="fr")


def test_it_is_searched_and_is_a_file(of_quarter: Company, owner: Client) -> None:
    assert "R-118" not in page(owner, of_quarter, "control", "day=2026-03-31&q=halte")
    answer = owner.get(f"{reverse('control-csv', args=[of_quarter.pk])}?day=2026-03-31")
    rows = [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert {row[2]: row[-1] for row in rows[1:]} == {
        it: f"{cents / 100:.2f}" for it, cents in OPEN[MONTHS[2]][0].items()
    }


def test_the_default_day_is_that_of_the_last_transfer(of_quarter: Company, owner: Client) -> None:
    assert "on March 31, 2026, as transferred" in page(owner, of_quarter, "control")


@pytest.mark.parametrize(
    "asked", ["day=x", "day=9999-99-99", "account=zzz", "shows=abc", "q=%00", "shows=1e99", "day=0001-01-01"]
)
def test_nonsense_is_no_fault(of_quarter: Company, owner: Client, asked: str) -> None:
    for name in ("control", "control-csv", "explain", "proof", "proof-pdf", "control-opening", "control-compare"):
        for more in (
            "",
            "&month=2026-13",
            "&month=9999-12",
            "&month=0001-01",
            "&month=2026-01&page=999999&account=1201",
        ):
            answer = owner.get(f"{reverse(name, args=[of_quarter.pk])}?{asked}{more}")
            assert answer.status_code == 200, (name, asked, more)


def test_a_typed_balance_is_compared(of_quarter: Company, owner: Client) -> None:
    asked = "day=2026-03-31&shows="
    assert "The program shows the same balance." in page(owner, of_quarter, "control", f"{asked}1162.82")
    shown = page(owner, of_quarter, "control", f"{asked}710.82")
    assert "The program shows $452.00 less than was transferred." in shown
    assert "R-118 has this amount open: $452.00." in shown
    shown = page(owner, of_quarter, "control", f"{asked}167.92")
    assert "Batch 3 is not in the program." in shown
    assert "Batch 1 is there twice." in page(owner, of_quarter, "control", f"{asked}2512.62")


def sent(client: Client, company: Company, content: bytes, **more: str) -> tuple[int, str]:
    User.objects.update(language="en")
    said = {"file": SimpleUploadedFile("r.csv", content), "account": "1201", **more}
    answer = client.post(reverse("control-compare", args=[company.pk]), said)
    return answer.status_code, text_of(answer.content.decode())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_is_compared(of_quarter: Company, owner: Client, kind: str, language: str) -> None:
    batches = Batch.objects.filter(company=of_quarter).order_by("number")
    sage = [entered(entry, at) for batch in batches for at, entry in enumerate(entries_of(batch), batch.number)]
    assert "No difference" in sent(owner, of_quarter, report(sage, kind, language).getvalue())[1]
    status, shown = sent(owner, of_quarter, report(sage[::2], kind, language).getvalue())
    assert (status, "1 difference" in shown, "EC000002-01" in shown) == (200, True, True)
    assert "not in the program" in shown
    lines = tuple((account, cents - 22995 * (cents == 305267), it) for account, cents, it in sage[2].lines)
    altered = [*sage[:2], sage[2]._replace(lines=lines)]
    shown = sent(owner, of_quarter, report(altered, kind, language).getvalue())[1]
    assert "altered in the program" in shown
    assert "Perhaps (a guess, by the amount):" in shown
    assert "R-119" not in shown.partition("Perhaps")[0]
    assert re.search(r"Perhaps \(a guess, by the amount\): [^$]*P-19", shown)


def test_an_entry_of_a_cancelled_batch_is_to_be_reversed_there(of_quarter: Company, owner: Client) -> None:
    batch = Batch.objects.filter(company=of_quarter).order_by("-number")[0]
    sage = [entered(entry, 1) for it in Batch.objects.filter(company=of_quarter) for entry in entries_of(it)]
    cancel(of_quarter, batch.number, None, reason="x")
    shown = sent(owner, of_quarter, report(sage, "flat", "en").getvalue())[1]
    assert f"of batch {batch.number}, cancelled Reverse it in the program" in shown
    assert "not from Écriture" not in shown


HEAD = "Date;N° EJ;Source;Compte;Débits;Crédits"


def test_the_last_entry_is_missed_where_the_title_has_the_period(of_quarter: Company, owner: Client) -> None:
    sage = [entered(entry, 1) for it in Batch.objects.filter(company=of_quarter) for entry in entries_of(it)]
    without = [it for it in sage if it.source != "EC000003-01"]
    content = report(without, "flat", "en").getvalue()
    shown = sent(owner, of_quarter, b"Transactions by Account 01/01/2026 to 03/31/2026\n" + content)[1]
    assert "1 difference" in shown
    assert "EC000003-01" in shown.partition("not in the program")[0]


def test_entries_beyond_a_period_that_nobody_gave_are_said(of_quarter: Company, owner: Client) -> None:
    sage = [entered(entry, 1) for it in Batch.objects.filter(company=of_quarter) for entry in entries_of(it)]
    first = [it for it in sage if it.source.startswith("EC000002")]
    content, said = report(first, "flat", "en").getvalue(), "were not looked for. EC000003-01, EC000001-01."
    assert said in sent(owner, of_quarter, content)[1]
    assert "not looked for. EC000003-01." in sent(owner, of_quarter, content, since="2026-02-01")[1]
    assert "not looked for" not in sent(owner, of_quarter, content, since="2026-02-01", through="2026-02-28")[1]
    assert "not looked for" not in sent(owner, of_quarter, b"From 2026-02-01 to 2026-02-28\n" + content)[1]


def test_dates_with_short_years_are_read_as_chosen(of_quarter: Company, owner: Client) -> None:
    content = f"{HEAD}\n05/02/26;J1;EC000001-01;1201;10,00;".encode()
    status, shown = sent(owner, of_quarter, content)
    assert (status, "day or the month comes first" in shown) == (422, True)
    for order, day in (("day", "Feb. 5, 2026"), ("month", "May 2, 2026")):
        status, shown = sent(owner, of_quarter, content, order=order)
        assert (status, f"From {day} to {day};" in shown) == (200, True)


def test_what_no_choice_makes_a_date_is_asked_for(of_quarter: Company, owner: Client) -> None:
    content = f"{HEAD}\n;J1;EC000001-01;1201;10,00;".encode()
    status, shown = sent(owner, of_quarter, content, order="day")
    assert (status, "No date of the report can be read." in shown) == (422, True)
    assert sent(owner, of_quarter, content, since="2026-01-01", through="2026-03-31")[0] == 200


def test_days_that_the_report_does_not_have_are_no_agreement(of_quarter: Company, owner: Client) -> None:
    content = f"{HEAD}\n2026-02-05;J1;EC000001-01;1201;10,00;".encode()
    status, shown = sent(owner, of_quarter, content, since="2026-03-01")
    assert (status, "The report has nothing of these days." in shown) == (422, True)


def test_very_many_differences_are_counted_and_the_first_listed(of_quarter: Company, owner: Client) -> None:
    rows = "\n".join(f"2026-02-05;J{at};F-{at};1201;10,00;" for at in range(MOST_OF_CLASS + 50))
    status, shown = sent(owner, of_quarter, f"{HEAD}\n{rows}".encode(), since="2026-02-01", through="2026-02-05")
    assert status == 200
    assert f"{MOST_OF_CLASS + 50} differences" in shown
    assert "not from Écriture: 50 more are not listed." in shown
    assert shown.count(" of the file") == MOST_OF_CLASS
    assert "2,500.00" in shown


def test_a_report_has_at_most_ten_megabytes(
    of_quarter: Company, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecriture.web.compare_page.LARGEST_FILE", 9)
    assert "It has more than 10 MB." in sent(owner, of_quarter, b"0123456789")[1]
    assert "It has more than 10 MB." not in sent(owner, of_quarter, b"012345678")[1]


def test_what_is_no_report_is_said(of_quarter: Company, owner: Client) -> None:
    for content in (b"x", b"a;b\n1;2\n", b"\0\0", b"PK\x03\x04"):
        assert sent(owner, of_quarter, content)[0] == 422
    assert owner.post(reverse("control-compare", args=[of_quarter.pk])).status_code == 422


def test_an_account_is_explained_down_to_documents(of_quarter: Company, owner: Client) -> None:
    assert "January 2026 4,502.19 3,152.39 1,349.80" in page(owner, of_quarter, "explain", "account=1201")
    shown = page(owner, of_quarter, "explain", "account=2330&month=2026-02")
    assert "EC000002-01 Feb. 28, 2026 7.98 165.59" in shown
    assert re.search(r"R-116 Feb. 23, 2026 Web customer 58 QST new EC000002-01 9\.98", shown)
    shown = page(owner, of_quarter, "explain", "account=4100&month=2026-01", language="fr")
    assert "Article REPAIR" in shown
    document = Document.objects.get(company=of_quarter, number="R-116")
    html = owner.get(reverse("document", args=[of_quarter.pk, document.pk])).content.decode()
    assert f"{reverse('explain', args=[of_quarter.pk])}?account=2330&amp;month=2026-02" in html


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_proof_has_the_figures_of_the_quarter(of_quarter: Company, owner: Client, number: int) -> None:
    month = month_of(MONTHS[number - 1])
    found = deposits_in(of_quarter, month)
    for account, expected in BANK[number].items():
        its = [(f"{it.day:%m-%d}", it.cents, it.comment) for it in found if it.account == account]
        assert its == sorted(expected, key=lambda it: (it[0], it[2]))
    assert {it.account: it.debit_cents - it.credit_cents for it in sums_of(of_quarter, "tax", month)} == {
        account: cents for account, cents in TAXES[number].items() if cents or number > 1
    }
    transit = {it.account: it.balance_cents for it in sums_of(of_quarter, "bank", month)}
    assert transit["1065"] == IN_TRANSIT[number]
    shown = page(owner, of_quarter, "proof", f"month={month.first:%Y-%m}")
    assert "Nothing: all of this month is transferred." in shown
    assert f"as transferred: ${money(sum(OPEN[MONTHS[number - 1]][0].values()))}." in shown
    pdf = owner.get(f"{reverse('proof-pdf', args=[of_quarter.pk])}?month={month.first:%Y-%m}")
    assert pdf.content.startswith(b"%PDF")


def test_the_field_of_the_proof_has_the_month_that_is_shown(of_quarter: Company, owner: Client) -> None:
    shown = owner.get(reverse("proof", args=[of_quarter.pk])).context
    assert shown["form"]["month"].value() == shown["proof"].value


def test_what_is_left_stops_the_proof_and_so_does_what_is_not_confirmed(of_quarter: Company, owner: Client) -> None:
    for number in (1, 2, 3):
        confirm(of_quarter, number, None)
    assert Proof(of_quarter, month_of(MONTHS[2])).is_proved
    put(of_quarter, invoice("N-1", "2026-03-05", line("REPAIR", 5000)))
    found = Proof(of_quarter, month_of(MONTHS[2]))
    assert not found.is_proved
    assert "N-1" in page(owner, of_quarter, "proof", "month=2026-03")
    cancel(of_quarter, 3, None, reason="x")
    exported(of_quarter, MONTHS[2])
    assert "not confirmed" in page(owner, of_quarter, "proof", "month=2026-03")


def test_who_looked_is_kept_and_audited(of_quarter: Company, owner: Client) -> None:
    address = f"{reverse('proof', args=[of_quarter.pk])}?month=2026-02"
    assert owner.post(address).status_code == 302
    assert "Owner" in page(owner, of_quarter, "proof", "month=2026-02")
    assert "As it is now" in page(owner, of_quarter, "proof", "month=2026-02")
    assert AuditRecord.objects.filter(company=of_quarter, action="proof-looked", subject="2026-02").count() == 1
    cancel(of_quarter, 2, None, reason="x")
    assert "Changed since: 1201" in page(owner, of_quarter, "proof", "month=2026-02")


def test_a_waiting_document_is_said_with_its_reason_and_the_money(db: None) -> None:
    company = quarter()
    change(
        company, None, lambda it: replace(it, accounting=replace(it.accounting, only_when_paid=True)), area="accounting"
    )
    exported(company, MONTHS[0])
    left = Proof(company, month_of(MONTHS[0])).sections[0]
    said = {row.cells[0].text: f"{row.cells[3].text} {row.cells[3].under}" for row in left.rows}
    assert {"R-101", "R-103", "R-109", "P-02", "P-05"} <= said.keys()
    assert "200" in said["P-02"]
    assert "1060" in said["P-02"]


def test_other_companies_have_nothing_of_it(world: World, signed_in: SignedIn) -> None:
    of_quarter = quarter(*MONTHS, owner=world.owner)
    own = other_company(world.people["stranger"])
    stranger = signed_in("stranger")
    for name in ("control", "control-csv", "explain", "proof", "proof-pdf", "control-opening", "control-compare"):
        assert stranger.get(reverse(name, args=[of_quarter.pk])).status_code == 404
        answer = stranger.get(f"{reverse(name, args=[own.pk])}?account=1201&month=2026-01&day=2026-01-31")
        assert answer.status_code == 200
        assert b"R-101" not in answer.content


def test_the_opening_balance_is_a_page(db: None, world: World) -> None:
    company = make_company(
        accounting(COMPANY, start_date=date(2026, 2, 1), opening=Opening.CLEARING), owner=world.owner
    )
    put(company, invoice("F", "2025-12-05", line("", 10000)))
    client = Client()
    client.force_login(world.owner, backend=MODEL_BACKEND)
    shown = page(client, company, "control-opening")
    assert "Account 1201" in shown
    assert "F Dec. 5, 2025 100.00" in shown
