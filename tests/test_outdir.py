"""OUT: where everything stands, what is remembered, and what is said when it cannot be used."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.exceptions import OutDirError, UnreadableSubmissionError
from autograder.model.course import Course
from autograder.model.settings import GradingSettings, RunRecord, SandboxPolicy
from autograder.model.submission import FileRecord, KnownStudent
from autograder.outdir import OutDir


def test_nbgraders_own_names(toy_course, tmp_path):
    """Folders that nbgrader knows are named as the course's configuration has them, order and all."""
    config = """
        c = get_config()
        c.CourseDirectory.submitted_directory = "handed_in"
        c.CourseDirectory.feedback_directory = "comments"
        c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/{student_id}"
    """
    (toy_course.root / "nbgrader_config.py").write_text("\n".join(line.strip() for line in config.splitlines()))
    out = OutDir(Course(toy_course.root), "toy", tmp_path / "out")
    assert out.submitted_notebook("ann", "squares") == out.root / "handed_in" / "toy" / "ann" / "squares.ipynb"
    assert out.feedback("ann") == out.root / "comments" / "toy" / "ann"
    assert out.autograded_notebook("ann", "squares") == out.root / "autograded" / "toy" / "ann" / "squares.ipynb"


def test_the_gradebook_that_the_course_names(toy_course, out, tmp_path):
    """The gradebook is gradebook.db, or the one that the course names; a file that is not there is told from one."""
    assert (out.gradebook_url, out.gradebook_exists) == (f"sqlite:///{out.root / 'gradebook.db'}", False)
    elsewhere = tmp_path / "kept" / "marks.sqlite"
    (toy_course.root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{elsewhere}'\n"
    )
    named = OutDir(Course(toy_course.root), "toy", out.root)
    assert (named.gradebook_url, named.gradebook_exists) == (f"sqlite:///{elsewhere}", False)
    elsewhere.parent.mkdir()
    elsewhere.touch()
    assert named.gradebook_exists


def test_one_at_a_time(out):
    """While a run is at work in OUT another is refused, with the remedy; afterwards it is not."""
    with out.locked(), pytest.raises(OutDirError, match=r"another autograder is at work in .*; wait for it"):
        out.locked().__enter__()
    with out.locked():
        pass


def test_runs(out):
    """What is recorded of a run comes back, and of the last run of another assignment, too."""
    record = RunRecord(7, GradingSettings(7, cell_seconds=3.5, sandbox=SandboxPolicy.STRICT), "strict", {"python": "3"})
    other = OutDir(out.course, "other", out.root)
    other.record_run(RunRecord(seed=1))
    out.record_run(record)
    assert out.last_run() == record
    assert other.last_run() == RunRecord(seed=1)


def test_students(out):
    """Who was seen comes back in the order of the ids."""
    assert out.known_students() == {}
    out.remember_students({"zoe": KnownStudent("Zoë"), "ann": KnownStudent("Ann", "moodle", "7", {"n": "cut off"})})
    assert list(out.known_students()) == ["ann", "zoe"]
    assert out.known_students()["ann"] == KnownStudent("Ann", "moodle", "7", {"n": "cut off"})


def test_files_over_all_runs(out):
    """Every file ever taken in is remembered, the last word for each path, in the order in which they came."""
    first = FileRecord("a.ipynb", "ann", "n", "taken")
    second = FileRecord("b.ipynb", "bob", "n", "refused", ("cut \ud800 off",))
    out.remember_files([first, second])
    again = FileRecord("a.ipynb", "ann", "n", "repaired", ("one", "two"), flag=True)
    third = FileRecord("c.ipynb", "", "", "ignored")
    known = out.remember_files([third, again])
    assert [replace(one, at="") for one in known] == [again, second, third]
    assert out.file_records() == known
    assert all(one.at for one in known), "each says since when it is so"


def write_old_layout(root: Path, notebook: bytes) -> None:
    """An OUT as the version before wrote it: fixed names, run.json and the state as JSON by hand."""
    files = {
        "run.json": {
            "toy": {
                "sandbox": "strict",
                "seed": 5,
                "settings": {
                    "cell_seconds": 30.0,
                    "memory_mb": 2048,
                    "notebook_seconds": 120.0,
                    "output_mb": 10.0,
                    "processes": 64,
                    "sandbox": "auto",
                    "scratch_mb": 256,
                    "seed": 5,
                },
                "versions": {"grader": "0", "python": "3.11.7"},
            }
        },
        ".autograder/students/toy.json": {
            "ann": {"name": "Ann", "refused": {"doubles": "cut off"}, "system": "folder", "system_id": ""}
        },
        ".autograder/intake/toy/ann/squares.json": {
            "notebook": "squares",
            "repairs": [{"cell": "", "flag": False, "text": "the grade ids were lost"}],
            "student": "ann",
        },
    }
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content))
    (root / ".autograder" / "lock").touch()
    path = root / "submitted" / "ann" / "toy" / "squares.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook)


