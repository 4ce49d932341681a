"""What grading is about, as plain data: a course, its assignments and notebooks, hand-ins, settings, results.

May import `notebook`, `text` and `files`, and nbgrader only inside functions: the processes that run cells read it, too.
Everybody may call it; its errors are in exceptions.py.
"""
