"""What a careful bookkeeper would point out in a document that is otherwise right (P2, P7): warnings, never a change."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from ecriture.core.batches import NO_ACCOUNTS, Recorded
from ecriture.core.documents import DISCOUNT, DOCUMENT, LINE, SHIPPING, TAX, Document
from ecriture.core.money import round_half_up
from ecriture.core.problems import Problem, Where
from ecriture.core.references import where
from ecriture.core.settings import Settings

FIRST_UNTAXED = 5
"""So many of them are named."""

Sold = tuple[str, int]
"""The code of a line and its cents."""


class DocumentWarnings:
    """The warnings about documents of one company. What depends on a row's key alone is worked out once for each key."""

    def __init__(self, settings: Settings, by_hand: frozenset[str] = frozenset()) -> None:
        self._settings = settings
        self._by_hand = by_hand
        """Documents of which a person decided whether there are taxes on them."""
        self._ratios: dict[date, dict[str, tuple[int, int]]] = {}
        items = settings.items.items()
        self._current = frozenset(("", *(code for code, it in items if it.archived is None)))
        """The codes of lines of which there is nothing to say."""
        self._taxed = self._current - {code for code, it in items if it.taxes is not None}
        """Those of them to which all taxes apply."""
        self._free = {tax: frozenset(_without(tax, settings)) for tax in settings.taxes}
        """By tax, the codes of lines to which it does not apply."""
        self._untaxed: list[Document] = []
        """Documents that have no tax row, though lines of theirs are taxed."""

    def of(self, document: Document, recorded: Recorded | None = None) -> list[Problem]:
        """All warnings about one document. `recorded`: what batches recorded of it."""
        base_cents = shipping_cents = 0
        taxes: dict[str, int] = {}
        others: list[Sold] = []
        taxed, current, is_current = self._taxed, self._current, True
        for (kind, code), cents in zip(document.keys, document.amounts):  # noqa: B905 - `strict` doubles the time for so few
            if kind is TAX:
                taxes[code] = taxes.get(code, 0) + cents
            elif kind is DISCOUNT or (kind is LINE and code in taxed):
                base_cents += cents
            elif kind is LINE:
                others.append((code, cents))
                is_current = is_current and code in current
            elif kind is SHIPPING:
                shipping_cents += cents
        problems: list[Problem] = []
        if not is_current:
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
        others: Sequence[Sold],
        shipping_cents: int,
    ) -> Sequence[Problem]:
        """A tax may differ from its rate by a cent for each row, with shipping taxed or not."""
        ratios = self._ratios.get(document.date)
        if ratios is None:  # an empty one is a day on which no tax has a rate
            ratios = self._ratios_on(document.date)
        problems: Sequence[Problem] = ()
        taxed_cents, rows = base_cents, len(document.keys)
        for tax, tax_cents in taxes.items():
            ratio = ratios.get(tax)
            if ratio is not None:
                if others:
                    free = self._free[tax]
                    taxed_cents = base_cents + sum([cents for code, cents in others if code not in free])
                numerator, denominator = ratio
                excess, leeway = tax_cents * denominator - taxed_cents * numerator, rows * denominator
                if not -leeway <= excess <= leeway and not -leeway <= excess - shipping_cents * numerator <= leeway:
                    problems = [*problems, self._difference(document, tax, tax_cents, taxed_cents)]
        return problems

    def _taxes_of(self, document: Document) -> frozenset[str]:
        """The taxes that apply to any of its lines, shown in the order of the settings."""
        ratios = self._ratios.get(document.date) or self._ratios_on(document.date)
        rows = zip(document.keys, document.amounts, strict=True)
        lines = {key.code for key, cents in rows if key.kind is LINE and cents}
        return frozenset(tax for tax in ratios if lines - self._free[tax])

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

    def _of_items(self, document: Document, lines: Sequence[Sold], accounts: Mapping[str, str]) -> Iterator[Problem]:
        """What an item is now means nothing for lines whose accounts are recorded."""
        for code in dict.fromkeys(code for code, _ in lines):
            item = self._settings.items.get(code)
            if item is not None and (item.archived is None or document.date <= item.archived):
                continue
            if all(f"{LINE}:{code}:{side}" in accounts for side in ("debit", "credit")):
                continue
            if item is None:
                cents = sum(cents for line, cents in lines if line == code)
                yield Problem("item-unknown", {"item": code, "amount_cents": cents}, where(document))
            else:
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


def _without(tax: str, settings: Settings) -> Iterator[str]:
    """The codes of the items to which a tax does not apply."""
    return (code for code, it in settings.items.items() if it.taxes is not None and tax not in it.taxes)
