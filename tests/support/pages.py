"""The pages of the documentation, typed in: their shell blocks, and a copy of the project to type them in."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.release.colab import colab_runtime
from autograder.release.exceptions import ColabKernelError
from support.patience import HANG_SECONDS
from support.servers import free_port

REPOSITORY = Path(__file__).parents[2]
TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd=REPOSITORY, check=True, capture_output=True, text=True,
).stdout.split("\0")  # fmt: skip
PAGES = sorted(path for name in TRACKED if name.endswith(".md") and (path := REPOSITORY / name).is_file())
BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)

# `make test` inside `make test` has no end
RECURSIVE = ("make test",)

STUDENTS = ("ada", "grace", "hugo", "ines")
"""The examples that pages mark: whole, under other names, incomplete, broken. All ten are marked by other tests."""


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
    """A page's name in the project."""
    return page.relative_to(REPOSITORY).as_posix()


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder; what it printed."""
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def clone_here(clone: Path) -> None:
    """Make a clone of the working copy as it stands, with the tests' own environments and some of the examples."""
    environment = Path(sys.executable).parent.parent
    if not (environment / ".installed").exists():
        pytest.skip("the commands use the virtual environment of `make install`, and these tests run in another")
    for name in filter(None, TRACKED):
        source = REPOSITORY / name
        if source.is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, clone / name)
    for folder in (clone / "examples" / "handins").iterdir():
        if folder.name not in STUDENTS:
            shutil.rmtree(folder)
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "As it stands"]):
        git(clone, *step)
    (clone / ".venv").symlink_to(environment)
    if (REPOSITORY / ".venv-colab").exists():
        (clone / ".venv-colab").symlink_to(REPOSITORY / ".venv-colab")
    (clone / ".git" / "info" / "exclude").write_text(".venv\n.venv-colab\n", encoding="utf-8")
    for name in ("pyproject.toml", "constraints.txt"):
        os.utime(clone / name, (0, 0))  # so that make does not install this copy into the shared environment


def torch_constraint() -> str:
    """The line that makes pip take the version of torch that is here."""
    return f"torch=={importlib.metadata.version('torch').partition('+')[0]}\n"


# Environments that pages set up


@dataclass(frozen=True)
class Environment:
    """A virtual environment that a page sets up: the commands that make it, and its folder."""

    folder: str
    commands: tuple[str, ...]

    @property
    def kept(self) -> Path:
        """Where it is kept from one run of the tests to the next, as .venv and .venv-colab are."""
        depends_on = (*self.commands, requirements(), torch_constraint(), sys.version)
        return REPOSITORY / ".venv-pages" / hashlib.sha256("\0".join(depends_on).encode()).hexdigest()[:16]

    def make(self) -> None:
        """Type its commands in the folder where it is kept, unless that has been done."""
        ready = self.kept / ".ready"
        if ready.exists():
            return
        shutil.rmtree(self.kept, ignore_errors=True)
        self.kept.mkdir(parents=True)
        (self.kept / "requirements.txt").write_text(requirements(), encoding="utf-8")
        constraint = self.kept / "constraint.txt"
        constraint.write_text(torch_constraint(), encoding="utf-8")
        run("\n".join(self.commands), self.kept, {**os.environ, "PIP_CONSTRAINT": str(constraint)})
        ready.touch()

    def taken_by(self, commands: str) -> str:
        """A page's commands with this environment taken from where it is kept."""
        made, *installed = self.commands
        link = f"ln -s {shlex.quote(str(self.kept / self.folder))} {self.folder}"
        lines = [link if line == made else line for line in commands.splitlines() if line not in installed]
        return "\n".join(lines)


def requirements() -> str:
    """What the public repository says that one installs."""
    return (REPOSITORY / "release" / "requirements.txt").read_text(encoding="utf-8")


def environments(page: Path) -> list[Environment]:
    """The virtual environments that a page sets up."""
    lines = [line for block in blocks(page) for line in block.commands.splitlines()]
    folders = [line.split()[-1] for line in lines if line.startswith("python3 -m venv ")]
    return [
        Environment(
            folder,
            (
                f"python3 -m venv {folder}",
                *(line for line in lines if line.startswith(f"{folder}/bin/pip install ")),
            ),
        )
        for folder in folders
    ]


def make_environments(pages: Iterable[Path]) -> None:
    """Make the environments of some pages, and delete what no page asks for any more."""
    pages = list(pages)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Environment.make, {environment for page in pages for environment in environments(page)}))
    if any("--colab" in block.commands for page in pages for block in blocks(page)):
        with contextlib.suppress(ColabKernelError):  # which the page will say itself
            colab_runtime(REPOSITORY)
    wanted = {environment.kept for page in PAGES for environment in environments(page)}
    for folder in (REPOSITORY / ".venv-pages").glob("*"):
        if folder not in wanted:
            shutil.rmtree(folder)


# Typing


def run(commands: str, folder: Path, environment: dict[str, str]) -> None:
    """Run commands in a shell. Raises AssertionError with what they printed when one fails."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


class Typist:
    """Types a page's blocks into a shell, in order; what they start as servers runs until the page is done."""

    def __init__(
        self,
        folder: Path,
        replaced: dict[str, str],
        environment: dict[str, str],
        environments: Iterable[Environment] = (),
    ) -> None:
        self._folder = folder
        self._replaced = replaced
        self._servers: list[subprocess.Popen[bytes]] = []
        self._environment = {**os.environ, **environment}
        self._environments = list(environments)

    def type(self, block: Block) -> None:
        """Run one block to its end, or start what it starts and see it answer."""
        commands = "\n".join(line for line in block.commands.splitlines() if not line.startswith(RECURSIVE))
        for environment in self._environments:
            commands = environment.taken_by(commands)
        for old, new in self._replaced.items():
            commands = commands.replace(old, new)
        if block.server is None:
            run(commands, self._folder, self._environment)
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
            server.wait(HANG_SECONDS)
        assert [] == ended, "what should have served had ended by itself"


def wait_for_answer(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait until a server answers at an address, with success."""
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=HANG_SECONDS) as answer:  # noqa: S310
                assert 200 == answer.status
                return
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.5)
