"""Grades one hand-in where Gradescope has put it, and writes what Gradescope shows. Needs no network.

    python -m autograder.gradescope.run /autograder

A fault of the grader is never a zero: then there is no results.json, Gradescope says that the autograder failed, and
the reason stands in its output, which the teacher can read.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import psutil

from autograder.doctor import BAD, examine
from autograder.exceptions import AutograderError
from autograder.files import write_atomically
from autograder.gradescope.results import gradescope_results, nothing_handed_in
from autograder.gradescope.settings import Settings
from autograder.model.course import Assignment, Course
from autograder.model.settings import SandboxPolicy
from autograder.outdir import OutDir
from autograder.output.marks import Mark
from autograder.output.outcomes import Outcomes
from autograder.output.student_results import as_json, student_result
from autograder.sandbox.exceptions import LevelError
from autograder.sandbox.reach import reach

STUDENT = "handin"
"""Whose the hand-in is, here, with a number for those whom Gradescope names."""
MOST_MEMORY_MB, SHARE_OF_MEMORY = 2048, 0.6
FAILED = 1


def main(arguments: list[str]) -> int:
    """Grade ROOT/submission into ROOT/results/results.json; the exit status."""
    root = Path(arguments[0])
    settings = msgspec.json.decode((root / "source" / "gradescope.json").read_bytes(), type=Settings)
    for finding in examine():
        sys.stdout.write(f"{finding.verdict:8}{finding.subject}: {finding.found}\n")
        if finding.verdict == BAD and finding.remedy:
            sys.stdout.write(f"        {finding.remedy}\n")
    if not sandbox_holds(settings.sandbox):
        return FAILED
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        try:
            results = grade(root, settings, Path(scratch))
        except AutograderError as error:
            sys.stdout.write(f"not graded: {error}\n")
            return FAILED
    (root / "results").mkdir(exist_ok=True)
    write_atomically(root / "results" / "results.json", as_json(results))
    return 0


def sandbox_holds(policy: str) -> bool:
    """Whether hand-ins can be walled off as the archive demands; says which level it is."""
    if policy == "none":
        sys.stdout.write("sandbox: none, as the archive was made to accept: hand-ins run with all rights in here\n")
        return True
    try:
        sys.stdout.write(f"sandbox: {reach(SandboxPolicy(policy))}\n")
    except LevelError:  # the findings above say why
        sys.stdout.write(
            "sandbox: none works in this container, so nothing is graded. `autograder gradescope --sandbox none` makes "
            "an archive that grades all the same; then a hand-in can read the tests and write its own marks.\n"
        )
        return False
    return True


def grade(root: Path, settings: Settings, scratch: Path) -> dict[str, Any]:
    """Grade the hand-in; what Gradescope is to show. Raises AutograderError when the grader itself failed."""
    mapping, out, student = scratch / "mapping.csv", scratch / "out", student_of(root)
    mapping.write_text(f"file,student\n*,{student}\n", encoding="utf-8")
    course = Course(root / "source" / "course")
    command = [sys.executable, "-m", "autograder", "grade", settings.lab, str(root / "submission")]
    command += ["--course", str(course.root), "--out", str(out), "--mapping", str(mapping), "--workers", "1"]
    command += ["--timeout", str(settings.seconds), "--memory", str(memory_mb()), "--sandbox", settings.sandbox]
    command += ["--seed", str(settings.seed)]
    done = subprocess.run(command, check=False, env={**os.environ, "HOME": str(scratch)})
    if done.returncode:
        raise AutograderError(
            f"the grader ended with status {done.returncode}", remedy="what it said stands above; run it again"
        )
    assignment = course.assignment(settings.lab)
    place = OutDir(course, settings.lab, out)
    return shown(assignment, place, student, settings)


def student_of(root: Path) -> str:
    """What whoever handed in is called here: everybody else is asked at other random inputs.

    Where Gradescope does not say who it is, all have the same.
    """
    try:
        users = json.loads((root / "submission_metadata.json").read_bytes())["users"]
        numbers = sorted(int(user["id"]) for user in users)
    except (OSError, ValueError, KeyError, TypeError):
        return STUDENT
    return f"{STUDENT}-{hashlib.sha256(repr(numbers).encode()).hexdigest()[:16]}"


def shown(assignment: Assignment, place: OutDir, student: str, settings: Settings) -> dict[str, Any]:
    """What Gradescope is to show of the hand-in in OUT."""
    files = [f"{record.path}: {record.action}. {record.detail}".strip() for record in place.file_records()]
    outcomes = Outcomes(assignment, place)
    if student not in outcomes.students:
        return nothing_handed_in(assignment, files)
    result = student_result(student, assignment, outcomes, Mark(student, student))
    if not any(notebook.handed_in for notebook in result.notebooks):  # a score is needed; one may try again
        return nothing_handed_in(assignment, files)
    return gradescope_results(result, settings.hidden_tests)


def memory_mb() -> int:
    """What a hand-in may use: at most the usual limit, and a share of what the container has."""
    limits = [psutil.virtual_memory().total]
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(path).read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue  # no such group, or `max`
    return max(128, min(MOST_MEMORY_MB, int(min(limits) * SHARE_OF_MEMORY / 2**20)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
