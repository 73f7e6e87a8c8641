"""The companies of a server, for who runs it: their list, and the removal of one. Django is loaded only when one runs."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from ecriture.cli.files import write_whole
from ecriture.cli.server import DEMO_ADDRESS, refused, served
from ecriture.cli.speech import Speech, tell

if TYPE_CHECKING:
    from ecriture.store.models import Company


def listed(speech: Speech) -> int:
    """One line for each company: its identifier, its name, since when, and its owners."""

    def work() -> int:
        from ecriture.store.models import Company, Membership, Role  # noqa: PLC0415

        companies = list(Company.objects.order_by("name", "id"))
        for company in companies:
            owners = Membership.objects.filter(company=company, role=Role.OWNER).order_by("user__email")
            emails = ", ".join(owners.values_list("user__email", flat=True))
            tell(f"{company.pk}  {company.name}  {company.made_at:%Y-%m-%d}  {emails}")
        if not companies:
            tell(speech("There is no company."))
        return 0

    return served(speech, work)


def remove(speech: Speech, company_id: UUID, save: Path) -> int:
    """Writes all data of a company in a file, then removes the company."""

    def work() -> int:
        from ecriture.store.models import Company  # noqa: PLC0415

        company = Company.objects.filter(pk=company_id).first()
        if company is None:
            return refused(speech("There is no company {company}.", company=company_id))
        _save_and_remove(speech, company, save)
        return 0

    return served(speech, work)


def _save_and_remove(speech: Speech, company: "Company", save: Path) -> None:
    from django.db import transaction  # noqa: PLC0415

    from ecriture.store.locking import locked_company  # noqa: PLC0415
    from ecriture.store.removal import remove, zipped  # noqa: PLC0415

    with transaction.atomic():
        company = locked_company(company.pk)
        write_whole(save, zipped(company))
        remove(company, by=None)
    tell(speech("{company} is removed. All of its data is in {file}.", company=company.name, file=save))


def remove_demonstration(speech: Speech) -> int:
    """Removes what `ecriture demo` made: its companies, and the account if it has no others."""

    def work() -> int:
        from ecriture.store import demonstration  # noqa: PLC0415
        from ecriture.store.models import User  # noqa: PLC0415

        owner = User.objects.filter(email=DEMO_ADDRESS).first()
        if owner is None:
            return refused(speech("There is no demonstration here."))
        removed, others = demonstration.remove_demonstration(owner)
        for name in removed:
            tell(speech("{company} is removed.", company=name))
        if others:
            named = ", ".join(others)
            tell(speech("The account {email} stays: it works on {companies}.", email=DEMO_ADDRESS, companies=named))
        return 0

    return served(speech, work)
