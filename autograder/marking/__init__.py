"""Marks: how one is decided (decide, final), and how they stand in nbgrader's gradebook and in formgrader.

May import model, notebook, text, files and outdir; never engine, batch or output. Called by the engine (decide alone),
grading and output.
"""
