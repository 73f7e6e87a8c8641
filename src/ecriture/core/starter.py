"""A starter chart for a service business without a chart, in Sage's numbering and in both languages."""

from collections.abc import Iterator
from itertools import chain

from ecriture.core.accounts import Account, AccountType, Chart
from ecriture.core.provinces import tax_name, taxes_of

LONGEST_NAME = 35
"""The maximum length of an account name in Sage 50."""

# Number, letter of Sage, English and French name; a star means that a module of the program owns the account.
# Sage wants every H closed by a T, and the A accounts of a sum followed by their S.
_BEFORE_TAXES = """
1000 H  CURRENT ASSETS                  | ACTIF À COURT TERME
1050 A  Petty Cash                      | Petite caisse
1060 A  Chequing Bank Account           | Compte de banque
1065 A  Card Clearing                   | Cartes à recevoir
1090 S  Total Cash                      | Total encaisse
1200 G* Accounts Receivable             | Comptes clients
1201 G  Customers – Écriture            | Comptes clients – Écriture
1210 G  Allowance for Doubtful Accounts | Provision pour créances douteuses
1280 G  Prepaid Expenses                | Frais payés d’avance
1290 T  TOTAL CURRENT ASSETS            | TOTAL ACTIF À COURT TERME
1500 H  CAPITAL ASSETS                  | IMMOBILISATIONS
1510 A  Equipment                       | Équipement
1515 A  Accum. Amort. – Equipment       | Amort. cumulé – Équipement
1519 S  Net – Equipment                 | Équipement net
1520 A  Vehicles                        | Véhicules
1525 A  Accum. Amort. – Vehicles        | Amort. cumulé – Véhicules
1529 S  Net – Vehicles                  | Véhicules nets
1590 T  TOTAL CAPITAL ASSETS            | TOTAL IMMOBILISATIONS
2000 H  CURRENT LIABILITIES             | PASSIF À COURT TERME
2100 G* Accounts Payable                | Comptes fournisseurs
2120 G  Credit Card Payable             | Carte de crédit à payer
2180 G  Wages Payable                   | Salaires à payer
2190 G  Source Deductions Payable       | Retenues à la source à payer
"""
_AFTER_TAXES = """
2400 G  Tips Payable                    | Pourboires à payer
2450 G  Customer Deposits               | Dépôts de clients
2460 G  Income Tax Payable              | Impôts sur le revenu à payer
2490 T  TOTAL CURRENT LIABILITIES       | TOTAL PASSIF À COURT TERME
2600 H  LONG-TERM LIABILITIES           | PASSIF À LONG TERME
2620 G  Bank Loan                       | Emprunt bancaire
2630 G  Due to Owner                    | Dû au propriétaire
2690 T  TOTAL LONG-TERM LIABILITIES     | TOTAL PASSIF À LONG TERME
3000 H  EQUITY                          | CAPITAUX PROPRES
3100 G  Owner Contributions             | Apports du propriétaire
3200 G  Owner Withdrawals               | Retraits du propriétaire
3560 G  Retained Earnings               | Bénéfices non répartis
3600 X  Current Earnings                | Bénéfice de l’exercice
3690 T  TOTAL EQUITY                    | TOTAL CAPITAUX PROPRES
4000 H  REVENUE                         | REVENUS
4020 A  Service Revenue                 | Revenus de services
4100 A  Revenue – Contracts             | Revenus de contrats
4200 A  Travel Charges                  | Frais de déplacement facturés
4210 A  Shipping Charges                | Frais de livraison facturés
4800 A  Other Revenue                   | Autres revenus
4900 A  Sales Discounts                 | Rabais sur ventes
4940 S  Net Sales                       | Ventes nettes
4950 G  Interest Revenue                | Revenus d’intérêts
4990 T  TOTAL REVENUE                   | TOTAL REVENUS
5000 H  DIRECT COSTS                    | COÛTS DIRECTS
5100 G  Supplies and Materials          | Fournitures et matériaux
5200 G  Subcontractors                  | Sous-traitance
5290 T  TOTAL DIRECT COSTS              | TOTAL COÛTS DIRECTS
5300 H  PAYROLL EXPENSES                | CHARGES SALARIALES
5310 G  Wages                           | Salaires
5320 G  Employer Contributions          | Charges sociales de l’employeur
5390 T  TOTAL PAYROLL EXPENSES          | TOTAL CHARGES SALARIALES
5400 H  GENERAL EXPENSES                | FRAIS GÉNÉRAUX
5410 G  Accounting and Legal            | Honoraires professionnels
5420 G  Advertising and Promotion       | Publicité et promotion
5430 G  Amortization                    | Amortissement
5440 G  Bad Debts                       | Mauvaises créances
5450 G  Insurance                       | Assurances
5460 G  Interest and Bank Charges       | Intérêts et frais bancaires
5470 G  Meals and Entertainment         | Repas et représentation
5480 G  Office Supplies                 | Fournitures de bureau
5490 G  Rent                            | Loyer
5500 G  Repairs and Maintenance         | Réparations et entretien
5510 G  Software and Subscriptions      | Logiciels et abonnements
5520 G  Taxes and Permits               | Taxes et permis
5530 G  Telephone and Internet          | Téléphone et Internet
5540 G  Training                        | Formation
5550 G  Utilities                       | Électricité et chauffage
5560 G  Vehicle Expenses                | Frais de véhicule
5610 G  Card Processing Fees            | Frais de cartes
5700 G  Income Tax Expense              | Impôts sur le revenu
5900 G  Miscellaneous                   | Frais divers
5980 G  Cash Over or Short              | Écarts de caisse
5990 G  Cash Rounding                   | Arrondissement
5995 T  TOTAL GENERAL EXPENSES          | TOTAL FRAIS GÉNÉRAUX
"""

# Three numbers for each of the taxes that are paid on purchases too, one for those that are a cost to whoever buys.
_RECOVERED = """
23{0}0 A  {english} Charged on Sales        | {french} à payer
23{0}5 A  {english} Paid on Purchases       | {french} payée sur achats
23{0}9 S  {english} Owing (Refund)          | {french} nette à remettre
"""
_NOT_RECOVERED = "23{0}0 G  {english} Charged on Sales | {french} à payer"


def starter_chart(province: str) -> Chart:
    """A small, complete chart with the taxes of a province. Raises KeyError for an unknown province code."""
    taxes = chain.from_iterable(_of_tax(tax.code) for tax in taxes_of(province))
    return Chart(chain(_accounts(_BEFORE_TAXES), taxes, _accounts(_AFTER_TAXES)))


def _of_tax(code: str) -> Iterator[Account]:
    """The accounts of a tax: federal from 2310, QST from 2330, provincial from 2350.

    The HST shares its accounts with the GST, which the same business charges in other provinces: both are on one
    return. A provincial sales tax cannot be claimed back, so there is no account for the tax paid.
    """
    codes = ("GST", "HST") if code == "HST" else (code,)
    english, french = ("/".join(tax_name(one, language) for one in codes) for language in ("en", "fr"))
    ten = {"QST": 3, "PST": 5, "RST": 5}.get(code, 1)
    return _accounts((_NOT_RECOVERED if ten == 5 else _RECOVERED).format(ten, english=english, french=french))


def _accounts(table: str) -> Iterator[Account]:
    for line in table.strip().splitlines():
        head, french = line.split("|")
        number, letter, name = head.split(maxsplit=2)
        yield Account(number, name.strip(), french.strip(), AccountType(letter[0]), letter.endswith("*"))
