"""Every address, for everybody, by every method: who sees it, who may act, who is told what.

The table is written by hand and the addresses come from the resolver, so that a new page without a row fails, and so
does a row without a page. It does not use the program's own table of rights.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from ecriture.core.documents import RowKey, RowKind, Status, invoice
from ecriture.core.tax_return import Period
from ecriture.store import invitations
from ecriture.store.filing import figures_of, file_return
from ecriture.store.links import make_link
from ecriture.store.models import Account, Batch, Document, Item, Mapping, Membership, Payment, Role, TaxReturn
from ecriture.store.tax_returns import prepared
from ecriture.store.uploads import Kind
from server_world import World, a_batch, put
from uploading import PAGES as UPLOADING
from uploading import imported, in_place, waiting

MAPPING = """name = "ours"
source = "ours"

[[payments]]
payment = "No"
date = "Date"
amount = "Paid"
"""
NOBODY: frozenset[str] = frozenset()
OWNER = frozenset({"owner"})
BOOKS = OWNER | {"bookkeeper"}
OFFICE = BOOKS | {"office"}
MEMBERS = OFFICE | {"reader"}
EVERYBODY = ("anonymous", "stranger", "reader", "office", "bookkeeper", "owner")


class Row(NamedTuple):
    """Who may look at a page of a company, and who may act there."""

    see: frozenset[str]
    act: frozenset[str] = NOBODY


COMPANY_PAGES = {
    "company": Row(MEMBERS),
    "figures": Row(MEMBERS),
    "accounting": Row(MEMBERS, BOOKS),
    "file-layout": Row(MEMBERS, BOOKS),
    "layout-toml": Row(MEMBERS),
    "remove-layout": Row(NOBODY, BOOKS),
    "audit": Row(MEMBERS),
    "audit-csv": Row(MEMBERS),
    "audit-file": Row(MEMBERS),
    "settings-file": Row(MEMBERS, BOOKS),
    "settings-preview": Row(BOOKS, BOOKS),
    "settings-toml": Row(MEMBERS),
    "invoices": Row(MEMBERS, BOOKS),
    "payments-settings": Row(MEMBERS, BOOKS),
    "items": Row(MEMBERS, BOOKS),
    "new-item": Row(BOOKS, BOOKS),
    "many-items": Row(NOBODY, BOOKS),
    "import-items": Row(BOOKS, BOOKS),
    "items-preview": Row(BOOKS, BOOKS),
    "items-csv": Row(MEMBERS),
    "items-xlsx": Row(MEMBERS),
    "item": Row(MEMBERS, BOOKS),
    "archive-item": Row(BOOKS, BOOKS),
    "take-back-item": Row(NOBODY, BOOKS),
    "delete-item": Row(BOOKS, BOOKS),
    "members": Row(MEMBERS),
    "invite": Row(NOBODY, OWNER),
    "leave": Row(MEMBERS, MEMBERS),
    "member-role": Row(NOBODY, OWNER),
    "member-remove": Row(OWNER, OWNER),
    "invitation-withdraw": Row(NOBODY, OWNER),
    "company-settings": Row(MEMBERS, BOOKS),
    "remove-company": Row(OWNER, OWNER),
    "download-company": Row(NOBODY, OWNER),
    "chart": Row(MEMBERS),
    "chart-csv": Row(MEMBERS),
    "chart-import": Row(BOOKS, BOOKS),
    "chart-preview": Row(BOOKS, BOOKS),
    "chart-starter": Row(NOBODY, BOOKS),
    "chart-linked": Row(BOOKS, BOOKS),
    "chart-add": Row(BOOKS, BOOKS),
    "chart-account": Row(BOOKS, BOOKS),
    "closing": Row(MEMBERS, BOOKS),
    "reopen-period": Row(NOBODY, OWNER),
    "year-archive": Row(MEMBERS),
    "documents": Row(MEMBERS),
    "documents-csv": Row(MEMBERS),
    "document-states": Row(MEMBERS),
    "document": Row(MEMBERS),
    "new-document": Row(OFFICE, OFFICE),
    "edit-document": Row(OFFICE, OFFICE),
    "void-document": Row(OFFICE, OFFICE),
    "delete-document": Row(OFFICE, OFFICE),
    "document-pdf": Row(MEMBERS),
    "item-options": Row(OFFICE),
    "customer-options": Row(OFFICE),
    "imports": Row(OFFICE, OFFICE),
    "import-preview": Row(OFFICE, OFFICE),
    "undo-import": Row(NOBODY, OFFICE),
    "import-mapping": Row(OFFICE, OFFICE),
    "mappings": Row(OFFICE),
    "new-mapping": Row(OFFICE, OFFICE),
    "edit-mapping": Row(OFFICE, OFFICE),
    "mapping-toml": Row(OFFICE),
    "remove-mapping": Row(NOBODY, BOOKS),
    "transfer": Row(MEMBERS, BOOKS),
    "plan-made-of": Row(MEMBERS),
    "what-if": Row(MEMBERS),
    "remap": Row(MEMBERS, BOOKS),
    "take-back-remap": Row(NOBODY, BOOKS),
    "batches": Row(MEMBERS),
    "batches-csv": Row(MEMBERS),
    "compare-batches": Row(MEMBERS),
    "batch": Row(MEMBERS),
    "batch-file": Row(MEMBERS),
    "batch-made-of": Row(MEMBERS),
    "batch-listing": Row(MEMBERS),
    "batch-listing-csv": Row(MEMBERS),
    "batch-messages": Row(MEMBERS, MEMBERS),
    "confirm-batch": Row(NOBODY, BOOKS),
    "cancel-batch": Row(BOOKS, BOOKS),
    "make-batch-link": Row(NOBODY, BOOKS),
    "withdraw-batch-link": Row(NOBODY, BOOKS),
    "payments": Row(MEMBERS),
    "payments-csv": Row(MEMBERS),
    "payment-states": Row(MEMBERS),
    "payment": Row(MEMBERS),
    "new-payment": Row(OFFICE, OFFICE),
    "allocate-payment": Row(OFFICE, OFFICE),
    "void-payment": Row(OFFICE, OFFICE),
    "return-payment": Row(OFFICE, OFFICE),
    "control": Row(MEMBERS),
    "control-csv": Row(MEMBERS),
    "control-compare": Row(MEMBERS, MEMBERS),
    "control-opening": Row(MEMBERS),
    "explain": Row(MEMBERS),
    "proof": Row(MEMBERS, BOOKS),
    "proof-pdf": Row(MEMBERS),
    "taxes": Row(MEMBERS),
    "tax-method": Row(NOBODY, BOOKS),
    "tax-return": Row(MEMBERS),
    "tax-return-csv": Row(MEMBERS),
    "tax-return-pdf": Row(MEMBERS),
    "untaxed-items": Row(NOBODY, BOOKS),
    "file-return": Row(NOBODY, BOOKS),
    "payment-nature": Row(NOBODY, OFFICE),
    "withdraw-return": Row(NOBODY, OWNER),
    "filed-return": Row(MEMBERS),
    "filed-return-csv": Row(MEMBERS),
    "decide-change": Row(NOBODY, BOOKS),
    "first-steps": Row(MEMBERS),
    "first-import": Row(MEMBERS),
    "one-cent": Row(BOOKS),
    "first-step": Row(MEMBERS, BOOKS),
    "account-options": Row(MEMBERS),
    "account-check": Row(MEMBERS),
}

OTHER_PAGES = {
    # name: status for (anonymous, signed in) of GET
    "home": (302, 302),
    "companies": (302, 200),
    "new-company": (302, 200),
    "me": (302, 200),
    "kept": (302, 302),  # nothing is kept
    "invitation": (404, 404),  # of a link that never was one
    "shared-batch": (404, 404),  # as above
    "shared-batch-file": (404, 404),
    "guide": (200, 200),
    "guide-page": (200, 200),
    "guide-part": (302, 302),  # to its page: only the script of a page shows it alone
    "guide-image": (404, 404),  # of a name that is none
    "verify": (200, 200),
    "language": (405, 405),
    "theme": (405, 405),
    "style": (404, 404),
    "health": (200, 200),
    "ready": (200, 200),
}

SIGNING_IN = {
    # those under auth/, which are about the person and no company's: status for (anonymous, signed in) of GET
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_signup": (200, 302),
    "account_inactive": (200, 200),
    "account_reauthenticate": (302, 200),
    "account_email": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_confirm_email": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),  # only for who has none
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_confirm_login_code": (302, 302),  # no codes are sent
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),  # in the middle of signing in only
    "mfa_reauthenticate": (302, 302),  # only with an app
    "mfa_activate_totp": (302, 302),  # the password is asked for again
    "mfa_deactivate_totp": (302, 404),  # there is no app
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_download_recovery_codes": (302, 404),
}

OTHER_ARGUMENTS = {
    "invitation": ("never-made",),
    "shared-batch": ("never-made",),
    "shared-batch-file": ("never-made",),
    "guide-page": ("settings",),
    "guide-part": ("settings",),
    "guide-image": ("fr", "never-made.png"),
    "account_confirm_email": ("never-made",),
    "account_reset_password_from_key": ("0", "never-made"),
}


def patterns(resolver: URLResolver, kept: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The name of every page, and its pattern."""
    for entry in resolver.url_patterns:
        route = (*kept, str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield str(entry.name), "".join(route)


PAGES = [(name, route) for name, route in patterns(get_resolver()) if not route.startswith("auth/")]
"""Our own pages; those under auth/ are about the person who is signed in, and no company's."""

UNDER_AUTH = [name for name, route in patterns(get_resolver()) if route.startswith("auth/")]

OF_COMPANY = [name for name, route in PAGES if route.startswith("c/<uuid:company_id>/")]


def test_every_page_has_a_row_and_every_row_a_page() -> None:
    assert set(OF_COMPANY) == COMPANY_PAGES.keys()
    assert {name for name, _ in PAGES} == COMPANY_PAGES.keys() | OTHER_PAGES.keys()


def test_every_page_of_signing_in_has_a_row() -> None:
    assert sorted(UNDER_AUTH) == sorted(SIGNING_IN)


@pytest.mark.parametrize("name", SIGNING_IN)
def test_pages_of_signing_in(name: str, world: World, signed_in: Callable[[str], Client]) -> None:
    for who, status in zip(("anonymous", "stranger"), SIGNING_IN[name], strict=True):
        answer = signed_in(who).get(reverse(name, args=OTHER_ARGUMENTS.get(name, ())))
        assert answer.status_code == status, who


PREVIEWS = {preview: kind for kind, (_, preview) in UPLOADING.items()} | {"import-mapping": Kind.BOOKS}


def address(world: World, name: str) -> str:
    return reverse(name, args=[world.company.pk, *arguments(world, name)])


def arguments(world: World, name: str) -> list[object]:
    """What a page's address names beside the company."""
    if name == "first-step":
        return ["accounts"]
    if name == "year-archive":
        return ["2026-01-01"]
    if name == "batch-messages":
        return [(Batch.objects.filter(target="acomba").first() or a_batch(world.company, target="acomba")).number]
    if name in OF_BATCH:
        batch = Batch.objects.filter(company=world.company).first() or a_batch(world.company)
        return [
            batch.number,
            *([make_link(batch, world.member("owner")).link.pk] if name.startswith("withdraw") else []),
        ]
    found = row_of(world, name)
    return [found.pk] if found else []


OF_BATCH = frozenset(
    {
        *(
            "batch",
            "batch-file",
            "batch-made-of",
            "batch-listing",
            "batch-listing-csv",
            "confirm-batch",
            "cancel-batch",
        ),
        *("make-batch-link", "withdraw-batch-link"),
    }
)
ITEM: tuple[Any, dict[str, str]] = (Item, {"code": "TAPIS"})
OF_DOCUMENT = ("document", "void-document", "document-pdf")
OF_PAYMENT = ("payment", "void-payment", "return-payment", "payment-nature")
OF_FILED = ("filed-return", "filed-return-csv", "decide-change", "withdraw-return")
DRAFT = invoice("D-1", date(2026, 3, 2), [(RowKey(RowKind.LINE), 100)], status=Status.DRAFT)
KNOWN: dict[str, tuple[Any, dict[str, str]]] = {
    **dict.fromkeys(("item", "archive-item", "take-back-item", "delete-item"), ITEM),
    "chart-account": (Account, {"number": "1060"}),
    **dict.fromkeys(OF_DOCUMENT, (Document, {"number": "F-1001"})),
    "edit-document": (Document, {"number": "F-1005"}),
    **dict.fromkeys(OF_PAYMENT, (Payment, {"number": "P-2"})),
    "allocate-payment": (Payment, {"number": "P-6"}),
}
"""Pages of a row that Boréal has: a draft, a deposit, and others."""


def row_of(world: World, name: str) -> Any:
    found: Any = None
    match name:
        case "member-role" | "member-remove":
            found = Membership.objects.filter(company=world.company).exclude(role="owner").order_by("pk")[0]
        case "invitation-withdraw":
            found = invitations.make(world.company, Role.READER, by=world.owner).invitation
        case _ if name in KNOWN:
            model, conditions = KNOWN[name]
            found = model.objects.get(company=world.company, **conditions)
        case _ if name in OF_FILED:
            found = filed(world.member("bookkeeper"))
        case "delete-document":
            put(world.company, DRAFT)
            found = Document.objects.get(company=world.company, number=DRAFT.number)
        case "undo-import":
            found = imported(world.company)
        case "edit-mapping" | "mapping-toml" | "remove-mapping":
            found = Mapping.objects.get_or_create(company=world.company, name="ours", defaults={"toml": MAPPING})[0]
        case "audit-file":
            found = in_place(world.member("bookkeeper"))
        case _ if name in PREVIEWS:
            found = waiting(world.member("bookkeeper"), PREVIEWS[name])
    return found


def filed(member: Membership) -> TaxReturn:
    """The first quarter of Boréal, filed once."""
    period = Period(date(2026, 1, 1), date(2026, 3, 31))
    there = TaxReturn.objects.filter(company=member.company).first()
    (figures,) = figures_of(prepared(member.company, period))
    return there or file_return(member, figures.form.name, period, {}, figures.shows)


def expected(name: str, who: str, method: str) -> set[int]:
    if who == "anonymous":
        return {302}
    row = COMPANY_PAGES[name]
    allowed = {"GET": row.see, "HEAD": row.see, "POST": row.act}.get(method, NOBODY)
    if not allowed:
        return {405}
    if who == "stranger":
        return {404}
    conflict = {409} if name in PREVIEWS or name == "remove-mapping" else set()
    return {200, 302, 422} | conflict if who in allowed else {403}


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("name", OF_COMPANY)
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_do_what(name: str, who: str, world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(who)
    for method in METHODS:
        answer = client.generic(method, address(world, name))
        assert answer.status_code in expected(name, who, method), (name, who, method)
        if answer.streaming:
            list(answer)
        if who == "anonymous":
            assert answer["Location"].startswith("/auth/login/")


@pytest.mark.parametrize("name", OTHER_PAGES)
def test_pages_of_no_company(name: str, world: World, signed_in: Callable[[str], Client]) -> None:
    for who, status in zip(("anonymous", "stranger"), OTHER_PAGES[name], strict=True):
        assert signed_in(who).get(reverse(name, args=OTHER_ARGUMENTS.get(name, ()))).status_code == status


@pytest.mark.parametrize("name", OF_COMPANY)
def test_a_row_of_another_company_is_not_there(name: str, world: World, signed_in: Callable[[str], Client]) -> None:
    """An owner of another company who puts a row of Boréal behind their own company's address finds nothing."""
    if not arguments(world, name) or name == "first-step":  # a step is a word, and no row
        return
    from server_world import other_company

    own = other_company(world.people["stranger"])
    answer = signed_in("stranger").get(reverse(name, args=[own.pk, *arguments(world, name)]))
    assert answer.status_code in {404, 405}
