# ruff: noqa: E501 - cells as texts, a line for a cell where that reads best
"""What stands beside an assignment's notebooks, and what a hand-in writes: who sees it, and when."""

from __future__ import annotations

import pytest
from support.graded_course import SETTINGS, GradedCourse
from support.notebooks import cell, notebook, write_course

from autograder.engine.grader import Grader
from autograder.model.beside import beside
from autograder.model.course import Course
from autograder.model.results import Status

UTILS = "def double(x):\n    return 2 * x\n"
CHECKS = "import more_checks\n\ndef check(f):\n    assert f(3) == more_checks.want\n"
BESIDE = {
    "data/words.txt": "one two",
    "data/deep/numbers.csv": "a,b\n1,2\n",
    "utils.py": UTILS,
    "hidden_checks.py": CHECKS,
    "more_checks.py": "want = 6\n",
    "__pycache__/utils.pyc": "nothing",
}


def write_files(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with files and modules beside its notebook, and one grader for all tests here."""
    root = tmp_path_factory.mktemp("beside")
    given = cell("import utils\nopen('data/words.txt').read()")
    first = notebook(given, cell("from hidden_checks import *", "test", "first", 1))
    write_course(root, "toy", {"first": first})
    write_files(root / "source" / "toy", BESIDE)
    with Grader(Course(root).assignment("toy"), SETTINGS) as grader:
        yield GradedCourse(grader)


def test_what_is_shown(course):
    """A folder is shown as a whole, what nbgrader ignores is not, and modules of tests alone are the examiner's."""
    found = course.grader._shared.beside
    assert set(found.entries) == {"data", "utils.py", "hidden_checks.py", "more_checks.py"}
    assert set(found.given) == {"data", "utils.py"}


def test_files_and_modules(course):
    """Cells and tests read what stands beside the notebook, tests import their own copy of its modules."""
    model = "import utils\nwords = open('data/words.txt').read().split()\ndef f(x):\n    return utils.double(x)"
    test = (
        "from hidden_checks import *\nimport utils\ncheck(f)\nassert utils.double(4) == f(4)\n"
        "assert words == open('data/words.txt').read().split()\nassert open('data/deep/numbers.csv').read()[:3] == 'a,b'"
    )
    assert course.one(model, test, model).points == 2
    cheat = "import utils\nutils.double = lambda x: 0\nwords = ['one', 'two']\ndef f(x):\n    return utils.double(x)"
    assert course.one(model, test, cheat).points == 0


def test_modules_of_tests_stay_here(course):
    """A module that only test cells import is nowhere in the hand-in's process."""
    model = "def spied():\n    return True"
    spy = (
        "import os, importlib\nspied = lambda: False\nfor name in ('hidden_checks', 'more_checks'):\n    try:\n"
        "        importlib.import_module(name)\n    except ImportError:\n        pass\n    else:\n"
        "        spied = lambda: True\nif any('checks' in name for _, _, names in os.walk('/assignment') for name in names):\n"
        "    spied = lambda: True"
    )
    test = "from hidden_checks import *\nassert spied() is True"
    assert course.one(model, test, spy).points == 0


def test_small_files_are_each_hand_ins_own(course):
    """What a hand-in writes over a given file is its own affair: the next one has it as it was given."""
    model = "text = open('data/words.txt').read()"
    test = "assert text == 'one two'"
    assert course.one(model, test, "open('data/words.txt', 'w').write('changed')\ntext = 'x'").points == 0
    assert course.one(model, test, model).points == 2


WRITES = "import os\nos.makedirs('made', exist_ok=True)\nopen('made/out.txt', 'w').write('{}')"


@pytest.mark.parametrize(
    "test",
    [
        "assert open('made/out.txt').read() == 'hi'",
        "from pathlib import Path\nassert Path('made/out.txt').exists()\nassert Path('made/out.txt').read_text() == 'hi'",
        "import os\nassert os.listdir('made') == ['out.txt']\nassert os.path.getsize('made/out.txt') == 2",
        "import glob\nassert glob.glob('made/*.txt') == ['made/out.txt']\nassert open('made/out.txt').read() == 'hi'",
    ],
)
def test_files_of_a_hand_in(course, test):
    """A test that opens, lists or asks about a file sees the hand-in's."""
    assert course.one(WRITES.format("hi"), test, WRITES.format("hi")).points == 2
    assert course.one(WRITES.format("hi"), test, WRITES.format("no!")).points == 0


def test_files_while_a_test_runs(course):
    """What the hand-in writes while it is asked is seen by the test, and what the test writes by the hand-in."""
    model = (
        "def save(name):\n    with open(name, 'w') as file:\n        file.write('saved')\n"
        "def load(name):\n    with open(name) as file:\n        return file.read()"
    )
    test = (
        "import os\nassert not os.path.exists('new.txt')\nsave('new.txt')\nassert open('new.txt').read() == 'saved'\n"
        "with open('test.txt', 'w') as file:\n    file.write('from the test')\nassert load('test.txt') == 'from the test'"
    )
    assert course.one(model, test, model).points == 2
    assert course.one(model, test, model.replace("'saved'", "'lost'")).points == 0


def test_a_database(course):
    """A database that a cell makes is a file as any other."""
    model = (
        "import sqlite3\nbase = sqlite3.connect('my.db')\nbase.execute('create table t (x)')\n"
        "base.execute('insert into t values ({})')\nbase.commit()\nbase.close()"
    )
    test = "import sqlite3\nassert sqlite3.connect('my.db').execute('select x from t').fetchall() == [(5,)]"
    assert course.one(model.format(5), test, model.format(5)).points == 2
    assert course.one(model.format(5), test, model.format(6)).points == 0


def test_nothing_of_a_file_is_run(course):
    """A pickle of the hand-in's may name plain data alone, and a module that it has written is not imported."""
    model = "import pickle\npickle.dump({'a': [1, 2]}, open('answer.pkl', 'wb'))"
    test = "import pickle\nassert pickle.load(open('answer.pkl', 'rb')) == {'a': [1, 2]}"
    assert course.one(model, test, model).points == 2
    evil = (
        "import pickle\nclass Evil:\n    def __reduce__(self):\n        return eval, (\"{'a': [1, 2]}\",)\n"
        "pickle.dump(Evil(), open('answer.pkl', 'wb'))"
    )
    assert course.one(model, test, evil).points == 0
    shadow = "open('more_checks.py', 'w').write('want = 0')\nopen('hidden_checks.py', 'w').write('check = print')\ndef f(x):\n    return 0"
    right = "def f(x):\n    return 6"
    assert course.one(right, "import os\nos.listdir('.')\nfrom hidden_checks import *\ncheck(f)", shadow).points == 0


def test_a_link_is_not_followed(course):
    """A hand-in's link to what it may not read is no file of its own."""
    model = "open('own.txt', 'w').write('own')"
    test = "import os\nassert os.path.exists('own.txt')"
    link = "import os\nos.symlink('/etc/ld.so.cache', 'own.txt')"
    result = course.one(model, test, link)
    assert (result.status, result.points) == (Status.SCORED, 0)


@pytest.mark.parametrize(
    ("model", "test", "wrong"),
    [
        ("%%time\nx = 3", "%%time\nassert x == 3", "%%time\nx = 4"),
        ("x = 3", "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n%time assert x == 3", "x = 4"),
        ("!echo hi > hi.txt\nsaid = !cat hi.txt", "files = !ls\nassert 'hi.txt' in files\nassert said[0] == 'hi'", "said = ['hi']"),
        ("%%writefile made.csv\na,b\n1,2", "assert open('made.csv').read().split() == ['a,b', '1,2']", "%%writefile made.csv\na"),
        ("6 * 7", "assert _ == 42\nassert '6 * 7' in In[-1]\nassert 42 in Out.values()", "6 * 8"),
        ("x = get_ipython().user_ns is not None", "assert x is True\nassert get_ipython() is not None", "x = None"),
    ],
)  # fmt: skip
def test_magics(course, model, test, wrong):
    """IPython's magics, shell lines, history and get_ipython() work in cells and in tests."""
    assert course.one(model, test, model).points == 2
    assert course.one(model, test, wrong).points == 0


def test_a_module_that_cells_name_is_given(tmp_path):
    """A module that is imported by a test and read by another cell, or named by one, is no module of tests alone."""
    texts = {"a": "%run a.py", "b": "", "c": "value"}
    cells = [cell(text) for text in texts.values()]
    tests = [cell(f"from {name} import value" if name == "c" else f"import {name}", "test", name, 1) for name in texts]
    write_course(tmp_path, "toy", {"one": notebook(*tests, *cells)})
    write_files(tmp_path / "source" / "toy", {f"{name}.py": "value = 1" for name in texts})
    assert beside(Course(tmp_path).assignment("toy")).tests_only == {"b.py"}


def test_what_stands_beside_counts(tmp_path):
    """Another text in a file beside the notebook is another assignment, whose results are not the old ones."""
    write_course(tmp_path, "toy", {"one": notebook(cell("x = 1"))})
    write_files(tmp_path / "source" / "toy", {"data/a.txt": "1"})
    before = beside(Course(tmp_path).assignment("toy")).digest
    write_files(tmp_path / "source" / "toy", {"data/a.txt": "2"})
    assert beside(Course(tmp_path).assignment("toy")).digest != before
