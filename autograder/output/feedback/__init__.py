"""Results -> feedback/<student>/<assignment>/<notebook>.html, the page that a student reads."""

from autograder.output.feedback.write import write_feedback

__all__ = ["write_feedback"]
