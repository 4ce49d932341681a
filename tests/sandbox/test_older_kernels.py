"""The levels on kernels played older: Landlock without what later versions of it have, or none."""

from __future__ import annotations

import contextlib

import pytest
from support.confined import SETTINGS, WALLED, reached, run

from autograder.sandbox import probe, reach
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.linux import landlock

pytestmark = [pytest.mark.sandbox]

OLDER = [
    *(("strict", version) for version in range(7)),  # 0: Linux 5.12, or started without it
    *(("reduced", version) for version in range(landlock.ENOUGH_ALONE, 7)),  # 5: Ubuntu 24.04 has 4, Debian 12 has 2
]
STOP = "import os, signal\nos.kill(0, signal.SIGSTOP)\nresult = 'still here'"


@pytest.fixture(params=OLDER, ids=lambda older: f"{older[0]}, Landlock {older[1]}")
def older(request) -> Level:
    """A level as an older kernel would give it."""
    name, version = request.param
    here = reached(name)
    if here.landlock < version:
        pytest.skip(f"this kernel has Landlock {here.landlock}")
    return Level(name, here.walls, landlock=version)


def test_nothing_gets_out(older):
    """The probe, which tries the level before it is used, finds no way out."""
    assert reach.attack(older) == {"result": []}


def test_a_group_that_is_stopped_is_its_own(older):
    """A child that stops its process group stops itself, and not the fork server with its watch."""
    with ForkServer(SETTINGS, probe.SERVE, level=older) as server:
        before = server.pid
        child = server.fork()
        with contextlib.suppress(OSError):
            probe.ask(child, STOP, seconds=0.5)
        after = server.fork()
        assert run(after, "result = 'well'") == "well"
        assert server.pid == before
        assert child.kill().known


@pytest.mark.parametrize("level", WALLED)
def test_only_this_kernel_is_newer(level):
    """A level that is reached here has the version of Landlock that this kernel has."""
    assert reached(level).landlock == landlock.abi()
