"""What grading is about, as plain data: a course, its assignments and notebooks, hand-ins, results.

The limits of a hand-in stand in settings.

May import `notebook`, `text` and `files`, and nbgrader inside functions only: processes that run cells load it.
Imported by all layers above; its errors are in exceptions.py.
"""
