"""What surrounds a test cell: its names, its random numbers, what it may evaluate.

May import `examiner.remote`, `engine.source` and `engine.protocol`. Called by `examiner.testing`.
"""
