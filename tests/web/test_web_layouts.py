"""Settings → File layout: its fields, its text, the sample beside them, and what becomes of the next file."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_access_table import address
from test_web_forms_never_break import TEXTS
from test_web_queries import QUERIES

from ecriture.store.layouts import own_layout, put_layout, toml_of, toml_of_shipped
from ecriture.store.models import AuditRecord, Company
from ecriture.store.transfer import export, plan
from ecriture.targets.layout import PLAIN, shipped_layout
from ecriture.targets.layout.layout_file import COLUMN, LAYOUT
from ecriture.targets.layout.model import OF_LINE, Column, Layout
from ecriture.targets.registry import OTHER, layout_names
from ecriture.web.forms.layout import LayoutForm
from ecriture.web.layout_text import written
from ecriture.web.layout_words import AS_TEXT, FIELDS, PARTS, SETTINGS
from large_company import queries
from server_world import World
from web_forms import shown, words_of

SignedIn = Callable[[str], Client]


@pytest.fixture
def page(world: World) -> str:
    on(world, "acomba")
    return reverse("file-layout", args=[world.company.pk])


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("bookkeeper")


def on(world: World, target: str) -> None:
    Company.objects.filter(pk=world.company.pk).update(target=target)
    world.company.refresh_from_db()


def sent(answer: Any, **changed: object) -> dict[str, Any]:
    """What the page sends, with some answers changed; a name has two underscores where the page has a period."""
    context = answer.context
    base = {"mode": "form", "seen": context["seen"], "toml": context["screen"].base.toml, **shown(answer)}
    return base | {name.replace("__", "."): value for name, value in changed.items()}


def kept(world: World) -> Layout:
    from ecriture.store.layouts import layout_from

    row = own_layout(world.company)
    assert row is not None
    return layout_from(row.toml)


# The fields are those of the model


def test_every_setting_of_a_layout_is_a_field_or_changed_as_text() -> None:
    assert {*LAYOUT} == {it.name for it in fields(Layout)}
    assert SETTINGS.keys() | AS_TEXT == {*LAYOUT}
    assert not SETTINGS.keys() & AS_TEXT
    assert {*FIELDS} == OF_LINE
    assert PARTS.keys() - {"place"} <= {*COLUMN} <= {it.name for it in fields(Column)}


@pytest.mark.parametrize("name", [*layout_names(), OTHER])
def test_a_form_that_nobody_touches_changes_nothing(name: str) -> None:
    layout = shipped_layout(name)
    form = LayoutForm(layout=layout)
    answers = {it.html_name: it.value() for it in form if it.value() not in (None, False)}
    again = LayoutForm(answers, layout=layout)
    assert again.is_valid(), again.errors
    assert again.change() == layout


def test_columns_take_the_places_that_were_typed() -> None:
    for place in (1, 7):
        form = LayoutForm(layout=PLAIN)
        answers = {it.html_name: it.value() for it in form if it.value() not in (None, False)}
        moved = LayoutForm({**answers, "columns.2.place": place}, layout=PLAIN)
        assert moved.is_valid()
        order = [it.field for it in moved.change().columns]
        rest = [it.field for it in PLAIN.columns if it.field != "account"]
        assert order == ([*rest, "account"] if place == 7 else ["account", *rest])


def test_a_layout_of_more_columns_than_a_page_shows_loses_none() -> None:
    layout = replace(PLAIN, columns=(*PLAIN.columns, *(Column("empty", title=f"{number}") for number in range(100))))
    form = LayoutForm(layout=layout)
    answers = {it.html_name: it.value() for it in form if it.value() not in (None, False)}
    again = LayoutForm(answers, layout=layout)
    assert again.is_valid()
    assert again.change() == layout


# The page


@pytest.mark.parametrize("name", [*layout_names(), OTHER])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_layout_has_a_page_with_a_sample_on_the_companys_accounts(
    world: World, client: Client, page: str, name: str, language: str
) -> None:
    on(world, name)
    client.cookies["django_language"] = language
    answer = client.get(page)
    assert answer.status_code == 200
    sample = answer.context["sample"]
    assert sample.faults == ()
    assert "EC000001-01" in sample.text
    number = world.company.invoice_debit
    assert number in sample.text or shipped_layout(name).by_name


def test_a_program_without_a_layout_says_so(world: World, client: Client, page: str) -> None:
    on(world, "sage50-ca")
    answer = client.get(page)
    assert "Choisir un autre logiciel" in words_of(answer)
    assert client.post(page, {"act": "keep"}).status_code == 302
    assert own_layout(world.company) is None


def test_a_change_shows_the_file_and_keeps_nothing(world: World, client: Client, page: str) -> None:
    begin = client.get(page)
    assert "114.98" in begin.context["sample"].text
    asked = sent(begin, decimal=",", date="%d%m%y", act="look", columns__1__width="9")
    answer = client.post(page, asked, headers={"HX-Target": "sample"})
    assert answer.status_code == 200
    assert next(it.name for it in answer.templates) == "settings/layout_sample.html"
    assert "114,98" in answer.context["sample"].text
    assert own_layout(world.company) is None


def test_it_is_kept_and_the_next_page_has_it(world: World, client: Client, page: str) -> None:
    asked = sent(
        client.get(page), decimal=",", to_confirm="", act="keep", columns__1__width="9", file_head__1__0__value="LGL9"
    )
    asked.pop("to_confirm")
    answer = client.post(page, asked, follow=True)
    assert "Le gabarit est gardé" in words_of(answer)
    found = kept(world)
    assert (found.decimal, found.to_confirm, found.columns[1].width) == (",", False, 9)
    assert found.file_head[1][0].value == "LGL9"
    assert "À confirmer dans Acomba" not in words_of(client.get(page))


def test_all_problems_are_said_at_once_in_the_language_of_the_page(world: World, client: Client, page: str) -> None:
    asked = sent(client.get(page), date="%d/%m", suffix="nothing", max_entries="0", act="keep")
    asked["max_entries"] = "5"
    for language, says in (("fr", "Fin du nom du fichier"), ("en", "End of the file’s name")):
        world.people["bookkeeper"].language = language
        world.people["bookkeeper"].save()
        answer = client.post(page, asked)
        assert answer.status_code == 422
        assert len(answer.context["faults"]) == 2, says
        text = words_of(answer)
        assert text.count(says) >= 1
    assert own_layout(world.company) is None


def test_what_has_no_room_is_said_beside_the_sample(world: World, client: Client, page: str) -> None:
    answer = client.post(page, sent(client.get(page), act="look", columns__2__width="5"))
    assert answer.context["sample"].text == ""
    assert "114" in words_of(answer)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"entry_head__0__2__width": "10"}, 200),  # kept, it would take the entries of companies with another prefix
        ({"entry_head__0__2__width": "9"}, 422),
        ({"encoding": "ascii", "file_head__0__0__value": "Écriture"}, 422),
    ],
)
def test_what_could_never_be_written_is_said(
    changed: dict[str, str], status: int, world: World, client: Client, page: str
) -> None:
    answer = client.post(page, sent(client.get(page), act="look", **changed))
    assert answer.status_code == 200
    assert answer.context["faults"]
    assert answer.context["sample"].text == ""
    assert client.post(page, sent(client.get(page), act="keep", **changed), follow=True).status_code == status


def test_who_saved_meanwhile_is_not_overwritten(world: World, client: Client, page: str) -> None:
    asked = sent(client.get(page), decimal=",", act="keep")
    put_layout(world.company, "acomba", toml_of_shipped("acomba"), by=None, seen="")
    answer = client.post(page, asked)
    assert answer.status_code == 409
    assert kept(world).decimal == "."
    again = client.post(page, {**asked, "seen": answer.context["seen"]})
    assert again.status_code == 302
    assert kept(world).decimal == ","


# As text, as a file


def test_the_form_goes_over_to_text_and_back(world: World, client: Client, page: str) -> None:
    as_text = client.post(page, sent(client.get(page), decimal=",", act="text"))
    assert as_text.context["form"] is None
    toml = as_text.context["screen"].base.toml
    assert 'decimal = ","' in toml
    back = client.post(page, {"mode": "text", "seen": "", "toml": toml, "act": "form"})
    assert back.context["form"]["decimal"].value() == ","
    kept_text = client.post(page, {"mode": "text", "seen": "", "toml": toml.replace("LGL7", "LGL8"), "act": "keep"})
    assert kept_text.status_code == 302
    assert kept(world).file_head[1][0].value == "LGL8"


def test_a_text_that_is_no_toml_stays_to_be_corrected(client: Client, page: str) -> None:
    for act in ("keep", "form", "look"):
        answer = client.post(page, {"mode": "text", "seen": "", "toml": "[layout\nname", "act": act})
        assert answer.context["form"] is None
        assert answer.context["faults"]


def test_it_comes_and_goes_as_the_commands_file(world: World, client: Client, page: str) -> None:
    address = reverse("layout-toml", args=[world.company.pk])
    assert client.get(address).content.decode() == toml_of_shipped("acomba")
    file = SimpleUploadedFile("own.toml", toml_of_shipped("acomba").replace("LGL7", "LGL8").encode())
    answer = client.post(page, {"file": file})
    assert answer.status_code == 200
    assert own_layout(world.company) is None
    toml = answer.context["screen"].base.toml
    client.post(page, {"mode": "text", "seen": answer.context["seen"], "toml": toml, "act": "keep"})
    assert client.get(address).content.decode() == toml_of(world.company) == toml
    assert client.get(address)["Content-Disposition"].endswith('"acomba.toml"')


def test_back_to_the_shipped_one(world: World, client: Client, page: str) -> None:
    put_layout(world.company, "acomba", toml_of_shipped("acomba").replace("LGL7", "LGL8"), by=None, seen="")
    answer = client.get(page)
    given_up = reverse("remove-layout", args=[world.company.pk])
    client.post(given_up, {"seen": "another"})
    assert own_layout(world.company) is not None
    client.post(given_up, {"seen": answer.context["own_mark"]})
    assert own_layout(world.company) is None
    audit = words_of(client.get(reverse("audit", args=[world.company.pk])))
    assert "LGL8" in audit
    assert AuditRecord.objects.filter(action="layout-deleted").exists()


def test_another_program_is_described_from_scratch(world: World, client: Client, page: str) -> None:
    on(world, OTHER)
    begin = client.get(page)
    nameless = client.post(page, sent(begin, act="keep"))
    assert nameless.status_code == 422
    assert "« Nom du logiciel »" in words_of(nameless).replace("\N{NO-BREAK SPACE}", " ")
    assert client.post(page, sent(begin, name="Avantage", act="keep")).status_code == 302
    home = words_of(client.get(reverse("first-import", args=[world.company.pk])))
    assert "2. Dans Avantage" in home


def test_a_reader_sees_it_and_changes_nothing(signed_in: SignedIn, page: str) -> None:
    reader = signed_in("reader")
    answer = reader.get(page)
    assert "Garder ce gabarit" not in words_of(answer)
    assert reader.post(page, sent(answer, act="keep")).status_code == 403


def test_a_shipped_layout_is_written_with_all_it_says() -> None:
    with translation.override("fr"):
        for name in layout_names():
            assert written(shipped_layout(name)).layout == shipped_layout(name)


def test_whatever_is_sent_never_breaks(world: World, client: Client, page: str) -> None:
    """The page of a company whose program has a layout; that of all others is among all pages."""
    client.raise_request_exception = False
    begin = sent(client.get(page))
    names = st.sampled_from(sorted({*begin, "act"}))
    acts = st.sampled_from(("look", "keep", "text", "form", ""))

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(given_texts=st.dictionaries(names, TEXTS, max_size=5), act=acts, mode=st.sampled_from(("form", "text")))
    def breaks(given_texts: dict[str, str], act: str, mode: str) -> None:
        texts = {name: text.encode("utf-8", "replace").decode() for name, text in given_texts.items()}
        answer = client.post(page, {**begin, "act": act, "mode": mode, **texts})
        assert answer.status_code < 500, (given_texts, act, mode)

    breaks()
    on(world, "acomba")
    assert client.get(page).status_code == 200


def test_a_layout_of_ones_own_costs_no_page_more_than_two_questions(world: World, client: Client, page: str) -> None:
    put_layout(world.company, "acomba", toml_of_shipped("acomba"), by=None, seen="")
    for name in ("file-layout", "accounting", "first-import", "transfer", "batch"):
        assert queries(client, address(world, name)) <= QUERIES[name] + 2, name


def test_the_page_of_a_batch_speaks_of_the_layout_it_was_written_by(world: World, client: Client, page: str) -> None:
    planned = plan(world.company, date(2026, 3, 31))
    batch = export(world.company, date(2026, 3, 31), planned.fingerprint, None, skip_invalid=True)
    there = reverse("batch", args=[world.company.pk, batch.number])
    before = client.get(there).content.decode()
    other = (
        toml_of_shipped("acomba")
        .replace("Faites une copie de sécurité.", "Prenez un café.")
        .replace('".001"', '".txt"')
    )
    put_layout(world.company, "acomba", other, by=None, seen="")
    assert "Faites une copie de sécurité." in before
    after = client.get(there).content.decode()
    assert ("Faites une copie de sécurité." in after, "Prenez un café." in after) == (True, False)
    file = client.get(reverse("batch-file", args=[world.company.pk, batch.number]))
    assert ".001" in file["Content-Disposition"]


# What would not be written


def test_no_layout_is_kept_by_which_nothing_can_be_written(world: World, client: Client, page: str) -> None:
    """A title or text that its letters, or its lack of quotation marks, do not take: the page itself would break with it."""
    on(world, OTHER)
    sound = toml_of_shipped(OTHER).replace("[layout]\n", '[layout]\nname = "Avantage"\n')
    for old, new in (
        ('encoding = "utf-8-sig"', 'encoding = "ascii"'),
        ('delimiter = ";"', 'delimiter = "|"\nquote = "never"'),
        ('suffix = ".csv"', 'suffix = ".bat"'),
    ):
        toml = sound.replace('title = "Text"', 'title = "Texte|é"').replace(old, new)
        answer = client.post(page, {"mode": "text", "act": "keep", "seen": "", "toml": toml})
        assert answer.status_code == 422
        assert answer.context["faults"]
    assert own_layout(world.company) is None


@pytest.mark.parametrize("changed", ['field = "source", width = 10', 'field = "debit", width = 3'])
def test_what_has_no_room_breaks_no_page(world: World, client: Client, page: str, changed: str) -> None:
    on(world, OTHER)
    toml = toml_of_shipped(OTHER).replace("[layout]\n", '[layout]\nname = "Avantage"\n')
    toml = toml.replace(changed.partition(",")[0], changed)
    assert client.post(page, {"mode": "text", "act": "keep", "seen": "", "toml": toml}).status_code == 302
    assert client.get(page).context["faults"]
    for name in ("transfer", "first-import", "one-cent"):
        assert client.get(reverse(name, args=[world.company.pk])).status_code in (200, 302), name


def test_a_page_of_another_program_keeps_nothing(world: World, client: Client, page: str) -> None:
    """Two tabs: in one the program is changed, in the other the layout of the one before is kept."""
    begin = client.get(page)
    assert f'name="target" value="{world.company.target}"' in begin.content.decode()
    asked = sent(begin, act="keep", decimal=",", target="acomba")
    put_layout(world.company, "xero", toml_of_shipped("xero"), by=None, seen="")
    on(world, "xero")
    answer = client.post(page, asked, follow=True)
    assert "un autre logiciel" in words_of(answer)
    seen = answer.context["own_mark"]
    client.post(reverse("remove-layout", args=[world.company.pk]), {"seen": seen, "target": "acomba"})
    assert own_layout(world.company, "acomba") is None
    assert own_layout(world.company, "xero") is not None


def test_a_text_is_taken_whole_or_not_at_all(world: World, client: Client, page: str) -> None:
    """What is cut off at the end nobody would see, and neither letters that are not in UTF-8."""
    long = toml_of_shipped("acomba") + "# note\n" * 20_000
    sending: tuple[dict[str, Any], ...] = (
        {"mode": "text", "act": "keep", "seen": "", "toml": long},
        {"file": SimpleUploadedFile("own.toml", long.encode())},
        {"file": SimpleUploadedFile("own.toml", toml_of_shipped("acomba").encode("cp1252", "replace"))},
    )
    for data in sending:
        answer = client.post(page, data)
        assert answer.status_code == 422
        assert answer.context["faults"]
    assert own_layout(world.company) is None
    lines = toml_of_shipped("acomba") + "# note\n" * 13_000
    assert len(lines) < 100_000 < len(lines.replace("\n", "\r\n"))
    answer = client.post(page, {"mode": "text", "act": "keep", "seen": "", "toml": lines.replace("\n", "\r\n")})
    assert answer.status_code == 302
    assert toml_of(world.company) == lines
