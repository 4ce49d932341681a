"""Faults of the machine at every step of a run: each time the next run ends with the marks of an undisturbed one.

The run is that of `autograder grade` without the engine. Every write, every move and every sync that it makes in OUT is
counted once; then it is run again for each of them with a fault just there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support.quick_grader import put, run_quickly

from autograder.exceptions import AutograderError
from autograder.model.course import Course
from autograder.outdir import OutDir

KILLED = 77


class Faults:
    """Counts what a run does to the files of OUT, and lets the step number `at` fail.

    With `number` the step raises that error; without it the process ends there and then.
    """

    def __init__(self, out: Path, at: int = 0, number: int | None = None) -> None:
        self.out = str(out)
        self.at = at
        self.number = number
        self.steps = 0

    def step(self, path: object) -> None:
        """One step. Raises what it is told to."""
        if not str(path).startswith(self.out):
            return
        self.steps += 1
        if self.steps != self.at:
            return
        if self.number is None:
            os._exit(KILLED)
        raise OSError(self.number, os.strerror(self.number), str(path))

    @contextlib.contextmanager
    def injected(self):
        """Inside, every step of this process is counted, and one may fail."""
        replace, rename, unlink, fsync, descriptors = os.replace, os.rename, os.unlink, os.fsync, os.fdopen

        def before(function):
            def wrapped(path, *arguments, **options):
                self.step(path)
                return function(path, *arguments, **options)

            return wrapped

        def synced(descriptor):
            self.step(Path(f"/proc/self/fd/{descriptor}").readlink())
            return fsync(descriptor)

        def descriptor_opened(descriptor, mode="r", *arguments, **options):
            file = descriptors(descriptor, mode, *arguments, **options)
            return Written(file, self.step) if "w" in mode else file

        patches = {
            (os, "replace"): before(replace),
            (os, "rename"): before(rename),
            (os, "unlink"): before(unlink),
            (os, "fsync"): synced,
            (os, "fdopen"): descriptor_opened,
        }
        before_patches = {place: getattr(*place) for place in patches}
        for (owner, name), function in patches.items():
            setattr(owner, name, function)
        try:
            yield self
        finally:
            for (owner, name), function in before_patches.items():
                setattr(owner, name, function)


class Written:
    """A file of which each write is a step."""

    def __init__(self, file, step) -> None:
        self._file = file
        self._step = step
        self._path = Path(f"/proc/self/fd/{file.fileno()}").readlink()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return self._file.__exit__(*error)

    def write(self, data):
        self._step(self._path)
        return self._file.write(data)


def state(out: Path) -> tuple[object, ...]:
    """What a run leaves: the tables, the pages, the marks in the gradebook; and nothing half done."""
    assert not [path for path in out.rglob("*") if path.name.endswith(".tmp") or "spool" in path.name]
    pages = {str(path.relative_to(out)): path.read_bytes() for path in sorted((out / "autograded").rglob("*.ipynb"))}
    with contextlib.closing(sqlite3.connect(out / "gradebook.db")) as database:
        grades = database.execute(
            "select student_id, base_cell.name, auto_score, needs_manual_grade from grade"
            " join base_cell on base_cell.id = cell_id"
            " join submitted_notebook on submitted_notebook.id = grade.notebook_id"
            " join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id order by 1, 2"
        ).fetchall()
    return (out / "marks.csv").read_text(), (out / "intake.csv").read_text(), pages, grades


def run_in_a_process(course: Path, pile: Path, out: Path, at: int) -> int:
    """A run that ends as if it were killed at a step; gives how the process ended."""
    code = (
        "import sys; from pathlib import Path; from autograder.model.course import Course\n"
        "from autograder.outdir import OutDir; from support.quick_grader import run_quickly\n"
        "from test_faults import Faults\n"
        "course, pile, out = map(Path, sys.argv[1:4]); toy = Course(course).assignment('toy')\n"
        "with Faults(out, int(sys.argv[4])).injected(): run_quickly(toy, pile, OutDir(toy.course, 'toy', out))"
    )
    tests = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{tests.parent}:{tests}"}
    command = [sys.executable, "-c", code, str(course), str(pile), str(out), str(at)]
    return subprocess.run(command, check=False, env=environment, capture_output=True).returncode


@pytest.fixture
def batch(toy_course, tmp_path, submission):
    """A small pile, an undisturbed OUT of it, and how many steps that took."""
    pile = tmp_path / "in"
    for number, student in enumerate(("ann", "bob")):
        answer = f"return {number} + x" if number else "return x * x"
        put(
            pile, submission(student, "squares", square=answer, why="so"), submission(student, "doubles", double=answer)
        )
    (pile / "cy").mkdir()
    (pile / "cy" / "squares.ipynb").write_text("cut off {")
    shutil.make_archive(str(pile / "dee"), "zip", pile / "ann")
    toy = toy_course.assignment("toy")
    out = tmp_path / "whole"
    with Faults(out).injected() as counted:
        run_quickly(toy, pile, OutDir(toy.course, "toy", out))
    return toy, pile, out, counted.steps


def some(steps: int, config: pytest.Config) -> range:
    """Every step in `make fuzz`, every so many in an ordinary run."""
    return range(1, steps + 1, 1 if config.getoption("fuzz_minutes") else max(1, steps // 6))


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_a_fault_at_every_step(batch, tmp_path, number, pytestconfig):
    """Whatever write, move, sync or removal fails, it is said in a sentence, and the next run ends as ever."""
    toy, pile, whole, steps = batch
    assert steps > 20
    out = tmp_path / "faulty"
    for at in some(steps, pytestconfig):
        shutil.rmtree(out, ignore_errors=True)
        place = OutDir(toy.course, "toy", out)
        with Faults(out, at, number).injected(), contextlib.suppress(AutograderError):
            run_quickly(toy, pile, place)
        run_quickly(toy, pile, place)
        assert state(out) == state(whole), f"step {at}"


@pytest.mark.fuzz
@pytest.mark.slow
def test_killed_at_every_step(batch, tmp_path, pytestconfig):
    """Killed just before any write, move, sync or removal, the next run ends as ever, and leaves nothing half done."""
    toy, pile, whole, steps = batch
    out = tmp_path / "killed"
    for at in some(steps, pytestconfig):
        shutil.rmtree(out, ignore_errors=True)
        assert run_in_a_process(toy.course.root, pile, out, at) == KILLED
        run_quickly(toy, pile, OutDir(Course(toy.course.root), "toy", out))
        assert state(out) == state(whole), f"step {at}"
