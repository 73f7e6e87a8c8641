"""Texts as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.text import fold, fold_all


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("À Payer", "a payer"),
        ("Œuvre d’ÉTÉ", "oeuvre d'ete"),
        ("ＧＳＴ", "gst"),
        ("Zürich čeština", "zurich cestina"),
        ("", ""),
    ],
)
def test_a_text_is_compared_without_capitals_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.lists(st.text(st.sampled_from("aÉœ’\0 ß\u0301İ"), max_size=3), max_size=5))
def test_many_texts_are_folded_as_each_alone(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]
