"""Accounts proposed by their names and classes, and found while somebody types."""

import random
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
from ecriture.core.likely import _ROLES, _SIGNS, Purpose, likely, role_of, search
from ecriture.core.provinces import PROVINCES
from ecriture.core.roles import CLASSES
from ecriture.core.rules import Role
from ecriture.core.starter import starter_chart
from ecriture.core.text import fold
from ecriture.sources.chart import read_chart
from strategies import account_numbers

ROOT = Path(__file__).parents[2]
NONE: frozenset[str] = frozenset()
HEADING = AccountType.HEADING


def chart_of(path: str) -> Chart:
    read = read_chart(BytesIO((ROOT / path).read_bytes()), file=path)
    return read.chart


def named(*names: str, french: bool = False) -> Chart:
    """A chart of accounts written `1200 Accounts Receivable`, in one language."""
    pairs = [name.split(maxsplit=1) for name in names]
    return Chart(Account(number, *(("", name) if french else (name, ""))) for number, name in pairs)


BOREAL = chart_of("examples/boreal/chart.csv")
QUEBEC = starter_chart("QC")

FRENCH = named(
    "1050 Petite caisse",
    "1060 Banque Nationale – opérations",
    "1062 Épargne Desjardins",
    "1070 Dépôts VISA/MasterCard en transit",
    "1100 Placements à terme – banque",
    "1200 Comptes clients",
    "1205 Provision pour créances douteuses",
    "1210 Autres débiteurs",
    "1220 Avances aux employés",
    "1240 TPS à recevoir (CTI)",
    "1245 TVQ à recevoir (RTI)",
    "1400 Frais payés d'avance",
    "2050 Marge de crédit – banque",
    "2060 Visa Desjardins",
    "2100 Comptes fournisseurs",
    "2150 Dépôts sur achats – fournisseurs",
    "2200 Impôts sur le revenu à payer",
    "2310 TPS perçue sur les ventes",
    "2315 TPS payée sur les achats",
    "2330 TVQ perçue sur les ventes",
    "2335 TVQ payée sur les achats",
    "2400 Pourboires à remettre aux employés",
    "2450 Acomptes reçus de clients",
    "4000 Honoraires",
    "4100 Produits divers",
    "4200 Intérêts gagnés",
    "4300 Escomptes sur ventes",
    "5100 Escomptes sur achats",
    "5300 Transport sur achats",
    "5610 Intérêts et frais bancaires",
    "5620 Frais de terminal – cartes de crédit",
    "5640 Frais de bureau",
    "5990 Arrondissement de la caisse",
    french=True,
)
"""As Sage exports it in French: no types but the postable ones, no account marked as linked, and names that mislead."""

ENGLISH = named(
    "1050 Cash on Hand",
    "1060 Chequing Account – RBC",
    "1065 Savings Account – RBC",
    "1070 Undeposited Cheques",
    "1080 Stripe Clearing",
    "1200 Accounts Receivable",
    "1205 Allowance for Doubtful Accounts",
    "1210 Accounts Receivable – Other",
    "1320 Prepaid Expenses",
    "2100 Accounts Payable",
    "2130 Visa Payable",
    "2160 Corporate Taxes Payable",
    "2310 GST/HST Charged on Sales",
    "2315 GST/HST Paid on Purchases",
    "2340 PST Payable",
    "2380 GST Payroll Deductions",
    "2400 Gratuities Payable",
    "2450 Unearned Revenue",
    "4020 General Sales",
    "4040 Sales Returns",
    "4100 Other Revenue",
    "4200 Freight Revenue",
    "4440 Interest Revenue",
    "4500 Sales Discounts",
    "5080 Purchase Discounts",
    "5300 Freight Expense",
    "5600 Bank Charges",
    "5610 Merchant Fees",
    "5620 Office Costs",
    "5660 Cash Over/Short",
)


def proposed(chart: Chart, purpose: Purpose, *, linked: frozenset[str] = NONE) -> list[str]:
    return [account.number for account in likely(chart, purpose, linked=linked)]


def found(
    text: str, purpose: Purpose, *, chart: Chart = BOREAL, linked: frozenset[str] = NONE, limit: int = 20
) -> list[str]:
    return [account.number for account in search(chart, text, purpose, linked=linked, limit=limit)]


# Proposing


