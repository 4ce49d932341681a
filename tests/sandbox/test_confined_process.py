"""A confined process in the hands of the trusted side."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time

import pytest
from support.confined import SETTINGS, WALLED, ending, fork_server, processes_of, run
from support.patience import HANG_SECONDS

from autograder.sandbox import confined_process
from autograder.sandbox.forkserver import ForkServer


def test_kill_ends_everything(server):
    """Killing a child ends what it started, daemons that left their parents included."""
    child = server.fork()
    daemon = "import os, time\nif os.fork() == 0:\n if os.fork() == 0:\n  try: os.setsid()\n  except OSError: pass\n"
    run(child, daemon + "  time.sleep(600)\n os._exit(0)\ntime.sleep(0.2)")
    before = processes_of(server)
    child.kill()
    deadline = time.monotonic() + HANG_SECONDS
    while processes_of(server) > before - 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert before >= 3
    assert processes_of(server) == before - 2


@pytest.mark.parametrize(
    ("source", "reason", "exit_status", "number"),
    [
        ("import os; os._exit(3)", "exit status 3", 3, None),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV", None, signal.SIGSEGV),
        ("import os; os._exit(0)", "", 0, None),
    ],
)
def test_how_it_ended(server, source, reason, exit_status, number):
    """The end of a process is known by its exit status or signal, and told in words."""
    usage = ending(server, source)
    assert (usage.known, usage.reason, usage.exit_status, usage.signal) == (True, reason, exit_status, number)


def test_killed_from_outside(server):
    """A child that the trusted side ends has no reason to tell, and the signal that it was ended by."""
    usage = server.fork().kill()
    assert (usage.known, usage.reason, usage.exit_status, usage.signal) == (True, "", None, signal.SIGKILL)


def test_what_raised_is_told_from_a_watchdog(level_and_server):
    """A trusted child whose function raised exits with 70, one that faulthandler's watchdog ended with 1."""
    level, server = level_and_server
    watchdog = "import faulthandler, time; faulthandler.dump_traceback_later(0.01, exit=True); time.sleep(60)"
    with ForkServer(SETTINGS, "builtins:int", level=server.level, trusted=level == "trusted") as raising:
        child = raising.fork()
        assert not child.sock.recv(1)
        assert child.kill().exit_status == (os.EX_SOFTWARE if level == "trusted" else 1)
    assert ending(server, watchdog).exit_status == 1


@pytest.fixture(params=["trusted", *WALLED])
def level_and_server(request):
    with fork_server(request.param) as server:
        yield request.param, server


def test_running(server):
    """A child is running until it ends, by itself or killed."""
    child = server.fork()
    assert child.running
    child.kill()
    assert not child.running


def test_killed_twice(server):
    """Killing a child that has ended gives the same usage again."""
    child = server.fork()
    assert child.kill() == child.kill()


@pytest.mark.parametrize("level", ["none", WALLED[1]])
def test_what_an_orphan_started_ends_with_it(level):
    """Where no namespace ends it, what a child has started is ended after the death of the fork server as well."""
    with fork_server(level) as server:
        child = server.fork()
        started = run(child, "import subprocess; result = subprocess.Popen(['sleep', '600']).pid")
        pidfd = os.pidfd_open(started)
        os.kill(server.pid, signal.SIGKILL)
        assert select.select([child._pidfd], [], [], 60)[0]
        assert not child.kill().known
        assert select.select([pidfd], [], [], 30)[0]
        os.close(pidfd)


@pytest.mark.parametrize("level", ["none", "trusted", *WALLED])
def test_confined_children_go_with_their_fork_server(level, monkeypatch):
    """When the fork server of confined children dies, they die, which is told at once, and the next child works."""
    monkeypatch.setattr(confined_process, "END_SECONDS", 10_000)
    with fork_server(level) as server:
        children = [server.fork(), server.fork()]
        os.kill(server.pid, signal.SIGKILL)
        for child in children:
            assert not child.sock.recv(1)
        assert [child.kill().known for child in children] == [False, False]
        after = server.fork()
        assert run(after, "result = 5") == 5
        assert after.kill().known


def test_an_end_that_was_told_before_is_known():
    """What a fork server told of an end before it died counts."""
    with fork_server("trusted") as server:
        child = server.fork()
        child.sock.sendall(b'"import os; os._exit(3)"\n')
        assert select.select([server._server._control], [], [], 60)[0]
        os.kill(server.pid, signal.SIGKILL)
        assert (child.kill().known, child.kill().exit_status) == (True, 3)


def test_nobody_elses_group_is_ended():
    """A process group of the same number in another session is left alone when an orphan is cleaned up after."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with fork_server("trusted") as server, subprocess.Popen(["cat"], start_new_session=True, **pipes) as other:
        server._server.end_group(other.pid)
        assert other.communicate(b"alive") == (b"alive", None)
