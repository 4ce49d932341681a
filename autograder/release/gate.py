"""The gate: a release is written when every proof holds.

A proof is a function that yields a problem for each thing that does not hold, with notebook, cell and remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from autograder.release import run_proofs, text_proofs
from autograder.release.exceptions import GateError
from autograder.release.proof_store import ProofStore
from autograder.release.subject import LabSubject, Problem, Subject

LAB_PROOFS: tuple[Callable[[LabSubject], Iterator[Problem]], ...] = (text_proofs.names_and_points,)

TEXT_PROOFS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    text_proofs.same_cells,
    text_proofs.tests_are_folded,
    text_proofs.colab_format,
    text_proofs.nothing_attached,
    text_proofs.self_contained,
    text_proofs.no_leak,
)

RUN_PROOFS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    run_proofs.model_scores_full,
    run_proofs.show_cells_not_needed,
    run_proofs.checks_add_up,
    run_proofs.untouched_scores_nothing,
    run_proofs.release_runs_through,
    text_proofs.no_leak_on_the_page,
)

OTHER_KERNEL_PROOFS: tuple[Callable[[Subject], Iterator[Problem]], ...] = (
    run_proofs.model_scores_full,
    run_proofs.release_runs_through,
)


def check(
    lab: LabSubject,
    store: ProofStore,
    *,
    other_kernel: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Run every proof, but for those by running that the store has. Raises GateError with all problems found.

    Notebooks are run only when reading them found nothing. `other_kernel` is a Python with another IPython and
    ipykernel (that of Colab, say) under which the notebooks have to run as well.
    """
    problems = [problem for lab_proof in LAB_PROOFS for problem in lab_proof(lab)]
    problems += [problem for proof in TEXT_PROOFS for subject in lab.notebooks for problem in proof(subject)]
    if problems:
        raise GateError(problems)
    problems = _run_all(lab.notebooks, store, RUN_PROOFS, "", say)
    if other_kernel is not None:
        subjects = tuple(replace(subject, python=other_kernel) for subject in lab.notebooks)
        problems += _run_all(subjects, store, OTHER_KERNEL_PROOFS, " under the other kernel", say)
    if problems:
        raise GateError(problems)


def _run_all(
    subjects: tuple[Subject, ...],
    store: ProofStore,
    proofs: tuple[Callable[[Subject], Iterator[Problem]], ...],
    where: str,
    say: Callable[[str], None],
) -> list[Problem]:
    def prove(subject: Subject) -> list[Problem]:
        problems = []
        for proof, found, before in store.prove(subject, proofs):
            problems += [replace(problem, found=problem.found + where) for problem in found]
            verdict = "FAILED" if found else "holds (proved before)" if before else "holds"
            say(f"{subject.name}{where}: {proof.__name__.replace('_', ' ')}: {verdict}")
        return problems

    # kernels wait more than they compute: two notebooks side by side
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [problem for problems in pool.map(prove, subjects) for problem in problems]
