"""Help beside the work in Chromium: the paragraph opens at the side, and a half-filled form stays as it is."""

import re
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from test_e2e_look import LOOK

from browsing import SignIn, faults, look, overflows
from ecriture.speech.language import LANGUAGES
from ecriture.store.models import User
from ecriture.web.guide.film import Chapter, Film
from ecriture.web.guide.pages import address, pages
from server_world import World


def test_help_opens_beside_a_form_that_is_half_filled(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    page.goto(live_server.url + reverse("new-item", args=[world.company.pk]))
    page.get_by_label("Code", exact=True).fill("VITRES")
    mark = page.get_by_role("link", name="Aide\N{NO-BREAK SPACE}: Nouvel article")
    mark.click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("heading", name="Un nouvel article")).to_be_focused()
    assert page.url.endswith("/settings/items/new/")
    assert faults(page) == []
    assert not overflows(page)
    look(page, "help-beside")
    page.get_by_label("Code", exact=True).press("End")
    page.keyboard.type("-2")
    expect(page.get_by_label("Code", exact=True)).to_have_value("VITRES-2")
    panel.get_by_role("button", name="Fermer").press("Escape")
    expect(panel).to_be_hidden()
    expect(mark).to_be_focused()
    assert len(page.context.pages) == 1


def test_with_another_key_the_page_opens_in_another_window(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    page.goto(live_server.url + reverse("accounting", args=[world.company.pk]))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Aide\N{NO-BREAK SPACE}: Comptes d’une facture").click(modifiers=["Control"])
    expect(opened.value).to_have_url(live_server.url + address("first-import", "why-account-1201"))


def test_when_the_server_does_not_answer_the_link_is_followed(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    page.goto(live_server.url + reverse("transfer", args=[world.company.pk]))
    page.route("**/part/**", lambda route: route.fulfill(status=404))
    with page.context.expect_page() as opened:
        page.locator("h1 + .help").click()
    expect(opened.value).to_have_url(live_server.url + address("transfer", "the-plan"))


@pytest.mark.django_db
def test_without_script_it_is_a_link_to_another_window(
    browser: Browser, sign_in: SignIn, world: World, live_server: Any
) -> None:
    cookies = sign_in("owner").context.cookies()
    context = browser.new_context(java_script_enabled=False, locale="fr-CA")
    context.add_cookies([{"name": it["name"], "value": it["value"], "url": live_server.url} for it in cookies])
    page = context.new_page()
    page.goto(live_server.url + reverse("chart", args=[world.company.pk]))
    with context.expect_page() as opened:
        page.locator("h1 + .help").click()
    expect(opened.value).to_have_url(live_server.url + address("chart"))
    context.close()


def test_a_chapter_plays_where_the_film_is(sign_in: SignIn, world: World, live_server: Any) -> None:
    """Of a film that is not there: the place is kept for when it is."""
    chapters = (Chapter("Premiers pas", 0, "first-steps"), Chapter("Taxes", 65, "taxes"))
    film = Film("ecriture/tour/none.mp4", "ecriture/tour/none.vtt", chapters)
    tour = {**pages("fr"), "tour": pages("fr")["closing"]._replace(name="tour")}
    with (
        mock.patch("ecriture.web.views.guide.film", return_value=film),
        mock.patch("ecriture.web.views.guide.pages", return_value=tour),
    ):
        page = sign_in("owner")
        page.goto(live_server.url + address("taxes"))
        page.get_by_role("link", name="Film", exact=True).click()
        expect(page).to_have_url(f"{live_server.url}{address('tour')}?t=65")
        assert [*looked_at(page), *faults(page)] == []
        look(page, "guide-tour")
        page.get_by_role("link", name="1:05 Taxes").click()
        assert page.evaluate("document.getElementById('film').currentTime") == 65
        expect(page).to_have_url(f"{live_server.url}{address('tour')}?t=65")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_guide(sign_in: SignIn, world: World, live_server: Any, language: str) -> None:
    """On a desk, at 200 %, on a phone and on paper; the longest with the eyes of axe."""
    User.objects.filter(pk=world.owner.pk).update(language=language)
    page = sign_in("owner")
    found = []
    for name in pages(language):
        page.goto(live_server.url + address(name))
        found += looked_at(page)
        if name in ("index", "taxes", "mappings"):
            found += faults(page)
            look(page, f"guide-{name}-{language}")
    page.goto(live_server.url + address("index") + "?q=1201")
    found += [*looked_at(page), *faults(page)]
    look(page, f"guide-found-{language}")
    assert found == []


def looked_at(page: Page) -> list[str]:
    """What the tests of the other pages look for; an example may scroll."""
    found = []
    for width in (1280, 640, 360):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{page.url} at {width}: {it}" for it in page.evaluate(LOOK) if not it.startswith("cut:")]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_for_the_accountant_is_one_sheet_of_paper(
    sign_in: SignIn, world: World, live_server: Any, language: str
) -> None:
    User.objects.filter(pk=world.people["owner"].pk).update(language=language)
    page = sign_in("owner")
    page.goto(live_server.url + address("accountant"))
    assert re.findall(rb"/Count (\d+)", page.pdf(format="Letter")) == [b"1"]
