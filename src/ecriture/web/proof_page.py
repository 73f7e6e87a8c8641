"""The month's proof: what a bookkeeper looks at before a month is closed, on one page and as PDF."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import typst
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as say
from django.utils.translation import ngettext

from ecriture.core.accounts import Chart
from ecriture.core.amounts import show_amount
from ecriture.core.batches import BatchState
from ecriture.core.control import BANK, TAX
from ecriture.store.charts import chart_of
from ecriture.store.control import Control, control_on, controlled_in, latest_through
from ecriture.store.models import Company, MonthLook
from ecriture.store.proof import (
    AccountSum,
    Deposited,
    Left,
    Month,
    deposits_in,
    entries_in,
    left_of,
    looks_at,
    month_of,
    sums_of,
)
from ecriture.store.standing import Standing, Stands
from ecriture.web import standing_words, words
from ecriture.web.audit_words import zone_of
from ecriture.web.control_page import MOST_SHOWN
from ecriture.web.entries import name_in
from ecriture.web.open_lines import kind_name, lines_of
from ecriture.web.sections import MONEY, Cell, Column, Row, Section, cells, cents, plain_rows
from ecriture.web.unit_pages import addresses
from ecriture.web.words import language

TEMPLATE = Path(__file__).parent / "templates" / "paper" / "proof.typ"


@dataclass(frozen=True)
class Proof:
    company: Company
    month: Month

    @property
    def title(self) -> str:
        return say("Month’s proof: %s") % self.month_name

    @property
    def month_name(self) -> str:
        return str(date_format(self.month.first, "F Y"))

    @property
    def value(self) -> str:
        return f"{self.month.first:%Y-%m}"

    @cached_property
    def control(self) -> Control:
        return control_on(self.company, self.month.last)

    @cached_property
    def sections(self) -> list[Section]:
        return [
            self._left(),
            self._entries(),
            *self._controls(),
            self._taxes(),
            *self._banks(),
            self._in_transit(),
        ]

    @property
    def is_proved(self) -> bool:
        return not any(it.is_wrong for it in self.sections)

    # Parts

    def _left(self) -> Section:
        left = left_of(self.company, self.month)
        heading = say("Left to transfer")
        if not left:
            return Section("left", heading, [say("Nothing: all of this month is transferred.")], is_wrong=False)
        pages = addresses(self.company, [it.unit for it in left[:MOST_SHOWN]])
        count = ngettext(
            "%s document or payment is not transferred.", "%s documents or payments are not transferred.", len(left)
        )
        rows = [
            Row(
                cells(
                    Cell(it.unit.number, pages.get(it.unit, ""), kind_name(it.unit.kind)),
                    words.day(it.day),
                    it.customer,
                    _reason(it),
                )
            )
            for it in left[:MOST_SHOWN]
        ]
        columns = Column(say("Number")), Column(say("Date"), "nowrap"), Column(say("Customer")), Column(say("Why"))
        return Section("left", heading, [count % words.number(len(left))], columns, rows, is_wrong=True)

    def _entries(self) -> Section:
        found = entries_in(self.company, self.month)
        waits = sum(it.state is not BatchState.CONFIRMED for it in found)
        said = [say("No entry has a date in this month.")] if not found else []
        if waits:
            said = [
                ngettext(
                    "%s entry is exported and not confirmed: did it go in?",
                    "%s entries are exported and not confirmed: did they go in?",
                    waits,
                )
                % waits
            ]
        rows = [
            Row(
                cells(
                    it.source,
                    words.day(it.dated),
                    str(it.batch),
                    _state(it.state, it.confirmed_at, it.confirmed_by, self.company),
                    cents(it.debit_cents),
                )
            )
            for it in found
        ]
        columns = (
            Column(say("Source")), Column(say("Date"), "nowrap"), Column(say("Batch")), Column(say("State")),
            Column(say("Debits = credits"), MONEY),
        )  # fmt: skip
        return Section("entries", say("Journal entries"), said, columns if found else (), rows, is_wrong=bool(waits))

    def _controls(self) -> Iterator[Section]:
        for account, is_deposit in controlled_in(self.company):
            lines = lines_of(self.control, account, self.month.last)
            balance = self.control.balance(account)
            sign = -1 if is_deposit else 1
            is_wrong = balance.cents != sum(it.cents for it in lines)
            said = [
                say("Balance on %(day)s, as transferred: %(amount)s.")
                % {"day": words.day(self.month.last), "amount": show_amount(balance.cents, language())}
            ]
            if balance.opening_cents:
                amount = show_amount(balance.opening_cents, language())
                said.append(say("Of that in the opening balance: %s.") % amount)
            rows = [
                Row(
                    cells(
                        Cell(it.about.number, it.link),
                        words.day(it.dated) if it.dated else "",
                        it.customer,
                        it.age_name,
                        cents(sign * it.cents),
                    )
                )
                for it in lines[:MOST_SHOWN]
            ]
            columns = (
                Column(say("Number")), Column(say("Date"), "nowrap"), Column(say("Customer")), Column(say("Age")),
                Column(say("Deposit") if is_deposit else say("Open"), MONEY),
            )  # fmt: skip
            foot = cells(say("Total"), "", "", "", cents(sign * sum(it.cents for it in lines)))
            heading = say("Deposits: account %s") if is_deposit else say("Customers: account %s")
            yield Section(
                f"account-{account}",
                heading % self._named(account),
                said,
                columns if rows else (),
                rows,
                foot,
                is_wrong,
            )

    def _taxes(self) -> Section:
        return self._sums("taxes", say("Taxes posted in the month"), sums_of(self.company, TAX, self.month))

    def _sums(self, key: str, heading: str, sums: Sequence[AccountSum], said: Sequence[str] = ()) -> Section:
        explain = reverse("explain", args=[self.company.pk])
        rows = [
            Row(
                cells(
                    Cell(self._named(it.account), f"{explain}?account={it.account}&month={self.value}"),
                    cents(it.debit_cents),
                    cents(it.credit_cents),
                    cents(it.debit_cents - it.credit_cents),
                    cents(it.balance_cents),
                )
            )
            for it in sums
        ]
        columns = (
            Column(say("Account")), Column(say("Debit"), MONEY), Column(say("Credit"), MONEY), Column(say("Net change"), MONEY),
            Column(say("Transferred to date"), MONEY),
        )  # fmt: skip
        return Section(key, heading, [*said, *([] if sums else [say("Nothing.")])], columns if sums else (), rows)

    def _banks(self) -> Iterator[Section]:
        found = deposits_in(self.company, self.month)
        warns = (self.company.bank_lines, self.company.detail) == ("total", "summary")
        for account in sorted({it.account for it in found}):
            its = [it for it in found if it.account == account]
            said = [say("As on the bank’s statement: to be ticked in the program’s reconciliation.")]
            if warns:
                said = [
                    say(
                        "Your program shows one total for each entry, since bank lines are set to one total. By deposit it is:"
                    )
                ]
            rows = [
                Row(cells(words.day(it.day), Cell(it.comment, under=_payments(it)), it.source, cents(it.cents)))
                for it in its[:MOST_SHOWN]
            ]
            columns = (
                Column(say("Date"), "nowrap"),
                Column(say("Deposit")),
                Column(say("Source")),
                Column(say("Net"), MONEY),
            )
            foot = cells(say("Total"), "", "", cents(sum(it.cents for it in its)))
            yield Section(f"bank-{account}", say("Bank: account %s") % self._named(account), said, columns, rows, foot)

    def _in_transit(self) -> Section:
        main = {self.company.payment_debit, self.company.refund_credit}
        sums = [it for it in sums_of(self.company, BANK, self.month) if it.account not in main]
        said = [
            say(
                "What came to these accounts, less the transfers to the bank that you entered in the program, is on its way."
            )
        ]
        return self._sums("transit", say("Money in transit at the month’s end"), sums, said if sums else ())

    def _named(self, account: str) -> str:
        return f"{account} {name_in(self._chart, account)}".strip()

    @cached_property
    def _chart(self) -> Chart:
        return chart_of(self.company)

    # Who looked

    @cached_property
    def looks(self) -> list[tuple[str, str, str]]:
        """When, who, and what differs since."""
        zone = zone_of(self.company)
        found = []
        for it in looks_at(self.company, self.month):
            at = it.at.astimezone(zone)
            found.append((f"{words.day(at.date())}, {words.hour(at)}", it.by_name, self._since(it)))
        return found

    def _since(self, look: MonthLook) -> str:
        changed = [account for account, then in look.figures.items() if self.control.balance(account).cents != then]
        return say("Changed since: %s") % ", ".join(changed) if changed else say("As it is now")


def _reason(left: Left) -> Cell:
    """Why it is kept back, with the money that the bank has and the books do not."""
    kept = left.kept_back
    if kept is None:
        return Cell(say("Not transferred yet."))
    why = standing_words.why_of(Standing(Stands.KEPT_BACK, (), kept, left.problems))
    if not kept.amount_cents:
        return Cell(why)
    amount = show_amount(kept.amount_cents, language())
    said = say("%(amount)s received at %(account)s, not in the books") % {"amount": amount, "account": kept.account}
    return Cell(why, under=said)


def _state(state: BatchState, at: datetime | None, by: str, company: Company) -> Cell:
    if state is not BatchState.CONFIRMED or at is None:
        return Cell(say("exported"))
    return Cell(say("confirmed"), under=f"{words.day(at.astimezone(zone_of(company)).date())} · {by}")


def _payments(it: Deposited) -> str:
    said = [", ".join(it.payments)] if len(it.payments) > 1 or it.comment.partition(" ")[0] != it.payments[0] else []
    if it.is_split:
        said.append(say("the rest of this reference is in another month"))
    return " · ".join(said)


def month_asked(company: Company, asked: Month | None) -> Month:
    return asked or month_of(latest_through(company) or timezone.localdate())


def printed(proof: Proof) -> bytes:
    """The PDF. The same books give the same bytes."""
    said = {
        "lang": language(),
        "title": proof.title,
        "company": proof.company.name,
        "sections": [
            {
                "heading": it.heading,
                "said": list(it.said),
                "columns": [str(column.title) for column in it.columns],
                "money": [column.css == MONEY for column in it.columns],
                "rows": [*plain_rows(it)],
                "foot": [cell.text for cell in it.foot] if it.rows else [],
            }
            for it in proof.sections
        ],
        "looked": say("Looked at by"),
        "looks": [" · ".join(filter(None, look)) for look in proof.looks],
    }
    last = proof.month.last
    made_at = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp())
    inputs = {"said": json.dumps(said, ensure_ascii=False)}
    pdf: bytes = typst.compile(TEMPLATE, ignore_system_fonts=True, sys_inputs=inputs, timestamp=made_at)
    return pdf
