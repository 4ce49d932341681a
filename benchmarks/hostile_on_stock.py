"""The hostile corpus of tests/hostile graded by this engine, by stock `nbgrader autograde` and by otter-grader.

    python benchmarks/hostile_on_stock.py [--otter-python PYTHON] [--only NAME ...] [--no-stock] [--json FILE]

Prints a Markdown table: for each hand-in the points that it was given and had not earned, and whether the text of a
hidden test appeared in what it printed. nbgrader runs with its default settings; otter-grader, which needs an
environment of its own with numpy and torch, on the same exercises as otter test files.

The other graders run a hand-in with the rights of whoever starts them. Each of their runs therefore stands in a
bubblewrap of its own, without network or any folder of this machine, with limits and a deadline, and hand-ins that
exhaust, hang or kill are left to this engine alone: they would show nothing about marks.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import copy
import importlib.metadata
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import measure

from autograder.engine.grader import Grader
from autograder.model.settings import GradingSettings
from autograder.notebook.regions import NBGRADERS_OWN
from autograder.sandbox.limits import Limits
from autograder.sandbox.linux import cgroups, paths

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))  # the corpus is the tests'
from support import hostile_corpus as CORPUS  # noqa: E402, N812

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.model.results import NotebookResult

SETTINGS = GradingSettings(
    seed=20261121, cell_seconds=5.0, notebook_seconds=30.0, memory_mb=600, processes=24, output_mb=0.2, scratch_mb=16
)
SECONDS = 90  # for one hand-in in another grader; nbgrader gives each cell 30 s
ADDRESS_SPACE = 8 << 30
FILE_BYTES = 256 << 20
LIMITS = Limits(memory_mb=3000, processes=200, scratch_mb=256, cpu_seconds=150)
HONEST = "honest"
ASK_OTTER = (
    "import json, sys, importlib.metadata as m\n"
    "print(json.dumps([m.version('otter-grader'), sys.prefix, sys.base_prefix, *sys.path]))"
)

LEFT_OUT = {
    "endless": """callback_endless endless_iterator endless_range hangs_in_a_cell hangs_in_an_extra_cell
        hangs_in_odd_places late_answer late_in_pieces protocol_endless""",
    "exhausts": """descriptors_exhausted disk_exhausted huge_numbers huge_values memory_by_libraries memory_exhausted
        output_exhausted processes_exhausted protocol_oversized threads_exhausted""",
    "kills": "escape_by_kernel exit_signals magics",
}
"""Hand-ins that the other graders are spared, by what they do."""

OTTER_CASES = {
    "product": [
        (1, False, "assert (Pair(2.0, 1.0) * Pair(5.0, 0.5)).value == 10.0"),
        (
            3,
            True,
            (
                "# canary-in-a-comment\na, b, da, db = (random.uniform(2, 5) for _ in range(4))\n"
                "got = Pair(a, da) * Pair(b, db)\nassert math.isclose(got.dvalue, a * db + b * da)"
            ),
        ),
    ],
    "partly": [
        (1, False, "assert cube(2) == 8"),
        (2, True, "# canary-in-a-comment\nseed = random.randrange(3, 99)\nassert cube(seed) == seed ** 3"),
    ],
}
"""Items with partial marks as otter has them: points, hidden, test. `otter_cases` gives the others this form."""


@dataclass
class Outcome:
    """What one grader made of one hand-in: points by item, what happened instead, whether hidden tests were seen."""

    marks: dict[str, float] | None
    instead: str = ""
    seen: bool = False

    def unearned(self, earned: dict[str, float]) -> float:
        """The points given above those earned."""
        given = self.marks or {}
        return sum(max(0.0, given.get(item, 0.0) - points) for item, points in earned.items())

    def cell(self, earned: dict[str, float]) -> str:
        """This outcome in a cell of the table."""
        points = self.unearned(earned)
        said = [f"**+{points:g}**"] if points else []
        said += ["**seen**"] if self.seen else []
        said += [self.instead] if self.instead else []
        return ", ".join(said) or "."


@dataclass
class Row:
    """One hand-in, what it earned, and what each grader gave, by the grader's name."""

    name: str
    title: str
    earned: dict[str, float]
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def main(arguments: list[str] | None = None) -> int:
    """Grade the corpus, print the table."""
    parser = argparse.ArgumentParser(description="Grade the hostile corpus with other graders.")
    parser.add_argument("--otter-python", type=Path, help="The Python of an environment with otter-grader.")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="Only these hand-ins.")
    parser.add_argument("--no-stock", action="store_true", help="Only this engine.")
    parser.add_argument("--json", type=Path, help="Write the marks here too.")
    given = parser.parse_args(arguments)
    paths = sorted((REPOSITORY / "tests" / "hostile" / "cases").glob("*.txt"))
    cases = [case for case in map(CORPUS.read_case, paths) if case.name in given.only or not given.only]
    rows = [Row(HONEST, "the model's own answers, for comparison", dict(CORPUS.FULL))]
    rows += [Row(case.name, case.title, earned(case)) for case in cases]
    contents = {HONEST: CORPUS.released(), **{case.name: case.submission().content for case in cases}}
    with tempfile.TemporaryDirectory(prefix="autograder-hostile-") as scratch:
        graders = measure_all(given, rows, contents, Path(scratch))
    if given.json:
        given.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    print(table(rows, graders))
    return 0


