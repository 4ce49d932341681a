"""The outer wall: the command line that puts the warm process into namespaces with almost nothing to see."""

from __future__ import annotations

import functools
import shutil
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


def program() -> str | None:
    """Where bubblewrap is, if it is installed."""
    return shutil.which("bwrap")


def package_parent() -> Path:
    """The folder that holds the autograder package."""
    return Path(__file__).resolve().parents[3]


@functools.cache
def python_folders() -> tuple[Path, ...]:
    """The folders that this interpreter and its installed packages live in, without those inside another."""
    wanted = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent}
    wanted |= {Path(path) for path in (*site.getsitepackages(), *sys.path) if path.endswith("-packages")}
    wanted |= {path.resolve() for path in wanted}
    # A prefix of "/" would bind everything; what an interpreter there needs is in the system's folders already.
    folders = sorted(path for path in wanted if path.is_dir() and len(path.parts) > 1)
    outer: list[Path] = []
    for folder in folders:
        if not any(folder.is_relative_to(other) for other in (*outer, *map(Path, SYSTEM_FOLDERS))):
            outer.append(folder)
    return tuple(outer)


def readable_paths() -> list[Path]:
    """What a hand-in may read, at the places where it stands outside and inside bubblewrap."""
    return [
        *(Path(path) for path in (*SYSTEM_FOLDERS, *SYSTEM_FILES, CPU_FOLDER)),
        *python_folders(),
        Path(__file__).resolve().parents[2],
        Path(PACKAGE_FOLDER),
    ]


def prefix() -> list[str]:
    """The part of the command line before the program that is to be started inside.

    The program keeps the capabilities of its own user namespace, which the forked children need to mount their scratch
    folders; they drop them before any code of a hand-in runs. Raises FileNotFoundError without bubblewrap.
    """
    bwrap = program()
    if bwrap is None:
        raise FileNotFoundError("bubblewrap (bwrap) is not installed")
    command = [
        bwrap,
        "--unshare-all",
        "--unshare-user",
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--cap-add",
        "ALL",
        "--die-with-parent",
        "--new-session",
        "--hostname",
        "sandbox",
    ]
    for folder in SYSTEM_FOLDERS:
        if Path(folder).is_symlink():
            command += ["--symlink", str(Path(folder).readlink()), folder]
        elif Path(folder).is_dir():
            command += ["--ro-bind", folder, folder]
    for path in (*SYSTEM_FILES, CPU_FOLDER):
        command += ["--ro-bind-try", path, path]
    command += ["--tmpfs", "/dev"]
    for device in DEVICES:
        command += ["--dev-bind", device, device]
    command += ["--symlink", "/proc/self/fd", "/dev/fd", "--proc", "/proc"]
    for installed in python_folders():
        command += ["--ro-bind", str(installed), str(installed)]
    inside = f"{PACKAGE_FOLDER}/autograder"
    command += ["--ro-bind", str(Path(__file__).resolve().parents[2]), inside]
    command += ["--tmpfs", SCRATCH_FOLDER, "--chdir", SCRATCH_FOLDER]
    if not any(folder.is_relative_to("/tmp") for folder in python_folders()):  # noqa: S108
        command += ["--symlink", SCRATCH_FOLDER, "/tmp"]  # noqa: S108 - the name that programs write by
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return command
