"""The form of a column mapping: the mapping that its answers make. What it does not show stays as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as say

from ecriture.core.settings import frozen_mapping
from ecriture.core.text import fold
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
    Payouts,
    Row,
    RowRule,
    SetAside,
    Text,
)
from ecriture.web.forms.mapping_aside import PAYOUT, payout_rows, set_aside
from ecriture.web.forms.mapping_fields import (
    BOTH,
    DOCUMENT_TEXTS,
    DOCUMENTS,
    EMPTY,
    IS,
    KEPT,
    OWN,
    PAYMENT_TEXTS,
    PAYMENTS,
    ROWS,
    SEPARATOR,
    MappingFields,
    form_of,
    simple,
    slot,
    tax_field,
)


class MappingForm(MappingFields):
    """A mapping beside the file that it is for."""

    def clean(self) -> dict[str, Any]:
        """What nothing can be read without is asked for where it is needed."""
        cleaned = super().clean() or self.cleaned_data
        has, missing = cleaned.get("has"), []
        if has in (DOCUMENTS, BOTH):
            missing += ["d_document", "d_date", "d_line"]
        if has in (PAYMENTS, BOTH):
            missing += ["p_date", "p_amount", *([] if cleaned.get("p_identity") else ["p_payment"])]
        if cleaned.get("o_payout") and "o_net" in cleaned and not cleaned["o_net"]:
            missing.append("o_net")
        if PAYOUT in self._answered(self.asides) and "o_payout" in cleaned and not cleaned["o_payout"]:
            missing.append("o_payout")
        for name in missing:
            if name in cleaned and not cleaned[name]:
                self.add_error(name, say("Choose a column."))
        if cleaned.get("out_column") and cleaned.get("out_how") != EMPTY and not self._words():
            self.add_error("out_words", say("Write the words."))
        return cleaned

    def change(self) -> ColumnMapping:
        """The mapping with the answers."""
        cleaned, mapping = self.cleaned_data, self.mapping
        documents, payments = mapping.documents[1:], mapping.payments[1:]
        has = cleaned["has"]
        plain = {name: cleaned[name] for name in ("name", "date_order", "decimal")}
        return replace(
            mapping,
            **plain,
            source=cleaned["program"],
            prefix=cleaned["number_prefix"],
            leave_out=self._left_out(),
            documents=(self._document(), *documents) if has != PAYMENTS else (),
            payments=(self._payment(), *payments) if has != DOCUMENTS else (),
            set_aside=self._set_aside(),
            payouts=self._payouts(),
        )

    def _answered(self, names: Mapping[str, str]) -> dict[str, str]:
        """What was said of each text of a column."""
        return {word: self.cleaned_data.get(name) or "" for word, name in names.items()}

    def _aside_column(self) -> str:
        """The column as the mapping names it."""
        chosen = str(self.cleaned_data["aside_column"])
        is_same = chosen in (KEPT, self._single(Text((self.aside_shown,) if self.aside_shown else ())))
        return self.aside_shown if is_same else chosen

    def _set_aside(self) -> tuple[SetAside, ...]:
        rules, column = self.mapping.set_aside, self._aside_column()
        given = next((it.amount for it in rules if it.amount), NO_AMOUNT)
        amount = self._amount("aside_amount", given)
        if amount != given:
            rules = tuple(replace(it, amount=amount if it.amount == given else it.amount) for it in rules)
        mapping = replace(self.mapping, set_aside=rules)
        return set_aside(mapping, self.aside_shown, column, self._answered(self.asides), amount)

    def _payouts(self) -> Payouts | None:
        given = self.mapping.payouts or Payouts(NO_TEXT, NO_AMOUNT)
        payout = self._text("o_payout", given.payout)
        if not payout:
            return None
        net, gross = self._amount("o_net", given.net), self._amount("o_gross", given.gross)
        fee = self._amount("o_fee", given.fee, negated=given.fee.negated)
        total = payout_rows(self.mapping, self._aside_column(), self._answered(self.asides))
        return replace(given, payout=payout, net=net, gross=gross, fee=fee, total=total)

    def _words(self) -> tuple[str, ...]:
        parts = self.cleaned_data.get("out_words", "").split(SEPARATOR)
        return tuple(part.strip() for part in parts if part.strip())

    def _left_out(self) -> tuple[LeaveOut, ...]:
        column, how = self.cleaned_data["out_column"], self.cleaned_data["out_how"]
        shown = (simple(self.mapping.leave_out),)
        rules = [*self.mapping.leave_out]
        place = next((at for at, it in enumerate(rules) if it.when == shown), len(rules))
        if column != KEPT:
            rules[place : place + 1] = [LeaveOut((self._condition(column, how),))] if column else []
        return tuple(rules)

    def _condition(self, column: str, how: str) -> Condition:
        words = self._words()
        if how == EMPTY:
            return Condition(column, empty=True)
        return Condition(column, one_of=words) if how == IS else Condition(column, begins=words)

    def _text(self, name: str, given: Text) -> Text:
        chosen = self.cleaned_data[name]
        if chosen == KEPT or (chosen and chosen == self._single(given)):
            return given
        return Text((chosen,)) if chosen else NO_TEXT

    def _amount(self, name: str, given: Amount, **more: Any) -> Amount:
        chosen = self.cleaned_data[name]
        if chosen == KEPT:
            return given
        same = chosen and chosen == self._single(given, times="times" in more, negated="negated" in more)
        found = given if same else Amount((chosen,) if chosen else ())
        return replace(found, **more) if found else NO_AMOUNT

    def _worded(self, text: Text, given: Text, names: Mapping[str, str], otherwise: str | None) -> Text:
        """A text with what the words mean that the file holds."""
        if not text.columns or not names:
            return text
        meant = {word: self.cleaned_data.get(name) or self.fields[name].initial for word, name in names.items()}
        now = {fold(word): meaning for word, meaning in meant.items()}
        earlier = {word: it for word, it in text.values.items() if now.get(fold(word), it) == it}
        default = text.otherwise if text is given else otherwise
        kept, said = {fold(word) for word in earlier}, {fold(word) for word in text.values}
        told_too = {
            word: it
            for word, it in meant.items()
            if it and fold(word) not in kept and (it != default or fold(word) in said)
        }
        return replace(text, values=frozen_mapping({**earlier, **told_too}), otherwise=default)

    def _document(self) -> DocumentRule:
        cleaned, rule = self.cleaned_data, self.document
        texts: dict[str, Any] = {name: self._text(f"d_{name}", getattr(rule, name)) for name in DOCUMENT_TEXTS}
        texts["status"] = self._worded(texts["status"], rule.status, self.statuses, "final")
        texts["type"] = self._worded(texts["type"], rule.type, self.types, "invoice")
        texts["customer"] = self._customer(texts["customer"])
        total = self._amount("d_total", rule.total)
        return replace(
            rule,
            **texts,
            form=self._form,
            total=total,
            sum_totals=self._sums_totals(texts["document"], total),
            refunded=self._amount("d_refunded", rule.refunded),
            rows=tuple(self._rows()),
            negative_is_credit_note=cleaned["d_credit"],
            taxes_included=tuple(cleaned["d_included"]),
        )

    @property
    def _form(self) -> Form:
        return Form.LONG if self.cleaned_data["d_form"] == OWN else Form(self.cleaned_data["d_form"] or Form.WIDE)

    @property
    def _has_other_form(self) -> bool:
        return bool(self.cleaned_data["d_form"] != form_of(self.document))

    def _sums_totals(self, number: Text, total: Amount) -> bool:
        """Whether the total of a document is the sum of its rows', which differ and have their own taxes."""
        if not self._has_other_form and total == self.document.total:
            return self.document.sum_totals
        numbers, totals = (self.sample.column(next(iter(it.columns), "")) for it in (number, total))
        is_own = self.cleaned_data["d_form"] == OWN
        return is_own and numbers is not None and totals is not None and totals.is_of_rows(numbers)

    def _customer(self, text: Text) -> Text:
        """The customer's name, which may stand in two columns."""
        chosen, more = self.cleaned_data["d_customer"], self.cleaned_data["d_customer_more"]
        if chosen in ("", KEPT):
            return text
        joined = self.document.customer.joined
        return Text((chosen, more), joined=" " if joined is None else joined) if more else Text((chosen,))

    def _rows(self) -> Iterator[RowRule]:
        """The rows in their order; those that are new come last."""
        shown = {(row, ""): f"d_{row}" for row in ROWS} | {
            (Row.TAX, code): tax_field(code) for code in self.settings.taxes
        }
        for rule in self.document.rows:
            name = shown.pop(slot(rule), None)
            if name is None:
                yield rule
            elif made := self._made(name, rule):
                yield made
        for (row, code), name in shown.items():
            if made := self._made(name, self._row(row, code)):
                yield made

    def _made(self, name: str, rule: RowRule) -> RowRule | None:
        """A row by its field; None where there is no column for it."""
        cleaned = self.cleaned_data
        more: dict[str, Any] = {}
        if rule.row is Row.DISCOUNT:
            more = {"negated": cleaned["d_discount_below"]}
        elif rule.row is Row.LINE:
            more = {"times": self._text("d_times", NO_TEXT).columns[0] if cleaned["d_times"] not in ("", KEPT) else ""}
            rule = replace(
                rule, code=self._text("d_code", rule.code), description=self._text("d_description", rule.description)
            )
        amount = self._amount(name, rule.amount, **more)
        if self._has_other_form or not rule.amount:
            rule = replace(rule, once=cleaned["d_form"] == Form.LONG and rule.row is not Row.LINE)
        return replace(rule, amount=amount) if amount else None

    def _payment(self) -> PaymentRule:
        cleaned, rule = self.cleaned_data, self.payment
        texts: dict[str, Any] = {name: self._text(f"p_{name}", getattr(rule, name)) for name in PAYMENT_TEXTS}
        texts["method"] = self._worded(texts["method"], rule.method, self.methods, None)
        return replace(
            rule,
            **texts,
            amount=self._amount("p_amount", rule.amount),
            fee=self._amount("p_fee", rule.fee, negated=cleaned["p_fee_below"]),
            tip=self._amount("p_tip", rule.tip),
            identity=tuple(cleaned["p_identity"]),
            document_separator=cleaned["p_separator"],
            negative_is_refund=cleaned["p_refund"],
        )
