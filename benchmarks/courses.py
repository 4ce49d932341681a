"""Any folder of nbgrader courses, its model solutions and untouched releases, through this grader and stock nbgrader.

    python benchmarks/courses.py FOLDER [--work DIR] [--only TEXT] [--no-stock]

An assignment is a folder with instructor notebooks: its cells have nbgrader's roles and solutions. Where that folder is
`source/NAME` of a course, the configuration beside `source` is used, otherwise the nearest one above. Every assignment
is laid out as a course of its own under DIR, released by stock nbgrader, and its model solution and release are handed
in by two students, `model` and `blank`. What stock nbgrader gave is kept in DIR: a second run only grades with this
grader. Printed are the items on which the two differ, and for each folder of FOLDER how many items stock gives in full
to the model and how many of these this grader does, the same for the nothing that a release should get, and the time.

A fetched course's notebooks are programs: both graders run them, stock nbgrader without a sandbox.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

STUDENTS = ("model", "blank")
NOT_SOURCES = {
    "release", "submitted", "autograded", "feedback", "downloaded", "solution_feedback",
    ".ipynb_checkpoints", "_sources", "archive",
}  # fmt: skip
COUNTED = ("full", "kept", "nothing", "stayed", "outside", "inside", "undecidable")
SECONDS = 900
FULL = 1e-9
CONFIG_END = """
c = get_config()
c.CourseDirectory.course_id = "course"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.db_url = {database!r}
"""

Key = tuple[str, str]
"""A notebook and a graded cell."""


@dataclass
class Marks:
    """What one grader gave to one student, by item: points of how many. `said` is why there are none, or fewer."""

    points: dict[Key, tuple[float | None, float]] = field(default_factory=dict)
    said: dict[Key, str] = field(default_factory=dict)
    decided: dict[Key, str] = field(default_factory=dict)

    def full(self, key: Key) -> bool:
        """Whether an item that is worth something has all its points."""
        got, most = self.points.get(key, (None, 0.0))
        return got is not None and most > 0 and got >= most - FULL

    def nothing(self, key: Key) -> bool:
        """Whether an item that is worth something has 0 points."""
        got, most = self.points.get(key, (None, 0.0))
        return got is not None and most > 0 and abs(got) < FULL


@dataclass
class Outcome:
    """What became of an assignment in one grader: `error` is its one line when there are no marks at all."""

    marks: dict[str, Marks]
    error: str = ""
    traceback: bool = False
    seconds: float = 0.0


def main(arguments: list[str] | None = None) -> int:
    """Grade, compare, print."""
    parser = argparse.ArgumentParser(description="Compare with stock nbgrader on any courses.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="Where the courses are laid out and graded.")
    parser.add_argument("--only", default="", help="Only assignments whose path has this text in it.")
    parser.add_argument(
        "--no-stock", action="store_true", help="Run nothing with stock nbgrader that is not there yet."
    )
    given = parser.parse_args(arguments)
    given.folder, given.work = given.folder.resolve(), given.work.resolve()
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for folder in assignments_in(given.folder):
        place = folder.relative_to(given.folder)
        if given.only not in str(place):
            continue
        work = given.work / re.sub(r"[^\w.-]+", "_", str(place))
        stock = stock_marks(folder, given.folder, work, run=not given.no_stock)
        if stock is None:
            continue
        ours = our_marks(work)
        counted = compared(str(place), stock, ours)
        totals[place.parts[0]].update(counted)
    print_totals(totals)
    return 0


def assignments_in(folder: Path) -> list[Path]:
    """The folders below one that have instructor notebooks of their own."""
    found = {path.parent for path in folder.rglob("*.ipynb") if not NOT_SOURCES.intersection(path.parts)}
    return sorted(place for place in found if any(is_instructors(path) for path in place.glob("*.ipynb")))


def is_instructors(path: Path) -> bool:
    """Whether a notebook has graded cells, and solutions in any form."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    except (OSError, ValueError, AttributeError):
        return False
    metas = [cell.get("metadata", {}).get("nbgrader", {}) for cell in cells]
    return any(meta.get("grade") for meta in metas) and any(meta.get("solution") for meta in metas)


def lay_out(folder: Path, top: Path, root: Path, *, update: bool) -> None:
    """A course with one assignment, `it`, in `root`."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "source" / "it", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    config = next(
        (above / "nbgrader_config.py" for above in folder.parents if (above / "nbgrader_config.py").exists()), None
    )
    text = config.read_text(encoding="utf-8") if config is not None and config.is_relative_to(top) else ""
    database = f"sqlite:///{root / 'gradebook.db'}"
    (root / "nbgrader_config.py").write_text(text + CONFIG_END.format(root=str(root), database=database))
    beside = next((above / "autotests.yml" for above in folder.parents if (above / "autotests.yml").exists()), None)
    if beside is not None:
        shutil.copy(beside, root / "autotests.yml")
    for name in ("header.ipynb", "footer.ipynb"):
        for above in folder.parents:
            if (above / "source" / name).exists():
                shutil.copy(above / "source" / name, root / "source" / name)
    if update:
        nbgrader(root, "update", "source")


def nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Stock nbgrader, in a course."""
    return run([sys.executable, "-m", "nbgrader", *arguments], root)


