"""Names of methods of payment, as people and programs write them."""

import pytest

from ecriture.core.methods import KNOWN, Methods, plain_method
from ecriture.core.settings import Method

OWN = Methods({name: Method(name, f"10{place}") for place, name in enumerate(("card", "Dépôt direct", "Visa", "—"))})


@pytest.mark.parametrize(
    ("name", "method"),
    [
        *(("Cash", "cash"), ("comptant", "cash"), ("Argent", "cash"), ("ESPÈCES", "cash"), ("especes", "cash")),
        *(("Cheque", "cheque"), ("chèque", "cheque"), ("Check", "cheque")),
        *(
            ("carte", "card"),
            ("Carte de crédit", "card"),
            ("Credit Card", "card"),
            ("MasterCard", "card"),
            ("AMEX", "card"),
        ),
        *(
            ("virement", "etransfer"),
            ("Virement Interac", "etransfer"),
            ("e-Transfer", "etransfer"),
            ("EMT", "etransfer"),
        ),
        *(
            ("Debit", "debit"),
            ("Débit préautorisé", "debit"),
            ("prélèvement", "debit"),
            ("Pre-Authorized Debit", "debit"),
        ),
        *(("PAD", "debit"), ("etransfer", "etransfer")),
    ],
)
def test_the_words_of_the_trade_are_known_in_both_languages(name: str, method: str) -> None:
    assert KNOWN[plain_method(name)] == method
    assert Methods({}).knows(name)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("card", "card"), ("CARTE", "card"), ("Mastercard", "card"), ("depot direct", "Dépôt direct")),
        *(("DépôtDirect", "Dépôt direct"), ("VISA", "Visa"), ("—", "—")),
    ],
)
def test_a_name_of_the_settings_counts_before_a_word_of_the_trade(name: str, found: str) -> None:
    method = OWN.find(name)
    assert method is not None
    assert method.name == found
    assert OWN.knows(name)


@pytest.mark.parametrize("name", ["paypal", "cash box", "…", "carde"])
def test_other_names_are_strangers(name: str) -> None:
    assert OWN.find(name) is None
    assert not OWN.knows(name)


def test_of_names_that_differ_by_case_only_the_exact_one_is_taken() -> None:
    methods = Methods({"Visa": Method("Visa", "1"), "VISA": Method("VISA", "2")})
    assert [methods.find(name).debit for name in ("Visa", "VISA", "visa")] == ["1", "2", "1"]  # type: ignore[union-attr]  # all are there
