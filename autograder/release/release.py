"""source/LAB -> release/LAB, through the gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder.files import replace_folder, write_atomically
from autograder.model.course import Course
from autograder.model.exceptions import CourseError
from autograder.model.lab import read_lab
from autograder.release.proofs import gate
from autograder.release.generate import generate
from autograder.release.page import lab_page, public_files
from autograder.release.proofs.by_grading import OwnGrader
from autograder.release.proofs.store import ProofStore
from autograder.release.proofs.subject import LabSubject, Subject


def release(
    course: Course,
    name: str,
    *,
    other_kernel: Path | None = None,
    anew: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Make, prove and write the release of a lab; the paths written. `anew` proves also what was proved before.

    Raises GateError, and writes nothing, when a proof fails. Raises CourseError when there is nothing to release.
    """
    lab = read_lab(course.root / "notebooks" / name)
    if lab.placeholder:
        say(f"warning: {name}/lab.toml: {lab.placeholder}")
    sources = course.assignment(name).notebooks
    if set(sources) != {settings.name for settings in lab.notebooks}:
        folder = course.directory("source", name)
        raise CourseError("and lab.toml differ", file=folder, remedy=f"run `autograder build {name}`")
    released = generate(course, name)
    store = ProofStore.of_course(course.root, anew=anew)
    with OwnGrader(course.root, [(each, one.source, one.delimiters) for each, one in sources.items()]) as grader:
        subjects = tuple(
            Subject(settings, sources[settings.name].source, released[settings.name], None, course.delimiters, grader, lab.libraries)
            for settings in lab.notebooks
        )
        gate.check(LabSubject(lab, subjects), store, other_kernel=other_kernel, say=say)

    files = {
        f"{notebook}.ipynb": nbformat.writes(content, version=nbformat.NO_CONVERT) + "\n"
        for notebook, content in released.items()
    }
    files |= {f"{subject.name}.html": subject.page for subject in subjects}
    files["README.md"] = lab_page(lab)
    target = course.directory("release", name).resolve()
    replace_folder(target, files)
    labs = [read_lab(path.parent) for path in sorted(course.root.glob("notebooks/*/lab.toml"))]
    top = public_files(labs, course.root)
    for file, text in top.items():
        write_atomically(target.parent / file, text)
    return [*(target / file for file in files), *(target.parent / file for file in top)]
