"""What a confined child cannot do, at each level with walls that this machine reaches."""

from __future__ import annotations

import os

import pytest
from support.confined import run


def test_environment_is_empty(child, monkeypatch):
    """No variable of the grader's environment reaches a child."""
    names = run(child, "import os; result = sorted(os.environ)")
    assert not set(names) & {"USER", "LOGNAME", "SSH_AUTH_SOCK", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"}


def test_scratch_is_private_and_empty(server):
    """A child's working directory is its home and starts empty, also after another child has written there."""
    first, second = server.fork(), server.fork()
    run(first, "open('left-behind', 'w').write('x')")
    look = "import os; result = [os.listdir(), os.getcwd() == os.environ['HOME'] == os.environ['TMPDIR']]"
    assert run(second, look) == [[], True]
    first.kill()
    second.kill()


def test_files_outside_cannot_be_read(child, tmp_path):
    """A file of the host is not there, or not to be opened."""
    (tmp_path / "hidden-test").write_text("secret", encoding="ascii")
    found = run(child, f"result = open({str(tmp_path / 'hidden-test')!r}).read()")
    assert str(found).startswith(("FileNotFoundError", "PermissionError"))


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/1/cmdline", "/proc/self/maps", "/sys/kernel/notes"])
def test_system_files_cannot_be_read(child, path):
    """Users, processes and the kernel's own files are out of sight."""
    assert str(run(child, f"result = open({path!r}).read()")).startswith(("FileNotFoundError", "PermissionError"))


def test_files_outside_cannot_be_changed(child, tmp_path):
    """Neither the content nor the mode, time or existence of a host's file can be changed."""
    target = tmp_path / "marks.csv"
    target.write_text("honest", encoding="ascii")
    before = target.stat()
    for change in ("open(p, 'w')", "os.chmod(p, 0)", "os.remove(p)", "os.utime(p, (0, 0))", "os.truncate(p, 0)",
                   "os.rename(p, p + '2')", "os.symlink('/', p + '3')", "os.mkdir(p + '4')"):  # fmt: skip
        assert "Error" in str(run(child, f"import os; p = {str(target)!r}; result = {change}")), change
    assert target.read_text(encoding="ascii") == "honest"
    assert (target.stat().st_mode, target.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"])
def test_no_sockets(child, family):
    """No socket of any family can be made that reaches out of the process."""
    found = run(child, f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW)")
    assert str(found).startswith("PermissionError")


def test_event_loops_work(child):
    """asyncio, which IPython runs cells with, works."""
    assert run(child, "import asyncio\nasync def f(): return 3\nresult = asyncio.run(f())") == 3


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
def test_system_calls_are_refused(child, call):
    """What takes a process out of its box, or hides its memory, fails."""
    source = f"import ctypes; libc = ctypes.CDLL(None, use_errno=True); result = [{call}, ctypes.get_errno()]"
    assert run(child, source)[0] == -1


def test_no_signal_leaves(child, server):
    """A child can signal neither the grader, nor the fork server, nor another child."""
    before = server.pid
    other = server.fork()
    numbers = [os.getpid(), server.pid, other._pid]
    run(child, f"import os\nfor n in {numbers} + list(range(2, 9)):\n try:\n  if n != os.getpid(): os.kill(n, 9)\n"
                 " except OSError: pass")  # fmt: skip
    assert run(other, "result = 'alive'") == "alive"
    other.kill()
    server.fork().kill()
    assert server.pid == before


def test_only_its_socket_is_open(child):
    """A child has no open file but its socket and the null device."""
    source = "import os\nresult = []\nfor n in range(200):\n try: result.append([n, os.fstat(n).st_mode // 4096])\n"
    found = run(child, source + " except OSError: pass")
    assert [number for number, kind in found if kind == 0o14] == [found[-1][0]]
    assert [number for number, kind in found if kind != 0o14] == [0, 1, 2]


def test_memory_of_one_process(child):
    """An allocation beyond the limit is a MemoryError in the cell, and the process lives on."""
    assert str(run(child, "result = len(bytearray(400 * 2**20))")).startswith("MemoryError")
    assert run(child, "result = 1") == 1


def test_file_size_is_bounded(child):
    """No single file grows beyond the scratch limit."""
    assert str(run(child, "open('f', 'wb').write(bytes(9 * 2**20))")).startswith("OSError")
