"""A file that nothing recognises: its columns are named beside its rows, and the mapping is kept for the company."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.sources.mapping.sample import sample_of
from ecriture.sources.mapping.shipped import names, shipped
from ecriture.store.models import AuditRecord, Document, Import, Mapping, Payment
from ecriture.store.own_texts import mark_of
from ecriture.store.settings import settings_of
from ecriture.web.forms.base import key_of
from ecriture.web.forms.mapping import MappingForm
from server_world import World, other_company

SignedIn = Callable[[str], Client]
MAPPINGS = Path(__file__).parents[1] / "mappings"
JOBBER = MAPPINGS / "jobber-transactions"
SALES = """Ventes de mars,,,,,,
No,Le,À qui,Montant HT,TPS,TVQ,Grand total,État
S-1,2026-03-02,Éva <b>,100.00,5.00,9.98,114.98,Payée
S-2,2026-03-03,Luc,200.00,10.00,19.95,229.95,Brouillon
Total,,,300.00,15.00,29.93,344.93,
"""


@pytest.fixture
def office(signed_in: SignedIn) -> Client:
    return signed_in("office")


def sent(client: Client, world: World, content: str = SALES, name: str = "ventes.csv") -> str:
    """The address to which a file leads."""
    page = reverse("imports", args=[world.company.pk])
    answer = client.post(page, {"file": SimpleUploadedFile(name, content.encode())})
    assert answer.status_code == 302
    return str(answer["Location"])


def answers(client: Client, address: str, **changed: object) -> dict[str, object]:
    """The form as the page shows it, with some answers changed."""
    context = client.get(address).context
    form = context["form"]
    shown = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in shown.items() if value not in (None, False, "")}
    given |= {"mode": "form", "toml": context["screen"].base.toml}
    given |= {"seen": context["seen"], "seen_name": context["seen_name"]}
    return {name: value for name, value in {**given, **changed}.items() if value is not None}


NAMED = {
    "has": "documents",
    "name": "Nos ventes",
    "program": "ours",
    "d_document": "No",
    "d_date": "Le",
    "d_customer": "À qui",
    "d_line": "Montant HT",
    "d_tax-GST": "TPS",
    "d_tax-QST": "TVQ",
    "d_total": "Grand total",
    "d_status": "État",
    "out_column": "No",
    "out_how": "is",
    "out_words": "Total",
}


def test_an_unknown_file_is_mapped_and_stored(world: World, office: Client) -> None:
    address = sent(office, world)
    assert address.endswith("/mapping/")
    text = office.get(address).content.decode()
    assert "Éva &lt;b&gt;" in text
    asked = answers(office, address, **NAMED)
    shown = office.post(address, asked)
    assert [it.unit.number for it in shown.context["trial"].units] == ["S-1", "S-2"]
    assert shown.context["trial"].faults == ()
    worded = answers(office, address, **NAMED) | {
        field.html_name: "draft" for field in shown.context["form"].status_words if field.label == "Brouillon"
    }
    used = office.post(address, {**worded, "act": "use"})
    assert used.status_code == 302
    assert Mapping.objects.get(company=world.company).name == "Nos ventes"
    preview = office.get(used["Location"])
    assert [it.unit.status.value for it in preview.context["preview"].shown] == ["final", "draft"]
    assert office.post(used["Location"]).status_code == 302
    assert Document.objects.get(number="S-1").origin == "ours"
    assert "/mapping/" not in sent(office, world)  # it is recognised the next time


def test_a_change_brings_the_outcome_and_the_words_alone(world: World, office: Client) -> None:
    address = sent(office, world)
    part = office.post(address, answers(office, address, **NAMED), headers={"HX-Target": "outcome"})
    text = part.content.decode()
    assert "<html" not in text
    assert 'id="status-words" hx-swap-oob="true"' in text
    lacking = {**NAMED, "d_line": ""}
    unready = office.post(address, {**answers(office, address), **lacking}, headers={"HX-Target": "outcome"})
    assert unready.status_code == 200
    assert unready.context["trial"] is None
    assert office.post(address, {**answers(office, address), **lacking, "act": "use"}).status_code == 422


def test_a_surcharge_that_nothing_reads_is_named_and_added_as_text(world: World, office: Client) -> None:
    surcharged = "No,Date,Sous-total,Supplément <b>,TPS,TVQ\nS-1,2026-03-02,100.00,10.00,5.50,10.97\n"
    address = sent(office, world, surcharged)
    page = office.get(address)
    assert "lit : <b>Supplément &lt;b&gt;</b>." in page.content.decode()
    alone, both = 'amount = "Sous-total"', 'amount = { columns = ["Sous-total", "Supplément <b>"] }'
    toml = page.context["screen"].base.toml
    assert alone in toml
    mended = office.post(address, {"mode": "text", "toml": toml.replace(alone, both), "act": "look"})
    assert mended.context["trial"].unread == ()
    assert mended.context["trial"].units[0].unit.total_cents == 12647


def test_text_and_form_are_one_mapping(world: World, office: Client) -> None:
    address = sent(office, world)
    text = office.post(address, {**answers(office, address, **NAMED), "act": "text"}).context["screen"]
    assert text.form is None
    wrong = office.post(address, {"mode": "text", "toml": f"{text.base.toml}\nplace = 1\nwhat = 2\n", "act": "use"})
    assert (wrong.status_code, len(wrong.context["faults"])) == (422, 2)
    form = office.post(address, {"mode": "text", "toml": text.base.toml, "act": "form"}).context["form"]
    assert form["d_line"].value() == "Montant HT"
    by_browser = text.base.toml.replace("\n", "\r\n")
    assert office.post(address, {"mode": "text", "toml": by_browser, "act": "use"}).status_code == 302
    assert Mapping.objects.get(company=world.company).toml == text.base.toml


LINES = (
    "No,Date,Qui,Article,Montant HT,TPS,Total\n"
    "S-1,2026-03-02,Luc,Lavage,100.00,5.00,105.00\nS-1,2026-03-02,Luc,Cirage,40.00,2.00,42.00\n"
)


def test_taxes_of_each_row_are_proposed_and_can_be_chosen_where_they_were_not(world: World, office: Client) -> None:
    address = sent(office, world, LINES)
    proposed = answers(office, address, name="Lignes", program="ours")
    assert proposed["d_form"] == "own"
    trial = office.post(address, proposed).context["trial"]
    assert ([it.unit.total_cents for it in trial.units], trial.faults) == ([14700], ())
    wrong = office.post(address, {**proposed, "d_form": "long"}).context["trial"]
    assert "Chaque ligne est" in f"{wrong.faults}"
    text = office.post(address, {**proposed, "d_form": "long", "act": "text"}).context["screen"].base.toml
    assert ("once = true" in text, "sum_totals" in text) == (True, False)
    mended = office.post(address, {**proposed, "toml": text, "d_form": "own"}).context["trial"]
    assert ([it.unit.total_cents for it in mended.units], mended.faults) == ([14700], ())


def test_a_name_that_is_taken_is_told_before_it_is_replaced(world: World, office: Client) -> None:
    kept(office, world, name="Nos ventes")
    address = sent(office, world)
    given = answers(office, address, **NAMED)
    told = office.post(address, {**given, "act": "use"})
    assert told.status_code == 409
    assert Mapping.objects.get(company=world.company).toml.count("payments") == 1
    again = {**given, "seen": told.context["seen"], "seen_name": told.context["seen_name"], "act": "use"}
    assert office.post(address, again).status_code == 302
    assert Mapping.objects.get(company=world.company).toml.count("payments") == 0


def test_a_mapping_of_another_company_reads_nothing_here(world: World, office: Client) -> None:
    other = Mapping.objects.create(company=other_company(world.owner), name="ours", toml=OURS)
    address = sent(office, world, "document,date,amount\nS-1,2026-03-02,1.00\n")
    assert office.get(address, {"mapping": str(other.pk)}).status_code == 404
    assert office.get(address, {"mapping": "x"}).status_code == 404


def test_a_file_that_cannot_be_read_is_not_mapped(world: World, office: Client) -> None:
    assert not sent(office, world, "\n").endswith("/mapping/")
    assert not sent(office, world, "PK\x03\x04", "a.xlsx").endswith("/mapping/")


def test_a_payment_that_is_not_what_its_documents_come_to_is_told(world: World, office: Client) -> None:
    toml = PAID.replace('customer = "Who"', 'document = "Who"\ndocument_separator = ","')
    kept(office, world, toml)
    stored(office, world, "document,date,amount\nS-1,2026-03-02,10.00\nS-2,2026-03-02,5.00\n")
    whole = office.get(sent(office, world, 'Day,Who,Paid\n2026-03-03,"S-1, S-2",15.00\n')).context["preview"]
    assert [row.document for row in whole.shown[0].unit.rows] == ["S-1", "S-2"]
    part = office.get(sent(office, world, 'Day,Who,Paid\n2026-03-03,"S-1, S-2",14.00\n')).context["preview"]
    assert any("S-1, S-2" in text for text in part.told.notices)


def test_the_pages_speak_english(world: World, signed_in: SignedIn) -> None:
    client = signed_in("office")
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert "What do these columns mean?" in client.get(sent(client, world)).content.decode()


# Settings → Mappings

OURS = 'name = "ours"\nsource = "ours"\n\n[[payments]]\npayment = "No"\ndate = "Date"\namount = "Paid"\n'


def kept(client: Client, world: World, toml: str = OURS, **more: str) -> Mapping:
    answer = client.post(reverse("new-mapping", args=[world.company.pk]), {"toml": toml, **more})
    assert answer.status_code == 302
    return Mapping.objects.filter(company=world.company).latest("pk")


def test_a_mapping_is_kept_renamed_downloaded_and_deleted(world: World, signed_in: SignedIn) -> None:
    client = signed_in("bookkeeper")
    row = kept(client, world)
    page = reverse("edit-mapping", args=[world.company.pk, row.pk])
    seen = client.get(page).context["seen"]
    assert client.post(page, {"toml": f"# mine\n{OURS}", "name": "theirs", "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert row.name == "theirs"
    assert row.toml.startswith('# mine\nname = "theirs"\n')
    file = client.get(reverse("mapping-toml", args=[world.company.pk, row.pk]))
    assert file.content.decode() == row.toml
    remove = reverse("remove-mapping", args=[world.company.pk, row.pk])
    assert client.post(remove, {"seen": seen}).status_code == 409  # it is not what was seen
    assert client.post(remove, {"seen": mark_of(row.toml)}).status_code == 302
    assert not Mapping.objects.filter(company=world.company).exists()
    notes = AuditRecord.objects.filter(company=world.company, area="mappings").order_by("at", "id")
    assert [it.action for it in notes] == ["mapping-kept", "mapping-kept", "mapping-deleted"]
    assert "theirs" in client.get(reverse("audit", args=[world.company.pk])).content.decode()


def test_two_tabs_do_not_overwrite_each_other(world: World, office: Client) -> None:
    row = kept(office, world)
    page = reverse("edit-mapping", args=[world.company.pk, row.pk])
    seen = office.get(page).context["seen"]
    other = OURS.replace("Paid", "Amount")
    assert office.post(page, {"toml": other, "name": "ours", "seen": seen}).status_code == 302
    late = office.post(page, {"toml": OURS.replace("Paid", "Total"), "name": "ours", "seen": seen})
    assert late.status_code == 409
    assert "Amount" in late.content.decode()
    assert Mapping.objects.get(pk=row.pk).toml == other
    again = {"toml": OURS, "name": "ours", "seen": late.context["seen"]}
    assert office.post(page, again).status_code == 302


def test_a_name_stands_for_one_mapping(world: World, office: Client) -> None:
    kept(office, world)
    assert office.post(reverse("new-mapping", args=[world.company.pk]), {"toml": OURS}).status_code == 409
    row = kept(office, world, name="second")
    page = reverse("edit-mapping", args=[world.company.pk, row.pk])
    sent_late = {"toml": row.toml, "name": "ours", "seen": mark_of(row.toml)}
    assert office.post(page, sent_late).status_code == 422


def test_all_faults_of_a_text_come_at_once(world: World, office: Client) -> None:
    page = reverse("new-mapping", args=[world.company.pk])
    answer = office.post(page, {"toml": 'source = "x"\nplace = 1\n[[payments]]\ndate = "D"\n', "name": "x"})
    assert answer.status_code == 422
    assert len(answer.context["faults"]) >= 2
    nameless = office.post(page, {"toml": OURS.replace('source = "ours"', "")})
    assert nameless.status_code == 422
    long = office.post(page, {"toml": OURS.replace('source = "ours"', f'source = "{"x" * 61}"')})
    assert long.status_code == 422


def test_a_shipped_mapping_is_copied_and_takes_its_place(world: World, office: Client) -> None:
    page = office.get(reverse("new-mapping", args=[world.company.pk]), {"shipped": "jobber-transactions"})
    toml = page.context["given"].toml
    kept(office, world, toml.replace('source = "jobber"', 'source = "chantier"'), name="Chantier")
    address = sent(office, world, (JOBBER / "export.csv").read_text(), "jobber.csv")
    assert office.get(address).context["preview"].origin == "chantier"  # its columns fit both: ours comes first
    assert office.get(reverse("mappings", args=[world.company.pk])).status_code == 200
    missing = office.get(reverse("new-mapping", args=[world.company.pk]), {"shipped": "nobody"})
    assert missing.status_code == 404


def test_a_mapping_file_is_looked_at_before_it_is_kept(world: World, office: Client) -> None:
    page = reverse("new-mapping", args=[world.company.pk])
    answer = office.post(page, {"file": SimpleUploadedFile("a.toml", OURS.encode())})
    assert answer.context["given"].toml == OURS
    assert not Mapping.objects.filter(company=world.company).exists()
    assert office.post(page, {"file": SimpleUploadedFile("a.toml", b"\xff[")}).status_code == 422


def test_a_mapping_is_taken_whole_or_not_at_all(world: World, office: Client) -> None:
    """Its last lines are decisions, which nobody would miss before a file is read otherwise."""
    page = reverse("new-mapping", args=[world.company.pk])
    lines = OURS + "# note\n" * 26_000
    assert len(lines) < 200_000 < len(lines.replace("\n", "\r\n"))
    for toml, status in ((lines.replace("\n", "\r\n"), 302), (lines + "# note\n" * 10_000, 422)):
        answer = office.post(page, {"toml": toml, "name": "ours", "seen": ""})
        assert answer.status_code == status
    assert Mapping.objects.get(company=world.company).toml == lines
    for content in ((lines * 2).encode(), OURS.replace("ours", "été").encode("cp1252")):
        assert office.post(page, {"file": SimpleUploadedFile("a.toml", content)}).status_code == 422


# Before a file is stored

PAID = """name = "ours"
source = "ours"