def test_every_purpose_has_a_role_and_signs() -> None:
    assert set(Purpose) == set(_ROLES) == set(_SIGNS)


@pytest.mark.parametrize(
    ("purpose", "role"),
    [
        (Purpose.CLEARING, Role.CLEARING),
        (Purpose.LINKED, Role.RECEIVABLE),
        (Purpose.CARD, Role.BANK),
        (Purpose.ETRANSFER, Role.BANK),
        (Purpose.DEPOSIT, Role.UNAPPLIED),
        (Purpose.QST, Role.TAX),
    ],
)
def test_the_role_under_which_an_account_is_checked(purpose: Purpose, role: Role) -> None:
    assert role_of(purpose) is role


@pytest.mark.parametrize(
    ("purpose", "numbers"),
    [
        (Purpose.CLEARING, "1201"),
        (Purpose.LINKED, "1200"),
        (Purpose.REVENUE, "4000 4100 4110 4120 4130"),
        (Purpose.BANK, "1060"),
        (Purpose.CASH, "1050"),
        (Purpose.CARD, "1065"),
        (Purpose.CHEQUE, "1060"),
        (Purpose.ETRANSFER, "1060"),
        (Purpose.DIRECT_DEBIT, "1060"),
        (Purpose.DISCOUNT, "4900"),
        (Purpose.TIP, "2400"),
        (Purpose.SHIPPING, "4200"),
        (Purpose.ROUNDING, "5990"),
        (Purpose.FEE, "5610"),
        (Purpose.DEPOSIT, "2450"),
        (Purpose.GST, "2310"),
        (Purpose.QST, "2330"),
        (Purpose.HST, ""),
        (Purpose.PST, ""),
        (Purpose.RST, ""),
        (Purpose.TAX, "2310 2330"),
    ],
)
def test_the_accounts_of_the_example(purpose: Purpose, numbers: str) -> None:
    assert proposed(BOREAL, purpose) == numbers.split()


@pytest.mark.parametrize(
    ("purpose", "numbers"),
    [
        (Purpose.CLEARING, "1210"),
        (Purpose.LINKED, "1200 1210"),
        (Purpose.REVENUE, "4000 4100"),
        (Purpose.BANK, "1060 1062"),
        (Purpose.CASH, "1050"),
        (Purpose.CARD, "1070"),
        (Purpose.ETRANSFER, "1060 1062"),
        (Purpose.DISCOUNT, "4300"),
        (Purpose.TIP, "2400"),
        (Purpose.SHIPPING, ""),
        (Purpose.ROUNDING, "5990"),
        (Purpose.FEE, "5620 5610"),
        (Purpose.DEPOSIT, "2450"),
        (Purpose.GST, "2310"),
        (Purpose.QST, "2330"),
        (Purpose.TAX, "2310 2330"),
    ],
)
def test_the_accounts_of_a_french_chart_with_names_that_mislead(purpose: Purpose, numbers: str) -> None:
    assert proposed(FRENCH, purpose) == numbers.split()


@pytest.mark.parametrize(
    ("purpose", "numbers"),
    [
        (Purpose.CLEARING, "1210"),
        (Purpose.LINKED, "1200 1210"),
        (Purpose.REVENUE, "4020 4100"),
        (Purpose.BANK, "1060 1065 1070"),
        (Purpose.CASH, "1050"),
        (Purpose.CARD, "1080"),
        (Purpose.CHEQUE, "1070 1060 1065"),
        (Purpose.DISCOUNT, "4500"),
        (Purpose.TIP, "2400"),
        (Purpose.SHIPPING, "4200 5300"),
        (Purpose.ROUNDING, "5660"),
        (Purpose.FEE, "5610 5600"),
        (Purpose.DEPOSIT, "2450"),
        (Purpose.GST, "2310"),
        (Purpose.HST, "2310"),
        (Purpose.PST, "2340"),
        (Purpose.RST, "2340"),
        (Purpose.QST, ""),
        (Purpose.TAX, "2310 2340"),
    ],
)
def test_the_accounts_of_an_english_chart(purpose: Purpose, numbers: str) -> None:
    assert proposed(ENGLISH, purpose) == numbers.split()


