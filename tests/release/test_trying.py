"""One exercise run while it is written: right, untouched and wrong, without building anything."""

from __future__ import annotations

from click.testing import CliRunner
from support.toy_lab import LAB, MASTER, toy_course

from autograder.cli import cli
from autograder.model.exceptions import CourseError
from autograder.model.lab import read_lab
from autograder.release.page import public_files


def attempt(root, item="my-sum"):
    return CliRunner().invoke(cli, ["try", "toy", item, "--course", str(root)])


def test_right_untouched_and_wrong(tmp_path):
    """The model solution has all points, the stub none, a wrong answer too few, and what students read is shown."""
    toy_course(tmp_path)
    answers = tmp_path / "tests" / "answers" / "sums"
    answers.mkdir(parents=True)
    (answers / "my-sum.py").write_text("# %% wrong: takes away\ndef my_sum(a, b):\n    return a - b\n")
    done = attempt(tmp_path)
    assert done.exit_code == 0, done.output
    verdicts = [line for line in done.output.splitlines() if not line.startswith("  ")]
    assert verdicts == [
        "ok   the model solution: 3 of 3",
        "ok   untouched: 0 of 3",
        "ok   wrong: takes away: 0 of 3",
    ]


def test_a_test_that_lets_everything_through(tmp_path):
    """Where the untouched stub has all points the author is told to look, with exit status 1."""
    master = MASTER.replace("    assert my_sum(1, 2) == 3\n", "    pass\n").replace("    assert my_sum(11, -4) == 7\n", "")
    toy_course(tmp_path, master)
    done = attempt(tmp_path)
    assert (done.exit_code, "LOOK untouched: 3 of 3" in done.output) == (1, True)


def test_an_exercise_that_is_not_there(tmp_path):
    """The exercises that there are are named."""
    toy_course(tmp_path)
    done = attempt(tmp_path, "my-product")
    assert isinstance(done.exception, CourseError)
    assert "there are my-sum" in str(done.exception)


def test_the_libraries_of_a_lab(tmp_path):
    """What lab.toml allows is in requirements.txt, under the names of the packages; half points are points."""
    text = LAB.replace("points = 5", "points = 2.5").replace("learn =", 'libraries = ["pandas", "sklearn"]\nlearn =')
    course = toy_course(tmp_path, lab=text)
    lab = read_lab(course.root / "notebooks" / "toy")
    assert public_files([lab], tmp_path)["requirements.txt"].splitlines()[1:] == ["jupyter", "pandas", "scikit-learn"]
    assert lab.points == 2.5


def test_a_repository_that_nobody_has_put_in(tmp_path):
    """A placeholder is a warning, and a repository of one's own is none."""
    course = toy_course(tmp_path, lab=LAB.replace("someone/toy", "your-organisation/toy"))
    assert "put your own in" in read_lab(course.root / "notebooks" / "toy").placeholder
    assert read_lab(toy_course(tmp_path / "other").root / "notebooks" / "toy").placeholder == ""
