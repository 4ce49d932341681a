"""Warm processes and the walls round their children, at each level that this machine reaches."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.sandbox import probe
from autograder.sandbox.forkserver import ConfinedProcess, ForkServer, Usage
from autograder.sandbox.levels import Level, SandboxError, try_level

SERVE = "autograder.sandbox.probe:serve"
SETTINGS = GradingSettings(
    seed=1, notebook_seconds=20, memory_mb=300, processes=12, scratch_mb=8, sandbox=SandboxPolicy.NONE
)
WALLED = ("strict", "reduced")


def warm_process(level: str, settings: GradingSettings = SETTINGS, *, trusted: bool = False) -> ForkServer:
    warm = ForkServer(settings, SERVE, "", trusted=trusted)
    if level != "none":
        attempt = try_level(level)
        if attempt.level is None:
            pytest.skip(f"no {level} sandbox on this machine: {attempt.reason}")
        warm.level = attempt.level
    return warm


@pytest.fixture(scope="module", params=[pytest.param(level, marks=pytest.mark.sandbox) for level in WALLED])
def warm(request):
    with warm_process(request.param) as process:
        yield process


@pytest.fixture
def session(warm):
    session = warm.fork()
    yield session
    session.kill()


def run(session: ConfinedProcess, source: str) -> object:
    """What the source bound to `result`, or its error as text."""
    answer = probe.ask(session, source)
    return answer.get("error", answer.get("result"))


def ending(warm: ForkServer, source: str) -> Usage:
    """How a session ended that ran this source, after at most a few seconds."""
    session = warm.fork()
    try:
        probe.ask(session, source, seconds=15)
    except OSError:
        time.sleep(0)
    return session.kill()


@pytest.mark.parametrize("level", ["none", *(pytest.param(level, marks=pytest.mark.sandbox) for level in WALLED)])
def test_children_start_equal(level):
    """What one child does to its memory, the next does not see: each is a fresh copy of the warm process."""
    with warm_process(level) as warm:
        first, second = warm.fork(), warm.fork()
        run(first, "import math; math.pi = 3")
        assert run(second, "import math; result = math.pi > 3.1") is True
        first.kill()
        second.kill()


def test_environment_is_empty(session, monkeypatch):
    """No variable of the grader's environment reaches a child."""
    names = run(session, "import os; result = sorted(os.environ)")
    assert not set(names) & {"USER", "LOGNAME", "SSH_AUTH_SOCK", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"}


def test_scratch_is_private_and_empty(warm):
    """A child's working directory is its home and starts empty, also after another child has written there."""
    first, second = warm.fork(), warm.fork()
    run(first, "open('left-behind', 'w').write('x')")
    look = "import os; result = [os.listdir(), os.getcwd() == os.environ['HOME'] == os.environ['TMPDIR']]"
    assert run(second, look) == [[], True]
    first.kill()
    second.kill()


def test_files_outside_cannot_be_read(session, tmp_path):
    """A file of the host is not there, or not to be opened."""
    (tmp_path / "hidden-test").write_text("secret", encoding="ascii")
    found = run(session, f"result = open({str(tmp_path / 'hidden-test')!r}).read()")
    assert str(found).startswith(("FileNotFoundError", "PermissionError"))


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/1/cmdline", "/proc/self/maps", "/sys/kernel/notes"])
def test_system_files_cannot_be_read(session, path):
    """Users, processes and the kernel's own files are out of sight."""
    assert str(run(session, f"result = open({path!r}).read()")).startswith(("FileNotFoundError", "PermissionError"))


def test_files_outside_cannot_be_changed(session, tmp_path):
    """Neither the content nor the mode, time or existence of a host's file can be changed."""
    target = tmp_path / "marks.csv"
    target.write_text("honest", encoding="ascii")
    before = target.stat()
    for change in ("open(p, 'w')", "os.chmod(p, 0)", "os.remove(p)", "os.utime(p, (0, 0))", "os.truncate(p, 0)",
                   "os.rename(p, p + '2')", "os.symlink('/', p + '3')", "os.mkdir(p + '4')"):  # fmt: skip
        assert "Error" in str(run(session, f"import os; p = {str(target)!r}; result = {change}")), change
    assert target.read_text(encoding="ascii") == "honest"
    assert (target.stat().st_mode, target.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"])
def test_no_sockets(session, family):
    """No socket of any family can be made that reaches out of the process."""
    found = run(session, f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW)")
    assert str(found).startswith("PermissionError")


def test_event_loops_work(session):
    """asyncio, which IPython runs cells with, works."""
    assert run(session, "import asyncio\nasync def f(): return 3\nresult = asyncio.run(f())") == 3


@pytest.mark.parametrize(
    "call",
    [
        "libc.ptrace(0, 0, 0, 0)",
        "libc.unshare(0x10000000)",
        "libc.mount(b'x', b'.', b'tmpfs', 0, None)",
        "libc.memfd_create(b'x', 0)",
        "libc.syscall(ctypes.c_long(425), 1, None)",
        "libc.syscall(ctypes.c_long(323), 1)",
        "libc.shmget(1, 4096, 0o1600)",
        "libc.personality(0x40000)",
        "libc.setgroups(0, None)",
        "libc.reboot(0)",
        "libc.process_vm_readv(1, None, 0, None, 0, 0)",
    ],
)
def test_system_calls_are_refused(session, call):
    """What takes a process out of its box, or hides its memory, fails."""
    source = f"import ctypes; libc = ctypes.CDLL(None, use_errno=True); result = [{call}, ctypes.get_errno()]"
    assert run(session, source)[0] == -1


def test_no_signal_leaves(session, warm):
    """A child can signal neither the grader, nor the warm process, nor another child."""
    other = warm.fork()
    numbers = [os.getpid(), warm._process.pid, other._pid]
    run(session, f"import os\nfor n in {numbers} + list(range(2, 9)):\n try:\n  if n != os.getpid(): os.kill(n, 9)\n"
                 " except OSError: pass")  # fmt: skip
    assert run(other, "result = 'alive'") == "alive"
    other.kill()
    assert warm._process.poll() is None


def test_kill_ends_everything(warm, tmp_path):
    """Killing a session ends what it started, daemons that left their parents included."""
    session = warm.fork()
    daemon = "import os, time\nif os.fork() == 0:\n if os.fork() == 0:\n  try: os.setsid()\n  except OSError: pass\n"
    run(session, daemon + "  time.sleep(600)\n os._exit(0)\ntime.sleep(0.2)")
    before = processes_named(warm)
    session.kill()
    deadline = time.monotonic() + 10
    while processes_named(warm) > before - 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert before >= 3
    assert processes_named(warm) == before - 2


def processes_named(warm: ForkServer) -> int:
    """The number of processes of a warm process, itself and its children."""
    marker = str(warm._folder.name).encode()
    count = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                count += marker in (entry / "cmdline").read_bytes()
            except OSError:
                continue
    return count


def test_memory_of_one_process(session):
    """An allocation beyond the limit is a MemoryError in the cell, and the process lives on."""
    assert str(run(session, "result = len(bytearray(400 * 2**20))")).startswith("MemoryError")
    assert run(session, "result = 1") == 1


def test_memory_of_several_processes(warm):
    """Memory beyond the limit in several processes together ends the session, and the reason is told."""
    usage = ending(warm, "import os, time\nfor i in range(6):\n if os.fork() == 0:\n  b = bytearray(120 * 2**20)\n"
                         "  time.sleep(60)\ntime.sleep(60)")  # fmt: skip
    assert usage.reason == "more than 300 MB of memory"


def test_fork_bomb(warm):
    """A fork bomb ends in its own session, and the next session is as good as any."""
    ending(warm, "import os\nwhile True:\n try: os.fork()\n except OSError: os._exit(1)")
    after = warm.fork()
    assert run(after, "result = 2") == 2
    after.kill()


def test_scratch_is_bounded(warm):
    """A child that fills its scratch folder gets an error or is ended."""
    source = "for i in range(50):\n open(f'f{i}', 'wb').write(bytes(2**20))\nimport time; time.sleep(10)"
    session = warm.fork()
    try:
        answer = probe.ask(session, source)
    except OSError:
        answer = {}
    usage = session.kill()
    assert "No space left" in answer.get("error", "") or usage.reason == "more than 8 MB of files"


def test_file_size_is_bounded(session):
    """No single file grows beyond the scratch limit."""
    assert str(run(session, "open('f', 'wb').write(bytes(9 * 2**20))")).startswith("OSError")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os; os._exit(3)", "exit status 3"),
        ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV"),
        ("import os; os._exit(0)", ""),
    ],
)
def test_how_it_ended(warm, source, reason):
    """The end of a process is told by its exit status or signal."""
    assert ending(warm, source).reason == reason


