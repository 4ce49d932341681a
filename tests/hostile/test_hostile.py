"""Every hostile hand-in of the corpus: no mark that was not earned, nothing of the tests let out, nothing harmed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from support import hostile_corpus as corpus

from autograder.engine.grader import Grader
from autograder.model.results import Status
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.model.submission import Submission

HERE = Path(__file__).parent
CASES = [corpus.read_case(path) for path in sorted((HERE / "cases").glob("*.txt"))]
SETTINGS = GradingSettings(
    seed=20261121, cell_seconds=4.0, notebook_seconds=28.0, memory_mb=600, processes=24, output_mb=0.2, scratch_mb=16,
    sandbox=SandboxPolicy.STRICT,
)  # fmt: skip

pytestmark = [pytest.mark.sandbox]


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """One grader for the whole corpus: what one hand-in breaks, the next would feel."""
    root = tmp_path_factory.mktemp("hostile")
    with Grader(corpus.write_victims(root), SETTINGS) as grader:
        yield grader


@pytest.fixture(scope="module")
def outside(grader) -> dict[Path, str]:
    """What the files outside the sandbox hold: the course with its hidden tests, and the corpus."""
    return fingerprints(grader)


def fingerprints(grader) -> dict[Path, str]:
    found = {}
    for root in (grader.assignment.course.root, HERE / "cases"):
        for path in root.rglob("*"):
            if path.is_file():
                found[path] = f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return found


def marks(result) -> dict[str, float | None]:
    return {item.item: item.points for item in result.items}


def test_honest(grader):
    """The model's own answers get full marks: the corpus measures attacks, not a broken course."""
    result = grader.grade(Submission("ada", "victim", corpus.released()))
    assert marks(result) == corpus.FULL, [item for item in result.items if item.message]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_case(grader, outside, case):
    """What the case's head says comes true, nothing of the tests leaves, and the next student is not harmed."""
    result = grader.grade(case.submission())
    items = {item.item: item for item in result.items}
    wrong = {}
    for item, full in corpus.FULL.items():
        expected = case.earns.get(item, case.earns.get("*", f"{full:g}"))
        points = items[item].points
        fine = points is None or 0 <= points <= full if expected == "?" else points == float(expected)
        if not fine or items[item].status is Status.GRADER_ERROR:
            wrong[item] = (points, expected, items[item].status.value, items[item].message)
    assert not wrong
    first = next((item for item in case.earns if item != "*"), "area")
    assert case.says in items[first].message
    text = json.dumps(result.to_json()).lower()
    assert [canary for canary in corpus.CANARIES if canary in text] == []
    outputs = [output for cell in result.cells for output in cell.outputs]
    assert {kind for output in outputs for kind in output.get("data", {})} <= {"text/plain"}
    assert len(text) < SETTINGS.output_mb * 4_000_000
    assert fingerprints(grader) == outside
    assert os.getpgrp() == os.getpgid(0)
    honest = grader.grade(Submission("ada", "victim", corpus.released()))
    assert marks(honest) == corpus.FULL, [item for item in honest.items if item.message]


def test_the_corpus_is_large():
    """The corpus holds at least forty-five cases, each with a title of its own."""
    assert len(CASES) >= 45
    assert len({case.title for case in CASES}) == len(CASES)
