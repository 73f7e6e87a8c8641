"""What others changed between a preview and its confirmation, in words."""

from ecriture.core.accounts import Chart
from ecriture.store import uploads
from ecriture.store.models import Company, Upload
from ecriture.web.audit_words import Shown, shown

MOST_LINES = 10
"""How many changes of one action are told."""


def meanwhile(company: Company, upload: Upload, chart: Chart) -> list[Shown]:
    """The actions since a file came, earliest first. Shown where its preview is no longer true."""
    return [shown(record, chart, most=MOST_LINES) for record in uploads.meanwhile(company, upload)]
