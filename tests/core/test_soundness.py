"""What is wrong with settings and chart before any document comes: every senseless setting, and no sound one."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecriture import transfer
from ecriture.core.accounts import Account, AccountType, Chart
from ecriture.core.batches import transferred_by
from ecriture.core.likely import Purpose, likely
from ecriture.core.problems import Problem, Severity
from ecriture.core.provinces import PROVINCES, authority, taxes_of
from ecriture.core.review import TargetLimits
from ecriture.core.settings import Accounting, DefaultAccounts, Extras, Item, Method, Settings, frozen_mapping
from ecriture.core.soundness import REFUSED, is_error, soundness, unsaid
from ecriture.core.starter import starter_chart
from senseless import QUEBEC, SENSELESS, SOUND, accounts, extras, item, method, taxes

ROOT = Path(__file__).parents[2]
SAGE = TargetLimits(sage_numbers=True)


def said(company: Settings, chart: Chart = QUEBEC, limits: TargetLimits = SAGE) -> list[tuple[str, str]]:
    return [(it.code, str(it.params["setting"])) for it in soundness(company, chart=chart, limits=limits)]


# Senseless: the whole list of what is said, so that nothing is said twice


@pytest.mark.parametrize("name", SENSELESS)
def test_a_senseless_setting_is_named_once(name: str) -> None:
    company, expected = SENSELESS[name]
    assert said(company) == expected


def test_they_are_thirty_and_none_stops_anything() -> None:
    assert len(SENSELESS) >= 30
    for company, _ in SENSELESS.values():
        found = soundness(company, chart=QUEBEC, limits=SAGE)
        assert found
        assert all(it.severity is Severity.WARNING and not it.stops for it in found)


def test_without_a_chart_pairs_and_classes_are_looked_at_too() -> None:
    assert said(accounts(payment_debit="1201"), Chart()) == [("account-same", "accounts.payment_debit")]
    assert said(extras(fee="4020"), Chart()) == [("account-class", "extras.fee")]
    assert said(method("10600"), Chart()) == []
    assert said(method("106"), Chart()) == [("account-wrong-length", "methods.cheque.debit")]


def test_a_bank_by_its_name_alone_is_a_hint() -> None:
    """Before any bank is chosen: the first steps ask for the clearing account first."""
    company = replace(Settings(), accounts=DefaultAccounts("1060", "4020", "", "1060"))
    found = soundness(company, chart=QUEBEC, limits=SAGE)
    named = [it for it in found if it.code == "account-bank"]
    assert [(it.params["setting"], it.params["reason"]) for it in named] == [
        ("accounts.invoice_debit", "name"),
    ]
    assert not any(map(is_error, named))


def test_what_customers_owe_is_not_a_bank_because_a_bank_s_name_is_in_it() -> None:
    chart = Chart([*QUEBEC, Account("1205", "Customers, paid by bank transfer", "Clients, virement bancaire")])
    assert said(accounts(invoice_debit="1205", payment_credit="1205"), chart) == []


# Sound


def test_the_settings_of_this_page_are_sound() -> None:
    assert said(SOUND) == []


@pytest.mark.parametrize(
    "company",
    [
        extras(deposit="1201"),
        extras(deposit=""),
        taxes(GST="2310", HST="2310"),
        taxes(HST13="2310", HST15="2310", TPS="2310"),
        taxes(ECOFEE="2310", GST="2310"),
        replace(method("2450"), items=frozen_mapping({"GIFT": Item("GIFT", credit="4100")})),
        accounts(refund_debit="1201", refund_credit="1060"),
        item("1201", "4100"),
        method(""),
        method("1060"),
    ],
    ids=[
        "deposit",
        "no deposit",
        "one return",
        "rates",
        "own tax",
        "credit notes as money",
        "refund",
        "item",
        "no method",
        "bank",
    ],
)
def test_what_looks_alike_and_makes_sense_is_sound(company: Settings) -> None:
    assert said(company) == []


def test_gift_cards_are_sold_to_the_account_from_which_they_pay() -> None:
    company = replace(item(credit="2450"), methods=frozen_mapping({"gift": Method("gift", "2450")}))
    assert said(company, limits=TargetLimits()) == []


@pytest.mark.parametrize(
    "folder", sorted(it.parent.relative_to(ROOT) for it in (ROOT / "examples").rglob("company.toml"))
)
def test_the_examples_are_sound(folder: Path) -> None:
    charts = sorted((ROOT / folder).glob("chart.*"))
    inputs = transfer.read_set_up(company=ROOT / folder / "company.toml", chart=charts[0] if charts else None)
    assert transfer.unsound(inputs) == ()


def proposed(province: str) -> Settings:
    """What the first steps propose of a starter chart, all taken."""
    chart = starter_chart(province)

    def best(purpose: Purpose) -> str:
        found = likely(chart, purpose, linked=frozenset())
        return found[0].number if found else ""

    clearing, bank = best(Purpose.CLEARING), best(Purpose.BANK)
    made = {it.code: replace(it, credit=best(Purpose(it.code.lower()))) for it in taxes_of(province)}
    return Settings(
        name=province,
        accounts=DefaultAccounts(clearing, best(Purpose.REVENUE), bank, clearing),
        taxes=frozen_mapping(made),
        methods=frozen_mapping(
            {"cash": Method("cash", best(Purpose.CASH)), "card": Method("card", best(Purpose.CARD))}
        ),
        extras=Extras(*(best(Purpose(name)) for name in Extras.__dataclass_fields__)),
    )


@pytest.mark.parametrize("province", PROVINCES)
def test_what_is_proposed_of_a_starter_chart_is_sound(province: str) -> None:
    assert said(proposed(province), starter_chart(province)) == []


def numbers(chart: Chart, prefix: str, *without: str) -> list[str]:
    """The accounts of a kind that a company may use for anything of that kind."""
    return [
        it.number
        for it in chart
        if it.postable and not it.linked and it.number[0] in prefix and it.number not in without
    ]


@st.composite
def sound_settings(draw: st.DrawFn) -> tuple[Settings, Chart]:
    """Settings in which every account is of its kind, and no bank, clearing account or tax account is shared."""

    def maybe(values: Iterable[str]) -> str:
        return draw(st.sampled_from(["", *values]))

    province = draw(st.sampled_from(list(PROVINCES)))
    chart = starter_chart(province)
    made = {
        it.code: replace(it, credit=likely(chart, Purpose(it.code.lower()), linked=frozenset())[0].number)
        for it in taxes_of(province)
    }
    clearing, banks = "1201", ("1050", "1060", "1065")
    revenue, expense = numbers(chart, "4"), numbers(chart, "5")
    codes = draw(st.lists(st.text("ABC.é ", min_size=1, max_size=3).filter(str.strip), max_size=4, unique=True))
    names = draw(st.lists(st.sampled_from(["cash", "cheque", "card", "virement", "a.b"]), max_size=4, unique=True))
    rebate = maybe((*revenue, *expense))
    return (
        Settings(
            name="Sound",
            language=draw(st.sampled_from(["fr", "en"])),
            accounts=DefaultAccounts(
                *(clearing, draw(st.sampled_from(revenue)), draw(st.sampled_from(banks)), clearing),
                *(maybe([clearing]), maybe(banks)),
            ),
            taxes=frozen_mapping({code: replace(tax, debit=maybe([clearing])) for code, tax in made.items()}),
            items=frozen_mapping({code: Item(code, debit=maybe([clearing]), credit=maybe(revenue)) for code in codes}),
            methods=frozen_mapping({name: Method(name, maybe(banks)) for name in names}),
            extras=Extras(
                rebate,
                maybe(["2400", "4800"]),
                maybe(revenue),
                maybe(expense),
                maybe(expense),
                maybe(["2450", clearing]),
            ),
        ),
        chart,
    )


@settings(max_examples=200)
@given(sound_settings(), st.booleans(), st.booleans())
def test_sound_settings_are_never_named(made: tuple[Settings, Chart], with_chart: bool, sage: bool) -> None:
    company, chart = made
    assert said(company, chart if with_chart else Chart(), SAGE if sage else TargetLimits()) == []


@settings(max_examples=100)
@given(sound_settings(), st.sampled_from(["payment_debit", "invoice_credit"]))
def test_one_wrong_account_among_sound_ones_is_always_named(made: tuple[Settings, Chart], name: str) -> None:
    company, chart = made
    wrong = replace(company, accounts=replace(company.accounts, **{name: "1201"}))
    assert ("account-same", f"accounts.{name}") in said(wrong, chart)


# A setting has one problem; what was said is not said again


def test_an_error_of_an_account_is_said_alone() -> None:
    linked = replace(accounts(payment_debit="1201"), accounting=Accounting(linked_accounts=frozenset({"1201"})))
    assert [code for code, _ in said(linked)] == ["account-linked"] * 3


def test_a_new_chart_shows_what_it_takes_away() -> None:
    changed = Chart(
        it._replace(type=AccountType.HEADING) if it.number == "4020" else it
        for it in QUEBEC
        if it.number not in ("1201", "2310")
    )
    before, after = (soundness(SOUND, chart=chart, limits=SAGE) for chart in (QUEBEC, changed))
    assert [(it.code, it.params["setting"]) for it in unsaid(after, before)] == [
        ("account-unknown", "accounts.invoice_debit"),
        ("account-not-postable", "accounts.invoice_credit"),
        ("account-unknown", "accounts.payment_credit"),
        ("account-unknown", "taxes.GST.credit"),
    ]
    assert unsaid(after, after) == ()


def test_a_page_refuses_a_pair_and_what_the_program_refuses() -> None:
    assert "account-same" in REFUSED
    assert not REFUSED & {"account-bank", "account-missing", "receivable-split", "account-class"}


def test_a_problem_of_an_error_s_code_that_nothing_uses_is_a_warning() -> None:
    assert Problem("account-same").stops
    assert not Problem("account-same", unused=True).stops
    assert Problem("row-unreadable", unused=True).severity is Severity.FATAL
    assert Problem("item-unknown", unused=True).severity is Severity.WARNING


@pytest.mark.parametrize(
    ("code", "whose"),
    [
        ("GST", "canada"), ("TVH-ON", "canada"), ("hst13", "canada"), ("TVQ", "quebec"), ("PST", "pst"),
        ("PST-BC", "pst-bc"), ("RST", "rst"), ("ECOFEE", ""), ("", ""),
    ],
)  # fmt: skip
def test_taxes_of_one_return_have_one_authority(code: str, whose: str) -> None:
    assert authority(code) == whose


# With documents

COMPANY_FILE = """[accounts]
invoice_debit = "1201"
invoice_credit = "4020"
payment_debit = "1201"
payment_credit = "1201"
[methods.card]
debit = "1065"
[methods.cheque]
debit = "1201"
"""
DOCUMENTS = "document,date,amount\nF-1,2026-01-05,100.00\n"
PAYMENTS = "payment,date,document,amount,method\nP-1,2026-01-06,F-1,100.00,"


def problems(method_: str, company: str = COMPANY_FILE) -> list[tuple[str, str, str, bool]]:
    inputs = transfer.read(
        company=company.encode(), documents=DOCUMENTS.encode(), payments=f"{PAYMENTS}{method_}\n".encode()
    )
    found = transfer.plan(inputs).problems
    return [(it.code, str(it.params["setting"]), it.where.number, it.stops) for it in found]


def test_what_a_pending_posting_uses_is_an_error_and_what_nothing_uses_a_warning() -> None:
    default, cheque = "accounts.payment_debit", "methods.cheque.debit"
    assert problems("") == [("account-same", default, "P-1", True), ("account-same", cheque, "", False)]
    assert problems("cheque") == [("account-same", cheque, "P-1", True), ("account-same", default, "", False)]
    assert problems("card") == [("account-same", default, "", False), ("account-same", cheque, "", False)]


def test_a_row_with_a_fee_or_a_tip_uses_the_pair_too() -> None:
    payments = "payment,date,document,amount,fee,tip\nP-1,2026-01-06,F-1,100.00,3.00,5.00\n"
    company = COMPANY_FILE.replace("[methods", '[extras]\nfee = "5610"\ntip = "2400"\n[methods', 1)
    inputs = transfer.read(company=company.encode(), documents=DOCUMENTS.encode(), payments=payments.encode())
    stopping = [it for it in transfer.plan(inputs).problems if it.stops]
    assert [(it.code, it.where.number) for it in stopping] == [("account-same", "P-1")]


def test_without_a_valid_document_the_settings_are_told_all_the_same() -> None:
    inputs = transfer.read(company=COMPANY_FILE.encode(), documents=b"document,date,amount\n")
    with pytest.raises(transfer.NothingToDate) as raised:
        transfer.plan(inputs)
    assert {it.code for it in raised.value.problems} == {"account-same"}


def test_what_was_transferred_is_not_stopped_by_a_setting_made_senseless_since() -> None:
    sound = COMPANY_FILE.replace('payment_debit = "1201"', 'payment_debit = "1060"')
    before = transfer.read(company=sound.encode(), documents=DOCUMENTS.encode(), payments=f"{PAYMENTS}\n".encode())
    found = transfer.plan(before)
    written = transfer.write(found.entries, settings=before.settings)
    batch = transfer.export(before, found, written, exported_at="2026-02-01T00:00:00+00:00")
    void = f"{PAYMENTS}\n".replace("amount,method", "amount,method,status").replace("100.00,", "100.00,,void")
    after = transfer.read(company=COMPANY_FILE.encode(), documents=DOCUMENTS.encode(), payments=void.encode())
    again = transfer.plan(after, transferred=transferred_by([batch]), batch=2)
    assert not any(it.stops for it in again.problems)
    assert [(line.account, line.amount_cents) for line in again.entries[0].lines] == [("1201", 10000), ("1060", -10000)]


def test_bad_debts_are_an_expense_or_an_allowance_and_no_bank() -> None:
    for number in ("5440", "1210"):
        company = replace(SOUND, methods=frozen_mapping({"bad": Method("bad", number, write_off=True)}))
        found = soundness(company, chart=Chart(), limits=TargetLimits(sage_numbers=True))
        assert [it for it in found if it.params.get("setting") == "methods.bad.debit"] == []
    bank = replace(SOUND, methods=frozen_mapping({"bad": Method("bad", "5440")}))
    found = soundness(bank, chart=Chart(), limits=TargetLimits(sage_numbers=True))
    assert "account-class" in {it.code for it in found if it.params.get("setting") == "methods.bad.debit"}