def measure_all(given: argparse.Namespace, rows: list[Row], contents: dict[str, Any], scratch: Path) -> list[str]:
    """Fill in the rows, grader by grader; returns the graders' names with their versions."""
    assignment = CORPUS.write_victims(scratch / "ours")
    names = ["this engine"]
    with Grader(assignment, SETTINGS) as grader:
        for row in rows:
            submission = CORPUS.Submission("mallory", "victim", contents[row.name])
            row.outcomes[names[0]] = own_outcome(grader.grade(submission))
    if given.no_stock:
        return names
    others: list[tuple[str, Callable[[Any, Path], Outcome]]] = []
    names.append(f"nbgrader {importlib.metadata.version('nbgrader')}")
    others.append((names[-1], Nbgrader(scratch / "nbgrader-course")))
    if given.otter_python:
        otter = Otter(given.otter_python, scratch / "autograder.zip")
        names.append(f"otter-grader {otter.version}")
        others.append((names[-1], otter))
    # one hand-in after the other, the graders side by side: each has a core of its own on the smallest machine
    with ThreadPoolExecutor(len(others)) as pool:
        for done in [pool.submit(measure_other, name, grade, rows, contents, scratch) for name, grade in others]:
            done.result()
    return names


def measure_other(
    name: str, grade: Callable[[Any, Path], Outcome], rows: list[Row], contents: dict[str, Any], scratch: Path
) -> None:
    """Fill in another grader's outcomes. Raises RuntimeError when the model's own answers do not get full marks."""
    for number, row in enumerate(rows):
        if reason := left_out(row.name):
            row.outcomes[name] = Outcome(None, f"_{reason}_")
            continue
        folder = scratch / f"{name.split(maxsplit=1)[0]}-{number}"
        folder.mkdir()
        began = time.monotonic()
        row.outcomes[name] = outcome = grade(contents[row.name], folder)
        shutil.rmtree(folder, ignore_errors=True)
        if row.name == HONEST and outcome.marks != row.earned:
            log = folder.with_suffix(".log").read_text(encoding="utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"{name} gives the model's own answers {outcome.marks}\n{log}")
        said = f"{name}: {row.name}: {outcome.cell(row.earned)} ({time.monotonic() - began:.0f} s)"
        print(said, file=sys.stderr, flush=True)


def earned(case: Any) -> dict[str, float]:
    """The most that a hand-in has earned, item by item; where the corpus says "anything", all of it."""
    words = {item: case.earns.get(item, case.earns.get("*", "?")) for item in CORPUS.FULL}
    return {item: CORPUS.FULL[item] if word == "?" else float(word) for item, word in words.items()}


def left_out(name: str) -> str:
    """Why a hand-in is not given to the other graders, or an empty text."""
    return next((reason for reason, names in LEFT_OUT.items() if name in names.split()), "")


def own_outcome(result: NotebookResult) -> Outcome:
    """What this engine made of a hand-in. Messages to the student count as seen, too."""
    marks = {item.item: item.points for item in result.items if item.points is not None}
    return Outcome(marks, "" if len(marks) == len(CORPUS.FULL) else "no mark", seen(result.to_json()))


def seen(outputs: Any) -> bool:
    """Whether a text of the hidden tests stands in these outputs."""
    text = json.dumps(outputs).lower()
    return any(canary in text for canary in CORPUS.CANARIES)


class Nbgrader:
    """Stock `nbgrader autograde` on a course of its own for each hand-in."""

    def __init__(self, course: Path) -> None:
        self._course = course
        CORPUS.write_victims(course)
        for path in (course / "source").rglob("*.ipynb"):
            notebook = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps(plain(notebook)), encoding="utf-8")
        (course / "nbgrader_config.py").write_text(
            "c = get_config()\nc.CourseDirectory.course_id = 'victims'\n", encoding="ascii"
        )
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"}
        subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_assignment", "victims"],
            cwd=course,
            env=environment,
            check=True,
            capture_output=True,
        )

    def __call__(self, content: Any, folder: Path) -> Outcome:
        """Grade one hand-in."""
        course = folder / "course"
        shutil.copytree(self._course, course)
        submitted = course / "submitted" / "mallory" / "victims"
        submitted.mkdir(parents=True)
        (submitted / "victim.ipynb").write_text(json.dumps(plain(content)), encoding="utf-8")
        python = str(Path(sys.prefix).resolve() / "bin" / "python")
        command = [python, "-m", "nbgrader", "autograde", "victims", "--student=mallory"]
        # all of the environment: nbgrader reads templates and kernels from its share/
        environment = sorted({Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()})
        instead = confined(command, folder, "course", environment)
        outputs = nbgrader_outputs(course / "autograded" / "mallory" / "victims" / "victim.ipynb")
        marks = {} if instead else gradebook_marks(course / "gradebook.db")
        return Outcome(marks or None, instead or ("" if marks else "no mark"), seen(outputs))


