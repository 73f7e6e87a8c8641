"""What the film says, in both languages side by side. It is burnt in, a text track, and the pages docs/*/tour.md."""

import textwrap
from typing import NamedTuple

LANGUAGES = ("en", "fr")
LONGEST_LINE = 62
LINES = 2
CHARACTERS_A_SECOND = 17
"""The quickest that a caption may ask to be read."""


class Words(NamedTuple):
    """A text in both languages."""

    en: str
    fr: str

    def of(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


class Caption(NamedTuple):
    name: str
    words: Words


class Chapter(NamedTuple):
    """A chapter of the film: the page of the guide that it belongs to, its title, its captions."""

    page: str
    title: Words
    captions: tuple[Caption, ...]


def lines(text: str) -> tuple[str, ...]:
    """A caption in lines that are about as long as one another. A no-break space is kept."""
    least = len(text) if len(text) <= LONGEST_LINE else -(-len(text) // LINES)
    for width in range(least, LONGEST_LINE + 1):
        found = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        if len(found) <= LINES:
            return tuple(found)
    return tuple(textwrap.wrap(text, LONGEST_LINE, break_long_words=False, break_on_hyphens=False))


def _(name: str, en: str, fr: str) -> Caption:
    return Caption(name, Words(en, fr))


TITLE = Words("The tour", "La visite guidée")

CHAPTERS = (
    Chapter(
        "first-steps",
        Words("First steps", "Premiers pas"),
        (
            _(
                "begin",
                "Écriture turns invoices and payments into journal entries for Sage 50, each exactly once.",
                "Écriture transforme factures et paiements en écritures de journal pour Sage 50, chacun une seule fois.",
            ),
            _(
                "home",
                "A new company is set up in ten steps. Its home page shows the next one.",
                "Une nouvelle entreprise se règle en dix étapes. L’accueil montre la prochaine.",
            ),
            _(
                "program",
                "Choose your accounting program: here, Sage 50.",
                "Choisissez votre logiciel comptable : ici, Sage 50.",
            ),
            _(
                "chart",
                "Then import the chart of accounts, in the file that Sage exports.",
                "Importez ensuite le plan comptable, dans le fichier que Sage exporte.",
            ),
            _(
                "chart-preview",
                "You see what the file brings. Nothing is stored until you use it.",
                "Vous voyez ce que le fichier apporte. Rien n’est enregistré avant que vous l’utilisiez.",
            ),
            _(
                "linked",
                "No file says which accounts are linked to a module of Sage. Say it once: usually, 1200.",
                "Aucun fichier ne dit quels comptes sont associés à un module de Sage. Dites-le une fois : souvent, 1200.",
            ),
        ),
    ),
    Chapter(
        "sage50",
        Words("Account 1201", "Le compte 1201"),
        (
            _(
                "why",
                "Sage feeds 1200 from its module of customers, and refuses a journal entry there.",
                "Sage alimente 1200 par son module des clients, et y refuse toute écriture de journal.",
            ),
            _(
                "create",
                "So you create a second account in Sage, not linked: 1201. The page has every step.",
                "Vous créez donc dans Sage un second compte, non associé : 1201. La page donne chaque étape.",
            ),
            _(
                "choose",
                "Sales debit it, payments credit it: its balance is what your customers owe.",
                "Les ventes le débitent, les paiements le créditent : son solde est ce que vos clients doivent.",
            ),
        ),
    ),
    Chapter(
        "web-settings",
        Words("Accounts and taxes", "Comptes et taxes"),
        (
            _(
                "start",
                "Are there invoices in your books already? A start date keeps them from being sent again.",
                "Y a-t-il déjà des factures dans vos livres? Une date de début évite de les envoyer de nouveau.",
            ),
            _(
                "accounts",
                "Two accounts for an invoice, two for a payment. Each proposal says why; you decide.",
                "Deux comptes pour une facture, deux pour un paiement. Chaque proposition dit pourquoi; vous décidez.",
            ),
            _(
                "switch",
                "A switch waits until invoices are paid. It does not change when GST and QST are owed.",
                "Un interrupteur attend que les factures soient payées. La TPS et la TVQ restent dues au même moment.",
            ),
            _(
                "taxes",
                "Each tax has its debit and its credit account.",
                "Chaque taxe a son compte de débit et son compte de crédit.",
            ),
            _(
                "methods",
                "Cards and cash may have accounts of their own, until the money reaches the bank.",
                "Cartes et argent comptant peuvent avoir leurs comptes, jusqu’à ce que l’argent arrive à la banque.",
            ),
        ),
    ),
    Chapter(
        "items",
        Words("Products & Services", "Produits et services"),
        (
            _(
                "item",
                "Each item you sell has its revenue account: first in Sage, then here.",
                "Chaque article vendu a son compte de revenu : d’abord dans Sage, puis ici.",
            ),
            _(
                "find",
                "Type a word of its name, and the account is found.",
                "Tapez un mot de son nom, et le compte est trouvé.",
            ),
            _(
                "archive",
                "Do not delete an item: archive it, with a note. Its late transactions keep their accounts.",
                "Ne supprimez pas un article : archivez-le, avec une note. Ses transactions tardives gardent leurs comptes.",
            ),
        ),
    ),
    Chapter(
        "mappings",
        Words("Importing invoices and payments", "Importer factures et paiements"),
        (
            _(
                "file",
                "Invoices come in the file that your invoicing program exports.",
                "Les factures arrivent dans le fichier que votre logiciel de facturation exporte.",
            ),
            _(
                "columns",
                "You say once what its columns mean. Most are found by their names.",
                "Vous dites une fois ce que veulent dire ses colonnes. La plupart sont reconnues à leur nom.",
            ),
            _(
                "outcome",
                "Beside them is what comes of it, invoice by invoice, with its taxes and its total.",
                "À côté se trouve ce que cela donne, facture par facture, avec ses taxes et son total.",
            ),
            _(
                "store",
                "Then you see what will change, and store it: all of the file, or nothing.",
                "Vous voyez ensuite ce qui va changer, puis vous l’enregistrez : tout le fichier, ou rien.",
            ),
            _(
                "payments",
                "Payments come the same way.",
                "Les paiements arrivent de la même façon.",
            ),
        ),
    ),
    Chapter(
        "documents",
        Words("Documents", "Documents"),
        (
            _(
                "documents",
                "The list of documents says where each stands on its way to the ledger.",
                "La liste des documents dit où chacun en est sur son chemin vers le grand livre.",
            ),
            _(
                "wants",
                "The page of each shows its debits and credits, and the setting that chose each account.",
                "La page de chacun montre ses débits et ses crédits, et le réglage qui a choisi chaque compte.",
            ),
        ),
    ),
    Chapter(
        "transfer",
        Words("The transfer", "Le transfert"),
        (
            _(
                "plan",
                "The plan: what Sage gets next, before anything is written.",
                "L’aperçu : ce que Sage recevra ensuite, avant que rien ne soit écrit.",
            ),
            _(
                "look",
                "What needs your eye comes first, with the way to where it is mended.",
                "Ce qui demande votre attention vient d’abord, avec le chemin pour le corriger.",
            ),
            _(
                "made-of",
                "Behind each amount are its documents and payments.",
                "Derrière chaque montant se trouvent ses documents et ses paiements.",
            ),
            _(
                "export",
                "One click exports the batch and downloads its file.",
                "Un clic exporte le lot et télécharge son fichier.",
            ),
            _(
                "steps",
                "The page has the steps in Sage, and the totals that Sage will show.",
                "La page donne les étapes dans Sage, et les totaux que Sage montrera.",
            ),
            _(
                "went-in",
                "Sage took the file: you say that it went in.",
                "Sage a pris le fichier : vous dites qu’il est entré.",
            ),
            _(
                "change",
                "Later an invoice changes: F-1001 is 160.97 instead of 172.46. It was transferred already.",
                "Plus tard, une facture change : F-1001 est de 160,97 au lieu de 172,46. Elle était déjà transférée.",
            ),
            _(
                "correction",
                "The next batch has the difference, and nothing else.",
                "Le prochain lot contient la différence, et rien d’autre.",
            ),
        ),
    ),
    Chapter(
        "proof",
        Words("The control of 1201", "Le contrôle du 1201"),
        (
            _(
                "control",
                "The control of 1201: who owes what, on any day, document by document.",
                "Le contrôle du 1201 : qui doit quoi, à n’importe quelle date, document par document.",
            ),
            _(
                "compare",
                "Type the balance that Sage shows. The two agree to the cent, or you see by how much they differ.",
                "Tapez le solde que Sage montre. Les deux concordent au cent près, ou vous voyez de combien ils diffèrent.",
            ),
        ),
    ),
    Chapter(
        "taxes",
        Words("GST and QST", "TPS et TVQ"),
        (
            _(
                "return",
                "The figures of the GST/QST return, by the dates of the documents. Écriture does not file it.",
                "Les chiffres de la déclaration de TPS/TVQ, selon la date des documents. Écriture ne la produit pas.",
            ),
            _(
                "posted",
                "Beside them, what was posted to the tax accounts, and the difference.",
                "À côté, ce qui a été imputé aux comptes de taxes, et la différence.",
            ),
        ),
    ),
    Chapter(
        "proof",
        Words("The month’s proof", "La preuve du mois"),
        (
            _(
                "proof",
                "The month’s proof puts it together: what was transferred and confirmed, and what is open.",
                "La preuve du mois réunit tout : ce qui a été transféré et confirmé, et ce qui reste ouvert.",
            ),
            _(
                "looked",
                "You say that you have looked at it, and keep it as PDF.",
                "Vous dites que vous l’avez regardée, et la gardez en PDF.",
            ),
            _(
                "end",
                "Each month from here, the file for Sage is at most three clicks from the home page.",
                "Chaque mois, le fichier pour Sage est désormais à trois clics au plus de l’accueil.",
            ),
        ),
    ),
)
CAPTIONS = tuple(caption for chapter in CHAPTERS for caption in chapter.captions)
