import io
import tracemalloc
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ecriture.core.documents import Document, DocumentKind, RowKey, RowKind, Status
from ecriture.core.problems import Problem, Severity
from ecriture.sources import units
from ecriture.sources.documents import COLUMNS, HEAD, read_documents
from ecriture.sources.tables.table import CHUNK
from ecriture.sources.units import UnitsRead
from patience import patience

HEADER = ("document", "type", "status", "date", "customer", "row", "code", "amount", "total", "applies_to", "currency")
DAY = date(2026, 1, 5)

Said = tuple[str, int, str, Mapping[str, object]]


def read(content: str | bytes, *, currency: str = "CAD") -> UnitsRead[Document]:
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return read_documents(stream, file="d.csv", currency=currency)


def rows(*lines: str, names: str = ",".join(HEADER)) -> UnitsRead[Document]:
    return read("\n".join((names, *lines, "")))


def of(**cells: str) -> str:
    """A row of document F-1, of which everything but what is given is good."""
    good = {"document": "F-1", "date": "2026-01-05", "amount": "100.00"}
    return ";".join({**good, **cells}.get(name, "") for name in HEADER)


def one(*lines: str) -> UnitsRead[Document]:
    return rows(*lines, names=";".join(HEADER))


def said(found: UnitsRead[Document]) -> list[Said]:
    """Code, row, number and parameters of each problem."""
    assert all(problem.where.file == "d.csv" for problem in found.problems)
    assert all(problem.where.kind == ("document" if problem.where.number else "") for problem in found.problems)
    return [(p.code, p.where.row, p.where.number, p.params) for p in found.problems]


def codes(found: UnitsRead[Document]) -> list[tuple[str, int]]:
    return [(code, row) for code, row, _, _ in said(found)]


def amounts(found: UnitsRead[Document]) -> list[tuple[int, ...]]:
    return [document.amounts for document in found.units.values()]


def key(kind: RowKind, code: str = "") -> RowKey:
    return RowKey(kind, code)


# What is read


def test_a_document_has_the_rows_of_the_file() -> None:
    found = rows(
        "F-1001,invoice,final,2026-01-05,Lise Tremblay,line,CLEAN,100.00,172.46,,CAD",
        "F-1001,,,,,line,,50.00,,,",
        "F-1001,,,,,tax,GST,7.50,,,",
        "F-1001,,,,,tax,QST,14.96,,,",
        "N-1,credit_note,,2026-01-06,Lise Tremblay,,CLEAN,10.00,,F-1001,",
    )
    assert found.problems == ()
    first, second = found.units.values()
    assert first == Document(
        "F-1001", DocumentKind.INVOICE, Status.FINAL, DAY, "Lise Tremblay", "", first.keys, (10000, 5000, 750, 1496), 2
    )
    assert first.keys == (
        *(key(RowKind.LINE, "CLEAN"), key(RowKind.LINE)),
        *(key(RowKind.TAX, "GST"), key(RowKind.TAX, "QST")),
    )
    assert (second.kind, second.applies_to, second.row) == (DocumentKind.CREDIT_NOTE, "F-1001", 6)


def test_all_that_may_be_missing_has_a_default() -> None:
    found = rows("F-1,2026-01-05,1.00", names="document,date,amount")
    document = found.units["F-1"]
    assert document == Document("F-1", DocumentKind.INVOICE, Status.FINAL, DAY, "", "", document.keys, (100,), 2)
    assert document.keys == (key(RowKind.LINE),)


