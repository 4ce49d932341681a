"""Which levels of the sandbox this machine reaches: tried for real, never guessed."""

from __future__ import annotations

import functools
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.files import temporary_folder
from autograder.model.settings import GradingSettings, SandboxPolicy
from autograder.sandbox import probe
from autograder.sandbox.exceptions import LevelError, SandboxError
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.level import Level, LevelName
from autograder.sandbox.linux import bubblewrap, landlock, seccomp


@dataclass(frozen=True)
class Attempt:
    """What trying one level gave: the level when it was reached, otherwise why not and what to do about it."""

    level: Level | None
    reason: str = ""
    remedy: str = ""


def reach(policy: SandboxPolicy) -> Level:
    """The best level that the policy allows. Raises LevelError when there is none."""
    if policy is SandboxPolicy.NONE:
        return Level.none()
    strict = try_level("strict")
    if strict.level is not None:
        return strict.level
    why = f"strict: {strict.reason}. {strict.remedy}"
    if policy is SandboxPolicy.STRICT:
        raise LevelError("the strict sandbox does not work on this machine", remedy=why)
    reduced = try_level("reduced")
    if reduced.level is not None:
        return reduced.level
    why += f" reduced: {reduced.reason}. {reduced.remedy}"
    trust = "If you trust every hand-in as you trust your own code, say so with --sandbox none."
    raise LevelError("no sandbox works on this machine", remedy=f"{why} {trust}")


@functools.cache
def try_level(name: LevelName) -> Attempt:
    """Start a fork server at a level, and let a child of it try to get out."""
    missing = missing_parts(name)
    if missing is not None:
        return missing
    version = landlock.abi()
    walls = ["no network", "seccomp", *([f"Landlock {version}"] if version else [])]
    walls = ["namespaces", *walls] if name == "strict" else walls
    level = Level(name, tuple(walls), landlock=version)
    try:
        answer = attack(level)
    except (SandboxError, OSError, ValueError) as error:
        return Attempt(None, first_lines(str(error)), remedy_for(name, str(error)))
    if answer != {"result": []}:
        done = ", ".join(map(str, answer.get("result") or [answer.get("error", "not answer")]))
        return Attempt(None, f"a confined process could still {done}", remedy_for(name, ""))
    return Attempt(level)


def attack(level: Level) -> dict[str, Any]:
    """What a child answers that tries to get out. Raises SandboxError, OSError or ValueError when it does not."""
    with temporary_folder() as folder:
        secret = Path(folder) / "secret"
        secret.write_text("not for hand-ins", encoding="ascii")
        with ForkServer(GradingSettings(seed=0), probe.SERVE, level=level) as server:
            return probe.ask(server.fork(), probe.ESCAPE.format(secret=str(secret), grader=os.getpid()))


def missing_parts(name: LevelName) -> Attempt | None:
    """What the machine lacks for a level, as far as it can be seen without trying."""
    system = platform.system()
    if system != "Linux":
        return Attempt(None, f"it needs Linux, this is {system}", "Use a Linux virtual machine.")
    if not seccomp.supported():
        return Attempt(
            None,
            f"seccomp filters are not available ({platform.machine()})",
            "Use an x86_64 or aarch64 kernel with seccomp.",
        )
    if name == "strict" and bubblewrap.program() is None:
        return Attempt(None, "bubblewrap is not installed", "Install it: apt install bubblewrap.")
    if name == "reduced" and landlock.abi() < landlock.ENOUGH_ALONE:
        return Attempt(
            None,
            f"it needs Landlock {landlock.ENOUGH_ALONE}, this kernel has {landlock.abi() or 'none'}",
            "Use Linux 6.2 or newer, started with landlock in its list of security modules.",
        )
    return None


def remedy_for(name: LevelName, error: str) -> str:
    """What a person can do about a level that could not be reached."""
    if name != "strict":
        return "Run `autograder doctor` on the machine itself instead of in a container."
    if switched_off("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"):
        return (
            "AppArmor keeps user namespaces from ordinary users (Ubuntu 23.10 and newer): install the profile for "
            "bwrap (apt install apparmor-profiles; ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict "
            "/etc/apparmor.d/; systemctl reload apparmor), or sysctl kernel.apparmor_restrict_unprivileged_userns=0."
        )
    if switched_off("/proc/sys/kernel/unprivileged_userns_clone", "0"):
        return "User namespaces are switched off: sysctl kernel.unprivileged_userns_clone=1."
    if switched_off("/proc/sys/user/max_user_namespaces", "0"):
        return "User namespaces are switched off: sysctl user.max_user_namespaces=15000."
    if "namespace" in error or "not permitted" in error:
        return "A container that forbids namespaces: give it --security-opt seccomp=unconfined, or grade outside of it."
    return "Run `autograder doctor` for the details."


def switched_off(path: str, value: str) -> bool:
    """Whether a kernel setting has the value that is in the way."""
    try:
        return Path(path).read_text(encoding="ascii").strip() == value
    except OSError:
        return False


def first_lines(text: str) -> str:
    """A long message cut to what fits a line of a table."""
    return " ".join(text.split())[:300].rstrip(".")
