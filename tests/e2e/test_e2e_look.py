"""What an eye sees first on every page of a company, at two widths: nothing touches, nothing is cut, nothing is squeezed."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from browsing import SignIn
from ecriture.store.demonstration import make_demonstration
from ecriture.store.models import Company, Membership
from ecriture.web.steps import Step
from server_world import World, other_company
from uploading import in_place

PAGES = (
    *("company", "first-steps", "first-import", "accounting", "chart", "chart-import", "chart-linked", "invoices"),
    *("payments-settings", "items", "new-item", "import-items", "members", "company-settings", "settings-file"),
    *("audit", "remove-company"),
)
LOOK = """() => {
  const at = (it) => it.getBoundingClientRect()
  const name = (it) => it.className + ': ' + it.innerText.slice(0, 30).replace(/\\s+/g, ' ')
  const found = []
  const page = document.documentElement
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`)
  const boxes = [...document.querySelectorAll('main :is(.sheet, .note, .empty)')].filter((it) => at(it).height)
  for (const one of boxes) for (const other of boxes) {
    const gap = at(other).top - at(one).bottom
    const beside = at(one).right <= at(other).left || at(other).right <= at(one).left
    if (!beside && !one.contains(other) && gap > -2 && gap < 8) found.push(`${name(one)} touches ${name(other)}`)
  }
  for (const it of document.querySelectorAll('main .scroll')) {
    if (it.scrollWidth > it.clientWidth + 1) found.push(`a table is cut: ${name(it)}`)
  }
  for (const it of document.querySelectorAll('main dd')) {
    if (at(it).width < 96 && at(it).height > 60) found.push(`squeezed: ${name(it)}`)
  }
  return found
}"""


def seen(page: Page, address: str) -> list[str]:
    """What is wrong with a page, on a desk and on a phone."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        expect(page.locator("main")).to_be_visible()
        found += [f"{address} at {width}: {it}" for it in page.evaluate(LOOK)]
    return found


def addresses(company: Company) -> list[str]:
    steps = [reverse("first-step", args=[company.pk, it.value]) for it in Step]
    return [*(reverse(name, args=[company.pk]) for name in PAGES), *steps]


@pytest.mark.parametrize("is_empty", [True, False])
def test_every_page_of_a_company(sign_in: SignIn, world: World, live_server: Any, is_empty: bool) -> None:
    person = world.people["stranger"]
    company = other_company(person) if is_empty else make_demonstration(person)
    in_place(Membership.objects.select_related("user", "company").get(company=company, user=person))
    page = sign_in("stranger")
    assert [it for address in addresses(company) for it in seen(page, live_server.url + address)] == []


def test_the_companies(sign_in: SignIn, world: World, live_server: Any) -> None:
    page = sign_in("owner")
    other_company(world.owner, "Entretien ménager et lavage de vitres Beauregard et fils inc.")
    assert seen(page, f"{live_server.url}/companies/") == []
