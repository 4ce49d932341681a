"""Feedback pages of one class by `autograder feedback` and by `nbgrader generate_feedback`, on the same marks.

    python benchmarks/feedback_pages.py [--students 30]

The class is graded once, before the clock starts; both commands then read the same gradebook and the same autograded/.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import measure
from against_stock import KINDS, REPOSITORY, checked
from submissions import make_class

from autograder.model.course import Course


def main(arguments: list[str] | None = None) -> int:
    """Grade a class, write its pages twice, print the table."""
    parser = argparse.ArgumentParser(description="Compare feedback with stock nbgrader.")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--lab", default="lab2")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as scratch:
        print(compare(given.students, given.lab, Path(scratch)))
    return 0


def compare(students: int, lab: str, scratch: Path) -> str:
    """The table of one comparison."""
    course = scratch / "course"
    shutil.copytree(REPOSITORY / "source" / lab, course / "source" / lab)
    made = len(list(make_class(Course(course).assignment(lab), scratch / "class", students, 7, KINDS)))
    scripts = Path(sys.executable).parent
    environment = {"PATH": f"{scripts}:/usr/local/bin:/usr/bin:/bin"}
    program = [str(scripts / "autograder")]
    into = ["--out", str(course)]  # where nbgrader looks
    checked(measure.run([*program, "grade", lab, str(scratch / "class"), *into], course, environment))
    ours = checked(measure.run([*program, "feedback", lab, *into], course, environment))
    shutil.rmtree(course / "feedback")
    stock = checked(measure.run([str(scripts / "nbgrader"), "generate_feedback", lab], course, environment))
    lines = [f"{made} notebooks of {students} students; {measure.machine()}", ""]
    lines.append(f"{'':32}{'seconds':>9}{'ms a page':>11}{'CPU s':>9}{'peak MB':>9}")
    for name, cost in (("autograder feedback", ours), ("nbgrader generate_feedback", stock)):
        each = 1000 * cost.seconds / made
        lines.append(f"{name:32}{cost.seconds:9.1f}{each:11.1f}{cost.cpu_seconds:9.1f}{cost.peak_mb:9.0f}")
    lines += ["", f"autograder feedback is {stock.seconds / ours.seconds:.1f} times as fast"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
