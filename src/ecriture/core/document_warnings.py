"""What a careful bookkeeper would point out in a document that is otherwise right (P2, P7): warnings, never a change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ecriture.core.batches import NO_ACCOUNTS, Recorded
from ecriture.core.documents import DISCOUNT, DOCUMENT, LINE, SHIPPING, TAX, Document, RowKey
from ecriture.core.money import round_half_up
from ecriture.core.problems import Problem, Where
from ecriture.core.references import where
from ecriture.core.settings import Settings

FIRST_UNTAXED = 5
"""So many of them are named."""


class DocumentWarnings:
    """The warnings about documents of one company. What depends on a row's key alone is worked out once for each key."""

    def __init__(self, settings: Settings, by_hand: frozenset[str] = frozenset()) -> None:
        self._settings = settings
        self._by_hand = by_hand
        """Documents of which a person decided whether there are taxes on them."""
        self._ratios: dict[date, dict[str, tuple[int, int]]] = {}
        plain = (code for code, it in settings.items.items() if it.archived is None and it.taxes is None)
        self._plain = frozenset(("", *plain))
        """The codes of lines of which there is nothing to say, and to which all taxes apply."""
        self._untaxed: list[Document] = []
        """Documents that have no tax row, though lines of theirs are taxed."""

    def of(self, document: Document, recorded: Recorded | None = None) -> list[Problem]:
        """All warnings about one document. `recorded`: what batches recorded of it."""
        base_cents = shipping_cents = 0
        taxes: dict[str, int] = {}
        others: list[tuple[RowKey, int]] = []
        plain = self._plain
        for key, cents in zip(document.keys, document.amounts):  # noqa: B905 - `strict` doubles the time for so few
            kind = key.kind
            if kind is TAX:
                code = key.code
                taxes[code] = taxes.get(code, 0) + cents
            elif kind is DISCOUNT or (kind is LINE and key.code in plain):
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
        elif (base_cents or others) and document.number not in self._by_hand and self._taxes_of(document):
            self._untaxed.append(document)
        return problems

    def of_all(self) -> Iterator[Problem]:
        """The warning about all documents without taxes that were looked at, with the first that seems to include them."""
        if self._untaxed:
            units = tuple(("document", it.number) for it in self._untaxed[:FIRST_UNTAXED])
            params = {"count": len(self._untaxed), "units": units}
            included = next(filter(None, map(self._included, self._untaxed)), {})
            yield Problem("tax-missing", {**params, **included}, Where(kind=DOCUMENT))

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
        problems: Sequence[Problem] = ()
        taxed_cents, rows = base_cents, len(document.keys)
        for tax, cents in taxes.items():
            ratio = ratios.get(tax)
            if ratio is not None:
                if others:
                    taxed_cents = base_cents + sum([line for key, line in others if self._is_taxed(key, tax)])
                numerator, denominator = ratio
                excess, leeway = cents * denominator - taxed_cents * numerator, rows * denominator
                if not -leeway <= excess <= leeway and not -leeway <= excess - shipping_cents * numerator <= leeway:
                    problems = [*problems, self._difference(document, tax, cents, taxed_cents)]
        return problems

    def _taxes_of(self, document: Document) -> frozenset[str]:
        """The taxes that apply to any of its lines, shown in the order of the settings."""
        ratios = self._ratios.get(document.date) or self._ratios_on(document.date)
        rows = zip(document.keys, document.amounts, strict=True)
        lines = {key for key, cents in rows if key.kind is LINE and cents}
        return frozenset(tax for tax in ratios if any(self._is_taxed(line, tax) for line in lines))

    def _included(self, document: Document) -> dict[str, object]:
        """How its total divides into whole dollars and their taxes, if it does so though it is no whole dollars itself."""
        ratios, total_cents = self._ratios_on(document.date), abs(document.total_cents)
        taxes = self._taxes_of(document)
        rate = sum((Fraction(*ratio) for tax, ratio in ratios.items() if tax in taxes), Fraction())
        net_cents = round(total_cents / (1 + rate) / 100) * 100
        parts = tuple(
            (tax, round_half_up(net_cents * ratios[tax][0], ratios[tax][1])) for tax in ratios if tax in taxes
        )
        if total_cents % 100 == 0 or net_cents + sum(cents for _, cents in parts) != total_cents:
            return {}
        return {"document": document.number, "total_cents": total_cents, "net_cents": net_cents, "taxes": parts}

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
