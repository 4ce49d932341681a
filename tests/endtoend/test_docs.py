"""The documentation's commands do what it says: each page is typed in, block by block, in a fresh copy."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import yaml
from support.servers import free_port
from support.slurm import slurm_cluster

from autograder.cli import cli
from autograder.output.tables import read_marks

REPOSITORY = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd=REPOSITORY, check=True, capture_output=True, text=True,
).stdout.split("\0")  # fmt: skip
PAGES = sorted(path for name in TRACKED if name.endswith(".md") and (path := REPOSITORY / name).is_file())
BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")

# `make test` inside `make test` has no end
RECURSIVE = ("make test",)


@dataclass(frozen=True)
class Block:
    """A shell block of a page. `server` is None, or the path where what it starts answers, empty for any."""

    commands: str
    server: str | None


def blocks(page: Path) -> list[Block]:
    """A page's shell blocks, those marked `sh` after the three quotes."""
    found = []
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        language, *marks = match["info"].split() or [""]
        if language != "sh":
            continue
        indent = len(match["indent"])
        text = "".join(line[indent:] or "\n" for line in match["text"].splitlines(keepends=True))
        found.append(
            Block(text, {key: value for key, _, value in (mark.partition("=") for mark in marks)}.get("server"))
        )
    return found


def identity(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def clone_here(clone: Path) -> None:
    """Make a clone of the working copy as it stands, with the tests' own virtual environment."""
    environment = Path(sys.executable).parent.parent
    if not (environment / ".installed").exists():
        pytest.skip("the commands use the virtual environment of `make install`, and these tests run in another")
    for name in filter(None, TRACKED):
        source = REPOSITORY / name
        if source.is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, clone / name)
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "As it stands"]):
        git(clone, *step)
    (clone / ".venv").symlink_to(environment)
    (clone / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    for name in ("pyproject.toml", "constraints.txt"):
        os.utime(clone / name, (0, 0))  # so that make does not install this copy into the shared environment


class Typist:
    """Types a page's blocks into a shell, in order; what they start as servers runs until the page is done."""

    def __init__(self, folder: Path, replaced: dict[str, str], environment: dict[str, str]) -> None:
        self._folder = folder
        self._replaced = replaced
        self._servers: list[subprocess.Popen[bytes]] = []
        self._environment = {**os.environ, **environment}

    def type(self, block: Block) -> None:
        """Run one block to its end, or start what it starts and see it answer."""
        commands = "\n".join(line for line in block.commands.splitlines() if not line.startswith(RECURSIVE))
        for old, new in self._replaced.items():
            commands = commands.replace(old, new)
        if block.server is None:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", commands],
                cwd=self._folder, env=self._environment, capture_output=True, text=True, timeout=500, check=False,
            )  # fmt: skip
            assert 0 == done.returncode, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            return
        port = free_port()
        commands = commands.replace("jupyter lab", f"jupyter lab --allow-root --port={port} --IdentityProvider.token=")
        server = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self._folder, env=self._environment, start_new_session=True,
        )  # fmt: skip
        self._servers.append(server)
        if block.server:
            wait_for_answer(server, f"http://127.0.0.1:{port}{block.server}")

    def __enter__(self) -> Typist:
        return self

    def __exit__(self, *failure: object) -> None:
        ended = [server.args for server in self._servers if server.poll() is not None]
        for server in self._servers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
        for server in self._servers:
            server.wait(30)
        assert [] == ended, "what should have served had ended by itself"


def wait_for_answer(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait until a server answers at an address, with success. Installing what it needs may be part of starting."""
    deadline = time.monotonic() + 400
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                assert 200 == answer.status
                return
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.5)


def same_marks_everywhere(folder: Path) -> None:
    """Every folder of marks that a page wrote has the same points."""
    found = {}
    for table in sorted(folder.glob("*/marks.csv")):
        found[table.parent.name] = [(row["student"], row["item"], row["points"]) for row in read_marks(table)]
    assert len(found) > 1
    first, *others = found.items()
    for name, marks in others:
        assert marks == first[1], f"{name} and {first[0]} differ"


AFTERWARDS: dict[str, Callable[[Path], None]] = {"docs/how-to/cluster.md": same_marks_everywhere}
"""What has to hold when a page has been typed, beyond every command's success."""


def type_page(page: Path, scratch: Path) -> None:
    """Type a page's blocks, in order, into a fresh copy. Raises AssertionError when a command fails.

    Names of other machines and repositories become this machine's, and pip takes the torch that is here.
    """
    copy, public, constraint = scratch / "clone", scratch / "autodiff-lab.git", scratch / "constraint.txt"
    clone_here(copy)
    git(scratch, "init", "-q", "--bare", "--initial-branch=main", str(public))
    if page.is_relative_to(REPOSITORY / "release"):  # students read it where it is published
        split = git(copy, "subtree", "split", "-q", "--prefix", "release")
        git(copy, "push", "-q", str(public), f"{split}:refs/heads/main")
    constraint.write_text(f"torch=={importlib.metadata.version('torch').partition('+')[0]}\n", encoding="utf-8")
    replaced = {
        "git@github.com:your-organisation/autodiff-lab.git": str(public),
        "https://github.com/your-organisation/autodiff-lab": str(public),
        "headnode": "127.0.0.1",
        "8786": str(free_port()),
        "--jobs 4 --cores 8": "--jobs 2 --cores 1",  # what two cores can do
    }
    environment = {"PIP_CONSTRAINT": str(constraint)}
    found = blocks(page)
    with contextlib.ExitStack() as stack:
        if any("sbatch" in block.commands for block in found):
            environment["SLURM_CONF"] = str(stack.enter_context(slurm_cluster()))
        typist = stack.enter_context(Typist(copy, replaced, environment))
        for block in found:
            typist.type(block)
    AFTERWARDS.get(identity(page), lambda _: None)(copy)
    shutil.rmtree(scratch)  # some pages set up environments of a gigabyte


@pytest.fixture(scope="module")
def typed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Future[None]]]:
    """The pages that tests ask for, typed two at a time: most of what they do waits for one process."""
    asked = [item.callspec.params for item in request.session.items if "typed" in getattr(item, "fixturenames", ())]
    with ThreadPoolExecutor(2) as pool:
        pages = [params["page"] for params in asked]
        yield {page: pool.submit(type_page, page, tmp_path_factory.mktemp("page")) for page in pages}
        pool.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=identity)
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