[[payments]]
identity = ["Day", "Who", "Paid"]
date = "Day"
customer = "Who"
amount = "Paid"
"""
RENAMED = PAID.replace('["Day", "Who", "Paid"]', '["Who", "Day"]')
RECEIVED = "Day,Who,Paid\n2026-03-02,Luc,10.00\n2026-03-03,Ève,20.00\n"


def stored(client: Client, world: World, content: str, name: str = "recus.csv") -> None:
    assert client.post(sent(client, world, content, name)).status_code == 302


def changed_identity(client: Client, world: World) -> None:
    """The mapping tells payments apart by other columns now."""
    Mapping.objects.filter(company=world.company).update(toml=RENAMED)


def test_a_payment_under_another_number_is_asked_about(world: World, office: Client) -> None:
    kept(office, world, PAID)
    stored(office, world, RECEIVED)
    before = payments(world)
    assert set(before) == {"2026-03-02 Luc 10.00", "2026-03-03 Ève 20.00"}
    changed_identity(office, world)
    address = sent(office, world, RECEIVED)
    page = office.get(address)
    asked = page.context["choices"]
    assert [it.pair.stored.number for it in asked.questions] == sorted(before)
    assert page.content.decode().count("à répondre</span>") == 2
    assert page.context["new_count"] == 0
    assert office.post(address, {"asked": asked.shows}).status_code == 422
    assert payments(world) == before
    answered = {it.field: answer for it, answer in zip(asked.questions, ("same", "another"), strict=True)}
    assert office.post(address, {"asked": asked.shows, **answered}).status_code == 302
    assert set(payments(world)) == {*before, "Ève 2026-03-03"}
    again = office.get(sent(office, world, RECEIVED)).context
    assert not again["choices"].questions
    assert not again["preview"].changes


def test_a_payment_that_is_asked_about_is_not_called_missing(world: World, office: Client) -> None:
    kept(office, world, PAID)
    stored(office, world, RECEIVED)
    changed_identity(office, world)
    shown = office.get(sent(office, world, RECEIVED), {"first": "2026-03-01", "last": "2026-03-31"}).context["choices"]
    assert len(shown.questions) == 2
    assert shown.lost == []


def test_the_same_for_all_changes_nothing_and_is_remembered_until_it_is_undone(world: World, office: Client) -> None:
    kept(office, world, PAID)
    stored(office, world, RECEIVED)
    changed_identity(office, world)
    address = sent(office, world, RECEIVED)
    asked = office.get(address).context["choices"].shows
    assert office.post(address, {"asked": "another page", "same-all": "another"}).status_code == 409
    assert office.post(address, {"asked": asked, "same-all": "same"}).status_code == 302
    assert len(payments(world)) == 2
    told = AuditRecord.objects.filter(company=world.company, area="books").latest("at").changes
    assert told[0] == ["payment.known_as 2026-03-02 Luc 10.00", "", "Luc 2026-03-02"]
    dearer = RECEIVED.replace("10.00", "12.00")
    preview = office.get(sent(office, world, dearer)).context["preview"]
    assert [(it.unit.number, it.unit.total_cents) for it in preview.shown] == [("2026-03-02 Luc 10.00", 1200)]
    assert not preview.counts.new
    made = Import.objects.filter(company=world.company).latest("at")
    assert (made.new, made.changed, made.unchanged) == (0, 0, 2)
    office.post(reverse("undo-import", args=[world.company.pk, made.pk]))
    assert len(office.get(sent(office, world, RECEIVED)).context["choices"].questions) == 2


def test_numbers_that_a_complete_file_lost_become_void_by_ticks_only(world: World, office: Client) -> None:
    kept(office, world, PAID)
    stored(office, world, RECEIVED)
    address = sent(office, world, "Day,Who,Paid\n2026-03-02,Luc,10.00\n2026-03-04,Zoé,5.00\n")
    days = {"first": "2026-03-01", "last": "2026-03-31"}
    shown = office.get(address, days).context["choices"]
    assert [it.unit.number for it in shown.lost] == ["2026-03-03 Ève 20.00"]
    wrong = office.get(address, {**days, "last": "2026-02-31"}).context["choices"]
    assert wrong.is_wrong
    assert not wrong.lost
    given = {**days, "asked": shown.shows, "void": [it.value for it in shown.lost]}
    assert office.post(address, {**given, "asked": "x"}).status_code == 409
    assert office.post(address, given).status_code == 302
    assert payments(world)["2026-03-03 Ève 20.00"] == "void"
    made = Import.objects.filter(company=world.company).latest("pk")
    assert office.post(reverse("undo-import", args=[world.company.pk, made.pk])).status_code == 302
    assert payments(world) == {"2026-03-02 Luc 10.00": "final", "2026-03-03 Ève 20.00": "final"}


REFUNDED = """name = "shop"
source = "shop"

