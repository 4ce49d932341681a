"""The exercise that CONTRIBUTING.md adds works as it stands there."""

from __future__ import annotations

import re
import shutil

import pytest

from autograder.build import build
from autograder.model.course import Course
from autograder.model.lab import read_lab
from autograder.release.proofs import gate
from autograder.release.generate import generate
from autograder.release.proofs.subject import LabSubject, Subject

NAME = "2.1_ForwardAD"


def subject_with_exercise(root, repository) -> LabSubject:
    """Notebook 2.1 of the lab with the exercise put in, as CONTRIBUTING.md says."""
    shutil.copytree(repository / "notebooks", root / "notebooks")
    shutil.copy(repository / "nbgrader_config.py", root)
    text = (repository / "CONTRIBUTING.md").read_text("utf-8")
    [exercise] = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if 'item="' in block]
    master = root / "notebooks" / "lab2" / f"{NAME}.py"
    cells = re.split(r"(?m)^(?=# %%)", master.read_text("utf-8"))
    place = next(place for place, cell in enumerate(cells) if re.match(r"# %% .*\bfurther=true\b", cell))
    master.write_text("".join([*cells[:place], exercise, "\n", *cells[place:]]), "utf-8")
    settings = root / "notebooks" / "lab2" / "lab.toml"
    before = read_lab(settings.parent).notebooks[0]
    settings.write_text(
        settings.read_text("utf-8").replace(f"points = {before.points:g}", f"points = {before.points + 2:g}", 1),
        "utf-8",
    )
    course = Course(root)
    build(course, "lab2")
    lab = read_lab(settings.parent)
    source = course.assignment("lab2").notebooks[NAME].source
    return LabSubject(lab, (Subject(lab.notebooks[0], source, generate(course, "lab2")[NAME]),))


@pytest.mark.kernel
@pytest.mark.slow
def test_the_exercise_passes_the_gate(tmp_path, repository, proofs):
    """The exercise of CONTRIBUTING.md, put in as it says, builds, and every proof of the gate holds for it."""
    lab = subject_with_exercise(tmp_path, repository)
    gate.check(lab, proofs)
    [subject] = lab.notebooks
    assert any("dual-sinh: not done yet" in cell.source for cell in subject.released.cells)
