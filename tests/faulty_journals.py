"""A general-journal file of Sage 50 that is right, and more than a hundred with one fault each."""

HEADER = '01-05-26,"EC000001-01","Ventes 2026-01"'
DEBIT = '1201,114.98,"F-1 Lise Tremblay"'
CREDIT = "4000,-100.00"
TAX = "2310,-14.98"
SECOND = '01-06-26,"EC000001-02","Ventes 2026-01"'
VALID = (HEADER, DEBIT, CREDIT, TAX, SECOND, DEBIT, CREDIT, TAX)


def file(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


CONTENT = file(*VALID)


def with_line(number: int, *lines: str) -> bytes:
    """The valid file with other lines in the place of a line (the first is 1)."""
    return file(*VALID[: number - 1], *lines, *VALID[number:])


def changed(old: str, new: str) -> bytes:
    """The valid file with a text changed where it first stands."""
    assert old in CONTENT.decode()
    return CONTENT.decode().replace(old, new, 1).encode()


FAULTY = {
    # GJ-01
    "utf-8 mark": (b"\xef\xbb\xbf" + CONTENT, "GJ-01", 1),
    "utf-16": (CONTENT.decode().encode("utf-16"), "GJ-01", 1),
    "utf-16 without a mark": (changed("Lise", "L\0ise"), "GJ-01", 2),
    "accent": (changed("Lise", "Élise"), "GJ-01", 2),
    "accent in windows-1252": (changed("Lise", "Élise").decode().encode("cp1252"), "GJ-01", 2),
    "39 letters with accents": (changed("F-1 Lise Tremblay", "é" * 39), "GJ-01", 2),
    "tab in a text": (changed("Lise Tremblay", "Lise\tTremblay"), "GJ-01", 2),
    "tab after a comma": (changed("4000,-100.00", "4000,\t-100.00"), "GJ-01", 3),
    "tab for a comma": (changed("4000,-100.00", "4000\t-100.00"), "GJ-01", 3),
    "hard blank at the end": (changed("4000,-100.00", "4000,-100.00\u00a0"), "GJ-01", 3),
    "Arabic digits": (changed("4000,", "٤000,"), "GJ-01", 3),
    "letter among digits": (changed("4000,-100.00", "4000,-1é0.00"), "GJ-01", 3),
    "minus sign": (changed("4000,-100.00", "4000,\u2212100.00"), "GJ-01", 3),
    "curly quotes": (changed('"EC000001-01"', "“EC000001-01”"), "GJ-01", 1),
    "dashes in the date": (changed("01-05-26", "01–05–26"), "GJ-01", 1),
    "mark in the middle": (changed(SECOND, "\ufeff" + SECOND), "GJ-01", 5),
    "mark encoded twice": (changed(HEADER, "ï»¿" + HEADER), "GJ-01", 1),
    "end of file of DOS": (CONTENT + b"\x1a\r\n", "GJ-01", 9),
    "LF": (CONTENT.replace(b"\r\n", b"\n"), "GJ-01", 1),
    "CR": (CONTENT.replace(b"\r\n", b"\r"), "GJ-01", 1),
    "CR CR LF": (CONTENT.replace(b"\r\n", b"\r\r\n"), "GJ-01", 1),
    "one LF": (changed("-14.98\r\n", "-14.98\n"), "GJ-01", 4),
    "one CR": (changed("-14.98\r\n", "-14.98\r"), "GJ-01", 4),
    "LF in a text": (changed("Lise Tremblay", "Lise\nTremblay"), "GJ-01", 2),
    "CR in a text": (changed("Lise Tremblay", "Lise\rTremblay"), "GJ-01", 2),
    "LF in an amount": (changed("-100.00", "-10\n0.00"), "GJ-01", 3),
    "no last line end": (CONTENT.removesuffix(b"\r\n"), "GJ-01", 8),
    # GJ-02
    "empty": (b"", "GJ-02", 1),
    "blank line": (with_line(4, TAX, ""), "GJ-02", 5),
    "line of blanks": (with_line(4, TAX, "   "), "GJ-02", 5),
    "blank line at the end": (CONTENT + b"\r\n", "GJ-02", 9),
    "blank line at the beginning": (b"\r\n" + CONTENT, "GJ-02", 1),
    "only a blank line": (b"\r\n", "GJ-02", 1),
    "no header": (file(DEBIT, CREDIT, TAX), "GJ-02", 1),
    "no first header": (file(DEBIT, CREDIT, TAX, SECOND, DEBIT, CREDIT, TAX), "GJ-02", 1),
    "something else": (b"Bonjour\r\n", "GJ-02", 1),
    "four-digit year": (changed("01-05-26", "01-05-2026"), "GJ-02", 1),
    "slashes": (changed("01-05-26", "01/05/26"), "GJ-02", 1),
    "slashes in the second": (changed("01-06-26", "01/06/26"), "GJ-02", 5),
    "ISO date": (changed("01-05-26", "2026-01-05"), "GJ-02", 1),
    "date in quotes": (changed("01-05-26", '"01-05-26"'), "GJ-02", 1),
    "one-digit month": (changed("01-06-26", "1-6-26"), "GJ-02", 5),
    "source not quoted": (changed('"EC000001-01"', "EC000001-01"), "GJ-02", 1),
    "comment not quoted": (changed('"Ventes 2026-01"', "Ventes 2026-01"), "GJ-02", 1),
    "quote not closed": (changed('2026-01"', "2026-01"), "GJ-02", 1),
    "quote in a text": (changed("Lise Tremblay", 'Lise "Tremblay"'), "GJ-02", 2),
    "no comment": (changed(',"Ventes 2026-01"', ""), "GJ-02", 1),
    "comma after a comment": (changed('"Ventes 2026-01"', '"Ventes 2026-01",'), "GJ-02", 1),
    "six fields": (changed('"Ventes 2026-01"', '"Ventes 2026-01",USD,1.35,x'), "GJ-02", 1),
    "source of 14": (changed("EC000001-01", "EC000001-01234"), "GJ-02", 1),
    "comment of 40": (changed("Ventes 2026-01", "V" * 40), "GJ-02", 1),
    "line comment of 40": (changed("F-1 Lise Tremblay", "V" * 40), "GJ-02", 2),
    "line comment not quoted": (changed('"F-1 Lise Tremblay"', "F-1 Lise Tremblay"), "GJ-02", 2),
    "comma after an amount": (changed(CREDIT, f"{CREDIT},"), "GJ-02", 3),
    "account of 3": (changed("4000,", "400,"), "GJ-02", 3),
    "account of 9": (changed("4000,", "400000000,"), "GJ-02", 3),
    "account in quotes": (changed("4000,", '"4000",'), "GJ-02", 3),
    "account with a letter": (changed("4000,", "4O00,"), "GJ-02", 3),
    "amount without decimals": (changed("-100.00", "-100"), "GJ-02", 3),
    "amount with a comma": (changed("-100.00", "-100,00"), "GJ-02", 3),
    "amount with a thousands mark": (changed("4000,-100.00", "4000,-1,100.00"), "GJ-02", 3),
    "amount with a plus": (changed("114.98", "+114.98"), "GJ-02", 2),
    "amount with one decimal": (changed("-100.00", "-100.0"), "GJ-02", 3),
    "amount with three decimals": (changed("-100.00", "-100.000"), "GJ-02", 3),
    "amount in quotes": (changed("-100.00", '"-100.00"'), "GJ-02", 3),
    "amount with a sign behind": (changed("-100.00", "100.00-"), "GJ-02", 3),
    "no amount": (changed("4000,-100.00", "4000"), "GJ-02", 3),
    "amount of 500 digits": (changed("100.00", "9" * 500 + ".00"), "GJ-02", 3),
    "semicolons": (changed("4000,-100.00", "4000;-100.00"), "GJ-02", 3),
    "blank after a comma": (changed("4000,-100.00", "4000, -100.00"), "GJ-02", 3),
    "blank at the end": (changed(CREDIT, f"{CREDIT} "), "GJ-02", 3),
    "line without end": (changed("Lise", "L" * 100_000), "GJ-02", 2),
    "a comment line": (with_line(1, "# Ventes", HEADER), "GJ-02", 1),
    # GJ-03
    "30 February": (changed("01-05-26", "02-30-26"), "GJ-03", 1),
    "29 February of no leap year": (changed("01-05-26", "02-29-26"), "GJ-03", 1),
    "month 13": (changed("01-05-26", "13-05-26"), "GJ-03", 1),
    "day before month": (changed("01-06-26", "31-01-26"), "GJ-03", 5),
    "month 0": (changed("01-05-26", "00-05-26"), "GJ-03", 1),
    "before the fiscal year": (changed("01-05-26", "12-31-25"), "GJ-03", 1),
    "after the fiscal year": (changed("01-05-26", "01-01-27"), "GJ-03", 1),
    "year 50": (changed("01-05-26", "01-05-50"), "GJ-03", 1),
    # GJ-04
    "one detail": (file(*VALID[:4], SECOND, "1201,10.00"), "GJ-04", 5),
    "no detail": (file(*VALID[:4], SECOND), "GJ-04", 5),
    "no detail before a header": (file(SECOND, *VALID[:4]), "GJ-04", 1),
    # GJ-05
    "a cent": (changed("114.98", "114.99"), "GJ-05", 1),
    "a sign": (changed("-100.00", "100.00"), "GJ-05", 1),
    "a line missing": (file(*VALID[:3], *VALID[4:]), "GJ-05", 1),
    "a line twice": (CONTENT + file(TAX), "GJ-05", 5),
    # GJ-06
    "0.00": (with_line(4, TAX, "1050,0.00"), "GJ-06", 5),
    "-0.00": (with_line(4, TAX, "1050,-0.00"), "GJ-06", 5),
    "000.00": (with_line(4, TAX, "1050,000.00"), "GJ-06", 5),
    "00.50": (with_line(4, TAX, "1050,00.50", "1060,-0.50"), "GJ-06", 5),
    "007.00": (with_line(4, TAX, "1050,007.00", "1060,-7.00"), "GJ-06", 5),
    "-01.00": (with_line(4, TAX, "1050,1.00", "1060,-01.00"), "GJ-06", 6),
    # GJ-07
    "unknown account": (changed("4000,", "4001,"), "GJ-07", 3),
    "heading": (changed("4000,", "1000,"), "GJ-07", 3),
    "total": (changed("4000,", "1290,"), "GJ-07", 3),
    "five digits": (changed("4000,", "40000,"), "GJ-07", 3),
    # GJ-08
    "linked in the chart": (changed("1201,", "1200,"), "GJ-08", 2),
    "linked, as the caller says": (changed("4000,", "2400,"), "GJ-08", 3),
    "linked in the second entry": (file(*VALID[:5], DEBIT.replace("1201", "1200"), CREDIT, TAX), "GJ-08", 6),
    # GJ-09
    "source twice": (changed("EC000001-02", "EC000001-01"), "GJ-09", 5),
    "source twice, other date": (CONTENT + file(HEADER.replace("01-05", "02-05"), DEBIT, CREDIT, TAX), "GJ-09", 9),
    "source twice, other comment": (CONTENT + file(SECOND.replace("Ventes", "Corr."), DEBIT, CREDIT, TAX), "GJ-09", 9),
    # GJ-10
    "tax lines": (with_line(1, HEADER, "TAXH,1,0", 'TAXD,2310,"TPS","G",100.00,14.98,0.00'), "GJ-10", 2),
    "two tax lines": (with_line(1, HEADER, "TAXH,2,0", *['TAXD,2310,"TPS","G",100.00,14.98'] * 2), "GJ-10", 2),
    "tax header alone": (with_line(4, TAX, "TAXH,1,0"), "GJ-10", 5),
    "tax line alone": (with_line(4, TAX, 'TAXD,2310,"TPS","G",100.00,14.98,0.00'), "GJ-10", 5),
    "tax line first": (file("TAXH,0,0", *VALID), "GJ-10", 1),
    "currency": (changed('"Ventes 2026-01"', '"Ventes 2026-01",USD'), "GJ-10", 1),
    "currency and rate": (changed('"Ventes 2026-01"', '"Ventes 2026-01","US Dollars",1.3512'), "GJ-10", 1),
    "allocation": (changed(CREDIT, f'{CREDIT},"Ventes",1\r\n"Projet A",-100.00'), "GJ-10", 3),
    "two allocations": (changed(CREDIT, f'{CREDIT},"Ventes",2\r\n"Projet A",-50.00\r\nProjet B,-50.00'), "GJ-10", 3),
    "no allocation": (changed(CREDIT, f'{CREDIT},"Ventes",0'), "GJ-10", 3),
    "allocation without comment": (changed(CREDIT, f"{CREDIT},,1\r\nProjet,-100.00"), "GJ-10", 3),
    "allocation count for a comment": (changed(CREDIT, f"{CREDIT},1\r\nProjet,-100.00"), "GJ-10", 3),
    # GJ-11
    "empty source": (changed('"EC000001-01"', '""'), "GJ-11", 1),
    "empty comment": (changed('"Ventes 2026-01"', '""'), "GJ-11", 1),
    "empty line comment": (changed('"F-1 Lise Tremblay"', '""'), "GJ-11", 2),
    "blank before": (changed("Ventes", " Ventes"), "GJ-11", 1),
    "blank after": (changed("Tremblay", "Tremblay "), "GJ-11", 2),
    "only blanks": (changed("F-1 Lise Tremblay", "  "), "GJ-11", 2),
    "padded to 45": (changed("F-1 Lise Tremblay", "F-1".ljust(45)), "GJ-11", 2),
}
"""One fault each: a file, its rule, its line."""
