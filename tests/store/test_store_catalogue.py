"""The catalogue: a change reads and writes just the items that it names, and leaves the same words as ever."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecriture.core.settings import Item
from ecriture.store import models
from ecriture.store.catalogue import (
    ItemsUsed,
    Show,
    all_items,
    change_items,
    counts_of,
    found_items,
    items_like,
    items_named,
    items_with_accounts,
)
from ecriture.store.charts import chart_of, found_accounts, used_accounts, used_numbers
from ecriture.store.listing import Order, in_order
from ecriture.store.models import AuditRecord, Company
from ecriture.store.settings import change, settings_of
from large_company import grow
from server_world import World, other_company

Items = Mapping[str, Item]


def renamed(before: Items) -> Items:
    return {code: replace(item, name=f"{item.name}+") for code, item in before.items()}


def laid_over(before: Items, new: Items) -> Items:
    return {**before, **new}


def latest(company: Company) -> AuditRecord:
    return AuditRecord.objects.filter(company=company).latest("at", "id")


def test_only_the_items_that_are_named_are_read(world: World) -> None:
    found = items_named(world.company, ["VITRES", "nobody", "MENAGE", "VITRES"])
    assert list(found) == ["VITRES", "MENAGE"]
    whole = settings_of(world.company).items
    assert found == {code: whole[code] for code in ("VITRES", "MENAGE")}
    assert items_named(other_company(world.owner), ["VITRES"]) == {}


def test_thousands_are_named_at_once(world: World) -> None:
    grow(world.company, items=3000, accounts=0)
    codes = list(all_items(world.company))
    assert list(items_named(world.company, codes).items()) == list(all_items(world.company).items())
    changed = change_items(world.company, None, codes, renamed)
    assert len(changed.changes) == len(codes) == 3000
    assert list(all_items(world.company)) == codes


def test_a_change_is_told_in_the_words_that_the_whole_settings_have(world: World) -> None:
    def other(before: Items) -> Items:
        changed = {"MENAGE": replace(before["MENAGE"], credit="4130", taxes=frozenset({"GST"}))}
        return {**changed, "NEUF": Item("NEUF", "Neuf", archived=date(2026, 3, 1), note="x")}

    change_items(world.company, world.member("bookkeeper"), ["MENAGE", "SAVON", "NEUF"], other)
    record = latest(world.company)
    assert (record.action, record.area) == ("settings-changed", "items")
    assert record.who == world.people["bookkeeper"]
    assert record.changes == [
        ["items.MENAGE.credit", "4100", "4130"],
        ["items.MENAGE.taxes", "", "GST"],
        ["items.NEUF", "", "NEUF"],
        ["items.NEUF.name", "", "Neuf"],
        ["items.NEUF.archived", "", "2026-03-01"],
        ["items.NEUF.note", "", "x"],
    ]
    same = other_company(world.owner)
    change(same, None, lambda it: replace(it, items={"MENAGE": Item("MENAGE", credit="4100")}), area="items")
    before, after = ({"MENAGE": Item("MENAGE", credit=number), "B": Item("B")} for number in ("4100", "4130"))
    change(same, None, lambda it: replace(it, items=after), area="items")
    by_whole = latest(same).changes
    change(same, None, lambda it: replace(it, items={"MENAGE": before["MENAGE"]}), area="items")
    change_items(same, None, ["MENAGE", "B"], lambda _before: after)
    assert latest(same).changes == by_whole


def test_a_new_item_is_the_last_and_no_other_row_moves(world: World) -> None:
    before = dict(models.Item.objects.filter(company=world.company).values_list("code", "position"))
    change_items(world.company, None, ["B", "A"], lambda _none: {"B": Item("B"), "A": Item("A")})
    assert list(all_items(world.company))[-2:] == ["B", "A"]
    after = dict(models.Item.objects.filter(company=world.company).values_list("code", "position"))
    assert {code: after[code] for code in before} == before


def test_a_row_keeps_its_identity(world: World) -> None:
    before = dict(models.Item.objects.filter(company=world.company).values_list("code", "pk"))
    change_items(world.company, None, ["MENAGE", "VITRES"], renamed)
    assert dict(models.Item.objects.filter(company=world.company).values_list("code", "pk")) == before
    assert all_items(world.company)["VITRES"].name.endswith("+")


def test_what_was_not_asked_for_is_not_written(world: World) -> None:
    whole = all_items(world.company)
    with pytest.raises(LookupError):
        change_items(world.company, None, ["MENAGE"], lambda it: {**renamed(it), "VITRES": Item("VITRES")})
    assert all_items(world.company) == whole


def test_an_item_of_a_document_stays_and_so_does_everything_else(world: World) -> None:
    change_items(world.company, None, ["FREE"], lambda _none: {"FREE": Item("FREE")})
    records, whole = AuditRecord.objects.count(), all_items(world.company)
    with pytest.raises(ItemsUsed) as refused:
        change_items(world.company, None, ["FREE", "MENAGE"], lambda _before: {})
    assert refused.value.codes == ("MENAGE",)
    assert (AuditRecord.objects.count(), all_items(world.company)) == (records, whole)
    change_items(world.company, None, ["FREE"], lambda _before: {})
    assert "FREE" not in all_items(world.company)


def test_what_changes_nothing_leaves_no_record(world: World) -> None:
    records = AuditRecord.objects.count()
    assert change_items(world.company, None, ["MENAGE"], lambda it: it).changes == ()
    assert AuditRecord.objects.count() == records


def test_the_settings_without_items_take_none(world: World) -> None:
    with pytest.raises(LookupError):
        change(world.company, None, lambda it: replace(it, items={"A": Item("A")}), area="items", items=False)
    whole = all_items(world.company)
    change(world.company, None, lambda it: replace(it, name="Autre"), area="company", items=False)
    assert (settings_of(world.company).name, all_items(world.company)) == ("Autre", whole)


def test_a_change_costs_the_change_whatever_the_catalogue(world: World) -> None:
    """Ten thousand items or a hundred: as many queries, and none reads a row that was not named."""
    counted = []
    for size in (100, 10_000):
        grow(world.company, items=size, accounts=0)
        new = {f"NEW-{size}": Item(f"NEW-{size}")}
        with CaptureQueriesContext(connection) as edited:
            change_items(world.company, None, ["SVC-00050"], renamed)
        with CaptureQueriesContext(connection) as made:
            change_items(world.company, None, new, partial(laid_over, new=new))
        counted.append((len(edited), len(made)))
        named = [query["sql"] for query in edited if "store_item" in query["sql"]]
        assert [sql for sql in named if "SVC-00050" not in sql] == []
    assert counted[0] == counted[1]
    assert max(counted[1]) <= 9


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_one_moment_each_sees_the_other(world: World) -> None:
    at_once = Barrier(2)

    def longer() -> None:
        at_once.wait()
        try:
            for _turn in range(5):
                change_items(world.company, None, ["MENAGE"], renamed)
        finally:
            connection.close()

    threads = [Thread(target=longer) for _person in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all_items(world.company)["MENAGE"].name.endswith("+" * 10)


# What lists are made of


def test_codes_are_alike_whatever_their_capitals_and_accents(world: World) -> None:
    assert items_like(world.company, ["ménage", "Vitres", "other"]) == {"menage": "MENAGE", "vitres": "VITRES"}
    assert items_like(other_company(world.owner), ["MENAGE"]) == {}


def test_an_account_can_be_wrong_only_where_there_is_one(world: World) -> None:
    change_items(world.company, None, ["A", "B"], lambda _none: {"A": Item("A"), "B": Item("B", debit="1201")})
    assert items_with_accounts(world.company).keys() == all_items(world.company).keys() - {"A"}


def test_counts_follow_each_change(world: World) -> None:
    before = counts_of(world.company)
    change_items(world.company, None, ["A", "B"], lambda _none: {"A": Item("A"), "B": Item("B", credit="4000")})
    assert counts_of(world.company) == (before.all + 2, before.without + 1, before.archived)
    day = date(2026, 1, 1)
    change_items(world.company, None, ["A"], lambda it: {"A": replace(it["A"], archived=day)})
    assert counts_of(world.company) == (before.all + 2, before.without, before.archived + 1)
    for show in Show:
        assert found_items(world.company, show=show).count() == counts_of(world.company).of(show)


def test_capitals_and_accents_sort_and_find_nothing_apart(world: World) -> None:
    names = ("Étude", "etude b", "ÉTUDE C", "Zoo", "œuvre")
    items = {f"Q{place}": Item(f"Q{place}", name) for place, name in enumerate(names)}
    change_items(world.company, None, items, lambda _none: items)
    ordered = in_order(found_items(world.company, words="q"), Order(("name_key", "code")))
    assert [row.name for row in ordered if row.code in items] == ["Étude", "etude b", "ÉTUDE C", "œuvre", "Zoo"]
    assert found_items(world.company, words="OEUVRE q4").count() == 1


def test_the_settings_give_the_same_accounts_by_every_way(world: World) -> None:
    settings = settings_of(world.company)
    assert used_numbers(world.company) == used_accounts(settings).keys()
    numbers = [account.number for account in chart_of(world.company)]
    assert used_numbers(world.company, numbers[:7]) == used_accounts(settings).keys() & set(numbers[:7])


def test_rows_of_before_are_folded_when_the_database_is_brought_up_to_date(world: World) -> None:
    change_items(world.company, None, ["É"], lambda _none: {"É": Item("É", "Œuvre", archived=date(2026, 1, 1))})
    grow(world.company, items=600, accounts=600)
    columns = ("code", "code_key", "name_key", "words", "state")
    items = list(models.Item.objects.order_by("code").values_list(*columns))
    accounts = list(models.Account.objects.order_by("number").values_list("number", "words"))
    models.Item.objects.update(code_key="", name_key="", words="", state="")
    models.Account.objects.update(words="")
    import_module("ecriture.store.migrations.0007_lists").fill(apps, None)
    assert list(models.Item.objects.order_by("code").values_list(*columns)) == items
    assert list(models.Account.objects.order_by("number").values_list("number", "words")) == accounts
    assert found_accounts(world.company, words="TÀPIS").count() == 1
