"""Switches the defences of the wall off, one at a time, and looks whether a test notices.

    python benchmarks/defences.py [--only WORD ...]

Each runs in a copy of the package in a temporary folder; nothing in the working copy is changed. The exit status is 1
when a defence can go without any of its tests failing: it is then held up by nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
ENGINE = "autograder/engine/"


@dataclass(frozen=True)
class Defence:
    """A defence by the line that is put in the place of another, and the tests that are to notice."""

    name: str
    file: str
    line: str
    instead: str
    tests: str


DEFENCES = (
    Defence(
        "the model's run is the contract",
        ENGINE + "source/contract.py",
        "    allowed = _empties(model.checks)\n    return (",
        "    return False\n    allowed = _empties(model.checks)\n    return (",
        "tests/engine/test_contract.py",
    ),
    Defence(
        "an item that the model fails has no mark",
        ENGINE + "learner.py",
        "failed = {item: failure for item, failure in failed.items() if item in failed_again}",
        "failed = {}",
        "tests/engine/test_contract.py",
    ),
    Defence(
        "what is given is trusted",
        ENGINE + "source/given.py",
        "return self._chosen(wanted, self._foreign.union(kept))",
        "return self._chosen([], self._foreign.union(kept))",
        "tests/engine/test_given.py",
    ),
    Defence(
        "given values are compared",
        ENGINE + "examiner/surroundings/given_names.py",
        "self.distrusted.add(name)",
        "pass",
        "tests/engine/test_given.py",
    ),
    Defence(
        "an answer's name is not the checker's",
        ENGINE + "examiner/surroundings/namespace.py",
        "self._bound_since.add(name)",
        "pass",
        "tests/engine/test_given.py",
    ),
    Defence(
        "values carry their origin",
        ENGINE + "source/own_numbers.py",
        "return type(value) in OWN",
        "return is_number(value)",
        "tests/engine/test_own_numbers.py",
    ),
    Defence(
        "hidden checks give nothing away",
        ENGINE + "examiner/disclosure.py",
        "if self._show_hidden or not self._are_hidden(steps):",
        "if True:",
        "tests/engine/test_disclosure.py",
    ),
    Defence(
        "expected values are not handed over",
        ENGINE + "examiner/remote/call_sites.py",
        "if operation not in GUARDED:",
        "if True:",
        "tests/engine/test_handed_over.py",
    ),
    Defence(
        "containers keep their identity",
        ENGINE + "protocol/wire/writer.py",
        "            return [SAME, number]",
        "            return self._form(value, depth)",
        "tests/engine/test_aliasing.py",
    ),
    Defence(
        "foreign texts are evaluated where they come from",
        ENGINE + "examiner/surroundings/foreign_text.py",
        "    def is_foreign(self, text: Any) -> bool:\n",
        "    def is_foreign(self, text: Any) -> bool:\n        return False\n",
        "tests/engine/test_foreign_text.py",
    ),
    Defence(
        "patches reach the hand-in",
        ENGINE + "examiner/remote/exchange.py",
        "found = [] if self.patches is None else self.patches.now()",
        "found = []",
        "tests/engine/test_patches.py",
    ),
    Defence(
        "the hand-in's numbers tell nothing of the examiner's",
        ENGINE + "keys.py",
        "derive(own, student, notebook)",
        "derive(examiner, student, notebook)",
        "tests/engine/test_random_numbers.py",
    ),
    Defence(
        "follow-through is one bit",
        ENGINE + "examiner/grading.py",
        "if self._mark(item, run).right:",
        "if True:",
        "tests/engine/test_follow_through.py",
    ),
    Defence(
        "what is read is bounded in keys",
        ENGINE + "protocol/constants.py",
        "MAX_KEYS = 50_000",
        "MAX_KEYS = 50_000_000",
        "tests/engine/test_held_up.py",
    ),
    Defence(
        "a comparison with an object is an error",
        ENGINE + "examiner/remote/handles.py",
        '__eq__ = _refuse("a comparison")',
        "__eq__ = lambda *_: True",
        "tests/engine/test_running.py",
    ),
    Defence(
        "hidden tests stay with the examiner",
        ENGINE + "source/model_trace.py",
        "made.public = delimiters.released(cell.source)",
        "made.public = cell.source",
        "tests/engine/test_hidden_tests.py",
    ),
)


def main() -> int:
    """Try them all; 1 when one is held up by nothing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], help="those with one of these words in their names")
    only = parser.parse_args().only
    unnoticed = 0
    for defence in DEFENCES:
        if only and not any(word in defence.name for word in only):
            continue
        started = time.monotonic()
        noticed = _noticed(defence)
        unnoticed += not noticed
        print(f"{'noticed' if noticed else 'NOT NOTICED':12} {time.monotonic() - started:4.0f} s  {defence.name}")
        sys.stdout.flush()
    return int(unnoticed > 0)


def _noticed(defence: Defence) -> bool:
    """Whether a test fails without a defence. Raises SystemExit when the line is not there, once."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("autograder", "tests", "notebooks", "benchmarks"):
            shutil.copytree(REPOSITORY / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(REPOSITORY / "pyproject.toml", copy)
        path = copy / defence.file
        text = path.read_text(encoding="utf-8")
        if text.count(defence.line) != 1:
            raise SystemExit(f"{defence.name}: the line stands {text.count(defence.line)} times in {defence.file}")
        path.write_text(text.replace(defence.line, defence.instead), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--timeout", "300", defence.tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{defence.name}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr}")
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
