"""Who is in the class, and which of them a claim means: the roster, and the register of ids over all piles and runs.

May import intake.systems, records, exceptions and model. Called by intake.taking and intake.check.
"""