[[documents]]
document = "No"
date = "Day"
customer = "Who"
refunded = "Back"
refunded_on = "Back on"

[[documents.rows]]
row = "line"
amount = "Net"

[[documents.rows]]
row = "tax"
code = { text = "GST" }
amount = "GST"
"""
BACK = """No,Day,Who,Net,GST,Back,Back on
S-1,2026-03-02,Luc,100.00,5.00,21.00,2026-03-20
S-2,2026-03-03,Ève,40.00,2.00,42.00,2026-04-01
S-3,2026-03-04,Zoé,40.00,2.00,,
"""


def test_a_refund_gets_its_credit_note_by_a_tick_and_both_are_undone_together(world: World, office: Client) -> None:
    def brought() -> dict[str, int]:
        found = Document.objects.filter(company=world.company, origin="shop")
        return {it.number: it.total_cents for it in found.order_by("number")}

    kept(office, world, REFUNDED)
    address = sent(office, world, BACK)
    page = office.get(address)
    asked = page.context["choices"]
    assert [(it.credit.note.number, it.credit.note.total_cents) for it in asked.credits] == [
        ("S-1-N", 2100),
        ("S-2-N", 4200),
    ]
    assert [(it.words, it.cents) for it in asked.credits[0].shares] == [("ligne", 2000), ("taxe TPS", 100)]
    given = {"asked": asked.shows, "credit": ["S-1-N", "S-3-N"]}
    assert office.post(address, {**given, "asked": "x"}).status_code == 409
    assert office.post(address, given).status_code == 302
    assert brought() == {"S-1": 10500, "S-1-N": 2100, "S-2": 4200, "S-3": 4200}
    again = sent(office, world, BACK)
    left = office.get(again, {"first": "2026-03-01", "last": "2026-12-31"}).context["choices"]
    assert [it.credit.note.number for it in left.credits] == ["S-2-N"]
    assert left.lost == []  # the file never has what was made for it
    assert office.post(again, {"asked": office.get(again).context["choices"].shows}).status_code == 422
    assert (
        office.post(again, {"asked": office.get(again).context["choices"].shows, "credit-all": "1"}).status_code == 302
    )
    assert brought()["S-2-N"] == 4200
    for made in Import.objects.filter(company=world.company).order_by("-at"):
        assert office.post(reverse("undo-import", args=[world.company.pk, made.pk])).status_code == 302
    assert brought() == {}


def test_what_is_not_ticked_stays(world: World, office: Client) -> None:
    kept(office, world, PAID)
    stored(office, world, RECEIVED)
    address = sent(office, world, "Day,Who,Paid\n2026-03-02,Luc,10.00\n2026-03-04,Zoé,5.00\n")
    days = {"first": "2026-03-01", "last": "2026-03-31"}
    shown = office.get(address, days).context["choices"]
    assert office.post(address, {**days, "asked": shown.shows}).status_code == 302
    assert payments(world)["2026-03-03 Ève 20.00"] == "final"


def payments(world: World) -> dict[str, str]:
    return dict(Payment.objects.filter(company=world.company, origin="ours").values_list("number", "status"))


@pytest.mark.parametrize("slug", names())
def test_the_form_keeps_what_it_does_not_show(slug: str, world: World) -> None:
    """Untouched, it gives back each shipped mapping as it was."""
    mapping, settings = shipped(slug).mapping, settings_of(world.company)
    with (MAPPINGS / slug / "export.csv").open("rb") as stream:
        sample = sample_of(stream)
    untouched = MappingForm(mapping=mapping, sample=sample, settings=settings)
    values = {name: untouched[name].value() for name in untouched.fields}
    given = {name: value for name, value in values.items() if value not in (None, False)}
    form = MappingForm(given, mapping=mapping, sample=sample, settings=settings)
    assert form.is_valid(), form.errors
    assert replace(form.change(), payments=()) == replace(mapping, payments=())
    assert form.change().payments == mapping.payments


PROCESSOR = """Type,Id,Created,Amount,Fee,Net,Payout,Invoice
charge,c1,2026-03-02,100.00,3.00,97.00,po_1,
refund,c2,2026-03-03,-20.00,0.00,-20.00,po_1,
monthly fee,c3,2026-03-03,-5.00,0.00,-5.00,po_1,
payout,c4,2026-03-04,-72.00,0.00,-72.00,po_1,
"""
OF_PROCESSOR = {
    "has": "payments",
    "name": "Processor",
    "program": "processor",
    "p_payment": "Id",
    "p_date": "Created",
    "p_amount": "Amount",
    "p_fee": "Fee",
    "p_bank_reference": "Payout",
    "p_refund": "on",
    "o_payout": "Payout",
    "o_net": "Net",
    "aside_column": "Type",
    "aside_amount": "Net",
}


def aside(**meanings: str) -> dict[str, str]:
    """The answers about the texts of the column that tells what a row is."""
    return {f"aside-{key_of(word.replace('_', ' '))}": meaning for word, meaning in meanings.items()}


def test_a_file_of_a_processor_is_mapped_without_its_text(world: World, office: Client) -> None:
    address = sent(office, world, PROCESSOR, "processor.csv")
    given = answers(office, address, **OF_PROCESSOR, **aside(monthly_fee="fee", payout="payout"))
    assert office.post(address, {**given, "o_net": "", "act": "use"}).status_code == 422
    assert office.post(address, {**given, "o_payout": "", "act": "use"}).status_code == 422
    trial = office.post(address, given).context["trial"]
    assert trial.faults == ()
    assert len(trial.notices) == 1  # the fee, with what to do
    preview = office.get(office.post(address, {**given, "act": "use"})["Location"]).context["preview"]
    assert [(it.unit.number, it.unit.kind, it.unit.total_cents) for it in preview.shown] == [
        ("c1", "payment", 10000),
        ("c2", "refund", 2000),
    ]
    kept_ = Mapping.objects.get(company=world.company).toml
    assert 'total = [{column = "Type", is = ["payout"]}]' in kept_.replace("{ ", "{").replace(" }", "}")
    wrong = sent(office, world, PROCESSOR.replace("-72.00", "-71.00"), "processor.csv")
    assert "po_1" in " ".join(office.get(wrong).context["preview"].told.faults)


def test_what_rows_are_can_be_answered_otherwise(world: World, office: Client) -> None:
    address = sent(office, world, PROCESSOR, "processor.csv")
    given = answers(office, address, **OF_PROCESSOR, **aside(monthly_fee="fee", payout="payout"))
    office.post(address, {**given, "act": "use"})
    again = answers(office, address, **aside(monthly_fee="reserve", refund="chargeback"))
    toml = office.post(address, {**again, "act": "text"}).context["screen"].base
    found = {it.treatment: it.when[0].one_of for it in toml.mapping.set_aside}
    assert found == {"reserve": ("monthly fee",), "chargeback": ("refund",)}
    none = office.post(address, {**again, "act": "text", "aside_column": "", "o_payout": ""}).context["screen"].base
    assert (none.mapping.set_aside, none.mapping.payouts) == ((), None)


def test_a_column_tells_credit_notes_and_what_was_refunded(world: World, office: Client) -> None:
    content = (
        "No,Date,Genre,Client,Montant HT,TPS,TVQ,Remboursé,Remboursé le\n"
        "1,2026-03-02,Facture,Luc,100.00,5.00,9.98,114.98,2026-03-09\n"
        "2,2026-03-03,Note de crédit,Luc,10.00,0.50,1.00,,\n"
    )
    address = sent(office, world, content)
    trial = office.post(address, answers(office, address, d_type="Genre")).context["trial"]
    assert trial.faults == ()
    assert [(it.unit.number, it.unit.kind) for it in trial.units] == [
        ("1", "invoice"),
        ("2", "credit_note"),
        ("1-R", "refund"),
    ]
