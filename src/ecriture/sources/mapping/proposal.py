"""A mapping proposed for a file that none fits: from the names of its columns in both languages, and from what they hold.

It is a beginning for a person, who looks at it beside the file. What is not sure is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from operator import itemgetter

from ecriture.core.amounts import AmountReader
from ecriture.core.settings import Settings
from ecriture.sources.mapping.file_column import FileColumn
from ecriture.sources.mapping.header_words import meaning_of, with_taxes, words_of
from ecriture.sources.mapping.kind_words import (
    is_total,
    is_type,
    is_void,
    money_status,
    money_type,
    payouts_of,
    sales_alone,
    set_aside,
    status_of,
    type_of,
)
from ecriture.sources.mapping.model import (
    NO_AMOUNT,
    NO_TEXT,
    Amount,
    ColumnMapping,
    Condition,
    DocumentRule,
    Form,
    LeaveOut,
    PaymentRule,
    Row,
    RowRule,
    Text,
)
from ecriture.sources.mapping.row_amounts import Shown, shown_by_taxes
from ecriture.sources.mapping.tax_columns import TaxColumns, tax_columns
from ecriture.sources.tables.header import MOST_COLUMNS, ROWS_EXAMINED, plain_name

_OF_MONEY = frozenset(["payment", "paid", "received", "payout", "deposit"])
_DAYS, _AMOUNTS = (
    frozenset({"date", "paid_on", "refunded_on"}),
    frozenset(["total", "line", "amount", "taxes", "discount", "shipping", "tip", "fee", "unit_price", "refunded"]),
)
_NO_FEE_IN_NET = frozenset({"fee", "discount", "code", "quantity", "unit_price"})
"""Where one of these is, what the net lacks is a part of a sale, or its fee has a column of its own."""
MOST_INCLUDED = 2
MOST_FEE_PERCENT, MOST_FEE_CENTS = 5, 100
"""What a processor keeps of a payment is at most this part of it, and this much."""


def header_of(rows: Sequence[Sequence[str]]) -> int:
    """The place of the row of some first rows that most looks like a header: the one with most names that mean something."""
    known = [sum(meaning_of(name) is not None for name in row[:MOST_COLUMNS]) for row in rows[:ROWS_EXAMINED]]
    return known.index(max(known)) if known else 0


def propose(
    header: Sequence[str], rows: Iterable[Sequence[str]], settings: Settings, others: Iterable[Sequence[str]] = ()
) -> ColumnMapping:
    """A mapping for a file with this header and these first rows below it: documents, payments, or neither, which says
    that a person must name the columns: where no column of totals would show a mistake, what is not sure is not proposed.
    In `others`, more rows of the file, only the words of statuses and types are looked for: the first void may come late.
    """
    told = [*rows]
    columns = _columns(header, told)
    found = _meanings(columns) | _worded(_columns(header, [*told, *others]))
    taxes = tax_columns(columns, found, settings)
    if "date" not in found:
        return ColumnMapping(name="")
    mapping = ColumnMapping(name="", date_order=found["date"].day_order, leave_out=_totals(found))
    if _are_sales(found, taxes):
        sales = _Sales(columns, found, taxes, settings)
        if not sales.are_sure or _has_doubled(header, told):
            return mapping
        included = _included(found, taxes, settings)
        return replace(mapping, documents=(replace(_documents(sales), taxes_included=included),))
    is_money = ("amount" in found or "total" in found) and ("payment" in found or not taxes)
    if is_money and not _has_doubled(header, told):
        money = _with_its_number(found)
        mapping = replace(mapping, date_order=found.get("paid_on", found["date"]).day_order)
        payouts = payouts_of(money)
        aside = set_aside(money, payouts, _amount(money, _given(money)))
        return replace(mapping, payments=(_payments(money),), payouts=payouts, set_aside=aside)
    return mapping


def _are_sales(found: Mapping[str, FileColumn], taxes: TaxColumns) -> bool:
    """Whether rows are sales: with a number, and with what was sold or its taxes. Money has a fee or a payout beside it."""
    if "document" not in found:
        return False
    if taxes:
        return any(it in found for it in ("line", "unit_price", "total", "amount"))
    is_money = "amount" in found and any(it in found for it in ("fee", "bank_reference"))
    return not is_money and not _is_less_fees(found) and any(it in found for it in ("line", "unit_price", "total"))


def beginnings(
    header: Sequence[str], rows: Iterable[Sequence[str]], settings: Settings
) -> tuple[DocumentRule, PaymentRule]:
    """What is sure of documents and of payments, even where it is not enough to read any: a form begins with it."""
    told = [*rows]
    columns = _columns(header, told)
    found = _meanings(columns)
    taxes = tax_columns(columns, found, settings)
    sales = _Sales(columns, found, taxes, settings)
    documents, payments = _documents(sales), _payments(found)
    if _has_doubled(header, told):
        return replace(documents, rows=(), total=NO_AMOUNT), replace(payments, amount=NO_AMOUNT)
    if _are_sales(found, taxes) and "date" in found and not sales.are_sure:
        documents = replace(documents, rows=tuple(it for it in documents.rows if it.row is not Row.LINE))
    return documents, payments


def _columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[FileColumn]:
    """The columns with a name, each name once: of "GST %" and "GST" that of the amounts."""
    columns: dict[str, FileColumn] = {}
    for place, name in enumerate(header[:MOST_COLUMNS]):
        if name.strip():
            texts = tuple(row[place] if place < len(row) else "" for row in rows)
            known = columns.setdefault(plain_name(name), FileColumn(name.strip(), texts))
            if "%" in known.name and "%" not in name:
                columns[plain_name(name)] = FileColumn(name.strip(), texts)
    return [*columns.values()]


def _has_doubled(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether two columns of one name have different amounts: a mapping would read only one of them."""
    amounts: dict[str, FileColumn] = {}
    for place, name in enumerate(header[:MOST_COLUMNS]):
        column = FileColumn(name.strip(), tuple(row[place] if place < len(row) else "" for row in rows))
        if name.strip() and "%" not in name and column.has_amounts and any(column.cents):
            first = amounts.setdefault(name.strip(), column)
            if first.cents != column.cents and (meaning_of(name) or words_of(name) & {"tax"}):
                return True
    return False


