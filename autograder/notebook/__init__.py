"""What a notebook of a course is made of: its cells and their roles, regions that students never see, what tests say.

Notebooks are nbformat data, from the course or from a hand-in; nothing in here trusts its types.
Imports nothing of this package. Imported by everything that reads a notebook.
"""
