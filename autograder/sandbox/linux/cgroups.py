"""Control groups as a second line behind the limits, on machines where this user may make them (version 1 or 2).

The number of processes is limited for an ordinary user by a resource limit, which the kernel does not apply to root:
there it takes a control group to stop a fork bomb at once.

A group is made in the nearest group above this process that takes it: any in which this user may make groups and whose
controllers are on, so that the limits of that one hold as well. In version 2 a group cannot both hold processes and
hand controllers to the groups in it. Where this process stands in a group that was delegated to its user (Delegate=yes
of systemd, or a folder of one's own), what runs there moves one group down first, as delegation is meant:

    run-7.scope            cgroup.subtree_control: pids memory
      ├─ autograder-grader   what was in run-7.scope: this process, and the shell that started it
      └─ autograder-4242     a fork server and its children
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.model.settings import GradingSettings
from autograder.sandbox.limits import MEGABYTE, Limits
from autograder.sandbox.linux.processes import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "autograder-"
OWN_NAME = f"{NAME}grader"
SPARE_TASKS = 4  # the fork server itself, and room for the fork that replaces a child about to end
SPARE_MEMORY = 1.5  # the watch, which can say why it ends a child, comes first; the kernel just kills something
REMOVE_SECONDS = 1.0
MOVES = 3  # rounds of moving what runs in a group, which may fork meanwhile
MOST_PROCESSES = 4096
DELEGATED = ("user.delegate", "trusted.delegate")
"""What systemd writes on the folder of a group that it has given away."""

_MOVING = threading.Lock()


@dataclass(frozen=True)
class Machine:
    """Where control groups are mounted, and the file that says which ones this process is in."""

    root: Path = Path("/sys/fs/cgroup")
    own: Path = Path("/proc/self/cgroup")


HERE = Machine()


class Group:
    """The control groups of one fork server and its children: one folder for version 2, one a controller for 1."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = folders
        """Folders by the controllers that they limit, such as "memory, pids"."""

    def remove(self) -> None:
        """Remove the groups once their processes are gone."""
        for folder in self.folders.values():
            _remove(folder, REMOVE_SECONDS)
        self.folders = {}


def enter(limits: Limits, pid: int, machine: Machine = HERE) -> Group:
    """Put a process into groups with these limits; what it forks from now on is in them too.

    As many controllers as this user may use here: possibly none.
    """
    tasks, memory = limits.processes + SPARE_TASKS, int(limits.memory_mb * SPARE_MEMORY) * MEGABYTE
    folders: dict[str, Path] = {}
    for controller, file, value in (("pids", "pids.max", tasks), ("memory", "memory.limit_in_bytes", memory)):
        made = next(filter(None, (_make(at, {file: value}, pid) for at in _parents(machine, controller))), None)
        if made is not None:
            folders[controller] = made
    for parent, controllers in _unified_parents(machine):
        files = {f"{controller}.max": {"pids": tasks, "memory": memory}[controller] for controller in controllers}
        made = _make(parent, files, pid)
        if made is not None:
            folders[", ".join(controllers)] = made
            break
    return Group(folders)


def available() -> Group:
    """The groups that a process started here gets into, for the report on the machine: tried for real, then removed."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        group = enter(Limits.of(GradingSettings(seed=0)), process.pid)
        found = Group(group.folders)
        process.communicate(b"\n")
        group.remove()
    return found


def unified(machine: Machine = HERE) -> Path | None:
    """Where version 2 is mounted, by itself or beside version 1."""
    return next((at for at in (machine.root, machine.root / "unified") if (at / "cgroup.controllers").exists()), None)


def pid_outside(pidfd: int) -> int | None:
    """The number that a process of an inner namespace has here."""
    try:
        lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    pid = next((int(line.split()[1]) for line in lines if line.startswith("Pid:")), -1)
    return pid if pid > 0 else None


def _make(parent: Path, files: Mapping[str, int], pid: int) -> Path | None:
    """A group with these limits that a process has been put into; None where that is not allowed."""
    _remove_left_behind(parent)
    folder = parent / f"{NAME}{pid}"
    try:
        folder.mkdir()
    except OSError:
        return None
    try:
        for file, value in files.items():
            (folder / file).write_text(str(value), encoding="ascii")
        (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")
    except OSError:
        _remove(folder, 0)
        return None
    return folder


def _remove(folder: Path, seconds: float) -> None:
    """Remove a group; for so long it may still hold processes that are about to be gone."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() >= deadline:
                return
            time.sleep(0.01)
        else:
            return


