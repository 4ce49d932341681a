"""What a hand-in tries against the machine that it runs on: text cases, each at every level with walls.

A case says what it tries, what its code answers (the error in words, or `result`) or how it ends; one of the two is
enough. Its code runs in a confined child that may hold 300 MB, 12 processes and 8 MB of files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.confined import run

from autograder.sandbox import probe
from autograder.sandbox.confined_process import ConfinedProcess

pytestmark = [pytest.mark.sandbox]


@dataclass(frozen=True)
class Case:
    """One attack: its name, what it tries, what has to come of it as regular expressions, and its code."""

    name: str
    tries: str
    answers: str
    ends: str
    code: str


def read_case(path: Path) -> Case:
    head, _, code = path.read_text(encoding="utf-8").partition("---\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return Case(path.stem, said.pop("tries"), said.pop("answers", ""), said.pop("ends", ""), code)


CASES = [read_case(path) for path in sorted((Path(__file__).parent / "cases").glob("*.txt"))]


def outcome(child: ConfinedProcess, case: Case) -> str:
    """What came of a case, empty when it is what has to come."""
    try:
        answer = probe.ask(child, case.code, seconds=30)
    except OSError:
        answer = {}
    said = str(answer.get("error", answer.get("result")))
    reason = child.kill().reason
    held = (case.answers and answer and re.search(case.answers, said)) or (case.ends and re.search(case.ends, reason))
    return "" if held else f"{case.tries}: answered {said!r}, ended {reason!r}"


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_case(server, case):
    """What the case tries is refused, or ends it; and the fork server is as well as before."""
    before = server.pid
    assert not outcome(server.fork(), case)
    after = server.fork()
    assert run(after, "import os; result = os.listdir()") == []
    after.kill()
    assert server.pid == before
