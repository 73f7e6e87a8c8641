"""What the words of a chart of accounts mean, in English and French: types, links and the classes of Sage 50."""

from collections.abc import Mapping
from types import MappingProxyType

from ecriture.core.accounts import AccountClass, AccountType
from ecriture.sources.tables.header import plain_name

TYPES: Mapping[str, AccountType | None] = MappingProxyType(
    {
        "": None,
        **{kind.value.lower(): kind for kind in AccountType},
        **dict.fromkeys(("group_heading", "en_tete_de_groupe"), AccountType.HEADING),
        **dict.fromkeys(("subgroup_account", "compte_de_sous_groupe"), AccountType.SUBGROUP),
        **dict.fromkeys(("group_account", "compte_de_groupe"), AccountType.GROUP),
        **dict.fromkeys(("subgroup_total", "total_de_sous_groupe"), AccountType.SUBTOTAL),
        **dict.fromkeys(("group_total", "total_de_groupe"), AccountType.TOTAL),
    }
)
ACCEPTED_TYPES = "H, A, G, S, T"

LINKED: Mapping[str, bool] = MappingProxyType(
    {
        **dict.fromkeys(("yes", "oui", "true", "vrai", "1", "x", "y", "o"), True),
        **dict.fromkeys(("", "no", "non", "false", "faux", "0", "n"), False),
    }
)
ACCEPTED_LINKED = "yes, no, oui, non"

