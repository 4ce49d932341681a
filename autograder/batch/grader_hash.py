"""The version of the grader, as a hash of every file that a mark depends on.

They are all of the package that the engine and its two processes import.
"""

from __future__ import annotations

import functools
from pathlib import Path

from autograder.own_code import modules_behind, version_of

ROOTS = ("autograder.engine.grader", "autograder.engine.examiner.worker", "autograder.engine.student.server")
"""Where marks are made: the grader, and the modules that its two processes run."""


@functools.cache
def grader_version() -> str:
    """The hash of the files that decide marks: other code, other results, also between releases."""
    return version_of(grader_files())


def grader_files() -> dict[str, Path]:
    """The modules that decide marks, by name. A new feedback template is in none of them, and makes no mark stale."""
    return modules_behind(ROOTS)