def test_the_kinds_of_rows_add_up_to_the_total() -> None:
    found = one(
        of(row="line", amount="100.00", total="97,05"),
        *(of(row=row, amount=text) for row, text in (("discount", "10.00"), ("tax", "4.50"), ("tip", "1.50"))),
        *(of(row=row, amount=text) for row, text in (("shipping", "1.00"), ("rounding", "0.05"))),
    )
    assert [row.kind.value for row in found.units["F-1"].keys] == [kind.value for kind in RowKind]
    assert found.units["F-1"].total_cents == 9705


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        *(("type", text, DocumentKind.INVOICE) for text in ("", "invoice", "facture", "INVOICE", " Facture ")),
        *(("type", text, DocumentKind.CREDIT_NOTE) for text in ("credit_note", "Credit note", "note de crédit")),
        ("type", "NOTE DE CREDIT", DocumentKind.CREDIT_NOTE),
        *(("status", text, Status.FINAL) for text in ("", " ", "final", "Finale")),
        *(("status", text, Status.DRAFT) for text in ("draft", "brouillon", "Brouillon")),
        *(("status", text, Status.VOID) for text in ("void", "annulé", "Annulée", "ANNULEE")),
    ],
)
def test_types_and_statuses_in_both_languages(column: str, text: str, expected: object) -> None:
    found = one(of(**{column: text}))
    assert found.problems == ()
    assert expected in (found.units["F-1"].kind, found.units["F-1"].status)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("", RowKind.LINE), ("line", RowKind.LINE), ("Ligne", RowKind.LINE), ("RABAIS", RowKind.DISCOUNT)),
        *(("discount", RowKind.DISCOUNT), ("tax", RowKind.TAX), ("taxe", RowKind.TAX), ("tip", RowKind.TIP)),
        *(("pourboire", RowKind.TIP), ("shipping", RowKind.SHIPPING), ("livraison", RowKind.SHIPPING)),
        *(("rounding", RowKind.ROUNDING), ("arrondi", RowKind.ROUNDING)),
    ],
)
def test_kinds_of_rows_in_both_languages(text: str, kind: RowKind) -> None:
    assert one(of(row=text, code=" X ")).units["F-1"].keys == (key(kind, "X"),)


def test_rows_that_are_alike_share_their_key() -> None:
    found = one(of(code="A"), of(document="F-2", code="A"), of(document="F-3", code=" A"), of(document="F-4", code="B"))
    keys = [document.keys for document in found.units.values()]
    assert keys[0][0] is keys[1][0]
    assert keys[0] == keys[2] != keys[3]


def test_a_workbook_gives_the_same_documents() -> None:
    table: list[list[object]] = [
        ["Document", "Date", "Rangée", "Code", "Montant", "Total", "Client"],
        [1001, date(2026, 1, 5), None, "CLEAN", 100, 114.98, "Lise Tremblay"],
        [1001, None, "taxe", "GST", 5.0, None, None],
        [1001, None, "taxe", "QST", 9.98, None, None],
        ["F-2", "2026-01-06", None, "0012", "50,00", None, None],
        [None] * 7,
        ["F-3", date(2026, 1, 7), None, None, "cent", None, None],
    ]
    book = Workbook()
    assert book.active is not None
    for row in table:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    in_text = [";".join("" if cell is None else str(cell) for cell in row) for row in table]
    workbook, text = read(file.getvalue()), read("\n".join(in_text))

    def shown(found: UnitsRead[Document]) -> object:
        return list(found.units.values()), found.faulty, said(found)

    assert shown(workbook) == shown(text)
    assert len(workbook.units) == 2
    assert codes(workbook) == [("amount-unreadable", 7)]


# The first row, and those after it


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"type": "credit_note", "applies_to": "F-0"}, {"type": "Note de crédit", "applies_to": " F-0 "}),
        ({"customer": "Lise"}, {"customer": " Lise"}),
        ({"total": "200.00"}, {"total": "200,00 $"}),
        ({"total": "200.00"}, {"total": "200"}),
        ({"date": "2026-01-05"}, {"date": "2026/01/05"}),
        ({"currency": "CAD"}, {"currency": "cad"}),
        ({"status": "final"}, {"status": "Finale"}),
        ({"customer": "Lise", "total": "200.00", "currency": "CAD"}, {"customer": " ", "total": " ", "currency": "\t"}),
        ({"customer": "Lise"}, {"date": "", "customer": ""}),
    ],
)
def test_a_value_may_be_empty_after_the_first_row_or_the_same(first: dict[str, str], later: dict[str, str]) -> None:
    found = one(of(**first), of(**later))
    assert found.problems == ()
    assert len(found.units["F-1"].amounts) == 2


