"""Whether accounts and dates are such that the target takes them (P1, P3, P7)."""

from dataclasses import replace
from datetime import date

import pytest

from ecriture.core.accounts import Account, AccountClass, AccountType, Chart
from ecriture.core.dates import Calendar
from ecriture.core.documents import Document, Payment, UnitKind
from ecriture.core.plan import Plan
from ecriture.core.problems import Problem
from ecriture.core.review import Finding, Review, TargetLimits, account_fault
from ecriture.core.roles import CLASSES
from ecriture.core.rules import AccountChoice, Role
from ecriture.core.sales import KeptBack
from ecriture.core.settings import Detail, FiscalYear, Grouping, Item, Settings, frozen_mapping
from small_books import (
    COMPANY,
    Ledger,
    accounting,
    accounts,
    books,
    codes,
    credit_note,
    invoice,
    line,
    on,
    payment,
    row,
    share,
    tax,
)

SAGE = TargetLimits(sage_numbers=True, first_date=date(2000, 1, 1), last_date=date(2049, 12, 31), source_limit=13)
F1 = invoice("F-1", "01-05", line("CLEAN", 10000), tax("GST", 500))


def review(company: Settings = COMPANY, *, chart: Chart | None = None, limits: TargetLimits | None = None) -> Review:
    calendar = Calendar(lock_date=None, fiscal_years=(), carry=True, first=date.min, last=date.max)
    return Review(company, chart=chart or Chart(), limits=limits or TargetLimits(), calendar=calendar)


def of_account(number: str, found: Review, *, role: Role = Role.REVENUE) -> Finding | None:
    return found.of_choice(AccountChoice(number, (), "accounts.invoice_credit", role))


def code_of(finding: Finding | None) -> str:
    return finding[0] if finding else ""


def planned(company: Settings, *units: Document | Payment, limits: TargetLimits | None = None) -> Plan:
    return Ledger(company).plan(books(*units), "03-31", limits=limits)


# Accounts


CHART = Chart(
    [
        Account("4000", "Sales", "Ventes"),
        Account("1200", "Receivable", linked=True),
        *(Account(f"400{i}", type=kind) for i, kind in enumerate(AccountType, 1)),
    ]
)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000", ""),
        ("9999", "account-unknown"),
        ("1200", "account-linked"),
        ("4001", "account-not-postable"),
        ("4002", ""),
        ("4003", ""),
        ("4004", "account-not-postable"),
        ("4005", "account-not-postable"),
        ("4006", "account-not-postable"),
    ],
)
def test_an_account_is_known_postable_and_not_linked(number: str, code: str) -> None:
    assert code_of(of_account(number, review(chart=CHART))) == code


def test_without_a_chart_every_account_is_known() -> None:
    assert of_account("9999", review()) is None


def test_a_linked_account_of_the_settings_is_refused_without_a_chart_too_and_the_clearing_account_proposed() -> None:
    found = of_account("1200", review(accounting(linked_accounts=frozenset({"1200"}))))
    assert found == (
        "account-linked",
        {
            "account": "1200",
            "setting": "accounts.invoice_credit",
            "role": "revenue",
            "reason": "other",
            "clearing": "1201",
        },
    )


def test_what_is_wrong_names_the_account_in_the_company_s_language() -> None:
    chart = Chart([Account("4000", "Sales", "Ventes", AccountType.HEADING)])
    for language, name in (("fr", "Ventes"), ("en", "Sales")):
        finding = of_account("4000", review(replace(COMPANY, language=language), chart=chart))
        assert finding is not None
        assert finding[1]["name"] == name


def test_a_missing_account_names_the_setting_to_fill() -> None:
    assert review().of_choice(AccountChoice("", (), "extras.tip", Role.TIP, "account-missing")) == (
        "account-missing",
        {"account": "", "setting": "extras.tip", "role": "tip"},
    )


