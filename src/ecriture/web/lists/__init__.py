"""All lists of the pages: a new one is a class here, and the tests of lists are about it too."""

from typing import Any

from ecriture.web.listing import Listing
from ecriture.web.lists.audit import AuditList
from ecriture.web.lists.batches import BatchList
from ecriture.web.lists.books import DocumentList, PaymentList
from ecriture.web.lists.chart import ChartList
from ecriture.web.lists.items import ItemList

LISTS: tuple[type[Listing[Any, Any]], ...] = (ItemList, ChartList, AuditList, DocumentList, PaymentList, BatchList)
