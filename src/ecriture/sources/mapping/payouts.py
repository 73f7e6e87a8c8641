"""Payouts: what a processor paid out must be the sum of its rows, or nothing of that payout is taken."""

from collections.abc import Iterable, Sequence

from ecriture.core.amounts import AmountReader
from ecriture.sources.mapping.cells import Amounts, Block, Cents, Tests, Texts
from ecriture.sources.mapping.model import Payouts
from ecriture.sources.mapping.sheets import Faults


class Sums:
    """What the rows of each payout come to, and what the payout says."""

    def __init__(self, payouts: Payouts, reader: AmountReader) -> None:
        self._payout, self._total = Texts(payouts.payout), Tests(payouts.total)
        self._net, self._gross, self._fee = (Amounts(it, reader) for it in (payouts.net, payouts.gross, payouts.fee))
        self.total = self._total if payouts.total else None
        """The rows that are payouts themselves, where the file has such."""
        self._rows: dict[str, list[int]] = {}
        self._cents: dict[str, int] = {}
        self._said: dict[str, int] = {}

    def take(self, block: Block, places: Iterable[int]) -> None:
        """Takes in rows. Where there is neither a payout's row nor what its net comes from, there is nothing to compare."""
        if self.total is None and not self._gross:
            return
        payouts, totals = self._payout.of(block), [*self._total.met(block)]
        nets, grosses, fees = (it.of(block) for it in (self._net, self._gross, self._fee))
        for place in places:
            payout = payouts[place]
            if not payout:
                continue
            net = _cents(nets[place])
            if self.total is None:
                self._said[payout] = self._said.get(payout, 0) + net
                net = _cents(grosses[place]) - _cents(fees[place])
            elif totals[place]:
                self._said[payout] = self._said.get(payout, 0) - net
                continue
            self._rows.setdefault(payout, []).append(block.numbers[place])
            self._cents[payout] = self._cents.get(payout, 0) + net

    def judge(self, faults: Faults, payments: Sequence[dict[int, str]]) -> None:
        """Notes each payout that its rows do not sum to, and leaves its payments out. One that is not there is not judged."""
        for payout, rows in self._rows.items():
            said, cents = self._said.get(payout), self._cents[payout]
            if said is None or said == cents:
                continue
            numbers = [of_row[row] for row in rows for of_row in payments if row in of_row]
            params = {
                "payout": payout,
                "brought_cents": cents,
                "paid_out_cents": said,
                "excess_cents": cents - said,
                "count": len(numbers),
                "payments": tuple(numbers),
            }
            faults.note(rows[0], "payout-differs", params)
            faults.payments.update(numbers)


def _cents(cents: Cents | None) -> int:
    return cents if isinstance(cents, int) else 0
