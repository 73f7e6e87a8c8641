"""The mapping of a file that leaves something open: one column for all taxes, refunds without their days."""

TILL = """name = "Ventes"
source = "Caisse"

[[documents]]
document = "No"
date = "Le"
customer = "Qui"
refunded = "Rendu"

[[documents.rows]]
row = "line"
amount = "Net"

[[documents.rows]]
row = "taxes"
amount = "Taxe"
"""
