"""Results are found again under what made them, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.batch import ResultStore
from autograder.batch.store import LessonStore
from autograder.model.results import CellRun, CheckResult, ItemResult, NotebookResult, Status
from autograder.model.settings import GradingSettings

KEY = "ab" * 32
SETTINGS = GradingSettings(seed=1)


@pytest.fixture
def result():
    check = CheckResult("value", 1.0, 1.0, passed=True, got="größer \u2028 \ud83d")
    item = ItemResult("square", 1.0, 2.0, Status.SCORED, "so", (check,), ("x",))
    cell = CellRun(3, "square-answer", ({"output_type": "stream", "name": "stdout", "text": "a\n"},), "", 0.5)
    return NotebookResult("ann", "squares", (item,), (cell,), "namespaces", versions={"torch": "2"})


@pytest.fixture
def store(tmp_path):
    return ResultStore(tmp_path / "results")


def test_kept(store, result):
    """What was kept comes back equal."""
    assert store.is_empty()
    store.put(KEY, result)
    assert store.get(KEY) == result
    assert not store.is_empty()


def test_unknown(store):
    """An unknown key has no result."""
    assert store.get(KEY) is None


def test_cut_off_anywhere(store, result):
    """An entry that ends early, wherever it ends, is not taken for a result."""
    store.put(KEY, result)
    path = next(store.folder.rglob("*.json"))
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert store.get(KEY) is None


def test_flipped_bits(store, result):
    """An entry in which one byte is another is not taken for a result."""
    store.put(KEY, result)
    path = next(store.folder.rglob("*.json"))
    whole = path.read_bytes()
    for place in range(0, len(whole), 5):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert store.get(KEY) is None


def test_other_key(store, result):
    """An entry that was moved to another key is not taken for that key's result."""
    store.put(KEY, result)
    path = next(store.folder.rglob("*.json"))
    path.rename(path.with_name("ab" + "c" * 62 + ".json"))
    assert store.get("ab" + "c" * 62) is None


def test_replaced(store, result):
    """A damaged entry is replaced by the next result."""
    store.put(KEY, result)
    next(store.folder.rglob("*.json")).write_bytes(b"")
    store.put(KEY, result)
    assert store.get(KEY) == result


def test_lessons_of_other_conditions(tmp_path, toy):
    """What was learned of a notebook is found by the same settings alone, and is private."""
    store = LessonStore(tmp_path / "lessons", toy, SETTINGS)
    name = next(iter(toy.notebooks))
    assert store.get(name) is None
    store.put(name, b"learned")
    assert LessonStore(tmp_path / "lessons", toy, SETTINGS).get(name) == b"learned"
    assert LessonStore(tmp_path / "lessons", toy, replace(SETTINGS, seed=SETTINGS.seed + 1)).get(name) is None
    (file,) = (tmp_path / "lessons").iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_damaged_lessons(tmp_path, toy):
    """What is kept of a notebook and is not whole any more is not there."""
    store = LessonStore(tmp_path / "lessons", toy, SETTINGS)
    name = next(iter(toy.notebooks))
    store.put(name, b"learned")
    (file,) = (tmp_path / "lessons").iterdir()
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole + b".", whole.replace(b"learned", b"unheard"), b"", b"[" * 100_000, b"null\n"):
        file.write_bytes(damaged)
        assert store.get(name) is None


def test_lessons_that_cannot_be_kept(tmp_path, toy):
    """A folder that cannot be written stops nobody."""
    (tmp_path / "lessons").write_text("a file")
    store = LessonStore(tmp_path / "lessons", toy, SETTINGS)
    name = next(iter(toy.notebooks))
    store.put(name, b"learned")
    assert store.get(name) is None