def test_an_out_of_the_version_before(toy_course, tmp_path):
    """What the version before left is read, also where a course gives submitted/ a name that it did not heed."""
    content = b'{"cells": []}'
    write_old_layout(tmp_path / "out", content)
    (toy_course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.submitted_directory = 'in'\n"
    )
    out = OutDir(Course(toy_course.root), "toy", tmp_path / "out")
    with out.locked():
        assert out.last_run().settings == GradingSettings(5)
        assert (out.last_run().seed, out.last_run().sandbox) == (5, "strict")
        assert out.known_students() == {"ann": KnownStudent("Ann", "folder", "", {"doubles": "cut off"})}
        assert out.repairs("ann", "squares") == ("the grade ids were lost",)
        assert out.handed_in("ann", "squares") == {"cells": []}
        assert out.submitted_notebook("ann", "squares").parts[-4:] == ("in", "ann", "toy", "squares.ipynb")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"toy": 5}', '{"toy": {"seed": "x"}}', "[" * 100_000])
def test_a_damaged_record_of_runs(out, content):
    """A damaged run.json is said with its place and the remedy; no new seed is drawn behind one's back."""
    out.root.mkdir()
    out.runs.write_text(content)
    with pytest.raises(OutDirError, match=r"run\.json: is damaged .*; put a copy back, or remove it"):
        out.last_run()


def test_a_damaged_list_of_students(out):
    """A damaged list of students is said, with what removing it costs."""
    out.remember_students({"ann": KnownStudent()})
    path = out.state / "students" / "toy.json"
    path.write_text(path.read_text()[:9])
    with pytest.raises(OutDirError, match=r"students/toy\.json: is damaged .*take every hand-in in again"):
        out.known_students()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"cells": 3}', b"\0", b'{"cells": ["\xff"]}', b'{"cells": [01]}', b"[" * 5000]
)
def test_a_damaged_handin(out, content):
    """A file in submitted/ that is no notebook any more is told from one that is not there."""
    assert out.handed_in("ann", "squares") is None
    assert not out.has_notebook("ann", "squares")
    path = out.submitted_notebook("ann", "squares")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    for look in (out.handed_in, out.has_notebook):
        with pytest.raises(UnreadableSubmissionError, match="take the hand-in in again"):
            look("ann", "squares")


@pytest.mark.parametrize(
    "content", [b'{"cells": []}', b'{"cells": [1, NaN]}', b'{"cells": ["\\ud800"], "metadata": {}}']
)
def test_a_handin(out, content):
    """Whatever Python takes for a notebook's JSON is there."""
    path = out.submitted_notebook("ann", "squares")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert out.has_notebook("ann", "squares")
    assert out.handed_in("ann", "squares")


def test_a_file_in_place_of_a_folder(out):
    """Where a folder cannot be made the path and the remedy are said."""
    out.root.write_text("")
    with pytest.raises(OutDirError, match=r"cannot be written or read \(Not a directory\).*give another --out"):
        out.locked().__enter__()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_no_room(out, monkeypatch, number):
    """A disk that is full or read-only is said with the remedy, and what was there stays."""
    out.record_run(RunRecord(seed=1))

    def full(*arguments, **options):
        raise OSError(number, errno.errorcode[number])

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(OutDirError, match=f"{out.root}: cannot be written or read .*what was graded is kept"):
        out.record_run(RunRecord(seed=2))
    assert out.last_run() == RunRecord(seed=1)


def test_what_is_wrong_elsewhere_is_not_said_of_out(out, tmp_path):
    """A file outside OUT that is missing is not taken for a fault of OUT."""
    with pytest.raises(FileNotFoundError), out.explained():
        (tmp_path / "elsewhere").read_text()


def test_the_seed_is_for_the_marker_alone(out):
    """The file with the seed, of whatever size, can be read by nobody else, and comes back as it was."""
    out.record_run(RunRecord(seed=2**127 + 1))
    assert out.runs.stat().st_mode & 0o777 == 0o600
    assert out.last_run() == RunRecord(seed=2**127 + 1)