@pytest.mark.parametrize("name", ["report-en", "report-fr", "sage-names-en", "sage-values-fr"])
def test_the_accounts_of_sages_own_exports(name: str) -> None:
    chart = chart_of(f"tests/golden/chart/{name}/chart.csv")
    for purpose, number in ((Purpose.CLEARING, "1201"), (Purpose.LINKED, "1200"), (Purpose.BANK, "1060")):
        assert proposed(chart, purpose)[0] == number


def test_an_account_that_the_program_refuses_is_proposed_only_as_such() -> None:
    chart = named("1200 Clients divers", "1201 Compte Client – Écriture", french=True)
    assert proposed(chart, Purpose.CLEARING) == ["1201", "1200"]
    assert proposed(chart, Purpose.CLEARING, linked=frozenset({"1200"})) == ["1201"]
    assert proposed(chart, Purpose.CLEARING, linked=frozenset({"1200", "1201"})) == []
    assert proposed(chart, Purpose.LINKED) == ["1200"]


def test_the_receivable_account_of_the_module_is_never_the_clearing_account_even_when_nothing_says_that_it_is_linked() -> (
    None
):
    for name in ("Accounts Receivable", "Comptes clients", "Clients", "Comptes débiteurs", "Trade Receivables"):
        assert proposed(named(f"1200 {name}"), Purpose.CLEARING) == []
        assert proposed(named(f"1200 {name}"), Purpose.LINKED) == ["1200"]


def test_being_linked_is_a_reason_to_be_the_linked_one() -> None:
    chart = Chart([Account("1200", "Trade Debtors", linked=True), Account("1500", "Inventory", linked=True)])
    assert proposed(chart, Purpose.LINKED) == ["1200"]


@pytest.mark.parametrize(
    ("charged", "paid"),
    [
        ("TPS à payer", "TPS payée"),
        ("TPS perçue", "TPS – CTI"),
        ("TPS sur ventes", "TPS sur achats"),
        ("TPS à payer", "TPS à recevoir"),
        ("TPS", "TPS payée sur les achats"),
        ("GST Charged on Sales", "GST Paid on Purchases"),
        ("GST Collected", "GST ITC"),
        ("GST Payable", "GST Receivable"),
        ("GST", "GST Input Tax Credits"),
    ],
)
def test_the_tax_paid_on_purchases_ranks_below_the_tax_charged_on_sales(charged: str, paid: str) -> None:
    for first, second in ((charged, paid), (paid, charged)):
        chart = named(f"2310 {first}", f"2315 {second}")
        right = "2310" if first == charged else "2315"
        assert proposed(chart, Purpose.GST)[0] == right
        text = "tps" if charged.startswith("TPS") else "gst"
        assert found(text, Purpose.GST, chart=chart)[0] == right
        assert len(found(text, Purpose.GST, chart=chart)) == 2


def test_one_account_for_the_tax_both_ways_is_proposed() -> None:
    assert proposed(named("2310 TPS à payer / à recevoir"), Purpose.GST) == ["2310"]


def test_one_account_for_all_sales_taxes_is_proposed_after_the_one_of_the_tax_alone() -> None:
    chart = named("2300 Sales Tax Payable", "2310 GST Payable", "2320 Income Taxes Payable", "2330 QST Payable")
    assert proposed(chart, Purpose.GST) == ["2310", "2300"]
    assert proposed(chart, Purpose.HST) == ["2300"]
    assert proposed(named("2300 TPS-TVQ à payer"), Purpose.QST) == ["2300"]


def test_the_account_of_one_tax_is_not_proposed_for_another() -> None:
    assert proposed(named("2340 Provincial Sales Tax Payable"), Purpose.GST) == []
    assert proposed(named("2340 Provincial Sales Tax Payable"), Purpose.PST) == ["2340"]


def test_the_credit_card_of_the_company_is_not_where_the_cards_of_its_customers_are_paid() -> None:
    chart = named("2130 Visa", "1070 Visa à recevoir")
    assert proposed(chart, Purpose.CARD) == ["1070"]


def test_a_heading_or_an_account_of_another_class_is_not_proposed() -> None:
    chart = Chart(
        [
            Account("1000", "BANK", type=HEADING),
            Account("5060", "Bank"),
            Account("1090", "Total bank", type=AccountType.SUBTOTAL),
        ]
    )
    assert proposed(chart, Purpose.BANK) == []


