"""What grading is about, as plain data: a course, its assignments and notebooks, hand-ins, settings, results.

May import `notebook`, `text` and `files`, and nbgrader inside functions only: processes that run cells load it.
Imported by all layers above; its errors are in exceptions.py.
"""
