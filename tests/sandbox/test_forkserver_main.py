"""The fork server at work: what it watches, and what it tells of the end of a child."""

from __future__ import annotations

import subprocess

from support.confined import SETTINGS, ending, run

from autograder.sandbox import probe


def test_memory_of_several_processes(server):
    """Memory beyond the limit in several processes together ends the child, and the reason is told."""
    usage = ending(server, "import os, time\nfor i in range(6):\n if os.fork() == 0:\n  b = bytearray(120 * 2**20)\n"
                         "  time.sleep(60)\ntime.sleep(60)")  # fmt: skip
    assert usage.reason == "more than 300 MB of memory"


def test_processes_of_the_user_do_not_count(server):
    """A hand-in may start as many processes as it has a right to, however many others its user runs."""
    others = [subprocess.Popen(["sleep", "600"]) for _ in range(2 * SETTINGS.processes)]
    try:
        child = server.fork()
        source = "import subprocess\nmade = [subprocess.Popen(['sleep', '60']) for _ in range(6)]\nresult = len(made)"
        assert run(child, source) == 6
        child.kill()
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_fork_bomb(server):
    """A fork bomb ends in its own child, and the next child is as good as any."""
    ending(server, "import os\nwhile True:\n try: os.fork()\n except OSError: os._exit(1)")
    after = server.fork()
    assert run(after, "result = 2") == 2
    after.kill()


def test_scratch_is_bounded(server):
    """A child that fills its scratch folder gets an error or is ended."""
    source = "for i in range(50):\n open(f'f{i}', 'wb').write(bytes(2**20))\nimport time; time.sleep(10)"
    child = server.fork()
    try:
        answer = probe.ask(child, source)
    except OSError:
        answer = {}
    usage = child.kill()
    assert "No space left" in answer.get("error", "") or usage.reason == "more than 8 MB of files"


def test_what_was_imported_is_not_looked_through(child):
    """The garbage collector of a child leaves alone, and so does not copy, what was there before the fork."""
    assert run(child, "import gc; result = gc.get_freeze_count()") > 1000


def test_usage(server):
    """CPU time and peak memory of a child are told."""
    usage = ending(server, "b = bytearray(100 * 2**20)\nx = sum(range(3_000_000))")
    assert usage.cpu_seconds > 0.02
    assert 100 < usage.peak_memory_mb < 300
