"""Control groups: where they are made, on made-up trees and, where it may be, on this machine."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autograder.sandbox.limits import Limits
from autograder.sandbox.linux import cgroups

LIMITS = Limits(memory_mb=10, processes=3, scratch_mb=256, cpu_seconds=150)
PID = os.getpid()
TASKS, BYTES = str(3 + cgroups.SPARE_TASKS), str(15 * 2**20)


@pytest.fixture
def machine(tmp_path):
    """A made-up machine: its groups of version 2 by path, with the controllers that are there and those handed down."""

    def make(own: str, groups: dict[str, tuple[str, str]], at: str = "", processes: str = str(PID)) -> cgroups.Machine:
        root = tmp_path / "cgroup"
        for path, (controllers, handed_down) in groups.items():
            folder = root / at / path
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "cgroup.controllers").write_text(f"{controllers}\n", encoding="ascii")
            (folder / "cgroup.subtree_control").write_text(f"{handed_down}\n", encoding="ascii")
            (folder / "cgroup.procs").write_text(f"{processes}\n" if f"/{path}" == own else "", encoding="ascii")
        (tmp_path / "own").write_text(f"0::{own}\n", encoding="ascii")
        return cgroups.Machine(root, tmp_path / "own")

    return make


def text(path) -> str:
    return path.read_text(encoding="ascii")


def test_a_group_at_the_root(machine):
    """Where the root hands controllers down, a group with the limits is made there, and holds the process."""
    here = machine("/", {"": ("cpu memory pids", "memory pids")})
    group = cgroups.enter(LIMITS, 77, here)
    folder = here.root / "autograder-77"
    assert group.folders == {"memory, pids": folder}
    assert (text(folder / "pids.max"), text(folder / "memory.max")) == (TASKS, BYTES)
    assert text(folder / "cgroup.procs") == "77"


def test_the_nearest_that_hands_controllers_down(machine):
    """A group is made in the nearest one above that has controllers for it, and what runs in our own stays there."""
    both = "memory pids"
    groups = {"": (both, both), "user": (both, both), "user/app": (both, "pids"), "user/app/shell": ("pids", "")}
    here = machine("/user/app/shell", groups)
    group = cgroups.enter(LIMITS, 77, here)
    assert group.folders == {"pids": here.root / "user/app/autograder-77"}
    assert not (here.root / "user/app/autograder-77/memory.max").exists()
    assert text(here.root / "user/app/shell/cgroup.procs") == f"{PID}\n"


def test_beside_version_1(machine):
    """Version 2 is found beside version 1 too."""
    here = machine("/", {"": ("pids", "pids")}, at="unified")
    assert cgroups.enter(LIMITS, 77, here).folders == {"pids": here.root / "unified/autograder-77"}


def test_a_delegated_group(machine):
    """In a group of our own, what runs there moves one down, and the controllers are handed to the groups in it."""
    here = machine("/run.scope", {"": ("cpu memory pids", ""), "run.scope": ("cpu memory pids", "")})
    group = cgroups.enter(LIMITS, 77, here)
    own = here.root / "run.scope"
    assert group.folders == {"memory, pids": own / "autograder-77"}
    assert text(own / "autograder-grader/cgroup.procs") == str(PID)
    assert text(own / "cgroup.subtree_control") == "+memory +pids"
    assert text(own / "autograder-77/pids.max") == TASKS


@pytest.mark.parametrize(
    ("user", "given_away", "moves"),
    [(0, b"", False), (0, b"1", True), (1000, b"", True)],
    ids=["root", "root, as systemd says", "ordinary user"],
)
def test_whose_processes_may_be_moved(machine, monkeypatch, user, given_away, moves):
    """Processes of others are moved in a folder that is an ordinary user's or that systemd gave away, else never."""
    here = machine("/run.scope", {"": ("pids", ""), "run.scope": ("pids", "")}, processes=f"1\n{PID}")
    monkeypatch.setattr(cgroups.os, "geteuid", lambda: user)
    monkeypatch.setattr(cgroups.os, "getxattr", lambda *_: given_away)
    monkeypatch.setattr(cgroups.os, "access", lambda *_: True)
    assert bool(cgroups.enter(LIMITS, 77, here).folders) is moves
    assert (here.root / "run.scope/autograder-grader").exists() is moves


