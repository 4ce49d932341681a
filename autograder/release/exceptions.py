"""Why there is no release: a proof does not hold, or Colab's kernel cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.exceptions import AutograderError

if TYPE_CHECKING:
    from autograder.release.proofs.subject import Problem


class GateError(Exception):
    """The release is not written. `problems` says why, one for each failed check."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ColabKernelError(AutograderError):
    """The kernel cannot be set up here."""