@pytest.mark.parametrize("number", ["123", "123456789", "0100", "4A00", "40-0", "４０００", "4０００", " 4000"])
def test_sage_takes_four_to_eight_digits_of_which_the_first_is_not_0(number: str) -> None:
    assert code_of(of_account(number, review(limits=SAGE))) == "account-wrong-length"
    assert of_account(number, review()) is None


def test_in_sage_all_numbers_have_the_length_of_the_chart_s() -> None:
    chart = Chart([Account("4000"), Account("4100"), Account("40000")])
    finding = of_account("40000", review(chart=chart, limits=SAGE))
    assert finding is not None
    assert (finding[0], finding[1]["digits"]) == ("account-wrong-length", 4)
    assert of_account("4100", review(chart=chart, limits=SAGE)) is None


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("found", AccountClass)
def test_an_account_of_another_class_than_its_role_s_is_pointed_out(role: Role, found: AccountClass) -> None:
    code = code_of(of_account(f"{found.value}000", review(limits=SAGE), role=role))
    assert code == ("" if found in CLASSES[role] else "account-class")


@pytest.mark.parametrize(
    ("role", "numbers"),
    [
        (Role.RECEIVABLE, "1"),
        (Role.CLEARING, "1"),
        (Role.REVENUE, "4"),
        (Role.FEE, "5"),
        (Role.TAX, "12"),
        (Role.BANK, "12"),
        (Role.UNAPPLIED, "12"),
    ],
)
def test_the_classes_of_the_usual_roles(role: Role, numbers: str) -> None:
    assert {found.value for found in CLASSES[role]} == set(numbers)


def test_the_class_of_the_chart_decides_where_given() -> None:
    chart = Chart([Account("4000", account_class=AccountClass.LIABILITY)])
    assert code_of(of_account("4000", review(chart=chart, limits=SAGE))) == "account-class"


@pytest.mark.parametrize("number", ["6000", "7000", "8000", "9999"])
def test_without_a_chart_6_to_9_count_as_expenses(number: str) -> None:
    found = review(limits=SAGE)
    assert of_account(number, found, role=Role.FEE) is None
    finding = of_account(number, found, role=Role.REVENUE)
    assert finding is not None
    assert (finding[0], finding[1]["found"]) == ("account-class", AccountClass.EXPENSE.value)


@pytest.mark.parametrize("number", ["0100", "6000", "9999"])
@pytest.mark.parametrize("role", Role)
def test_an_account_that_the_chart_lists_is_never_refused_for_its_first_digit(number: str, role: Role) -> None:
    assert code_of(of_account(number, review(chart=Chart([Account(number)]), limits=SAGE), role=role)) in (
        "",
        "account-class",
    )


def test_the_class_that_the_chart_gives_decides_above_5_too() -> None:
    chart = Chart([Account("6000", account_class=AccountClass.REVENUE)])
    assert of_account("6000", review(chart=chart, limits=SAGE), role=Role.REVENUE) is None
    assert code_of(of_account("6000", review(chart=chart, limits=SAGE), role=Role.FEE)) == "account-class"


# Of units


def test_an_error_holds_its_unit_and_says_the_amount_and_only_once() -> None:
    company = accounts(invoice_debit="1200")
    company = accounting(company, linked_accounts=frozenset({"1200"}))
    plan = planned(company, F1, payment("P-1", "01-05", share("", 5)))
    (problem,) = [problem for problem in plan.problems if problem.code == "account-linked"]
    assert problem.params["amount_cents"] == 10500
    assert plan.kept_back == (KeptBack(UnitKind.DOCUMENT, "F-1", "error"),)
    assert [entry.debit_cents for entry in plan.entries] == [5]