def test_the_class_of_the_chart_counts_and_without_any_the_name_alone() -> None:
    bank = Account("5060", "Bank", account_class=AccountClass.ASSET)
    assert proposed(Chart([bank]), Purpose.BANK) == ["5060"]
    assert proposed(named("0060 Bank"), Purpose.BANK) == ["0060"]
    assert proposed(named("9060 Bank"), Purpose.BANK) == []
    assert proposed(named("0400 Entretien"), Purpose.REVENUE) == []


@pytest.mark.parametrize("name", ["TPS À PAYER", "tps a payer", "Tps\u00a0à payer", "TPS-à-payer", "TPS a\u0300 payer"])
def test_capitals_accents_and_blanks_do_not_matter(name: str) -> None:
    assert proposed(named(f"2310 {name}"), Purpose.GST) == ["2310"]


def test_nothing_is_proposed_from_an_empty_chart_or_without_a_reason() -> None:
    for purpose in Purpose:
        assert likely(Chart(), purpose, linked=NONE) == ()
        assert search(Chart(), "", purpose, linked=NONE) == search(Chart(), "1", purpose, linked=NONE) == ()
        assert proposed(named("1990 Divers", "2990 Divers", "5995 Divers"), purpose) == []


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("chart", [BOREAL, QUEBEC, FRENCH, ENGLISH, *(starter_chart(code) for code in PROVINCES)])
def test_what_is_proposed_takes_entries_and_is_of_a_fitting_class(chart: Chart, purpose: Purpose) -> None:
    for account in likely(chart, purpose, linked=frozenset({"1060"})):
        assert account.postable
        assert chart.class_of(account.number) in CLASSES[role_of(purpose)]
        assert purpose is Purpose.LINKED or not (account.linked or account.number == "1060")


# Searching


def test_a_number_is_found_by_its_beginning_and_names_that_hold_it_after_it() -> None:
    assert found("41", Purpose.BANK) == ["4100", "4110", "4120", "4130"]
    chart = named("1060 Bank 2310", "2310 GST", "2311 PST")
    assert found("231", Purpose.BANK, chart=chart) == ["2310", "2311", "1060"]


def test_the_likely_ones_come_first_then_the_fitting_classes_then_the_others() -> None:
    chart = named("5000 Sale of things", "4010 Interest on sales", "4020 Sales", "4030 Garage sale")
    assert found("sale", Purpose.REVENUE, chart=chart) == ["4020", "4030", "4010", "5000"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("entretien", "4100 4120"),
        ("ENTRETIEN bur", "4120"),
        ("résidentiel", "4100"),
        ("residentiel", "4100"),
        ("cleaning carpet", "4130"),
        ("office entretien", "4120"),
        ("41 tapis", "4130"),
        ("\u00a0 tapis  ", "4130"),
        ("tapis office", ""),
        ("rabais sur ventes", "4900"),
        ("zzz", ""),
    ],
)
def test_all_words_are_needed_in_any_language_and_order(text: str, numbers: str) -> None:
    assert found(text, Purpose.REVENUE) == numbers.split()


def test_either_apostrophe_finds_an_account() -> None:
    chart = named("1280 Frais payés d’avance", "1281 Frais d'avance")
    assert (
        found("d'avance", Purpose.BANK, chart=chart) == found("d’avance", Purpose.BANK, chart=chart) == ["1280", "1281"]
    )


def test_an_empty_text_offers_the_likely_ones_and_then_the_rest_of_the_fitting_classes() -> None:
    assert found("", Purpose.FEE) == ["5610", "5990"]
    assert found("  ", Purpose.QST)[0] == "2330"
    assert found("", Purpose.QST, linked=frozenset({"2330"})) == [
        "1050",
        "1060",
        "1065",
        "1201",
        "2310",
        "2400",
        "2450",
    ]


def test_what_is_refused_comes_last_and_is_not_offered_unasked() -> None:
    assert "1200" not in found("", Purpose.CLEARING)
    assert found("client", Purpose.CLEARING) == ["1201", "2450", "1200"]
    assert found("12", Purpose.CLEARING) == ["1201", "1200", "1290"]
    assert found("1201", Purpose.CLEARING, linked=frozenset({"1201"})) == ["1201"]


