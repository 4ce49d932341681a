"""The gate: a release is written when every proof holds.

A proof is a function that yields a problem for each thing that does not hold, with notebook, cell and remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from autograder.release.proofs import by_grading, by_reading, by_running
from autograder.release.exceptions import GateError
from autograder.release.proofs.store import Proof, ProofStore
from autograder.release.proofs.subject import LabSubject, Note, Problem, Subject

LAB_PROOFS: tuple[Callable[[LabSubject], Iterator[Problem]], ...] = (by_reading.names_and_points,)

TEXT_PROOFS: tuple[Proof, ...] = (
    by_reading.same_cells,
    by_reading.tests_are_folded,
    by_reading.colab_format,
    by_reading.nothing_attached,
    by_reading.self_contained,
    by_reading.no_leak,
)

RUN_PROOFS: tuple[Proof, ...] = (
    by_running.model_scores_full,
    by_running.show_cells_not_needed,
    by_running.checks_add_up,
    by_running.untouched_scores_nothing,
    by_running.release_runs_through,
    by_grading.graded_by_this_engine,
    by_reading.no_leak_on_the_page,
)

OTHER_KERNEL_PROOFS: tuple[Proof, ...] = (
    by_running.model_scores_full,
    by_running.release_runs_through,
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
    found = [found for proof in TEXT_PROOFS for subject in lab.notebooks for found in proof(subject)]
    problems += [problem for problem in found if isinstance(problem, Problem)]
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
    proofs: tuple[Proof, ...],
    where: str,
    say: Callable[[str], None],
) -> list[Problem]:
    def prove(subject: Subject) -> list[Problem]:
        problems: list[Problem] = []
        for proof, found, before in store.prove(subject, proofs):
            failed = [replace(one, found=one.found + where) for one in found if isinstance(one, Problem)]
            problems += failed
            verdict = "FAILED" if failed else "holds (proved before)" if before else "holds"
            say(f"{subject.name}{where}: {proof.__name__.replace('_', ' ')}: {verdict}")
            for note in (one for one in found if isinstance(one, Note)):
                say(str(note))
        return problems

    # kernels wait more than they compute: two notebooks side by side
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [problem for problems in pool.map(prove, subjects) for problem in problems]