@pytest.mark.parametrize(
    ("column", "default"), [("type", "invoice"), ("type", "Facture"), ("status", "final"), ("currency", "CAD")]
)
def test_a_default_may_be_left_out_in_the_first_row_and_written_in_a_later_one(column: str, default: str) -> None:
    assert one(of(), of(**{column: default})).problems == ()
    assert one(of(**{column: default}), of()).problems == ()


@pytest.mark.parametrize(
    ("column", "first", "later"),
    [
        ("type", "invoice", "credit_note"),
        ("type", "", "credit_note"),
        ("type", "invoice", "devis"),
        ("status", "final", "void"),
        ("status", "", "draft"),
        ("status", "void", "final"),
        ("status", "draft", "void"),
        ("date", "2026-01-05", "2026-01-06"),
        ("customer", "Lise", "Lise Tremblay"),
        ("customer", "", "Lise"),
        ("total", "200.00", "200.01"),
        ("total", "", "200.00"),
        ("total", "200.00", "deux cents"),
        ("applies_to", "F-0", "F-00"),
        ("currency", "CAD", "USD"),
    ],
)
def test_a_later_row_that_says_something_else_is_a_contradiction(column: str, first: str, later: str) -> None:
    found = one(of(document="F-0"), of(**{column: first}), of(), of(**{column: later}))
    assert said(found) == [("document-duplicate", 4 + 1, "F-1", {"reason": "contradicts", "column": column})]
    assert found.units.keys() == {"F-0"}
    assert found.faulty == {"F-1"}


HEADS = st.tuples(
    st.sampled_from(["", "invoice", "facture", "devis"]),
    st.sampled_from(["", "final", "void"]),
    st.sampled_from(["2026-01-05", "2026-01-06", "x"]),
    st.sampled_from(["", "Lise"]),
    st.sampled_from(["", "100.00", "100", "1,234"]),
)


@given(st.lists(st.tuples(HEADS, st.integers(min_value=1, max_value=3)), max_size=6))
def test_a_head_may_stand_on_every_row(documents: list[tuple[tuple[str, ...], int]]) -> None:
    """Files of other programs often repeat it: the same documents are read, and the same is said, as if it stood once."""

    def read_all(*, repeated: bool) -> tuple[list[Document], list[Said]]:
        names, lines = ("type", "status", "date", "customer", "total"), []
        for i, (head, length) in enumerate(documents):
            for place in range(length):
                cells = dict(zip(names, head if repeated or not place else ("",) * len(names), strict=True))
                lines.append(of(document=f"F-{i}", code="X", **cells))
        found = one(*lines)
        return list(found.units.values()), said(found)

    assert read_all(repeated=True) == read_all(repeated=False)


def test_a_file_in_which_every_row_repeats_the_head() -> None:
    head = {"type": "facture", "date": "2026-01-05", "customer": "Lise", "total": "105.00", "currency": "CAD"}
    blank = dict.fromkeys(head, "")

    def read_all(later: dict[str, str]) -> UnitsRead[Document]:
        lines = []
        for n in range(500):
            lines += [of(document=f"F-{n}", code="X", **head)]
            lines += [of(document=f"F-{n}", row="tax", code="GST", amount="5.00", **later)]
        return one(*lines)

    repeated = read_all(head)
    assert repeated.problems == ()
    assert repeated == read_all(blank)
    assert len(repeated.units) == 500


@pytest.mark.parametrize("contradicting", [2, 300, 512])
def test_one_document_that_contradicts_its_head_among_many_that_repeat_it(contradicting: int) -> None:
    lines = []
    for n in range(513):
        later = "2026-01-06" if n == contradicting else "2026-01-05"
        lines += [of(document=f"F-{n}"), of(document=f"F-{n}", date=later)]
    found = one(*lines)
    params = {"reason": "contradicts", "column": "date"}
    assert said(found) == [("document-duplicate", 2 * contradicting + 3, f"F-{contradicting}", params)]
    assert len(found.units) == 512


