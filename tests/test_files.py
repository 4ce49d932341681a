"""Files are put in place whole, and what the dead left is removed, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autograder.files import is_left_behind, own_mark, replacing, sweep

DEAD = """
import os, signal, sys
from pathlib import Path
from autograder.files import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed(tmp_path):
    """A folder in which a process was killed while it wrote a file."""
    folder = tmp_path / "out" / "deep"
    folder.mkdir(parents=True)
    (folder / "marks.csv").write_text("old")
    subprocess.run([sys.executable, "-c", DEAD, str(folder / "marks.csv")], check=False)
    return folder


def test_what_a_killed_process_left_is_removed(killed, tmp_path):
    """The half-written file goes, the whole one stays, and a second look finds nothing."""
    assert len(list(killed.iterdir())) == 2
    assert sweep(tmp_path / "out") == 1
    assert [path.name for path in killed.iterdir()] == ["marks.csv"]
    assert (killed / "marks.csv").read_text() == "old"
    assert sweep(tmp_path / "out") == 0


def test_what_a_hand_in_made_is_removed_however_deep_it_is(tmp_path):
    """Thousands of folders inside one another, the lowest closed, go with the folder of the dead process."""
    machine, start, pid, began = own_mark().removeprefix(".ag~").removesuffix("~").split("~")
    left = tmp_path / f"autograder.ag~{machine}~{start}~{pid}~{int(began) + 1}~x"
    left.mkdir()
    inner = os.open(left, os.O_RDONLY)
    for mode in (*[0o700] * 3000, 0o000):
        outer = inner
        os.mkdir("in", mode, dir_fd=outer)
        inner = os.open("in", os.O_RDONLY if mode else os.O_PATH, dir_fd=outer)
        os.close(outer)
    os.close(inner)
    assert sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_somebody_is_writing_stays(tmp_path):
    """The temporary file of a living process is not touched."""
    with replacing(tmp_path / "marks.csv") as file:
        assert sweep(tmp_path) == 0
        file.write(b"new")
    assert (tmp_path / "marks.csv").read_text() == "new"


def test_what_is_not_provably_dead_stays(tmp_path):
    """Another machine's files stay, and so does whatever is not named as ours are."""
    mark = own_mark()
    machine, start, pid, began = mark.removeprefix(".ag~").removesuffix("~").split("~")
    assert int(pid) == os.getpid()
    assert not is_left_behind(f".marks.csv{mark}x.tmp")
    assert not is_left_behind(f".marks.csv.ag~{'0' * 8}~{start}~{pid}~{began}~x.tmp")
    assert not is_left_behind(".marks.csv.x.tmp")
    assert is_left_behind(f".marks.csv.ag~{machine}~{start}~{pid}~{int(began) + 1}~x.tmp")
    assert is_left_behind(f".marks.csv.ag~{machine}~{'0' * 8}~{pid}~{began}~x.tmp")
