"""The fields of the form of a column mapping: which column of a file has what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from ecriture.core.dates import DAY_FIRST, MONTH_FIRST
from ecriture.core.provinces import tax_name
from ecriture.core.settings import Settings, frozen_mapping
from ecriture.core.text import fold
from ecriture.sources.mapping.kind_words import kinds_of, statuses_of
from ecriture.sources.mapping.mapping_file import LONGEST_NAME, LONGEST_PREFIX, LONGEST_SOURCE
from ecriture.sources.mapping.model import (
    NO_AMOUNT,
    NO_TEXT,
    Amount,
    ColumnMapping,
    Condition,
    DocumentRule,
    Form,
    LeaveOut,
    Row,
    RowRule,
    Text,
)
from ecriture.sources.mapping.sample import Sample
from ecriture.sources.tables.header import plain_name
from ecriture.web.forms.base import key_of
from ecriture.web.forms.fields import NameField
from ecriture.web.forms.mapping_aside import STANDS_FOR, aside_column, meanings
from ecriture.web.words import METHODS, language

KEPT = " kept"
"""The choice of what no single column says: it stays as it is. No column begins with a blank."""

DOCUMENTS, PAYMENTS, BOTH = "documents", "payments", "both"
IS, BEGINS, EMPTY = "is", "begins", "empty"
OWN = "own"
"""The choice of the long form in which taxes, discount and shipping are of a row, not of its document."""
SEPARATOR = ";"


class Asked(NamedTuple):
    """A field for a column: what it is for, and a hint."""

    label: Any
    hint: Any = ""


DOCUMENT_TEXTS: Mapping[str, Asked] = MappingProxyType(
    {
        "document": Asked(_("Number")),
        "date": Asked(_("Date")),
        "customer": Asked(_("Customer")),
        "applies_to": Asked(_("Invoice of a credit note")),
        "status": Asked(_("Status"), _("Without one, each document counts.")),
        "type": Asked(_("Invoice or credit note"), _("Where a column tells which it is.")),
        "refunded_on": Asked(_("Day of the refund")),
        "currency": Asked(_("Currency")),
    }
)
PAYMENT_TEXTS: Mapping[str, Asked] = MappingProxyType(
    {
        "payment": Asked(_("Number of the payment"), _("Without one, say below which columns tell payments apart.")),
        "date": Asked(_("Date")),
        "document": Asked(_("Document that it pays"), _("An empty one is a deposit.")),
        "customer": Asked(_("Customer")),
        "method": Asked(_("Payment method")),
        "bank_reference": Asked(
            _("Bank reference"), _("What the bank statement shows, such as the number of a payout.")
        ),
        "currency": Asked(_("Currency")),
    }
)
ROWS: Mapping[Row, Asked] = MappingProxyType(
    {
        Row.LINE: Asked(_("Amount of a line"), _("Before taxes, unless they are included.")),
        Row.DISCOUNT: Asked(_("Discount")),
        Row.SHIPPING: Asked(_("Travel and shipping charges")),
        Row.TIP: Asked(_("Tip"), _("Only one that is in the total.")),
        Row.TAXES: Asked(_("Several taxes in one column"), _("The rates of the settings divide it.")),
    }
)
PAYOUT: Mapping[str, Asked] = MappingProxyType(
    {
        "payout": Asked(_("Number of the payout"), _("The rows of a payout must sum to it, or none of it is taken.")),
        "net": Asked(_("Net amount of a row")),
        "gross": Asked(
            _("Gross amount of a row"), _("Where no row is the payout itself: less the fee it must be the net.")
        ),
        "fee": Asked(_("Fee of a row")),
    }
)
PAYMENT_AMOUNTS: Mapping[str, Asked] = MappingProxyType(
    {
        "amount": Asked(_("Amount"), _("Tip included.")),
        "fee": Asked(_("Processing fee")),
        "tip": Asked(_("Tip")),
    }
)
_NO_LINE = RowRule(Row.LINE, NO_AMOUNT)


class MappingFields(forms.Form):
    """The fields of a mapping, beside the file that it is for."""

    name = NameField(max_length=LONGEST_NAME, label=_("Name of the mapping"))
    program = NameField(
        max_length=LONGEST_SOURCE,
        label=_("Program"),
        help_text=_("Its numbers are its own: no other program replaces them."),
    )
    number_prefix = NameField(
        required=False,
        max_length=LONGEST_PREFIX,
        label=_("Prefix of its numbers"),
        help_text=_("Only where two programs have the same numbers."),
    )
    has = forms.ChoiceField(
        choices=((DOCUMENTS, _("documents")), (PAYMENTS, _("payments")), (BOTH, _("both"))),
        widget=forms.RadioSelect,
        label=_("The file has"),
    )
    date_order = forms.ChoiceField(
        required=False,
        choices=(("", _("as its other dates show")), (DAY_FIRST, _("day first")), (MONTH_FIRST, _("month first"))),
        label=_("Dates such as 05/01/2026"),
    )
    decimal = forms.ChoiceField(
        required=False,
        choices=(("", _("as its other amounts show")), (".", _("period: 1,234.50")), (",", _("comma: 1 234,50"))),
        label=_("Decimal mark"),
    )

    def __init__(self, given: Any = None, *, mapping: ColumnMapping, sample: Sample, settings: Settings) -> None:
        super().__init__(given, label_suffix="")
        self.mapping, self.sample, self.settings = mapping, sample, settings
        document, payment = sample.beginnings(settings)
        self.document = mapping.documents[0] if mapping.documents else document
        self.payment = mapping.payments[0] if mapping.payments else payment
        self.columns = {plain_name(name): name for name in sample.columns}
        self._build()

    # The fields

    def _build(self) -> None:
        mapping = self.mapping
        has = BOTH if mapping.documents and mapping.payments else PAYMENTS if mapping.payments else DOCUMENTS
        plain = {name: getattr(mapping, name) for name in ("name", "date_order", "decimal")}
        self.initial.update(plain, has=has, program=mapping.source, number_prefix=mapping.prefix)
        self._build_left_out()
        self._build_documents()
        self._build_payments()
        self._build_payouts()

    def _build_left_out(self) -> None:
        condition = simple(self.mapping.leave_out)
        how = IS if condition.one_of else EMPTY if condition.empty else BEGINS
        self._column(
            "out_column", Asked(_("Rows left out: column")), Text((condition.column,) if condition.column else ())
        )
        self.fields["out_how"] = forms.ChoiceField(
            required=False,
            choices=((BEGINS, _("begins with")), (IS, _("is")), (EMPTY, _("is empty"))),
            label=_("Rows left out: its text"),
            initial=how,
        )
        self.fields["out_words"] = forms.CharField(
            required=False,
            max_length=500,
            label=_("Rows left out: words"),
            help_text=_("Separated by semicolons."),
            initial=f"{SEPARATOR} ".join(condition.one_of or condition.begins),
        )

    def _build_documents(self) -> None:
        rule = self.document
        self.fields["d_form"] = forms.ChoiceField(
            required=False,
            choices=(
                (Form.WIDE.value, _("a whole document")),
                (Form.LONG.value, _("a line of a document")),
                (OWN, _("a line with its own taxes")),
            ),
            label=_("Each row is"),
            help_text=_(
                "A line with its own taxes has its own discount and shipping too; else the first row has the document’s."
            ),
            initial=form_of(rule),
        )
        for name, asked in DOCUMENT_TEXTS.items():
            self._column(f"d_{name}", asked, getattr(rule, name))
        first, more = joined(rule.customer)
        if more:
            self._column("d_customer", DOCUMENT_TEXTS["customer"], first)
        self._column("d_customer_more", Asked(_("Customer, last name"), _("Where the name is in two columns.")), more)
        self._column("d_total", Asked(_("Total"), _("Each document is checked against it.")), rule.total)
        for row, asked in ROWS.items():
            self._column(f"d_{row}", asked, self._row(row).amount, times=row is Row.LINE, negated=row is Row.DISCOUNT)
        line = self._row(Row.LINE)
        times = Text((line.amount.times,) if line.amount.times else ())
        self._column("d_times", Asked(_("Times the quantity"), _("Where the amount is a unit price.")), times)
        self._column("d_code", Asked(_("Item")), line.code)
        self._column("d_description", Asked(_("Description")), line.description)
        for code in self.settings.taxes:
            label = say("Tax: %s") % tax_name(code, language())
            self._column(tax_field(code), Asked(label), self._row(Row.TAX, code).amount)
        self._box(
            "d_discount_below", _("Discounts are written below zero"), given=self._row(Row.DISCOUNT).amount.negated
        )
        self._box("d_credit", _("A document below zero is a credit note"), given=rule.negative_is_credit_note)
        self.fields["d_included"] = forms.MultipleChoiceField(
            required=False,
            choices=[(code, tax_name(code, language())) for code in self.settings.taxes],
            widget=forms.CheckboxSelectMultiple,
            label=_("Taxes that are included in the amounts"),
            initial=list(rule.taxes_included),
        )
        choices = (("final", _("counts")), ("draft", _("draft, does not count")), ("void", _("void")))
        words, given = self._words_of("d_status", rule.status)
        self.statuses = self._word_fields("status", words, given, choices, statuses_of(words), "final")
        self._column("d_refunded", Asked(_("Amount refunded"), _("Of an invoice, to this day.")), rule.refunded)
        kinds = (("invoice", _("an invoice")), ("credit_note", _("a credit note")))
        words, given = self._words_of("d_type", rule.type)
        self.types = self._word_fields("type", words, given, kinds, kinds_of(words), "invoice")

    def _build_payments(self) -> None:
        rule = self.payment
        for name, asked in PAYMENT_TEXTS.items():
            self._column(f"p_{name}", asked, getattr(rule, name))
        for name, asked in PAYMENT_AMOUNTS.items():
            self._column(f"p_{name}", asked, getattr(rule, name), negated=name == "fee")
        self.fields["p_identity"] = forms.MultipleChoiceField(
            required=False,
            choices=[(name, name) for name in dict.fromkeys([*self.columns.values(), *rule.identity])],
            widget=forms.CheckboxSelectMultiple,
            label=_("Columns that tell payments without a number apart"),
            initial=[self.columns.get(plain_name(name), name) for name in rule.identity],
        )
        self.fields["p_separator"] = forms.CharField(
            required=False,
            max_length=5,
            label=_("Between the numbers of several documents"),
            help_text=_("Such as a comma, where a cell has 9001, 9002."),
            initial=rule.document_separator.strip(),
        )
        self._box("p_fee_below", _("Fees are written below zero"), given=rule.fee.negated)
        self._box("p_refund", _("An amount below zero is a refund"), given=rule.negative_is_refund)
        choices: list[tuple[str, Any]] = [("", _("as it is written")), *METHODS.items()]
        choices += [(name, name) for name in self.settings.methods if name not in METHODS]
        words, given = self._words_of("p_method", rule.method)
        self.methods = self._word_fields("method", words, given, choices, {}, "")

    def _build_payouts(self) -> None:
        payouts = self.mapping.payouts
        for name, asked in PAYOUT.items():
            self._column(f"o_{name}", asked, getattr(payouts, name) if payouts else NO_AMOUNT, negated=name == "fee")
        self.aside_shown = aside_column(self.mapping)
        column = Text((self.aside_shown,) if self.aside_shown else ())
        hint = _("Where some rows are fees, reserves or payouts, and no customer’s money.")
        self._column("aside_column", Asked(_("Column that tells what a row is"), hint), column)
        amount = next((it.amount for it in self.mapping.set_aside if it.amount), NO_AMOUNT)
        self._column("aside_amount", Asked(_("Their amount"), _("To be shown.")), amount)
        words, _given = self._words_of("aside_column", column)
        said = Text(columns=column.columns, values=frozen_mapping(meanings(self.mapping, self.aside_shown)))
        told = said if _given else NO_TEXT
        self.asides = self._word_fields("aside", words, told, STANDS_FOR.items(), {}, "")

    def _row(self, row: Row, code: str = "") -> RowRule:
        """The first rule of a kind of row; an empty one where there is none."""
        found = next((it for it in self.document.rows if slot(it) == (row, code)), None)
        return found or replace(_NO_LINE, row=row, code=Text(text=code) if code else NO_TEXT)

    def _box(self, name: str, label: Any, *, given: bool) -> None:
        self.fields[name] = forms.BooleanField(required=False, label=label, initial=given)

    def _column(
        self, name: str, asked: Asked, given: Text | Amount, *, times: bool = False, negated: bool = False
    ) -> None:
        """A field for a column; what no single column says is a choice of its own, which keeps it."""
        found = self._single(given, times=times, negated=negated)
        choices = [("", "—"), *((column, column) for column in self.columns.values())]
        if given and not found:
            choices.insert(1, (KEPT, told(given)))
        self.fields[name] = forms.ChoiceField(
            required=False,
            choices=choices,
            label=asked.label,
            help_text=asked.hint,
            initial=found or (KEPT if given else ""),
        )

    def _single(self, given: Text | Amount, *, times: bool = False, negated: bool = False) -> str:
        """The column of the file that says it alone; empty for none."""
        if len(given.columns) != 1:
            return ""
        if isinstance(given, Text):
            plain = not given.text
        else:
            plain = not given.less and (times or not given.times) and (negated or not given.negated)
        [name] = given.columns
        names = (name, *self.mapping.aliases.get(name, ()))
        return next((self.columns[it] for it in map(plain_name, names) if it in self.columns), "") if plain else ""

    def _words_of(self, name: str, given: Text) -> tuple[Sequence[str], Text]:
        """The texts that the chosen column holds, and what is said of them already; nothing of another column."""
        chosen = self.data.get(name) if self.is_bound else self.fields[name].initial
        words = self.sample.texts_of(chosen) if chosen and chosen != KEPT else ()
        return words, given if chosen == self._single(given) else NO_TEXT

    def _word_fields(
        self,
        kind: str,
        words: Sequence[str],
        given: Text,
        choices: Iterable[tuple[str, Any]],
        guessed: Mapping[str, str],
        otherwise: str,
    ) -> dict[str, str]:
        """A field for each text of a column, with what it means. Returns their names by the text."""
        known = {fold(word): meaning for word, meaning in given.values.items()}
        if given:
            otherwise = given.otherwise or ""
        names = {word: f"{kind}-{key_of(word)}" for word in words}
        for word, name in names.items():
            initial = known.get(fold(word), otherwise if given else guessed.get(word, otherwise))
            offered = list(choices)
            if initial not in dict(offered):
                offered.append((initial, initial or "—"))
            self.fields[name] = forms.ChoiceField(required=False, choices=offered, label=word, initial=initial)
        return names

    # What the page shows of them

    def _named(self, names: Iterable[str]) -> list[BoundField]:
        return [self[name] for name in names]

    @property
    def of_file(self) -> list[BoundField]:
        return self._named(
            ("name", "program", "number_prefix", "date_order", "decimal", "out_column", "out_how", "out_words")
        )

    @property
    def of_documents(self) -> list[BoundField]:
        texts = ("document", "date", "customer", "customer_more", "total", "applies_to", "refunded", "refunded_on")
        return self._named(["d_form", *(f"d_{name}" for name in (*texts, "currency"))])

    @property
    def of_lines(self) -> list[BoundField]:
        taxes = map(tax_field, self.settings.taxes)
        names = ("d_line", "d_times", "d_code", "d_description", "d_discount", "d_shipping", "d_tip", *taxes, "d_taxes")
        return self._named(names)

    @property
    def of_signs(self) -> list[BoundField]:
        return self._named(("d_discount_below", "d_credit"))

    @property
    def of_payments(self) -> list[BoundField]:
        names = (
            "payment",
            "date",
            "amount",
            "customer",
            "document",
            "separator",
            "fee",
            "tip",
            "bank_reference",
            "currency",
        )
        return self._named(f"p_{name}" for name in names)

    @property
    def of_payment_signs(self) -> list[BoundField]:
        return self._named(("p_fee_below", "p_refund"))

    @property
    def status_words(self) -> list[BoundField]:
        return self._named(self.statuses.values())

    @property
    def type_words(self) -> list[BoundField]:
        return self._named(self.types.values())

    @property
    def of_payouts(self) -> list[BoundField]:
        return self._named((*(f"o_{name}" for name in PAYOUT), "aside_column", "aside_amount"))

    @property
    def aside_words(self) -> list[BoundField]:
        return self._named(self.asides.values())

    @property
    def method_words(self) -> list[BoundField]:
        return self._named(self.methods.values())


def told(given: Text | Amount) -> str:
    """What is taken from several columns, in short."""
    if isinstance(given, Text):
        return (" + " if given.joined is not None else " / ").join(given.columns) or f"“{given.text}”"
    text = " + ".join(given.columns) + "".join(f" − {name}" for name in given.less)
    text = f"{text} × {given.times}" if given.times else text
    return f"− ({text})" if given.negated else text


def tax_field(code: str) -> str:
    return f"d_tax-{key_of(code)}"


def form_of(rule: DocumentRule) -> str:
    """The choice that a rule is: a long one without rows that are said once has them in each row."""
    beside = [it for it in rule.rows if it.row is not Row.LINE]
    is_own = rule.form is Form.LONG and beside and not any(it.once for it in beside)
    return OWN if is_own else rule.form.value


def slot(rule: RowRule) -> tuple[Row, str]:
    """What a field stands for: a kind of row, or one tax. A tax that a column names has no field."""
    if rule.row is Row.TAX and not rule.code.columns:
        return rule.row, rule.code.text
    return rule.row, ""


def joined(text: Text) -> tuple[Text, Text]:
    """A name of two joined columns as two; else nothing in the second."""
    if text.joined is None or len(text.columns) != 2 or text.values or text.text:
        return text, NO_TEXT
    first, last = text.columns
    return Text((first,)), Text((last,))


def simple(rules: Iterable[LeaveOut]) -> Condition:
    """The first condition that the form can show: of rows that one column alone tells."""
    for rule in rules:
        if len(rule.when) == 1:
            [it] = rule.when
            if not it.none_of and sum((bool(it.one_of), bool(it.begins), it.empty is True)) == 1:
                return it
    return Condition("")
