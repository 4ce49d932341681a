"""The outer wall: the command line that puts a fork server into namespaces with almost nothing to see."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.sandbox.linux import paths


def program() -> str | None:
    """Where bubblewrap is, if it is installed."""
    return shutil.which("bwrap")


def prefix(shown: paths.Shown = ("", ())) -> list[str]:
    """The part of the command line before the program that is to be started inside.

    The program keeps the capabilities of its own user namespace, which the forked children need to mount their scratch
    folders; they drop them before any code of a hand-in runs. `shown` is what of a course may be read.

    Raises FileNotFoundError without bubblewrap.
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
    parts = [*map(Path, paths.SYSTEM_FOLDERS), *paths.python_parts()]
    for part in parts:
        command += _shown(part)
    for path in (*paths.SYSTEM_FILES, paths.CPU_FOLDER):
        command += ["--ro-bind-try", path, path]
    command += ["--tmpfs", "/dev"]
    for device in paths.DEVICES:
        command += ["--dev-bind", device, device]
    command += ["--symlink", "/proc/self/fd", "/dev/fd", "--proc", "/proc"]
    inside = f"{paths.PACKAGE_FOLDER}/autograder"
    command += ["--ro-bind", str(paths.package()), inside]
    for entry in shown[1]:
        command += ["--ro-bind-try", f"{shown[0]}/{entry}", f"{paths.ASSIGNMENT_FOLDER}/{entry}"]
    command += ["--tmpfs", paths.SCRATCH_FOLDER, "--chdir", paths.SCRATCH_FOLDER]
    if not any(part.is_relative_to("/tmp") for part in parts):  # noqa: S108
        command += ["--symlink", paths.SCRATCH_FOLDER, "/tmp"]  # noqa: S108 - the name that programs write by
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return command


def _shown(path: Path) -> list[str]:
    """A folder or a file as it is outside, to be read only; a link as a link."""
    if path.is_symlink():
        return ["--symlink", str(path.readlink()), str(path)]
    return ["--ro-bind", str(path), str(path)] if path.exists() else []
