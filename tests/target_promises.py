"""What every target promises (registry.py), as assertions."""

from collections.abc import Sequence

from hypothesis import strategies as st

from ecriture.core.entries import JournalEntry
from ecriture.targets.registry import WriteOptions, target
from golden_cases import cases


def assert_golden(name: str) -> None:
    """The files in tests/golden are what is written, byte for byte, and read back as what was fitted."""
    chosen = target(name)
    for case in cases(name):
        expected = case.expected_file(chosen).read_bytes()
        assert case.written(chosen) == expected, f"{case.folder}: see golden_cases.py for how to write it anew"
        assert chosen.read(expected) == chosen.as_read(chosen.fit(case.entries).entries, case.options)


def assert_reads_back(name: str, entries: Sequence[JournalEntry], options: WriteOptions) -> bytes:
    """Fitting twice changes nothing, amounts stay, two writings are the same, and reading gives the fitted entries."""
    chosen = target(name)
    fitted = chosen.fit(entries)
    again = chosen.fit(fitted.entries)
    assert (again.entries, again.shortened, again.replaced) == (fitted.entries, 0, 0)
    assert list(map(_amounts, fitted.entries)) == list(map(_amounts, entries))
    assert (fitted.entries == tuple(entries)) == (not fitted.replaced and not fitted.shortened)
    data = chosen.write(fitted.entries, options)
    assert chosen.write(fitted.entries, options) == data
    assert chosen.read(data) == fitted.entries
    return data


def _amounts(entry: JournalEntry) -> object:
    return entry.date, [(line.account, line.amount_cents) for line in entry.lines]


def assert_refuses_or_reads(name: str, data: bytes) -> None:
    """Whatever the bytes: entries, or ValueError and nothing else."""
    assert is_refused(name, data) or all(isinstance(entry, JournalEntry) for entry in target(name).read(data))


def is_refused(name: str, data: bytes) -> bool:
    try:
        target(name).read(data)
    except ValueError:
        return True
    return False


def damages() -> st.SearchStrategy[list[tuple[int, int, bytes]]]:
    """Places, how many bytes go there, and which come instead."""
    bytes_instead = st.binary(max_size=3) | st.sampled_from(
        (b"\n", b'"', b",", b"'", b"=", b"\xff", b"\x00", b"-", b"9")
    )
    return st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3), bytes_instead), min_size=1, max_size=3)


def damaged(data: bytes, damage: list[tuple[int, int, bytes]]) -> bytes:
    for place, gone, instead in damage:
        at = place % (len(data) + 1)
        data = data[:at] + instead + data[at + gone :]
    return data
