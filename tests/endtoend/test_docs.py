"""The documentation's commands do what it says: each page is typed in, block by block, in a fresh copy."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import click
import pytest
import yaml
from support.importers import CanvasCourse, MoodleAssignment, MoodleGrade
from support.pages import (
    BLOCK,
    PAGES,
    REPOSITORY,
    Typist,
    blocks,
    clone_here,
    environments,
    git,
    identity,
    make_environments,
    run,
    torch_constraint,
)
from support.servers import free_port
from support.slurm import slurm_cluster

from autograder.cli import cli
from autograder.output.tables import read_marks

LINK = re.compile(r"\]\((?!https?://|#|mailto:)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")


def same_marks_everywhere(folder: Path) -> None:
    """Every folder of marks that a page wrote has the same points."""
    found = {}
    for table in sorted(folder.glob("*/marks.csv")):
        found[table.parent.name] = [(row["student"], row["item"], row["points"]) for row in read_marks(table)]
    assert len(found) > 1
    first, *others = found.items()
    for name, marks in others:
        assert marks == first[1], f"{name} and {first[0]} differ"


def importers_take_the_files(folder: Path) -> None:
    """What the page made is what the systems' importers read: the marks, and nothing else."""
    worksheet = MoodleAssignment(85.0, {501: None, 502: MoodleGrade(12.0, None, "Come and see me"), 503: None}, {})
    assert worksheet.import_worksheet((folder / "filled.csv").read_bytes()) == [502]
    assert worksheet.grades[502].feedback == "Come and see me"
    course = CanvasCourse({9001: "", 9002: ""}, {4711: "Autodiff", 4712: "Autodiff again"}, {(9002, 4711): "12"})
    changes = course.import_gradebook((folder / "Grades-filled.csv").read_bytes())
    assert {key: float(grade) for key, grade in changes.items()} == {(9002, 4711): 65.0}


AFTERWARDS: dict[str, Callable[[Path], None]] = {
    "docs/how-to/cluster.md": same_marks_everywhere,
    "docs/how-to/giving-back.md": importers_take_the_files,
}
"""What has to hold when a page has been typed, beyond every command's success."""


OUT = "out"
FROM_THE_START = {REPOSITORY / "README.md"}
"""Pages whose copy has nothing graded yet. In that of the others the class has been graded before, as most begin."""


def grade_once(clone: Path) -> None:
    """Grade the examples into a clone as the pages do, so that they need not wait for it again and again."""
    run(f".venv/bin/autograder grade lab2 examples/handins --out {OUT}", clone, dict(os.environ))


def type_page(page: Path, clone: Path, scratch: Path) -> None:
    """Type a page's blocks, in order, into a copy of a clone. Raises AssertionError when a command fails.

    Names of other machines and repositories become this machine's, and pip takes the torch that is here.
    """
    copy, public, constraint = scratch / "clone", scratch / "autodiff-lab.git", scratch / "constraint.txt"
    shutil.copytree(clone, copy, symlinks=True, ignore=shutil.ignore_patterns(*[OUT] if page in FROM_THE_START else ()))
    git(scratch, "init", "-q", "--bare", "--initial-branch=main", str(public))
    if page.is_relative_to(REPOSITORY / "release"):  # students read it where it is published
        split = git(copy, "subtree", "split", "-q", "--prefix", "release")
        git(copy, "push", "-q", str(public), f"{split}:refs/heads/main")
    constraint.write_text(torch_constraint(), encoding="utf-8")
    replaced = {
        "git@github.com:your-organisation/autodiff-lab.git": str(public),
        "https://github.com/your-organisation/autodiff-lab": str(public),
        "headnode": "127.0.0.1",
        "8786": str(free_port()),
        "--jobs 4 --cores 8": "--jobs 1 --cores 1",  # each job learns the source notebooks for itself
    }
    environment = {"PIP_CONSTRAINT": str(constraint)}
    found = blocks(page)
    with contextlib.ExitStack() as stack:
        if any("sbatch" in block.commands for block in found):
            environment["SLURM_CONF"] = str(stack.enter_context(slurm_cluster()))
        typist = stack.enter_context(Typist(copy, replaced, environment, environments(page)))
        for block in found:
            typist.type(block)
    AFTERWARDS.get(identity(page), lambda _: None)(copy)
    shutil.rmtree(scratch)


