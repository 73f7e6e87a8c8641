"""The page on which anybody has a Sage 50 file checked: what it finds, what it never does, and how much it takes."""

import re
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ecriture.cli.commands import run
from ecriture.web.bounds import OPEN_FILE, VERIFY, largest_body
from ecriture.web.forms.verify import ECHOED, MOST_BYTES, MOST_LINES, pasted
from ecriture.web.verify_page import MOST_SHOWN, visible
from ecriture.web.views.verify import PER_ADDRESS, TOGETHER
from faulty_journals import CONTENT, FAULTY, file, with_line
from server_world import World

GOLDEN = Path(__file__).parents[1] / "golden"
GOOD = b'01-31-26,"EC000001-01","Sales"\r\n1201,10.00\r\n4000,-10.00\r\n'


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def sent(content: bytes | str, *, client: Client | None = None, language: str = "en", **more: str) -> Any:
    """What the page answers to a file, or to a pasted text."""
    client = client or Client()
    what: dict[str, Any] = {"text": content}
    if isinstance(content, bytes):
        what = {"file": SimpleUploadedFile("journal.txt", content)}
    return client.post(VERIFY, {**what, **more}, headers={"accept-language": language})


def words(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def found_by(answer: Any) -> list[tuple[int, str, str]]:
    """Line, rule and sentence of each finding on the page."""
    return [(it.line, it.rule, f"{it.wrong} {it.remedy}") for it in answer.context["checked"].findings]


# The findings of the command


def said_by_command(path: Path) -> list[tuple[int, str, str]]:
    out = StringIO()
    with redirect_stdout(out):
        run(["verify", "--file", str(path), "--lang", "en"])
    found = [re.fullmatch(r".*, line ([0-9]+), (GJ-[0-9]+): (.*)", line) for line in out.getvalue().split("\n")]
    return [(int(it[1]), it[2], it[3]) for it in found if it]


PROMISED = sorted(
    path
    for pattern in ("sage50-ca/boreal/expected/*.txt", "boreal/expected/*", "*/*/expected*", "*/*/expected/*")
    for path in GOLDEN.glob(pattern)
    if path.is_file()
)
BROKEN: list[bytes] = [content for content, _, _ in FAULTY.values()]


def test_there_are_enough_files_to_compare() -> None:
    assert len(PROMISED) > 30
    assert len(BROKEN) > 100


def same_as_command(content: bytes, folder: Path) -> None:
    """The page replaces what a terminal replaces too, but says what it was."""
    path = folder / "journal.txt"
    path.write_bytes(content)
    said, shown = said_by_command(path), found_by(sent(content))
    assert [it[:2] for it in said][:MOST_SHOWN] == [it[:2] for it in shown]
    for (*_, on_terminal), (*_, on_page) in zip(said, shown, strict=False):
        assert re.sub("⟨U[+][0-9A-F]+⟩", "\N{REPLACEMENT CHARACTER}", on_page) == on_terminal


@pytest.mark.parametrize("path", PROMISED, ids=lambda path: "-".join(path.relative_to(GOLDEN).parts))
def test_it_finds_in_a_promised_file_what_the_command_finds(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    if len(content) <= MOST_BYTES:
        same_as_command(content, tmp_path)


def test_it_finds_in_a_hundred_broken_files_what_the_command_finds(tmp_path: Path) -> None:
    for content in BROKEN:
        cache.clear()
        same_as_command(content, tmp_path)


def test_a_finding_has_its_line_its_rule_and_its_remedy() -> None:
    text = words(sent(CONTENT.replace(b"4000,-100.00", b"4000,-100.0", 1)))
    for part in ("1 finding", "4000,-100.0", "GJ-02", "Every line is a header or a line of an entry", "two decimals"):
        assert part in text
    french = words(sent(CONTENT.replace(b"4000,-100.00", b"4000,-100.0", 1), language="fr"))
    assert "1 constat" in french
    assert "⟨" not in french  # the blanks before our own colons are not the file's
    assert "Every line" not in french


def test_a_file_that_is_right_is_shown_as_a_ledger() -> None:
    text = words(sent(GOOD))
    assert "No finding" in text
    assert "2 lines, debits $10.00 = credits $10.00" in text
    assert text.count("EC000001-01") == 1
    assert "1201 10.00" in text
    assert "Jan. 31, 2026" in text


def test_what_sage_describes_beyond_our_profile_can_be_accepted() -> None:
    longer = GOOD.replace(b"EC000001-01", b"EC000001-01-AND-MORE")
    assert found_by(sent(longer)) != []
    text = words(sent(longer, lax="on"))
    assert "No finding" in text
    assert "its entries are not shown" in text


def test_many_findings_and_long_files_are_cut() -> None:
    text = words(sent(b"x\r\n" * 2000))
    assert "1000 findings or more" in text.replace("\u202f", "")
    assert f"The first {MOST_SHOWN} are shown." in text
    entries = [f'01-31-26,"EC{number:04}","x"\r\n{number + 1000},1.00\r\n9999,-1.00\r\n' for number in range(600)]
    answer = sent("".join(entries).encode())
    assert "more accounts, in the total too" in words(answer)
    assert "more entries, in the totals too" in words(answer)
    assert len(answer.content) < 1_000_000


# What is pasted


def test_pasted_text_is_not_blamed_for_what_browsers_do() -> None:
    assert found_by(sent(GOOD.decode().replace("\r\n", "\n").rstrip())) == []
    assert pasted("a\rb\n\nc") == b"a\r\nb\r\n\r\nc\r\n"
    assert found_by(sent("01-31-26,\0")) != []


def test_pasted_text_stays_to_be_corrected_unless_it_is_long() -> None:
    assert "1201,10.01" in words(sent(GOOD.decode().replace("1201,10.00", "1201,10.01")))
    assert "yyyyyyyyyy" * 100 not in sent("y" * (ECHOED + 1)).content.decode()


@pytest.mark.parametrize("given", [{}, {"text": "x", "file": SimpleUploadedFile("x", b"x")}])
def test_a_file_or_a_text_and_not_both(given: dict[str, Any]) -> None:
    answer = Client().post(VERIFY, given, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "one of the two" in words(answer)


# What is shown is harmless


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("é à ü 漢", "é à ü 漢"),
        ("a\0b\tc", "a⟨U+0000⟩b⟨U+0009⟩c"),
        ("\u202etxt", "⟨U+202E⟩txt"),
        ("\u200b\u2066\u00a0\u2028", "⟨U+200B⟩⟨U+2066⟩⟨U+00A0⟩⟨U+2028⟩"),
        ("e\u0301\u0301", "e⟨U+0301⟩⟨U+0301⟩"),
        ("\ud800", "⟨U+D800⟩"),
    ],
)
def test_nothing_is_hidden_and_nothing_steers(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_a_line_from_right_to_left_steers_nothing() -> None:
    answer = sent(CONTENT.replace(b"Lise", "\u202eLise".encode(), 1))
    assert "⟨U+202E⟩Lise" in words(answer)
    assert "\u202e" not in answer.content.decode()


def test_markup_in_a_file_is_text() -> None:
    page = sent(b"<script>alert(1)</script>\r\n").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_wrong_line_end_and_a_far_column_are_shown() -> None:
    assert "⟨U+000A⟩" in words(sent(GOOD.replace(b"\r\n", b"\n")))
    far = with_line(2, '1201,114.98,"' + "a" * 400 + 'é"')
    assert any("é" in it.text for it in sent(far).context["checked"].findings)


# It keeps nothing, and tells nothing


def test_the_file_touches_neither_disk_nor_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*given: object, **named: object) -> None:
        raise AssertionError("a file was made")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, no_file)
    secret = GOOD.replace(b"Sales", b"Secret") * 1000
    with CaptureQueriesContext(connection) as queries:
        assert sent(secret[:MOST_BYTES]).status_code == 200
        assert sent(secret[:MOST_BYTES].decode()).status_code == 200
    assert not any("Secret" in query["sql"] for query in queries)
    assert all("ecriture_counts" in query["sql"] or "SAVEPOINT" in query["sql"] for query in queries)


