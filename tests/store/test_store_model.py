"""Random histories of two companies: whatever happens, what is transferred and what is pending is what is wanted.

After every step the plan over what is touched is the plan over everything, and at every export the command, which keeps
its batches in a file, writes the same bytes. `ECRITURE_STEPS=50000 pytest tests/store/test_store_model.py` goes further.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ecriture.cli.convert import Request, convert
from ecriture.cli.speech import Speech
from ecriture.core.batches import BatchState, postings_of
from ecriture.core.documents import Books, Document, DocumentKind, Payment, Status, Unit, UnitId, UnitKind, signed
from ecriture.core.plan import Plan, exported_units
from ecriture.core.settings import Settings
from ecriture.core.wants import Wants
from ecriture.memory.state import open_state
from ecriture.sources.settings_file import write_company
from ecriture.store import models
from ecriture.store.batches import transferred
from ecriture.store.books import Changes, Live, record
from ecriture.store.models import Company
from ecriture.store.settings import Used, change, make_company, settings_of
from ecriture.store.transfer import Blocked, NothingPending, Planned, WrongState, cancel, confirm, export, plan
from ecriture.store.units import books_of
from ecriture.transfer import ThroughLocked, checked
from server_world import person
from worlds import CHANGES, DAYS, KEYS, RECEIPTS, companies, days, document, payment

STEPS = int(os.environ.get("ECRITURE_STEPS", "2000"))
STEPS_OF_ONE = 50
NUMBERS = ("A", "B", "C", "D", "a", "0A")
LATER = (date(2026, 4, 30), date(2027, 12, 31))
SETTINGS = tuple(name for name in CHANGES if name not in ("name", "currency"))

Held = Counter[tuple[UnitId, date, str]]
"""Cents by unit, own date and account."""


class Histories(RuleBasedStateMachine):
    """Two companies side by side. Each rule is a step in one of them, and leaves the other as it is."""

    sides: "list[Side]"

    @initialize(first=companies(), second=companies())
    def begin(self, first: Settings, second: Settings) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self._folder = TemporaryDirectory()
        owner = person("owner")
        names = ("Une inc.", "Deux inc.")
        self.sides = [
            Side(make_company(CHANGES["name"](it), owner=owner), Path(self._folder.name) / name)
            for it, name in zip((first, second), names, strict=True)
        ]

    def teardown(self) -> None:
        if hasattr(self, "_atomic"):
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)
            self._folder.cleanup()

    @rule(side=st.integers(0, 1), data=st.data(), number=st.sampled_from(NUMBERS))
    def enter_document(self, side: int, data: st.DataObject, number: str) -> None:
        keys = tuple(data.draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3)))
        found = data.draw(document(number, keys, data.draw(days())))
        if found.kind is DocumentKind.CREDIT_NOTE and data.draw(st.booleans()):
            found = found._replace(applies_to=data.draw(st.sampled_from(NUMBERS)))
        self.sides[side].put(found)

    @rule(side=st.integers(0, 1), data=st.data(), number=st.sampled_from(NUMBERS), receipt=RECEIPTS)
    def enter_payment(self, side: int, data: st.DataObject, number: str, receipt: Any) -> None:
        known = {it.number: it.total_cents for it in self.sides[side].books.documents.values()}
        totals = known or dict.fromkeys(NUMBERS[:2], 1000)
        self.sides[side].put(data.draw(payment(number, receipt, totals)))

    @rule(side=st.integers(0, 1), data=st.data())
    def edit(self, side: int, data: st.DataObject) -> None:
        """Small changes of one unit: its date, its customer, its status."""
        units = self.sides[side].books.units
        if units:
            unit = data.draw(st.sampled_from(units))
            changes: dict[str, Any] = data.draw(
                st.sampled_from(
                    [
                        {"date": data.draw(days())},
                        {"customer": data.draw(st.sampled_from(("", "Ann")))},
                        {"status": data.draw(st.sampled_from(Status))},
                    ]
                )
            )
            self.sides[side].put(unit._replace(**changes))

    @rule(side=st.integers(0, 1), data=st.data())
    def allocate(self, side: int, data: st.DataObject) -> None:
        """A row of a payment goes to another document, from a day on."""
        books = self.sides[side].books
        if books.payments and books.documents:
            found = data.draw(st.sampled_from([*books.payments.values()]))
            at = data.draw(st.integers(0, len(found.rows) - 1))
            row = found.rows[at]._replace(
                document=data.draw(st.sampled_from([*books.documents])), applied=data.draw(st.none() | days())
            )
            self.sides[side].put(found._replace(rows=(*found.rows[:at], row, *found.rows[at + 1 :])))

    @rule(side=st.integers(0, 1), data=st.data(), is_deleted=st.booleans())
    def take_away(self, side: int, data: st.DataObject, is_deleted: bool) -> None:
        units = [unit.id for unit in self.sides[side].books.units]
        if units:
            self.sides[side].take_away(data.draw(st.sampled_from(units)), is_deleted=is_deleted)

    @rule(side=st.integers(0, 1), name=st.sampled_from(SETTINGS))
    def change_settings(self, side: int, name: str) -> None:
        self.sides[side].change(name)

    @rule(side=st.integers(0, 1), through=st.sampled_from((*DAYS, *LATER)), skip_invalid=st.booleans())
    def export(self, side: int, through: date, skip_invalid: bool) -> None:
        self.sides[side].export(through, skip_invalid=skip_invalid)

    @rule(side=st.integers(0, 1), data=st.data(), is_confirmed=st.booleans())
    def settle(self, side: int, data: st.DataObject, is_confirmed: bool) -> None:
        """A batch is confirmed or cancelled, in any order."""
        numbers = [*self.sides[side].batches]
        if numbers:
            self.sides[side].settle(data.draw(st.sampled_from(numbers)), is_confirmed=is_confirmed)

    @invariant()
    def holds(self) -> None:
        for side in getattr(self, "sides", ()):
            side.check()


class Side:
    """One company on the server, and the command beside it with a state file of its own."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self.folder = folder
        self.batches: dict[int, str] = {}
        """The digest of all that each batch holds."""
        self._is_checked = False
        folder.mkdir()

    @property
    def books(self) -> Books:
        return books_of(self.company)

    def put(self, unit: Unit) -> None:
        self._done()
        record(self.company, Changes([unit]), by=None, source="test")

    def take_away(self, unit: UnitId, *, is_deleted: bool) -> None:
        self._done()
        changes = Changes(deleted=[unit]) if is_deleted else Changes(void=[unit])
        try:
            record(self.company, changes, by=None, source="test")
        except Live:
            assert is_deleted
            assert self._held(date.max)

    def change(self, name: str) -> None:
        self._done()
        with suppress(Used):  # an item that documents use stays
            change(self.company, None, CHANGES[name], area="accounting")

    def settle(self, number: int, *, is_confirmed: bool) -> None:
        self._done()
        was = models.Batch.objects.get(company=self.company, number=number).state
        try:
            if is_confirmed:
                confirm(self.company, number, None)
            else:
                cancel(self.company, number, None, reason="test")
        except WrongState:
            assert was == BatchState.CANCELLED
            return
        assert was != BatchState.CANCELLED
        if not is_confirmed or was == BatchState.EXPORTED:
            with open_state(self.folder / "state") as state:
                if is_confirmed:
                    state.confirm(number)
                else:
                    state.cancel(number, "test")

    def export(self, through: date, *, skip_invalid: bool) -> None:
        self._done()
        self.company.refresh_from_db()
        written = self._exported(through, skip_invalid=skip_invalid)
        assert self._by_command(through, skip_invalid=skip_invalid) == written

    def _exported(self, through: date, *, skip_invalid: bool) -> bytes | None:
        """The bytes of a batch; None without one."""
        try:
            found = plan(self.company, through)
            batch = export(self.company, through, found.fingerprint, None, skip_invalid=skip_invalid)
        except (ThroughLocked, Blocked, NothingPending):
            return None
        assert batch.number == len(self.batches) + 1
        again = export(self.company, through, found.fingerprint, None, skip_invalid=skip_invalid)
        assert again.pk == batch.pk
        self.company.refresh_from_db()
        assert plan(self.company, through).plan.entries == ()
        self.batches[batch.number] = self._digest(batch.number)
        return bytes(batch.content)

    def _by_command(self, through: date, *, skip_invalid: bool) -> bytes | None:
        out = self.folder / "out"
        out.unlink(missing_ok=True)
        company, documents, payments = (self.folder / name for name in ("company.toml", "d.csv", "p.csv"))
        company.write_bytes(write_company(settings_of(self.company)))
        documents.write_text(document_rows(self.books.documents.values()), "utf-8")
        payments.write_text(payment_rows(self.books.payments.values()), "utf-8")
        request = Request(
            company=company,
            documents=documents,
            payments=payments,
            state=self.folder / "state",
            through=through,
            skip_invalid=skip_invalid,
            out=out,
        )
        try:
            convert(request, Speech("en"))
        except ThroughLocked:
            return None
        return out.read_bytes() if out.exists() else None

    # What always holds

    def _done(self) -> None:
        self._is_checked = False

    def check(self) -> None:
        if not self._is_checked:
            self._is_checked = True
            self.company.refresh_from_db()
            for through in (DAYS[4], LATER[-1]):
                self._check_plans(through)
            assert {number: self._digest(number) for number in self.batches} == self.batches

    def _check_plans(self, through: date) -> None:
        books = self.books
        try:
            whole = plan(self.company, through, books)
        except ThroughLocked:
            return
        part = plan(self.company, through)
        assert part.plan.entries == whole.plan.entries
        assert part.units == whole.units
        assert sorted(part.plan.kept_back) == sorted(whole.plan.kept_back)
        assert _said(part, part.inputs.books) == _said(whole, part.inputs.books)
        self._check_sums(whole, books, through)

    def _check_sums(self, whole: Planned, books: Books, through: date) -> None:
        """Of each unit, own date and account: what is transferred and what is pending is what is wanted."""
        of_units = transferred(self.company, [unit.id for unit in books.units])
        inputs = checked(whole.inputs, of_units)
        wanted: Held = Counter()
        kept_back = {UnitId(it.kind, it.number) for it in whole.plan.kept_back}
        wants = Wants(inputs.books, inputs.settings, through=through, transferred=of_units)
        for want in wants:
            for part in want.parts if want.unit.id not in kept_back else ():
                for account, cents in part.by_account().items() if part.own_date <= through else ():
                    wanted[want.unit.id, part.own_date, account] += cents
        found = self._held(through)
        found.update(_pending(whole.plan))
        about = {want.unit.id for want in wants} - kept_back
        assert _nonzero(found, about) == _nonzero(wanted, about)

    def _held(self, through: date) -> Held:
        rows = models.BatchPosting.objects.filter(company=self.company, own_date__lte=through)
        held: Held = Counter()
        columns = "unit_kind", "unit_number", "own_date", "account", "amount_cents"
        for kind, number, own_date, account, cents in rows.exclude(batch__state=BatchState.CANCELLED).values_list(
            *columns
        ):
            held[UnitId(UnitKind(kind), number), own_date, account] += cents
        return held

    def _digest(self, number: int) -> str:
        batch = models.Batch.objects.get(company=self.company, number=number)
        rows = models.BatchPosting.objects.filter(batch=batch).order_by("position").values_list()
        records = models.BatchRecord.objects.filter(batch=batch).order_by("unit_kind", "unit_number").values_list()
        assert sha256(batch.content).hexdigest() == batch.sha256
        return repr((batch.fingerprint, batch.through, batch.entries, batch.sha256, [*rows], [*records]))


