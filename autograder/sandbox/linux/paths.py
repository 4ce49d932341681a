"""What a confined process may see of the file system: for bubblewrap, which shows it, and Landlock, which allows it."""

from __future__ import annotations

import functools
import site
import sys
from pathlib import Path

PACKAGE_FOLDER = "/autograder"
SCRATCH_FOLDER = "/scratch"
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
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def package() -> Path:
    """The folder of the autograder package."""
    return Path(__file__).resolve().parents[2]


@functools.cache
def python_folders() -> tuple[Path, ...]:
    """The folders that this interpreter and its installed packages live in, without those inside another."""
    wanted = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    wanted |= {Path(path) for path in (*site.getsitepackages(), *sys.path) if path.endswith("-packages")}
    wanted |= {path.resolve() for path in wanted}
    # A prefix of "/" would show everything; what an interpreter there needs is in the system's folders already.
    folders = sorted(path for path in wanted if path.is_dir() and len(path.parts) > 1)
    outer: list[Path] = []
    for folder in folders:
        if not any(folder.is_relative_to(other) for other in (*outer, *map(Path, SYSTEM_FOLDERS))):
            outer.append(folder)
    return tuple(outer)


def readable() -> tuple[str, ...]:
    """What a hand-in may read, at the places where it stands outside and inside bubblewrap."""
    installed = (*python_folders(), package())
    return (*SYSTEM_FOLDERS, *SYSTEM_FILES, CPU_FOLDER, *map(str, installed), PACKAGE_FOLDER)
