"""What /proc tells of processes."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import threading

import pytest

from autograder.sandbox.linux import processes

FIRST_THREAD_ENDS = """
import ctypes, threading, time
def stay():
    kept = open("/dev/null"), bytearray(b"x" * (20 << 20))
    print("ready", flush=True)
    time.sleep(600)
threading.Thread(target=stay).start()
ctypes.CDLL(None).syscall({number}, 0)
"""


@pytest.fixture
def headless():
    """A process whose first thread has ended."""
    number = {"x86_64": 60, "aarch64": 93}[platform.machine()]
    command = [sys.executable, "-c", FIRST_THREAD_ENDS.format(number=number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        while "VmRSS" in processes._numbers(f"/proc/{process.pid}/status"):
            pass
        yield process.pid
        process.kill()


def test_a_process_lives_on_without_its_first_thread(headless):
    """What such a process holds is found in its other threads."""
    assert processes.held_kb(processes.read_status(headless)) > 20 << 10
    assert processes.proportional_kb(headless) > 10 << 10
    assert [link for _, link in processes._descriptors([headless]) if link == "/dev/null"]


def test_tables_of_pages_are_held():
    """The kernel's tables count beside what is resident, and what is swapped out."""
    status = {"VmRSS": 1000, "VmPTE": 200, "VmSwap": 30, "HugetlbPages": 4, "VmSize": 10**6}
    assert processes.held_kb(status) == 1234


def test_sockets_count_once():
    """A socket that is open twice is one socket."""
    before = processes.held_by([os.getpid()]).sockets
    one, other = socket.socketpair()
    with one, other, one.dup():
        assert processes.held_by([os.getpid(), os.getpid()]).sockets == before + 2


def test_files_without_a_name(tmp_path):
    """A file that is open and was removed is found with its size, one that has a name is not."""
    named, nameless = tmp_path / "named", tmp_path / "nameless"
    with named.open("wb") as first, nameless.open("wb") as second:
        for file in (first, second):
            file.write(bytes(1 << 20))
            file.flush()
            os.fsync(file.fileno())
        inode = nameless.stat().st_ino
        nameless.unlink()
        device = tmp_path.stat().st_dev
        held = processes.nameless_files([os.getpid()], device)
        assert held.open_kb[inode] >= 1 << 10
        assert named.stat().st_ino not in held.open_kb
        assert processes.nameless_files([os.getpid()], device + 1).open_kb == {}


def test_tasks_of_this_user_count_threads():
    """All that this user runs is counted, one more with each thread."""
    before, end = processes.tasks_of_user(), threading.Event()
    threads = [threading.Thread(target=end.wait) for _ in range(200)]
    for thread in threads:
        thread.start()
    counted = processes.tasks_of_user()
    end.set()
    for thread in threads:
        thread.join()
    assert counted - before > 100
