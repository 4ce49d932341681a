"""What is to be graded, and the hash of all that its result depends on."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.batch.grader_hash import grader_version
from autograder.model.course import Assignment
from autograder.model.settings import GradingSettings
from autograder.model.submission import Submission

DISTRIBUTIONS = ("torch", "numpy", "ipython")
"""The installed packages whose versions may change what the cells of a hand-in compute."""


@dataclass(frozen=True)
class Job:
    """One notebook to grade. `key` names its result: the same key, the same result."""

    submission: Submission
    key: str = field(compare=False)


@functools.cache
def environment() -> dict[str, str]:
    """The versions that a result depends on, read without importing anything."""
    versions = {"python": platform.python_version(), "grader": grader_version()}
    for name in DISTRIBUTIONS:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


class JobMaker:
    """Makes jobs for one assignment and one set of settings.

    `notebooks` has for each notebook the hash of what the keys of all its jobs share.
    """

    def __init__(self, assignment: Assignment, settings: GradingSettings) -> None:
        self.notebooks = {
            name: digest_of(
                [assignment.name, notebook.source, notebook.delimiters.to_json(), asdict(settings), environment()]
            )
            for name, notebook in assignment.notebooks.items()
        }

    def job(self, submission: Submission) -> Job:
        """The job for a hand-in, whose notebook is one of the assignment's."""
        shared = self.notebooks[submission.notebook]
        return Job(submission, digest_of([shared, submission.student, submission.notebook, submission.content]))

    def jobs(self, submissions: Iterable[Submission]) -> Iterator[Job]:
        """A job for each hand-in, made as it is asked for."""
        return (self.job(submission) for submission in submissions)


def digest_of(data: Any) -> str:
    """The SHA-256 of JSON data, the same for the same data in any order of keys."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