# The classes of Sage 50. The English ones and those of expenses in French are in its help; the others in French are
# the usual words. An unknown class is not a mistake: the first digit of the number then gives the class.
_CLASS_NAMES: Mapping[AccountClass, str] = MappingProxyType(
    {
        AccountClass.ASSET: """Asset, Assets, Credit Card Receivable, Cash Equivalents, Marketable Securities,
            Accounts Receivable, Other Receivables, Allowance for Bad Debts, Inventory, Current Asset,
            Other Current Asset, Prepaid Expense, Prepaid Expenses, Investment, Long Term Investment, Fixed Asset,
            Capital Asset, Accumulated Depreciation, Accumulated Amortization,
            Accumulated Amortization and Depreciation, Intangible Asset, Other Asset, Other Non-Current Asset,
            Actif, Actifs, Carte de crédit à recevoir, Cartes de crédit à recevoir, Équivalents de trésorerie,
            Quasi-espèces, Titres négociables, Comptes clients, Comptes débiteurs, Débiteurs, Autres débiteurs,
            Autres comptes débiteurs, Autres comptes clients, Autres créances, Provision pour créances douteuses,
            Provision pour mauvaises créances, Stock, Stocks, Inventaire, Actif à court terme, Autre actif à court terme,
            Autres actifs à court terme, Charges payées d'avance, Frais payés d'avance, Placement, Placements,
            Placement à long terme, Immobilisation, Immobilisations, Actif immobilisé, Amortissement cumulé,
            Amortissements cumulés, Actif incorporel, Autre actif, Autres actifs, Autre actif à long terme""",
        AccountClass.LIABILITY: """Liability, Liabilities, Credit Card Payable, Accounts Payable, Other Payable,
            Other Payables, Sales Tax Payable, Payroll Tax Payable, Employee Deductions Payable, Income Tax Payable,
            Short-Term Debt, Current Liability, Other Current Liability, Long-Term Debt, Long-Term Liability,
            Other Non-Current Liability, Other Liability, Debt, Deferred Revenue, Deferred Income Taxes,
            Passif, Passifs, Carte de crédit à payer, Cartes de crédit à payer, Comptes fournisseurs, Créditeurs,
            Comptes créditeurs, Autres créditeurs, Autres comptes créditeurs, Autre montant à payer,
            Autres montants à payer, Taxe de vente à payer, Taxes de vente à payer, Taxes sur les ventes à payer,
            Retenues salariales à payer, Retenues à la source à payer, Déductions des employés à payer,
            Impôt sur le revenu à payer, Impôts sur le revenu à payer, Impôts à payer, Dette à court terme,
            Passif à court terme, Autre passif à court terme, Dette à long terme, Passif à long terme,
            Autre passif à long terme, Autre passif, Dette, Dettes, Produits reportés, Revenus reportés,
            Impôts reportés, Impôts futurs""",
        AccountClass.EQUITY: """Equity, Owner/Partner Contributions, Owner/Partner Withdrawals, Share Capital,
            Capital Stock, Dividend, Dividends, Retained Earnings, Contributed Surplus, Current Earnings,
            Avoir, Avoirs, Capitaux propres, Avoir des propriétaires, Avoir des actionnaires,
            Apports du propriétaire/de l'associé, Retraits du propriétaire/de l'associé, Capital-actions,
            Capital social, Dividendes, Bénéfices non répartis, Surplus d'apport, Bénéfices de l'exercice""",
        AccountClass.REVENUE: """Revenue, Revenues, Operating Revenue, Non-Operating Revenue, Other Revenue, Sales,
            Income, Gain, Extraordinary Gain, Interest Revenue,
            Produit, Produits, Revenu, Revenus, Produit d'exploitation, Produits d'exploitation,
            Revenu d'exploitation, Revenus d'exploitation, Produit hors exploitation, Produits hors exploitation,
            Produits accessoires, Autres produits, Autres revenus, Ventes, Gain exceptionnel""",
        AccountClass.EXPENSE: """Expense, Expenses, Cost of Goods Sold, Cost of Goods Sold (COGS), Operating Expense,
            General and Administrative Expense, Amortization and Depreciation Expense,
            Amortization/Depreciation Expense, Bad Debt Expense, Employee Benefits, Payroll Expense,
            Interest Expense, Income Tax Expense, Non-Operating Expense, Loss, Extraordinary Loss,
            Charge, Charges, Dépense, Dépenses, Coût des marchandises vendues, Coût des marchandises vendues (C.M.V.),
            Coût des ventes, Charge d'exploitation, Charges d'exploitation, Frais d'exploitation,
            Charge générale et administrative, Charges générales et administratives,
            Frais généraux et administratifs, Charge d'amortissement et de dépréciation, Charge d'amortissement,
            Charge pour mauvaise créance, Charge pour mauvaises créances, Créances irrécouvrables,
            Avantages sociaux des employés, Paie, Charge salariale, Charges salariales, Intérêts débiteurs,
            Charge d'intérêts, Charges fiscales, Charge fiscale, Charges accessoires, Perte, Perte exceptionnelle""",
    }
)
_CLASSES: Mapping[str, AccountClass] = MappingProxyType(
    {plain_name(name): kind for kind, names in _CLASS_NAMES.items() for name in names.split(",")}
)
# An overdraft is a bank account among the liabilities: Sage has these classes on both sides.
_MONEY = frozenset(
    map(plain_name, ("Cash", "Bank", "Encaisse", "Caisse", "Comptant", "Argent comptant", "Espèces", "Banque"))
)
RECEIVABLE = frozenset(map(plain_name, ("Accounts Receivable", "Comptes clients", "Comptes débiteurs", "Débiteurs")))
_EARNINGS_NAMES = """Current Earnings, Current Year Earnings, Net Income, Bénéfice net, Bénéfice net de l'exercice,
    Bénéfice de l'exercice, Bénéfices de l'exercice, Bénéfices de l'exercice en cours, Bénéfice de l'exercice en cours,
    Résultat de l'exercice, Résultat net de l'exercice"""
_EARNINGS = frozenset(map(plain_name, _EARNINGS_NAMES.split(",")))
KNOWN_CLASSES = frozenset(_CLASSES) | _MONEY | _EARNINGS
CLASS_TEXTS: Mapping[AccountClass, str] = MappingProxyType(
    {kind: names.partition(",")[0] for kind, names in _CLASS_NAMES.items()}
)


def class_of(text: str, number: str) -> AccountClass | None:
    name = plain_name(text)
    if name in _MONEY:
        return AccountClass.LIABILITY if number.startswith("2") else AccountClass.ASSET
    return _CLASSES.get(name)


def type_of(kind: AccountType | None, texts: Mapping[str, str]) -> AccountType:
    """Guesses the type if the table does not give one, or cannot express current earnings.

    The name decides only for an equity account without a type, since "Net Income" is also a line of a report.
    """
    named = kind is None and texts["number"].startswith("3") and plain_name(texts["name"]) in _EARNINGS
    if named or plain_name(texts["class"]) in _EARNINGS:
        return AccountType.CURRENT_EARNINGS
    return kind or AccountType.GROUP