@pytest.mark.parametrize(
    ("lines", "span"),
    [
        ([], None),
        ([of(date="x")], None),
        ([of()], (DAY, DAY)),
        ([of(), of(document="F-2", date="2026-02-03"), of(document="F-3", date="2026-01-22")], (DAY, date(2026, 2, 3))),
        ([of(), of(document="F-2", date="2025-12-31", status="draft")], (date(2025, 12, 31), DAY)),
        ([of(), of(document="F-2", date="2025-12-31", status="void")], (date(2025, 12, 31), DAY)),
        ([of(), of(document="F-2", date="2025-12-31", amount="x")], (date(2025, 12, 31), DAY)),
        ([of(), of(document="F-2", date="", status="void"), of(document="F-3", date="31/02/2026")], (DAY, DAY)),
        ([of(amount="1,234"), of(document="F-2", date="2026-02-03", amount="5.00")], (DAY, date(2026, 2, 3))),
    ],
)
def test_the_span_goes_over_all_dates_that_could_be_read(lines: list[str], span: tuple[date, date] | None) -> None:
    """Those of drafts, void and faulty documents too."""
    assert one(*lines).span == span


def test_a_total_that_is_contradicted_is_not_compared() -> None:
    """Which of the two holds is not known."""
    found = one(of(total="200.00"), of(total="300.00"), of())
    assert codes(found) == [("document-duplicate", 3)]


def test_a_number_that_comes_back_is_an_error_and_neither_counts() -> None:
    found = one(of(), of(document="F-2"), of(), of(document="F-3"), of())
    assert said(found) == [("document-duplicate", row, "F-1", {"reason": "again"}) for row in (4, 6)]
    assert found.units.keys() == {"F-2", "F-3"}
    assert found.faulty == {"F-1"}


def test_a_number_comes_back_after_a_draft_or_a_fault_too() -> None:
    assert codes(one(of(status="draft"), of(document="F-2"), of())) == [("document-duplicate", 4)]
    assert codes(one(of(amount="x"), of(document="F-2"), of())) == [("amount-unreadable", 2), ("document-duplicate", 4)]


def test_numbers_are_compared_as_written() -> None:
    found = one(of(document="F-1"), of(document="f-1"), of(document="F-01"), of(document=" F-2 "), of(document="F-2"))
    assert list(found.units) == ["F-1", "f-1", "F-01", "F-2"]
    assert len(found.units["F-2"].amounts) == 2


@pytest.mark.parametrize("length", [2046, 2047, 2048, 2049, 5000])
def test_a_document_may_have_any_number_of_rows(length: int) -> None:
    found = one(
        of(document="F-0"), of(total=f"{length}.00", amount="1.00"), *[of(date="", amount="1.00")] * (length - 1)
    )
    assert found.problems == ()
    assert found.units["F-1"].total_cents == 100 * length


# What is wrong with a document


def test_a_total_that_differs_shows_its_sum() -> None:
    found = one(
        of(amount="100.00", total="115.00"),
        of(row="discount", amount="1.00"),
        of(row="tax", code="GST", amount="5.00"),
        of(row="tax", code="QST", amount="9.98"),
    )
    rows = (("line", "", 10000), ("discount", "", 100), ("tax", "GST", 500), ("tax", "QST", 998))
    assert said(found) == [
        (
            "total-differs",
            2,
            "F-1",
            {"rows": rows, "rows_cents": 11398, "total_cents": 11500, "columns": {"row": "row"}},
        )
    ]
    assert found.faulty == {"F-1"}


def test_a_cent_is_a_difference_and_a_total_of_zero_is_a_total() -> None:
    assert codes(one(of(amount="0.01", total="0.00"))) == [("total-differs", 2)]
    assert one(of(amount="0.00", total="0")).problems == ()


def test_a_credit_note_is_written_positive() -> None:
    assert said(one(of(type="credit_note", amount="-1.00"))) == [
        ("credit-note-negative", 2, "F-1", {"total_cents": -100})
    ]
    assert one(of(type="credit_note", amount="0.00")).problems == ()
    assert one(of(amount="-1.00")).problems == ()
    assert one(of(type="credit_note", amount="5"), of(amount="-4")).problems == ()