def test_an_error_is_said_of_each_unit_that_has_it_whatever_comes_between() -> None:
    company = accounting(linked_accounts=frozenset({"4100"}))
    units = [invoice(f"F-{i}", "01-05", line("CLEAN" if i % 2 else "", 100)) for i in range(5)]
    plan = planned(company, *units)
    assert codes(plan.problems) == [("account-linked", "F-1"), ("account-linked", "F-3")]
    assert [unit.number for unit in plan.kept_back] == ["F-1", "F-3"]


def test_a_row_of_nothing_needs_no_account() -> None:
    company = replace(COMPANY, extras=replace(COMPANY.extras, tip=""))
    assert codes(planned(company, invoice("F-1", "01-05", line("", 1), row("tip", 0))).problems) == []
    assert codes(planned(company, invoice("F-1", "01-05", line("", 1), row("tip", 5))).problems) == [
        ("account-missing", "F-1")
    ]


@pytest.mark.parametrize("code", ["PST", ""])
def test_an_unknown_tax_is_an_error_of_its_own(code: str) -> None:
    assert codes(planned(COMPANY, invoice("F-1", "01-05", line("", 1), tax(code, 5))).problems) == [
        ("tax-unknown", "F-1")
    ]


def test_a_class_is_pointed_out_once_for_a_setting() -> None:
    documents = [invoice(f"F-{i}", "01-05", line("", 100)) for i in range(3)]
    plan = planned(accounts(invoice_credit="5000"), *documents, limits=SAGE)
    assert codes(plan.problems) == [("account-class", "F-0")]
    assert len(plan.entries) == 1


def test_what_is_not_pending_is_not_looked_at() -> None:
    """A changed chart or setting never blocks what was transferred."""
    ledger = Ledger()
    ledger.export(books(F1), "01-31")
    ledger.company = accounting(linked_accounts=frozenset({"1201"}))
    assert ledger.plan(books(F1), "01-31").problems == ()


# Dates


def locked(company: Settings = COMPANY, *, lock: str = "01-31", years: tuple[FiscalYear, ...] = ()) -> Settings:
    return replace(company, lock_date=on(lock), fiscal_years=years)


def only(plan: Plan) -> Problem:
    (problem,) = plan.problems
    return problem


def test_without_carrying_a_locked_date_is_an_error_that_says_all_dates_and_the_amount() -> None:
    plan = planned(locked(accounting(carry=False)), F1, invoice("F-2", "02-01", line("", 7)))
    assert only(plan).code == "date-locked"
    assert only(plan).params == {
        "date": on("01-05"),
        "open_date": on("01-05"),
        "lock_date": on("01-31"),
        "amount_cents": 10500,
    }
    assert [entry.debit_cents for entry in plan.entries] == [7]


def test_an_open_date_outside_of_the_fiscal_years_is_an_error() -> None:
    company = replace(COMPANY, fiscal_years=(FiscalYear(on("02-01"), on("12-31")),))
    assert codes(planned(company, F1).problems) == [("date-outside-fiscal-year", "F-1")]
    assert codes(planned(replace(company, lock_date=on("01-31")), F1).problems) == [("carried-across-year", "")]


def test_a_date_that_the_target_cannot_say_is_an_error() -> None:
    assert codes(planned(COMPANY, invoice("F-1", "1999-12-31", line("", 1)), limits=SAGE).problems) == [
        ("date-outside-fiscal-year", "F-1")
    ]


YEARS = (FiscalYear(on("2025-01-01"), on("2025-12-31")), FiscalYear(on("01-01"), on("12-31")))


def test_what_is_carried_into_a_later_year_is_said_by_account() -> None:
    company = locked(lock="01-31", years=YEARS)
    last_year = invoice("F-1", "2025-12-30", line("", 500), tax("GST", 25))
    paid = payment("P-1", "2025-12-31", share("F-1", 525))
    problem = only(planned(company, last_year, paid, invoice("F-2", "01-05", line("", 7))))
    assert (problem.code, problem.params) == (
        "carried-across-year",
        {"year": on("01-01"), "accounts": (("1060", 525), ("2310", -25), ("4000", -500))},
    )


