"""Sage 50, Canadian edition: the general-journal import file, written, read back, and checked whoever wrote it."""

from ecriture.targets.sage50_ca.writing import TARGET

__all__ = ["TARGET"]
