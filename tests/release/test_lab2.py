"""The lab itself: what is committed is what the masters build, and the gate holds for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import nbformat
import pytest

from autograder.build import build
from autograder.model.course import Course
from autograder.model.lab import read_lab
from autograder.release.proofs import gate
from autograder.release.generate import generate
from autograder.release.page import lab_page, public_files
from autograder.release.proofs.by_grading import OwnGrader
from autograder.release.proofs.subject import LabSubject, Subject

LAB = "lab2"


@pytest.fixture(scope="module")
def course(tmp_path_factory, repository) -> Course:
    """The lab, built anew in a folder of its own."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(repository / "notebooks", root / "notebooks")
    shutil.copy(repository / "nbgrader_config.py", root)
    build(Course(root), LAB)
    return Course(root)


@pytest.fixture(scope="module")
def released(course):
    return generate(course, LAB)


@pytest.fixture(scope="module")
def subject(course, released) -> Iterator[LabSubject]:
    lab = read_lab(course.root / "notebooks" / LAB)
    sources = course.assignment(LAB).notebooks
    with OwnGrader(course.root, [(name, one.source, one.delimiters) for name, one in sources.items()]) as grader:
        yield LabSubject(
            lab,
            tuple(
                Subject(each, sources[each.name].source, released[each.name], grader=grader) for each in lab.notebooks
            ),
        )


def test_release_is_what_the_source_makes(released, repository):
    """The committed release notebooks are byte for byte what the masters build."""
    fresh = {
        f"{name}.ipynb": nbformat.writes(content, version=nbformat.NO_CONVERT) + "\n"
        for name, content in released.items()
    }
    committed = {path.name: path.read_text("utf-8") for path in (repository / "release" / LAB).glob("*.ipynb")}
    changed = sorted(name for name in {*committed, *fresh} if committed.get(name) != fresh.get(name))
    assert changed == [], "run `make release` and commit what it wrote"


def test_previews_are_what_the_release_makes(subject, repository):
    """The committed preview pages are byte for byte those of the released notebooks."""
    fresh = {f"{each.name}.html": each.page for each in subject.notebooks}
    committed = {path.name: path.read_text("utf-8") for path in (repository / "release" / LAB).glob("*.html")}
    changed = sorted(name for name in {*committed, *fresh} if committed.get(name) != fresh.get(name))
    assert changed == [], "run `make release` and commit what it wrote"


def test_pages_are_what_lab_toml_makes(repository):
    """The committed lab page, and the files at the top of release/, are what lab.toml makes."""
    lab = read_lab(repository / "notebooks" / LAB)
    assert (repository / "release" / LAB / "README.md").read_text("utf-8") == lab_page(lab)
    for name, text in public_files([lab], repository).items():
        assert (repository / "release" / name).read_text("utf-8") == text


def test_release_holds_nothing_else(repository):
    """Nothing stands in release/ but notebooks, their previews, lab page, licences and requirements."""
    files = {
        str(path.relative_to(repository / "release")) for path in (repository / "release").rglob("*") if path.is_file()
    }
    notebooks = read_lab(repository / "notebooks" / LAB).notebooks
    names = {f"{LAB}/{each.name}.{kind}" for each in notebooks for kind in ("ipynb", "html")}
    assert files == names | {f"{LAB}/README.md", "README.md", "LICENSE", "LICENSE-TEXT", "requirements.txt"}


@pytest.mark.parametrize("proof", gate.TEXT_PROOFS, ids=lambda proof: proof.__name__)
def test_text_proofs_hold(subject, proof):
    """Each proof by reading holds for each notebook of the lab."""
    assert [str(problem) for each in subject.notebooks for problem in proof(each)] == []


@pytest.mark.parametrize("proof", gate.LAB_PROOFS, ids=lambda proof: proof.__name__)
def test_lab_proofs_hold(subject, proof):
    """Each proof about the lab as a whole holds."""
    assert [str(problem) for problem in proof(subject)] == []


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("proof", gate.RUN_PROOFS, ids=lambda proof: proof.__name__)
def test_run_proofs_hold(subject, proofs, proof, place):
    """Each proof by running holds for each notebook, with nothing to note: no item is decided inside."""
    [(_, found, _)] = proofs.prove(subject.notebooks[place], (proof,))
    assert list(map(str, found)) == []


@pytest.fixture(scope="module")
def under_colab(subject, colab_kernel):
    from dataclasses import replace

    return tuple(replace(each, python=colab_kernel) for each in subject.notebooks)


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.colab
@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("proof", gate.OTHER_KERNEL_PROOFS, ids=lambda proof: proof.__name__)
def test_notebooks_run_under_colabs_kernel(under_colab, proofs, proof, place):
    """Under Colab's IPython and ipykernel the model solution has full marks and the release runs through."""
    [(_, problems, _)] = proofs.prove(under_colab[place], (proof,))
    assert [str(problem) for problem in problems] == []


def test_masters_say_that_they_hold_solutions(repository):
    """The first line of everything in notebooks/ warns that it holds solutions."""
    paths = [*(repository / "notebooks").rglob("*.py"), *(repository / "notebooks").rglob("README.md")]
    masters = [path for path in paths if path.name != "checker.py"]
    assert masters
    for path in masters:
        assert "solutions" in path.read_text("utf-8").split("\n")[0], path
