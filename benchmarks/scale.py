"""How time and memory grow with the class and with the workers: 30, 300 and 3,000 students of varied hand-ins.

    python benchmarks/scale.py [--students 30 300 3000] [--workers 1 2 4]

The classes are those of submissions.py: right, wrong, unfinished, damaged, broken and hostile hand-ins in the shares
that it names. Every class is graded with all workers, the middle one with each number of workers.

"ms each" is the time of the whole command over the notebooks, "median ms" what grading one of them took in the middle,
and "over 10 s" counts those that took longer than that: what loops or prints without end costs its time limit, and a
class has as many of those as chance gave it. Memory is the proportional set size of the whole tree of
processes, in which a hostile hand-in may use what it is allowed, and of the main process alone, sampled every 0.3
seconds.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import measure
from submissions import make_class

from autograder.model.course import Assignment, Course
from autograder.outdir import OutDir
from autograder.output.outcomes import Outcomes

REPOSITORY = Path(__file__).parents[1]

LONG = 10.0
"""Seconds that hardly a hand-in takes unless it hangs."""


def main(arguments: list[str] | None = None) -> int:
    """Grade every class and print the table, line by line as it comes."""
    parser = argparse.ArgumentParser(description="How time and memory grow.")
    parser.add_argument("--students", type=int, nargs="+", default=[30, 300, 3000])
    parser.add_argument("--workers", type=int, nargs="+", help="for one class: all; for several: 1 2 4")
    parser.add_argument("--lab", default="lab2")
    parser.add_argument("--course", type=Path, default=REPOSITORY)
    given = parser.parse_args(arguments)
    print(measure.machine())
    print(
        f"{'students':>9}{'workers':>9}{'notebooks':>11}{'seconds':>9}"
        f"{'ms each':>9}{'median ms':>11}{'over 10 s':>10}{'CPU s':>9}{'peak MB':>9}{'main MB':>9}"
    )
    middle = sorted(given.students)[len(given.students) // 2]
    numbers = given.workers or ([] if len(given.students) == 1 else [1, 2, 4])
    runs = [(students, 0) for students in sorted(given.students)] + [(middle, workers) for workers in numbers]
    for students, workers in runs:
        with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as scratch:
            grade_class(given, Path(scratch), students, workers)
    return 0


def grade_class(given: argparse.Namespace, scratch: Path, students: int, workers: int) -> None:
    """Make one class, grade it, print one line."""
    course = scratch / "course"
    shutil.copytree(given.course / "source" / given.lab, course / "source" / given.lab)
    assignment = Course(course).assignment(given.lab)
    made = sum(1 for _ in make_class(assignment, scratch / "class", students, seed=11))
    command = [str(Path(sys.executable).parent / "autograder"), "grade", given.lab, str(scratch / "class")]
    command += ["--course", str(course), "--out", str(scratch / "out"), "--seed", "11"]
    command += ["--workers", str(workers)] if workers else []
    cost = measure.run(command, scratch, {"OMP_NUM_THREADS": "1"})
    if cost.status:
        raise RuntimeError(cost.output)
    each = 1000 * cost.seconds / made
    seconds = grading_seconds(assignment, scratch / "out")
    median = 1000 * statistics.median(seconds)
    long = sum(1 for one in seconds if one > LONG)
    print(
        f"{students:9}{workers or 'all':>9}{made:11}{cost.seconds:9.1f}{each:9.0f}{median:11.0f}{long:10}"
        f"{cost.cpu_seconds:9.1f}{cost.peak_mb:9.0f}{cost.main_mb:9.0f}",
        flush=True,
    )


def grading_seconds(assignment: Assignment, out: Path) -> list[float]:
    """Wall time that grading took, of each notebook that was graded at all."""
    return [
        outcome.result.seconds
        for outcome in Outcomes(assignment, OutDir(assignment.course, assignment.name, out))
        if outcome.result.seconds
    ]


if __name__ == "__main__":
    sys.exit(main())
