"""The guide inside the application: its pages, their links in both languages, the help beside each page, the search."""

import json
import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import translation
from test_access_table import COMPANY_PAGES, OF_COMPANY, address

from ecriture.speech.language import LANGUAGES
from ecriture.store.models import Company, User
from ecriture.web.guide import film as films
from ecriture.web.guide import places
from ecriture.web.guide.markdown import Heading, Links, page_of, parser, slug, written
from ecriture.web.guide.pages import START, headings_of, pages, rendered
from ecriture.web.guide.pages import address as in_guide
from ecriture.web.guide.search import LONGEST, MOST, MOST_WORDS, SENTENCE, search, words_of
from ecriture.web.steps import Step
from ecriture.web.templatetags.guide import mark
from server_world import World
from web_forms import words_of as text_of

SignedIn = Callable[[str], Client]
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
NAMES = tuple(pages("en"))
IMG = r'<img src="([^"]*)" alt="([^"]*)" width="(\d+)" height="(\d+)"'


def visitor(language: str) -> Client:
    """Somebody without an account."""
    return Client(headers={"accept-language": language})


# The pages


@pytest.mark.django_db
@in_both_languages
def test_every_page_is_there_without_an_account(language: str) -> None:
    client = visitor(language)
    for name, page in pages(language).items():
        answer = client.get(in_guide(name))
        assert answer.status_code == 200, name
        assert f'lang="{language}-CA"' in answer.content.decode()
        assert f"<title>{page.title}" in unescape(answer.content.decode())
        assert answer.content.decode().count("<h1") == 1, name
    assert client.get(reverse("guide-page", args=["decisions"])).status_code == 404
    assert client.get(reverse("guide-page", args=[START]))["Location"] == reverse("guide")


@pytest.mark.django_db
def test_the_guide_speaks_the_language_of_the_person(world: World, signed_in: SignedIn) -> None:
    User.objects.filter(pk=world.owner.pk).update(language="en")
    assert "<h1>" not in text_of(signed_in("owner").get(reverse("guide")))  # its title has an id
    assert "On this page" in text_of(signed_in("owner").get(reverse("guide-page", args=["taxes"])))
    User.objects.filter(pk=world.owner.pk).update(language="fr")
    assert "Sur cette page" in text_of(signed_in("owner").get(reverse("guide-page", args=["taxes"])))


def test_both_languages_have_the_same_pages_in_the_same_shape() -> None:
    """The nth heading answers the nth, and each has the same tables, pictures and examples under it."""
    assert set(pages("en")) == set(pages("fr"))
    for name in NAMES:
        english, french = (re.findall(r"<(h\d|table|pre|img)\b", pages(it)[name].html) for it in ("en", "fr"))
        assert english == french, name
        assert [it.anchor for it in pages("en")[name].headings] == [it.anchor for it in pages("fr")[name].headings]


def ids(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r' id="([^"]*)"', html)]


@in_both_languages
@pytest.mark.parametrize("name", NAMES)
def test_every_link_and_anchor_leads_somewhere(name: str, language: str) -> None:
    html = pages(language)[name].html
    found = [unescape(it) for it in re.findall(r'<a href="([^"]*)"', html)]
    for link in found:
        if link.startswith("/static/"):
            assert finders.find(link.removeprefix("/static/")), link
        elif not link.startswith("https://"):
            path, _, anchor = link.partition("#")
            target = pages(language)[resolve(path).kwargs.get("name", START)]
            assert not anchor or unquote(anchor) in {it.anchor for it in target.headings}, link
    assert html.count("<a ") == len(found)
    assert "](" not in re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", html, flags=re.DOTALL)


@in_both_languages
@pytest.mark.parametrize("name", NAMES)
def test_an_id_is_there_once_and_slugs_of_both_languages_work(name: str, language: str) -> None:
    page = pages(language)[name]
    there = ids(page.html)
    assert len(there) == len(set(there))
    assert {slugs for it in page.headings for slugs in (it.anchor, it.alias)} <= set(there)