def _meanings(columns: Sequence[FileColumn]) -> dict[str, FileColumn]:
    """The surest column of each meaning, of those that hold what the meaning asks for."""
    found: dict[str, tuple[int, FileColumn]] = {}
    for column in columns:
        meant = meaning_of(column.name)
        if meant is None:
            continue
        meaning, place = meant
        if meaning == "refunded" and column.has_days:  # "Refunded" is an amount, "Refunded on" a day
            meaning = "refunded_on"
        if meaning == "date" and words_of(column.name) & _OF_MONEY:
            meaning = "paid_on"
        fits = not (meaning in _DAYS and not column.has_days) and not (meaning in _AMOUNTS and not column.has_amounts)
        if fits and (meaning not in found or place < found[meaning][0]):
            found[meaning] = place, column
    named = {meaning: column for meaning, (_, column) in found.items()}
    if "document" not in named and "payment" in named and ("code" in named or "quantity" in named):
        named["document"] = named.pop("payment")  # a receipt of what was sold
    if "paid_on" in named:
        named.setdefault("date", named["paid_on"])
    return named | _worded(columns)


def _worded(columns: Sequence[FileColumn]) -> dict[str, FileColumn]:
    """The columns of which words say what a row is, by their name or by what they hold."""
    found: dict[str, FileColumn] = {}
    for wanted, is_it in (("type", is_type), ("status", is_void)):
        named = [(meant.place, it) for it in columns if (meant := meaning_of(it.name)) and meant.name == wanted]
        others = [it for it in columns if is_it(it) and meaning_of(it.name) is None]
        if named or others:
            found[wanted] = min(named, key=itemgetter(0))[1] if named else others[0]
    return found


def _totals(found: Mapping[str, FileColumn]) -> tuple[LeaveOut, ...]:
    """Rows of totals: the word stands in the column of the day, or in that of the number or customer of a row without a day.

    There it is that text alone, since a customer's name may begin so.
    """
    day = found["date"]
    totals = [text.strip() for text in day.told if _is_total(text)]
    if totals:
        return (LeaveOut((Condition(day.name, begins=(totals[0],)),)),)
    for column in (found[it] for it in ("document", "payment", "customer") if it in found):
        undated = (text.strip() for text, its in zip(column.texts, day.texts, strict=True) if not its.strip())
        if total := next(filter(_is_total, undated), ""):
            return (LeaveOut((Condition(column.name, one_of=(total,)),)),)
    return _totals_of_lines(found)


def _totals_of_lines(found: Mapping[str, FileColumn]) -> tuple[LeaveOut, ...]:
    """Rows of totals among lines, by the word alone as the item: without a number, or with the sum of the lines above."""
    column, amount = found.get("code") or found.get("description"), found.get("line") or found.get("amount")
    if column is None or amount is None or "document" not in found:
        return ()
    number, cents, words = "", 0, list[str]()
    for its, text, own in zip(found["document"].texts, column.texts, amount.cents, strict=True):
        if its.strip() not in ("", number):
            number, cents = its.strip(), 0
        if is_total(text) and (not its.strip() or own == cents):
            words.append(text.strip())
        else:
            cents += own
    return (LeaveOut((Condition(column.name, one_of=tuple(dict.fromkeys(words))),)),) if words else ()


