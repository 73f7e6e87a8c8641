"""Any program's file by a column mapping: what it means is data, and one reader makes documents and payments of it.

`read_mapping` and `write_mapping` are for its TOML, `read_mapped` for a file, `propose` and `recognise` for a new one.
"""
