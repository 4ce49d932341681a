"""The same class graded by this engine and by stock `nbgrader autograde`, side by side in one run.

    python benchmarks/against_stock.py [--students 30] [--workers N]

Both get the same hand-ins, taken in once and for all, of the same release, on the same machine one after the other,
and both write a gradebook. Memory is the proportional set size of the whole tree of processes, sampled every 0.3
seconds. The times are those of the whole commands: starting, importing, grading, the database.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import measure
from submissions import make_class

from autograder.intake import take_in
from autograder.model.course import Course

KINDS = {"right": 40, "wrong": 40, "unfinished": 20}
"""The class: nothing damaged or hostile, which stock nbgrader may not survive."""

REPOSITORY = Path(__file__).parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Make the class, grade it three times, print the table."""
    parser = argparse.ArgumentParser(description="Compare with stock nbgrader.")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--lab", default="lab2")
    parser.add_argument("--course", type=Path, default=REPOSITORY)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeat", type=int, default=1, help="Runs of this engine; the median counts.")
    parser.add_argument("--no-stock", action="store_true", help="Only this engine and the bare cells.")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as scratch:
        compare(given, Path(scratch))
    return 0


def compare(given: argparse.Namespace, scratch: Path) -> None:
    """Print the table of one comparison, line by line as it comes."""
    course = scratch / "course"
    shutil.copytree(given.course / "source" / given.lab, course / "source" / given.lab)
    assignment = Course(course).assignment(given.lab)
    made = list(make_class(assignment, scratch / "class", given.students, given.seed, KINDS))
    # the hand-ins as every grader can read them; this engine takes them in once more, which is part of its time
    taken = len(take_in([scratch / "class"], assignment, course).submissions)
    shutil.rmtree(course / ".autograder")
    environment = {"OMP_NUM_THREADS": "1"}
    print(f"{len(made)} hand-ins of {given.students} students; {measure.machine()}" + "\n")
    print(f"{'':28}{'seconds':>9}{'a minute':>10}{'CPU s':>9}{'peak MB':>9}", flush=True)

    def show(name: str, cost: measure.Cost) -> None:
        rate = 60 * taken / cost.seconds
        print(f"{name:28}{cost.seconds:9.1f}{rate:10.0f}{cost.cpu_seconds:9.1f}{cost.peak_mb:9.0f}", flush=True)

    scripts = Path(sys.executable).parent
    ours = []
    for number in range(given.repeat):
        command = [str(scripts / "autograder"), "grade", given.lab, str(scratch / "class"), "--seed", "7"]
        command += ["--course", str(course), "--out", str(scratch / f"out{number}")]
        command += ["--workers", str(given.workers)] if given.workers else []
        ours.append(checked(measure.run(command, scratch, environment)))
    our = sorted(ours, key=lambda cost: cost.seconds)[len(ours) // 2]
    show("this engine", our)
    spent = sum(result["cpu_seconds"] for result in results(scratch / "out0"))
    bare = [
        sys.executable,
        str(REPOSITORY / "benchmarks" / "bare.py"),
        str(course),
        given.lab,
        str(course / "submitted"),
    ]
    cells = json.loads(checked(measure.run(bare, scratch, environment)).output.splitlines()[-1])["cpu_seconds"]
    if not given.no_stock:
        nbgrader = [str(scripts / "nbgrader")]
        path = {**environment, "PATH": f"{scripts}:/usr/local/bin:/usr/bin:/bin"}
        checked(measure.run([*nbgrader, "generate_assignment", given.lab], course, path))
        stock = measure.run([*nbgrader, "autograde", given.lab], course, path)
        show("stock nbgrader autograde", stock)
        marked = len(list((course / "autograded").rglob("*.ipynb")))
        print(f"\nstock left {taken - marked} of {taken} notebooks without a mark")
        print(f"throughput: {stock.seconds / our.seconds:.1f} times stock")
        print(f"CPU: {our.cpu_seconds / stock.cpu_seconds:.3f} of stock")
    print(f"bare cells in a warm process: {cells:.1f} CPU s")
    print(f"grading: {spent:.1f} CPU s in both processes of each hand-in, {spent / cells:.2f} times the bare cells")
    print(f"the whole command: {our.cpu_seconds / cells:.2f} times the bare cells")


def results(out: Path) -> list[dict[str, float]]:
    """What the store of a run says of each notebook."""
    return [
        json.loads(path.read_bytes().split(b"\n", 1)[1]) for path in (out / ".autograder" / "results").rglob("*.json")
    ]


def checked(cost: measure.Cost) -> measure.Cost:
    """The cost of a command that must succeed. Raises RuntimeError with what it printed otherwise."""
    if cost.status:
        raise RuntimeError(cost.output)
    return cost


if __name__ == "__main__":
    sys.exit(main())