def test_usage(warm):
    """CPU time and peak memory of a session are told."""
    usage = ending(warm, "b = bytearray(100 * 2**20)\nx = sum(range(3_000_000))")
    assert usage.cpu_seconds > 0.02
    assert 100 < usage.peak_memory_mb < 300


def test_running(warm):
    """A session is running until it ends, by itself or killed."""
    session = warm.fork()
    assert session.running
    session.kill()
    assert not session.running


def test_killed_twice(warm):
    """Killing a session that has ended gives the same usage again."""
    session = warm.fork()
    assert session.kill() == session.kill()


def test_only_its_socket_is_open(session):
    """A child has no open file but its socket and the null device."""
    source = "import os\nresult = []\nfor n in range(200):\n try: result.append([n, os.fstat(n).st_mode // 4096])\n"
    found = run(session, source + " except OSError: pass")
    assert [number for number, kind in found if kind == 0o14] == [found[-1][0]]
    assert [number for number, kind in found if kind != 0o14] == [0, 1, 2]


def test_the_warm_process_starts_again(request):
    """A warm process that has died is started again by the next fork."""
    with warm_process("none") as warm:
        os.killpg(warm._process.pid, signal.SIGKILL)
        session = warm.fork()
        assert run(session, "result = 5") == 5
        session.kill()


