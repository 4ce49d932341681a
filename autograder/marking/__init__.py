"""Marks: the one that the tests give (decide) and the one that counts, with persons and blank answers (final).

Also how they stand in nbgrader's gradebook and in formgrader.

May import model, notebook, text, files and outdir; never engine, batch or output. Called by the engine (decide alone),
grading and output.
"""
