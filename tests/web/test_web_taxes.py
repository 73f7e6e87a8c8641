"""Taxes: the return of the quarter worked by hand on its page, what people decide, and what is filed."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ecriture.core.advances import Nature
from ecriture.core.documents import Status, UnitId, UnitKind
from ecriture.core.tax_return import Period, Source
from ecriture.store import filing
from ecriture.store.books import Changes, record
from ecriture.store.demonstration import company_of
from ecriture.store.models import (
    AuditRecord,
    Company,
    Item,
    Membership,
    Method,
    Payment,
    TaxReturn,
    TaxReturnDecision,
    TaxReturnEntry,
)
from ecriture.store.removal import zipped
from ecriture.store.tax_returns import prepared
from ecriture.store.transfer import export, plan
from ecriture.web.tax_page import months_before
from server_world import World, person, put
from small_books import credit_note, invoice, line, payment, share, tax
from web_forms import fill_in, said, words_of

FOLDER = Path(__file__).parents[1] / "golden" / "quarter"
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
SECOND = Period(date(2026, 4, 1), date(2026, 6, 30))
PERIOD = {"first": "2026-01-01", "last": "2026-03-31"}
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
Page = Any


@pytest.fixture
def member(db: None) -> Membership:
    owner = person("claire", language="en")
    return Membership.objects.select_related("user", "company").get(company=company_of(FOLDER, owner), user=owner)


@pytest.fixture
def client(member: Membership) -> Client:
    made = Client()
    made.force_login(member.user, backend=MODEL_BACKEND)
    return made


def at(member: Membership, name: str, *arguments: object) -> str:
    return reverse(name, args=[member.company_id, *arguments])


def export_through(company: Company, through: date) -> None:
    company.refresh_from_db()
    export(company, through, plan(company, through).fingerprint, None)


def show(client: Client, member: Membership, name: str = "tax-return", **more: str) -> Page:
    answer = client.get(at(member, name), {**PERIOD, **more})
    assert answer.status_code == 200
    return answer


def lines_shown(page: Page, form: int = 0) -> dict[str, int | None]:
    return {it.number: it.cents for it in page.context["forms"][form].lines}


def say_untaxed(client: Client, member: Membership) -> Page:
    told = {"untaxed BEANS": "zero-rated", "untaxed RENT": "exempt"}
    return client.post(at(member, "untaxed-items"), {**PERIOD, **told}, follow=True)


# The page


def test_the_quarter_by_hand_on_its_page(client: Client, member: Membership) -> None:
    export_through(member.company, date(2026, 3, 31))
    page = say_untaxed(client, member)
    assert lines_shown(page) == {
        "101": 865_000,
        "103": 38_950,
        "104": 0,
        "105": 38_950,
        "106": None,
        "107": 0,
        "108": None,
        "109": None,
        "203": 34_115,
        "204": 0,
        "205": 34_115,
        "206": None,
        "207": 0,
        "208": None,
        "209": None,
    }
    text = words_of(page)
    for amount in ("3,420.00", "600.00", "1,450.00", "480.00", "2,700.00", "$8,650.00", "201.00", "188.50", "386.09"):
        assert amount in text
    assert "GST 201.00 · HST 188.50" in text
    assert "This page prepares the return and files nothing." in text
    assert "The tax reports of Sage 50 do not have these sales" in text
    assert [it.check.difference_cents for it in page.context["checks"]] == [0, 0, 0]
    assert "P-05" in text and "applied to R-110 on Feb. 10, 2026" in text  # noqa: PT018 - one line of the page
    assert {item.code: item.untaxed for item in Item.objects.filter(company=member.company)}["RENT"] == "exempt"


def test_input_credits_are_typed_in_and_go_along(client: Client, member: Membership) -> None:
    page = show(client, member, line106="100.00")
    found = lines_shown(page)
    assert (found["106"], found["108"], found["109"], found["209"]) == (10_000, 10_000, 28_950, None)
    assert "line106=100.00" in page.content.decode()
    both = lines_shown(show(client, member, line106="0", line206="1,50"))
    assert (both["109"], both["208"], both["209"]) == (38_950, 150, 33_965)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["tax-return-csv", "tax-return-pdf"])
def test_the_files_of_a_return(client: Client, member: Membership, name: str, language: str) -> None:
    client.cookies["language"] = language
    content = show(client, member, name, line106="12.00").content
    if name == "tax-return-pdf":
        assert content.startswith(b"%PDF")
        return
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    figures = {row["key"]: row["amount"] for row in rows if row["part"] == "line"}
    assert (figures["101"], figures["103"], figures["106"], figures["206"]) == ("8650.00", "389.50", "12.00", "")
    documents = [row for row in rows if row["part"] == "document" and row["what"] == "taxes GST"]
    assert sum(round(float(row["amount"]) * 100) for row in documents) == 20_100
    assert {row["what"] for row in rows if row["part"] == "difference"} == {"pending"}


def test_what_is_different_is_said_with_its_reason(client: Client, member: Membership) -> None:
    text = words_of(show(client, member))
    assert "R-101" in text
    assert "to be transferred, or kept back" in text
    assert "not explained" not in text


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "x", "last": "2026-03-31"},
        {"first": "2026-03-31", "last": "2026-01-01"},
        {"first": "2020-01-01", "last": "2026-01-01"},
        {"first": "1900-01-01", "last": "1900-02-01"},
        {"first": "9999-12-01", "last": "9999-12-31"},
        {"last": "2026-03-31"},
    ],
)
def test_no_input_is_an_error_of_the_server(client: Client, member: Membership, asked: dict[str, str]) -> None:
    page = client.get(at(member, "tax-return"), asked)
    assert page.status_code == 422
    assert page.context["form"].errors
    assert_no_file(client, member, asked)
    for name in ("untaxed-items", "file-return"):
        assert client.post(at(member, name), asked).status_code == 302


def assert_no_file(client: Client, member: Membership, asked: dict[str, str]) -> None:
    for name in ("tax-return-csv", "tax-return-pdf"):
        answer = client.get(at(member, name), asked)
        assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")


@pytest.mark.parametrize("line", ["106", "206"])
@pytest.mark.parametrize("typed", ["-5", "1 00", "1,234", "99999999999999", "\0"])
def test_a_credit_that_cannot_be_read_leaves_the_return_in_sight(
    client: Client, member: Membership, line: str, typed: str
) -> None:
    other = "206" if line == "106" else "106"
    asked = {**PERIOD, f"line{line}": typed, f"line{other}": "12.00"}
    page = client.get(at(member, "tax-return"), asked)
    assert (page.status_code, page.templates[0].name) == (422, "taxes/return.html")
    (sentence,) = page.context["form"].errors[f"line{line}"]
    assert unescape(sentence) in words_of(page)
    found = lines_shown(page)
    assert (found["103"], found[line], found[other]) == (38_950, None, 1_200)
    assert_no_file(client, member, asked)
    sent = client.post(at(member, "file-return"), {**asked, "form": "gst-qst", "shows": "x"}, follow=True)
    assert (said(sent), sent.templates[0].name) == ([sentence], "taxes/return.html")


def test_an_empty_period_and_a_company_of_another_province(client: Client, member: Membership) -> None:
    company = member.company
    empty = client.get(at(member, "tax-return"), {"first": "2020-01-01", "last": "2020-03-31"})
    assert "No sale is dated in this period." in words_of(empty)
    company.province = "ON"
    company.save()
    page = show(client, member)
    assert [it.name for it in page.context["forms"]] == ["gst-hst", "qst"]
    assert list(lines_shown(page))[:3] == ["90", "91", "101"]
    assert lines_shown(page, 1)["203"] == 34_115
    put(company, invoice("B-1", "2026-03-05", line("GOODS", 10_000), tax("PST-BC", 700)))
    assert [it.title for it in show(client, member).context["forms"]][2] == "PST-BC return"
    assert lines_shown(show(client, member), 2) == {
        "sales": 875_000,
        "taxed": 10_000,
        "tax": 700,
        "recovered": 0,
        "bad-debts": 0,
        "net": 700,
    }


def test_the_quick_method_shows_bases_and_no_lines(client: Client, member: Membership) -> None:
    client.post(at(member, "tax-method"), {"quick": "on"})
    text = words_of(show(client, member))
    assert "Input tax credits" not in text
    assert "a difference between the two is expected" in text
    assert "3,761.15" in text  # 3420.00 with its QST of 341.15
    assert not re.search(r"[0-9] ?%(?!\w)", text)
    assert AuditRecord.objects.filter(company=member.company, area="taxes").count() == 1
    rows = show(client, member, "tax-return-csv").content.decode("utf-8-sig")
    assert "\r\nline," not in rows
    client.post(at(member, "tax-method"), {})
    assert "Input tax credits" in words_of(show(client, member))


def test_only_when_paid_is_said(client: Client, member: Membership) -> None:
    company = member.company
    company.only_when_paid = True
    company.save()
    page = show(client, member)
    assert "the figures below are the same without it" in words_of(page)
    assert lines_shown(page)["103"] == 38_950


# Money before its invoice


def nature(client: Client, member: Membership, number: str, **said_of_it: str) -> Page:
    row = Payment.objects.get(company=member.company, number=number)
    return client.post(at(member, "payment-nature", row.pk), {**PERIOD, **said_of_it}, follow=True)


def test_somebody_says_what_a_receipt_is_and_it_is_kept_and_in_the_audit(client: Client, member: Membership) -> None:
    page = nature(client, member, "P-24", nature="advance")
    assert said(page) == ["P-24: saved."]
    assert lines_shown(page)["103"] == 38_950 + 1_305
    kept = nature(client, member, "P-24", nature="kept", kept_on="2026-05-02")
    assert lines_shown(kept)["103"] == 38_950
    records = AuditRecord.objects.filter(company=member.company, action="books-recorded").order_by("-at")
    assert records[0].changes == [["payment.nature P-24", "advance", "kept 2026-05-02"]]
    history = words_of(client.get(reverse("payment", args=[member.company_id, Payment.objects.get(number="P-24").pk])))
    assert "a deposit that the customer lost · May 2, 2026" in history
    again = nature(client, member, "P-24", nature="")
    assert Payment.objects.get(number="P-24").kept_on is None
    assert lines_shown(again)["103"] == 38_950


def steps_shown(page: Page) -> list[tuple[str, tuple[int, ...]]]:
    return [(it.name, it.cents) for it in page.context["forms"][0].steps]


def test_with_an_advance_the_page_adds_up_and_says_what_is_made_by_hand(client: Client, member: Membership) -> None:
    export_through(member.company, date(2026, 3, 31))
    before = show(client, member)
    assert steps_shown(before) == []
    assert "the entry to make by hand" not in words_of(before)
    page = nature(client, member, "P-24", nature="advance")
    assert steps_shown(page) == [
        ("Documents of the period", (865_000, 38_950, 34_115)),
        ("Advances and lost deposits", (26_092, 1_305, 2_603)),
        ("On the return", (891_092, 40_255, 36_718)),
    ]
    assert page.context["forms"][0].columns == ("Line 101", "Line 103", "Line 203")
    found = lines_shown(page)
    assert (found["101"], found["103"], found["203"]) == (891_092, 40_255, 36_718)
    assert sum(it.check.documents_cents for it in page.context["checks"]) == 38_950 + 34_115
    assert page.context["by_hand"] == [("2310", "GST", 1_305), ("2330", "QST", 2_603)]
    assert "Make it by hand in Sage 50" in words_of(page)


def test_a_receipt_that_was_lost_needs_its_day(client: Client, member: Membership) -> None:
    page = nature(client, member, "P-24", nature="kept")
    assert said(page) == ["Since which day does the customer have no right to it? Enter it."]
    assert nature(client, member, "P-24", nature="nonsense").status_code == 200
    assert Payment.objects.get(number="P-24").nature == Nature.UNDECIDED


@pytest.mark.parametrize(
    ("number", "day", "text"),
    [
        ("P-24", "2026-03-29", "The payment is of March 30, 2026: the customer cannot have lost it before."),
        ("P-05", "2026-02-10", "Nothing of this payment was left on that day: its invoice has it, or it is void."),
        ("P-01", "2026-03-31", "Nothing of this payment was left on that day: its invoice has it, or it is void."),
    ],
)
def test_what_is_not_held_cannot_be_lost(client: Client, member: Membership, number: str, day: str, text: str) -> None:
    assert said(nature(client, member, number, nature="kept", kept_on=day)) == [text]
    assert Payment.objects.get(company=member.company, number=number).nature == Nature.UNDECIDED


def test_a_deposit_lost_on_its_own_day_is_due(client: Client, member: Membership) -> None:
    assert lines_shown(nature(client, member, "P-24", nature="kept", kept_on="2026-03-30"))["103"] == 38_950 + 1_305


def test_a_file_that_brings_the_payment_again_keeps_what_was_said(client: Client, member: Membership) -> None:
    nature(client, member, "P-24", nature="deposit")
    put(member.company, payment("P-24", "2026-03-30", share("", 31_000), method="etransfer"))
    assert Payment.objects.get(number="P-24").nature == Nature.DEPOSIT


# Filing


def file(client: Client, member: Membership, period: Period = QUARTER, **typed: str) -> TaxReturn:
    days = {"first": f"{period.first}", "last": f"{period.last}"}
    page = client.get(at(member, "tax-return"), {**days, **typed})
    shows = page.context["forms"][0].figures.shows
    answer = client.post(at(member, "file-return"), {**days, **typed, "form": "gst-qst", "shows": shows}, follow=True)
    assert said(answer) == ["The figures are kept as filed. File them with the tax authority too."]
    return TaxReturn.objects.filter(company=member.company).latest("at")


def since(filed: TaxReturn) -> list[filing.Since]:
    return list(filing.since_filed(filed, ("GST", "QST", "HST")))


def test_what_is_filed_keeps_its_figures_and_documents(client: Client, member: Membership) -> None:
    filed = file(client, member, line106="100.00")
    assert dict(filed.lines)["101"] == 865_000
    assert (dict(filed.lines)["109"], dict(filed.lines)["209"]) == (28_950, None)
    assert filed.entry_count == TaxReturnEntry.objects.filter(tax_return=filed).count() == 23
    assert filing.read(filed.amounts) == prepared(member.company, QUARTER).amounts
    assert since(filed) == []
    page = client.get(at(member, "filed-return", filed.pk))
    assert "Nothing of this period changed since." in words_of(page)
    assert "marked as filed on" in words_of(page)
    overview = client.get(at(member, "taxes"))
    assert "FPZ-500" in words_of(overview)
    assert overview.context["form"].initial == SECOND._asdict()
    table = client.get(at(member, "filed-return-csv", filed.pk)).content.decode("utf-8-sig")
    assert "document,gst-qst,R-101,2026-01-05,Halte Café,sales taxable GST QST,400.00" in table
    audit = AuditRecord.objects.get(company=member.company, action="return-filed")
    assert ["line 101", "", "8650.00"] in audit.changes
    assert "8,650.00" in words_of(client.get(reverse("audit", args=[member.company_id])))


def test_other_figures_than_those_looked_at_are_not_kept(client: Client, member: Membership) -> None:
    page = show(client, member)
    shows = page.context["forms"][0].figures.shows
    put(member.company, invoice("R-200", "2026-03-31", line("GOODS", 100)))
    answer = client.post(at(member, "file-return"), {**PERIOD, "form": "gst-qst", "shows": shows}, follow=True)
    assert said(answer) == ["Nothing was kept: the figures changed meanwhile. Look at them again."]
    assert not TaxReturn.objects.exists()


def test_a_period_that_has_not_ended_is_not_filed(client: Client, member: Membership) -> None:
    today = timezone.localdate()
    days = {"first": f"{today.replace(day=1)}", "last": f"{today}"}
    page = client.get(at(member, "tax-return"), days)
    assert "The period has not ended yet" in words_of(page)
    assert "Mark as filed" not in words_of(page)
    data = {**days, "form": "gst-qst", "shows": page.context["forms"][0].figures.shows}
    answer = client.post(at(member, "file-return"), data, follow=True)
    assert said(answer) == ["Nothing was kept: the period has not ended yet."]
    assert not TaxReturn.objects.exists()


def test_the_same_figures_sent_twice_are_one_return(client: Client, member: Membership) -> None:
    shows = show(client, member).context["forms"][0].figures.shows
    data = {**PERIOD, "form": "gst-qst", "shows": shows}
    first, second = (client.post(at(member, "file-return"), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert TaxReturn.objects.count() == 1
    assert "These figures are filed already: this is the return." in said(client.get(second["Location"]))
    put(member.company, invoice("R-200", "2026-03-31", line("GOODS", 100)))
    assert file(client, member).version == 2


def test_a_period_that_has_days_of_a_filed_one_is_refused(client: Client, member: Membership) -> None:
    file(client, member)
    days = {"first": "2026-03-01", "last": "2026-04-30"}
    page = client.get(at(member, "tax-return"), days)
    data = {**days, "form": "gst-qst", "shows": page.context["forms"][0].figures.shows}
    (text,) = said(client.post(at(member, "file-return"), data, follow=True))
    assert text.startswith("Nothing was kept: a return from Jan. 1, 2026 to March 31, 2026 is filed")


def test_a_credit_note_after_the_filing_is_in_its_own_period(client: Client, member: Membership) -> None:
    filed = file(client, member)
    note = credit_note(
        "C-300", "2026-04-09", line("GOODS", 10_000), tax("GST", 500), tax("QST", 998), applies_to="R-120"
    )
    put(member.company, note)
    assert since(filed) == []
    assert [it.number for it in filing.later_notes(filed)] == ["C-300"]
    assert "C-300" in words_of(client.get(at(member, "filed-return", filed.pk)))
    assert prepared(member.company, SECOND).amounts.taxes == {"GST": -500, "QST": -998}


def void(company: Company, number: str) -> None:
    record(company, Changes(void=[UnitId(UnitKind.DOCUMENT, number)]), by=None, source="")


def decide(client: Client, member: Membership, filed: TaxReturn, choice: str, number: str = "R-120") -> list[str]:
    (change,) = [it for it in since(filed) if it.number == number]
    data = {"source": change.source, "number": number, "mark": change.mark, "choice": choice}
    return said(client.post(at(member, "decide-change", filed.pk), data, follow=True))


def figures(member: Membership, period: Period) -> dict[str, int | None]:
    (found,) = filing.figures_of(prepared(member.company, period))
    return dict(found.lines)


def test_a_void_after_the_filing_is_a_question_and_goes_into_the_next_return(
    client: Client, member: Membership
) -> None:
    filed = file(client, member)
    void(member.company, "R-120")
    (change,) = since(filed)
    assert (change.what, change.left.taxes) == ("gone", {"GST": -2_000, "QST": -3_990})
    page = client.get(at(member, "filed-return", filed.pk))
    assert "1 change since the filing is to be decided" in words_of(page)
    assert decide(client, member, filed, "next") == ["R-120: noted."]
    assert figures(member, QUARTER)["103"] == 38_950
    assert figures(member, SECOND)["103"] == -2_000
    assert figures(member, SECOND)["101"] == -40_000
    assert [bool(it.left) for it in since(filed)] == [False]
    own = show(client, member)
    assert steps_shown(own) == [
        ("Documents of the period", (825_000, 36_950, 30_125)),
        ("Changes put in another return", (40_000, 2_000, 3_990)),
        ("On the return", (865_000, 38_950, 34_115)),
    ]
    shown = client.get(at(member, "tax-return"), {"first": "2026-04-01", "last": "2026-06-30"})
    assert steps_shown(shown)[1:] == [
        ("Changes of other returns, put in this one", (-40_000, -2_000, -3_990)),
        ("On the return", (-40_000, -2_000, -3_990)),
    ]
    assert "R-120: a change of the return from Jan. 1, 2026 to March 31, 2026 is in these figures." in words_of(shown)
    after = file(client, member, SECOND)
    assert (dict(after.lines)["103"], since(after)) == (-2_000, [])


def test_an_edit_is_amended_and_what_changes_again_is_asked_again(client: Client, member: Membership) -> None:
    filed = file(client, member)
    edited = invoice("R-120", "2026-03-13", line("REPAIR", 30_000), tax("GST", 1_500), tax("QST", 2_993))
    put(member.company, edited)
    (change,) = since(filed)
    assert (change.what, change.left.taxes) == ("changed", {"GST": -500, "QST": -997})
    assert decide(client, member, filed, "amend") == ["R-120: noted."]
    assert figures(member, QUARTER)["103"] == 38_450
    put(member.company, edited._replace(amounts=(20_000, 1_000, 1_995)))
    (again,) = [it for it in since(filed) if it.left]
    assert again.left.taxes == {"GST": -500, "QST": -998}
    amended = file(client, member)
    assert (amended.version, dict(amended.lines)["103"], since(amended)) == (2, 37_950, [])
    assert TaxReturnDecision.objects.get().who_name.startswith("Claire")
    log = words_of(client.get(reverse("audit", args=[member.company_id])))
    assert "Change of a filed return decided" in log


def test_a_document_that_comes_late_and_one_that_changes_its_day(client: Client, member: Membership) -> None:
    filed = file(client, member)
    put(member.company, invoice("R-300", "2026-03-30", line("GOODS", 1_000), tax("GST", 50)))
    moved = invoice("R-121", "2026-04-20", line("GOODS", 12_000), tax("GST", 600), tax("QST", 1_197))
    put(member.company, moved)
    assert {it.number: it.what for it in since(filed)} == {"R-300": "new", "R-121": "gone"}
    nature(client, member, "P-24", nature="advance")
    assert {(it.source, it.number) for it in since(filed)} >= {(Source.ADVANCE, "P-24")}


def test_a_change_that_was_not_looked_at_is_not_decided(client: Client, member: Membership) -> None:
    filed = file(client, member)
    void(member.company, "R-120")
    data = {"source": "document", "number": "R-120", "mark": "x", "choice": "next"}
    answer = client.post(at(member, "decide-change", filed.pk), data, follow=True)
    assert said(answer) == ["It changed meanwhile: look at it again."]
    for wrong in ({}, {**data, "choice": "other"}, {**data, "number": "\0"}):
        assert client.post(at(member, "decide-change", filed.pk), wrong).status_code == 302
    assert not TaxReturnDecision.objects.exists()


def test_a_draft_that_becomes_final_in_a_filed_period_is_new(client: Client, member: Membership) -> None:
    filed = file(client, member)
    final = invoice("R-123", "2026-03-27", line("REPAIR", 32_000), tax("GST", 1_600), tax("QST", 3_192))
    put(member.company, final._replace(status=Status.FINAL))
    assert [(it.number, it.what) for it in since(filed)] == [("R-123", "new")]


def test_the_whole_company_leaves_with_its_returns(client: Client, member: Membership) -> None:
    file(client, member)
    nature(client, member, "P-24", nature="deposit")
    with zipfile.ZipFile(io.BytesIO(zipped(member.company))) as archive:
        entries = archive.read("returns.csv").decode("utf-8-sig")
        natures = archive.read("natures.csv").decode("utf-8-sig")
    assert "gst-qst,2026-01-01,2026-03-31,1,document,R-101,2026-01-05" in entries
    assert "P-24,deposit," in natures


# Both languages, and periods


@pytest.mark.parametrize("who", ["owner", "reader"])
def test_in_french(world: World, signed_in: Callable[[str], Client], who: str) -> None:
    client = signed_in(who)
    url = reverse("tax-return", args=[world.company.pk])
    text = unescape(client.get(url, PERIOD).content.decode())
    assert "TPS et TVH facturées" in text
    assert ("Marquer comme produite" in text) is (who == "owner")
    for name in ("taxes", "tax-return-pdf"):
        assert client.get(reverse(name, args=[world.company.pk]), PERIOD).status_code == 200


def test_the_periods_before_a_day() -> None:
    assert months_before(date(2026, 2, 14)) == (
        Period(date(2026, 1, 1), date(2026, 1, 31)),
        Period(date(2025, 10, 1), date(2025, 12, 31)),
        Period(date(2025, 1, 1), date(2025, 12, 31)),
    )


def proposed_on_the_page(client: Client, member: Membership) -> Any:
    return client.get(at(member, "taxes")).context["form"].initial


def test_the_first_period_that_was_not_filed_is_proposed(client: Client, member: Membership) -> None:
    assert proposed_on_the_page(client, member)["last"] < timezone.localdate()
    file(client, member)
    third = Period(date(2026, 7, 1), date(2026, 9, 30))
    file(client, member, third)
    assert proposed_on_the_page(client, member) == SECOND._asdict()
    assert client.get(at(member, "tax-return")).context["period"] == SECOND


def test_a_change_goes_into_the_first_return_that_was_not_filed_and_the_page_names_it(
    client: Client, member: Membership
) -> None:
    filed = file(client, member)
    file(client, member, Period(date(2026, 7, 1), date(2026, 9, 30)))
    void(member.company, "R-120")
    assert "The next return: April 1, 2026 – June 30, 2026." in words_of(
        client.get(at(member, "filed-return", filed.pk))
    )
    decide(client, member, filed, "next")
    assert TaxReturnDecision.objects.get().goes_into == SECOND.first
    page = words_of(client.get(at(member, "filed-return", filed.pk)))
    assert "it goes into the return from April 1, 2026 on" in page


def withdraw(client: Client, member: Membership, filed: TaxReturn, reason: str = "marked by mistake") -> list[str]:
    return said(client.post(at(member, "withdraw-return", filed.pk), {"reason": reason}, follow=True))


def test_the_last_return_is_withdrawn_with_a_reason_and_stays(client: Client, member: Membership) -> None:
    first, second = file(client, member), file(client, member, SECOND)
    assert withdraw(client, member, first) == ["Nothing was withdrawn: only the last filed return of a form can be."]
    assert withdraw(client, member, second, " ") == ["Why is it withdrawn? Enter a reason."]
    assert withdraw(client, member, second) == ["The return is withdrawn."]
    assert withdraw(client, member, second) == ["Nothing was withdrawn: only the last filed return of a form can be."]
    page = words_of(client.get(at(member, "filed-return", second.pk)))
    assert "marked by mistake" in page
    assert "Withdraw this return" not in page
    assert "withdrawn" in words_of(client.get(at(member, "taxes")))
    assert proposed_on_the_page(client, member) == SECOND._asdict()
    log = words_of(client.get(reverse("audit", args=[member.company_id])))
    assert "Tax return withdrawn" in log
    assert "marked by mistake" in log
    assert file(client, member, SECOND).version == 2
    with zipfile.ZipFile(io.BytesIO(zipped(member.company))) as archive:
        assert "marked by mistake" in archive.read("returns.csv").decode("utf-8-sig")


def test_what_was_put_in_the_next_return_by_a_withdrawn_one_is_back_in_its_period(
    client: Client, member: Membership
) -> None:
    filed = file(client, member)
    void(member.company, "R-120")
    decide(client, member, filed, "next")
    assert (figures(member, QUARTER)["103"], figures(member, SECOND)["103"]) == (38_950, -2_000)
    withdraw(client, member, filed)
    assert (figures(member, QUARTER)["103"], figures(member, SECOND)["103"]) == (36_950, 0)


def test_a_version_that_was_replaced_is_read_only(client: Client, member: Membership) -> None:
    filed = file(client, member)
    void(member.company, "R-120")
    decide(client, member, filed, "amend")
    amended = file(client, member)
    void(member.company, "R-121")
    page = client.get(at(member, "filed-return", filed.pk))
    assert "Replaced by version 2." in words_of(page)
    assert at(member, "filed-return", amended.pk) in page.content.decode()
    assert "to be decided" not in words_of(page)
    assert at(member, "decide-change", filed.pk) not in page.content.decode()
    text = "This return is replaced or withdrawn: nothing more is decided of it."
    assert decide(client, member, filed, "amend", "R-121") == [text]
    assert decide(client, member, amended, "amend", "R-121") == ["R-121: noted."]


# The two settings


def test_an_item_and_a_method_say_it_on_their_pages(client: Client, member: Membership) -> None:
    company = member.company
    item = Item.objects.get(company=company, code="BEANS")
    its_page = reverse("item", args=[company.pk, item.pk])
    assert client.post(its_page, {"which_taxes": "none", "untaxed": "zero-rated"}).status_code == 302
    item.refresh_from_db()
    assert (item.untaxed, item.taxes) == ("zero-rated", [])
    page = reverse("payments-settings", args=[company.pk])
    added = fill_in(client, page, {"own-name": "bad debt", "own-debit": "5610", "own-write_off": "on"}, form="own")
    assert added.status_code == 200
    method = Method.objects.get(company=company, name="bad debt")
    assert (method.debit, method.write_off) == ("5610", True)
    fill_in(client, page, {"methods.~6261642064656274.write_off": None})
    method.refresh_from_db()
    assert (method.debit, method.write_off) == ("5610", False)
    changes = [change for it in AuditRecord.objects.filter(company=company, area="payments") for change in it.changes]
    assert ["methods.bad debt.write_off", "", "true"] in changes
    assert ["methods.bad debt.write_off", "true", ""] in changes
    assert "zero-rated" in words_of(client.get(reverse("items", args=[company.pk])))
    log = words_of(client.get(reverse("audit", args=[company.pk])))
    assert "bad debt: writes off" in log
    assert "a sale without tax is" in log
