"""Whatever is sent to a page of a company, it never answers 500: the pages are those of the resolver, so new ones come in."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_access_table import OF_COMPANY, address

from server_world import World

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        (
            *(
                "",
                " ",
                "0",
                "-1",
                "1",
                "on",
                "4130",
                "1200",
                "GST",
                "2026-01-31",
                "0001-01-01",
                "9999-12-31",
                "2026-02-30",
            ),
            *(
                "\0",
                "a\0b",
                "\ud800",
                "\u202e",
                "'",
                '"',
                "%",
                "%s",
                "%(x)s",
                "{}",
                "<b>",
                "=1+1",
                "../..",
                "None",
                "NaN",
            ),
            *("1e400", "9" * 400, "-" + "9" * 30, "99999999999999999999", "x" * 5000, "é" * 300, "٣", "1 234,50", "½"),
            *("00000000-0000-0000-0000-000000000000", "owner", "[company]\nname = 'x'", "code;nom\n=1;2", "sage50-ca"),
        )
    ),
)
"""Half characters cannot be sent as UTF-8; they are sent as their bytes would be."""

FILES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        (
            *(b"", b"\0", b"\xff\xfe", b"PK\x03\x04", b"[company]\nname = 'x'", b"[items.'\\u0000']\ncredit = '1'"),
            *("code,name\nA,é\n".encode(), b"number,name,type\n1201,x,G\n", b"a" * 100_000, b"[" * 5000, b'"' * 2000),
        )
    ),
)
MORE_NAMES = (
    "q",
    "page",
    "sort",
    "show",
    "chosen",
    "all",
    "purpose",
    "text",
    "settings",
    "seen",
    "who",
    "since",
    "x",
    "",
)


def fields_of(answer: Any) -> frozenset[str]:
    """The names of the fields on a page, so that what is sent reaches the forms."""
    if answer.streaming:  # until its end, which closes the file that it comes from
        list(answer)
        return frozenset()
    text = answer.content.decode(errors="replace")
    return frozenset(part.partition('"')[0] for part in text.split(' name="')[1:])


def values(names: frozenset[str]) -> st.SearchStrategy[dict[str, list[str]]]:
    keys = st.sampled_from(sorted(names | set(MORE_NAMES)))
    return st.dictionaries(keys, st.lists(TEXTS, min_size=1, max_size=2), max_size=8)


def encoded(given: dict[str, list[str]]) -> str:
    pairs = ((name, value) for name, texts in given.items() for value in texts)
    return "&".join(f"{quote(name)}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs)


@pytest.mark.parametrize("name", OF_COMPANY)
def test_no_page_breaks(name: str, world: World, signed_in: Callable[[str], Client]) -> None:
    client, where = signed_in("owner"), address(world, name)
    client.raise_request_exception = False
    names = fields_of(client.get(where))

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(asked=values(names), sent=values(names), file=FILES)
    def breaks(asked: dict[str, list[str]], sent: dict[str, list[str]], file: bytes) -> None:
        client.force_login(world.owner, backend="django.contrib.auth.backends.ModelBackend")  # a page may sign out
        query = encoded(asked)
        form = "application/x-www-form-urlencoded"
        answers = (
            client.get(f"{where}?{query}"),
            client.generic("POST", f"{where}?{query}", encoded(sent).encode(), content_type=form),
            client.post(where, {**_sendable(sent), **_uploads(names, file)}),
        )
        for answer in answers:
            assert answer.status_code < 500, (name, asked, sent, file)
            if answer.streaming:  # until its end, which closes the file that it comes from
                list(answer)

    breaks()


def _sendable(sent: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [text.encode("utf-8", "replace").decode() for text in texts] for name, texts in sent.items()}


def _uploads(names: frozenset[str], content: bytes) -> dict[str, BytesIO]:
    """A file under each name that may be one of a file."""
    uploads = {}
    for name in names & {"file", "chart", "items", "upload"}:
        uploads[name] = BytesIO(content)
        uploads[name].name = "x\0y.csv"
    return uploads


@pytest.mark.parametrize("who", ["anonymous", "owner"])
def test_a_path_with_what_no_path_has_never_breaks(who: str, world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(who)
    client.raise_request_exception = False
    for route in _text_routes():
        for text in ("%00", "%ED%A0%80", "x" * 3000, "%C3%A9", "a%0Ab"):
            assert client.get(f"/{route.replace('TEXT', text)}").status_code < 500, (route, text)


def _text_routes() -> Iterator[str]:
    """The addresses with a text in them, and one that is none of ours."""
    yield "TEXT/"
    for name in ("invitation",):
        if name in get_resolver().reverse_dict:
            yield reverse(name, args=["TEXT"]).lstrip("/")