def _pending(found: Plan) -> Held:
    sums: Held = Counter()
    for unit in exported_units(found):
        for part in unit.parts:
            for posting in postings_of(unit.unit, part):
                sums[unit.unit, posting.own_date, posting.account] += posting.amount_cents
    return sums


def _nonzero(held: Held, units: set[UnitId]) -> dict[tuple[UnitId, date, str], int]:
    return {key: cents for key, cents in held.items() if cents and key[0] in units}


def _said(found: Planned, about: Books) -> set[str]:
    """Problems of the units of some books. What is said of settings depends on the items that there are to look at."""
    units = {unit.id for unit in about.units} - about.silent
    return {repr(it) for it in found.plan.problems if (it.where.kind, it.where.number) in units}


# The files of the command


def document_rows(documents: Iterable[Document]) -> str:
    def rows() -> Iterator[str]:
        yield "document,type,status,date,customer,row,code,amount,applies_to"
        for it in documents:
            head = it.number, it.kind.value, it.status.value, it.date, it.customer
            for key, cents in zip(it.keys, it.amounts, strict=True):
                yield ",".join(map(str, (*head, *key, f"{signed(key, cents) / 100:.2f}", it.applies_to)))

    return "\n".join(rows())


def payment_rows(payments: Iterable[Payment]) -> str:
    def rows() -> Iterator[str]:
        yield "payment,type,status,date,customer,method,bank_reference,document,amount,fee,rounding,tip,applied"
        for it in payments:
            head = it.number, it.kind.value, it.status.value, it.date, it.customer, it.method, it.bank_reference
            for number, *cents, applied in it.rows:
                yield ",".join(map(str, (*head, number, *(f"{it / 100:.2f}" for it in cents), applied or "")))

    return "\n".join(rows())


def test_histories(db: None) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_OF_ONE),
            stateful_step_count=STEPS_OF_ONE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
