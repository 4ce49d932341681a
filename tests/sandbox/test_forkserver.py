"""Fork servers from start to end, and who takes the place of one that fails."""

from __future__ import annotations

import dataclasses
import logging
import os
import select
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.confined import SETTINGS, WALLED, fork_server, run

from autograder.sandbox import server_process
from autograder.sandbox.exceptions import ForkServerError, PreparationError, SandboxError
from autograder.sandbox.forkserver import LAST_CHARACTERS, LAST_LINES
from autograder.sandbox.linux import paths, processes

IMPORT = "autograder.engine.examiner.worker:prepare"
PACKAGE = paths.package().parent
LOADED = "import sys\nresult = 'colorsys' in sys.modules"


@pytest.mark.parametrize("level", ["none", *WALLED])
def test_children_start_equal(level):
    """What one child does to its memory, the next does not see: each is a fresh copy of the fork server."""
    with fork_server(level) as server:
        first, second = server.fork(), server.fork()
        run(first, "import math; math.pi = 3")
        assert run(second, "import math; result = math.pi > 3.1") is True


def test_several_threads():
    """Several threads may fork from one fork server and end their children at the same time."""

    def work(number):
        child = server.fork()
        found = run(child, f"result = {number}")
        child.kill()
        return found

    with fork_server("none") as server, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(40))) == list(range(40))


@pytest.mark.parametrize("level", ["none", *WALLED])
def test_it_outlives_the_thread_that_started_it(level):
    """A fork server that was started by a thread which has ended is still the same process."""
    with fork_server(level) as server:
        server.close()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(server.start).result()
        before = server.pid
        assert run(server.fork(), "result = 5") == 5
        assert server.pid == before


def test_many_forks(monkeypatch):
    """A fork server that forks often is put into huge pages once, and its children are what they were."""
    asked = []
    prepare = server_process.ServerProcess.prepare
    monkeypatch.setattr(server_process, "MANY_FORKS", 2)
    monkeypatch.setattr(
        server_process.ServerProcess,
        "prepare",
        lambda server, function, data: (asked.append(function), prepare(server, function, data)),
    )
    with fork_server("trusted") as server:
        assert [run(server.fork(), f"result = {number}") for number in range(5)] == list(range(5))
    assert asked == [server_process.HUGE_PAGES]


def test_a_dead_one_is_replaced(caplog):
    """A fork server that has died is replaced by the next fork, and the log says so."""
    with fork_server("trusted") as server, caplog.at_level(logging.WARNING):
        before = server.pid
        os.kill(before, signal.SIGKILL)
        assert run(server.fork(), "result = 5") == 5
        assert server.pid != before
    assert "the fork server died" in caplog.text


def test_a_replaced_one_goes_with_its_last_child():
    """A fork server that was replaced is closed when the last of its children has ended, and not before."""
    with fork_server("trusted") as server:
        first, second = server.fork(), server.fork()
        former = server._server
        os.kill(server.pid, signal.SIGKILL)
        server.fork()
        first.kill()
        assert not former.closed
        second.kill()
        assert former.closed


@pytest.mark.parametrize("level", ["trusted", "none", *WALLED])
def test_a_silent_one_is_replaced(level, monkeypatch):
    """A fork server that does not answer in time is replaced, and its children end with it."""
    with fork_server(level) as server:
        child = server.fork()
        former = server._server
        inside_bubblewrap = processes.descendants(server.pid, 9)
        os.kill(inside_bubblewrap[1] if level == "strict" else server.pid, signal.SIGSTOP)
        monkeypatch.setattr(server_process, "FORK_SECONDS", 0.1)
        with pytest.raises(ForkServerError, match="did not answer in time"):
            former.fork()
        monkeypatch.undo()
        assert run(server.fork(), "result = 5") == 5
        assert server.pid != former.pid
        assert not child.sock.recv(1)
        assert not child.kill().known


