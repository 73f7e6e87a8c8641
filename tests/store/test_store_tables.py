"""The tables hold to what any database that speaks PostgreSQL can do, split by company: read from the database itself."""

import pytest
from django.apps import apps
from django.db import connection, models

OF_COMPANIES = [
    it for it in apps.get_app_config("store").get_models() if "company" in {f.name for f in it._meta.fields}
]
ACROSS = {("store_membership", ("user_id",)), ("store_invitation", ("digest",)), ("store_batchlink", ("digest",))}
"""What is asked for before the company is known: by a person who signs in, and by a link."""


def test_which_tables_belong_to_companies() -> None:
    names = {it._meta.db_table for it in OF_COMPANIES}
    assert {"store_document", "store_batchposting", "store_auditrecord", "store_item"} <= names
    assert {it._meta.db_table for it in apps.get_app_config("store").get_models()} - names == {
        *("store_user", "store_company", "store_removedcompany", "store_beat")
    }


@pytest.mark.parametrize("model", OF_COMPANIES, ids=lambda it: it._meta.db_table)
def test_every_index_begins_with_the_company(db: None, model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    indexes = [it for it in found.values() if (it["index"] or it["unique"]) and not it["primary_key"]]
    assert indexes, f"{table} has no index of its company"
    others = {tuple(it["columns"]) for it in indexes if it["columns"][0] != "company_id"}
    assert others <= {columns for named, columns in ACROSS if named == table}


@pytest.mark.parametrize("model", OF_COMPANIES, ids=lambda it: it._meta.db_table)
def test_a_row_is_known_by_an_identifier_that_no_database_counts(model: type[models.Model]) -> None:
    """No sequence: a company's rows can move to another database."""
    assert isinstance(model._meta.pk, models.UUIDField)


def test_no_column_is_a_decimal_or_a_float() -> None:
    """SQLite keeps a decimal as a float: 123456789012345.67 came back as …346.00."""
    fields = [it for model in apps.get_app_config("store").get_models() for it in model._meta.get_fields()]
    assert [it for it in fields if isinstance(it, models.DecimalField | models.FloatField)] == []
