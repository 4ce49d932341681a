"""What a confined process may see of the file system: for bubblewrap, which shows it, and Landlock, which allows it."""

from __future__ import annotations

import functools
import site
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.sandbox.level import Level

PACKAGE_FOLDER = "/autograder"
SCRATCH_FOLDER = "/scratch"
ASSIGNMENT_FOLDER = "/assignment"
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/mime.types",
    "/nix/store",
)
CPU_FOLDER = "/sys/devices/system/cpu"
DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
"""Not /dev/zero: mapped shared, it is memory that no resident size shows."""


def package() -> Path:
    """The folder of the autograder package."""
    return Path(__file__).resolve().parents[2]


@functools.cache
def python_parts() -> tuple[Path, ...]:
    """The folders and files that this interpreter and its installed packages consist of, without those inside another.

    Never a prefix: whatever stands in the same folder (`python -m venv .` in a course) is no part of it. Of a virtual
    environment these are the interpreter's names, the packages and what says where the interpreter is; of what it was
    made from, all that stands in lib, where the shared libraries are.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    wanted: set[Path] = set()
    for prefix in {Path(sys.prefix), Path(sys.exec_prefix)}:
        wanted |= {prefix / "pyvenv.cfg", *(prefix / "bin").glob("python*")}
        wanted |= {prefix / name / version for name in ("lib", "lib64", "include")}
    for prefix in {Path(sys.base_prefix), Path(sys.base_exec_prefix), Path(sys.executable).resolve().parent.parent}:
        wanted |= {prefix / name for name in ("bin", "lib", "lib64", "include")}
    wanted |= {Path(path) for path in (*site.getsitepackages(), *sys.path) if path.endswith("-packages")}
    wanted |= {path.resolve() for path in wanted}
    parts = sorted(path for path in wanted if path.exists())
    outer: list[Path] = []
    for part in parts:
        if not any(part.is_relative_to(other) for other in (*outer, *map(Path, SYSTEM_FOLDERS))):
            outer.append(part)
    return tuple(outer)


Shown = tuple[str, Sequence[str]]
"""A folder of the course's and the entries of it that may be read; the folder is empty where there is none."""


def assignment_folder(shown: Shown, level: Level) -> str:
    """Where the entries of an assignment stand for a confined process."""
    return ASSIGNMENT_FOLDER if level.own_namespaces else shown[0]


def readable(*, inside: bool, shown: Shown = ("", ())) -> tuple[str, ...]:
    """What a hand-in may read, at the places where it stands inside bubblewrap or, without that, on this machine."""
    of_assignment = [f"{ASSIGNMENT_FOLDER if inside else shown[0]}/{entry}" for entry in shown[1]]
    own = PACKAGE_FOLDER if inside else str(package())
    return (*SYSTEM_FOLDERS, *SYSTEM_FILES, CPU_FOLDER, *map(str, python_parts()), own, *of_assignment)
