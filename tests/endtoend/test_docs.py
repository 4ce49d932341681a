"""The documentation's commands do what it says: each page is typed in, block by block, in a fresh copy."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import click
import pytest

from autograder.cli import cli

REPOSITORY = Path(__file__).parents[2]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>sh[^\n]*)\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")

# `make test` inside `make test` has no end, and nobody's public repository is pushed to from a test
RECURSIVE = ("make test",)
PUBLIC = "git@github.com:your-organisation/autodiff-lab.git"


def blocks(page: Path) -> list[tuple[str, str]]:
    """A page's shell blocks: what stands after the three quotes, and the commands."""
    found = []
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        indent = len(match["indent"])
        found.append(
            (match["info"], "".join(line[indent:] or "\n" for line in match["text"].splitlines(keepends=True)))
        )
    return found


def identity(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A clone of the working copy as it stands, with the tests' own virtual environment."""
    clone = tmp_path / "clone"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, tracked.split("\0")):
        source = REPOSITORY / name
        if source.is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, clone / name)
    git = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for step in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "As it stands"]):
        subprocess.run([*git, *step], cwd=clone, check=True)
    environment = Path(sys.executable).parent.parent
    (clone / ".venv").symlink_to(environment)
    (clone / ".git" / "info" / "exclude").write_text(".venv\n", encoding="utf-8")
    if not (environment / ".installed").exists():
        pytest.skip("the commands use the virtual environment of `make install`, and these tests run in another")
    for name in ("pyproject.toml", "constraints.txt"):
        os.utime(clone / name, (0, 0))  # so that make does not install this copy into the shared environment
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "public.git")], check=True)
    return clone


def run_server(commands: str, folder: Path) -> None:
    """Start what a block starts, see it answer on its port, and stop it."""
    port = 18_765
    commands = commands.replace("jupyter lab", f"jupyter lab --allow-root --port={port} --IdentityProvider.token=")
    process = subprocess.Popen(["bash", "-c", commands], cwd=folder, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/formgrader", timeout=5) as answer:
                    assert 200 == answer.status
                    return
            except urllib.error.HTTPError:
                raise
            except OSError:
                assert time.monotonic() < deadline, "the server did not answer"
                time.sleep(0.5)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=identity)
def test_the_commands_of_a_page_work(page: Path, copy: Path) -> None:
    """Every command of a page ends with success, typed in the order in which it stands."""
    for info, commands in blocks(page):
        text = "\n".join(line for line in commands.splitlines() if not line.startswith(RECURSIVE))
        text = text.replace(PUBLIC, str(copy.parent / "public.git"))
        if "server" in info.split():
            run_server(text, copy)
            continue
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=copy, capture_output=True, text=True, timeout=500, check=False
        )
        assert 0 == done.returncode, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


@pytest.mark.parametrize("page", [*PAGES, REPOSITORY / "CONTRIBUTING.md"], ids=identity)
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