@pytest.mark.parametrize(
    "text", ["", " ", "cent", "12.345", "1,2,3", "12..5", "--1", "(5", "1e3", "NaN", "99999999999999"]
)
@pytest.mark.parametrize("column", ["amount", "total"])
def test_an_amount_that_cannot_be_read_is_shown_with_its_row(column: str, text: str) -> None:
    found = one(of(), of(document="F-2"), of(document="F-2", **{"amount": "2.00", column: text}))
    reason = {"reason": "decimals"} if text == "12.345" else {}
    if column == "amount":
        assert said(found) == [("amount-unreadable", 4, "F-2", {"column": column, "text": text, **reason})]
    elif text.strip():
        assert codes(found) == [("document-duplicate", 4)]
        first = one(of(total=text))
        assert said(first) == [("amount-unreadable", 2, "F-1", {"column": column, "text": text, **reason})]
    else:
        assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("1234.5", 123450), ("1,234.50", 123450), ("1 234,50", 123450), ("1\u00a0234,50 $", 123450)),
        *(("1\u202f234,50", 123450), ("(12,50)", -1250), ("12,50-", -1250), ("-12.50", -1250), ("12,50 $", 1250)),
        *(("0", 0), ("9999999999999.99", 999999999999999), ("−5", -500), ("1'234.50", 123450)),
    ],
)
def test_amounts_as_people_write_them(text: str, cents: int) -> None:
    assert amounts(one(of(amount=text))) == [(cents,)]


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_a_date_that_is_not_there(text: str) -> None:
    assert [(code, row) for code, row in codes(one(of(date=text)))] == [("date-missing", 2)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, {}) for text in ("2026-02-30", "janvier", "2026-1-5", "20260105T1200", "0000-01-01")),
        ("05/01/2026", {"reason": "two-days"}),
        ("46027", {"reason": "number"}),
    ],
)
def test_a_date_that_cannot_be_read_is_shown(text: str, reason: dict[str, str]) -> None:
    assert said(one(of(date=text))) == [("date-unreadable", 2, "F-1", {"column": "date", "text": text, **reason})]


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (["13/01/2026"], date(2026, 1, 5)),
        (["01/13/2026"], date(2026, 5, 1)),
        (["2026-01-13", "13-01-2026 10:00"], date(2026, 1, 5)),
        (["13/01/2026", "01/13/2026"], None),
        (["2026-01-13", "05/05/2026"], None),
    ],
)
def test_a_date_that_could_be_two_is_decided_by_the_other_dates_of_its_file(
    others: list[str], expected: date | None
) -> None:
    found = one(of(document="F-9", date="05/01/2026"), *(of(document=f"F-{n}", date=d) for n, d in enumerate(others)))
    if expected is None:
        assert said(found) == [
            ("date-unreadable", 2, "F-9", {"column": "date", "text": "05/01/2026", "reason": "two-days"})
        ]
    else:
        assert (found.problems, found.units["F-9"].date) == ((), expected)


def test_amounts_and_dates_of_one_file_are_decided_together() -> None:
    found = one(of(date="05/01/2026", amount="1,234"), of(document="F-2", date="13/01/2026", amount="0.50"))
    assert (found.problems, found.units["F-1"].date, found.units["F-1"].amounts) == ((), date(2026, 1, 5), (123400,))


@pytest.mark.parametrize("text", ["CAD 12.50", "12,50 $ CA", "CA$12.50", "'12.50", "12.50000000"])
def test_the_currency_of_the_company_may_stand_beside_an_amount(text: str) -> None:
    assert amounts(one(of(amount=text))) == [(1250,)]
    assert codes(one(of(amount=text.replace("CA", "US"), currency=""))) == (
        [("amount-unreadable", 2)] if "CA" in text else []
    )