def test_the_account_whose_number_it_is_comes_first_even_if_it_is_refused() -> None:
    chart = named("12001 Clients A", "1200 Clients B", "120 Clients C")
    assert found("1200", Purpose.CLEARING, chart=chart, linked=frozenset({"1200"})) == ["1200", "12001"]
    assert found("1200", Purpose.CLEARING, chart=chart, linked=frozenset({"1200"}), limit=1) == ["1200"]
    assert found("1000", Purpose.BANK) == ["1000"]


def test_the_linked_account_is_not_refused_where_it_is_meant() -> None:
    assert found("", Purpose.LINKED)[0] == "1200"
    assert found("client", Purpose.LINKED)[0] == "1200"


@pytest.mark.parametrize(("limit", "count"), [(-1, 0), (0, 0), (1, 1), (3, 3), (99, 20)])
def test_no_more_than_the_limit(limit: int, count: int) -> None:
    assert len(found("e", Purpose.BANK, limit=limit)) == min(count, len(BOREAL))


def test_a_chart_of_two_thousand_accounts_is_searched_whole() -> None:
    names = ("Bank charges", "Sales", "Frais de cartes", "Dépôts de clients", "Œuvres d’art")
    chart = Chart(Account(str(10000 + 25 * i), names[i % 5], names[i % 3]) for i in range(2000))
    assert len(search(chart, "", Purpose.FEE, linked=NONE)) == 20
    assert len(search(chart, "oeuvres", Purpose.FEE, linked=NONE, limit=2000)) == 400
    assert found("59975", Purpose.REVENUE, chart=chart) == ["59975"]
    assert {account.number[0] for account in likely(chart, Purpose.FEE, linked=NONE)} == {"5"}


def test_a_name_with_any_letter_does_not_mix_the_names_of_others() -> None:
    chart = Chart([Account("1050", "a\0b"), Account("1060", "Bank"), Account("1070", "\0")])
    assert proposed(chart, Purpose.BANK) == ["1060"]
    assert found("bank", Purpose.BANK, chart=chart) == ["1060"]


# Whatever is in the chart and whatever is typed

WORDS = (
    "TPS",
    "payée",
    "à payer",
    "Compte",
    "Client",
    "– Écriture",
    "Banque",
    "cards",
    "fees",
    "\0",
    "sales",
    "ß",
    "שלום",
)
names = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=5).map(" ".join)
numbers = st.one_of(st.from_regex(r"\A[1-5][0-9]{3}\Z"), account_numbers())
accounts = st.builds(
    Account,
    numbers,
    names,
    names,
    st.sampled_from(AccountType),
    st.booleans(),
    st.one_of(st.none(), st.sampled_from(AccountClass)),
)
charts = st.lists(accounts, max_size=12).map(Chart)
purposes = st.sampled_from(Purpose)


@given(charts, st.one_of(names, numbers), purposes, st.frozensets(numbers, max_size=2), st.integers(-1, 15))
def test_a_search_finds_accounts_of_the_chart_each_once(
    chart: Chart, text: str, purpose: Purpose, linked: frozenset[str], limit: int
) -> None:
    result = search(chart, text, purpose, linked=linked, limit=limit)
    assert len(result) <= max(limit, 0)
    assert len({account.number for account in result}) == len(result)
    assert all(account in list(chart) for account in result)


@given(charts, purposes, st.frozensets(numbers, max_size=2))
def test_an_empty_search_begins_with_what_is_likely(chart: Chart, purpose: Purpose, linked: frozenset[str]) -> None:
    best = likely(chart, purpose, linked=linked)
    offered = search(chart, "", purpose, linked=linked, limit=len(chart))
    assert offered[: len(best)] == best
    assert all(account.postable for account in offered)


@given(charts, purposes, st.data())
def test_an_account_is_found_by_its_number_and_by_each_of_its_names(
    chart: Chart, purpose: Purpose, data: st.DataObject
) -> None:
    if not len(chart):
        return
    account = data.draw(st.sampled_from(list(chart)))
    for text in (account.number, account.name, account.name_fr):
        if fold(text).strip():
            assert account in search(chart, text, purpose, linked=NONE, limit=len(chart))


@given(charts, purposes, st.randoms())
def test_what_is_proposed_does_not_depend_on_the_order_of_the_chart(
    chart: Chart, purpose: Purpose, chance: random.Random
) -> None:
    shuffled = list(chart)
    chance.shuffle(shuffled)
    assert set(likely(chart, purpose, linked=NONE)) == set(likely(Chart(shuffled), purpose, linked=NONE))