def test_a_body_of_the_largest_size_stays_in_the_memory_of_the_server() -> None:
    """Up to a piece that arrives at once more, before the bound is looked at."""
    from ecriture.project.serving import OPTIONS

    assert largest_body(VERIFY) == OPEN_FILE
    assert OPTIONS["inbuf_overflow"] > OPEN_FILE + 8192


def test_it_says_nothing_of_the_server(world: World, signed_in: Callable[[str], Client]) -> None:
    for client in (Client(), signed_in("stranger")):
        assert world.company.name not in client.get(VERIFY).content.decode()
        assert world.company.name not in sent(GOOD, client=client).content.decode()


def test_looking_at_it_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(VERIFY).status_code == 200
    assert len(queries) == 0


def test_no_answer_is_kept_by_a_browser() -> None:
    assert "no-store" in sent(GOOD)["Cache-Control"]


def test_the_owner_of_the_server_can_switch_it_off(settings: Any) -> None:
    assert VERIFY in Client().get("/auth/login/").content.decode()
    settings.VERIFY_OPEN = False
    assert Client().get(VERIFY).status_code == sent(GOOD).status_code == 404
    assert VERIFY not in Client().get("/auth/login/").content.decode()


def test_a_form_of_another_site_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(VERIFY, {"text": "x"}).status_code == 403