def nbgrader_outputs(path: Path) -> list[Any]:
    """What the student's own cells printed; what the test cells did, the student sees only if nbgrader gives it out."""
    if not path.exists():
        return []
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell.get("outputs", []) for cell in cells if not cell["metadata"].get("nbgrader", {}).get("grade")]


def gradebook_marks(path: Path) -> dict[str, float]:
    """The automatic marks in a gradebook with one hand-in. Plain SQL: the file is as hostile as the hand-in."""
    query = "SELECT base_cell.name, grade.auto_score FROM grade JOIN base_cell ON base_cell.id = grade.cell_id"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as gradebook:
            return {str(name): float(score) for name, score in gradebook.execute(query) if score is not None}
    except (sqlite3.Error, TypeError, ValueError):
        return {}


class Otter:
    """otter-grader's own grading of one notebook, without its container."""

    def __init__(self, python: Path, archive: Path) -> None:
        self._python = python.absolute()
        self._archive = archive
        base = subprocess.run(
            [self._python, "-c", ASK_OTTER], check=True, capture_output=True, text=True
        )  # fmt: skip
        self.version, *paths = json.loads(base.stdout)
        folders = [Path(text) for text in paths if text]
        self._folders = sorted({folder.resolve() for folder in folders if folder.is_dir()} | {folders[0]})
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("otter_config.json", json.dumps({"show_stdout": False}))
            for kind, where, source in CORPUS.VICTIM:
                if kind == "item":
                    item = where.split()[0]
                    made.writestr(f"tests/{item}.py", otter_test(item, source))

    def __call__(self, content: Any, folder: Path) -> Outcome:
        """Grade one hand-in."""
        (folder / "victim.ipynb").write_text(json.dumps(plain(otter_handin(content))), encoding="utf-8")
        shutil.copy(self._archive, folder / "autograder.zip")
        shutil.copy(Path(__file__).with_name("otter_grading.py"), folder / "otter_grading.py")
        command = [str(self._python), "otter_grading.py", "victim.ipynb", "autograder.zip", "result.json"]
        instead = confined(command, folder, ".", self._folders)
        try:
            result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Outcome(None, instead or "no mark")
        outputs = [cell["outputs"] for cell in result["cells"] if not cell["source"].startswith("grader.check")]
        return Outcome({item: float(result["marks"].get(item, 0.0)) for item in CORPUS.FULL}, instead, seen(outputs))


def otter_test(item: str, source: str) -> str:
    """A test cell as an otter test file, in otter's form for tests that are functions."""
    text = f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = {item!r}\npoints = None\n"
    for number, (points, hidden, body) in enumerate(OTTER_CASES.get(item) or otter_cases(item, source)):
        text += f"\n@test_case(points={points:g}, hidden={hidden})\n"
        text += f"def test_{number}({', '.join(free_names(body))}):\n{textwrap.indent(body, '    ')}\n"
    return text


