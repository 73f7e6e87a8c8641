"""The beginning of a file: its header, its columns, their texts."""

from io import BytesIO

from ecriture.sources.mapping.sample import MOST_ROWS, MOST_TEXTS, sample_of


def test_the_header_is_below_titles_and_each_column_is_there_once() -> None:
    sample = sample_of(BytesIO(b"Report,,\nInvoice #,Date, DATE ,\n1,2026-01-02,x,\n2,2026-01-03,x,\n"))
    assert sample.columns == ("Invoice #", "Date")
    assert sample.texts_of("invoice #") == ("1", "2")
    assert sample.texts_of("nothing") == ()
    assert sample.whole


def test_of_a_long_file_the_beginning_is_read_and_some_texts_are_told_apart() -> None:
    rows = "".join(f"{number},2026-01-02\n" for number in range(MOST_ROWS))
    sample = sample_of(BytesIO(f"Number,Date\n{rows}".encode()))
    assert not sample.whole
    assert len(sample.texts_of("Number")) == MOST_TEXTS
    assert sample_of(sample.stream()).rows == sample.rows


def test_a_file_that_cannot_be_read_has_no_rows() -> None:
    for content in (b"", b"PK\x03\x04", b"\xff\xfe\x00"):
        assert sample_of(BytesIO(content)).columns == ()
