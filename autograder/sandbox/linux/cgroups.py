"""Control groups as a second line behind the limits, on machines where this user may make them (version 1 or 2).

The number of processes is limited for an ordinary user by a resource limit, which the kernel does not apply to root:
there it takes a control group to stop a fork bomb at once.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox.limits import MEGABYTE, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path("/sys/fs/cgroup")
SPARE_TASKS = 4  # the warm process itself, and room for the fork that replaces a child about to end
SPARE_MEMORY = 1.5  # the watch, which can say why it ends a session, comes first; the kernel just kills something
REMOVE_SECONDS = 1.0


class Group:
    """The control groups of one warm process and its children: one folder for version 2, one a controller for 1."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders

    def add(self, pid: int) -> None:
        """Put a process into the groups; what it forks from now on is in them too."""
        for folder in list(self.folders):
            try:
                (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")
            except OSError:
                self._remove(folder)

    def remove(self) -> None:
        """Remove the groups once their processes are gone."""
        for folder in list(self.folders):
            self._remove(folder)

    def _remove(self, folder: Path) -> None:
        self.folders.remove(folder)
        deadline = time.monotonic() + REMOVE_SECONDS
        while time.monotonic() < deadline:
            try:
                folder.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.01)
            else:
                return


NAME = "autograder-"


def create(limits: Limits, pid: int) -> Group:
    """Groups with these limits for a warm process, as many as this user may make here; possibly none."""
    folders = []
    for parent, files in places(limits):
        remove_left_behind(parent)
        folder = parent / f"{NAME}{pid}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            for file, value in files.items():
                (folder / file).write_text(str(value), encoding="ascii")
        except OSError:
            with contextlib.suppress(OSError):
                folder.rmdir()
            continue
        folders.append(folder)
    return Group(folders)


def remove_left_behind(parent: Path) -> None:
    """Remove the groups of warm processes that are gone, whose graders were killed before they could."""
    for folder in parent.glob(f"{NAME}*"):
        if not Path("/proc", folder.name.removeprefix(NAME)).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def places(limits: Limits) -> Iterator[tuple[Path, dict[str, int]]]:
    """Where groups can be made, with the files to write there."""
    memory, tasks = int(limits.memory_mb * SPARE_MEMORY) * MEGABYTE, limits.processes + SPARE_TASKS
    yield ROOT / "pids", {"pids.max": tasks}
    yield ROOT / "memory", {"memory.limit_in_bytes": memory}
    try:
        controllers = (ROOT / "cgroup.subtree_control").read_text(encoding="ascii").split()
    except OSError:
        return
    files = {"pids.max": tasks} if "pids" in controllers else {}
    if "memory" in controllers:
        files["memory.max"] = memory
    if files:
        yield ROOT, files


def available() -> list[str]:
    """The controllers that this user can use here, by name, for the report on the machine."""
    names = []
    for parent, files in places(Limits()):
        if os.access(parent, os.W_OK):
            names += [file.partition(".")[0] for file in files if (parent / "cgroup.procs").exists()]
    return names


def pid_outside(pidfd: int) -> int | None:
    """The number that a process of an inner namespace has here."""
    try:
        lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    pid = next((int(line.split()[1]) for line in lines if line.startswith("Pid:")), -1)
    return pid if pid > 0 else None
