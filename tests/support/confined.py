"""Fork servers whose children run the Python source that a test gives them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.sandbox import probe
from autograder.sandbox.forkserver import ConfinedProcess, ForkServer, Usage
from autograder.sandbox.level import Level
from autograder.sandbox.reach import try_level

SETTINGS = GradingSettings(
    seed=1, notebook_seconds=20, memory_mb=300, processes=12, scratch_mb=8, sandbox=SandboxPolicy.NONE
)
WALLED = [pytest.param(level, marks=pytest.mark.sandbox) for level in ("strict", "reduced")]


def reached(name: str) -> Level:
    """A level, if this machine reaches it; otherwise the test is skipped."""
    if name == "none":
        return Level.none()
    attempt = try_level(name)
    if attempt.level is None:
        pytest.skip(f"no {name} sandbox on this machine: {attempt.reason}")
    return attempt.level


def fork_server(level: str, settings: GradingSettings = SETTINGS, *, warm_up: str = "") -> ForkServer:
    """A fork server at a level; "trusted" is the one of the examiners, at the level that follows or at none."""
    trusted = level.startswith("trusted")
    own = reached(level.removeprefix("trusted").strip() or "none")
    return ForkServer(settings, probe.SERVE, warm_up, level=own, trusted=trusted)


def run(child: ConfinedProcess, source: str) -> object:
    """What the source bound to `result`, or its error as text."""
    answer = probe.ask(child, source)
    return answer.get("error", answer.get("result"))


def ending(server: ForkServer, source: str) -> Usage:
    """How a child ended that ran this source, after at most a few seconds."""
    child = server.fork()
    with contextlib.suppress(OSError):
        probe.ask(child, source, seconds=15)
    return child.kill()


def processes_of(server: ForkServer) -> int:
    """The number of processes of a fork server, itself and its children."""
    marker = str(server._server._folder.name).encode()
    count = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                count += marker in (entry / "cmdline").read_bytes()
    return count
