"""The hostile corpus where every item is decided inside: marks may be forged there, and nothing else is harmed.

One in eight of its cases; `make fuzz` runs all.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from support import hostile_corpus as corpus
from support.decided_inside import everything_inside

from autograder.engine.grader import Grader
from autograder.model.results import Decided, Status
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.model.submission import Submission

CASES = [corpus.read_case(path) for path in sorted((corpus.CORPUS / "cases").glob("*.txt"))]
SETTINGS = GradingSettings(
    seed=20261121, cell_seconds=4.0, notebook_seconds=28.0, memory_mb=600, processes=24, output_mb=0.2, scratch_mb=16,
    sandbox=SandboxPolicy.STRICT,
)  # fmt: skip

EACH = 8
"""Of so many cases one is run where no time is given for more."""

pytestmark = [pytest.mark.sandbox, pytest.mark.slow, pytest.mark.fuzz]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All cases, or a sample of them."""
    if "case" in metafunc.fixturenames:
        cases = CASES[:: 1 if metafunc.config.getoption("fuzz_minutes") else EACH]
        metafunc.parametrize("case", cases, ids=[case.name for case in cases])


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """One grader for the whole corpus, which decides everything inside."""
    root = tmp_path_factory.mktemp("hostile")
    with everything_inside(), Grader(corpus.write_victims(root), SETTINGS) as grader:
        assert {one.decided for one in grader.decisions("victim")} == {Decided.INSIDE}
        yield grader


def honest(grader):
    """The marks of honest answers."""
    return {item.item: item.points for item in grader.grade(Submission("ada", "victim", corpus.released())).items}


def test_honest(grader):
    """The model's own answers have full marks inside as well."""
    assert honest(grader) == corpus.FULL


def shown(result) -> str:
    """All of a result that may come to a student's page."""
    told = result.to_json()
    for item in told["items"]:
        for one in (item, *item["checks"]):
            del one["for_markers"]
    return json.dumps(told).lower()


def test_case(grader, case):
    """No hidden test reaches a page, every item has a mark within its points, and the next student is not harmed."""
    course = grader.assignment.course.root
    before = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in course.rglob("*") if Path(path).is_file()}
    result = grader.grade(case.submission())
    assert [canary for canary in corpus.CANARIES if canary in shown(result)] == []
    assert {item.item for item in result.items} == set(corpus.FULL)
    for item in result.items:
        assert item.status is not Status.GRADER_ERROR, item
        assert 0 <= item.points <= corpus.FULL[item.item]
    assert before == {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in course.rglob("*") if Path(path).is_file()
    }
    assert honest(grader) == corpus.FULL
