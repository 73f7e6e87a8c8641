"""The audit log, which can be read and downloaded; no page changes it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from ecriture.store.access import Right
from ecriture.store.models import Membership
from ecriture.store.uploads import source_of
from ecriture.web.downloads import sent_in_parts
from ecriture.web.guards import company_page
from ecriture.web.listing import listed, listed_file
from ecriture.web.lists.audit import AuditList


@company_page(see=Right.READ)
def audit(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed(request, AuditList(member.company, request.GET))


@company_page(see=Right.READ)
def source(_request: HttpRequest, member: Membership, record_id: UUID) -> HttpResponse:
    """The file that made a change, as it came."""
    found = source_of(member.company, record_id)
    return sent_in_parts(found.stream(), found.upload.name, "application/octet-stream")  # type: ignore[return-value] # a response that streams


@company_page(see=Right.READ)
def audit_csv(request: HttpRequest, member: Membership) -> HttpResponse:
    return listed_file(AuditList(member.company, request.GET))
