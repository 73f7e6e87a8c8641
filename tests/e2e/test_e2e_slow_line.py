"""A slow line: what somebody types while an answer is on its way is never undone by that answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse
from playwright.sync_api import FilePayload, Page, Route, expect

from browsing import SignIn
from ecriture.store.units import books_of
from keyboard import Keyboard
from server_world import World


def opened(sign_in: SignIn, world: World, name: str) -> Page:
    page = sign_in("office")
    page.goto(page.url.partition("/c/")[0] + reverse(name, args=[world.company.pk]))
    return page


@contextmanager
def on_its_way(page: Page, part: str) -> Iterator[None]:
    """The answer to what is asked next for a part of the page comes only after what is done meanwhile."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Holds the first, which is answered as what it was; what is asked later is answered at once."""
        if route.request.headers.get("hx-target") != part or held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/*", hold)
    yield
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(50)
    with page.expect_response(lambda it: it.request == held[0].request):
        held[0].continue_()
    page.unroute("**/*", hold)


@contextmanager
def chosen(page: Page, customer: str, part: str) -> Iterator[None]:
    """The customer is named, and what is known of them is on its way to a part of the page."""
    field = page.get_by_label("Client", exact=True)
    field.fill(customer)
    with on_its_way(page, part):
        field.press("Tab")
        yield


def test_an_amount_typed_before_the_documents_of_the_customer_come(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in, world, "new-payment")
    with chosen(page, "Nguyễn", "shares"):
        page.locator("[name=share-1-amount]").fill("50,00")
    expect(page.locator("[name=share-2-document]")).to_have_value("F-1006")  # what is open of theirs, below
    expect(page.locator("[name=share-1-document]")).to_have_value("")
    expect(page.locator("[name=share-1-amount]")).to_have_value("50,00")
    expect(page.locator("[name=share-1-amount]")).to_be_focused()
    expect(page.locator("#paid")).to_contain_text("50,00")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("Paiement P-1001 est enregistré.")
    assert [(it.document, it.amount_cents) for it in books_of(world.company).payments["P-1001"].rows] == [("", 5000)]


def test_a_document_named_before_those_of_the_customer_come(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in, world, "new-payment")
    with chosen(page, "Nguyễn", "shares"):
        page.locator("[name=share-0-document]").fill("F-1001")
    expect(page.locator("[name=share-1-document]")).to_have_value("F-1006")
    expect(page.locator("[name=share-0-document]")).to_have_value("F-1001")


def test_terms_typed_before_those_of_the_customer_come(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in, world, "new-document")
    keys = Keyboard(page)
    keys.write("Client", "Lise Tremblay", kind="[name=customer]")
    keys.write("Adresse du client", "12, rue du Parc")
    keys.write("Conditions", "net 30 jours")
    keys.write("Ligne 1 : Prix unitaire", "70")
    page.locator("[name=line-0-description]").fill("Ménage")
    keys.press("Enregistrer comme brouillon")
    page = opened(sign_in, world, "new-document")
    with chosen(page, "Lise Tremblay", "buyer"):
        page.locator("[name=terms]").fill("comptant")
    expect(page.locator("[name=address]")).to_have_value("12, rue du Parc")
    expect(page.locator("[name=terms]")).to_have_value("comptant")


def test_a_price_typed_before_another_line_comes(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in, world, "new-document")
    with on_its_way(page, "lines"):
        page.get_by_role("button", name="Ajouter une ligne").click()
        page.locator("[name=line-0-unit_price]").fill("70")
    expect(page.locator("[name=line-3-item]")).to_be_attached()
    expect(page.locator("[name=line-4-item]")).not_to_be_attached()
    expect(page.locator("[name=line-0-unit_price]")).to_have_value("70")


SALES = """No,Date,Client,Montant HT,TPS,TVQ,Grand total,État
S-1,2026-03-02,Éva Roy,100.00,5.00,9.98,114.98,Payée
S-2,2026-03-03,Luc Bé,200.00,10.00,19.95,229.95,Brouillon
"""


def test_a_word_explained_before_the_trial_of_the_last_change_comes(sign_in: SignIn, world: World) -> None:
    page = opened(sign_in, world, "imports")
    page.get_by_label("Fichier de documents ou de paiements").set_input_files(
        FilePayload(name="ventes.csv", mimeType="text/csv", buffer=SALES.encode())
    )
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    draft = page.get_by_label("Brouillon", exact=True)
    expect(draft).to_have_value("draft")
    with on_its_way(page, "outcome"):
        with page.expect_request(lambda it: it.headers.get("hx-target") == "outcome"):
            page.get_by_label("Payée", exact=True).select_option("void")
        draft.evaluate("it => { it.value = 'final' }")  # a key is down: its own request is not yet under way
    expect(page.locator("#outcome")).to_contain_text("annulé")
    expect(draft).to_have_value("final")
    expect(page.locator("#outcome")).not_to_contain_text("brouillon")
