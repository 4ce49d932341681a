"""What the grader's version is made of."""

from __future__ import annotations

import subprocess
import sys

from autograder.batch import grader_hash

LOADED = """
import importlib, sys
for name in {roots!r} + ["autograder.sandbox.forkserver_main"]:
    importlib.import_module(name)
print("\\n".join(name for name in sys.modules if name.partition(".")[0] == "autograder"))
"""


def test_all_that_the_engine_imports():
    """Every module of ours that the engine's processes load is in the hash."""
    code = LOADED.format(roots=list(grader_hash.ROOTS))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= set(grader_hash.grader_files())


def test_what_is_imported_inside_functions_and_started_by_name():
    """Modules that are imported late, and those that are started by their name, are in it."""
    names = set(grader_hash.grader_files())
    assert {"autograder.notebook.parsing", "autograder.marking.decide", "autograder.sandbox.forkserver_main"} <= names


def test_nothing_that_decides_no_mark():
    """What only shows or collects marks is not in it: a new feedback template makes no mark stale."""
    packages = {".".join(name.split(".")[:2]) for name in grader_hash.grader_files()}
    assert not packages & {"autograder.output", "autograder.intake", "autograder.batch", "autograder.commands"}


def test_other_code_is_another_version(tmp_path, monkeypatch):
    """The version changes with the text of any of the files."""
    file = tmp_path / "module.py"
    versions = set()
    for text in ("a = 1", "a = 2", "a = 1"):
        file.write_text(text)
        monkeypatch.setattr(grader_hash, "grader_files", lambda: {"autograder.module": file})
        versions.add(grader_hash.grader_version.__wrapped__())
    assert len(versions) == 2
