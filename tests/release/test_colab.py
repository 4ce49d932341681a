"""What `release --colab` says of the runtime that it proves the notebooks under."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.release import colab
from autograder.release.colab import FROM_BEHIND, INSTALLED, RUNTIME, ColabRuntime, colab_runtime
from autograder.release.exceptions import ColabKernelError


def test_what_stands_in_for_another_version_is_said():
    """The line names what is Colab's, and each version that is here in the place of another."""
    found = INSTALLED | {"Python": "3.12.4", "torch": "2.13.0+cpu"}
    said = str(ColabRuntime(Path("python"), found))
    assert said.startswith(f"Colab's runtime {RUNTIME}: ipython {INSTALLED['ipython']}, ")
    assert "numpy 2.0.2, " in said
    assert "Python 3.12.4; " in said
    assert said.endswith("torch 2.13.0+cpu in place of 2.10")


def test_a_version_is_not_taken_for_one_that_begins_alike():
    """2.1 and 2.100 are not 2.10, and a build of 2.10.0 is."""
    for torch, same in [("2.1.0", False), ("2.100.0", False), ("2.10.0+cpu", True), ("2.10.0", True)]:
        said = str(ColabRuntime(Path("python"), INSTALLED | {"Python": "3.12.1", "torch": torch}))
        assert ("in place of 2.10" not in said) == same


def test_the_pinned_versions_are_those_that_are_asked_for(repository):
    """constraints-colab.txt and the page that tells of them have the versions that the environment gets."""
    pins = (repository / "constraints-colab.txt").read_text(encoding="utf-8")
    page = (repository / "docs" / "how-to" / "colab.md").read_text(encoding="utf-8")
    for name, version in INSTALLED.items():
        assert f"\n{name}=={version}\n" in pins
        assert f"{name} {version}" in page
    assert f"runtime {RUNTIME}" in page
    for name, version in FROM_BEHIND.items():
        assert re.search(rf"{name} {re.escape(version)}\b", page)


@pytest.mark.slow
@pytest.mark.colab
def test_the_kernels_python_has_colabs_versions(colab_kernel, repository):
    """The environment has the versions of the runtime, and torch from behind."""
    runtime = colab_runtime(repository)
    assert runtime.python == colab_kernel
    assert INSTALLED.items() <= runtime.versions.items()
    assert runtime.versions["torch"]


@pytest.mark.slow
def test_an_environment_that_cannot_be_made_says_why(tmp_path):
    """Without a package that was asked for there is one sentence with the command that failed."""
    (tmp_path / "constraints-colab.txt").write_text("numpy==0.0.1\n", encoding="utf-8")
    with pytest.raises(ColabKernelError, match=r"(?s)pip.* failed: .*numpy"):
        colab_runtime(tmp_path)


def test_one_process_sets_it_up(tmp_path, monkeypatch):
    """Of several that want it at the same time one sets it up, and the others wait and find it."""
    made = []

    def set_up(*_):
        time.sleep(0.1)
        made.append(1)

    monkeypatch.setattr(colab, "_versions", lambda _: INSTALLED if made else {})
    monkeypatch.setattr(colab, "_set_up", set_up)
    monkeypatch.setattr(colab, "_run", lambda _: json.dumps(INSTALLED))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(colab_runtime, [tmp_path] * 4))
    assert [runtime.versions for runtime in found] == [INSTALLED] * 4
    assert made == [1]