# How much, and how often


def test_a_body_that_is_too_large_is_not_read() -> None:
    answer = Client().post(VERIFY, b"x" * (OPEN_FILE + 1), "text/plain", headers={"accept-language": "en"})
    assert answer.status_code == 413
    assert "at most 400 KB" in words(answer)


@pytest.mark.parametrize("content", [b"x" * (MOST_BYTES + 1), b"\n" * (MOST_LINES + 1), b"\r" * (MOST_LINES + 1)])
def test_a_file_with_too_much_in_it_is_refused(content: bytes) -> None:
    assert sent(content).status_code == 422


def from_address(address: str) -> int:
    return int(sent(GOOD, client=Client(REMOTE_ADDR=address)).status_code)


def test_an_address_may_have_so_many_files_checked_in_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [from_address("203.0.113.1") for _ in range(PER_ADDRESS + 1)] == [200] * PER_ADDRESS + [429]
    assert from_address("203.0.113.2") == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert from_address("203.0.113.1") == 200


def test_one_customer_has_one_count_for_all_their_ipv6_addresses() -> None:
    statuses = [from_address(f"2001:db8::{number:x}") for number in range(PER_ADDRESS + 1)]
    assert statuses[-1] == 429


def test_all_addresses_together_are_bounded_and_a_refused_one_counts_for_nobody() -> None:
    for _ in range(PER_ADDRESS + TOGETHER):
        from_address("203.0.113.1")
    others = [f"198.51.100.{number}" for number in range(TOGETHER - PER_ADDRESS + 1)]
    assert [from_address(address) for address in others] == [200] * (TOGETHER - PER_ADDRESS) + [429]


def test_who_is_refused_has_no_body_read_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(PER_ADDRESS):
        from_address("203.0.113.1")

    def not_read(request: WSGIRequest) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr(WSGIRequest, "_load_post_and_files", not_read)
    with CaptureQueriesContext(connection) as queries:
        assert from_address("203.0.113.1") == 429
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


HOSTILE = {
    "zip": b"PK\x03\x04" + b"\0" * 300_000,
    "nul": b"\0" * 300_000,
    "commas": b"," * MOST_BYTES,
    "commas in lines": (b"," * 900 + b"\r\n") * 400,
    "quotes": b'"' * MOST_BYTES,
    "quotes in lines": (b'"' * 900 + b"\r\n") * 400,
    "deep accents": ("e" + "\u0301" * 400 + "\r\n").encode() * 400,
    "right to left": ("\u202e" * 300 + "\r\n").encode() * 400,
    "line ends": b"\r" * MOST_LINES,
    "utf-16": b"\xff\xfe" + b"\xd8" * 300_000,
    "digits": (b"1201," + b"9" * 900 + b".00\r\n") * 400,
    "sources": b"".join(b'01-31-26,"S%06d","c"\r\n1201,1.00\r\n4000,-1.00\r\n' % number for number in range(3300)),
    "allocations": b'01-31-26,"A","c"\r\n1201,1.00,"x",9999\r\n' + b"P,1.00\r\n" * 9000,
    "taxes": b'01-31-26,"A","c"\r\nTAXH,9999,0\r\n' + b'TAXD,2310,"T","G",1.00,1.00\r\n' * 9000,
    "one long line": file("4000," + "é" * 100_000),
}
SECONDS = 1.5
"""Of the processor; a fifth of a second is measured."""


@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("lax", ["", "on"])
def test_hostile_bytes_take_no_time_and_make_no_large_page(case: str, lax: str) -> None:
    started = time.process_time()
    answer = sent(HOSTILE[case][:MOST_BYTES], lax=lax)
    assert answer.status_code in {200, 422}
    assert time.process_time() - started < SECONDS
    assert len(answer.content) < 1_000_000


def test_a_body_of_thousands_of_parts_is_not_read() -> None:
    """To read one of half a megabyte took most of a second."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    kind = "multipart/form-data; boundary=x"
    client = Client(raise_request_exception=False)
    for body, status in ((part * 8000 + b"--x--\r\n", 400), (part * 5 + b"--x--\r\n", 422), (b"", 422)):
        begun = time.process_time()
        assert client.post(VERIFY, body, content_type=kind).status_code == status
        assert time.process_time() - begun < 0.4
