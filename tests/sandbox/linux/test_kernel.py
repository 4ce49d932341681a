"""What the system calls do to a process of ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.sandbox.linux import kernel

HOLDS = """
import re
from pathlib import Path
from autograder.sandbox.linux.kernel import use_huge_pages
held = bytearray(b"a") * (16 << 20)
use_huge_pages()
print(re.search(r"AnonHugePages: +([0-9]+)", Path("/proc/self/smaps_rollup").read_text())[1], held == b"a" * len(held))
"""


@pytest.mark.skipif(kernel.release() < (6, 1), reason="the kernel cannot move memory into huge pages")
def test_huge_pages():
    """What a process holds is in huge pages afterwards, and is the same."""
    kilobytes, same = subprocess.run(
        [sys.executable, "-c", HOLDS], check=True, capture_output=True, text=True
    ).stdout.split()
    assert int(kilobytes) >= 8 * 1024
    assert same == "True"