@pytest.mark.django_db
@in_both_languages
def test_every_picture_is_there_and_says_what_it_shows(language: str) -> None:
    client = visitor(language)
    for page in pages(language).values():
        for source, shown, width, height in re.findall(IMG, page.html):
            answer = client.get(source)
            assert (answer.status_code, bool(shown)) == (200, True), source
            assert (int(width), 500 < int(height) < 2000) == (1100, True)  # as tour/ takes them
            assert answer["Content-Type"].startswith("image/")
    assert client.get(reverse("guide-image", args=[language, "index.md"])).status_code == 404
    assert client.get(reverse("guide-image", args=["xx", "plan.png"])).status_code == 404


@in_both_languages
def test_every_picture_that_a_page_names_is_shown(language: str) -> None:
    """Once it is made: `make screenshots`."""
    folder = Path(__file__).parents[2] / "docs" / language
    for name, page in pages(language).items():
        named = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (folder / f"{name}.md").read_text("utf-8"))
        assert (
            page.html.count("<img")
            == len(re.findall(IMG, page.html))
            == sum((folder / picture).is_file() for picture in named)
        ), name


# How a page is made

PAGE = """# One & two

Lead with [a page](other.md#deux), [itself](#one--two), [the source](../../README.md),
[a file](../../src/ecriture/web/static/x.mp4) and ![shown](images/gone.png).

## Deux

<b>no HTML</b>

| a | b | c |
|---|---|--:|
| 1 | `2` | 3.00 |

- one
  continued
- two

## Deux

```sh
ecriture check
```
"""


def made() -> Any:
    markdown = parser()
    parsed = written(markdown, PAGE)
    headings = [Heading(level, text, own, own) for level, text, own in parsed.titles]
    links = Links(
        {"here": {"one--two": "one--two"}, "other": {"deux": "two"}},
        {},
        in_guide,
        str,
        lambda path: "/x.mp4" if path.endswith("x.mp4") else None,
    )
    with mock.patch("ecriture.web.guide.pages.reverse", lambda name, args=(): f"/{name}/{'/'.join(args)}"):
        return page_of(markdown, "here", parsed, headings, links)


def test_a_page_is_made_of_its_headings() -> None:
    page = made()
    assert [it.anchor for it in page.headings] == ["one--two", "deux", "deux-1"]
    assert page.title == "One & two"
    assert page.part("deux") == (page.pieces[1],)
    assert page.part("one--two") == page.part("") == (page.pieces[0],)
    assert page.part("trois") == ()


def test_links_lead_to_pages_and_what_leads_out_is_text() -> None:
    lead = made().pieces[0].body
    assert '<a href="/guide-page/other#two">a page</a>' in lead
    assert '<a href="/guide-page/here#one--two">itself</a>' in lead
    assert ', the source,\n<a href="/x.mp4">a file</a> and shown.' in lead


def test_a_file_of_the_application_is_a_link_and_no_other() -> None:
    markdown, static = parser(), "../../src/ecriture/web/static"
    text = f"# One\n[css]({static}/ecriture/ecriture.css) [gone]({static}/gone.mp4) [out]({static}/../urls.py)"
    parsed = {it: {"index": written(markdown, text)} for it in ("en", "fr")}
    html = rendered(markdown, "en", parsed, {it: dict(headings_of(it, parsed)) for it in parsed})["index"].html
    assert '<a href="/static/ecriture/ecriture.css">css</a> gone out' in html


def test_html_is_text_and_tables_have_their_columns() -> None:
    body = made().pieces[1].body
    assert "&lt;b&gt;no HTML&lt;/b&gt;" in body
    assert '<td data-label="b"><span><code>2</code></span></td>' in body
    assert '<td class="money" data-label="c"><span>3.00</span></td>' in body