def test_a_group_that_stays_busy(machine, monkeypatch):
    """Where the kernel refuses to hand controllers down, there is no group, and nothing fails."""
    here = machine("/run.scope", {"": ("pids", ""), "run.scope": ("pids", "")})
    (here.root / "run.scope/cgroup.subtree_control").unlink()
    (here.root / "run.scope/cgroup.subtree_control").mkdir()  # not to be written, whoever writes
    assert cgroups.enter(LIMITS, 77, here).folders == {}


def test_version_1_by_controller(tmp_path):
    """Of version 1 each controller has a group, in ours where that is to be seen, otherwise at the root."""
    for folder in ("pids", "memory/ours"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "own").write_text("9:pids:/on/the/host\n4:memory:/ours\n0::/\n", encoding="ascii")
    group = cgroups.enter(LIMITS, 77, cgroups.Machine(tmp_path, tmp_path / "own"))
    assert group.folders == {"pids": tmp_path / "pids/autograder-77", "memory": tmp_path / "memory/ours/autograder-77"}
    assert text(tmp_path / "memory/ours/autograder-77/memory.limit_in_bytes") == BYTES


@pytest.mark.parametrize("own", ["", "0::/\n", "0::/../outside\n", "no groups", None])
def test_no_groups(tmp_path, own):
    """Where no group can be made there is none, and nothing fails."""
    if own is not None:
        (tmp_path / "own").write_text(own, encoding="ascii")
    group = cgroups.enter(LIMITS, PID, cgroups.Machine(tmp_path / "absent", tmp_path / "own"))
    assert group.folders == {}
    group.remove()


def test_groups_left_behind_are_removed(machine):
    """The groups of processes that are gone are removed, those of living ones and the grader's own stay."""
    here = machine("/", {"": ("pids", "pids")})
    gone = here.root / f"autograder-{2**22 - 1}"
    for folder in (gone, here.root / f"autograder-{os.getppid()}", here.root / "autograder-grader"):
        folder.mkdir()
    cgroups.enter(LIMITS, PID, here)
    left = {path.name for path in here.root.iterdir() if path.is_dir()}
    assert left == {f"autograder-{os.getppid()}", "autograder-grader", f"autograder-{PID}"}


@pytest.fixture
def available():
    found = cgroups.available().folders
    if not any("pids" in names for names in found):
        pytest.skip("this user can make no control group for the number of processes here")
    return found


@pytest.mark.may_skip
def test_the_kernel_keeps_the_number_of_processes(available):
    """A process in a group cannot have more processes than the limit, and the group is gone afterwards."""
    bomb = "import os, time\nn = 0\ninput()\ntry:\n while n < 50:\n  if os.fork() == 0: time.sleep(60)\n  n += 1\n"
    bomb += "except BlockingIOError: pass\nprint(n, flush=True)\nos.killpg(0, 9)"
    command = [sys.executable, "-c", bomb]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as process:
        group = cgroups.enter(Limits(memory_mb=2048, processes=5, scratch_mb=256, cpu_seconds=150), process.pid)
        folders = list(group.folders.values())
        made, _ = process.communicate("\n")
        group.remove()
    assert int(made) == 5 + cgroups.SPARE_TASKS - 1
    assert folders
    assert not any(folder.exists() for folder in folders)


@pytest.mark.may_skip
def test_what_is_available_leaves_nothing_behind(available):
    """Trying what is available leaves no group behind."""
    assert not any(folder.exists() for folder in available.values())
