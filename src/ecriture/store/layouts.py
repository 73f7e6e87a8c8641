"""A company's own layouts of import files, where the shipped one is not what its program wants, or there is none."""

from io import BytesIO

from django.db import transaction

from ecriture.store import models
from ecriture.store.locking import locked_company
from ecriture.store.models import Company, Membership
from ecriture.store.own_texts import ChangedMeanwhile, mark_of, note_text
from ecriture.targets import registry
from ecriture.targets.layout import read_layout, shipped_layout, target_of, write_layout
from ecriture.targets.layout.model import Layout
from ecriture.targets.registry import Target, is_layout


def own_layout(company: Company, target: str = "") -> models.OwnLayout | None:
    """The company's layout of its target, or of another one; no program without layouts is asked for."""
    named = target or company.target
    return models.OwnLayout.objects.filter(company=company, target=named).first() if is_layout(named) else None


def layout_from(toml: str) -> Layout:
    """A kept layout: it was sound when it was kept."""
    return read_layout(BytesIO(toml.encode())).layout


def target_by(row: models.OwnLayout) -> Target:
    return target_of(layout_from(row.toml), row.target)


def target_for(company: Company, target: str = "", layout: str = "") -> Target:
    """The company's target, or another one; by the text of a layout, else by the company's own if it has one."""
    if layout:
        return target_of(layout_from(layout), target)
    row = own_layout(company, target)
    return target_by(row) if row else registry.target(target or company.target)


def toml_of(company: Company) -> str:
    """The layout of the company's target as text: its own, else the shipped one. Raises KeyError where none is."""
    row = own_layout(company)
    return row.toml if row else toml_of_shipped(company.target)


def toml_of_shipped(target: str) -> str:
    return write_layout(shipped_layout(target)).decode()


def put_layout(company: Company, target: str, toml: str, *, by: Membership | None, seen: str) -> models.OwnLayout:
    """Keeps a sound layout as that of a target. `seen` is the mark of the one that it replaces.

    Raises ChangedMeanwhile; then nothing is changed.
    """
    with transaction.atomic():
        kept = locked_company(company.pk)
        row = own_layout(kept, target)
        before = row.toml if row else ""
        if mark_of(before) != seen:
            raise ChangedMeanwhile(before)
        row = row or models.OwnLayout(company=kept, target=target)
        row.toml = toml
        row.save()
        note_text(kept, by, "layout-kept", target, before, toml, area="layouts")
        return row


def delete_layout(company: Company, target: str, *, by: Membership | None, seen: str) -> None:
    """The shipped one again. Raises ChangedMeanwhile; then nothing is changed."""
    with transaction.atomic():
        kept = locked_company(company.pk)
        row = own_layout(kept, target)
        if row is None or mark_of(row.toml) != seen:
            raise ChangedMeanwhile(row.toml if row else "")
        row.delete()
        note_text(kept, by, "layout-deleted", target, row.toml, "", area="layouts")