@in_both_languages
def test_no_page_has_what_the_policy_refuses(language: str) -> None:
    for page in pages(language).values():
        assert re.findall(r"<[^>]* (?:style|on\w+)=|<script|<style", page.html) == [], page.name


def test_the_passages_of_a_page() -> None:
    page = made()
    assert [it.text for it in page.passages][1:] == [
        "<b>no HTML</b>",
        "1 · 2 · 3.00",
        "one continued",
        "two",
        "ecriture check\n",
    ]
    assert {it.place for it in page.passages} <= set(ids(page.html))


def test_a_page_without_its_match_keeps_its_own_slugs() -> None:
    """While somebody writes it: the guide is shown all the same, and the test of the shapes fails."""
    texts = {"en": {"a": "# One\n## Two"}, "fr": {"a": "# Un", "b": "# Trois"}}
    parsed = {it: {name: written(parser(), text) for name, text in of.items()} for it, of in texts.items()}
    assert [it.anchor for it in dict(headings_of("fr", parsed))["a"]] == ["un"]
    assert [it.anchor for it in dict(headings_of("fr", parsed))["b"]] == ["trois"]


def test_slugs_are_those_of_other_places_where_markdown_is_shown() -> None:
    assert slug("Move to today’s accounts") == "move-to-todays-accounts"
    assert slug("`[taxes.CODE]`") == "taxescode"


# Kept by browsers