@pytest.mark.parametrize("text", ["2026-01-05", "2026/01/05", "20260105", " 2026-01-05 "])
def test_dates_with_the_year_first(text: str) -> None:
    assert one(of(date=text)).units["F-1"].date == DAY


def test_another_currency_than_the_companys_is_an_error() -> None:
    found = one(of(currency="usd"))
    assert said(found) == [("currency-foreign", 2, "F-1", {"currency": "USD", "company": "CAD"})]
    names = ";".join(HEADER)
    assert read(f"{names}\n{of(currency='USD')}\n", currency="USD").problems == ()
    assert read(f"{names}\n{of(currency=' ')}\n", currency="USD").problems == ()
    assert codes(read(f"{names}\n{of(currency='CAD')}\n", currency="USD")) == [("currency-foreign", 2)]


def test_all_mistakes_of_a_document_are_said_at_once() -> None:
    found = one(of(date="x", total="y", currency="EUR", amount="z"), of(date="2026-01-06", amount="w"))
    assert sorted(codes(found)) == sorted(
        [
            *[("document-duplicate", 3), ("amount-unreadable", 2), ("amount-unreadable", 3)],
            *[("date-unreadable", 2), ("amount-unreadable", 2), ("currency-foreign", 2)],
        ]
    )


def test_faults_do_not_spread_to_other_documents() -> None:
    found = one(of(document="F-0"), of(amount="x"), of(document="F-2", date="x"), of(document="F-3"))
    assert list(found.units) == ["F-0", "F-3"]
    assert found.faulty == {"F-1", "F-2"}


@pytest.mark.parametrize(("column", "accepted"), [("type", "invoice, credit_note"), ("status", "final, draft, void")])
@pytest.mark.parametrize("text", ["devis", "?", "-", "invoice final", "0"])
def test_an_unknown_type_or_status_stops_the_file(column: str, accepted: str, text: str) -> None:
    found = one(of(**{column: text}), of(document="F-2"))
    params = {"reason": "value", "column": column, "value": text, "accepted": accepted}
    assert said(found) == [("row-unreadable", 2, "", params)]
    assert found.problems[0].severity is Severity.FATAL
    assert "F-1" not in found.units


@pytest.mark.parametrize("text", ["remise", "taxes", "?", "--"])
def test_an_unknown_kind_of_row_is_named_with_its_row(text: str) -> None:
    found = one(of(), of(row=text), of(row="tax"))
    accepted = "line, discount, tax, tip, shipping, rounding"
    params = {"reason": "value", "column": "row", "value": text, "accepted": accepted}
    assert said(found) == [("row-unreadable", 3, "", params)]
    assert "F-1" not in found.units


# Drafts and void documents


@pytest.mark.parametrize("status", [Status.DRAFT, Status.VOID])
@pytest.mark.parametrize(
    ("cells", "cents"),
    [
        ({"amount": "x"}, ()),
        ({"amount": ""}, ()),
        ({"date": "x"}, (10000,)),
        ({"date": ""}, (10000,)),
        ({"total": "x"}, (10000,)),
        ({"total": "1.00"}, (10000,)),
        ({"amount": "-1", "type": "credit_note"}, (-100,)),
        ({"amount": "1,234"}, ()),
        ({"currency": "USD"}, ()),
    ],
)
def test_a_draft_or_void_document_is_never_in_error_for_its_amounts_or_date_and_has_what_can_be_read(
    status: Status, cells: dict[str, str], cents: tuple[int, ...]
) -> None:
    found = one(of(status=status.value, **cells), of(**{**cells, "date": "2026-03-01", "total": "7"}))
    assert found.problems == ()
    document = found.units["F-1"]
    assert (document.status, document.amounts) == (status, cents * 2 if status is Status.DRAFT else ())
    assert document.date == (date.min if not cells.get("date", "2026").startswith("2026") else DAY)


def test_a_void_document_keeps_its_customer_and_what_it_applies_to() -> None:
    document = one(of(status="void", type="credit_note", customer="Lise", applies_to="F-0")).units["F-1"]
    assert (document.kind, document.customer, document.applies_to) == (DocumentKind.CREDIT_NOTE, "Lise", "F-0")


