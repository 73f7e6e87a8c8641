"""What the name of a column of an unknown program means, in both languages: by its words, whatever their order."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ecriture.sources.tables.header import Column, plain_name

_ENGLISH = MappingProxyType(
    {
        "number": "no num nbr nr id numero n",
        "invoice": "facture factures facturation invoices invoiced bill billing facturee",
        "order": "commande job work",
        "sale": "vente ventes sales",
        "document": "doc",
        "date": "day jour dt datetime timestamp",
        "time": "heure hour",
        "issue": "issued emission emise emis raised posted",
        "created": "creation creee cree create",
        "completed": "completion terminee completee closed fermeture",
        "transaction": "operation trans txn",
        "payment": "paiement payments paiements reglement",
        "paid": "paye payee payes",
        "received": "recu recue recus encaisse encaissee percu percue collected",
        "customer": "client clients clientele acheteur buyer tiers patient guest member membre payer payeur attendee",
        "name": "nom",
        "full": "complet complete",
        "first": "prenom given",
        "last": "surname family famille",
        "account": "compte",
        "company": "entreprise compagnie organisation organization",
        "to": "a",
        "status": "statut etat state",
        "type": "genre kind sorte",
        "total": "totaux totals totales totale grand",
        "amount": "montant montants amt value valeur",
        "sub": "sous",
        "sub total": "subtotal soustotal",
        "before": "avant hors pre excluding excl ex less without sans",
        "before tax": "ht htx pretax",
        "with": "incl included including incluses inclus incluse comprises avec plus",
        "with tax": "ttc",
        "tax": "taxes taxe tva",
        "federal": "federale federales federaux",
        "provincial": "provinciale provinciales provinciaux",
        "line": "ligne lines lignes",
        "net": "nets nettes nette",
        "gross": "brut brute bruts brutes",
        "charges": "charge",
        "price": "prix rate tarif taux",
        "unit": "unitaire each per",
        "quantity": "qty qte quantite quant units",
        "discount": "discounts rabais remise remises escompte ristourne rebate",
        "shipping": "livraison transport deplacement expedition delivery freight travel",
        "tip": "tips gratuity gratuities pourboire pourboires",
        "fee": "fees frais commission",
        "processing": "processor merchant",
        "item": "items article articles",
        "product": "produit produits products",
        "service": "services treatment treatments soin soins prestation",
        "description": "details libelle memo note notes",
        "method": "mode moyen methode tender",
        "card": "carte",
        "payout": "versement versements payouts settlement",
        "deposit": "depot",
        "reference": "ref",
        "currency": "devise monnaie",
        "refund": "refunded refunds rembourse remboursee remboursement remboursements",
    }
)
"""Words that mean the same as others."""

_SAME: Mapping[str, str] = MappingProxyType(
    {word: meant for meant, words in _ENGLISH.items() for word in words.split()}
)
_SMALL = frozenset(
    [
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "les",
        "l",
        "of",
        "the",
        "on",
        "at",
        "by",
        "par",
        "en",
        "for",
        "pour",
        "and",
        "et",
    ]
) | {"s", "cad"}
"""Words that change nothing."""

_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "document": "invoice number, invoice reference, invoice, document number, order number, sale number, ticket number,"
        " order, sale, ticket, document, document reference, number",
        "payment": "payment number, payment reference, payment, transaction number, transaction reference, transaction,"
        " receipt number, received number, receipt, received, reference, reference number, confirmation number,"
        " confirmation",
        "date": "invoice date, issue date, issue invoice date, issue, document date, issue document date, invoice date time,"
        " order date, sale date, sale date time, transaction date, transaction date time, payment date, payment date time,"
        " paid date, received date, date, date time, created date, created, created invoice, service date,"
        " completed date, sold, sold date, paid, payout date, deposit date",
        "customer": "customer name, customer full name, customer, invoice to, invoice to name, invoice name, name, full name,"
        " account name, company name, company, customer company",
        "first_name": "first name, customer first name, first",
        "last_name": "last name, customer last name",
        "status": "invoice status, document status, status, order status, sale status",
        "type": "transaction type, document type, type, event type, invoice type",
        "total": "invoice total, document total, order total, sale total, total with tax, total amount with tax,"
        " total amount, total, amount with tax, with tax, received total, paid total, invoice amount, gross amount,"
        " gross total, gross sale",
        "line": "sub total, invoice sub total, order sub total, sub total before tax, before tax, total before tax,"
        " amount before tax, total amount before tax, net amount, net total, net sale, line total, line amount, line sub total,"
        " item total, net, charges, sale amount",
        "amount": "amount, gross, paid amount, received amount, payment amount, payment total, transaction amount,"
        " total payment, amount credit, credit",
        "taxes": "tax, tax amount, total tax, total amount tax, sale tax, invoice tax, total sale tax, order tax",
        "discount": "discount, discount amount, total discount, invoice discount",
        "shipping": "shipping, shipping charges, shipping fee, shipping amount, shipping total",
        "tip": "tip, tip amount, total tip",
        "code": "item code, item, item name, sku, product code, product, product name, service, service code, service name,"
        " product service",
        "description": "description, item description, line item, service description",
        "quantity": "quantity, item quantity, product quantity",
        "unit_price": "unit price, price, item price, unit amount, unit cost",
        "method": "payment method, method, payment type, paid with, card type, payment card",
        "fee": "fee, processing fee, transaction fee, total fee, fee amount, payment fee, card fee",
        "bank_reference": "payout number, payout, payout reference, deposit number, deposit reference, deposit, bordereau,"
        " bordereau number",
        "currency": "currency, currency code",
        "refunded": "refund amount, refund, total refund, refund total",
        "refunded_on": "refund date",
    }
)


class Meaning(NamedTuple):
    """What a column is for, and how sure that is: the first phrases of a meaning come first."""

    name: str
    place: int


def words_of(name: str) -> frozenset[str]:
    """The words of a name that say something, each by the one that stands for all that mean the same."""
    words = " ".join(_SAME.get(word, word) for word in plain_name(name).split("_")).split()
    return frozenset(words) - _SMALL


_MEANT: Mapping[frozenset[str], Meaning] = MappingProxyType(
    {
        words_of(phrase): Meaning(meaning, place)
        for meaning, phrases in reversed([*_PHRASES.items()])
        for place, phrase in reversed([*enumerate(phrases.split(","))])
    }
)

_AS_WRITTEN = (
    "invoice #",
    "sous-total",
    "no facture",
    "date facture",
    "no de facture",
    "date de facture",
    "nom du client",
)
VOCABULARY = tuple(
    Column(name.strip())
    for name in dict.fromkeys(
        [*(phrase for phrases in _PHRASES.values() for phrase in phrases.split(",")), *_SAME, *_AS_WRITTEN]
    )
)
"""Names of columns that are known as they stand, by which the delimiter of a file is found."""


def with_taxes(name: str) -> bool:
    """Whether the name of a column says that taxes are in its amounts."""
    return words_of(name) >= {"with", "tax"}


def meaning_of(name: str) -> Meaning | None:
    """What a column of this name is for, if that can be told. One of percents is none of amounts."""
    return None if "%" in name else _MEANT.get(words_of(name) or frozenset([plain_name(name)]))
