"""What a student reads: which cells and what is said of each item (collect), and the page of it (page).

May import what `output` may. Called by the command `feedback`; the class report uses its style.
"""

from autograder.output.feedback.write import write_feedback

__all__ = ["write_feedback"]
