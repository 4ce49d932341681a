"""What all tests share."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import hypothesis
import pytest

from autograder.model.course import find_own_scripts
from autograder.release.colab import colab_runtime
from autograder.release.exceptions import ColabKernelError
from autograder.release.proofs.store import VARIABLE, ProofStore

pytest_plugins = ["support.toy_course", "support.browser"]

FUZZ_EXAMPLES = 15
"""Examples of a property that is marked fuzz in one round; there is one round where no time is given for it."""

REPOSITORY = Path(__file__).parents[1]

# an example may take as long as the machine needs
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

# nbgrader calls alembic by name; and two cores are not shared among the threads of many kernels
find_own_scripts()
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    """What the gate proves in this run is kept in one place, for all processes that share the tests: see `proofs`."""
    if not hasattr(config, "workerinput") and VARIABLE not in os.environ:
        folder = tempfile.mkdtemp(prefix="autograder-proofs-")
        os.environ[VARIABLE] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fuzz-minutes", type=float, default=0, help="give tests marked fuzz this time in all, not a few examples each"
    )
    parser.addoption(
        "--no-skips", action="store_true", help="a test that skips fails, unless it is marked may_skip (for CI)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Quick tests first: a fault shows early. What is marked long runs with `make fuzz` alone."""
    if not config.getoption("fuzz_minutes"):
        long = [item for item in items if item.get_closest_marker("long") is not None]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item.get_closest_marker("long") is None]
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture
def fuzzed(pytestconfig, request):
    """Runs a property again and again: a few examples as a rule, with --fuzz-minutes for its part of the time.

    `fuzzed(test)` takes a function that hypothesis's `given` has made. Rounds have seeds of their own, so that each
    looks elsewhere; the one that failed is printed.
    """

    def run(test) -> None:
        minutes = pytestconfig.getoption("fuzz_minutes")
        chosen = hypothesis.settings(max_examples=FUZZ_EXAMPLES, print_blob=True)(test)
        marked = sum("fuzzed" in getattr(item, "fixturenames", ()) for item in request.session.items)
        end = time.monotonic() + 60 * minutes / max(1, marked)
        number = 0
        while number == 0 or time.monotonic() < end:
            hypothesis.seed(random.randrange(2**32) if minutes else number)(chosen)()  # noqa: S311
            number += 1

    return run


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    strict = item.config.getoption("--no-skips") and item.get_closest_marker("may_skip") is None
    if strict and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where it has to run: {report.longrepr}"
    # what hostile texts leave in a report has to come from one process to the other
    report.sections = [(head, encodable(text)) for head, text in report.sections]
    if encodable(report.longreprtext) != report.longreprtext:
        report.longrepr = encodable(report.longreprtext)
    return report


def encodable(text: str) -> str:
    """A text with its halves of surrogate pairs written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The working copy that the tests stand in. Nothing is written there but caches that git ignores."""
    return REPOSITORY


@pytest.fixture(scope="session", autouse=True)
def proofs() -> ProofStore:
    """What the gate has proved in this run, by a test or by a command of a page: nothing is proved twice."""
    return ProofStore.of_course(REPOSITORY)


@pytest.fixture(scope="session")
def colab_kernel() -> Path:
    """A Python with the packages that Colab has, set up on first use and kept."""
    try:
        return colab_runtime(REPOSITORY).python
    except ColabKernelError as error:
        pytest.skip(f"Colab's kernel cannot be set up: {error}")
