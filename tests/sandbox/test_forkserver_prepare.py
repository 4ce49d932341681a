"""What a warm process is told to do once, before it forks."""

from __future__ import annotations

import pytest

from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.sandbox import probe
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.levels import SandboxError

SETTINGS = GradingSettings(seed=1, sandbox=SandboxPolicy.NONE)
SERVE = "autograder.sandbox.probe:serve"
IMPORT = "autograder.engine.examiner.worker:prepare"
LOADED = "import sys\nresult = 'colorsys' in sys.modules"


@pytest.fixture
def warm():
    with ForkServer(SETTINGS, SERVE, "") as process:
        yield process


def loaded(warm: ForkServer) -> object:
    session = warm.fork()
    try:
        return probe.ask(session, LOADED)["result"]
    finally:
        session.kill()


def test_what_was_prepared_is_there_in_every_child(warm) -> None:
    """A child forked after the preparation has what it brought, one forked before has not."""
    before = loaded(warm)
    warm.prepare(IMPORT, b'["colorsys"]')
    assert (False, True) == (before, loaded(warm))


def test_preparations_outlive_the_warm_process(warm) -> None:
    """A warm process that has to be started again is prepared again."""
    warm.prepare(IMPORT, b'["colorsys"]')
    warm.start()
    assert loaded(warm)


def test_more_than_a_message_can_be_told(warm) -> None:
    """A preparation may be longer than any message of the control socket."""
    warm.prepare(IMPORT, b'["colorsys", "' + b"x" * 1_000_000 + b'"]')
    assert loaded(warm)


def test_a_preparation_that_fails_is_an_error_of_ours(warm) -> None:
    """What goes wrong in a preparation is raised on the trusted side, with its reason."""
    with pytest.raises(SandboxError, match="JSONDecodeError"):
        warm.prepare(IMPORT, b"no JSON")
