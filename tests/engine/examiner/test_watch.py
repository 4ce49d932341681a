"""The examiner's own alarm and watchdog, each in a process that it may end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.engine.grader import WATCHDOG_STATUS

SCRIPT = """
import sys
from autograder.engine.examiner import watch
watch.GRACE_SECONDS = 0.3
class Processes:
    def announce(self, what):
        print(what, flush=True)
try:
    with watch.Watch(Processes()).over("cell 3", 0.1):
        {work}
except watch.Overrun:
    sys.exit(7)
sys.exit(8)
"""


@pytest.mark.parametrize(
    ("work", "status"), [("while True: pass", 7), ("sum(range(10**13))", WATCHDOG_STATUS), ("pass", 8)]
)
def test_the_alarm_and_the_watchdog(work, status):
    """A loop is broken off, an endless step of C ends the process, and what is done in time is left alone."""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(work=work)],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, "cell 3\n"), done.stderr