# Amounts that could be two


@pytest.mark.parametrize(
    ("other", "text", "cents"),
    [
        ("5.00", "1,234", 123400),
        ("5,00", "1.234", 123400),
        ("1.234.567", "1.234", 123400),
        ("1,234,567", "1,234", 123400),
        ("1 234,50", "1.234", 123400),
    ],
)
def test_the_other_amounts_decide_what_an_ambiguous_one_is(other: str, text: str, cents: int) -> None:
    for lines in (
        [of(amount=other), of(document="F-2", amount=text)],
        [of(amount=text), of(document="F-2", amount=other)],
    ):
        found = one(*lines)
        assert found.problems == ()
        assert (cents,) in amounts(found)


@pytest.mark.parametrize(("other", "text"), [("5.00", "1.234"), ("5,00", "1,234")])
def test_what_would_have_three_decimals_is_unreadable_once_it_is_decided(other: str, text: str) -> None:
    assert codes(one(of(amount=other), of(document="F-2", amount=text))) == [("amount-unreadable", 3)]


@pytest.mark.parametrize("others", [[], ["5"], ["5.00", "5,00"], ["1 234", "12"]])
def test_what_is_not_decided_is_an_error(others: list[str]) -> None:
    found = one(*(of(document=f"F-{n}", amount=text) for n, text in enumerate(others, 2)), of(amount="1,234"))
    assert said(found) == [("amount-ambiguous", len(others) + 2, "F-1", {"column": "amount", "text": "1,234"})]


def test_a_total_decides_and_is_decided_like_an_amount() -> None:
    assert one(of(amount="1,234", total="1234.00")).units["F-1"].amounts == (123400,)
    assert one(of(amount="1234.00", total="1,234")).units["F-1"].amounts == (123400,)
    assert codes(one(of(amount="1234", total="1,234"))) == [("amount-ambiguous", 2)]
    assert one(of(amount="617,00", total="1.234"), of(amount="617,00", total="1 234,00")).problems == ()


def test_the_second_reading_says_everything_once() -> None:
    found = read(
        "document;date;amount;extra\nF-1;2026-01-05;1,234;\nF-2;2026-01-05;5.00;\nF-3;x;5.00;\n".encode("cp1252")
    )
    assert codes(found) == [("column-unknown", 1), ("date-unreadable", 4)]
    windows = read("document;date;amount\nÉ;2026-01-05;1,234\nF-2;2026-01-05;5.00\n".encode("cp1252"))
    assert codes(windows) == [("encoding-windows", 0)]
    assert list(windows.units) == ["É", "F-2"]


# Files that mean harm


def read_patiently(content: bytes) -> UnitsRead[Document]:
    with patience():
        return read(content)


def test_a_hundred_thousand_unknown_values() -> None:
    lines = (b"F-%d,2026-01-05,1.00,row%d\n" % (number, number) for number in range(100_000))
    found = read_patiently(b"document,date,amount,row\n" + b"".join(lines))
    assert {problem.code for problem in found.problems} == {"row-unreadable"}
    assert found.units == {}
    one_document = (b"F-1,2026-01-05,1.00,row%d\n" % number for number in range(20_000))
    assert len(read_patiently(b"document,date,amount,row\n" + b"".join(one_document)).problems) == 20_000


def test_a_number_a_hundred_thousand_times() -> None:
    header = b"document,date,amount,description\n"
    found = read_patiently(header + b"F-1,2026-01-05,0.01,\n" * 100_000)
    assert found.problems == ()
    assert found.units["F-1"].total_cents == 100_000
    apart = read_patiently(header + b"F-1,2026-01-05,0.01,\nF-2,,0.01,\n" * 10_000)
    assert len(apart.problems) == 20_000 - 2 + 1
    assert apart.faulty == {"F-1", "F-2"}


def test_a_number_many_times_in_a_file_with_a_long_line() -> None:
    content = b"document,date,amount,description\nF-0,2026-01-05,1," + b"x" * 50_000 + b"\n"
    found = read_patiently(content + b"F-1,2026-01-05,0.01,\n" * 30_000)
    assert found.units["F-1"].total_cents == 30_000


