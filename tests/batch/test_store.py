"""Results are found again under what made them, or not at all."""

from __future__ import annotations

import pytest

from autograder.batch import ResultStore
from autograder.model.results import CellRun, CheckResult, ItemResult, NotebookResult, Status

KEY = "ab" * 32


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