def run(command: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    """A command in a course, with all that it says."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    try:
        return subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"took longer than {SECONDS} s")


def stock_marks(folder: Path, top: Path, work: Path, *, run: bool) -> Outcome | None:
    """What stock nbgrader gives, as kept from before, or found out; None where it was not to be run."""
    kept = work / "stock.json"
    if not kept.exists():
        if not run:
            return None
        root = work / "stock"
        started = time.monotonic()
        lay_out(folder, top, root, update=True)
        made = nbgrader(root, "generate_assignment", "it", "--force")
        for student, step in zip(STUDENTS, ("source", "release"), strict=True):
            if (root / step / "it").is_dir():
                shutil.copytree(root / step / "it", root / "submitted" / student / "it")
        lay_out(folder, top, work / "ours", update=False)
        if (root / "submitted").is_dir():
            shutil.copytree(root / "submitted", work / "handed_in", dirs_exist_ok=True)
        done = nbgrader(root, "autograde", "it", "--force") if made.returncode == 0 else made
        found = {student: recorded(root, student) for student in STUDENTS}
        error = "" if done.returncode == 0 else last_line(done.stderr)
        kept.write_text(json.dumps({"error": error, "seconds": time.monotonic() - started, "marks": found}))
    data = json.loads(kept.read_text())
    marks = {
        student: Marks({(book, item): (got, most) for book, item, got, most in rows})
        for student, rows in data["marks"].items()
    }
    return Outcome(marks, data["error"], seconds=data["seconds"])


def recorded(root: Path, student: str) -> list[list[Any]]:
    """The automatic marks of a student in a gradebook, as nbgrader has them."""
    if not (root / "gradebook.db").exists():
        return []
    rows = []
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        try:
            submission = gradebook.find_submission("it", student)
        except Exception:  # noqa: BLE001 - it did not come so far
            return []
        for book in submission.notebooks:
            manual = manual_cells(root, book.name)
            rows += [
                [book.name, grade.name, grade.auto_score, grade.max_score]
                for grade in book.grades
                if grade.cell.cell_type == "code" and grade.auto_score is not None and grade.name not in manual
            ]
    return rows


def manual_cells(root: Path, book: str) -> set[str]:
    """The graded cells of a notebook that are a person's to mark."""
    cells = nbformat.read(root / "source" / "it" / f"{book}.ipynb", as_version=4).cells
    metas = [cell.metadata.get("nbgrader", {}) for cell in cells]
    return {meta["grade_id"] for meta in metas if meta.get("grade") and meta.get("solution")}


def our_marks(work: Path) -> Outcome:
    """What this grader gives."""
    root, out = work / "ours", work / "out"
    shutil.rmtree(out, ignore_errors=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "autograder", "grade", "it", str(work / "handed_in"), "--course", str(root)]
    done = run([*command, "--out", str(out), "--seed", "1"], Path.cwd())
    (work / "ours.log").write_text(f"{done.returncode}\n{done.stdout}\n{done.stderr}")
    marks = {student: Marks() for student in STUDENTS}
    table = out / "marks.csv"
    rows = list(csv.DictReader(table.open(encoding="utf-8-sig"))) if table.exists() else []
    for row in rows:
        if row["student"] in marks and row["status"] != "manual":
            key = row["notebook"], row["item"]
            mine = marks[row["student"]]
            mine.points[key] = float(row["points"]) if row["points"] else None, float(row["max_points"] or 0)
            mine.said[key] = f"{row['status']}: {row.get('message') or row.get('for_markers', '')}"
            mine.decided[key] = row.get("decided", "")
    error = "" if rows else last_line(done.stderr) or last_line(done.stdout)
    return Outcome(marks, error, "Traceback (most recent call last)" in done.stderr, time.monotonic() - started)


def last_line(text: str) -> str:
    """The last thing that a command said."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""


def compared(name: str, stock: Outcome, ours: Outcome) -> Counter[str]:
    """Print where an assignment's items differ, and count them."""
    model, blank = (stock.marks[student] for student in STUDENTS)
    our_model, our_blank = (ours.marks[student] for student in STUDENTS)
    full = [key for key in model.points if model.full(key)]
    none = [key for key in full if blank.nothing(key)]
    kept = [key for key in full if our_model.full(key)]
    stayed = [key for key in none if our_blank.nothing(key)]
    counted = Counter(
        assignments=1,
        full=len(full),
        kept=len(kept),
        nothing=len(none),
        stayed=len(stayed),
        tracebacks=int(ours.traceback),
        refused=int(bool(ours.error)),
        seconds=round(ours.seconds),
        stock=round(stock.seconds),
    )
    counted.update(decided for decided in our_model.decided.values() if decided)
    head = f"{name}: model {len(kept)} of {len(full)}, blank {len(stayed)} of {len(none)}, {ours.seconds:.0f} s"
    print(head + (f"; stock: {stock.error}" if stock.error else "") + (f"; ours: {ours.error}" if ours.error else ""))
    for student, mine, wanted, there in (("model", our_model, full, kept), ("blank", our_blank, none, stayed)):
        for key in wanted:
            if key not in there and not ours.error:
                got = mine.points.get(key, (None, 0.0))[0]
                print(f"    {student} {key[0]}:{key[1]}: {got}; {mine.said.get(key, 'no row')[:220]}")
    sys.stdout.flush()
    return counted


def print_totals(totals: dict[str, Counter[str]]) -> None:
    """The table over all courses."""
    columns = ("assignments", *COUNTED, "refused", "tracebacks", "seconds", "stock")
    print("\n" + f"{'':36}" + "".join(f"{column:>14}" for column in columns))
    whole: Counter[str] = Counter()
    for course, counted in sorted(totals.items()):
        whole.update(counted)
        print(f"{course[:35]:36}" + "".join(f"{counted[column]:>14}" for column in columns))
    print(f"{'together':36}" + "".join(f"{whole[column]:>14}" for column in columns))


if __name__ == "__main__":
    raise SystemExit(main())
