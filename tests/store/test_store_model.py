"""Random histories of two companies: whatever happens, what is transferred and what is pending is what is wanted.

After every step the plan over what is touched is the plan over everything, and at every export the command, which keeps
its batches in a file, writes the same bytes. The command has no remap: it is told of which units no account is recorded any
more, as the model knows it. `ECRITURE_STEPS=50000 pytest tests/store/test_store_model.py` goes further.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ecriture.cli.convert import Request, convert
from ecriture.cli.speech import Speech
from ecriture.core.batches import (
    NO_ACCOUNTS,
    BatchState,
    BatchUnit,
    Recorded,
    RecordedAccounts,
    Transferred,
    WrongState,
    postings_of,
)
from ecriture.core.documents import (
    Books,
    Document,
    DocumentKind,
    Payment,
    Status,
    Unit,
    UnitId,
    UnitKind,
    signed,
)
from ecriture.core.plan import Plan, exported_units
from ecriture.core.settings import Settings
from ecriture.core.wants import Wants
from ecriture.memory.state import State, open_state
from ecriture.sources.settings_file import write_company
from ecriture.store import models
from ecriture.store.batches import is_live, transferred
from ecriture.store.books import Changes, Live, record
from ecriture.store.catalogue import Used
from ecriture.store.closed import note_closed
from ecriture.store.control import Control, control_on, controlled_in
from ecriture.store.models import Batch, Company
from ecriture.store.remap import Choice, look, remap, take_back
from ecriture.store.settings import StartDateFixed, change, make_company, settings_of
from ecriture.store.transfer import Blocked, NothingPending, Planned, cancel, confirm, export, plan
from ecriture.store.units import MODELS, books_of
from ecriture.transfer import ThroughLocked, checked
from server_world import person
from worlds import CHANGES, DAYS, KEYS, RECEIPTS, companies, days, document, payment, some_books

STEPS = int(os.environ.get("ECRITURE_STEPS", "600"))
STEPS_OF_ONE = 50
NUMBERS = ("A", "B", "C", "D", "a", "0A")
LATER = (date(2026, 4, 30), date(2027, 12, 31))
SETTINGS = tuple(name for name in CHANGES if name not in ("name", "currency"))
SWITCHES = ("only_when_paid", "opening", "deposit", "paid_sale_date", "payment_credit")
"""What decides whether and when a unit posts, and where what it waits for does."""

ACTS = (
    *("document", "document", "payment", "payment", "edit", "edit", "edit", "allocate", "allocate", "void", "delete"),
    *("several", "several", "change", "change", "start", "lock", "confirm", "cancel"),
    *("remap", "remap", "take_back"),
    *("export", "export", "export", "export"),
)
Draw = Callable[[st.SearchStrategy[Any]], Any]

Held = Counter[tuple[UnitId, date, str]]
"""Cents by unit, own date and account."""


CONTROLLED = 8
"""After so many steps the control is looked at too."""


class Histories(RuleBasedStateMachine):
    """Two companies side by side. Each step is in one of them, and leaves the other as it is."""

    sides: "list[Side]"

    @initialize(first=companies(), second=companies(), books=st.tuples(some_books(), some_books()))
    def begin(self, first: Settings, second: Settings, books: tuple[Books, Books]) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self._folder = TemporaryDirectory()
        owner = person("owner")
        self.sides = []
        for name, company, found in zip(("Une inc.", "Deux inc."), (first, second), books, strict=True):
            made = make_company(replace(company, name=name, lock_date=None), owner=owner)
            self.sides.append(Side(made, Path(self._folder.name) / name))
            record(made, Changes(found.units), by=None, source="test")

    def teardown(self) -> None:
        if hasattr(self, "_atomic"):
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)
            self._folder.cleanup()

    @rule(side=st.integers(0, 1), act=st.sampled_from(ACTS), data=st.data())
    def step(self, side: int, act: str, data: st.DataObject) -> None:
        getattr(self.sides[side], act)(data.draw)

    @invariant()
    def holds(self) -> None:
        for side in getattr(self, "sides", ()):
            side.check()


class Side:
    """One company on the server, and the command beside it with a state file of its own."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company = company
        self.began = settings_of(company)
        self.folder = folder
        self.batches: dict[int, str] = {}
        """The digest of all that each batch holds."""
        self.waits: set[UnitId] = set()
        """What waits to be remapped."""
        self.accounts: dict[int, dict[UnitId, RecordedAccounts]] = {}
        """The accounts that each batch recorded of its units."""
        self.remapped: dict[int, set[UnitId]] = {}
        """The units that each batch remapped."""
        self._is_checked = False
        self._looks_at_batches = False
        """Whether a step came near them since they were compared."""
        self._steps = 0
        folder.mkdir()

    @property
    def books(self) -> Books:
        return books_of(self.company)

    # Steps

    def document(self, draw: Draw) -> None:
        self._put(self._document(draw))

    def _document(self, draw: Draw) -> Document:
        """A credit note may name what is there, itself, or another credit note."""
        keys = tuple(draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3)))
        found = draw(document(draw(st.sampled_from(NUMBERS)), keys, draw(days())))
        if found.kind is DocumentKind.CREDIT_NOTE:
            found = found._replace(applies_to=draw(st.sampled_from(("", *self.books.documents))))
        return cast("Document", found)

    def payment(self, draw: Draw) -> None:
        self._put(self._payment(draw))

    def _payment(self, draw: Draw) -> Payment:
        totals = {it.number: it.total_cents for it in self.books.documents.values()}
        return cast("Payment", draw(payment(draw(st.sampled_from(NUMBERS)), draw(RECEIPTS), totals or {"A": 1000})))

    def several(self, draw: Draw) -> None:
        """New, changed, void and deleted units in one act, which may name each other before and after."""
        makers = draw(st.lists(st.sampled_from((self._document, self._document, self._payment)), max_size=4))
        units = {unit.id: unit for unit in (make(draw) for make in makers)}
        held = {it for it, *_ in self._held(date.max)}
        others = [unit.id for unit in self.books.units if unit.id not in units]
        chosen = draw(st.lists(st.sampled_from(others), unique=True, max_size=3)) if others else []
        deleted = [it for it in chosen if it not in held and draw(st.booleans())]
        void = [it for it in chosen if it not in deleted]
        self._record(Changes([*units.values()], void=void, deleted=deleted))

    def edit(self, draw: Draw) -> None:
        """A small change of one unit: its date, its customer, its status."""
        if units := self.books.units:
            unit = draw(st.sampled_from(units))
            statuses = tuple(Status) if isinstance(unit, Document) else (Status.FINAL, Status.VOID)
            name, values = draw(st.sampled_from((("date", DAYS), ("customer", ("", "Ann")), ("status", statuses))))
            self._put(unit._replace(**{name: draw(st.sampled_from(values))}))

    def allocate(self, draw: Draw) -> None:
        """A row of a payment goes to another document, from a day on."""
        documents, payments, *_ = self.books
        if payments and documents:
            found = draw(st.sampled_from([*payments.values()]))
            at = draw(st.integers(0, len(found.rows) - 1))
            row = found.rows[at]._replace(
                document=draw(st.sampled_from([*documents])), applied=draw(st.none() | days())
            )
            self._put(found._replace(rows=(*found.rows[:at], row, *found.rows[at + 1 :])))

    def void(self, draw: Draw) -> None:
        if units := self.books.units:
            self._record(Changes(void=[draw(st.sampled_from(units)).id]))

    def delete(self, draw: Draw) -> None:
        if units := self.books.units:
            unit = draw(st.sampled_from(units)).id
            is_held = unit in {it for it, *_ in self._held(date.max)}
            with pytest.raises(Live) if is_held else nullcontext():
                self._record(Changes(deleted=[unit]))

    def change(self, draw: Draw) -> None:
        """One setting differs from what the company began with, or none."""
        self._done()
        name = draw(st.sampled_from((*SETTINGS, *SWITCHES, *SWITCHES, "")))
        locked = settings_of(self.company).lock_date
        with suppress(Used):  # an item that documents use stays
            change(self.company, None, lambda _: self._changed(name, locked), area="accounting")

    def _changed(self, name: str, locked: date | None) -> Settings:
        changed = CHANGES[name](self.began) if name else self.began
        return replace(changed, lock_date=changed.lock_date or locked)

    def start(self, draw: Draw) -> None:
        """The start date moves as long as no batch is live, also between batches that are all cancelled."""
        self._done()
        began = replace(self.began.accounting, start_date=draw(st.none() | days()))
        is_fixed = Batch.objects.filter(company=self.company).exclude(state=BatchState.CANCELLED).exists()
        is_fixed = is_fixed and began.start_date != self.began.accounting.start_date
        with pytest.raises(StartDateFixed) if is_fixed else nullcontext():
            change(
                self.company,
                None,
                lambda it: replace(it, accounting=replace(it.accounting, start_date=began.start_date)),
                area="accounting",
            )
            self.began = replace(self.began, accounting=began)

    def lock(self, draw: Draw) -> None:
        self._done()
        day = draw(st.sampled_from(DAYS[:5]))
        change(self.company, None, lambda it: replace(it, lock_date=max(day, it.lock_date or day)), area="company")

    def confirm(self, draw: Draw) -> None:
        self._settle(draw, confirm)

    def cancel(self, draw: Draw) -> None:
        self._settle(draw, lambda *it: cancel(*it, reason="test"))

    def _settle(self, draw: Draw, settle: Callable[..., Batch]) -> None:
        """In any order. The command's state is told what changed."""
        if not self.batches:
            return
        self._done(to_batches=True)
        number = draw(st.sampled_from([*self.batches]))
        was = BatchState(Batch.objects.get(company=self.company, number=number).state)
        try:
            became = BatchState(settle(self.company, number, None).state)
        except WrongState:
            assert was is BatchState.CANCELLED
            return
        assert was is not BatchState.CANCELLED
        if became is BatchState.CANCELLED:
            later = {unit for it in self._live() if it > number for unit in self.accounts[it]}
            self.waits |= self.remapped[number] - later
            self.waits &= {unit for it in self._live() for unit in self.accounts[it]}
        with open_state(self.folder / "state") as state:
            if became is BatchState.CANCELLED:
                state.cancel(number, "test")
            elif became is not was:
                state.confirm(number)

    def remap(self, draw: Draw) -> None:
        """Of a unit, or of an account. What it would do is what is pending afterwards, and nothing of it was before."""
        held = sorted(self._held(date.max))
        if not held:
            return
        self._done(to_batches=True)
        self.company.refresh_from_db()
        (kind, number), _day, account = draw(st.sampled_from(held))
        by_number = Choice(kind=kind, number=number)
        choice = draw(st.sampled_from((by_number, Choice(account=account), Choice(account=account, kind=kind))))
        found = look(self.company, choice)
        if found.units:
            through = found.planned.plan.through
            before = {it.unit for it in plan(self.company, through).units}
            assert not before & {*found.units}
            assert remap(self.company, choice, found.fingerprint, None) == len(found.units)
            self.waits |= {*found.units}
            pending = [it for it in plan(self.company, through).units if it.unit in found.units]
            assert _sums(pending) == _sums(found.planned.units)
            assert {posting.why for it in pending for part in it.parts for posting in postings_of(it.unit, part)} == {
                "remap"
            }

    def take_back(self, _draw: Draw) -> None:
        self._done()
        assert take_back(self.company, None) == len(self.waits)
        self.waits = set()

    def export(self, draw: Draw) -> None:
        self._done(to_batches=True)
        self.company.refresh_from_db()
        through = draw(st.sampled_from((*DAYS, *LATER, *LATER, *LATER, *LATER)))
        skip_invalid = draw(st.sampled_from((True, True, False)))
        recorded = self._recorded()
        written = self._exported(through, skip_invalid=skip_invalid)
        with patch.object(State, "transferred", _told(State.transferred, recorded)):
            assert self._by_command(through, skip_invalid=skip_invalid) == written
        if draw(st.sampled_from((True, True, False))):  # the job may run late
            note_closed.call(f"{self.company.pk}")

    def _put(self, unit: Unit) -> None:
        self._record(Changes([unit]))

    def _record(self, changes: Changes) -> None:
        self._done()
        record(self.company, changes, by=None, source="test")

    # Both ways to export

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
        units = {it.unit: it.record.accounts for it in found.units}
        self.accounts[batch.number] = units
        self.remapped[batch.number] = self.waits & units.keys()
        self.waits -= units.keys() | {*found.plan.finished()}
        return bytes(batch.content)

    def _recorded(self) -> dict[UnitId, RecordedAccounts]:
        """The accounts that are recorded of each unit; none of what waits to be remapped."""
        found: dict[UnitId, RecordedAccounts] = {}
        for number in self._live():
            for unit, accounts in self.accounts[number].items():
                earlier = NO_ACCOUNTS if unit in self.remapped[number] else found.get(unit, NO_ACCOUNTS)
                found[unit] = RecordedAccounts(earlier | accounts)
        return found | dict.fromkeys(self.waits, NO_ACCOUNTS)

    def _live(self) -> list[int]:
        live = Batch.objects.filter(company=self.company).exclude(state=BatchState.CANCELLED)
        return list(live.order_by("number").values_list("number", flat=True))

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

    def _done(self, *, to_batches: bool = False) -> None:
        self._is_checked = False
        self._looks_at_batches = self._looks_at_batches or to_batches

    def check(self) -> None:
        if not self._is_checked:
            self._is_checked = True
            self.company.refresh_from_db()
            self._steps += 1
            self._check_plans((DAYS[4], *LATER[1:])[self._steps % 2])
            if self._looks_at_batches:
                self._looks_at_batches = False
                assert {number: self._digest(number) for number in self.batches} == self.batches
                assert self._flagged(held=True) == is_live(self.company, [unit.id for unit in self.books.units])
                assert self._flagged(remap=True) == self._flagged(remap=True, touched=True, held=True) == self.waits
            if self._steps % CONTROLLED == 0:
                self._check_control((DAYS[self._steps // CONTROLLED % len(DAYS)], LATER[1]))

    def _check_control(self, days: Iterable[date]) -> None:
        """What is open sums to what batches hold, on every day; and names each document where nothing is pending."""
        postings = self._dated()
        is_whole = self._is_whole()
        for day in days:
            found = control_on(self.company, day)
            for account, _ in controlled_in(self.company):
                balance = found.balance(account)
                of_account = sum(cents for (dated, it), cents in postings.items() if it == account and dated <= day)
                assert balance.debit_cents - balance.credit_cents == of_account, (account, day)
                assert sum(it.cents for it in found.open_on(account)) == balance.cents, (account, day)
            if is_whole and day > max(DAYS):
                self._check_named(found)

    def _dated(self) -> Counter[tuple[date, str]]:
        """Cents of live batches by the date of their entry and account."""
        sums: Counter[tuple[date, str]] = Counter()
        for batch in Batch.objects.filter(company=self.company).exclude(state=BatchState.CANCELLED):
            for dated, _source, _comment, lines in batch.entries:
                for account, cents, _ in lines:
                    sums[date.fromisoformat(dated), account] += cents
        return sums

    def _is_whole(self) -> bool:
        """Whether all that there is was transferred, and nothing is kept back or wrong."""
        try:
            found = plan(self.company, LATER[1]).plan
        except ThroughLocked:
            return False
        return not found.entries and not found.kept_back and self.began.accounting.start_date is None

    def _check_named(self, found: Control) -> None:
        """Against documents and payments alone: nothing of postings."""
        documents, payments, *_ = self.books
        left: Counter[str] = Counter()
        final = {it.number: it for it in documents.values() if it.status is Status.FINAL}
        for it in final.values():
            is_note = it.kind is DocumentKind.CREDIT_NOTE
            whom = it.applies_to if is_note and it.applies_to in documents else it.number
            left[whom] += -it.total_cents if is_note else it.total_cents
        waits = 0
        for paid in payments.values():
            for row in paid.rows if paid.status is Status.FINAL else ():
                if (named := final.get(row.document)) is None:
                    waits -= paid.sign * row.settled_cents
                    continue
                is_note = named.kind is DocumentKind.CREDIT_NOTE and named.applies_to in documents
                left[named.applies_to if is_note else named.number] -= paid.sign * row.settled_cents
        every = [it for account, _ in controlled_in(self.company) for it in found.open_on(account)]
        named_cents: Counter[str] = Counter()
        for about, cents, _ in every:
            if about.kind is UnitKind.DOCUMENT:
                named_cents[about.number] += cents
        assert {number: cents for number, cents in named_cents.items() if cents} == {
            number: cents for number, cents in left.items() if cents
        }
        assert sum(cents for about, cents, _ in every if about.kind is UnitKind.PAYMENT) == waits

    def _flagged(self, **flags: bool) -> set[UnitId]:
        """The units that have some marks."""
        found = {kind: model.objects.filter(company=self.company, **flags) for kind, model in MODELS.items()}
        return {
            UnitId(kind, number) for kind, rows in found.items() for number in rows.values_list("number", flat=True)
        }

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
        batch = Batch.objects.get(company=self.company, number=number)
        rows = models.BatchPosting.objects.filter(batch=batch).order_by("position").values_list()
        records = models.BatchRecord.objects.filter(batch=batch).order_by("unit_kind", "unit_number").values_list()
        assert sha256(batch.content).hexdigest() == batch.sha256
        return repr((batch.fingerprint, batch.through, batch.entries, batch.sha256, [*rows], [*records]))


def _told(
    transferred_in: Callable[..., Transferred], recorded: dict[UnitId, RecordedAccounts]
) -> Callable[..., Transferred]:
    """What a state holds, with the accounts that the model knows."""

    def known(unit: UnitId, its: Recorded) -> Recorded:
        return its._replace(accounts=recorded[unit])

    def found(state: State, units: Iterable[UnitId], **asked: Any) -> Transferred:
        held = transferred_in(state, units, **asked)
        kinds = (UnitKind.DOCUMENT, held.documents), (UnitKind.PAYMENT, held.payments)
        documents, payments = ({it: known(UnitId(kind, it), its[it]) for it in its} for kind, its in kinds)
        return replace(held, documents=documents, payments=payments)

    return found


def _pending(found: Plan) -> Held:
    return _sums(exported_units(found))


def _sums(units: Iterable[BatchUnit]) -> Held:
    sums: Held = Counter()
    for unit in units:
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
            rows = [*zip(it.keys, it.amounts, strict=True)]
            for key, cents in rows or [(KEYS[0], 0)]:  # what is void, or a draft, may have none
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
