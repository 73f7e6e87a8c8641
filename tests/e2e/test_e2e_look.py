"""What an eye sees first on every page, at three widths: nothing touches, is cut, squeezed or out of line."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from browsing import SignIn, faults
from ecriture.store.demonstration import make_demonstration
from ecriture.store.invitations import make
from ecriture.store.links import make_link
from ecriture.store.models import Company, Document, Item, Membership, Payment, Role, User
from ecriture.store.transfer import export, plan
from ecriture.store.uploads import Kind
from ecriture.web.refusals import REFUSALS
from ecriture.web.steps import Step
from server_world import PASSWORD, World, other_company
from uploading import file_of, in_place

PAGES = (
    *("company", "first-steps", "first-import", "accounting", "chart", "chart-import", "chart-linked", "invoices"),
    *("payments-settings", "items", "new-item", "import-items", "members", "company-settings", "settings-file"),
    *("audit", "remove-company", "chart-add", "leave", "documents", "payments", "new-document", "new-payment"),
    *("transfer", "what-if", "batches", "compare-batches"),
)
LOOK = """() => {
  const at = (it) => it.getBoundingClientRect()
  const name = (it) => it.className + ': ' + it.innerText.slice(0, 30).replace(/\\s+/g, ' ')
  const beside = (one, other) => one.right <= other.left || other.right <= one.left
  const found = []
  const page = document.documentElement
  // At the end of the page a bar that stays at the bottom of the window is in its own place, over nothing.
  page.scrollTo({ top: page.scrollHeight, behavior: 'instant' })
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`)
  const boxes = [...document.querySelectorAll('main :is(.sheet, .note, .empty)')].filter((it) => at(it).height)
  for (const one of boxes) for (const other of boxes) {
    const gap = at(other).top - at(one).bottom
    const isBelow = !beside(at(one), at(other)) && !one.contains(other)
    if (isBelow && gap > -2 && gap < 8) found.push(`${name(one)} touches ${name(other)}`)
  }
  for (const one of boxes) for (const other of boxes) {
    const apart = Math.abs(at(one).left - at(other).left) + Math.abs(at(one).right - at(other).right)
    const isColumn = one.parentNode === other.parentNode && !beside(at(one), at(other))
    if (isColumn && apart > 2) found.push(`not as wide as ${name(other)}: ${name(one)}`)
  }
  const shown = (query) => [...document.querySelectorAll(query)].filter((it) => at(it).height && it.checkVisibility())
  const near = shown('main :is(p, .field, button, .button, a)')
  for (const one of shown('main :is(.button, button:not(.link, td button))')) for (const other of near) {
    const gap = at(other).top - at(one).bottom
    if (!beside(at(one), at(other)) && gap > -2 && gap < 6) found.push(`${name(other)} touches the button ${name(one)}`)
  }
  for (const it of document.querySelectorAll('main :is(.scroll, pre), .top > .main')) {
    if (it.scrollWidth > it.clientWidth + 1) found.push(`cut: ${name(it)}`)
  }
  for (const it of document.querySelectorAll('main :is(dd, td)')) {
    const [width, height] = it.matches('dd') ? [96, 60] : [160, 144]
    if (at(it).width < width && at(it).height > height && it.innerText.length > 40) found.push(`squeezed: ${name(it)}`)
  }
  for (const it of page.clientWidth < 640 ? shown('main .stack td[data-label]:not(:has(input, select))') : []) {
    if (!it.textContent.trim()) found.push(`a name without a value: ${it.dataset.label}`)
  }
  const control = (it) => at(it.querySelector('input:not([type=checkbox]), select, textarea')).top
  const fields = shown('main :is(.pair, .bulk) > .field')
  for (const one of fields) for (const other of fields) {
    const isRow = one.parentNode === other.parentNode && at(one).top < at(other).bottom && at(other).top < at(one).bottom
    if (isRow && Math.abs(control(one) - control(other)) > 1) found.push(`out of line: ${name(one)}`)
  }
  return found
}"""


WIDTHS = (1280, 640, 390)
"""A desk, the same at 200 %, a phone."""
PAPER = 700
"""A letter page within its margins."""


def as_it_stands(page: Page) -> list[str]:
    """What is wrong with a page that is open, such as the answer to a form."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{page.url} at {width}: {it}" for it in page.evaluate(LOOK)]
    page.set_viewport_size({"width": PAPER, "height": 800})
    page.emulate_media(media="print")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.emulate_media(media="screen")
    return found if wide <= PAPER else [*found, f"{page.url} on paper is {wide} wide"]


def seen(page: Page, address: str) -> list[str]:
    page.goto(address)
    expect(page.locator("main")).to_be_visible()
    return as_it_stands(page)


def addresses(company: Company) -> list[str]:
    steps = [reverse("first-step", args=[company.pk, it.value]) for it in Step]
    return [*(reverse(name, args=[company.pk]) for name in PAGES), *steps]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_a_company(sign_in: SignIn, world: World, live_server: Any, language: str) -> None:
    """Empty in French, full in English: the words of both have their place."""
    person = world.people["stranger"]
    User.objects.filter(pk=person.pk).update(language=language)
    company = other_company(person) if language == "fr" else make_demonstration(person)
    in_place(Membership.objects.select_related("user", "company").get(company=company, user=person))
    page = sign_in("stranger")
    assert [it for address in addresses(company) for it in seen(page, live_server.url + address)] == []


def test_the_companies(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    other_company(world.owner, "Entretien ménager et lavage de vitres Beauregard et fils inc.")
    assert seen(page, f"{live_server.url}/companies/") == []


PERSON = (
    "me",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "account_logout",
    "new-company",
)


def test_the_pages_of_a_person(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    assert [it for name in PERSON for it in seen(page, live_server.url + reverse(name))] == []
    page.goto(live_server.url + reverse("mfa_activate_totp"))
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#secret")).to_be_visible()
    assert as_it_stands(page) == []


def test_the_pages_of_one_item_and_of_one_member(sign_in: SignIn, world: World, live_server: Any) -> None:
    page, company = sign_in("owner"), world.company
    item = Item.objects.get(company=company, code="MENAGE")
    pages = [reverse(name, args=[company.pk, item.pk]) for name in ("item", "archive-item", "delete-item")]
    pages.append(reverse("member-remove", args=[company.pk, world.member("office").pk]))
    assert [it for address in pages for it in seen(page, live_server.url + address)] == []


def test_the_pages_of_one_document_and_of_one_payment(sign_in: SignIn, world: World, live_server: Any) -> None:
    page, company = sign_in("owner"), world.company
    units: Any = {
        (Document, "F-1002"): ("document", "void-document"),
        (Document, "F-1005"): ("document", "edit-document", "delete-document"),
        (Payment, "P-9"): ("payment", "return-payment", "void-payment"),
        (Payment, "P-6"): ("payment", "allocate-payment"),
    }
    pages = [
        reverse(name, args=[company.pk, model.objects.get(company=company, number=number).pk])
        for (model, number), names in units.items()
        for name in names
    ]
    credit = Document.objects.get(company=company, number="F-1003").pk
    pages += [f"{reverse('new-document', args=[company.pk])}?credit={credit}"]
    pages += [f"{reverse('new-payment', args=[company.pk])}?document={credit}"]
    assert [it for address in pages for it in seen(page, live_server.url + address)] == []
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert as_it_stands(page) == []


def test_the_pages_of_a_transfer(sign_in: SignIn, world: World, live_server: Any) -> None:
    day, company = date(2026, 1, 31), world.company
    batch = export(company, day, plan(company, day).fingerprint, world.member("owner"))
    link = make_link(batch, world.member("owner")).token
    of_company = {
        "transfer": "?through=2026-03-31",
        "what-if": "?through=2026-03-31&detail=line&bank_lines=reference",
        "remap": "?account=1201",
        "plan-made-of": "?through=2026-03-31&account=1201",
        "compare-batches": "?first=1&second=1",
        "control": "?day=2026-03-31",
        "control-compare": "",
        "explain": "?account=1201",
        "proof": "?month=2026-01",
        "closing": "?through=2026-03-31",
        "taxes": "",
        "tax-return": "?first=2026-01-01&last=2026-03-31",
    }
    of_batch = {"batch": "", "batch-listing": "", "batch-made-of": "?account=1201"}
    pages = [reverse(name, args=[company.pk]) + asked for name, asked in of_company.items()]
    pages += [reverse(name, args=[company.pk, 1]) + asked for name, asked in of_batch.items()]
    pages += [f"{reverse('cancel-batch', args=[company.pk, 1])}?said={said}" for said in REFUSALS]
    pages += [reverse("shared-batch", args=[link]), reverse("shared-batch", args=["none"])]
    page = sign_in("owner")
    assert [it for address in pages for it in seen(page, live_server.url + address)] == []


@pytest.mark.parametrize(
    ("name", "inside"),
    [("control", "Transfert"), ("proof", "Transfert"), ("taxes", "Transfert"), ("items", "Réglages")],
)
def test_a_phone_marks_where_one_is_in_the_navigation(
    sign_in: SignIn, world: World, live_server: Any, name: str, inside: str
) -> None:
    """The link of the page itself has no room there: the one that leads to it is marked, on a desk only its own."""
    page = sign_in("owner")
    page.goto(live_server.url + reverse(name, args=[world.company.pk]))
    leads_there = page.locator(".main a", has_text=inside)
    expect(leads_there).not_to_have_css("font-weight", "600")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator(".main [aria-current]:visible")).to_have_text([inside])
    expect(leads_there).to_have_css("font-weight", "600")


def test_the_open_tab_is_in_sight_on_the_smallest_phone(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    page.set_viewport_size({"width": 360, "height": 740})
    for name in ("transfer", "remap", "batches", "closing"):
        page.goto(live_server.url + reverse(name, args=[world.company.pk]))
        tab, row = (page.locator(it).bounding_box() for it in (".tabs [aria-current]", ".tabs"))
        assert tab is not None
        assert row is not None
        assert row["x"] - 1 <= tab["x"], name
        assert tab["x"] + tab["width"] <= row["x"] + row["width"] + 1, name


def test_the_tax_pages_have_the_tabs_of_the_transfer(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    for name, asked in (("taxes", ""), ("tax-return", "?first=2026-01-01&last=2026-03-31")):
        page.goto(live_server.url + reverse(name, args=[world.company.pk]) + asked)
        expect(page.locator(".tabs [aria-current]")).to_have_text(["Taxes"])


BROKEN = b'01-31-26,"A","' + b"x" * 300 + b'"\r\n1201,10.00,"\xe2\x80\xaeLis\xc3\xa9\x00"\r\n4000,-9.0\n'
RIGHT = b'01-31-26,"EC000001-01","Ventes"\r\n1201,10.00,"F-1 Lise"\r\n4000,-10.00\r\n'


def test_a_file_that_is_checked_without_an_account(page: Page, live_server: Any, complaints: list[str]) -> None:
    page.goto(f"{live_server.url}/auth/login/")
    page.get_by_role("button", name="English").click()
    page.get_by_role("link", name="Check a Sage 50 file").click()
    assert as_it_stands(page) == []
    for content, says in ((BROKEN, "findings"), (RIGHT, "No finding")):
        page.get_by_label("The file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": content})
        page.get_by_role("button", name="Check").click()
        expect(page.locator("main")).to_contain_text(says)
        assert as_it_stands(page) == []
        assert faults(page) == []
    page.get_by_label("Or its content, pasted").fill(RIGHT.decode().replace("-10.00", "-10.01"))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("main")).to_contain_text("add up to -0.01 instead of zero")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier un fichier Sage 50")


def test_a_refused_account_of_many_items(sign_in: SignIn, world: World, live_server: Any) -> None:
    """One of two fields side by side has a fault; the other one stays in line with it."""
    page = sign_in("bookkeeper")
    page.goto(live_server.url + reverse("items", args=[world.company.pk]))
    page.get_by_label("Choisir VITRES").check()
    page.locator("#many").get_by_label("Compte de crédit").fill("1200")
    page.get_by_role("button", name="Donner ces comptes").click()
    expect(page.locator("#many .fault")).to_be_visible()
    assert as_it_stands(page) == []


def test_a_refused_file_and_its_preview(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("bookkeeper")
    page.goto(live_server.url + reverse("import-items", args=[world.company.pk]))
    for content in (b"code;credit\n;4100\n", file_of(Kind.ITEMS, world.company, "HAIE")):
        page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="Aperçu de l’importation").click()
        expect(page.get_by_role("alert").or_(page.get_by_text("Ce qui changera")).first).to_be_visible()
        assert as_it_stands(page) == []


def test_an_invitation(sign_in: SignIn, world: World, live_server: Any) -> None:
    address = live_server.url + reverse("invitation", args=[make(world.company, Role.READER, by=world.owner).token])
    assert seen(sign_in("stranger"), address) + seen(sign_in("owner"), address) == []
    page = sign_in("stranger")
    page.context.clear_cookies()
    assert seen(page, address) == []


def test_the_pages_of_errors(sign_in: SignIn, world: World, live_server: Any) -> None:
    """Also those of an address that takes forms only, and of a role that is not enough: each says where to go on."""
    page = sign_in("reader")
    for address in (
        "/nowhere/",
        *(reverse(name, args=[world.company.pk]) for name in ("remove-company", "many-items")),
    ):
        assert seen(page, live_server.url + address) == []
        assert faults(page) == []
        expect(page.get_by_role("main").get_by_role("link", name="Retour à la première page")).to_be_visible()


NAVIGATION = """() => {
  const row = document.querySelector('.main')
  const links = [...row.querySelectorAll('a')].map((it) => it.getBoundingClientRect()).filter((it) => it.width)
  const found = row.scrollWidth > row.clientWidth ? [`it is ${row.scrollWidth} wide`] : []
  links.forEach((it, at) => {
    if (it.height < 44) found.push(`${at} is low`)
    if (at && it.left - links[at - 1].right < 4) found.push(`${at} touches the one before`)
  })
  return found
}"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_navigation_fits_the_smallest_phones(sign_in: SignIn, world: World, language: str) -> None:
    User.objects.filter(pk=world.people["office"].pk).update(language=language)
    page = sign_in("office")
    for width in (320, 340, 360):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(NAVIGATION) == [], width


GAP = """([above, below]) => below.getBoundingClientRect().top - above.getBoundingClientRect().bottom"""


def gap(page: Page, above: str, below: str) -> float:
    """How far apart two elements are, from top to bottom."""
    both = [page.locator(it).first.element_handle() for it in (above, below)]
    return float(page.evaluate(GAP, both))


def test_what_is_said_of_a_field_does_not_touch_what_comes_next(
    sign_in: SignIn, world: World, live_server: Any
) -> None:
    page = sign_in("owner")
    page.goto(live_server.url + reverse("accounting", args=[world.company.pk]))
    page.locator("#id_start_date").evaluate("it => it.setAttribute('value', '')")
    page.locator("details.fold > summary").first.click()
    assert gap(page, ".if-start .why-off", ".if-start + .switch-field input") >= 16
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(live_server.url + reverse("payments-settings", args=[world.company.pk]))
    assert gap(page, "legend + .help", "legend + .help ~ .choices") >= 8