def test_a_correction_of_last_year_is_said_too() -> None:
    ledger = Ledger(replace(COMPANY, fiscal_years=YEARS))
    ledger.export(books(invoice("F-1", "2025-12-30", line("", 500))), "2025-12-31")
    ledger.company = locked(lock="2025-12-31", years=YEARS)
    problem = only(ledger.plan(books(invoice("F-1", "2025-12-30", line("", 400))), "01-31"))
    assert problem.params["accounts"] == (("1201", -100), ("4000", 100))


# Sources


def test_a_source_that_is_too_long_is_never_cut_and_stops_everything() -> None:
    documents = [invoice(f"F-{i:03}", "01-05", line("", 1)) for i in range(3)]
    limits = TargetLimits(source_limit=11)
    company = accounting(grouping=Grouping.DOCUMENT, source_prefix="ABC")
    problem = only(planned(company, *documents, limits=limits))
    assert problem.code == "too-many-entries"
    assert problem.params == {"entries": 3, "source": "ABC000001-03", "limit": 11}
    assert planned(company, *documents, limits=TargetLimits(source_limit=12)).problems == ()


def test_a_target_takes_so_many_entries_and_lines() -> None:
    """The lower one of the company's and the target's lines counts."""
    documents = [invoice(f"F-{i:03}", "01-05", line("", 1)) for i in range(3)]
    company = accounting(grouping=Grouping.DOCUMENT)
    problem = only(planned(company, *documents, limits=TargetLimits(max_entries=2)))
    assert (problem.code, problem.params) == ("too-many-entries", {"reason": "file", "entries": 3, "limit": 2})
    assert planned(company, *documents, limits=TargetLimits(max_entries=3)).problems == ()
    by_document = accounting(detail=Detail.DOCUMENT)
    assert [
        len(planned(by_document, *documents, limits=TargetLimits(max_lines=most)).entries) for most in (2, 4, 6)
    ] == [*(3, 2, 1)]
    both = replace(by_document, accounting=replace(by_document.accounting, max_lines=2))
    assert len(planned(both, *documents, limits=TargetLimits(max_lines=6)).entries) == 3


def test_a_hundred_entries_are_too_many_only_where_three_digits_do_not_fit() -> None:
    documents = [invoice(f"F-{i:03}", "01-05", line("", 1)) for i in range(100)]
    for prefix, most in (("EC", 12), ("E", 11)):
        plan = planned(
            accounting(grouping=Grouping.DOCUMENT, source_prefix=prefix),
            *documents,
            limits=TargetLimits(source_limit=12),
        )
        assert (plan.entries[-1].source, bool(plan.problems)) == (f"{prefix}000001-100", most < len(prefix) + 10)
        assert len({entry.source for entry in plan.entries}) == 100


def test_a_unit_that_is_kept_back_is_named_as_such() -> None:
    plan = planned(accounting(linked_accounts=frozenset({"1201"})), F1, payment("P-1", "01-05", share("F-1", 5)))
    assert {unit[:2] for unit in plan.kept_back} == {F1.id, payment("P-1", "01-05").id}


# The receivable


SPLIT = accounts(payment_credit="1299")


def test_a_document_that_debits_an_account_that_no_payment_credits_is_pointed_out() -> None:
    problem = only(planned(SPLIT, invoice("F-1", "01-05", line("", 100))))
    assert (problem.code, problem.params["account"], problem.params["clearing"]) == ("receivable-split", "1201", "1299")


def test_an_item_with_a_receivable_of_its_own_is_too() -> None:
    company = replace(COMPANY, items=frozen_mapping({"X": Item("X", debit="1205", credit="4100")}))
    problem = only(planned(company, invoice("F-1", "01-05", line("X", 100), line("", 5))))
    assert (problem.code, problem.params["account"]) == ("receivable-split", "1205")