@pytest.fixture(scope="module")
def typed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Future[None]]]:
    """The pages that tests ask for, typed two at a time: most of what they do waits for one process.

    The environments that they set up are made before, and kept: no limit of a test counts that time.
    """
    asked = [item.callspec.params for item in request.session.items if "typed" in getattr(item, "fixturenames", ())]
    pages = [params["page"] for params in asked]
    make_environments(pages)
    clone = tmp_path_factory.mktemp("clone")
    clone_here(clone)
    if not FROM_THE_START.issuperset(pages):
        grade_once(clone)
    with ThreadPoolExecutor(2) as pool:
        yield {page: pool.submit(type_page, page, clone, tmp_path_factory.mktemp("page")) for page in pages}
        pool.shutdown(cancel_futures=True)


LONG = {"docs/explanation/speed.md", "docs/how-to/cluster.md"}
"""Pages that measure, or grade the class four times: typed by `make fuzz` alone."""
TYPED = [
    pytest.param(page, id=identity(page), marks=[pytest.mark.long] if identity(page) in LONG else [])
    for page in PAGES
    if blocks(page)
]


@pytest.mark.slow
@pytest.mark.parametrize("page", TYPED)
def test_the_commands_of_a_page_work(page: Path, typed: dict[Path, Future[None]]) -> None:
    """Every command of a page ends with success, typed in the order in which it stands."""
    typed[page].result()


PROGRAMS = r"autograder|benchmarks/\w+\.py|conda|dask|git|jupyter|make|pip|pytest|python3?|sbatch"
COMMAND = re.compile(rf"([A-Z_]+=\S+ )*(\.venv/bin/|({PROGRAMS})\s)")
"""How text begins that one could type into a shell."""


def commands_outside_blocks(page: Path) -> Iterator[str]:
    """Inline code and indented code that is a command with arguments; not a synopsis, which has words in capitals."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    inline = re.findall(r"`([^`\n]+)`", text)
    indented = re.findall(r"^    +(\S[^\n]*)$", text, re.MULTILINE)
    for code in [*inline, *indented]:
        if (begun := COMMAND.match(code)) and not re.search(r"\b[A-Z]{3,}\b", code[begun.end() :]):
            yield code


@functools.cache
def commands_in_blocks() -> str:
    """What all blocks of all pages run, each command on one line and without the folder of its program."""
    text = "\n".join(block.commands for page in PAGES for block in blocks(page))
    return re.sub(r"\\\n\s*", "", text).replace(".venv/bin/", "")


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_no_command_stands_outside_a_block(page: Path) -> None:
    """A command that a page names in a sentence is one that a block runs, on some page."""
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    left = [
        code
        for code in commands_outside_blocks(page)
        if code.replace(".venv/bin/", "") not in commands_in_blocks()
        and not (code.startswith("make ") and code.split()[1] in targets and len(code.split()) == 2)
        and not (code.startswith("autograder ") and len(code.split()) == 2)
    ]
    assert [] == left


def test_conda_gets_what_make_installs() -> None:
    """environment.yml installs this package with the extras and the pinned versions that the Makefile does."""
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    (by_pip,) = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    assert ["--constraint constraints.txt", "--editable .[test]"] == by_pip
    recipe = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert "--constraint constraints.txt --editable '.[test]'" in recipe


@pytest.mark.parametrize("page", PAGES, ids=identity)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    """A link to a file of the project leads to a file that is there."""
    targets = [match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [] == [target for target in targets if not (page.parent / target).exists()]


def test_the_reference_names_every_command_and_option() -> None:
    """What the command line offers stands in the reference."""
    text = (REPOSITORY / "docs" / "reference.md").read_text(encoding="utf-8")
    context = click.Context(cli)
    wanted = set()
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        wanted.add(f"autograder {name}")
        wanted |= {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert set() == {word for word in wanted if word not in text}