def test_session_of_a_dead_warm_process():
    """Killing a session whose warm process has died returns, and says so."""
    with warm_process("none") as warm:
        session = warm.fork()
        os.killpg(warm._process.pid, signal.SIGKILL)
        assert session.kill().reason == "the warm process died"


def test_several_threads():
    """Several threads may fork from one warm process and end their sessions at the same time."""

    def work(number):
        session = warm.fork()
        found = run(session, f"result = {number}")
        session.kill()
        return found

    with warm_process("none") as warm, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(40))) == list(range(40))


def test_broken_warm_up_is_told():
    """A warm process that cannot import what it should is a SandboxError with the reason."""
    warm = ForkServer(SETTINGS, SERVE, "autograder.nowhere:warm_up", trusted=True)
    with pytest.raises(SandboxError, match=r"No module named 'autograder\.nowhere'"):
        warm.start()


def test_trusted_child_keeps_the_environment(monkeypatch):
    """A trusted warm process, for the examiner, has this process's environment and working directory."""
    monkeypatch.setenv("EXAMINER_ONLY", "yes")
    with ForkServer(SETTINGS, SERVE, "", trusted=True) as warm:
        session = warm.fork()
        found = run(session, "import os; result = [os.environ['EXAMINER_ONLY'], os.getcwd()]")
        assert found == ["yes", str(Path.cwd())]
        assert warm.level == Level.none()
        session.kill()


def test_closing_ends_everything():
    """Closing a warm process ends it, its sessions, and removes its folder."""
    warm = warm_process("none")
    with warm:
        warm.fork()
        folder = Path(warm._folder.name)
        marker_count = processes_named(warm)
        assert marker_count >= 2
    assert not folder.exists()


def test_limits_follow_the_settings():
    """The limits of a session are those of the grading settings."""
    limits = ForkServer(dataclasses.replace(SETTINGS, memory_mb=77, processes=5), trusted=True).limits
    assert (limits.memory_mb, limits.processes, limits.scratch_mb) == (77, 5, 8)
