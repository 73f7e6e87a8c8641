"""The quarter worked by hand (tests/golden/quarter) as a company on the server, and what is open of it (section 2)."""

from datetime import date
from pathlib import Path

from ecriture.store.demonstration import company_of
from ecriture.store.models import Company, User
from ecriture.store.transfer import export, plan
from server_world import person

QUARTER = Path(__file__).parent / "golden" / "quarter"
MONTHS = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
OPEN = {
    MONTHS[0]: ({"R-101": 25990, "R-103": 63000, "R-109": 45990}, {"P-05": 50000}),
    MONTHS[1]: ({"R-101": 16792}, {"P-15": 8609}),
    MONTHS[2]: (
        {"R-101": 16792, "R-111": 27594, "R-116": 11498, "R-118": 45200, "R-122": 15198},
        {"P-15": 8609, "P-24": 30000},
    ),
}
"""What is open on 1201 by document, and on 2450 by payment."""


def exported(company: Company, *throughs: date) -> None:
    for through in throughs:
        company.refresh_from_db()
        export(company, through, plan(company, through).fingerprint, None)
    company.refresh_from_db()


def quarter(*throughs: date, owner: User | None = None) -> Company:
    company = company_of(QUARTER, owner or person("owner"))
    exported(company, *throughs)
    return company
