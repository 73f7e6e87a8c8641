"""What was transferred is moved to today's accounts: looked at in both languages, asked for, and taken back."""

from dataclasses import replace
from datetime import date

from playwright.sync_api import expect

from browsing import SignIn, faults, look, overflows
from ecriture.store.settings import change
from ecriture.store.transfer import export, plan
from server_world import World

JANUARY = date(2026, 1, 31)


def test_it_is_shown_then_asked_for_then_taken_back(sign_in: SignIn, world: World) -> None:
    export(world.company, JANUARY, plan(world.company, JANUARY).fingerprint, None, skip_invalid=True)
    change(
        world.company,
        None,
        lambda it: replace(it, accounts=replace(it.accounts, invoice_credit="4110")),
        area="accounting",
    )
    for language, button in (("en", "Show what it does"), ("fr", "Montrer ce que cela fait")):
        world.people["owner"].language = language
        world.people["owner"].save()
        page = sign_in("owner")
        root = page.url
        page.goto(f"{root}transfer/remap/")
        page.locator("#id_account").fill("4000")
        page.get_by_role("button", name=button).click()
        expect(page.locator("#does")).to_be_visible()
        assert faults(page) == []
        assert not overflows(page)
        look(page, f"remap-{language}")
    page.get_by_role("button", name="Les déplacer au prochain transfert").click()
    expect(page.get_by_role("button", name="Reprendre")).to_be_visible()
    assert faults(page) == []
    look(page, "remap-waits")
    page.get_by_role("button", name="Reprendre").click()
    expect(page.get_by_text("C’est repris")).to_be_visible()
    expect(page.get_by_role("button", name="Reprendre")).to_have_count(0)