def _is_total(text: str) -> bool:
    return plain_name(text).startswith(("total", "grand_total", "sous_total", "subtotal", "sub_total"))


def _included(found: Mapping[str, FileColumn], taxes: TaxColumns, settings: Settings) -> tuple[str, ...]:
    """The taxes in the amounts, where the only amount says that they are in it: those of the settings, if they are few."""
    is_alone = "total" in found and "line" not in found and not taxes
    is_said = is_alone and with_taxes(found["total"].name)
    return tuple(settings.taxes) if is_said and len(settings.taxes) <= MOST_INCLUDED else ()


def _text(found: Mapping[str, FileColumn], meaning: str) -> Text:
    return Text((found[meaning].name,)) if meaning in found else NO_TEXT


def _customer(found: Mapping[str, FileColumn]) -> Text:
    """The customer's name, perhaps in two columns; the last name may be called a name alone."""
    last = found.get("last_name") or found.get("customer")
    if "first_name" not in found or last is None or ("customer" in found and last is not found["customer"]):
        return _text(found, "customer")
    return Text((found["first_name"].name, last.name), joined=" ")


def _amount(found: Mapping[str, FileColumn], meaning: str) -> Amount:
    """The amount of a column; turned where a discount or a fee is below zero."""
    if meaning not in found:
        return NO_AMOUNT
    cents = [it for it in map(AmountReader(".").__getitem__, found[meaning].told) if isinstance(it, int)]
    below = meaning in ("discount", "fee") and any(it < 0 for it in cents) and all(it <= 0 for it in cents)
    return Amount((found[meaning].name,), negated=below)


def _form(found: Mapping[str, FileColumn]) -> Form:
    numbers = found["document"].texts if "document" in found else ()
    repeats = any(later.strip() in ("", text.strip()) for text, later in pairwise(numbers))
    goes_on = "description" in found and any(not text.strip() for text in numbers)
    is_long = goes_on or (repeats and any(it in found for it in ("code", "unit_price", "quantity")))
    return Form.LONG if is_long else Form.WIDE


@dataclass(frozen=True)
class _Sales:
    """What is known of a file as one of sales, and what follows from it."""

    columns: Sequence[FileColumn]
    found: Mapping[str, FileColumn]
    taxes: TaxColumns
    settings: Settings

    @cached_property
    def form(self) -> Form:
        return _form(self.found)

    @cached_property
    def line(self) -> Amount:
        return _line(self.found, self.form, self.taxes)

    @cached_property
    def shown(self) -> Shown:
        """What the taxes show; only where there are numbers and days."""
        return shown_by_taxes(self.columns, self.found, self.taxes, self.line, self.settings)

    @property
    def are_sure(self) -> bool:
        """Whether a column of totals would show what is wrong, or the taxes do not say that anything is."""
        is_checked = "total" in self.found and not _is_of_total(self.found, self.form)
        return is_checked or self.shown.is_sure


def _documents(sales: _Sales) -> DocumentRule:
    found, taxes, form = sales.found, sales.taxes, sales.form
    is_known = "document" in found and "date" in found
    of_rows = sales.shown.of_rows if is_known and form is Form.LONG else frozenset[str]()

    def once(meaning: str, *its: FileColumn) -> bool:
        return form is Form.LONG and meaning not in of_rows and not any(it.is_of_rows(found["document"]) for it in its)

    rows = [RowRule(Row.LINE, sales.line, _text(found, "code"), _text(found, "description"))]
    is_net = _is_of_total(found, form)  # a total is less its discount already
    beside = (row for row in (Row.DISCOUNT, Row.SHIPPING, Row.TIP) if row.value in found)
    beside = (row for row in beside if not (is_net and row is Row.DISCOUNT))
    rows += [RowRule(row, _amount(found, row.value), once=once(row.value, found[row.value])) for row in beside]
    rows += [RowRule(Row.TAX, Amount((it.name,)), Text(text=code), once=once("taxes", it)) for code, it in taxes.each]
    if taxes.together:
        together = Amount(tuple(it.name for it in taxes.together))
        rows.append(RowRule(Row.TAXES, together, once=once("taxes", *taxes.together)))
    return DocumentRule(
        document=_text(found, "document"),
        date=_text(found, "date"),
        rows=tuple(rows),
        form=form,
        when=sales_alone(found.get("type")),
        status=status_of(found.get("status")),
        customer=_customer(found),
        type=type_of(found.get("type")),
        total=_amount(found, "total") if not is_net or "unit_price" in found else NO_AMOUNT,
        sum_totals="total" in found and form is Form.LONG and not once("total", found["total"]),
        currency=_text(found, "currency"),
        negative_is_credit_note=True,
        refunded=_amount(found, "refunded"),
        refunded_on=_text(found, "refunded_on"),
    )


