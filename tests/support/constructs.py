# ruff: noqa: E501 - cells as texts, a line for a cell where that reads best
"""What belongs to an assignment beside asserts on functions: files, modules, magics, autotests; a cell for each.

`CELLS` are a notebook: for each construct the model's answer, a wrong one and a test. `FILES` stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from support.notebooks import cell


@dataclass(frozen=True)
class Construct:
    name: str
    model: str
    wrong: str
    test: str


FILES = {
    "data/words.txt": "one two three",
    "data/deep/numbers.csv": "a,b\n1,2\n3,4\n",
    "utils.py": "def double(x):\n    return 2 * x\n",
    "hidden_checks.py": "import wanted\n\ndef check(f):\n    assert f(3) == wanted.six\n",
    "wanted.py": "six = 6\n",
}

AUTOTESTS = """
python3:
  setup: "from hashlib import sha1"
  hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
  dispatch: "type({{snippet}})"
  normalize: "str({{snippet}})"
  check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
  success: "assert True"
  templates:
    default:
      - {test: "type({{snippet}})", fail: "another type"}
      - {test: "{{snippet}}", fail: "another value"}
"""

CONSTRUCTS = [
    Construct(
        "reads-a-file",
        "words = open('data/words.txt').read().split()",
        "words = []",
        "assert words == open('data/words.txt').read().split()",
    ),
    Construct(
        "reads-a-folder",
        "import csv, glob\n[path] = glob.glob('data/deep/*.csv')\nrows = list(csv.reader(open(path)))",
        "rows = [['a', 'b']]",
        "assert rows == [['a', 'b'], ['1', '2'], ['3', '4']]",
    ),
    Construct(
        "imports-a-module",
        "import utils\ndef twice(x):\n    return utils.double(x)",
        "def twice(x):\n    return x",
        "import utils\nassert twice(4) == utils.double(4)",
    ),
    Construct(
        "tests-import-their-own",
        "def doubled(x):\n    return x + x",
        "def doubled(x):\n    return x",
        "from hidden_checks import *\ncheck(doubled)",
    ),
    Construct(
        "writes-a-file",
        "with open('out.txt', 'w') as file:\n    file.write('hi')\nback = open('out.txt').read()",
        "back = 'hi'",
        "import os\nassert os.path.exists('out.txt')\nassert open('out.txt').read() == back == 'hi'",
    ),
    Construct(
        "makes-a-database",
        "import sqlite3\nbase = sqlite3.connect('my.db')\nbase.execute('create table t (x)')\n"
        "base.execute('insert into t values (5)')\nbase.commit()\nbase.close()",
        "import sqlite3\nsqlite3.connect('my.db').close()",
        "import sqlite3\nassert sqlite3.connect('my.db').execute('select x from t').fetchall() == [(5,)]",
    ),
    Construct(
        "saves-when-asked",
        "def save(name):\n    with open(name, 'w') as file:\n        file.write('saved')",
        "def save(name):\n    pass",
        "save('asked.txt')\nassert open('asked.txt').read() == 'saved'",
    ),
    Construct(
        "loads-what-a-test-wrote",
        "def load(name):\n    with open(name) as file:\n        return file.read()",
        "def load(name):\n    return ''",
        "with open('test.txt', 'w') as file:\n    file.write('from the test')\nassert load('test.txt') == 'from the test'",
    ),
    Construct("times-a-cell", "%%time\ntimed = 3", "%%time\ntimed = 4", "%%time\nassert timed == 3"),
    Construct(
        "line-magics",
        "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\nloaded = 1",
        "loaded = 2",
        "%matplotlib inline\nassert loaded == 1\nassert get_ipython() is not None",
    ),
    Construct(
        "shell-lines",
        "!echo hi > hi.txt\nsaid = !cat hi.txt",
        "said = []",
        "files = !ls\nassert 'hi.txt' in files\nassert said[0] == 'hi'",
    ),
    Construct(
        "writes-a-cell",
        "%%writefile made.csv\na,b",
        "%%writefile made.csv\nb",
        "assert open('made.csv').read() == 'a,b\\n'",
    ),
    Construct("last-value", "6 * 7", "6 * 8", "assert _ == 42"),
]


AUTOTESTED = [
    Construct(
        "autotests",
        "def tripled(x):\n    return 3 * x",
        "def tripled(x):\n    return x",
        "### AUTOTEST tripled(2)\n### HASHED AUTOTEST tripled(3)",
    )
]
"""For these nbgrader runs the whole notebook, markers and all."""


def construct_cells(constructs):
    """The cells of a notebook with one item for each construct."""
    cells = [cell("import math")]
    for one in constructs:
        solution = f"### BEGIN SOLUTION\n{one.model}\n### END SOLUTION"
        if one.model.startswith("%%"):  # where the markers would be part of what is written or timed
            solution = one.model
        cells += [cell(solution, "answer", f"{one.name}-answer"), cell(one.test, "test", one.name, 2)]
    return cells


def write_files(root: Path, assignment: str) -> None:
    """Write what stands beside the notebooks of an assignment, and the course's templates for autotests."""
    for name, text in FILES.items():
        path = root / "source" / assignment / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "autotests.yml").write_text(AUTOTESTS)
