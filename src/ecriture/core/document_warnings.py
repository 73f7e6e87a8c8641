"""What a careful bookkeeper would point out in a document that is otherwise right (P2, P7): warnings, never a change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ecriture.core.batches import NO_ACCOUNTS, Recorded
from ecriture.core.documents import DISCOUNT, LINE, SHIPPING, TAX, Document, RowKey
from ecriture.core.money import round_half_up
from ecriture.core.problems import Problem
from ecriture.core.references import where
from ecriture.core.settings import Settings


class DocumentWarnings:
    """The warnings about documents of one company. What depends on a row's key alone is worked out once for each key."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ratios: dict[date, dict[str, tuple[int, int]]] = {}
        plain = (code for code, it in settings.items.items() if it.archived is None and it.taxes is None)
        self._plain = frozenset(("", *plain))
        """The codes of lines of which there is nothing to say, and to which all taxes apply."""

    def of(self, document: Document, recorded: Recorded | None = None) -> list[Problem]:
        """All warnings about one document. `recorded`: what batches recorded of it."""
        base_cents = shipping_cents = 0
        taxes: dict[str, int] = {}
        others: list[tuple[RowKey, int]] = []
        for key, cents in zip(document.keys, document.amounts):  # noqa: B905 - `strict` doubles the time for so few
            kind, code = key
            if kind is TAX:
                taxes[code] = taxes.get(code, 0) + cents
            elif kind is DISCOUNT or (kind is LINE and code in self._plain):
                base_cents += cents
            elif kind is LINE:
                others.append((key, cents))
            elif kind is SHIPPING:
                shipping_cents += cents
        problems: list[Problem] = []
        if others:
            problems += self._of_items(document, others, recorded.accounts if recorded is not None else NO_ACCOUNTS)
        if taxes:
            problems += self._of_taxes(document, taxes, base_cents, others, shipping_cents)
        return problems

    def _of_taxes(
        self,
        document: Document,
        taxes: Mapping[str, int],
        base_cents: int,
        others: Sequence[tuple[RowKey, int]],
        shipping_cents: int,
    ) -> Sequence[Problem]:
        """A tax may differ from its rate by a cent for each row, with shipping taxed or not."""
        ratios = self._ratios.get(document.date)
        if ratios is None:  # an empty one is a day on which no tax has a rate
            ratios = self._ratios_on(document.date)
        problems: list[Problem] = []
        taxed_cents, rows = base_cents, len(document.keys)
        for tax, cents in taxes.items():
            if tax in ratios:
                if others:
                    taxed_cents = base_cents + sum([line for key, line in others if self._is_taxed(key, tax)])
                numerator, denominator = ratios[tax]
                excess, leeway = cents * denominator - taxed_cents * numerator, rows * denominator
                if not -leeway <= excess <= leeway and not -leeway <= excess - shipping_cents * numerator <= leeway:
                    problems.append(self._difference(document, tax, cents, taxed_cents))
        return problems

    def _is_taxed(self, line: RowKey, tax: str) -> bool:
        item = self._settings.items.get(line.code)
        return item is None or item.taxes is None or tax in item.taxes

    def _of_items(
        self, document: Document, lines: Sequence[tuple[RowKey, int]], accounts: Mapping[str, str]
    ) -> Iterator[Problem]:
        """What an item is now means nothing for lines whose accounts are recorded."""
        for key in dict.fromkeys(key for key, _ in lines):
            item = self._settings.items.get(key.code)
            if all(f"{key.kind}:{key.code}:{side}" in accounts for side in ("debit", "credit")):
                continue
            if item is None:
                cents = sum(cents for line, cents in lines if line == key)
                yield Problem("item-unknown", {"item": key.code, "amount_cents": cents}, where(document))
            elif item.archived is not None and document.date > item.archived:
                params = {"item": item.code, "archived": item.archived, "note": item.note}
                yield Problem("item-archived", params, where(document))

    def _ratios_on(self, day: date) -> dict[str, tuple[int, int]]:
        """The rates of a day as fractions; a tax without one is not compared."""
        ratios = self._ratios[day] = {}
        for code, tax in self._settings.taxes.items():
            percent = tax.percent_on(day)
            if percent is not None:
                numerator, denominator = percent.as_integer_ratio()
                ratios[code] = (numerator, 100 * denominator)
        return ratios

    def _difference(self, document: Document, code: str, recorded_cents: int, base_cents: int) -> Problem:
        numerator, denominator = self._ratios[document.date][code]
        params = {
            "tax": code,
            "rate": self._settings.taxes[code].percent_on(document.date),
            "base_cents": base_cents,
            "expected_cents": round_half_up(base_cents * numerator, denominator),
            "recorded_cents": recorded_cents,
        }
        return Problem("tax-differs", params, where(document))