def otter_cases(item: str, source: str) -> list[tuple[float, bool, str]]:
    """The visible part without points, and the whole cell, hidden, with all of them: all or nothing, as in nbgrader."""
    visible = NBGRADERS_OWN.released(source)
    return [(0, False, visible), (CORPUS.FULL[item], True, source)]


def free_names(body: str) -> list[str]:
    """The names that a test takes from the hand-in."""
    names = [node for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} | set(vars(builtins))
    for node in ast.walk(ast.parse(body)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return sorted({node.id for node in names} - bound)


def otter_handin(content: Any) -> Any:
    """A hand-in as it would be for otter: its test cells as they were given out become `grader.check(...)`."""
    made = copy.deepcopy(content)
    given = {CORPUS.cell_of(CORPUS.released(), item).source: item for item in CORPUS.FULL}
    for cell in made["cells"]:
        if cell["source"] in given:
            cell["source"] = f"grader.check({given[cell['source']]!r})"
        elif cell["source"] == CORPUS.CHECKER:
            cell["source"] = "import otter\ngrader = otter.Notebook()\n" + cell["source"]
    return made


def plain(content: Any) -> Any:
    """A notebook as plain data in the format without cell ids, in which releases are."""
    made = json.loads(json.dumps(content))
    made["nbformat_minor"] = 4
    for cell in made["cells"]:
        cell.pop("id", None)
    return made


def confined(command: Sequence[str], folder: Path, where: str, readable: Sequence[Path]) -> str:
    """Run a command that may do anything in a sandbox that shows it one folder; what went wrong, or an empty text."""
    (folder / "home").mkdir()
    walls = ["bwrap", "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--die-with-parent"]
    walls += ["--new-session", "--clearenv"]
    for path in (*paths.SYSTEM_FOLDERS, *paths.SYSTEM_FILES, "/etc/passwd", "/etc/hosts"):
        walls += ["--ro-bind-try", path, path]
    walls += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108 - inside, of its own
    for path in readable:
        walls += ["--ro-bind", str(path), str(path)]
    walls += ["--bind", str(folder), "/home/grader", "--chdir", f"/home/grader/{where}"]
    search = f"{Path(command[0]).parent}:/usr/local/bin:/usr/bin:/bin"
    for name, value in {"HOME": "/home/grader/home", "PATH": search, "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}.items():
        walls += ["--setenv", name, value]
    limits = ["prlimit", f"--as={ADDRESS_SPACE}", f"--fsize={FILE_BYTES}", "--core=0", "--nofile=1024"]
    log = folder.with_suffix(".log")
    with log.open("wb") as out:
        # the command starts when a line comes: by then its process is in the group
        waiting = ["sh", "-c", 'read _ && exec "$@"', "sh", *limits, *walls, *command]
        process = subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
        group = cgroups.enter(LIMITS, process.pid)
        try:
            process.communicate(b"\n", SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return "no end"
        finally:
            group.remove()
    return "no mark" if process.returncode else ""


def table(rows: list[Row], names: list[str]) -> str:
    """The rows in Markdown, with a line of sums."""
    lines = ["| hand-in | what it tries | " + " | ".join(names) + " |", "| --- | --- |" + " --- |" * len(names)]
    for row in rows:
        cells = [row.outcomes[name].cell(row.earned) for name in names]
        lines.append(f"| `{row.name}` | {row.title} | " + " | ".join(cells) + " |")
    lines.append("")
    hostile = rows[1:]
    for name in names:
        tried = [row for row in hostile if not row.outcomes[name].instead.startswith("_")]
        points = [row.outcomes[name].unearned(row.earned) for row in tried]
        leaks = sum(row.outcomes[name].seen for row in tried)
        none = sum(row.outcomes[name].marks is None for row in tried)
        lines.append(
            f"- {name}: {sum(map(bool, points))} of {len(tried)} hostile hand-ins got marks that they had not earned, "
            f"{sum(points):g} points of {len(tried) * sum(CORPUS.FULL.values()):g}; {leaks} had hidden tests in their "
            f"output; {none} ended without any mark."
        )
    return "\n".join([*lines, "", f"Measured on {measure.machine()}."])


if __name__ == "__main__":
    sys.exit(main())
