"""The rules of posting, pure: standard library only; no clock, no files, no environment.

`posting.md` is cited as P1 (which account), P2 (amounts), P3 (dates), P4 (pending), P5 (entries), P6 (batches), P7 (problems).
"""