def test_problems_without_number_take_no_memory_without_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "MOST_PROBLEMS", 1000)
    found = read(b"document,date,amount\n" + b"".join(b"%d,,\n" % number for number in range(5000)))
    assert len(found.problems) == 1000
    assert len(found.faulty) == 5000


def test_the_memory_that_a_file_takes_follows_its_size() -> None:
    content = b"document,date,amount\n" + b"".join(b"%d,2026-01-05,%d.00\n" % (n, n) for n in range(30_000))
    tracemalloc.start()
    found = read(content)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.units) == 30_000
    assert peak_bytes < 40 * len(content)


# Whatever is in a file


CELLS: Mapping[str, tuple[str, ...]] = {
    "document": ("F-1", "F-1", "F-2", "F-2 ", "F-3"),
    "type": ("", "invoice", "credit_note", "Facture", "devis"),
    "status": ("", "", "final", "draft", "void", "annulé", "?"),
    "date": ("", "2026-01-05", "2026-01-05", "2026-01-06", "x"),
    "customer": ("", "Lise"),
    "row": ("", "line", "tax", "discount", "Taxe", "remise"),
    "code": ("", "A", "GST"),
    "amount": ("1.00", "2.00", "-1", "1,234", "5,50", "", "x"),
    "total": ("", "1.00", "2.00", "1,234", "x"),
    "applies_to": ("", "F-1"),
    "currency": ("", "CAD", "USD"),
}
Rows = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in HEADER)), max_size=7)


@given(Rows)
def test_every_number_is_a_unit_or_faulty_and_says_why(rows: list[tuple[str, ...]]) -> None:
    found = read("\n".join([";".join(HEADER), *map(";".join, rows)]))
    numbers = {row[0].strip() for row in rows}
    assert found.units.keys() | found.faulty == numbers
    assert not found.units.keys() & found.faulty
    stopping = [problem for problem in found.problems if problem.stops]
    unreadable = any(problem.severity is Severity.FATAL for problem in stopping)
    assert {p.where.number for p in stopping if p.where.number} == found.faulty or unreadable
    for number, document in found.units.items():
        assert rows[document.row - 2][0].strip() == number
        stated = rows[document.row - 2][HEADER.index("total")]
        if document.status is Status.FINAL:
            assert len(document.amounts) == sum(row[0].strip() == number for row in rows)
            assert not stated or f"{document.total_cents / 100:.2f}" in (stated, "1234.00")


@given(Rows)
def test_reading_twice_gives_the_same(rows: list[tuple[str, ...]]) -> None:
    content = "\n".join([";".join(HEADER), *map(";".join, rows)])

    def shown(found: UnitsRead[Document]) -> tuple[list[Document], tuple[Problem, ...]]:
        return list(found.units.values()), found.problems

    assert shown(read(content)) == shown(read(content.replace("\n", "\r\n"))) == shown(read(content.replace(";", "\t")))


def test_the_columns_that_may_be_empty_are_those_of_the_description() -> None:
    assert HEAD == ("type", "status", "date", "customer", "total", "applies_to", "currency")
    assert [column.name for column in COLUMNS if column.needed] == ["document", "date", "amount"]


@pytest.mark.parametrize("before", [0, CHUNK - 4, CHUNK - 3, CHUNK - 2, CHUNK - 1, CHUNK])
@pytest.mark.parametrize("between", [[""], [";" * (len(HEADER) - 1)], [" ;" * (len(HEADER) - 1)] * 3])
def test_a_blank_row_within_a_document_is_passed_over_wherever_it_stands(before: int, between: list[str]) -> None:
    lines = [*(of(document=f"F-{n}") for n in range(2, before + 2)), of(), *between, of(amount="1.00"), *between]
    found = one(*lines, of(document="F-0"))
    assert found.problems == ()
    assert found.units["F-1"].amounts == (10000, 100)
    assert found.units["F-0"].row == before + 4 + 2 * len(between)