def test_a_credit_note_that_credits_such_an_account_is_too() -> None:
    assert codes(planned(SPLIT, credit_note("N-1", "01-05", line("", 100))).problems) == [("receivable-split", "N-1")]


def test_what_is_recorded_on_a_former_receivable_is_pointed_out() -> None:
    """The settings agree with each other; the document is on the account of before, and its payments credit the new one."""
    ledger = Ledger()
    ledger.export(books(invoice("F-1", "01-05", line("", 100))), "01-31")
    ledger.company = accounts(invoice_debit="1299", payment_credit="1299")
    problem = only(ledger.plan(books(invoice("F-1", "01-05", line("", 150))), "01-31"))
    assert (problem.code, problem.params["account"], problem.params["clearing"]) == ("receivable-split", "1201", "1299")
    assert "setting" not in problem.params


def test_a_discount_s_own_account_is_no_receivable() -> None:
    assert planned(COMPANY, invoice("F-1", "01-05", line("", 100), row("discount", 5))).problems == ()


def test_the_same_is_said_once_for_all_documents() -> None:
    documents = [invoice(f"F-{i}", "01-05", line("", 100)) for i in range(3)]
    assert codes(planned(SPLIT, *documents).problems) == [("receivable-split", "F-0")]


def test_a_receivable_that_is_refused_is_not_said_to_be_split_too() -> None:
    company = accounting(SPLIT, linked_accounts=frozenset({"1201"}))
    assert codes(planned(company, invoice("F-1", "01-05", line("", 100))).problems) == [("account-linked", "F-1")]


# One account, chosen on a settings screen


def chosen(
    number: str, role: Role = Role.REVENUE, *, company: Settings = COMPANY, chart: Chart = CHART
) -> Problem | None:
    return account_fault(number, role, settings=company, chart=chart, limits=SAGE, setting="accounts.invoice_credit")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("4000", ""),
        ("4003", ""),
        ("9999", "account-unknown"),
        ("1200", "account-linked"),
        ("4001", "account-not-postable"),
        ("", ""),
    ],
)
def test_a_chosen_account_is_judged_before_anything_is_posted_to_it(number: str, code: str) -> None:
    problem = chosen(number)
    assert (problem.code if problem else "") == code


def test_what_is_wrong_with_a_chosen_account_has_no_amount_and_no_place() -> None:
    problem = chosen("9999")
    assert problem == Problem(
        "account-unknown", {"account": "9999", "setting": "accounts.invoice_credit", "role": "revenue", "name": ""}
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("chart", [Chart(), CHART, Chart([Account("40000")])])
@pytest.mark.parametrize("number", ["4000", "1200", "1201", "4001", "40000", "9999", "A"])
def test_a_chosen_account_is_judged_as_one_that_is_posted_to(number: str, chart: Chart, role: Role) -> None:
    finding = of_account(number, review(chart=chart, limits=SAGE), role=role)
    problem = chosen(number, role, chart=chart)
    assert (problem and (problem.code, problem.params)) == finding


@pytest.mark.parametrize(
    ("role", "company", "reason"),
    [
        (Role.CLEARING, COMPANY, "clearing"),
        (Role.RECEIVABLE, COMPANY, "clearing"),
        (Role.RECEIVABLE, accounts(payment_credit="1200"), "none"),
        (Role.CLEARING, accounts(payment_credit=""), "none"),
        (Role.BANK, COMPANY, "other"),
    ],
)
def test_a_chosen_linked_account_says_which_to_choose_instead(role: Role, company: Settings, reason: str) -> None:
    problem = chosen("1200", role, company=company)
    assert problem is not None
    assert (problem.code, problem.params["reason"]) == ("account-linked", reason)


def test_a_chosen_account_of_another_class_is_a_warning() -> None:
    problem = chosen("4000", Role.FEE)
    assert problem is not None
    assert (problem.code, problem.stops) == ("account-class", False)