@pytest.mark.django_db
def test_a_page_that_did_not_change_is_not_sent_again() -> None:
    client = visitor("fr")
    first = client.get(reverse("guide-page", args=["taxes"]))
    again = client.get(reverse("guide-page", args=["taxes"]), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(
        reverse("guide-page", args=["taxes"]), headers={"if-none-match": first["ETag"], "accept-language": "en"}
    )
    assert other.status_code == 200
    assert {"Cookie", "Accept-Language"} <= {it.strip() for it in first["Vary"].split(",")}


@pytest.mark.django_db
def test_what_is_kept_has_the_forms_of_this_browser() -> None:
    """The token of a form goes with a cookie: without it the page is another one."""
    page = reverse("guide")
    first, second = visitor("fr").get(page), visitor("fr").get(page)
    assert first["ETag"] != second["ETag"]


@pytest.mark.django_db
def test_what_somebody_sees_who_is_signed_in_is_kept_nowhere(world: World, signed_in: SignedIn) -> None:
    assert "no-store" in signed_in("owner").get(reverse("guide"))["Cache-Control"]


@pytest.mark.django_db
def test_a_visitor_asks_the_database_nothing_and_the_policy_stays_strict() -> None:
    client = visitor("fr")
    with CaptureQueriesContext(connection) as found:
        answer = client.get(reverse("guide"), {"q": "compte"})
    assert list(found) == []
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "media-src 'self'" in policy
    assert "unsafe" not in policy


# The help beside each page

NO_TITLE = frozenset(
    {
        # files
        *("audit-csv", "audit-file", "settings-toml", "items-csv", "items-xlsx", "download-company", "chart-csv"),
        *("year-archive", "documents-csv", "document-pdf", "mapping-toml", "batches-csv", "batch-file"),
        *("batch-listing-csv", "payments-csv", "control-csv", "proof-pdf", "tax-return-csv", "tax-return-pdf"),
        *("filed-return-csv", "one-cent", "layout-toml"),
        # pieces of pages
        *("figures", "document-states", "item-options", "customer-options", "payment-states"),
        *("account-options", "account-check"),
        # acts that lead back to a page
        "invitation-withdraw",
    }
)


def test_every_page_of_a_company_has_its_paragraph() -> None:
    steps = {f"first-step:{step.value}" for step in Step}
    of_company = (COMPANY_PAGES.keys() - NO_TITLE - {"first-step"}) | steps
    assert of_company == places.PAGES.keys() - {"companies", "new-company", "me"}


@in_both_languages
@pytest.mark.parametrize("place", sorted({*places.PAGES.values(), *places.SECTIONS.values(), *places.FIELDS.values()}))
def test_every_paragraph_is_there(place: str, language: str) -> None:
    name, anchor = places.split(place)
    assert pages(language)[name].part(anchor)


def marks(html: str) -> Iterator[tuple[str, str]]:
    """Address and name of each mark."""
    for link in re.findall(r'<a class="help"[^>]*>', html):
        found = re.search(r'href="([^"]*)".*aria-label="([^"]*)"', link)
        assert found is not None
        assert 'target="_blank" rel="noopener"' in link
        yield unescape(found[1]), unescape(found[2])


def test_the_mark_stands_beside_every_title(world: World, signed_in: SignedIn) -> None:
    """And beside the sections and fields that are known: what no page shows is not in the registry."""
    owner = signed_in("owner")
    shown: set[str] = set()
    for name in sorted(set(OF_COMPANY) - NO_TITLE):
        if not COMPANY_PAGES[name].see:
            continue
        answer = owner.get(address(world, name), follow=True)
        html = answer.content.decode()
        found = dict(marks(html))
        key = "first-step:accounts" if name == "first-step" else name
        titles = re.findall(r'<div class="titled"><h1>(.*?)</h1><a class="help" href="([^"]*)"', html, re.DOTALL)
        assert len(titles) == 1, name
        assert unescape(titles[0][1]) == in_guide(*places.split(places.PAGES[key])), name
        title = " ".join(unescape(re.sub("<[^>]*>", "", titles[0][0])).split())
        assert f"Aide\N{NO-BREAK SPACE}: {title}" in found.values()
        shown |= set(found)
    wanted = {in_guide(*places.split(it)) for it in (*places.SECTIONS.values(), *places.FIELDS.values())}
    assert wanted <= shown


@pytest.mark.parametrize(
    ("target", "page"), [("sage50-ca", "sage50"), ("acomba", "acomba"), ("xero", "other-programs")]
)
def test_the_mark_leads_to_the_guide_of_the_program(target: str, page: str, world: World, signed_in: SignedIn) -> None:
    for place in places.PAGES.values():
        name, anchor = places.split(places.for_program(place, target))
        assert pages("fr")[name].part(anchor), place
    Company.objects.filter(pk=world.company.pk).update(target=target)
    html = signed_in("owner").get(reverse("first-step", args=[world.company.pk, "program"])).content.decode()
    assert next(marks(html))[0].startswith(in_guide(page))


def test_a_section_says_more_than_the_title_above_it() -> None:
    assert [it for it, place in places.SECTIONS.items() if places.PAGES[it.partition("#")[0]] == place] == []


@pytest.mark.parametrize("place", sorted(places.SECTIONS))
def test_a_section_with_help_is_on_a_page(place: str) -> None:
    """A heading that is renamed loses its mark: the templates have its id."""
    heading = place.partition("#")[2]
    templates = Path(__file__).parents[2] / "src/ecriture/web/templates"
    known = "\n".join(file.read_text("utf-8") for file in templates.rglob("*.html"))
    assert f'<h2 id="{heading}">' in known.replace("{{ n }}", "1")


@in_both_languages
def test_a_template_that_names_a_place_of_the_guide_names_one_that_there_is(language: str) -> None:
    templates = Path(__file__).parents[2] / "src/ecriture/web/templates"
    known = "\n".join(file.read_text("utf-8") for file in templates.rglob("*.html"))
    named = re.findall(r"{% url 'guide-page' '([\w-]+)' %}#([\w-]+)", known)
    assert named
    assert all(pages(language)[name].part(anchor) for name, anchor in named)


def test_a_field_that_people_stumble_over_has_help(world: World, signed_in: SignedIn) -> None:
    found = dict(marks(signed_in("owner").get(reverse("accounting", args=[world.company.pk])).content.decode()))
    assert "Aide\N{NO-BREAK SPACE}: Date de début" in found.values()
    assert in_guide("first-import", "why-account-1201") in found


def test_the_name_of_a_mark_is_the_heading_in_words() -> None:
    with translation.override("en"):
        ((there, name),) = marks(mark("taxes", 'Account <b>4100</b>\n“A &amp; "B"'))
    assert (there, name) == (in_guide("taxes"), 'Help: Account 4100 “A & "B"')


def test_an_error_has_no_help_of_the_page_that_failed(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("owner").get(reverse("batch", args=[world.company.pk, 999]))
    assert answer.status_code == 404
    assert list(marks(answer.content.decode())) == []


@pytest.mark.django_db
@in_both_languages
def test_a_part_is_the_paragraph_alone(language: str) -> None:
    client = visitor(language)
    for place in {*places.PAGES.values(), *places.SECTIONS.values()}:
        name, anchor = places.split(place)
        there = reverse("guide-part", args=[name, anchor] if anchor else [name])
        answer = client.get(there, headers={"x-requested-with": "fetch"})
        html = answer.content.decode()
        assert answer.status_code == 200, place
        assert ids(html) == ["help-title"], place
        assert len(html) > 300, place
        assert client.get(there)["Location"].startswith(in_guide(name)), place
    assert client.get(reverse("guide-part", args=["taxes", "nowhere"])).status_code == 404


# The search


def asked(language: str, q: str) -> list[str]:
    return [unescape(it.address) for it in search(pages(language), q).found]


@pytest.mark.parametrize(
    ("language", "q", "place"),
    [
        ("en", "why 1201", "first-import"),
        ("en", "LINKED account", "sage50"),
        ("fr", "compte associé", "first-import"),
        ("fr", "COMPTE ASSOCIE", "first-import"),
        ("fr", "date de debut", "first-steps"),
        ("fr", "créances irrécouvrables", "taxes"),
        ("en", "quick method", "taxes"),
        ("en", "--through", "command"),
        ("en", "linked_accounts", "settings"),
        ("fr", "account-linked", "problems"),
        ("fr", "annuler un lot", "transfer"),
    ],
)
def test_what_is_asked_for_is_among_the_first(language: str, q: str, place: str) -> None:
    assert any(it.startswith(in_guide(place)) for it in asked(language, q)[:5]), asked(language, q)


@in_both_languages
def test_results_lead_to_the_paragraph_with_the_sentence(language: str) -> None:
    for found in search(pages(language), "compte account").found:
        path, _, place = found.address.partition("#")
        page = pages(language)[resolve(path).kwargs.get("name", START)]
        assert place in ids(page.html)
        sentence = "".join(piece for piece, _ in found.sentence).strip("… ")
        assert any(sentence in it.text for it in page.passages), sentence
        assert len(sentence) <= SENTENCE
        assert any(is_asked for _, is_asked in found.sentence) or found.heading


def test_a_word_is_found_where_it_begins() -> None:
    assert not any(it.startswith(in_guide("server")) for it in asked("fr", "TPS"))
    assert asked("fr", "annuler un lot")[0].startswith(in_guide("transfer"))


def test_the_search_is_bounded() -> None:
    assert len(search(pages("fr"), "compte").found) == MOST
    assert len(words_of("word " * 5 + " ".join(f"w{n}" for n in range(99)))) == MOST_WORDS
    assert words_of("y" * 9999) == ("y" * LONGEST,)
    assert search(pages("en"), "").found == search(pages("en"), "?!").found == ()
    assert words_of("Factures payées, les s") == ("facture", "payee", "les")


@in_both_languages
def test_the_search_is_fast(language: str) -> None:
    """50 ms for the longest question; half a second here, since a busy computer is slow, not wrong."""
    pages(language)
    begun = time.process_time()
    search(pages(language), "compte account facture invoice paiement payment taxe 1201")
    assert time.process_time() - begun < 0.5


@pytest.mark.django_db
def test_the_page_of_results() -> None:
    page = text_of(visitor("fr").get(reverse("guide"), {"q": "créances irrécouvrables"}))
    assert "<mark>créances</mark> <mark>irrécouvrables</mark>" in page.lower()
    escaped = visitor("fr").get(reverse("guide"), {"q": '"><script>1201'}).content.decode()
    assert "<script>1201" not in escaped
    nothing = text_of(visitor("en").get(reverse("guide"), {"q": "zzzzzz"}))
    assert "The guide has none of these words." in nothing


@pytest.mark.django_db
def test_the_words_of_the_other_language_lead_to_the_place_in_this_one() -> None:
    page = visitor("fr").get(reverse("guide"), {"q": "zero-rated exempt outside"}).content.decode()
    assert "Ces mots sont dans le texte anglais." in page
    assert '<ol class="found" lang="en">' in page
    assert in_guide("taxes", "zero-rated-exempt-outside-québec") in page


# The film

CHAPTERS = [
    {"page": "first-steps", "title": {"en": "First steps", "fr": "Premiers pas"}, "start": {"en": 0, "fr": 0}},
    {"page": "taxes", "title": {"en": "Taxes", "fr": "Taxes"}, "start": {"en": 61, "fr": 65.5}},
]


@pytest.fixture
def film_files(tmp_path: Path) -> Path:
    (tmp_path / films.CHAPTERS).write_text(json.dumps(CHAPTERS), "utf-8")
    for language in LANGUAGES:
        (tmp_path / f"{language}.mp4").write_bytes(b"film")
        (tmp_path / f"{language}.vtt").write_text("WEBVTT", "utf-8")
    return tmp_path


def test_the_chapters_of_a_film(film_files: Path) -> None:
    film = films.film_of(film_files, "fr")
    assert film is not None
    assert (film.video, film.captions) == ("ecriture/tour/fr.mp4", "ecriture/tour/fr.vtt")
    assert [(it.title, it.clock, it.in_film) for it in film.chapters] == [
        ("Premiers pas", "0:00", "/guide/tour/?t=0"),
        ("Taxes", "1:05", "/guide/tour/?t=65"),
    ]
    assert (film.start_of("taxes"), film.start_of("server")) == (65, 0)


@pytest.mark.parametrize("missing", [films.CHAPTERS, "fr.mp4", "fr.vtt"])
def test_without_its_files_there_is_no_film(film_files: Path, missing: str) -> None:
    (film_files / missing).unlink()
    assert films.film_of(film_files, "fr") is None


@pytest.mark.django_db
def test_every_page_offers_both_forms(film_files: Path) -> None:
    shown = {**pages("fr"), "tour": pages("fr")["first-steps"]._replace(name="tour")}
    with (
        mock.patch("ecriture.web.views.guide.film", lambda language: films.film_of(film_files, language)),
        mock.patch("ecriture.web.views.guide.pages", return_value=shown),
    ):
        page = text_of(visitor("fr").get(reverse("guide-page", args=["taxes"])))
        assert '<a href="/guide/tour/?t=65">Film</a>' in page
        tour = text_of(visitor("fr").get(reverse("guide-page", args=["tour"]), {"t": "65"}))
        assert 'fr.mp4#t=65"><track kind="captions" srclang="fr"' in tour
        assert '<a href="/guide/tour/?t=65#film" data-seek="65">' in tour
        for strange in ("x", "-1", "9" * 9, "²"):
            assert "fr.mp4#t" not in text_of(visitor("fr").get(reverse("guide-page", args=["tour"]), {"t": strange}))
    with mock.patch("ecriture.web.views.guide.film", return_value=None):
        assert "Film" not in text_of(visitor("fr").get(reverse("guide-page", args=["taxes"])))


def test_the_chapters_of_the_film_are_pages_of_the_guide() -> None:
    for language in LANGUAGES:
        for chapter in getattr(films.film(language), "chapters", ()):
            assert chapter.page in pages(language), chapter
