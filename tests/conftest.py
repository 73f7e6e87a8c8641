"""Stands here so that tests in every folder can import the modules beside it (`strategies`, `golden_cases`)."""

from hypothesis import settings

# How long an example takes says how busy the computer is, not whether the program is right.
settings.register_profile("ecriture", deadline=None)
settings.load_profile("ecriture")
