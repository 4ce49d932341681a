"""What a notebook of a course is made of: cells and their roles, regions that students never see, Python's parser.

Notebooks come in as nbformat data, from the course or from a hand-in; nothing in here trusts its types.
May import nothing of this package; everybody may call it.
"""