def _is_of_total(found: Mapping[str, FileColumn], form: Form) -> bool:
    """Whether a line is what is left of the total."""
    if "total" not in found or "line" in found:
        return False
    has_price = "unit_price" in found and "quantity" in found
    return form is Form.WIDE or not (has_price or _are_amounts_of_rows(found))


def _are_amounts_of_rows(found: Mapping[str, FileColumn]) -> bool:
    """Whether each row has its own amount, beside a total of the document."""
    numbers, total = found["document"], found["total"]
    return "amount" in found and found["amount"].is_of_rows(numbers) and not total.is_of_rows(numbers)


def _line(found: Mapping[str, FileColumn], form: Form, taxes: TaxColumns) -> Amount:
    """A line's own amount, its price times its quantity, or the total less everything that stands beside it."""
    if not _is_of_total(found, form):
        is_priced = form is Form.LONG or not any(it in found for it in ("line", "amount"))
        if is_priced and "unit_price" in found and "quantity" in found:
            return Amount((found["unit_price"].name,), times=found["quantity"].name)
        return _amount(found, next((it for it in ("line", "amount") if it in found), "unit_price"))
    beside = [found[it] for it in ("shipping", "tip") if it in found]
    beside += taxes.columns
    return Amount((found["total"].name,), tuple(it.name for it in beside))


def _with_its_number(found: Mapping[str, FileColumn]) -> Mapping[str, FileColumn]:
    """What a row of money calls its number alone is its own, not that of an invoice."""
    if "payment" in found or "document" not in found or words_of(found["document"].name) != {"number"}:
        return found
    return {"payment" if it == "document" else it: column for it, column in found.items()}


def _given(found: Mapping[str, FileColumn]) -> str:
    """The meaning of the column that has what was paid."""
    return "amount" if "amount" in found else "total"


def _paid(found: Mapping[str, FileColumn]) -> Amount:
    """What was paid, less what was given back where that has a column and rows of its own."""
    given = _given(found)
    if given not in found or "refunded" not in found:
        return _amount(found, given)
    pairs = [*zip(found[given].cents, found["refunded"].cents, strict=True)]
    has_own = any(back > 0 and not cents for cents, back in pairs) and not any(back and cents for cents, back in pairs)
    return Amount((found[given].name,), (found["refunded"].name,)) if has_own else _amount(found, given)


def _is_less_fees(found: Mapping[str, FileColumn]) -> bool:
    """Whether what is called net is what was paid less a fee of no column: a little less, and not by the 5 % of the GST."""
    given = _given(found)
    if "line" not in found or given not in found or not _NO_FEE_IN_NET.isdisjoint(found):
        return False
    if "net" not in words_of(found["line"].name) or "sale" in words_of(found["line"].name):
        return False
    pairs = zip(found[given].cents, found["line"].cents, strict=True)
    rows = [(paid, paid - net) for paid, net in pairs if paid > 0]
    is_little = all(0 <= fee <= paid * MOST_FEE_PERCENT // 100 + MOST_FEE_CENTS for paid, fee in rows)
    is_tax = all(abs(fee * 21 - paid) <= 21 for paid, fee in rows)
    return is_little and not is_tax and any(fee for _, fee in rows)


def _fee(found: Mapping[str, FileColumn]) -> Amount:
    if not _is_less_fees(found):
        return _amount(found, "fee")
    return Amount((found[_given(found)].name,), (found["line"].name,))


def _payments(found: Mapping[str, FileColumn]) -> PaymentRule:
    given = _given(found)
    day = "paid_on" if "paid_on" in found else "date"
    told = [found[it].name for it in (day, "customer", "document", given, "method") if it in found]
    return PaymentRule(
        date=_text(found, day),
        amount=_paid(found),
        type=money_type(found.get("type")),
        status=money_status(found.get("status")),
        payment=_text(found, "payment"),
        identity=() if "payment" in found else tuple(told),
        document=_text(found, "document"),
        customer=_customer(found),
        method=_text(found, "method"),
        fee=_fee(found),
        tip=_amount(found, "tip"),
        bank_reference=_text(found, "bank_reference"),
        currency=_text(found, "currency"),
        negative_is_refund=True,
    )