def _remove_left_behind(parent: Path) -> None:
    """Remove the groups of fork servers that are gone, whose graders were killed before they could."""
    for folder in parent.glob(f"{NAME}*"):
        number = folder.name.removeprefix(NAME)
        if number.isdigit() and not Path("/proc", number).exists():
            _remove(folder, 0)


def _own_groups(machine: Machine) -> dict[str, str]:
    """The groups of this process by controller; that of version 2 by an empty name."""
    groups: dict[str, str] = {}
    try:
        lines = machine.own.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return groups
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        groups |= dict.fromkeys(controllers.split(","), path)
    return groups


def _chain(mounted: Path, path: str) -> list[Path]:
    """The folders of a group and of those above it, up to where the hierarchy is mounted.

    In a container the path may be that on the host, of which nothing is to be seen; the mounted one is there then.
    """
    own = mounted / path.lstrip("/")
    inside = [folder for folder in (own, *own.parents) if folder.is_relative_to(mounted)]
    return [folder for folder in inside if ".." not in folder.parts and folder.is_dir()]


def _parents(machine: Machine, controller: str) -> Iterator[Path]:
    """Where groups of version 1 may be made, the nearest first."""
    yield from _chain(machine.root / controller, _own_groups(machine).get(controller, "/"))


def _unified_parents(machine: Machine) -> Iterator[tuple[Path, list[str]]]:
    """Where groups of version 2 may be made, with the controllers that they get; first those that need no moving."""
    mounted = unified(machine)
    if mounted is None:
        return
    chain = _chain(mounted, _own_groups(machine).get("", "/"))
    for folder in chain:
        enabled = _words(folder / "cgroup.subtree_control")
        if enabled:
            yield folder, enabled
    for folder in chain[:1]:
        with _MOVING:
            enabled = _hand_down(folder)
        if enabled:
            yield folder, enabled


def _hand_down(own: Path) -> list[str]:
    """Have the group of this process hand its controllers to groups in it; those that it hands down, possibly none."""
    wanted = _words(own / "cgroup.controllers") if own.name != OWN_NAME else []
    if not wanted or not os.access(own / "cgroup.subtree_control", os.W_OK) or not _ours(own):
        return []
    below = own / OWN_NAME
    try:
        below.mkdir(exist_ok=True)
        for _ in range(MOVES):
            for pid in _processes(own):
                with contextlib.suppress(ProcessLookupError):
                    (below / "cgroup.procs").write_text(str(pid), encoding="ascii")
        (own / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in wanted), encoding="ascii")
    except OSError:
        return []
    return wanted


def _ours(group: Path) -> bool:
    """Whether a group was given to us, so that what runs in it is ours to move.

    To an ordinary user it was when the folder is that user's. Root can write everywhere: there systemd has to have said
    so, or nothing but this process and what it started may be in it.
    """
    if os.geteuid() != 0 or any(_attribute(group, name) == b"1" for name in DELEGATED):
        return True
    return set(_processes(group)) <= {os.getpid(), *descendants(os.getpid(), MOST_PROCESSES)}


def _attribute(path: Path, name: str) -> bytes:
    try:
        return os.getxattr(path, name)
    except OSError:
        return b""


def _processes(group: Path) -> list[int]:
    try:
        return [int(line) for line in (group / "cgroup.procs").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _words(file: Path) -> list[str]:
    """Those of the controllers in a file that are of use here."""
    try:
        return sorted({"memory", "pids"} & set(file.read_text(encoding="ascii").split()))
    except OSError:
        return []
