"""Folders that somebody else has filled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.files import remove_folder
from autograder.sandbox.linux import folders

NAMES = st.text("abc.\n é", min_size=1, max_size=6).filter(lambda name: name not in (".", ".."))
TREES = st.recursive(
    st.sampled_from(["file", "link", "pipe"]), lambda below: st.dictionaries(NAMES, below, max_size=4), max_leaves=12
)


def make(tree, folder, mode):
    folder.mkdir()
    for name, below in tree.items():
        if isinstance(below, dict):
            make(below, folder / name, mode)
        elif below == "file":
            (folder / name).write_bytes(b"x" * 5000)
        elif below == "link":
            (folder / name).symlink_to("/usr")
        else:
            os.mkfifo(folder / name)
    folder.chmod(mode)


def size(tree):
    return sum(1 + (size(below) if isinstance(below, dict) else 0) for below in tree.values())


@given(tree=st.dictionaries(NAMES, TREES, max_size=5), mode=st.sampled_from([0o700, 0o300, 0o500, 0o000]))
def test_every_tree_is_counted_and_removed(tmp_path_factory, tree, mode):
    """Whatever is in a folder, with whatever modes: all of it is counted, and nothing of it stays."""
    folder = tmp_path_factory.mktemp("tree") / "folder"
    make(tree, folder, mode)
    content = folders.content_of(folder)
    assert (content.entries, content.counted) == (size(tree), True)
    remove_folder(folder)
    assert not folder.exists()


def nest(folder, depth):
    here = Path.cwd()
    try:
        folder.mkdir()
        os.chdir(folder)
        for _ in range(depth):
            Path("in").mkdir()
            os.chdir("in")
        Path("file").touch()
    finally:
        os.chdir(here)


def test_depth_is_no_obstacle(tmp_path):
    """Thousands of folders inside one another are found to be too many, and removed."""
    nest(tmp_path / "deep", 3000)
    content = folders.content_of(tmp_path / "deep")
    assert (content.nested, content.counted) == (folders.MOST_NESTED + 1, False)
    remove_folder(tmp_path / "deep")
    assert not (tmp_path / "deep").exists()


def test_counting_stops(tmp_path, monkeypatch):
    """Where there is too much, counting ends."""
    monkeypatch.setattr(folders, "MOST_ENTRIES", 10)
    for number in range(100):
        (tmp_path / str(number)).touch()
    assert folders.content_of(tmp_path).entries == 11


def test_links_are_not_followed(tmp_path):
    """What a link leads to is neither counted nor removed."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "big").write_bytes(bytes(2 << 20))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "big").write_bytes(bytes(1 << 20))
    (tmp_path / "folder" / "link").symlink_to(tmp_path / "outside")
    assert 1000 < folders.content_of(tmp_path / "folder").kb < 1900
    remove_folder(tmp_path / "folder")
    assert (tmp_path / "outside" / "big").stat().st_size == 2 << 20


@pytest.mark.parametrize("name", ["gone", "file", "link"])
def test_what_is_no_folder_is_left_alone(tmp_path, name):
    """A path that is no folder, or none any more, is neither an error nor removed."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    remove_folder(tmp_path / name)
    assert folders.content_of(tmp_path / name).entries == 0
    assert (tmp_path / "file").exists()
