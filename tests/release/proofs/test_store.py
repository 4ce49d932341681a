"""What the gate has proved is not proved again, as long as nothing has changed that the proof depends on."""

from __future__ import annotations

import copy
import os
import time
from dataclasses import replace

import nbformat
import pytest
from click.testing import CliRunner
from support.toy_lab import toy_course

from autograder.build import build
from autograder.commands.authors.release import command
from autograder.model.exceptions import CourseError
from autograder.model.lab import NotebookSettings
from autograder.notebook.regions import Delimiters, Markers
from autograder.release.proofs import store as proof_store
from autograder.release.proofs.store import ProofStore
from autograder.release.proofs.subject import Problem, Subject

SETTINGS = NotebookSettings("sums", "Sums", "Adding.", 5, 5.0)


class CountedProof:
    """A proof that counts how often it was run, and finds the problem that it was given."""

    __name__ = "it_is_right"

    def __init__(self) -> None:
        self.runs = 0
        self.problem: Problem | None = None

    def __call__(self, subject):
        self.runs += 1
        if self.problem:
            yield self.problem


def notebook(source="x = 1"):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, id="one")])


@pytest.fixture
def proof() -> CountedProof:
    return CountedProof()


@pytest.fixture
def subject() -> Subject:
    return Subject(SETTINGS, notebook(), notebook())


def prove(store, subject, proof):
    """The problems found, and whether the proof held before."""
    [(_, problems, before)] = store.prove(subject, (proof,))
    return problems, before


def test_the_same_notebook_is_proved_once(tmp_path, proof, subject):
    """A proof that held is not run again for an equal notebook, by another store of the same folder."""
    assert prove(ProofStore(tmp_path), subject, proof) == ([], False)
    assert prove(ProofStore(tmp_path), Subject(SETTINGS, notebook(), notebook()), proof) == ([], True)
    assert proof.runs == 1


@pytest.mark.parametrize(
    "change",
    [
        {"source": notebook("x = 2")},
        {"released": notebook("x = 2")},
        {"settings": replace(SETTINGS, points=6.0)},
        {"delimiters": Delimiters(hidden=Markers("%hide", "%show"))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edit_is_proved_again(tmp_path, proof, subject, change):
    """Another source, release, setting or way to mark what is hidden is another notebook; the old one is still known."""
    store = ProofStore(tmp_path)
    prove(store, subject, proof)
    assert prove(store, replace(subject, **change), proof) == ([], False)
    assert prove(store, subject, proof) == ([], True)


@pytest.mark.parametrize("version", ["gate_version", "kernel_versions"])
def test_another_version_is_proved_again(tmp_path, proof, subject, monkeypatch, version):
    """Another gate, Python or package proves everything again."""
    store = ProofStore(tmp_path)
    prove(store, subject, proof)
    monkeypatch.setattr(proof_store, version, lambda *_: "another")
    assert prove(store, subject, proof) == ([], False)


def test_the_template_of_the_page_is_part_of_the_gate(monkeypatch):
    """A page made by another template is another page: what is hashed of the gate has the template in it."""
    hashed = {}
    monkeypatch.setattr(proof_store, "version_of", hashed.update)
    proof_store.gate_version.__wrapped__()
    assert {"autograder.release.proofs.by_reading", "index.html.j2", "conf.json"} <= hashed.keys()


def test_versions_are_those_of_every_package():
    """What the kernel can import counts with its version, the libraries of the lab among it."""
    import torch

    assert f'"torch {torch.__version__}"' in proof_store.kernel_versions(None)


def test_another_proof_is_run(tmp_path, proof, subject):
    """One proof that held says nothing of another."""
    store, other = ProofStore(tmp_path), CountedProof()
    other.__name__ = "it_is_beautiful"
    prove(store, subject, proof)
    assert prove(store, subject, other) == ([], False)


def test_a_proof_that_failed_is_not_kept(tmp_path, proof, subject):
    """A failed proof is run again, and its problem is said again."""
    store = ProofStore(tmp_path)
    proof.problem = Problem("sums", "", "wrong", "mend it")
    for _ in range(2):
        assert prove(store, subject, proof) == ([proof.problem], False)


def test_a_proof_that_broke_off_is_not_kept(tmp_path, proof, subject):
    """A proof that ends in an exception is not kept."""

    def broken(_):
        raise RuntimeError("the kernel died")
        yield

    broken.__name__ = proof.__name__
    store = ProofStore(tmp_path)
    with pytest.raises(RuntimeError):
        prove(store, subject, broken)
    assert prove(store, subject, proof) == ([], False)


def test_anew_proves_again(tmp_path, proof, subject):
    """Proving anew runs every proof; one that fails now is forgotten."""
    prove(ProofStore(tmp_path), subject, proof)
    proof.problem = Problem("sums", "", "wrong", "mend it")
    assert prove(ProofStore(tmp_path, anew=True), subject, proof) == ([proof.problem], False)
    proof.problem = None
    assert prove(ProofStore(tmp_path), subject, proof) == ([], False)


def test_what_nobody_asks_for_is_forgotten(tmp_path, proof, subject):
    """Proofs of notebooks that are long gone do not pile up."""
    prove(ProofStore(tmp_path), subject, proof)
    [kept] = tmp_path.glob("*.json")
    long_ago = time.time() - (proof_store.DAYS_KEPT + 1) * 86400
    os.utime(kept, (long_ago, long_ago))
    assert prove(ProofStore(tmp_path), subject, proof) == ([], False)


def test_the_folder_is_the_courses_or_the_named_one(tmp_path, monkeypatch):
    """Proofs are kept in the course, or in the folder that AUTOGRADER_PROOFS names; git is to ignore them."""
    monkeypatch.delenv(proof_store.VARIABLE)
    assert ProofStore.of_course(tmp_path).folder == tmp_path / ".autograder" / "proofs"
    monkeypatch.setenv(proof_store.VARIABLE, str(tmp_path / "elsewhere"))
    store = ProofStore.of_course(tmp_path)
    assert store.folder == tmp_path / "elsewhere"
    prove(store, Subject(SETTINGS, notebook(), notebook()), CountedProof())
    assert (store.folder / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written_is_named(tmp_path, proof, subject):
    """Where nothing can be kept, the folder and the variable for another one are named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=f"file.* cannot keep what was proved: .*{proof_store.VARIABLE}"):
        prove(ProofStore(tmp_path / "file" / "proofs"), subject, proof)


def test_what_is_proved_is_not_changed(tmp_path, proof, subject):
    """Proving changes neither form of the notebook."""
    before = copy.deepcopy((subject.source, subject.released))
    prove(ProofStore(tmp_path), subject, proof)
    assert (subject.source, subject.released) == before


@pytest.mark.kernel
@pytest.mark.slow
def test_a_release_says_what_was_proved_before(tmp_path, monkeypatch):
    """A second release of the same lab runs no notebook and says so; with --force it runs them all."""
    monkeypatch.setenv(proof_store.VARIABLE, str(tmp_path / "proofs"))
    course = toy_course(tmp_path / "course")

    def proved(*options: str) -> list[str]:
        build(course, "toy")
        done = CliRunner().invoke(command, ["toy", "--course", str(course.root), *options])
        assert done.exit_code == 0, done.output
        return [line.rpartition(": ")[2] for line in done.output.splitlines() if ": holds" in line]

    assert proved() == ["holds"] * 7
    assert proved() == ["holds (proved before)"] * 7
    assert proved("--force") == ["holds"] * 7