def test_a_warm_up_that_fails_is_told():
    """A fork server that cannot import what it should is an error with the level and the reason."""
    with pytest.raises(SandboxError, match=r"\(none sandbox\): .*No module named 'autograder\.nowhere'"):
        fork_server("trusted", warm_up="autograder.nowhere:warm_up").start()


def test_threads_that_a_warm_up_leaves_are_refused(tmp_path, monkeypatch):
    """A warm-up that leaves a thread behind, which no child would have, is an error."""
    thread = "threading.Thread(target=time.sleep, args=[600], daemon=True).start()"
    source = f"import threading, time\ndef warm_up():\n    {thread}\n"
    (tmp_path / "busy_module.py").write_text(source, encoding="ascii")
    environment = server_process._environment
    path = {"PYTHONPATH": f"{PACKAGE}:{tmp_path}"}
    monkeypatch.setattr(server_process, "_environment", lambda *given: environment(*given) | path)
    with pytest.raises(SandboxError, match="left threads running"):
        fork_server("trusted", warm_up="busy_module:warm_up").start()


def test_no_room_for_temporary_files_is_told(monkeypatch):
    """Where no temporary folder can be made, the error is a sentence with the remedy."""
    server = fork_server("trusted")

    def refuse(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    with pytest.raises(SandboxError, match=r"No space left on device.* set TMPDIR to another one\."):
        server.start()


@pytest.fixture(params=["trusted", *(pytest.param(f"trusted {p.values[0]}", marks=p.marks) for p in WALLED)])
def level_of_examiners(request):
    return request.param


def test_examiners_hash_each_in_their_own_way(level_of_examiners):
    """No hand-in can make keys whose hashes collide in its examiner: those of each fork server are others."""
    found = set()
    for _ in range(3):
        with fork_server(level_of_examiners) as server:
            found.add(run(server.fork(), "result = hash('key')"))
    assert len(found) > 1


def test_closing_ends_everything():
    """Closing a fork server ends it and its children, and removes its folder."""
    with fork_server("none") as server:
        child = server.fork()
        folder, pidfd = Path(server._server._folder.name), os.pidfd_open(server.pid)
    assert select.select([pidfd], [], [], 0)[0]
    os.close(pidfd)
    assert (child.running, folder.exists(), server.pid) == (False, False, None)


def test_limits_follow_the_settings():
    """The limits of a child are those of the grading settings."""
    limits = fork_server("none", dataclasses.replace(SETTINGS, memory_mb=77, processes=5))._launch.limits
    assert (limits.memory_mb, limits.processes, limits.scratch_mb) == (77, 5, 8)


class TestPrepare:
    """What a fork server is told to do once, before it forks."""

    def test_is_there_in_every_child_that_follows(self):
        """A child forked after the preparation has what it brought, one forked before has not."""
        with fork_server("none") as server:
            before = run(server.fork(), LOADED)
            server.prepare(IMPORT, b'["colorsys"]')
            assert (False, True) == (before, run(server.fork(), LOADED))

    def test_may_be_said_before_the_start(self):
        """What is to be prepared before the start is prepared at the start."""
        server = fork_server("none")
        server.prepare(IMPORT, b'["colorsys"]')
        with server:
            assert run(server.fork(), LOADED)

    def test_is_done_again_after_a_death(self):
        """The fork server that takes the place of a dead one is prepared as that was."""
        with fork_server("none") as server:
            server.prepare(IMPORT, b'["colorsys"]')
            os.kill(server.pid, signal.SIGKILL)
            assert run(server.fork(), LOADED)

    def test_replaces_a_dead_one(self):
        """A fork server that has died when it is to be prepared is replaced by one that is."""
        with fork_server("none") as server:
            os.kill(server.pid, signal.SIGKILL)
            server.prepare(IMPORT, b'["colorsys"]')
            assert run(server.fork(), LOADED)

    def test_may_be_longer_than_a_message(self):
        """A preparation may be longer than any message of the control socket."""
        with fork_server("none") as server:
            server.prepare(IMPORT, b'["colorsys", "' + b"x" * 1_000_000 + b'"]')
            assert run(server.fork(), LOADED)

    def test_that_fails_is_told_and_forgotten(self):
        """What goes wrong in a preparation is raised with its reason, and does not stand in the way later."""
        with fork_server("none") as server:
            with pytest.raises(PreparationError, match="Decode"):
                server.prepare(IMPORT, b"no JSON")
            os.kill(server.pid, signal.SIGKILL)
            assert run(server.fork(), "result = 5") == 5

    def test_that_ends_the_server_is_told_and_forgotten(self):
        """A preparation that ends the fork server, and the next one too, is an error, and is not tried for ever."""
        with fork_server("trusted") as server:
            with pytest.raises(PreparationError, match="builtins:exec: the fork server died"):
                server.prepare("builtins:exec", b"import os; os._exit(3)")
            assert run(server.fork(), "result = 5") == 5

    @pytest.mark.parametrize("how", ["os._exit(3)", "raise ValueError"])
    def test_that_fails_only_in_the_next_server_is_forgotten_too(self, tmp_path, how):
        """A preparation that was well, and fails in the server that takes the place of a dead one, is told once."""
        flag = tmp_path / "flag"
        with fork_server("trusted") as server:
            server.prepare("builtins:exec", f"import os\nif os.path.exists({str(flag)!r}): {how}".encode())
            flag.touch()
            os.kill(server.pid, signal.SIGKILL)
            with pytest.raises(PreparationError, match="builtins:exec"):
                server.fork()
            assert run(server.fork(), "result = 5") == 5


class TestLastLines:
    """What a trusted fork server and its children wrote to standard error."""

    def test_are_kept_when_the_child_is_gone(self):
        """The last words of a trusted child can be read after its end, also when its fork server has died since."""
        with fork_server("trusted") as server:
            child = server.fork()
            run(child, "import sys; print('out of paper', file=sys.stderr, flush=True)")
            child.kill()
            os.kill(server.pid, signal.SIGKILL)
            server.fork()
            assert server.last_lines() == "out of paper"

    def test_are_few_and_printable(self):
        """At most 20 lines and 2000 characters come, without control characters or blank lines."""
        with fork_server("trusted") as server:
            text = r"'\x1b[31m' + 'x' * 200 + '\u202e\n\n'"
            run(server.fork(), f"import sys\nfor i in range(30): sys.stderr.write(str(i) + {text})")
            lines = server.last_lines()
        assert len(lines) == LAST_CHARACTERS
        assert len(lines.splitlines()) <= LAST_LINES
        assert lines.replace("\n", "").replace("\N{REPLACEMENT CHARACTER}", "").isprintable()
        assert "\x1b" not in lines
        assert "29" in lines

    def test_leave_pythons_own_start_out(self):
        """The frames that `python -m` puts above every traceback are left out."""
        with fork_server("trusted") as server:
            noise = '  File "<frozen runpy>", line 88, in _run_code\\n'
            run(server.fork(), f"import sys; sys.stderr.write('Traceback\\n{noise}ValueError: 3\\n')")
            assert server.last_lines() == "Traceback\nValueError: 3"

    def test_of_a_child_that_raised_say_what(self):
        """When a trusted child's function raises, its traceback is what was written last."""
        server = fork_server("trusted")
        server._launch = dataclasses.replace(server._launch, serve="builtins:int")
        with server:
            child = server.fork()
            assert not child.sock.recv(1)
            child.kill()
            assert server.last_lines().splitlines()[-1].startswith("TypeError: int() argument")

    @pytest.mark.parametrize("level", ["none", *WALLED])
    def test_are_never_a_hand_ins(self, level):
        """What a confined child writes is not among them."""
        with fork_server(level) as server:
            run(server.fork(), "import os; os.write(2, b'believe me')")
            assert server.last_lines() == ""
