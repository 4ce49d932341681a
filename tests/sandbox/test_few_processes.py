"""Where hand-ins, examiners and everything else of a user share one limit of processes, as in a container."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.confined import fork_server, run

from autograder.sandbox import server_process
from autograder.sandbox.exceptions import SandboxError

HOLD = "import os, time\nfor _ in range(9):\n if os.fork() == 0:\n  time.sleep(600)\n  os._exit(0)\nresult = 'held'"


@pytest.fixture
def full(monkeypatch):
    """A fork server whose first forks fail for want of processes, as many as asked for."""

    def make(server, failures):
        fork = server._server._fork
        count = itertools.count()
        room = server_process.messages.Failed("no process can be started: Resource temporarily unavailable", again=True)
        monkeypatch.setattr(server._server, "_fork", lambda serve: room if next(count) < failures else fork(serve))

    return make


def test_room_is_waited_for(full):
    """A fork for which there is no room now succeeds when there is, in the same fork server."""
    with fork_server("trusted") as server:
        before = server.pid
        full(server, 3)
        assert run(server.fork(), "result = 5") == 5
        assert server.pid == before


def test_no_room_at_all_is_told(full, monkeypatch):
    """Without room in time it is an error with a remedy, and the fork server is as good as before."""
    monkeypatch.setattr(server_process, "FORK_SECONDS", 0.2)
    with fork_server("trusted") as server:
        before = server.pid
        full(server, 10**9)
        with pytest.raises(SandboxError, match=r"Resource temporarily unavailable\. Something here has nearly all the"):
            server.fork()
        monkeypatch.undo()
        assert run(server.fork(), "result = 5") == 5
        assert server.pid == before


GROUP = Path("/sys/fs/cgroup/pids")
INSIDE = f"""
import sys, threading, time
from support.confined import fork_server, run
with fork_server("none") as hand_ins, fork_server("trusted") as examiners:
    holder, first = hand_ins.fork(), examiners.fork()
    print(run(holder, {HOLD!r}), run(first, "result = 'first'"), flush=True)
    before = examiners.pid
    full = threading.Event()
    threading.Thread(target=lambda: full.wait() and time.sleep(1) or holder.kill()).start()
    with open(sys.argv[1], "w") as limit, open(sys.argv[2]) as now:
        limit.write(now.read())
    full.set()
    print(run(examiners.fork(), "result = 'second'"), run(first, "result = 'first'"), examiners.pid == before)
"""


@pytest.mark.may_skip
@pytest.mark.skipif(not os.access(GROUP, os.W_OK), reason="no group of processes can be made here")
def test_a_hand_in_that_holds_them_all_ends_no_examiner():
    """While a hand-in has every process that there may be, examiners live on, and the next one starts when it ended."""
    group = GROUP / f"autograder-test-{os.getpid()}"
    group.mkdir()
    try:
        code = f"open({str(group / 'cgroup.procs')!r}, 'w').write('0')\n{INSIDE}"
        files = [str(group / "pids.max"), str(group / "pids.current")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", code, *files], env=environment, capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == ["held", "first", "second", "first", "True"], done.stderr
    finally:
        group.rmdir()
